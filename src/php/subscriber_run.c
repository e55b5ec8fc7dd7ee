#include "subscriber.h"

#include "classes.h"
#include "zstr.h"

#include "zend_exceptions.h"

#include <string.h>

static void on_message(void *arg, sse_str name, sse_str payload)
{
	php_sse_source_ref *ref = arg;
	sse_message message = { .kind = SSE_MESSAGE_PUBSUB, .target = ref->index, .name = name, .payload = payload };

	sse_inbox_put(&ref->subscriber->reactor.inbox, &message);
}

static void add_sources(php_sse_subscriber *subscriber)
{
	php_sse_reactor *reactor = &subscriber->reactor;
	uint32_t i;

	subscriber->refs = safe_emalloc(subscriber->count + 1, sizeof(*subscriber->refs), 0);
	for (i = 0; i < subscriber->count; i++) {
		php_sse_source *source = &subscriber->sources[i];

		subscriber->refs[i] = (php_sse_source_ref){ subscriber, i };
		if (source->kind == SOURCE_LIST) {
			sse_queue_add(php_sse_reactor_queue(reactor), php_sse_str_of(source->name));
		} else {
			sse_pubsub_add(php_sse_reactor_pubsub(reactor), php_sse_str_of(source->name), source->kind == SOURCE_PATTERN ? SSE_PUBSUB_PATTERN : SSE_PUBSUB_CHANNEL,
				on_message, &subscriber->refs[i]);
		}
	}
}

static bool call_source(php_sse_source *source, const sse_message *message)
{
	zval arguments[2], result;
	bool ok;

	ZVAL_STRINGL(&arguments[0], message->payload.data, message->payload.len);
	ZVAL_STRINGL(&arguments[1], message->name.data, message->name.len);
	ok = php_sse_callback_call(&source->callback, &result, 2, arguments);
	zval_ptr_dtor(&arguments[0]);
	zval_ptr_dtor(&arguments[1]);
	zval_ptr_dtor(&result);
	return ok;
}

/* exit() is an exception to the engine, but not a failure of the callback; the end of memory comes disguised as one. */
static bool has_exited(void)
{
	return EG(exception) && zend_is_unwind_exit(EG(exception)) && !php_sse_is_out_of_memory();
}

static void handle_item(php_sse_subscriber *subscriber, const sse_message *message)
{
	bool delivered = true;
	uint32_t i;

	for (i = 0; i < subscriber->count; i++) {
		php_sse_source *source = &subscriber->sources[i];

		if (source->kind == SOURCE_LIST && sse_str_equals(php_sse_str_of(source->name), message->name)) {
			delivered = call_source(source, message) || has_exited();
			break; /* an item is for one consumer */
		}
	}
	php_sse_reactor_settle(&subscriber->reactor, delivered);
}

static bool handle_inbox(php_sse_subscriber *subscriber)
{
	sse_message message;

	while (!subscriber->stop && sse_inbox_take(&subscriber->reactor.inbox, &message)) {
		if (message.kind == SSE_MESSAGE_ITEM) {
			handle_item(subscriber, &message);
		} else {
			call_source(&subscriber->sources[message.target], &message);
		}
		if (!php_sse_reactor_check(&subscriber->reactor)) {
			return false;
		}
	}
	return true;
}

static bool handle_timers(php_sse_subscriber *subscriber)
{
	uint64_t now = sse_loop_now_fresh(&subscriber->reactor.loop);
	bool ok;

	if (php_sse_timers_next(&subscriber->timers) > now) {
		return true;
	}
	ok = php_sse_timers_run(&subscriber->timers, now, &subscriber->std, &subscriber->stop, subscriber->reactor.pid);
	return php_sse_reactor_check(&subscriber->reactor) && ok;
}

static void serve(php_sse_subscriber *subscriber, uint64_t end)
{
	php_sse_reactor *reactor = &subscriber->reactor;
	bool timers_run = false;

	for (;;) {
		if (!timers_run && php_sse_reactor_is_connected(reactor)) {
			timers_run = true;
			php_sse_timers_start(&subscriber->timers, sse_loop_now_fresh(&reactor->loop));
		}
		if (!handle_inbox(subscriber) || (timers_run && !handle_timers(subscriber))
			|| !php_sse_signals_dispatch(&subscriber->signals) || !php_sse_reactor_check(reactor)) {
			return;
		}
		if (subscriber->stop || sse_loop_now(&reactor->loop) >= end) {
			return;
		}
		sse_loop_turn(&reactor->loop, timers_run ? MIN(end, php_sse_timers_next(&subscriber->timers)) : end);
	}
}

void php_sse_subscriber_run(php_sse_subscriber *subscriber, double seconds)
{
	uint64_t start;

	if (!php_sse_reactor_open(&subscriber->reactor, &subscriber->config)) {
		return;
	}
	subscriber->running = true;
	subscriber->stop = false;
	php_sse_signals_install(&subscriber->signals);
	add_sources(subscriber);
	php_sse_reactor_start(&subscriber->reactor);
	start = sse_loop_now(&subscriber->reactor.loop);
	serve(subscriber, seconds > 0.0 && seconds < 1e9 ? start + (uint64_t)(seconds * 1000.0) : UINT64_MAX);
	php_sse_subscriber_close(subscriber);
}

void php_sse_subscriber_close(php_sse_subscriber *subscriber)
{
	if (!subscriber->running) {
		return;
	}
	php_sse_reactor_disconnect(&subscriber->reactor);
	php_sse_reactor_close(&subscriber->reactor);
	php_sse_signals_uninstall(&subscriber->signals);
	efree(subscriber->refs);
	subscriber->refs = NULL;
	subscriber->running = false;
}
