/*
 * What the files of the Redis broker share: redis_broker.c (subscriptions), redis_topic.c (the state of topics), redis_log.c
 * (reading logs), redis_tickets.c (tickets), redis_lists.c (lists).
 */
#ifndef SSE_HUB_REDIS_BROKER_H
#define SSE_HUB_REDIS_BROKER_H

#include "broker.h"
#include "channel.h"
#include "redis_lists.h"
#include "replay.h"

#include "io/pubsub.h"

typedef struct hub_redis_broker hub_redis_broker;
struct hub_redis_batch;

typedef enum hub_topic_state {
	TOPIC_SUBSCRIBING,  /* until Redis confirms */
	TOPIC_READING,      /* the log is asked for what came before the confirmation */
	TOPIC_LIVE
} hub_topic_state;

/* A signal that came while the log was being read. */
typedef struct hub_held_signal {
	struct hub_held_signal *next;
	sse_str payload;  /* owned */
} hub_held_signal;

/* A channel, pattern or topic, between watch() and unwatch(). */
typedef struct hub_redis_source {
	hub_redis_broker *redis;
	hub_channel *channel;
	sse_pubsub_item *item;
	bool was_confirmed;
	/* Topics. */
	hub_topic_state state;
	bool has_cursor;             /* the channel's cursor means something: the topic was live once */
	bool hinted;                 /* a bare hint came while the log was being read: it has to be read once more */
	sse_str key;                 /* owned, with prefix */
	sse_link to_read;            /* redis->to_read */
	struct hub_redis_batch *batch; /* which reads it, NULL: none */
	size_t index;                /* in it */
	hub_held_signal *held;
	hub_held_signal **held_last;
	size_t held_bytes;
} hub_redis_source;

struct hub_redis_broker {
	hub_broker base;
	sse_pubsub *pubsub;
	sse_pubsub_listener listener;
	char complaint[160];         /* why Redis is away, as it was logged last; empty: it was not */
	uint64_t lost_at;            /* ms, the loop's clock */
	uint64_t outage;             /* ms: how long the last one was */
	hub_redis_lists *lists;
	sse_str clock_key;           /* owned */

	/* redis_log.c */
	sse_redis_conn *log;
	size_t in_flight;            /* replays and batches that Redis has to answer */
	sse_link to_read;            /* topics */
	sse_link failed;             /* topics whose log cannot be read, for another attempt */
	uint64_t retry_failed;       /* ms, the loop's clock */
	sse_link batches;
	sse_link replays;            /* that wait to be sent: hub_replay.link */
	sse_link reads;              /* that were sent */

	sse_link tickets;            /* redis_tickets.c */
};

/* redis_topic.c */
void hub_redis_topic_init(hub_redis_source *source);
void hub_redis_topic_deinit(hub_redis_source *source);
/* The subscription stands: the log is to be read. */
void hub_redis_topic_read(hub_redis_source *source);
/* The subscription is gone. */
void hub_redis_topic_lost(hub_redis_source *source);
/* The log was read: everything up to cursor was handed out. */
void hub_redis_topic_was_read(hub_redis_source *source, sse_entry_id cursor);

/* redis_log.c */

void hub_redis_log_init(hub_redis_broker *redis);
void hub_redis_log_free(hub_redis_broker *redis);
void hub_redis_log_flush(hub_redis_broker *redis);
/* No answer is of interest any more. */
void hub_redis_log_forget(hub_redis_source *source);
void hub_redis_replay(hub_broker *broker, struct hub_replay *replay);
void hub_redis_forget_replay(hub_broker *broker, struct hub_replay *replay);

/* redis_tickets.c */
void hub_redis_tickets_flush(hub_redis_broker *redis);
void hub_redis_tickets_free(hub_redis_broker *redis);
void hub_redis_take_ticket(hub_broker *broker, sse_str ticket, hub_ticket_cb cb, void *arg);
void hub_redis_forget_ticket(hub_broker *broker, void *arg);

#endif
