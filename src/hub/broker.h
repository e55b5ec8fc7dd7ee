/*
 * Where events come from: Redis, or the hub itself (`memory:`). A broker calls the functions of channel.h and replay.h, from
 * within a turn of the loop, never from within the calls of hub_broker_ops.
 */
#ifndef SSE_HUB_BROKER_H
#define SSE_HUB_BROKER_H

#include "core/entry_id.h"
#include "core/str.h"

#include <stdbool.h>
#include <stdint.h>

struct hub;
struct hub_channel;
struct hub_replay;
typedef struct hub_broker hub_broker;

typedef enum hub_ticket_result {
	HUB_TICKET_OK,
	HUB_TICKET_UNKNOWN,  /* never given out, used, or expired */
	HUB_TICKET_UNSURE    /* the broker cannot be asked now */
} hub_ticket_result;

/* contents: a SUBSCRIPTION message, borrowed for the call. */
typedef void (*hub_ticket_cb)(void *arg, hub_ticket_result result, sse_str contents);

/* For brokers that the hub itself is; the others leave these NULL and PHP talks to Redis. */
typedef struct hub_broker_store {
	/*
	 * kind: SSE_SOURCE_TOPIC (then *id is the entry's), _CHANNEL, or _LIST. NULL, or why it was refused: a sentence that stays
	 * valid. Events and messages reach their channels from within the call.
	 */
	const char *(*publish)(hub_broker *broker, int kind, sse_str name, sse_str event, sse_str data, sse_entry_id *id);
	sse_entry_id (*cursor)(hub_broker *broker, sse_str topic);
	/* NULL, or why it was refused, as above. */
	const char *(*put_ticket)(hub_broker *broker, sse_str ticket, sse_str contents, uint64_t ttl_ms);
} hub_broker_store;

typedef struct hub_broker_ops {
	/* Begins and ends delivery for a channel that has its first, or lost its last subscriber. */
	void (*watch)(hub_broker *broker, struct hub_channel *channel);
	void (*unwatch)(hub_broker *broker, struct hub_channel *channel);
	/* A list that had no client to take an item may be asked for again. */
	void (*resume)(hub_broker *broker, struct hub_channel *channel);
	/* Reads the logs of replay's topics from its cursors; the answer comes through hub_replay_*(). */
	void (*replay)(hub_broker *broker, struct hub_replay *replay);
	/* No answer must come any more. */
	void (*forget_replay)(hub_broker *broker, struct hub_replay *replay);
	/* A ticket is good for one call; cb is called once, unless it is forgotten before. */
	void (*take_ticket)(hub_broker *broker, sse_str ticket, hub_ticket_cb cb, void *arg);
	void (*forget_ticket)(hub_broker *broker, void *arg);
	/* At the end of each turn: what the calls above asked for may be sent, joined. NULL: no need. */
	void (*flush)(hub_broker *broker);
	/* The hub is about to end: items that are on their way go back. True when there are none any more. */
	bool (*is_settled)(hub_broker *broker);
	void (*free)(hub_broker *broker);
} hub_broker_ops;

struct hub_broker {
	const hub_broker_ops *ops;
	const hub_broker_store *store;  /* NULL for Redis */
	struct hub *hub;
};

hub_broker *hub_redis_broker_new(struct hub *hub);
hub_broker *hub_memory_broker_new(struct hub *hub);

#endif
