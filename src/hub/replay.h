/*
 * A client that comes back with an id: what it missed is read from the logs, and what is published meanwhile is held back, so
 * that it gets everything once and in order. The rule is that of inline streams (io/follow.h).
 */
#ifndef SSE_HUB_REPLAY_H
#define SSE_HUB_REPLAY_H

#include "block.h"
#include "client.h"

#include "io/replay.h"

typedef enum hub_replay_state {
	REPLAY_WAITING,   /* for all of its topics to be live */
	REPLAY_READING
} hub_replay_state;

struct hub_replay {
	hub_client *client;
	hub_replay_state state;
	sse_link link;             /* the broker's, while it has to answer; free for its use */
	sse_topic *topics;         /* owned; name is borrowed from the channel, key is the broker's, cursor as text */
	hub_channel **channels;    /* of each */
	size_t count;
	int64_t retention;         /* s: 0 when the client was here until a moment ago, so that no log can have expired */
	hub_block *block;          /* what one answer brings */
	hub_slice *held;           /* entries that came meanwhile */
	size_t held_count, held_cap;
};

/* Starts one for a client that has just joined its topics (from: where its topics without a cursor continue). */
void hub_replay_start(hub_client *client, const sse_subscription *subscription, sse_entry_id from);
/* The same for one that was in step and whose topics are not live any more. */
void hub_replay_restart(hub_client *client);
/* Something changed: looks whether the topics are live, and asks. */
void hub_replay_advance(hub_replay *replay);
void hub_replay_hold(hub_replay *replay, hub_block *block, uint32_t off, uint32_t len);
void hub_replay_free(hub_replay *replay);

/* What brokers answer. */
void hub_replay_entry(hub_replay *replay, const sse_entry *entry);
void hub_replay_gap(hub_replay *replay, sse_str topic, const char *reason);
/* The end of one answer. clock: everything up to it was handed out, when there is no more. */
void hub_replay_answered(hub_replay *replay, bool more, sse_entry_id clock);

#endif
