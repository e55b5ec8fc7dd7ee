#include "replay.h"

#include "join.h"
#include "opening.h"
#include "presence.h"
#include "state.h"

#include "core/alloc.h"

#include <string.h>

static struct hub_replay *new_replay(hub_client *client, size_t capacity)
{
	struct hub_replay *replay = sse_calloc(1, sizeof(*replay));

	replay->client = client;
	replay->topics = sse_calloc(capacity, sizeof(*replay->topics));
	replay->channels = sse_calloc(capacity, sizeof(*replay->channels));
	sse_list_init(&replay->link);
	client->replay = replay;
	client->hub->stats.replays++;
	return replay;
}

/* from: NULL: from now. */
static void add_topic(struct hub_replay *replay, hub_channel *channel, const sse_entry_id *from)
{
	sse_topic *topic = &replay->topics[replay->count];

	topic->name = channel->node.key;
	if (from) {
		sse_entry_id_format(*from, topic->cursor);
	}
	replay->channels[replay->count++] = channel;
}

static const sse_source *find_source(const sse_subscription *subscription, const hub_channel *channel)
{
	size_t i;

	for (i = 0; i < subscription->count; i++) {
		const sse_source *source = &subscription->sources[i];

		if (source->kind == SSE_SOURCE_TOPIC && sse_str_equals(source->name, channel->node.key)) {
			return source;
		}
	}
	return NULL;
}

void hub_replay_start(hub_client *client, const sse_subscription *subscription, const sse_entry_id *last)
{
	struct hub_replay *replay = new_replay(client, subscription->count);
	hub_sub *sub;

	replay->retention = client->hub->config->redis.ttl;
	for (sub = client->subs; sub; sub = sub->next) {
		const sse_source *source;

		if (HUB_CHANNEL_KIND(sub->channel) != SSE_SOURCE_TOPIC) {
			continue;
		}
		source = find_source(subscription, sub->channel);
		add_topic(replay, sub->channel, source && source->has_cursor ? &source->cursor : last);
	}
	hub_replay_advance(replay);
}

void hub_replay_restart(hub_client *client)
{
	struct hub_replay *replay;
	size_t count = 0;
	hub_sub *sub;

	if (client->closing || client->ending) {
		return;
	}
	if (client->replay) {
		hub_replay_advance(client->replay);
		return;
	}
	if (sse_entry_id_is_zero(client->position)) {
		return; /* it has not been given anything yet, so it can be given nothing twice */
	}
	for (sub = client->subs; sub; sub = sub->next) {
		count++;
	}
	replay = new_replay(client, count);
	for (sub = client->subs; sub; sub = sub->next) {
		if (HUB_CHANNEL_KIND(sub->channel) == SSE_SOURCE_TOPIC) {
			add_topic(replay, sub->channel, sub->is_joining ? NULL : &client->position);
		}
	}
}

static void drop_held(struct hub_replay *replay)
{
	size_t i;

	for (i = 0; i < replay->held_count; i++) {
		hub_block_unref(replay->held[i].block);
	}
	replay->held_count = 0;
	replay->held_bytes = 0;
}

static void stop_reading(struct hub_replay *replay)
{
	hub_broker *broker = replay->client->hub->broker;

	if (replay->state == REPLAY_READING) {
		broker->ops->forget_replay(broker, replay);
		replay->state = REPLAY_WAITING;
	}
	if (replay->block) {
		hub_block_unref(replay->block);
		replay->block = NULL;
	}
	drop_held(replay);
}

void hub_replay_free(struct hub_replay *replay)
{
	stop_reading(replay);
	sse_free(replay->held);
	sse_free(replay->topics);
	sse_free(replay->channels);
	sse_free(replay);
}

void hub_replay_add(struct hub_replay *replay, hub_channel *channel)
{
	const size_t room = replay->count + 1;

	stop_reading(replay); /* the answer would be one to another question */
	replay->topics = sse_realloc(replay->topics, room * sizeof(*replay->topics));
	replay->channels = sse_realloc(replay->channels, room * sizeof(*replay->channels));
	memset(&replay->topics[replay->count], 0, sizeof(*replay->topics));
	add_topic(replay, channel, NULL);
	hub_replay_advance(replay);
}

void hub_replay_remove(struct hub_replay *replay, const hub_channel *channel)
{
	size_t i = 0;

	while (i < replay->count && replay->channels[i] != channel) {
		i++;
	}
	if (i == replay->count) {
		return;
	}
	stop_reading(replay);
	replay->count--;
	memmove(&replay->topics[i], &replay->topics[i + 1], (replay->count - i) * sizeof(*replay->topics));
	memmove(&replay->channels[i], &replay->channels[i + 1], (replay->count - i) * sizeof(*replay->channels));
	if (replay->count > 0) {
		hub_replay_advance(replay);
		return;
	}
	replay->client->replay = NULL;
	hub_replay_free(replay);
}

static bool all_live(const struct hub_replay *replay)
{
	size_t i;

	for (i = 0; i < replay->count; i++) {
		if (!replay->channels[i]->live) {
			return false;
		}
	}
	return true;
}

void hub_replay_advance(struct hub_replay *replay)
{
	hub_client *client = replay->client;
	hub_broker *broker = client->hub->broker;
	bool ready = all_live(replay);

	if (replay->state == REPLAY_READING && !ready) {
		stop_reading(replay); /* what comes now may have holes; the cursors say where to continue */
	} else if (replay->state == REPLAY_WAITING && ready && !client->closing && !client->ending && !client->out.is_blocked) {
		replay->state = REPLAY_READING;
		replay->overrun = false;
		broker->ops->replay(broker, replay);
	}
}

void hub_replay_hold(struct hub_replay *replay, const hub_channel *channel, hub_block *block, const hub_mark *mark)
{
	if (replay->state != REPLAY_READING || replay->overrun) {
		return; /* the log has it, and will be read */
	}
	if (replay->held_bytes + mark->len > replay->client->hub->config->client_buffer) {
		drop_held(replay);
		replay->overrun = true;
		return;
	}
	if (replay->held_count == replay->held_cap) {
		replay->held_cap = replay->held_cap > 0 ? replay->held_cap * 2 : 8;
		replay->held = sse_realloc(replay->held, replay->held_cap * sizeof(*replay->held));
	}
	replay->held[replay->held_count++] = (hub_held){ channel, hub_block_ref(block), mark->off, mark->len, mark->id };
	replay->held_bytes += mark->len;
}

/* Answers */

static hub_block *open_block(struct hub_replay *replay)
{
	if (!replay->block) {
		replay->block = hub_block_new();
		replay->newest = (sse_entry_id){ 0, 0 };
	}
	return replay->block;
}

void hub_replay_entry(struct hub_replay *replay, const sse_entry *entry)
{
	sse_event event = SSE_EVENT_INIT;

	event.data = entry->data;
	event.id = entry->id;
	if (sse_field_is_safe(entry->event)) {
		event.event = entry->event; /* one of a foreign producer must not forge a field, nor hide the event */
	}
	sse_entry_id_parse(entry->id, &replay->newest);
	hub_block_event(open_block(replay), &event, replay->newest);
	replay->client->hub->stats.deliveries++;
}

void hub_replay_gap(struct hub_replay *replay, sse_str topic, const char *reason)
{
	hub_sub *sub;

	replay->client->hub->stats.gaps++;
	hub_block_gap(open_block(replay), topic, reason);
	for (sub = replay->client->subs; sub; sub = sub->next) {
		if (HUB_CHANNEL_KIND(sub->channel) == SSE_SOURCE_TOPIC && sse_str_equals(sub->channel->node.key, topic)) {
			hub_presence_gap(sub);
		}
	}
}

static void write_block(struct hub_replay *replay)
{
	hub_block *block = replay->block;

	if (!block) {
		return;
	}
	replay->block = NULL;
	if (!sse_entry_id_is_zero(replay->newest)) {
		replay->client->position = replay->newest;
	}
	/* Not through the client's limit: the answer is bounded, and the next is asked for when this one was read. */
	hub_out_add(&replay->client->out, block, 0, (uint32_t)block->bytes.len);
	hub_block_unref(block);
}

static sse_entry_id cursor_of(const struct hub_replay *replay, const hub_channel *channel)
{
	sse_entry_id cursor = { 0, 0 };
	size_t i;

	for (i = 0; i < replay->count; i++) {
		if (replay->channels[i] == channel) {
			sse_entry_id_parse((sse_str){ replay->topics[i].cursor, strlen(replay->topics[i].cursor) }, &cursor);
			break;
		}
	}
	return cursor;
}

/* Everything in the log was handed out; what came meanwhile and was not in it follows, and then what comes live. */
static void finish(struct hub_replay *replay, sse_entry_id clock)
{
	hub_client *client = replay->client;
	hub_sub *sub;
	size_t i;

	for (i = 0; i < replay->held_count; i++) {
		const hub_held *held = &replay->held[i];

		if (sse_entry_id_compare(held->id, cursor_of(replay, held->channel)) > 0) {
			client->position = held->id;
			client->hub->stats.deliveries++;
			hub_out_add(&client->out, held->block, held->off, held->len);
		}
	}
	client->replay = NULL;
	hub_replay_free(replay);
	if (sse_entry_id_compare(clock, client->position) > 0) {
		/* The client can resume from there, even if no event ever comes; not from later: this turn's may wait to be given. */
		hub_client_tell(client, clock);
	}
	client->told_position = true;
	hub_joins_check(client);
	for (sub = client->subs; sub; sub = sub->next) {
		hub_presence_live(sub);
	}
}

void hub_replay_answered(struct hub_replay *replay, bool more, sse_entry_id clock)
{
	hub_client *client = replay->client;
	size_t i;

	for (i = 0; i < replay->count; i++) {
		replay->topics[i].gap_told = more; /* a gap that a later replay finds is another one */
	}
	replay->state = REPLAY_WAITING;
	if (sse_entry_id_compare(clock, client->hub->clock) > 0) {
		client->hub->clock = clock;
	}
	write_block(replay);
	hub_opening_end(client);
	if (more || replay->overrun) {
		drop_held(replay); /* they are in the log behind what was read */
		hub_client_flush(client);
		if (!client->closing) {
			hub_replay_advance(replay);
		}
		return;
	}
	finish(replay, clock);
	hub_client_flush(client);
}
