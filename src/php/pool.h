/*
 * What the workers of one pool know together, in memory that their master shares with them: how many of them hold streams
 * that were meant for the hub, and that the hub is silent. Without either a hub in trouble would take every worker, and the
 * site with it.
 */
#ifndef SSE_PHP_POOL_H
#define SSE_PHP_POOL_H

#include <stdbool.h>

/* The most that sse.max_inline may say. */
#define PHP_SSE_POOL_MAX 4096

/* In MINIT, before the workers are forked; and in MSHUTDOWN. Without the memory nothing is limited, and no hub known silent. */
void php_sse_pool_setup(void);
void php_sse_pool_teardown(void);

/*
 * A taken slot, of the sse.max_inline that there are. It belongs to a process; when that is gone, however it ended, the slot
 * is free. NULL when nothing is to be given back.
 */
typedef struct php_sse_pool_slot php_sse_pool_slot;

/* False when all slots of this worker's pool are taken. *slot must be NULL before. */
bool php_sse_pool_enter(php_sse_pool_slot **slot);
/* Gives *slot back, if it is one. */
void php_sse_pool_leave(php_sse_pool_slot **slot);

/*
 * A hub that does not answer costs each request a second and its client the connection. So after one that waited in vain the
 * pool leaves the hub alone for a while; then one request at a time tries.
 */
bool php_sse_pool_hub_rests(void);
void php_sse_pool_note_hub(bool answers);

#endif
