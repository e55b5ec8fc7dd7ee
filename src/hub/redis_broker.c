/*
 * Redis as the hub's broker: one connection that subscribes (io/pubsub), one that reads logs and tickets (redis_log), and a
 * few that wait for lists (redis_lists).
 */
#include "redis_broker.h"

#include "join.h"
#include "log.h"
#include "opening.h"
#include "presence.h"
#include "state.h"
#include "takeover.h"
#include "user.h"

#include "core/alloc.h"
#include "core/redis_key.h"

#include <stdio.h>
#include <string.h>

static void on_message(void *arg, sse_str name, sse_str payload)
{
	hub_redis_source *source = arg;

	hub_channel_message(source->channel, payload);
}

static void on_hub_message(void *arg, sse_str name, sse_str payload)
{
	struct hub *hub = ((hub_redis_broker *)arg)->base.hub;
	sse_wire_reader reader;
	sse_wire_field field;
	int type = sse_wire_open(&reader, payload);
	uint64_t nonce;

	if (type == SSE_WIRE_JOIN || type == SSE_WIRE_LEAVE) {
		hub_join_heard(hub, type, &reader);
		return;
	}
	while ((type == SSE_WIRE_DISCONNECT || type == SSE_WIRE_MARK) && sse_wire_next(&reader, &field) > 0) {
		if (type == SSE_WIRE_DISCONNECT && field.tag == SSE_TAG_USER) {
			hub_user_disconnect(hub, field.value);
		} else if (type == SSE_WIRE_MARK && field.tag == SSE_TAG_NONCE && sse_wire_number(&field, &nonce)) {
			hub_takeover_marked(hub, nonce);
		}
	}
}

/* What the subscribing connection reports */

static void on_confirmed(void *arg, void *item_arg)
{
	hub_redis_broker *redis = arg;
	hub_redis_source *source = item_arg;

	if (item_arg == redis || item_arg == redis->base.hub->presence) {
		return; /* the channel of the hubs, or of the agent */
	}
	if (HUB_CHANNEL_KIND(source->channel) == SSE_SOURCE_TOPIC) {
		hub_redis_topic_read(source);
	} else if (source->was_confirmed) {
		hub_channel_gap(source->channel, "disconnected");
	} else {
		hub_channel_attached(source->channel);
	}
	source->was_confirmed = true;
}

static void on_refused(void *arg, void *item_arg, const char *error)
{
	hub_redis_broker *redis = arg;
	hub_redis_source *source = item_arg;
	sse_str name = SSE_HUB_CHANNEL;

	if (item_arg == redis->base.hub->presence) {
		name = (sse_str){ "sse-agent", 9 };
	} else if (item_arg != redis) {
		name = source->channel->node.key;
		if (HUB_CHANNEL_KIND(source->channel) != SSE_SOURCE_TOPIC) {
			hub_channel_attached(source->channel);
		}
	}
	hub_log_seldom(HUB_WARNING, "subscription_refused",
		(hub_field[]){ HUB_STR("channel", name), HUB_TEXT("error", error), HUB_LAST });
}

static void on_ready(void *arg, bool again)
{
	hub_redis_broker *redis = arg;
	struct hub *hub = redis->base.hub;

	if (!hub->broker_ready) {
		hub->broker_ready = true;
		sse_pubsub_address(redis->pubsub, hub->broker_address, sizeof(hub->broker_address));
		redis->outage = redis->lost_at > 0 ? sse_loop_now(&hub->loop) - redis->lost_at : 0;
		hub_log(HUB_INFO, again ? "redis_back" : "redis_connected",
			(hub_field[]){ HUB_TEXT("address", hub->broker_address), HUB_LAST });
	}
}

static void on_lost(void *arg, const char *error, bool permanent)
{
	hub_redis_broker *redis = arg;
	struct hub *hub = redis->base.hub;
	sse_map_node *node;

	hub->stats.broker_losses += hub->broker_ready;
	/* Once for each reason: a Redis that is back and refuses the password is another matter than one that is down. */
	if (hub->broker_ready || strncmp(redis->complaint, error, sizeof(redis->complaint) - 1) != 0) {
		snprintf(redis->complaint, sizeof(redis->complaint), "%s", error);
		hub_log(HUB_WARNING, "redis_lost", (hub_field[]){ HUB_TEXT("error", error), HUB_LAST });
	}
	if (hub->broker_ready) {
		redis->lost_at = sse_loop_now(&hub->loop);
	}
	hub->broker_ready = false;
	hub->broker_address[0] = '\0';
	hub_openings_end(hub);
	for (node = sse_map_next(&hub->channels, NULL); node; node = sse_map_next(&hub->channels, node)) {
		hub_channel *channel = SSE_MAP_ENTRY(node, hub_channel, node);

		if (HUB_CHANNEL_KIND(channel) == SSE_SOURCE_TOPIC) {
			hub_redis_topic_lost(channel->broker_data);
		}
	}
}

/* Channels come and go */

static void watch(hub_broker *broker, hub_channel *channel)
{
	hub_redis_broker *redis = (hub_redis_broker *)broker;
	hub_redis_source *source;
	sse_source_kind kind = HUB_CHANNEL_KIND(channel);

	if (kind == SSE_SOURCE_LIST) {
		hub_redis_lists_watch(redis->lists, channel);
		return;
	}
	source = sse_calloc(1, sizeof(*source));
	source->redis = redis;
	source->channel = channel;
	channel->broker_data = source;
	if (kind == SSE_SOURCE_TOPIC) {
		hub_redis_topic_init(source);
	} else {
		source->item = sse_pubsub_add(redis->pubsub, channel->node.key,
			kind == SSE_SOURCE_PATTERN ? SSE_PUBSUB_PATTERN : SSE_PUBSUB_CHANNEL, on_message, source);
		source->was_confirmed = sse_pubsub_is_confirmed(source->item);
		channel->live = source->was_confirmed;
	}
}

static void unwatch(hub_broker *broker, hub_channel *channel)
{
	hub_redis_broker *redis = (hub_redis_broker *)broker;
	hub_redis_source *source = channel->broker_data;

	if (HUB_CHANNEL_KIND(channel) == SSE_SOURCE_LIST) {
		hub_redis_lists_unwatch(redis->lists, channel);
		return;
	}
	if (HUB_CHANNEL_KIND(channel) == SSE_SOURCE_TOPIC) {
		hub_redis_topic_deinit(source);
	}
	sse_pubsub_remove(redis->pubsub, source->item);
	sse_free(source);
	channel->broker_data = NULL;
}

static void resume(hub_broker *broker, hub_channel *channel)
{
	hub_redis_broker *redis = (hub_redis_broker *)broker;

	hub_redis_lists_resume(redis->lists, channel);
}

static void flush(hub_broker *broker)
{
	hub_redis_broker *redis = (hub_redis_broker *)broker;

	sse_pubsub_flush(redis->pubsub);
	hub_redis_log_flush(redis);
}

static bool is_settled(hub_broker *broker)
{
	hub_redis_broker *redis = (hub_redis_broker *)broker;

	return hub_redis_lists_is_settled(redis->lists);
}

static void go_on(hub_broker *broker)
{
	hub_redis_broker *redis = (hub_redis_broker *)broker;

	hub_redis_lists_go_on(redis->lists);
}

static bool is_current(hub_broker *broker)
{
	hub_redis_broker *redis = (hub_redis_broker *)broker;

	/* A log that cannot be read is not waited for: its clients replay when it can be. */
	return sse_pubsub_is_current(redis->pubsub) && sse_list_is_empty(&redis->to_read) && sse_list_is_empty(&redis->batches);
}

static void on_mark_sent(void *arg, const sse_reply *reply)
{
	/* A mark that does not come is not waited for long, whatever the reason. */
}

static bool mark(hub_broker *broker, sse_str message)
{
	hub_redis_broker *redis = (hub_redis_broker *)broker;
	sse_str channel = sse_redis_key(&broker->hub->config->redis, SSE_HUB_CHANNEL);
	sse_str publish = sse_redis_publish_command(&broker->hub->config->redis);
	int result = sse_redis_conn_command(redis->log, 3, (sse_str[]){ publish, channel, message }, 0, on_mark_sent, redis);

	sse_redis_key_free(channel);
	return result == 0;
}

static void free_broker(hub_broker *broker)
{
	hub_redis_broker *redis = (hub_redis_broker *)broker;

	hub_redis_lists_free(redis->lists);
	hub_redis_log_free(redis);
	hub_presence_free(broker->hub);
	sse_pubsub_free(redis->pubsub);
	sse_redis_key_free(redis->clock_key);
	sse_free(redis);
}

static const hub_broker_ops redis_ops = {
	.watch = watch,
	.unwatch = unwatch,
	.resume = resume,
	.replay = hub_redis_replay,
	.forget_replay = hub_redis_forget_replay,
	.take_ticket = hub_redis_take_ticket,
	.forget_ticket = hub_redis_forget_ticket,
	.flush = flush,
	.is_settled = is_settled,
	.go_on = go_on,
	.is_current = is_current,
	.mark = mark,
	.free = free_broker,
};

hub_broker *hub_redis_broker_new(struct hub *hub)
{
	hub_redis_broker *redis = sse_calloc(1, sizeof(*redis));
	const sse_redis_config *config = &hub->config->redis;

	redis->base = (hub_broker){ &redis_ops, NULL, hub };
	redis->clock_key = sse_redis_clock_key(config);
	redis->pubsub = sse_pubsub_new(&hub->loop, config);
	redis->listener = (sse_pubsub_listener){
		.ready = on_ready, .lost = on_lost, .arg = redis, .confirmed = on_confirmed, .refused = on_refused };
	sse_pubsub_listen(redis->pubsub, &redis->listener);
	sse_pubsub_add(redis->pubsub, SSE_HUB_CHANNEL, SSE_PUBSUB_SIGNAL, on_hub_message, redis);
	hub_presence_init(hub, redis->pubsub);
	redis->lists = hub_redis_lists_new(hub);
	hub_redis_log_init(redis);
	sse_pubsub_start(redis->pubsub);
	return &redis->base;
}
