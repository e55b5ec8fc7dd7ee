/*
 * What redis_conn.c (the connection), redis_send.c (its commands) and redis_redirect.c (those that are refused) share; nobody else
 * includes this.
 */
#ifndef SSE_IO_REDIS_CONN_INTERNAL_H
#define SSE_IO_REDIS_CONN_INTERNAL_H

#include "redis_conn.h"

#include "core/buf.h"

typedef enum conn_state { CONN_WAITING, CONN_FINDING, CONN_CONNECTING, CONN_LOGIN, CONN_READY, CONN_CLOSED } conn_state;

/* A command without an answer. */
typedef struct pending_reply {
	struct pending_reply *next;
	sse_reply_cb cb;
	void *arg;
	uint64_t deadline;       /* ms, uv clock */
	struct sse_refusal *refusal;  /* what it takes to send it again; NULL: there is one Redis only */
} pending_reply;

struct sse_redis_conn {
	sse_loop *loop;
	const sse_redis_config *config;
	const sse_redis_config *dialed;  /* config, or that of the place where it was found */
	const sse_redis_events *events;
	void *owner;
	conn_state state;
	uint64_t state_since;     /* ms */
	redisContext *ctx;        /* NULL while waiting */
	uv_poll_t *poll;          /* lives as long as ctx; freed in its own close callback */
	int poll_events;
	uv_timer_t retry;         /* its close callback frees the connection */
	unsigned attempt;
	unsigned login_replies;   /* still to come */
	sse_buf command;          /* empty, but while one is written */
	bool holding;             /* what is appended is not written yet */
	pending_reply *first;     /* commands without an answer, oldest first */
	pending_reply **last;
	uint64_t last_read;       /* ms */
	uint64_t ping_sent;       /* ms; 0: none since last_read */
	sse_ticker ticker;
	sse_arena arena;
	struct sse_redirect *redirect;  /* NULL: there is one Redis only */
};

/* redis_conn.c */

/* The connection is gone: tells so, and tries again after a while. */
void sse_conn_lose(sse_redis_conn *conn, const char *error, bool permanent);
/* Connects anew, after so many ms, without a word to the owner, unless that fails. */
void sse_conn_redial(sse_redis_conn *conn, uint64_t delay);
/* Writes what hiredis has buffered. A socket that cannot take it all is watched until it can. -1: the connection is broken. */
int sse_conn_flush(sse_redis_conn *conn);
void sse_conn_free_pending(pending_reply *pending);

/* redis_send.c */

/* Puts a command into hiredis' buffer. */
int sse_conn_append(sse_redis_conn *conn, int argc, const sse_str *argv);
/* Sends a command of which sse_redirect_note() keeps what it takes; the connection is ready. */
void sse_conn_send_noted(sse_redis_conn *conn, pending_reply *pending);

#endif
