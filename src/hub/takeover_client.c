/* One stream on its way from hub to hub: both ends of the message side by side. */
#include "takeover.h"

#include "address.h"
#include "client.h"
#include "presence.h"
#include "replay.h"
#include "state.h"
#include "stream_id.h"
#include "user.h"

#include <stdio.h>
#include <string.h>

/* Of SSE_TAG_FLAGS. */
#define FLAG_TOLD_POSITION 1u
#define FLAG_TOLD_OVERFLOW 2u
#define FLAG_ENDING 4u
#define FLAG_HTTP 8u
#define FLAG_REPLAY 16u   /* topics without a cursor begin from now */
/* Of SSE_TAG_FRAME, above the hash of the event's name. */
#define FRAME_IS_EVENT (UINT64_C(1) << 32)

/* Writing */

static void add_cursor(sse_source *source, const struct hub_replay *replay, const hub_channel *channel)
{
	size_t i;

	for (i = 0; i < replay->count; i++) {
		const char *cursor = replay->topics[i].cursor;

		if (replay->channels[i] == channel) {
			source->has_cursor = sse_entry_id_parse((sse_str){ cursor, strlen(cursor) }, &source->cursor);
		}
	}
}

static void put_frame(void *arg, sse_str bytes, uint32_t name, bool is_event)
{
	sse_wire_put_number(arg, SSE_TAG_FRAME, name | (is_event ? FRAME_IS_EVENT : 0));
	sse_wire_put(arg, SSE_TAG_BYTES, bytes);
}

static uint64_t ms_until(const hub_client *client, uint64_t due)
{
	uint64_t now = sse_loop_now(&client->hub->loop);

	return due > now ? due - now : 0;
}

static void put_state(sse_buf *out, const hub_client *client)
{
	unsigned flags = 0;

	flags |= client->told_position ? FLAG_TOLD_POSITION : 0;
	flags |= client->told_overflow ? FLAG_TOLD_OVERFLOW : 0;
	flags |= client->ending ? FLAG_ENDING : 0;
	flags |= client->is_http ? FLAG_HTTP : 0;
	flags |= client->replay ? FLAG_REPLAY : 0;
	sse_wire_put_number(out, SSE_TAG_FLAGS, flags);
	if (client->replay) {
		sse_wire_put_number(out, SSE_TAG_RETENTION, (uint64_t)client->replay->retention);
	}
	if (client->heartbeat_due != UINT64_MAX) {
		sse_wire_put_number(out, SSE_TAG_HEARTBEAT_IN, ms_until(client, client->heartbeat_due));
	}
	if (client->expires != UINT64_MAX) {
		sse_wire_put_number(out, SSE_TAG_EXPIRES_IN, ms_until(client, client->expires));
	}
	if (client->out.transport == SSE_TRANSPORT_FCGI) {
		sse_wire_put(out, SSE_TAG_RECORD_HEAD, (sse_str){ (const char *)client->fcgi.head, client->fcgi.head_len });
		sse_wire_put_number(out, SSE_TAG_RECORD_SKIP, client->fcgi.skip);
	}
	if (client->out.tail_len > 0) {
		sse_wire_put(out, SSE_TAG_TAIL, (sse_str){ client->out.tail, client->out.tail_len });
	}
	hub_out_each(&client->out, put_frame, out);
}

void hub_takeover_write_client(sse_buf *out, const hub_client *client)
{
	sse_entry_id position = hub_client_position(client);
	char text[SSE_ENTRY_ID_MAX];
	sse_subscription stream;
	const hub_sub *sub;

	sse_subscription_init(&stream);
	for (sub = client->subs; sub; sub = sub->next) {
		sse_source *source = sse_subscription_add(&stream, HUB_CHANNEL_KIND(sub->channel), sub->channel->node.key);

		if (client->replay && source->kind == SSE_SOURCE_TOPIC) {
			add_cursor(source, client->replay, sub->channel);
		}
		hub_presence_describe(sub, source);
	}
	if (!sse_entry_id_is_zero(position)) {
		stream.last_event_id = (sse_str){ text, sse_entry_id_format(position, text) };
	}
	stream.heartbeat = client->heartbeat;
	stream.heartbeat_comment = client->heartbeat_comment;
	if (client->user) {
		stream.user = client->user->node.key;
	}
	if (client->stream) {
		stream.stream = client->stream->node.key;
	}
	stream.transport = client->out.transport;
	stream.request_id = client->out.request_id;
	sse_subscription_write(out, SSE_WIRE_HANDOFF, &stream);
	put_state(out, client);
	sse_subscription_deinit(&stream);
}

/* Reading */

/* What the subscription does not have. */
typedef struct stream_state {
	uint64_t flags;
	uint64_t retention;
	uint64_t heartbeat_in;
	uint64_t expires_in;   /* UINT64_MAX: not at all */
	uint64_t record_skip;
	sse_str record_head;
	sse_str tail;
} stream_state;

/* Where a number goes; NULL for what is none of these. */
static uint64_t *number_of(stream_state *state, unsigned tag)
{
	switch (tag) {
	case SSE_TAG_FLAGS:
		return &state->flags;
	case SSE_TAG_RETENTION:
		return &state->retention;
	case SSE_TAG_HEARTBEAT_IN:
		return &state->heartbeat_in;
	case SSE_TAG_EXPIRES_IN:
		return &state->expires_in;
	case SSE_TAG_RECORD_SKIP:
		return &state->record_skip;
	}
	return NULL;
}

static bool read_state(stream_state *state, sse_wire_reader reader)
{
	sse_wire_field field;
	int more;

	memset(state, 0, sizeof(*state));
	state->expires_in = UINT64_MAX;
	while ((more = sse_wire_next(&reader, &field)) > 0) {
		uint64_t *number = number_of(state, field.tag);

		if (number && !sse_wire_number(&field, number)) {
			return false;
		}
		if (field.tag == SSE_TAG_RECORD_HEAD) {
			state->record_head = field.value;
		} else if (field.tag == SSE_TAG_TAIL) {
			state->tail = field.value;
		}
	}
	return more == 0 && state->record_head.len <= SSE_FCGI_HEADER_LEN && state->record_skip <= UINT32_MAX;
}

static void add_frames(hub_client *client, sse_wire_reader reader)
{
	hub_block *block = hub_block_new();
	sse_wire_field field;
	uint64_t frame = 0;

	while (sse_wire_next(&reader, &field) > 0) {
		if (field.tag == SSE_TAG_FRAME) {
			sse_wire_number(&field, &frame);
		} else if (field.tag == SSE_TAG_BYTES) {
			uint32_t from = (uint32_t)block->bytes.len;

			hub_block_frame(block, field.value, (uint32_t)frame, (frame & FRAME_IS_EVENT) != 0);
			hub_out_add(&client->out, block, from, (uint32_t)field.value.len);
		}
	}
	hub_block_unref(block);
}

static void set_state(hub_client *client, const stream_state *state)
{
	uint64_t now = sse_loop_now(&client->hub->loop);

	client->told_position = (state->flags & FLAG_TOLD_POSITION) != 0;
	client->told_overflow = (state->flags & FLAG_TOLD_OVERFLOW) != 0;
	client->ending = (state->flags & FLAG_ENDING) != 0;
	client->is_http = (state->flags & FLAG_HTTP) != 0;
	client->address = client->is_http ? hub_address_join(client->hub, client->fd) : NULL;
	if (client->heartbeat > 0) {
		client->heartbeat_due = now + state->heartbeat_in;
	}
	if (state->expires_in < UINT64_MAX - now) {
		client->expires = now + state->expires_in;
	}
	if (state->record_head.len > 0) {
		memcpy(client->fcgi.head, state->record_head.data, state->record_head.len);
	}
	client->fcgi.head_len = (uint8_t)state->record_head.len;
	client->fcgi.skip = (uint32_t)state->record_skip;
	hub_out_add_head(&client->out, state->tail);
}

/*
 * Whether all that the client was not given yet is kept, or will come. For one topic its id tells. For several the newest id
 * that it was given says nothing of the topics that the id is not of, unless both hubs divided all of them at the MARK.
 */
static bool is_in_step(const hub_client *client, size_t topics, bool is_exact)
{
	const hub_sub *sub;

	for (sub = client->subs; sub; sub = sub->next) {
		const hub_channel *channel = sub->channel;

		if (HUB_CHANNEL_KIND(channel) != SSE_SOURCE_TOPIC) {
			continue;
		}
		if (sse_entry_id_compare(channel->kept_from, client->position) > 0
			|| (!channel->kept_live && (topics > 1 || sse_entry_id_is_zero(channel->kept_from)))) {
			return false;
		}
	}
	return topics < 2 || is_exact;
}

static void begin_topics(hub_client *client, const sse_subscription *stream, const stream_state *state, bool is_exact)
{
	size_t topics = 0, i;

	for (i = 0; i < stream->count; i++) {
		topics += stream->sources[i].kind == SSE_SOURCE_TOPIC;
	}
	if (topics == 0 || client->ending) {
		return;
	}
	if (state->flags & FLAG_REPLAY) {
		hub_replay_start(client, stream, NULL);
		client->replay->retention = (int64_t)state->retention;
	} else if (!is_in_step(client, topics, is_exact)) {
		hub_replay_restart(client);
		if (client->replay) {
			hub_replay_advance(client->replay);
		}
	}
}

hub_client *hub_takeover_read_client(struct hub *hub, sse_str message, int fd, bool is_exact, char *error, size_t error_size)
{
	sse_wire_reader reader, fields;
	sse_subscription stream;
	stream_state state;
	hub_client *client = NULL;
	bool alone;
	size_t i;

	sse_subscription_init(&stream);
	if (sse_wire_open(&reader, message) != SSE_WIRE_HANDOFF) {
		snprintf(error, error_size, "a stream of the other hub cannot be read");
		goto done;
	}
	fields = reader;
	if (sse_subscription_read(&stream, &reader, error, error_size) != 0) {
		goto done;
	}
	if (!read_state(&state, fields)) {
		snprintf(error, error_size, "the state of a stream of the other hub cannot be read");
		goto done;
	}
	client = hub_client_new(hub, fd, stream.transport, stream.request_id);
	client->heartbeat = (uint32_t)stream.heartbeat;
	client->heartbeat_comment = stream.heartbeat_comment;
	sse_entry_id_parse(stream.last_event_id, &client->position);
	set_state(client, &state);
	add_frames(client, fields);
	if (stream.user.len > 0) {
		hub_user_join(hub, stream.user, client);
	}
	if (stream.stream.len > 0) {
		hub_stream_id_give(hub, stream.stream, client);
	}
	alone = stream.count == 1 && !sse_subscription_has_members(&stream);
	for (i = 0; i < stream.count; i++) {
		hub_client_join(client, stream.sources[i].kind, stream.sources[i].name, alone);
		hub_presence_join(client, &stream.sources[i]);
	}
	begin_topics(client, &stream, &state, is_exact);
	sse_list_append(&hub->pending, &client->pending);

done:
	sse_subscription_deinit(&stream);
	return client;
}
