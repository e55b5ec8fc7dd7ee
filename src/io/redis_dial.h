/*
 * Opening a connection to Redis: the socket, TLS where hiredis has it, and the commands that log in.
 */
#ifndef SSE_IO_REDIS_DIAL_H
#define SSE_IO_REDIS_DIAL_H

#include "core/redis_config.h"
#include "redis_reply.h"

#include <stdbool.h>

/*
 * Begins to connect without waiting (a host name is resolved here and now, as in every hiredis). Returns NULL with a
 * sentence in error when that failed at once; otherwise the socket becomes writable when the connection stands or failed.
 */
redisContext *sse_redis_dial(const sse_redis_config *config, char *error, size_t error_size);

/* 0 when the connection stands, 1 when it is still under way, -1 with error when it failed. */
int sse_redis_dial_result(redisContext *ctx, char *error, size_t error_size);

/* Starts TLS if the configuration asks for it. 0, or -1 with error. */
int sse_redis_dial_tls(redisContext *ctx, const sse_redis_config *config, char *error, size_t error_size);

/* Why reading or writing failed; borrowed, until the context is used again. */
const char *sse_redis_dial_error(const redisContext *ctx);

/* Whether this build can speak TLS at all. */
bool sse_redis_has_tls(void);

/* Appends AUTH, SELECT, PING and, if asked for, ROLE, as the configuration needs them; returns how many replies will come. */
unsigned sse_redis_append_login(redisContext *ctx, const sse_redis_config *config, bool asks_role);

/*
 * Judges one of those replies; left: how many are to come, this one too. 0: go on. -1: refused, with error; *permanent says that
 * trying again cannot help until somebody changes the configuration (a wrong password, a database that does not exist), unlike a
 * Redis that is loading, or one that a sentinel took for the master and that is none any more.
 */
int sse_redis_check_login(
	const sse_reply *reply, bool asked_role, unsigned left, bool *permanent, char *error, size_t error_size);

#endif
