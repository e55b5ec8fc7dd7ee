/*
 * Serving a stream from inside the worker. One turn: the loop puts what Redis sent into the inbox; then, with no libuv frame
 * below, messages become frames, PHP callbacks run, and everything that the turn brought leaves in one write.
 */
#include "stream.h"

#include "carry.h"
#include "classes.h"
#include "client.h"
#include "event.h"
#include "presence.h"
#include "zstr.h"

#include "core/backoff.h"

#include "SAPI.h"
#include "zend_exceptions.h"

#include <string.h>

/* What the buffer keeps between two writes: what a busy turn brings, so that pages are not given back and faulted in again. */
#define OUT_KEEP_BYTES 131072
/* A client that Redis' absence sends away comes back after this many milliseconds, not all in the same one. */
#define RETRY_LATER_MIN_MS 2000
#define RETRY_LATER_MAX_MS 8000
/*
 * A stream that holds a worker only because no hub took it ends after this long: its client comes back, to a hub that is there
 * by then. A hub that was away for a second would cost a small pool all of its workers for the lives of the streams.
 */
#define AWAY_FROM_HUB_MS 10000

/* Output */

void php_sse_stream_flush(php_sse_stream *stream)
{
	if (stream->state != STREAM_RUNNING || !stream->output.begun || stream->out.len == 0) {
		return;
	}
	php_sse_output_write(&stream->output, stream->out.data, stream->out.len);
	sse_buf_reset(&stream->out, OUT_KEEP_BYTES);
}

/* Puts bytes before what event() queued before run(); the buffer given is emptied. */
static void put_first(php_sse_stream *stream, sse_buf *bytes)
{
	if (bytes->len > 0 && stream->out.len > 0) {
		sse_buf_append(bytes, stream->out.data, stream->out.len);
	}
	if (bytes->len > 0) {
		sse_buf queued = stream->out;

		stream->out = *bytes;
		*bytes = queued;
	}
	sse_buf_deinit(bytes);
}

static void put_retry_first(php_sse_stream *stream)
{
	sse_buf retry;

	sse_buf_init(&retry);
	php_sse_retry_append(&retry, stream->options.retry);
	put_first(stream, &retry);
}

bool php_sse_stream_take_buffered(php_sse_stream *stream)
{
	zend_string *content = php_sse_output_take_buffered();
	sse_buf buffered;

	sse_buf_init(&buffered);
	if (ZSTR_LEN(content) > 0) {
		sse_buf_append(&buffered, ZSTR_VAL(content), ZSTR_LEN(content));
	}
	zend_string_release(content);
	put_first(stream, &buffered);
	return !EG(exception);
}

bool php_sse_stream_begin(php_sse_stream *stream)
{
	if (stream->output.begun) {
		return true;
	}
	if (!php_sse_output_begin(&stream->output)) {
		return false;
	}
	if (stream->options.retry >= 0) {
		put_retry_first(stream);
	}
	if (stream->out.len == 0 && php_sse_output_has_http()) {
		/* nginx keeps a head without a body to itself, and the browser's onopen would wait for the first event. */
		sse_frame_comment(&stream->out, (sse_str){ "", 0 });
	}
	return true;
}

void php_sse_stream_send_away(php_sse_stream *stream)
{
	uint64_t seed = uv_hrtime() ^ ((uint64_t)uv_os_getpid() << 32) ^ 1;

	zend_exception_save();
	sse_buf_reset(&stream->out, 0);
	php_sse_retry_append(&stream->out, (int64_t)sse_jitter(RETRY_LATER_MIN_MS, RETRY_LATER_MAX_MS, &seed));
	if (php_sse_output_begin(&stream->output)) {
		php_sse_stream_flush(stream);
		php_sse_output_mute();
	}
	zend_exception_restore();
}

static void beat(php_sse_stream *stream)
{
	if (stream->options.heartbeat_comment) {
		sse_frame_comment(&stream->out, (sse_str){ "ping", 4 });
	} else {
		sse_event ping = SSE_EVENT_INIT;

		ping.event = (sse_str){ "ping", 4 };
		ping.data = (sse_str){ "{}", 2 };
		sse_frame_event(&stream->out, &ping);
	}
}

/* Messages */

static bool map_message(php_sse_stream *stream, sse_str source, const sse_event *event)
{
	zval arguments[2], returned;
	bool ok;

	ZVAL_STRINGL(&arguments[0], event->data.data, event->data.len);
	ZVAL_STRINGL(&arguments[1], source.data, source.len);
	ok = php_sse_callback_call(&stream->map, &returned, 2, arguments);
	if (ok) {
		ok = php_sse_event_append_mapped(&stream->out, &returned, event);
		zval_ptr_dtor(&returned);
	}
	zval_ptr_dtor(&arguments[0]);
	zval_ptr_dtor(&arguments[1]);
	return ok;
}

static bool put_message(php_sse_stream *stream, const sse_message *message)
{
	sse_event event = SSE_EVENT_INIT;

	event.data = message->payload;
	event.event = message->event;
	if (message->id.len > 0) {
		event.id = message->id;
	}
	if (php_sse_callback_is_set(&stream->map)) {
		return map_message(stream, message->name, &event);
	}
	sse_frame_event(&stream->out, &event);
	return true;
}

/* An item is delivered when it was written to a client that was still there, and goes back to its list otherwise. */
static bool put_item(php_sse_stream *stream, const sse_message *message)
{
	bool ok = put_message(stream, message) && php_sse_reactor_check(&stream->reactor);

	if (ok && php_sse_client_is_gone(stream->client_fd)) {
		stream->output.gone = true;
	}
	if (ok) {
		php_sse_stream_flush(stream);
	}
	php_sse_reactor_settle(&stream->reactor, ok && !stream->output.gone);
	return ok;
}

static void put_position(php_sse_stream *stream, const sse_message *message, bool announce)
{
	sse_entry_id id;

	if (!sse_entry_id_parse(message->id, &id) || sse_entry_id_compare(id, stream->position) <= 0) {
		return;
	}
	stream->position = id;
	if (announce) {
		sse_event event = SSE_EVENT_INIT;

		event.id = message->id;
		sse_frame_event(&stream->out, &event);
	}
}

/* An entry that onMessage() dropped has told the client no id, so the position stays behind it. */
static bool put_entry(php_sse_stream *stream, const sse_message *message)
{
	size_t before = stream->out.len;

	if (!put_message(stream, message)) {
		return false;
	}
	if (stream->out.len != before) {
		put_position(stream, message, false);
	}
	return !php_sse_callback_is_set(&stream->map) || php_sse_reactor_check(&stream->reactor);
}

/* Returns false when run() has to end with what php_sse_reactor_check() found, or an exception. */
static bool handle_message(php_sse_stream *stream, const sse_message *message)
{
	switch (message->kind) {
	case SSE_MESSAGE_ENTRY:
		return put_entry(stream, message);
	case SSE_MESSAGE_POSITION:
		put_position(stream, message, true);
		return true;
	case SSE_MESSAGE_GAP:
		sse_frame_gap(&stream->out, message->name, message->payload);
		return true;
	case SSE_MESSAGE_ITEM:
		return put_item(stream, message);
	case SSE_MESSAGE_PUBSUB:
	case SSE_MESSAGE_HISTORY:
		break;
	}
	if (!put_message(stream, message)) {
		return false;
	}
	return !php_sse_callback_is_set(&stream->map) || php_sse_reactor_check(&stream->reactor);
}

static bool handle_inbox(php_sse_stream *stream)
{
	sse_message message;

	while (!stream->stop && !stream->output.gone && sse_inbox_take(&stream->reactor.inbox, &message)) {
		if (!handle_message(stream, &message)) {
			return false;
		}
	}
	return true;
}

/* The loop */

static bool handle_timers(php_sse_stream *stream)
{
	uint64_t now = sse_loop_now_fresh(&stream->reactor.loop);
	bool ok;

	if (now >= stream->heartbeat_due) {
		beat(stream);
		stream->heartbeat_due = now + stream->options.heartbeat;
	}
	if (php_sse_timers_next(&stream->timers) > now) {
		return true;
	}
	ok = php_sse_timers_run(&stream->timers, now, &stream->std, &stream->stop, stream->reactor.pid);
	return php_sse_reactor_check(&stream->reactor) && ok;
}

static void check_client(php_sse_stream *stream)
{
	uint64_t now = sse_loop_now(&stream->reactor.loop);

	if (now - stream->client_checked >= SSE_TICK_MS) {
		stream->client_checked = now;
		if (php_sse_client_is_gone(stream->client_fd)) {
			stream->output.gone = true;
		}
	}
}

static uint64_t next_deadline(const php_sse_stream *stream)
{
	uint64_t next = php_sse_timers_next(&stream->timers);

	next = MIN(next, stream->heartbeat_due);
	return MIN(next, stream->expires);
}

static const char *serve(php_sse_stream *stream)
{
	for (;;) {
		if (!handle_inbox(stream) || !handle_timers(stream)) {
			return NULL;
		}
		php_sse_stream_flush(stream);
		check_client(stream);
		if (stream->output.gone) {
			return "disconnected";
		}
		if (stream->stop) {
			return "stopped";
		}
		if (sse_loop_now(&stream->reactor.loop) >= stream->expires) {
			return "expired";
		}
		sse_loop_turn(&stream->reactor.loop, next_deadline(stream));
		if (!php_sse_reactor_check(&stream->reactor)) {
			return NULL;
		}
	}
}

/* Whether the client can still be told to come back in a while: it is HTTP, and no other kind of response has begun. */
static bool can_send_away(const php_sse_stream *stream)
{
	return php_sse_output_has_http() && (!SG(headers_sent) || stream->output.begun);
}

/* What was ready when a callback threw still belongs to the client. */
static void send_the_rest(php_sse_stream *stream)
{
	if (EG(exception) && !php_sse_is_out_of_memory() && stream->reactor.pid == uv_os_getpid()) {
		zend_exception_save();
		php_sse_stream_flush(stream);
		zend_exception_restore();
	}
}

/* Waits until every source is connected, or stop() was called. False with an exception pending. */
static bool connect_sources(php_sse_stream *stream)
{
	php_sse_stream_add_sources(stream);
	php_sse_reactor_start(&stream->reactor);
	while (!php_sse_reactor_is_connected(&stream->reactor) && !stream->stop) {
		sse_loop_turn(&stream->reactor.loop, UINT64_MAX);
		if (php_sse_reactor_check(&stream->reactor)) {
			continue;
		}
		if (stream->reactor.refused && !stream->reactor.refused_for_good && can_send_away(stream)) {
			php_sse_stream_send_away(stream); /* and the application gets the exception */
		}
		return false;
	}
	return true;
}

static const char *connect_and_serve(php_sse_stream *stream)
{
	const char *reason;
	uint64_t now;

	if (!stream->stop && !connect_sources(stream)) {
		return NULL;
	}
	if (!php_sse_stream_begin(stream)) {
		return NULL;
	}
	stream->client_fd = php_sse_client_fd();
	now = sse_loop_now_fresh(&stream->reactor.loop);
	stream->heartbeat_due = stream->options.heartbeat > 0 ? now + stream->options.heartbeat : UINT64_MAX;
	stream->expires = stream->options.max_lifetime > 0 ? now + stream->options.max_lifetime : UINT64_MAX;
	if (stream->inline_slot && stream->expires > now + AWAY_FROM_HUB_MS) {
		stream->expires = now + AWAY_FROM_HUB_MS;
	}
	php_sse_timers_start(&stream->timers, now);
	reason = serve(stream);
	if (!reason) {
		send_the_rest(stream);
	}
	return reason;
}

static bool has_sources(const php_sse_stream *stream)
{
	return zend_hash_num_elements(&stream->channels) > 0 || zend_hash_num_elements(&stream->patterns) > 0
		|| zend_hash_num_elements(&stream->broadcasts) > 0
		|| zend_hash_num_elements(&stream->topics) > 0 || zend_hash_num_elements(&stream->lists) > 0
		|| zend_hash_num_elements(&stream->histories) > 0;
}

static const char *serve_inline(php_sse_stream *stream)
{
	/* One that only calls back needs no broker. */
	if (stream->options.redis.memory && !stream->stop && has_sources(stream)) {
		php_sse_throw("memory: works through the hub only, and this stream is served inline: %s",
			stream->meant_to_stay ? "give it a Redis, or a hub (option hub or ini sse.hub) and no callbacks"
								  : "start the hub (the log has what is wrong with it)");
		if (!stream->meant_to_stay && can_send_away(stream)) {
			php_sse_stream_send_away(stream); /* for a hub that starts it is early */
		}
		return NULL;
	}
	return php_sse_reactor_open(&stream->reactor, &stream->options.redis) ? connect_and_serve(stream) : NULL;
}

const char *php_sse_stream_run(php_sse_stream *stream)
{
	const char *reason = NULL;

	if (stream->options.redis.memory && zend_hash_num_elements(&stream->members) > 0) {
		php_sse_throw("presence() needs Redis, and the stream's broker is memory:");
		return NULL;
	}
	stream->state = STREAM_RUNNING;
	if (SG(request_info).headers_only) {
		/* HEAD: the headers are the answer. */
		reason = php_sse_output_begin(&stream->output) ? "stopped" : NULL;
	} else if (!php_sse_carry(stream, &reason)) {
		reason = serve_inline(stream);
	}
	php_sse_stream_close(stream);
	/* Closures that use($stream) would keep it alive until the next garbage collection. */
	php_sse_callback_clear(&stream->map);
	php_sse_timers_clear(&stream->timers);
	return reason;
}

void php_sse_stream_close(php_sse_stream *stream)
{
	if (stream->state != STREAM_RUNNING) {
		return;
	}
	stream->state = STREAM_ENDED;
	php_sse_stream_members_leave(stream);
	php_sse_reactor_disconnect(&stream->reactor);
	php_sse_stream_free_members(stream);
	if (stream->follow) {
		sse_follow_free(stream->follow);
		stream->follow = NULL;
	}
	if (stream->history) {
		sse_history_free(stream->history);
		stream->history = NULL;
	}
	php_sse_reactor_close(&stream->reactor);
	php_sse_output_end(&stream->output);
	php_sse_pool_leave(&stream->inline_slot);
}
