/*
 * One read of the logs of some topics: the question to Redis (lua/attach.lua) and the merging of its answer, so that the
 * entries of all topics come out in the order of their ids. Knows no connection states; follow.c does.
 */
#ifndef SSE_IO_REPLAY_H
#define SSE_IO_REPLAY_H

#include "core/entry_id.h"
#include "script.h"

/* One followed topic. */
typedef struct sse_topic {
	sse_str name;                      /* owned, without prefix */
	sse_str key;                       /* owned: log and channel */
	char cursor[SSE_ENTRY_ID_MAX];     /* the last entry handed out; "" before the first read of a topic from now on */
	bool gap_told;                     /* during one replay: the gap before cursor was announced */
} sse_topic;

/* Borrowed for the length of the call; event.data is NULL when the entry has no event name. */
typedef struct sse_entry {
	sse_str topic;
	sse_str id;
	sse_str event;
	sse_str data;
} sse_entry;

typedef struct sse_replay_sink {
	void (*entry)(void *arg, const sse_entry *entry);
	void (*gap)(void *arg, sse_str topic, const char *reason);
	void *arg;
} sse_replay_sink;

/* Asks for what comes after the cursors. retention in seconds, 0 when the follower was attached until a moment ago. */
int sse_replay_request(sse_redis_conn *conn, sse_str clock_key, const sse_topic *topics, size_t count, int64_t retention,
	bool whole_script, sse_reply_cb cb, void *arg);

/*
 * Hands the entries of an answer to the sink and moves the cursors. Returns 1 when there is more to ask for, 0 when
 * everything up to the clock (copied to clock) was handed out, -1 when the answer has another shape.
 */
int sse_replay_answer(
	const sse_reply *reply, sse_topic *topics, size_t count, const sse_replay_sink *sink, char clock[SSE_ENTRY_ID_MAX]);

#endif
