/*
 * Behind a connection to one of several Redis: where it is to go, and what becomes of commands that are refused because they came to
 * the wrong one, or at the wrong time. Such a command was not executed, so it is sent again, for as long as one may be waited for
 * (read_timeout), and its caller hears of none of it:
 *
 *     MOVED        another node serves the slot: there
 *     ASK          the slot is moving, and the keys have moved: once, there, behind ASKING
 *     TRYAGAIN     the slot is moving, and some of the keys have moved: a little later
 *     CLUSTERDOWN, READONLY    it serves nobody, or was made a replica: whoever is found to be in its place
 *
 * (https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#redirection-and-resharding)
 *
 * Commands keep their order: from the first refusal on all others wait behind it, and are sent one by one, each when the one before
 * it was answered, until none is left.
 *
 * A command that may wait at Redis (BLPOP) is not sent again: its caller gets the refusal, and is to give the connection up.
 */
#ifndef SSE_IO_REDIS_REDIRECT_H
#define SSE_IO_REDIS_REDIRECT_H

#include "redis_conn_internal.h"
#include "redis_find.h"

typedef enum sse_redirect_next { REDIRECT_HERE, REDIRECT_LATER, REDIRECT_ASK, REDIRECT_ELSEWHERE } sse_redirect_next;

/* Of a command: what it takes to send it again. */
typedef struct sse_refusal {
	char *bytes;           /* as Redis reads it; owned */
	size_t len;
	uint64_t number;       /* grows with each command of the connection */
	uint64_t block_ms;     /* that it may wait at Redis; then a refusal is an answer */
	uint64_t give_up_at;   /* ms, uv clock */
	sse_redirect_next next;
} sse_refusal;

typedef struct sse_redirect {
	sse_redis_find *find;
	sse_redis_place place;       /* where it is, or was found the last time */
	sse_redis_config at;         /* that of place */
	bool has_hint;               /* a node said where to: nobody else has to be asked */
	sse_redis_place hint;
	uint64_t numbers;
	bool is_settling;            /* there were refusals, and not all of those commands were answered since */
	bool is_quiet;               /* between two connections that the owner takes for one */
	pending_reply *refused;      /* in their order */
	pending_reply *asking;       /* the one that was sent to asked */
	bool is_answering;           /* with a reply that came from there */
	sse_redis_conn *asked;       /* to where ASK said; NULL: nowhere */
	sse_redis_place ask;
	sse_redis_config ask_config; /* that of ask */
} sse_redirect;

/* found is called with the connection. */
sse_redirect *sse_redirect_new(sse_redis_conn *conn, sse_redis_found_cb found);
void sse_redirect_free(sse_redirect *redirect);

/* Notes what it takes to send the command again; bytes is owned from here on. */
void sse_redirect_note(sse_redis_conn *conn, pending_reply *pending, char *bytes, size_t len, uint64_t block_ms);
void sse_redirect_free_refusal(sse_refusal *refusal);

/* Whether commands have to queue up: with sse_redirect_put(). */
static inline bool sse_redirect_is_settling(const sse_redis_conn *conn)
{
	return conn->redirect && conn->redirect->is_settling;
}
void sse_redirect_put(sse_redis_conn *conn, pending_reply *pending);

/*
 * Whether reply is a refusal, and the command, which is in no list any more, is kept to be sent again. What it says of where to
 * connect is noted in any case.
 */
bool sse_redirect_keeps(sse_redis_conn *conn, pending_reply *pending, const sse_reply *reply);
/* Goes on with what was refused, if there is anything: after each reply, and when the connection is ready. */
void sse_redirect_go_on(sse_redis_conn *conn);

/* Takes all commands that wait here; for a connection that is lost. */
pending_reply *sse_redirect_take(sse_redis_conn *conn);

/* Whether it is an error that says that this is not the Redis, which also a subscriber may get; notes where to go. */
bool sse_redirect_is_elsewhere(sse_redis_conn *conn, const sse_reply *reply);

#endif
