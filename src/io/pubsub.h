/*
 * Subscriptions to channels and patterns over one connection that comes back by itself. They may come and go while it is
 * connected: what was added since the last sse_pubsub_flush() is asked for with one command.
 */
#ifndef SSE_IO_PUBSUB_H
#define SSE_IO_PUBSUB_H

#include "redis_conn.h"

typedef struct sse_pubsub sse_pubsub;
typedef struct sse_pubsub_item sse_pubsub_item;

typedef enum sse_pubsub_kind {
	SSE_PUBSUB_CHANNEL,
	SSE_PUBSUB_PATTERN,
	/*
	 * What we say ourselves, to those who follow a topic, to hubs and agents: sse_redis_publish_command(). A channel, but in a
	 * cluster one of the slot (SSUBSCRIBE), which costs no node but one anything, and arrives in order.
	 */
	SSE_PUBSUB_SIGNAL
} sse_pubsub_kind;

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
	/*
	 * For who has many subscriptions, each for itself: one was confirmed, or refused (an ACL, say; it is asked for again
	 * after the next reconnect). Without refused(), a refusal is the loss of the connection.
	 */
	void (*confirmed)(void *arg, void *item_arg);
	void (*refused)(void *arg, void *item_arg, const char *error);
} sse_pubsub_listener;

/* config is borrowed and must outlive the subscriptions. */
sse_pubsub *sse_pubsub_new(sse_loop *loop, const sse_redis_config *config);

/* Messages for one name go to every subscription of that name, in the order in which they were added. */
sse_pubsub_item *sse_pubsub_add(sse_pubsub *pubsub, sse_str name, sse_pubsub_kind kind, sse_message_cb cb, void *arg);
/* Whether its messages arrive already, as those of another one of that name did: then confirmed() is not called for it. */
bool sse_pubsub_is_confirmed(const sse_pubsub_item *item);
/* Its callback is not called any more. Not from within a message callback of the same name. */
void sse_pubsub_remove(sse_pubsub *pubsub, sse_pubsub_item *item);

void sse_pubsub_listen(sse_pubsub *pubsub, sse_pubsub_listener *listener);

void sse_pubsub_start(sse_pubsub *pubsub);

/* Asks Redis for what was added, and takes leave of what was removed, while connected. */
void sse_pubsub_flush(sse_pubsub *pubsub);

/* Where it is connected to, as sse_redis_conn_address(). */
const char *sse_pubsub_address(const sse_pubsub *pubsub, char *out, size_t out_size);

/* Whether all that was added is confirmed or was refused: each message of it arrives from here on. */
bool sse_pubsub_is_current(const sse_pubsub *pubsub);

/* No callback is called any more. */
void sse_pubsub_free(sse_pubsub *pubsub);

#endif
