/*
 * Subscriptions to channels and patterns over one connection that comes back by itself.
 */
#ifndef SSE_IO_PUBSUB_H
#define SSE_IO_PUBSUB_H

#include "redis_conn.h"

typedef struct sse_pubsub sse_pubsub;

/* name is the channel's name without the prefix; both are borrowed for the length of the call. */
typedef void (*sse_message_cb)(void *arg, sse_str name, sse_str payload);

/* Who wants to know how the connection fares. Any member may be NULL. Called from within sse_loop_turn(). */
typedef struct sse_pubsub_listener {
	/* Every subscription is confirmed: from here on each message arrives. Again after each reconnect. */
	void (*ready)(void *arg, bool again);
	/* The connection is lost; messages published until the next ready() do not arrive. */
	void (*lost)(void *arg, const char *error, bool permanent);
	void *arg;
	struct sse_pubsub_listener *next;
} sse_pubsub_listener;

/* config is borrowed and must outlive the subscriptions. */
sse_pubsub *sse_pubsub_new(sse_loop *loop, const sse_redis_config *config);

/* Before _start only. Messages for one name go to every subscription of that name, in the order in which they were added. */
void sse_pubsub_add(sse_pubsub *pubsub, sse_str name, bool pattern, sse_message_cb cb, void *arg);
void sse_pubsub_listen(sse_pubsub *pubsub, sse_pubsub_listener *listener);

void sse_pubsub_start(sse_pubsub *pubsub);

/* No callback is called any more. */
void sse_pubsub_free(sse_pubsub *pubsub);

#endif
