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
	REPLAY_WAITING,   /* for all of its topics to be live, or for the client to read */
	REPLAY_READING    /* the broker was asked */
} hub_replay_state;

/* An entry that came while the log was being read. */
typedef struct hub_held {
	const hub_channel *channel;
	hub_block *block;          /* one reference */
	uint32_t off;
	uint32_t len;
	sse_entry_id id;
} hub_held;

struct hub_replay {
	hub_client *client;
	hub_replay_state state;
	sse_link link;             /* the broker's, while it has to answer */
	sse_topic *topics;         /* owned; name is borrowed from the channel, key is the broker's to set, cursor is text */
	hub_channel **channels;    /* of each */
	size_t count;
	int64_t retention;         /* s: 0 when the client was here until a moment ago, so that no log can have expired */
	hub_block *block;          /* what one answer brings */
	sse_entry_id newest;       /* the last entry in it */
	hub_held *held;
	size_t held_count, held_cap, held_bytes;
	bool overrun;              /* more came meanwhile than may be held: the log has to be read again */
};

/* Starts one for a client that has joined its topics. last: where those without a cursor continue, NULL: from now. */
void hub_replay_start(hub_client *client, const sse_subscription *subscription, const sse_entry_id *last);
/* The same for one that was in step, and one of whose topics is not live any more; moves on one that has a replay already. */
void hub_replay_restart(hub_client *client);
/* The client has joined a topic, which begins from now; or is about to leave one: the replay is gone with its last topic. */
void hub_replay_add(struct hub_replay *replay, hub_channel *channel);
void hub_replay_remove(struct hub_replay *replay, const hub_channel *channel);
/* Something changed: looks whether the topics are live, and asks. */
void hub_replay_advance(struct hub_replay *replay);
void hub_replay_hold(struct hub_replay *replay, const hub_channel *channel, hub_block *block, const hub_mark *mark);
void hub_replay_free(struct hub_replay *replay);

/* What brokers answer. */
void hub_replay_entry(struct hub_replay *replay, const sse_entry *entry);
void hub_replay_gap(struct hub_replay *replay, sse_str topic, const char *reason);
/* The end of one answer. clock: everything up to it was handed out, when there is no more. */
void hub_replay_answered(struct hub_replay *replay, bool more, sse_entry_id clock);

#endif
