/*
 * A topic's way to being live, the same as in io/follow.c but for many clients: subscribe, wait for the confirmation, read the
 * log from where the topic was, hand out the signals that the log did not bring, go on.
 */
#include "redis_broker.h"

#include "state.h"

#include "core/alloc.h"
#include "core/redis_key.h"
#include "core/signal.h"

/*
 * Of the signals that one topic holds while its log is read. A log that cannot be read, or a Redis that answers nothing while its
 * channels go on, would else be filled without an end by whoever publishes.
 */
#define HELD_BYTES_MAX (1024 * 1024)

static void drop_held(hub_redis_source *source)
{
	while (source->held) {
		hub_held_signal *next = source->held->next;

		sse_free((char *)source->held->payload.data);
		sse_free(source->held);
		source->held = next;
	}
	source->held_last = &source->held;
	source->held_bytes = 0;
}

static void on_signal(void *arg, sse_str name, sse_str payload);

void hub_redis_topic_init(hub_redis_source *source)
{
	const sse_redis_config *config = &source->redis->base.hub->config->redis;
	sse_str channel;

	source->key = sse_redis_topic_key(config, source->channel->node.key);
	source->has_cursor = !sse_entry_id_is_zero(source->channel->cursor); /* another hub's, which it goes on from */
	source->held_last = &source->held;
	sse_list_init(&source->to_read);
	/* The channel is named like the log; pubsub adds the prefix itself. */
	channel.data = source->key.data + config->prefix_len;
	channel.len = source->key.len - config->prefix_len;
	source->item = sse_pubsub_add(source->redis->pubsub, channel, SSE_PUBSUB_SIGNAL, on_signal, source);
	if (sse_pubsub_is_confirmed(source->item)) {
		hub_redis_topic_read(source); /* it was left a moment ago, and Redis has not been told yet */
	}
}

void hub_redis_topic_deinit(hub_redis_source *source)
{
	hub_redis_log_forget(source);
	drop_held(source);
	sse_redis_key_free(source->key);
}

void hub_redis_topic_read(hub_redis_source *source)
{
	source->state = TOPIC_READING;
	source->hinted = false;
	if (!source->batch && sse_list_is_empty(&source->to_read)) {
		sse_list_append(&source->redis->to_read, &source->to_read);
	}
}

static void leave_live(hub_redis_source *source)
{
	if (source->channel->live) {
		hub_channel_not_live(source->channel);
	}
}

void hub_redis_topic_lost(hub_redis_source *source)
{
	hub_redis_log_forget(source);
	drop_held(source);
	source->state = TOPIC_SUBSCRIBING;
	leave_live(source);
}

/* Something is in the log that was not signalled, or not told. */
static void read_again(hub_redis_source *source)
{
	hub_redis_topic_read(source);
	leave_live(source);
}

static void hold(hub_redis_source *source, sse_str payload)
{
	hub_held_signal *held = sse_malloc(sizeof(*held));

	held->next = NULL;
	held->payload = (sse_str){ sse_memdup(payload.data, payload.len), payload.len };
	*source->held_last = held;
	source->held_last = &held->next;
	source->held_bytes += sizeof(*held) + payload.len;
}

static void handle_signal(hub_redis_source *source, sse_str payload)
{
	hub_channel *channel = source->channel;
	sse_signal signal;

	if (!sse_signal_parse(payload, &signal)) {
		read_again(source); /* somebody's own producer says no more than "look" */
	} else if (sse_entry_id_compare(signal.id, channel->cursor) <= 0) {
		return; /* the log brought it already */
	} else if (sse_entry_id_compare(signal.previous, channel->cursor) > 0) {
		read_again(source); /* there is an entry before it that was not signalled, or not yet; the log has both */
	} else {
		hub_channel_entry(channel, signal.id, signal.id_text, signal.event, signal.data);
	}
}

static void on_signal(void *arg, sse_str name, sse_str payload)
{
	hub_redis_source *source = arg;
	sse_signal signal;

	if (source->state == TOPIC_LIVE) {
		handle_signal(source, payload);
	} else if (source->held_bytes <= HELD_BYTES_MAX && sse_signal_parse(payload, &signal)) {
		hold(source, payload);
	} else {
		/*
		 * A signal that there is no room for is a hint too. However many: one more read serves them all, and those that came
		 * before the first read need none.
		 */
		source->hinted = source->state == TOPIC_READING;
	}
}

void hub_redis_topic_was_read(hub_redis_source *source, sse_entry_id cursor)
{
	hub_held_signal *held;

	source->state = TOPIC_LIVE;
	source->has_cursor = true;
	source->channel->cursor = cursor; /* less than it was when Redis lost its data */
	while ((held = source->held) && source->state == TOPIC_LIVE) {
		source->held = held->next;
		source->held_bytes -= sizeof(*held) + held->payload.len;
		if (!source->held) {
			source->held_last = &source->held;
		}
		handle_signal(source, held->payload);
		sse_free((char *)held->payload.data);
		sse_free(held);
	}
	if (source->state == TOPIC_LIVE && source->hinted) {
		hub_redis_topic_read(source);
	}
	if (source->state == TOPIC_LIVE) {
		hub_channel_live(source->channel, source->channel->cursor);
	}
}
