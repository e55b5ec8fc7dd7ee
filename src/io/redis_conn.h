/*
 * One connection to Redis on a loop: connects, logs in, answers commands in order, watches that Redis still answers, and
 * comes back by itself after every loss until it is closed. A configuration that names sentinels or a cluster makes it ask them
 * before each attempt (redis_find), and makes it send commands again that came to the wrong node (redis_redirect).
 *
 * It stands on hiredis' buffers and reader with an adapter of its own for libuv. hiredis' async layer is left out on
 * purpose: in 0.14 it asserts that nothing but subscriptions is in flight on a subscribed connection (so a PING can end the
 * process), it allocates seven times per message, and it needs the poll adapter that goes deaf on errors.
 */
#ifndef SSE_IO_REDIS_CONN_H
#define SSE_IO_REDIS_CONN_H

#include "core/redis_config.h"
#include "loop.h"
#include "redis_reply.h"

typedef struct sse_redis_conn sse_redis_conn;

/*
 * All are called from within sse_loop_turn(), or sse_redis_conn_read(); of the other functions below only
 * sse_redis_conn_fail() calls one, lost().
 */
typedef struct sse_redis_events {
	/* Connected and logged in; also after each reconnect. */
	void (*ready)(void *owner);
	/*
	 * The connection, or an attempt to connect, failed. permanent: Redis refused the login. The next attempt follows by
	 * itself, after a backoff, unless the owner closes the connection.
	 */
	void (*lost)(void *owner, const char *error, bool permanent);
	/* Subscriber connections only: everything that Redis says after the login. The reply is gone after the call. */
	void (*push)(void *owner, const sse_reply *reply);
} sse_redis_events;

/* reply is NULL when the connection was lost before the answer came; it is gone after the call. */
typedef void (*sse_reply_cb)(void *arg, const sse_reply *reply);

/*
 * config is borrowed and must outlive the connection. A connection whose events have a push function is a subscriber: its
 * commands get no reply callback. Nothing happens before _start.
 */
sse_redis_conn *sse_redis_conn_new(sse_loop *loop, const sse_redis_config *config, const sse_redis_events *events, void *owner);
void sse_redis_conn_start(sse_redis_conn *conn);

bool sse_redis_conn_is_ready(const sse_redis_conn *conn);

/* Where it is connected to, or else what it was configured with; as sse_redis_config_address(). */
const char *sse_redis_conn_address(const sse_redis_conn *conn, char *out, size_t out_size);

/*
 * Sends a command. block_ms is how long Redis may take to answer beyond the configured read_timeout (BLPOP). When the
 * connection is not ready, nothing is sent and -1 returned; cb is not called then.
 */
int sse_redis_conn_command(sse_redis_conn *conn, int argc, const sse_str *argv, uint64_t block_ms, sse_reply_cb cb, void *arg);

/* The same for a long command that is sent again and again: as the bytes that Redis reads, in pieces. */
int sse_redis_conn_send(
	sse_redis_conn *conn, size_t count, const sse_str *pieces, uint64_t block_ms, sse_reply_cb cb, void *arg);

/* Between the two, commands gather and are sent together. Without a connection both do nothing. */
void sse_redis_conn_hold(sse_redis_conn *conn);
void sse_redis_conn_flush(sse_redis_conn *conn);

/*
 * For whoever waits for an answer and has nothing else to do: the descriptor that tells of it, or -1 when only a turn of the
 * loop can (TLS, a login under way, something that waits to be written).
 */
int sse_redis_conn_answer_fd(const sse_redis_conn *conn);
/* Reads what has come there, as a turn would, and calls the same functions; false when nothing has. Never waits. */
bool sse_redis_conn_read(sse_redis_conn *conn);

/* From within a reply callback only: the reply stays valid until the arena, which gets its memory, is reset. */
void sse_redis_conn_keep_reply(sse_redis_conn *conn, sse_arena *arena);

/*
 * Gives the connection up as if it had broken: lost() is called with this error, and a new attempt follows. For answers
 * that mean "not now" or "not you".
 */
void sse_redis_conn_fail(sse_redis_conn *conn, const char *error, bool permanent);

/*
 * Ends the connection; no callback is called any more, not even for commands without an answer. The memory is freed by the
 * loop's next turns.
 */
void sse_redis_conn_close(sse_redis_conn *conn);

#endif
