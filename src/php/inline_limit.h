/*
 * How many workers of one pool may hold streams that were meant for the hub: ini sse.max_inline. Without a limit a hub that
 * is down would take every worker, and the site with it.
 *
 * The workers count in memory that their master shares with them. A slot belongs to a process; when that is gone, however it
 * ended, the slot is free.
 */
#ifndef SSE_PHP_INLINE_LIMIT_H
#define SSE_PHP_INLINE_LIMIT_H

#include <stdbool.h>

/* The most that sse.max_inline may say. */
#define PHP_SSE_INLINE_MAX 4096

/* In MINIT, before the workers are forked; and in MSHUTDOWN. Without the memory there is no limit. */
void php_sse_inline_limit_setup(void);
void php_sse_inline_limit_teardown(void);

/* A taken slot; NULL when nothing is to be given back. */
typedef struct php_sse_inline_slot php_sse_inline_slot;

/* False when all slots of this worker's pool are taken. *slot must be NULL before. */
bool php_sse_inline_limit_enter(php_sse_inline_slot **slot);
/* Gives *slot back, if it is one. */
void php_sse_inline_limit_leave(php_sse_inline_slot **slot);

#endif
