#include "channel.h"

#include "join.h"
#include "keep.h"
#include "opening.h"
#include "presence.h"
#include "replay.h"
#include "state.h"
#include "takeover.h"

#include "core/alloc.h"
#include "core/broadcast.h"

#include <string.h>

#define NO_ID ((sse_entry_id){ 0, 0 })

bool hub_channels_have_room(const struct hub *hub, const sse_subscription *names)
{
	const size_t most = hub->config->max_channels;
	size_t count = hub->channels.count, i;

	/* Nearly always there is room for all of them, whether they are there or not. */
	if (most == 0 || count + names->count <= most) {
		return true;
	}
	for (i = 0; i < names->count; i++) {
		count += !sse_map_find(&hub->channels, names->sources[i].kind, names->sources[i].name);
	}
	return count <= most || count == hub->channels.count;
}

static hub_channel *get(struct hub *hub, sse_source_kind kind, sse_str name, sse_entry_id from)
{
	hub_channel *channel = SSE_MAP_ENTRY(sse_map_find(&hub->channels, kind, name), hub_channel, node);

	if (channel) {
		return channel;
	}
	channel = sse_calloc(1, sizeof(*channel));
	channel->cursor = from;
	channel->hub = hub;
	channel->node.salt = kind;
	channel->node.key = (sse_str){ sse_memdup(name.data, name.len), name.len };
	sse_list_init(&channel->alone);
	sse_list_init(&channel->mixed);
	sse_list_init(&channel->dirty);
	sse_map_insert(&hub->channels, &channel->node);
	hub->broker->ops->watch(hub->broker, channel);
	if (hub->give) {
		hub_give_channel(hub->give, channel);
	}
	return channel;
}

hub_channel *hub_channel_get(struct hub *hub, sse_source_kind kind, sse_str name)
{
	return get(hub, kind, name, NO_ID);
}

hub_channel *hub_channel_hold(struct hub *hub, sse_source_kind kind, sse_str name, sse_entry_id from)
{
	hub_channel *channel = get(hub, kind, name, from);

	channel->holds++;
	return channel;
}

void hub_channel_join(hub_channel *channel, hub_sub *sub, hub_client *client, bool alone)
{
	struct hub *hub = channel->hub;

	sub->client = client;
	sub->channel = channel;
	sse_list_append(alone ? &channel->alone : &channel->mixed, &sub->link);
	if (HUB_CHANNEL_KIND(channel) == SSE_SOURCE_LIST) {
		hub->broker->ops->resume(hub->broker, channel);
	}
}

static void free_if_unused(hub_channel *channel)
{
	struct hub *hub = channel->hub;

	if (!sse_list_is_empty(&channel->alone) || !sse_list_is_empty(&channel->mixed) || channel->holds > 0) {
		return;
	}
	hub->broker->ops->unwatch(hub->broker, channel);
	sse_map_remove(&hub->channels, &channel->node);
	sse_list_remove(&channel->dirty);
	if (channel->block) {
		hub_block_unref(channel->block);
	}
	sse_free((char *)channel->node.key.data);
	sse_free(channel);
}

void hub_channel_leave(hub_sub *sub)
{
	hub_presence_leave(sub);
	sse_list_remove(&sub->link);
	free_if_unused(sub->channel);
}

void hub_channel_release(hub_channel *channel)
{
	channel->holds--;
	free_if_unused(channel);
}

/* Delivery */

static hub_block *open_block(hub_channel *channel)
{
	if (!channel->block) {
		channel->block = hub_block_new();
		sse_list_append(&channel->hub->dirty, &channel->dirty);
	}
	return channel->block;
}

static void give(hub_client *client, const hub_channel *channel, hub_block *block, const hub_mark *mark)
{
	if (client->closing || client->ending) {
		return;
	}
	if (client->replay && HUB_CHANNEL_KIND(channel) == SSE_SOURCE_TOPIC) {
		/* Its own reading of the log tells it of its own gaps. */
		if (!sse_entry_id_is_zero(mark->id)) {
			hub_replay_hold(client->replay, channel, block, mark);
		}
		return;
	}
	if (!sse_entry_id_is_zero(mark->id)) {
		if (client->told_position && sse_entry_id_compare(mark->id, client->position) <= 0) {
			return; /* it came with such an id, or its own reading of the log was ahead of the topic */
		}
		client->position = mark->id;
	}
	client->hub->stats.deliveries += mark->is_event;
	hub_client_add(client, block, mark->off, mark->len);
}

/* Clients with several sources get the frame now, the others get all of the turn's at its end. */
static void give_newest(hub_channel *channel)
{
	const hub_mark *mark = &channel->block->marks[channel->block->count - 1];

	if (channel->hub->keep) {
		hub_keep_frame(channel->hub->keep, channel, channel->block->count - 1);
		return;
	}
	SSE_LIST_EACH(link, &channel->mixed) {
		give(SSE_LIST_ENTRY(link, hub_sub, link)->client, channel, channel->block, mark);
	}
}

void hub_channel_give_kept(hub_channel *channel, uint32_t index)
{
	const hub_mark *mark = &channel->block->marks[index];

	SSE_LIST_EACH(link, &channel->mixed) {
		hub_client *client = SSE_LIST_ENTRY(link, hub_sub, link)->client;

		if (sse_entry_id_is_zero(mark->id) || sse_entry_id_compare(mark->id, client->position) > 0) {
			give(client, channel, channel->block, mark);
		}
	}
}

void hub_channel_message(hub_channel *channel, sse_str payload)
{
	sse_event event = SSE_EVENT_INIT;

	sse_buf data;

	sse_buf_init(&data);
	event.data = payload;
	if (HUB_CHANNEL_KIND(channel) == SSE_SOURCE_BROADCAST) {
		sse_broadcast_data(&data, channel->node.key, payload);
		event.event = SSE_BROADCAST_EVENT;
		event.data = (sse_str){ data.data, data.len };
	}
	channel->hub->stats.events_in++;
	hub_block_event(open_block(channel), &event, NO_ID);
	sse_buf_deinit(&data);
	give_newest(channel);
}

void hub_channel_entry(hub_channel *channel, sse_entry_id id, sse_str id_text, sse_str event_name, sse_str data)
{
	struct hub *hub = channel->hub;
	sse_event event = SSE_EVENT_INIT;

	event.data = data;
	event.event = event_name;
	event.id = id_text;
	hub->stats.events_in++;
	channel->cursor = id;
	if (sse_entry_id_compare(id, hub->clock) > 0) {
		hub->clock = id;
	}
	if (channel->live && sse_entry_id_compare(id, hub->delivered) > 0) {
		hub->delivered = id;
	}
	hub_block_event(open_block(channel), &event, id);
	give_newest(channel);
}

void hub_channel_gap(hub_channel *channel, const char *reason)
{
	channel->hub->stats.gaps++;
	hub_block_gap(open_block(channel), channel->node.key, reason);
	give_newest(channel);
	SSE_LIST_EACH(link, &channel->mixed) {
		hub_presence_gap(SSE_LIST_ENTRY(link, hub_sub, link));
	}
}

static bool take_item(hub_client *client, hub_block *block)
{
	if (client->closing || client->ending || client->out.is_blocked) {
		return false;
	}
	hub_client_flush(client); /* what this turn brought comes before it */
	if (client->closing || client->out.is_blocked || hub_client_has_left(client)) {
		return false;
	}
	hub_client_add(client, block, 0, (uint32_t)block->bytes.len);
	hub_client_flush(client);
	return !client->closing;
}

bool hub_channel_item(hub_channel *channel, sse_str payload)
{
	sse_event event = SSE_EVENT_INIT;
	sse_link *const lists[] = { &channel->alone, &channel->mixed };
	hub_block *block;
	bool taken = false;
	size_t i;

	event.data = payload;
	block = hub_block_of(&event);
	channel->hub->stats.queue_items++;
	for (i = 0; i < 2; i++) {
		SSE_LIST_EACH(link, lists[i]) {
			if (take_item(SSE_LIST_ENTRY(link, hub_sub, link)->client, block)) {
				channel->hub->stats.deliveries++;
				taken = true;
			}
		}
	}
	hub_block_unref(block);
	if (!taken) {
		channel->hub->stats.queue_returned++;
	}
	return taken;
}

/* A topic's state */

void hub_channel_live(hub_channel *channel, sse_entry_id cursor)
{
	sse_link *const lists[] = { &channel->alone, &channel->mixed };
	size_t i;

	channel->cursor = cursor;
	channel->known = channel->hub->clock;
	channel->live = true;
	for (i = 0; i < 2; i++) {
		SSE_LIST_EACH(link, lists[i]) {
			hub_sub *sub = SSE_LIST_ENTRY(link, hub_sub, link);

			if (sub->client->replay) {
				hub_replay_advance(sub->client->replay);
			} else {
				hub_client_tell_position(sub->client, NO_ID);
				hub_joins_check(sub->client);
				hub_presence_live(sub);
				hub_opening_check(sub->client);
			}
		}
	}
}

void hub_channel_attached(hub_channel *channel)
{
	sse_link *const lists[] = { &channel->alone, &channel->mixed };
	size_t i;

	channel->live = true;
	for (i = 0; i < 2; i++) {
		SSE_LIST_EACH(link, lists[i]) {
			hub_opening_check(SSE_LIST_ENTRY(link, hub_sub, link)->client);
		}
	}
}

void hub_channel_not_live(hub_channel *channel)
{
	channel->live = false;
	channel->kept_live = false;
	SSE_LIST_EACH(link, &channel->alone) {
		hub_client *client = SSE_LIST_ENTRY(link, hub_sub, link)->client;

		if (client->replay) {
			hub_replay_advance(client->replay);
		}
	}
	/*
	 * What the topic missed will be handed out when its log was read, and until then its clients would see later ids of their
	 * other topics: who has several reads them all, from where it was, in order.
	 */
	SSE_LIST_EACH(link, &channel->mixed) {
		hub_sub *sub = SSE_LIST_ENTRY(link, hub_sub, link);

		hub_presence_not_live(sub);
		hub_replay_restart(sub->client);
	}
}

/* The end of a turn */

/* newer_than: entries up to it are known to the client. */
static void give_one_by_one(hub_client *client, const hub_channel *channel, hub_block *block, sse_entry_id newer_than)
{
	uint32_t i;

	for (i = 0; i < block->count; i++) {
		const hub_mark *mark = &block->marks[i];

		if (sse_entry_id_is_zero(mark->id) || sse_entry_id_compare(mark->id, newer_than) > 0) {
			give(client, channel, block, mark);
		}
	}
}

void hub_channel_mix(hub_sub *sub)
{
	hub_client *client = sub->client;
	hub_channel *channel = sub->channel;

	if (channel->block && !client->closing && !client->ending) {
		give_one_by_one(client, channel, channel->block, client->replay ? NO_ID : client->position);
	}
	client->position = hub_client_position(client); /* from here on each entry moves it */
	client->is_alone = false;
	sse_list_remove(&sub->link);
	sse_list_append(&channel->mixed, &sub->link);
	if (HUB_CHANNEL_KIND(channel) == SSE_SOURCE_TOPIC && !channel->live) {
		hub_replay_restart(client); /* as for all that are mixed: see hub_channel_not_live() */
	}
}

/* first: the id of the first entry in the block, zero without one. */
static void give_block(
	hub_client *client, const hub_channel *channel, hub_block *block, uint64_t events, sse_entry_id first)
{
	if (client->closing || client->ending) {
		return;
	}
	if (client->replay) {
		give_one_by_one(client, channel, block, NO_ID);
	} else if (!sse_entry_id_is_zero(first) && sse_entry_id_compare(first, client->position) <= 0) {
		/* It came, or its replay ended, in this very turn, and after some of the block's entries. */
		give_one_by_one(client, channel, block, client->position);
	} else {
		client->hub->stats.deliveries += events;
		hub_client_add(client, block, 0, (uint32_t)block->bytes.len);
	}
	hub_client_flush(client);
}

static void flush_channel(hub_channel *channel)
{
	hub_block *block = channel->block;
	sse_entry_id first = NO_ID;
	uint64_t events = 0;
	uint32_t i;

	channel->block = NULL;
	sse_list_remove(&channel->dirty);
	for (i = block->count; i-- > 0;) {
		events += block->marks[i].is_event;
		if (!sse_entry_id_is_zero(block->marks[i].id)) {
			first = block->marks[i].id;
		}
	}
	SSE_LIST_EACH(link, &channel->alone) {
		give_block(SSE_LIST_ENTRY(link, hub_sub, link)->client, channel, block, events, first);
	}
	hub_block_unref(block);
}

void hub_channels_flush(struct hub *hub)
{
	if (hub->keep) {
		return;
	}
	while (!sse_list_is_empty(&hub->dirty)) {
		flush_channel(SSE_LIST_ENTRY(hub->dirty.next, hub_channel, dirty));
	}
	while (!sse_list_is_empty(&hub->pending)) {
		hub_client *client = SSE_LIST_ENTRY(hub->pending.next, hub_client, pending);

		sse_list_remove(&client->pending);
		hub_client_flush(client);
	}
}
