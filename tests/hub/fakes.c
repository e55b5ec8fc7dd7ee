#include "fakes.h"

#include "core/alloc.h"
#include "hub/log.h"

#include <stdio.h>

struct hub fake_hub;
hub_config fake_config;
sse_entry_id fake_id;
bool fake_takes_items;
bool (*fake_on_item)(hub_channel *channel, sse_str payload);

static sse_buf told, log_lines;

static void put(sse_buf *buf, sse_str str)
{
	if (str.len > 0) {
		sse_buf_append(buf, str.data, str.len);
	}
}

static void tell(const char *what, sse_str first, sse_str second, sse_str third)
{
	const sse_str parts[] = {first, second, third};

	sse_buf_append_str(&told, what);
	for (size_t i = 0; i < 3; i++) {
		if (parts[i].data != NULL) {
			sse_buf_append(&told, " ", 1);
			put(&told, parts[i]);
		}
	}
	sse_buf_append(&told, "\n", 1);
}

static const char *text_of(sse_buf *buf)
{
	sse_buf_reserve(buf, 1)[0] = '\0';
	return buf->data;
}

const char *fake_told(void)
{
	return text_of(&told);
}

void fake_forget(void)
{
	sse_buf_reset(&told, 65536);
}

const char *fake_log(void)
{
	return text_of(&log_lines);
}

void fake_hub_start(void)
{
	memset(&fake_hub, 0, sizeof fake_hub);
	memset(&fake_config, 0, sizeof fake_config);
	sse_redis_config_init(&fake_config.redis);
	fake_hub.config = &fake_config;
	sse_loop_init(&fake_hub.loop);
	sse_map_init(&fake_hub.channels, 42);
	sse_buf_init(&told);
	sse_buf_init(&log_lines);
	fake_takes_items = true;
	fake_on_item = NULL;
}

void fake_hub_stop(void)
{
	sse_map_node *node, *next;

	for (node = sse_map_next(&fake_hub.channels, NULL); node; node = next) {
		next = sse_map_next(&fake_hub.channels, node);
		fake_channel_free(SSE_MAP_ENTRY(node, hub_channel, node));
	}
	sse_map_deinit(&fake_hub.channels);
	sse_loop_deinit(&fake_hub.loop);
	sse_redis_config_deinit(&fake_config.redis);
	sse_buf_deinit(&told);
	sse_buf_deinit(&log_lines);
}

hub_channel *fake_channel(sse_source_kind kind, const char *name)
{
	hub_channel *channel = SSE_MAP_ENTRY(sse_map_find(&fake_hub.channels, kind, STR(name)), hub_channel, node);

	if (channel == NULL) {
		channel = sse_calloc(1, sizeof *channel);
		channel->hub = &fake_hub;
		channel->node.salt = kind;
		channel->node.key = (sse_str){sse_memdup(name, strlen(name)), strlen(name)};
		sse_map_insert(&fake_hub.channels, &channel->node);
	}
	return channel;
}

void fake_channel_free(hub_channel *channel)
{
	sse_map_remove(&fake_hub.channels, &channel->node);
	sse_free((char *)channel->node.key.data);
	sse_free(channel);
}

void fake_turns(unsigned count)
{
	while (count-- > 0) {
		sse_loop_turn(&fake_hub.loop, 0);
	}
}

bool fake_run_until(bool (*condition)(void *arg), void *arg, double seconds)
{
	uint64_t end = sse_loop_now_fresh(&fake_hub.loop) + (uint64_t)(seconds * 1000);

	while (!condition(arg)) {
		if (sse_loop_now_fresh(&fake_hub.loop) >= end) {
			return false;
		}
		sse_loop_turn(&fake_hub.loop, end);
	}
	return true;
}

static bool has_lines(void *arg)
{
	size_t wanted = *(size_t *)arg, i;

	for (i = 0; i < told.len && wanted > 0; i++) {
		wanted -= told.data[i] == '\n';
	}
	return wanted == 0;
}

bool fake_run_until_told(size_t lines, double seconds)
{
	return fake_run_until(has_lines, &lines, seconds);
}

static bool never(void *arg)
{
	return false;
}

void fake_run_for(double seconds)
{
	fake_run_until(never, NULL, seconds);
}

/* What the hub would do */

void hub_channel_message(hub_channel *channel, sse_str payload)
{
	tell(HUB_CHANNEL_KIND(channel) == SSE_SOURCE_PATTERN ? "pattern" : "message", channel->node.key, payload, NONE);
}

void hub_channel_entry(hub_channel *channel, sse_entry_id id, sse_str id_text, sse_str event, sse_str data)
{
	sse_entry_id read = {0, 0};

	fake_id = id;
	CHECK(channel->live);
	CHECK(sse_entry_id_parse(id_text, &read) && sse_entry_id_compare(read, id) == 0);
	CHECK(sse_entry_id_compare(channel->cursor, id) < 0);
	channel->cursor = id;
	tell("entry", channel->node.key, event, data);
}

void hub_channel_gap(hub_channel *channel, const char *reason)
{
	tell("gap", channel->node.key, STR(reason), NONE);
}

void hub_channel_live(hub_channel *channel, sse_entry_id cursor)
{
	fake_id = channel->cursor = cursor;
	channel->live = true;
	tell("live", channel->node.key, NONE, NONE);
}

void hub_channel_not_live(hub_channel *channel)
{
	channel->live = false;
	tell("not live", channel->node.key, NONE, NONE);
}

bool hub_channel_item(hub_channel *channel, sse_str payload)
{
	bool taken = fake_on_item != NULL ? fake_on_item(channel, payload) : fake_takes_items;

	tell(taken ? "item" : "untaken", channel->node.key, payload, NONE);
	return taken;
}

void hub_replay_entry(struct hub_replay *replay, const sse_entry *entry)
{
	tell("replayed", entry->topic, entry->event, entry->data);
}

void hub_replay_gap(struct hub_replay *replay, sse_str topic, const char *reason)
{
	tell("gap", topic, STR(reason), NONE);
}

void hub_replay_answered(struct hub_replay *replay, bool more, sse_entry_id clock)
{
	fake_id = clock;
	tell(more ? "more" : "all", NONE, NONE, NONE);
}

void hub_log(hub_level level, const char *event, const hub_field *fields)
{
	sse_buf_append_str(&log_lines, event);
	for (; fields != NULL && fields->key != NULL; fields++) {
		sse_buf_append(&log_lines, " ", 1);
		sse_buf_append_str(&log_lines, fields->key);
		sse_buf_append(&log_lines, "=", 1);
		put(&log_lines, fields->text);
	}
	sse_buf_append(&log_lines, "\n", 1);
}

void hub_log_seldom(hub_level level, const char *event, const hub_field *fields)
{
	hub_log(level, event, fields);
}
