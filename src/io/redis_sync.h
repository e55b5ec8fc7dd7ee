/*
 * A connection that waits for each answer: what a publisher, cursor() and command() need. It is a redis_conn on a loop of
 * its own, so that logging in, time limits and TLS are the same code.
 */
#ifndef SSE_IO_REDIS_SYNC_H
#define SSE_IO_REDIS_SYNC_H

#include "redis_conn.h"
#include "script.h"

typedef struct sse_redis_sync sse_redis_sync;

/* config is borrowed. Connects with the first command. NULL with error when the process is out of descriptors. */
sse_redis_sync *sse_redis_sync_new(const sse_redis_config *config, char *error, size_t error_size);

/*
 * Sends a command and waits. Returns the reply (an error of Redis is one too), borrowed until the next call; or NULL with a
 * sentence in error when there is no connection or no answer in time. A connection that is seen
 * to be broken before the command is sent is replaced; one that breaks after that is not, because Redis may have executed it.
 */
const sse_reply *sse_redis_sync_command(
	sse_redis_sync *sync, int argc, const sse_str *argv, char *error, size_t error_size);

/* The same for a script, sent whole if Redis does not know it. */
const sse_reply *sse_redis_sync_script(sse_redis_sync *sync, const sse_script *script, int keys, int args,
	const sse_str *arg, char *error, size_t error_size);

/*
 * A script that is called many times, with as few waits as can be. ask() fills in the arguments of one call (keys first, as
 * above), which are borrowed until it is called again; answered() gets each call's reply, in any order, gone after the call.
 */
typedef struct sse_redis_calls {
	const sse_script *script;
	int keys;
	int args;                  /* at most SSE_REDIS_CALL_ARGS */
	size_t count;
	void (*ask)(void *arg, size_t index, sse_str *args);
	void (*answered)(void *arg, size_t index, const sse_reply *reply);
	void *arg;
} sse_redis_calls;

#define SSE_REDIS_CALL_ARGS 8

/* 0; or -1 with a sentence in error: the connection could not be made, or was lost while answers were to come. */
int sse_redis_sync_calls(sse_redis_sync *sync, const sse_redis_calls *calls, char *error, size_t error_size);

void sse_redis_sync_free(sse_redis_sync *sync);

#endif
