/*
 * An inline stream's sources, and what they bring: it goes into the inbox, from where stream_run.c takes it.
 */
#include "stream.h"

#include "presence.h"
#include "zstr.h"

#include "core/broadcast.h"

#include <string.h>

#define BROADCAST_KEPT 65536 /* bytes of memory that are kept for the next one */

/* What the loop brings: no PHP code runs here. */

static void on_message(void *arg, sse_str name, sse_str payload)
{
	php_sse_stream *stream = arg;
	sse_message message = { .kind = SSE_MESSAGE_PUBSUB, .name = name, .payload = payload };

	if (stream->history && sse_history_message(stream->history, name, payload, &message.id)) {
		return;
	}
	if (!stream->history && stream->output.begun && !php_sse_callback_is_set(&stream->map)
		&& sse_inbox_is_empty(&stream->reactor.inbox)) {
		/* No PHP code has a say and nothing came before it: the frame is written here, without the way through the inbox. */
		sse_event event = SSE_EVENT_INIT;

		event.data = payload;
		sse_frame_event(&stream->out, &event);
		return;
	}
	sse_inbox_put(&stream->reactor.inbox, &message);
}

static void on_broadcast(void *arg, sse_str name, sse_str payload)
{
	php_sse_stream *stream = arg;
	sse_message message = { .kind = SSE_MESSAGE_PUBSUB, .name = name, .event = SSE_BROADCAST_EVENT };

	sse_buf_reset(&stream->broadcast, BROADCAST_KEPT);
	sse_broadcast_data(&stream->broadcast, name, payload);
	message.payload = (sse_str){ stream->broadcast.data, stream->broadcast.len };
	sse_inbox_put(&stream->reactor.inbox, &message);
}

static void put_gap(php_sse_stream *stream, sse_str name, const char *reason)
{
	sse_message message = { .kind = SSE_MESSAGE_GAP, .name = name, .payload = { reason, strlen(reason) } };

	sse_inbox_put(&stream->reactor.inbox, &message);
}

static void put_gaps(php_sse_stream *stream, HashTable *names)
{
	zend_string *name;

	ZEND_HASH_FOREACH_STR_KEY(names, name) {
		put_gap(stream, php_sse_str_of(name), "disconnected");
	} ZEND_HASH_FOREACH_END();
}

static void on_subscribed(void *arg, bool again)
{
	php_sse_stream *stream = arg;

	if (stream->history) {
		sse_history_read(stream->history); /* which also brings what the channels lost during an outage */
	} else if (again) {
		put_gaps(stream, &stream->channels);
		put_gaps(stream, &stream->patterns);
		put_gaps(stream, &stream->broadcasts);
	}
}

static void on_unsubscribed(void *arg, const char *error, bool permanent)
{
	php_sse_stream_members_lost(arg);
}

static void on_entry(void *owner, const sse_entry *entry)
{
	php_sse_stream *stream = owner;
	sse_message message = { .kind = SSE_MESSAGE_ENTRY,
		.name = entry->topic,
		.id = entry->id,
		.event = entry->event,
		.payload = entry->data };

	php_sse_stream_members_seen(stream, entry->id);
	sse_inbox_put(&stream->reactor.inbox, &message);
}

static void on_gap(void *owner, sse_str name, const char *reason)
{
	put_gap(owner, name, reason);
	php_sse_stream_members_gap(owner, name);
}

static void on_caught_up(void *owner, sse_str id)
{
	php_sse_stream *stream = owner;
	sse_message message = { .kind = SSE_MESSAGE_POSITION, .id = id };

	php_sse_reactor_recovered(&stream->reactor);
	sse_inbox_put(&stream->reactor.inbox, &message);
	php_sse_stream_members_live(stream);
}

static void on_history_item(void *owner, sse_str name, sse_str payload, sse_str id)
{
	php_sse_stream *stream = owner;
	sse_message message = { .kind = SSE_MESSAGE_HISTORY, .name = name, .payload = payload, .id = id };

	sse_inbox_put(&stream->reactor.inbox, &message);
}

static void on_attached(void *owner)
{
	php_sse_stream *stream = owner;

	stream->reactor.awaits--;
}

static void on_history_read(void *owner)
{
	php_sse_stream *stream = owner;

	php_sse_reactor_recovered(&stream->reactor);
	if (!stream->reactor.pubsub && stream->reactor.awaits > 0) {
		stream->reactor.awaits--;
	}
}

static void on_failed(void *owner, const char *error, bool permanent)
{
	php_sse_stream *stream = owner;

	php_sse_reactor_failed(&stream->reactor, error, permanent);
}

static const sse_follow_events follow_events = { on_entry, on_gap, on_attached, on_caught_up, on_failed };
static const sse_history_events history_events = { on_history_item, on_gap, on_history_read, on_failed };

/* Sources */

static void add_channels(php_sse_stream *stream, HashTable *names, bool pattern, sse_message_cb cb)
{
	zend_string *name;

	ZEND_HASH_FOREACH_STR_KEY(names, name) {
		sse_pubsub_add(php_sse_reactor_pubsub(&stream->reactor), php_sse_str_of(name), pattern ? SSE_PUBSUB_PATTERN : SSE_PUBSUB_CHANNEL, cb, stream);
	} ZEND_HASH_FOREACH_END();
}

static void add_topics(php_sse_stream *stream, zend_string *last_event_id)
{
	sse_entry_id last = { 0, 0 };
	bool has_last = last_event_id && sse_entry_id_parse(php_sse_str_of(last_event_id), &last);
	zend_string *name;

	if (zend_hash_num_elements(&stream->topics) == 0) {
		return;
	}
	/* Who sees the headers may publish, and has to see that arrive: the follower attaches before they are sent. */
	stream->reactor.awaits++;
	stream->follow = sse_follow_new(&stream->reactor.loop, &stream->options.redis,
		php_sse_reactor_pubsub(&stream->reactor), &follow_events, stream);
	ZEND_HASH_FOREACH_STR_KEY(&stream->topics, name) {
		zval *cursor = zend_hash_find(&stream->cursors, name);
		sse_entry_id from;

		/* Who took a cursor has sent what was before it: that is newer than anything the client could say. */
		if (cursor && sse_entry_id_parse(php_sse_str_of(Z_STR_P(cursor)), &from)) {
			sse_follow_add(stream->follow, php_sse_str_of(name), &from);
		} else if (has_last) {
			sse_follow_add(stream->follow, php_sse_str_of(name), &last);
		} else {
			sse_follow_add(stream->follow, php_sse_str_of(name), NULL);
			if (last_event_id && zend_hash_num_elements(&stream->histories) == 0) {
				put_gap(stream, php_sse_str_of(name), "unknown");
			}
		}
	} ZEND_HASH_FOREACH_END();
}

static void add_lists(php_sse_stream *stream)
{
	zend_string *name;

	ZEND_HASH_FOREACH_STR_KEY(&stream->lists, name) {
		sse_queue_add(php_sse_reactor_queue(&stream->reactor), php_sse_str_of(name));
	} ZEND_HASH_FOREACH_END();
}

static void add_histories(php_sse_stream *stream, zend_string *last_event_id)
{
	zend_string *name;
	zval *last;

	if (zend_hash_num_elements(&stream->histories) == 0) {
		return;
	}
	stream->history = sse_history_new(&stream->reactor.loop, &stream->options.redis,
		php_sse_str_of(last_event_id), &history_events, stream);
	ZEND_HASH_FOREACH_STR_KEY_VAL(&stream->histories, name, last) {
		sse_history_add(stream->history, php_sse_str_of(name), Z_LVAL_P(last));
	} ZEND_HASH_FOREACH_END();
}

void php_sse_stream_add_sources(php_sse_stream *stream)
{
	zend_string *last_event_id = php_sse_stream_last_event_id(stream);

	add_channels(stream, &stream->channels, false, on_message);
	add_channels(stream, &stream->patterns, true, on_message);
	add_channels(stream, &stream->broadcasts, false, on_broadcast);
	add_topics(stream, last_event_id);
	php_sse_stream_add_members(stream);
	add_lists(stream);
	add_histories(stream, last_event_id);
	if (last_event_id) {
		zend_string_release(last_event_id);
	}
	if (stream->reactor.pubsub) {
		stream->listener = (sse_pubsub_listener){ .ready = on_subscribed, .lost = on_unsubscribed, .arg = stream };
		sse_pubsub_listen(stream->reactor.pubsub, &stream->listener);
	} else if (stream->history) {
		stream->reactor.awaits++;
		sse_history_read(stream->history);
	}
}
