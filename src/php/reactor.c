#include "reactor.h"

#include "classes.h"

#include "zend_exceptions.h"

#include <string.h>

/* How long the end of a run may wait for Redis to take an item back. */
#define FINISH_MS 6000

bool php_sse_reactor_open(php_sse_reactor *reactor, const sse_redis_config *config)
{
	int err;

	memset(reactor, 0, sizeof(*reactor));
	reactor->config = config;
	err = sse_loop_init(&reactor->loop);
	if (err != 0) {
		php_sse_throw("No event loop: %s", uv_strerror(err));
		return false;
	}
	reactor->open = true;
	reactor->pid = uv_os_getpid();
	sse_inbox_init(&reactor->inbox);
	return true;
}

/* What io reports */

static void on_subscribed(void *arg, bool again)
{
	php_sse_reactor *reactor = arg;

	reactor->pubsub_ready = true;
	php_sse_reactor_recovered(reactor);
}

static void on_unsubscribed(void *arg, const char *error, bool permanent)
{
	php_sse_reactor *reactor = arg;

	php_sse_reactor_failed(reactor, error, permanent && !reactor->pubsub_ready);
}

static void on_item(void *owner, sse_str key, sse_str payload)
{
	php_sse_reactor *reactor = owner;
	sse_message message = { .kind = SSE_MESSAGE_ITEM, .name = key, .payload = payload };

	sse_inbox_put(&reactor->inbox, &message);
}

static void on_queue_ready(void *owner)
{
	php_sse_reactor *reactor = owner;

	reactor->queue_ready = true;
	php_sse_reactor_recovered(reactor);
}

static void on_queue_failed(void *owner, const char *error, bool permanent)
{
	php_sse_reactor_failed(owner, error, permanent);
}

static const sse_queue_events queue_events = { on_item, on_queue_failed, on_queue_ready };

bool php_sse_reactor_is_connected(const php_sse_reactor *reactor)
{
	return (!reactor->pubsub || reactor->pubsub_ready) && (!reactor->queue || reactor->queue_ready)
		&& reactor->awaits == 0;
}

void php_sse_reactor_failed(php_sse_reactor *reactor, const char *error, bool permanent)
{
	char address[128];

	sse_redis_config_address(reactor->config, address, sizeof(address));
	if (permanent || !php_sse_reactor_is_connected(reactor)) {
		if (!reactor->refused) {
			reactor->refused = true;
			reactor->refused_for_good = permanent;
			snprintf(reactor->error, sizeof(reactor->error), "Redis at %s: %s", address, error);
		}
	} else if (!reactor->offline) {
		reactor->offline = true;
		reactor->tell_loss = true;
		snprintf(reactor->loss, sizeof(reactor->loss), "sse: lost Redis at %s (%s), reconnecting", address, error);
	}
}

void php_sse_reactor_recovered(php_sse_reactor *reactor)
{
	if (reactor->offline) {
		reactor->offline = false;
		reactor->tell_return = true;
	}
}

/* Setting up */

sse_pubsub *php_sse_reactor_pubsub(php_sse_reactor *reactor)
{
	if (!reactor->pubsub) {
		reactor->pubsub = sse_pubsub_new(&reactor->loop, reactor->config);
		reactor->listener = (sse_pubsub_listener){ .ready = on_subscribed, .lost = on_unsubscribed, .arg = reactor };
		sse_pubsub_listen(reactor->pubsub, &reactor->listener);
	}
	return reactor->pubsub;
}

sse_queue *php_sse_reactor_queue(php_sse_reactor *reactor)
{
	if (!reactor->queue) {
		reactor->queue = sse_queue_new(&reactor->loop, reactor->config, &queue_events, reactor);
	}
	return reactor->queue;
}

void php_sse_reactor_start(php_sse_reactor *reactor)
{
	if (reactor->pubsub) {
		sse_pubsub_start(reactor->pubsub);
	}
	if (reactor->queue) {
		sse_queue_start(reactor->queue);
	}
}

/* Between turns */

static void dispatch_pcntl_signals(void)
{
	zend_function *dispatch = zend_hash_str_find_ptr(EG(function_table), ZEND_STRL("pcntl_signal_dispatch"));
	zval result;

	/* Callers without pcntl_async_signals() count on ticks or on calling this; while run() runs they can do neither. */
	if (dispatch) {
		ZVAL_UNDEF(&result);
		zend_call_known_function(dispatch, NULL, NULL, &result, 0, NULL, NULL);
		zval_ptr_dtor(&result);
	}
}

static bool engine_wants_control(void)
{
	if (php_sse_is_out_of_memory()) {
		return true;
	}
#if PHP_VERSION_ID >= 80200
	if (zend_atomic_bool_load(&EG(timed_out))) {
		return true;
	}
#else
	if (EG(timed_out)) {
		return true;
	}
#endif
	return false;
}

static void tell(php_sse_reactor *reactor)
{
	if (reactor->tell_loss) {
		reactor->tell_loss = false;
		php_sse_log("%s", reactor->loss);
	}
	if (reactor->tell_return) {
		reactor->tell_return = false;
		php_sse_log("sse: Redis is back");
	}
}

bool php_sse_reactor_check(php_sse_reactor *reactor)
{
	if (!EG(exception) && !engine_wants_control()) {
		dispatch_pcntl_signals();
	}
	if (EG(exception) || engine_wants_control()) {
		return false; /* of the latter the VM takes care as soon as run() returns */
	}
	/* Last, because any PHP code may have forked, a signal handler too. */
	if (reactor->pid != uv_os_getpid()) {
		php_sse_throw("The process was forked inside a callback; the child must exit() and leave the stream to its parent");
		return false;
	}
	tell(reactor);
	if (reactor->refused) {
		php_sse_throw("%s", reactor->error);
		return false;
	}
	return true;
}

/* The end */

void php_sse_reactor_settle(php_sse_reactor *reactor, bool delivered)
{
	if (reactor->pid == uv_os_getpid()) {
		sse_queue_settle(reactor->queue, delivered);
	}
}

/* The last copy of the item: whole, whatever bytes it holds. */
static void log_stranded(sse_str key, sse_str item)
{
	sse_buf text;

	sse_buf_init(&text);
	sse_json_string(&text, key);
	sse_buf_append_str(&text, ": ");
	sse_json_string(&text, item);
	sse_buf_append(&text, "", 1);
	php_sse_log("sse: Redis did not take back an item of list %s", text.data);
	sse_buf_deinit(&text);
}

static void finish_queue(php_sse_reactor *reactor)
{
	sse_str key, item;

	/* What came since the last turn, and what PHP did not settle because it threw, was not delivered. */
	sse_queue_settle(reactor->queue, false);
	if (sse_queue_finish(reactor->queue, FINISH_MS, &key, &item) != 0) {
		if (item.data) {
			log_stranded(key, item);
		} else {
			php_sse_log("sse: Redis did not answer BLPOP at the end of a stream; an item may have been lost");
		}
	}
}

void php_sse_reactor_disconnect(php_sse_reactor *reactor)
{
	bool forked = reactor->open && reactor->pid != uv_os_getpid();

	if (forked) {
		sse_loop_detach_after_fork(&reactor->loop);
	}
	if (reactor->queue) {
		if (!forked) {
			finish_queue(reactor);
		}
		sse_queue_free(reactor->queue);
		reactor->queue = NULL;
	}
	if (reactor->pubsub) {
		sse_pubsub_free(reactor->pubsub);
		reactor->pubsub = NULL;
	}
}

void php_sse_reactor_close(php_sse_reactor *reactor)
{
	if (reactor->open) {
		reactor->open = false;
		sse_loop_deinit(&reactor->loop);
		sse_inbox_deinit(&reactor->inbox);
	}
}
