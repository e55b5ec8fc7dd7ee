#include "callback.h"

#include "zend_closures.h"

#include <math.h>

/* As a closure a private method stays callable from wherever run() is called: its scope is the one it was named in. */
static void make_closure(zval *closure, zval *callable)
{
	zend_function *from_callable = zend_hash_str_find_ptr(&zend_ce_closure->function_table, ZEND_STRL("fromcallable"));

	ZVAL_UNDEF(closure);
	zend_call_known_function(from_callable, NULL, zend_ce_closure, closure, 1, callable, NULL);
	if (Z_TYPE_P(closure) == IS_UNDEF || Z_TYPE_P(closure) == IS_NULL) {
		ZVAL_COPY(closure, callable);
	}
}

void php_sse_callback_set(php_sse_callback *callback, zval *callable)
{
	zval old;

	/* The old one goes last: its destructor may come back here, and even move the array that callback is in. */
	ZVAL_COPY_VALUE(&old, &callback->callable);
	make_closure(&callback->callable, callable);
	zval_ptr_dtor(&old);
}

void php_sse_callback_clear(php_sse_callback *callback)
{
	zval old;

	/* Cleared first: the destructor of what a closure holds may come back here. */
	ZVAL_COPY_VALUE(&old, &callback->callable);
	ZVAL_UNDEF(&callback->callable);
	zval_ptr_dtor(&old);
}

bool php_sse_callback_is_set(const php_sse_callback *callback)
{
	return Z_TYPE(callback->callable) != IS_UNDEF;
}

bool php_sse_callback_call(php_sse_callback *callback, zval *result, uint32_t argc, zval *argv)
{
	zend_fcall_info fci = empty_fcall_info;
	zval callable;

	/* Its own reference: the callable may replace or remove itself. */
	ZVAL_COPY(&callable, &callback->callable);
	ZVAL_UNDEF(result);
	fci.size = sizeof(fci);
	ZVAL_COPY_VALUE(&fci.function_name, &callable);
	fci.retval = result;
	fci.param_count = argc;
	fci.params = argv;
	if (zend_call_function(&fci, NULL) == FAILURE && !EG(exception)) {
		zend_throw_error(NULL, "The callback can no longer be called");
	}
	zval_ptr_dtor(&callable);
	if (Z_ISREF_P(result)) {
		zend_unwrap_reference(result); /* what it refers to may change under our hands */
	}
	if (EG(exception) || php_sse_is_out_of_memory()) {
		zval_ptr_dtor(result);
		ZVAL_UNDEF(result);
		return false;
	}
	return true;
}

bool php_sse_is_out_of_memory(void)
{
#ifdef ZEND_HAS_OOM
	return ZEND_HAS_OOM();
#else
	return false;
#endif
}

bool php_sse_timers_add(php_sse_timers *timers, double seconds, zval *callable)
{
	php_sse_timer *timer;

	if (!isfinite(seconds) || seconds < 0.001 || seconds > 366.0 * 86400.0) {
		zend_argument_value_error(1, "must be from 0.001 to 31622400 seconds");
		return false;
	}
	timers->items = safe_erealloc(timers->items, timers->count + 1, sizeof(*timers->items), 0);
	timer = &timers->items[timers->count++];
	memset(timer, 0, sizeof(*timer));
	php_sse_callback_set(&timer->callback, callable);
	timer->interval = (uint64_t)(seconds * 1000.0);
	return true;
}

void php_sse_timers_clear(php_sse_timers *timers)
{
	while (timers->count > 0) {
		php_sse_callback callback = timers->items[--timers->count].callback;

		php_sse_callback_clear(&callback);
	}
	if (timers->items) {
		efree(timers->items);
		timers->items = NULL;
	}
}

void php_sse_timers_start(php_sse_timers *timers, uint64_t now)
{
	uint32_t i;

	for (i = 0; i < timers->count; i++) {
		timers->items[i].due = now + timers->items[i].interval;
	}
}

uint64_t php_sse_timers_next(const php_sse_timers *timers)
{
	uint64_t next = UINT64_MAX;
	uint32_t i;

	for (i = 0; i < timers->count; i++) {
		if (timers->items[i].due < next) {
			next = timers->items[i].due;
		}
	}
	return next;
}

bool php_sse_timers_run(php_sse_timers *timers, uint64_t now, zend_object *self, const bool *stop, uv_pid_t pid)
{
	uint32_t i;

	for (i = 0; i < timers->count && !*stop; i++) {
		php_sse_timer *timer = &timers->items[i];
		zval argument, result;
		bool ok;

		if (timer->due > now) {
			continue;
		}
		timer->due += timer->interval;
		if (timer->due <= now) {
			timer->due = now + timer->interval;
		}
		ZVAL_OBJ_COPY(&argument, self);
		ok = php_sse_callback_call(&timer->callback, &result, 1, &argument);
		zval_ptr_dtor(&argument);
		zval_ptr_dtor(&result);
		if (!ok || uv_os_getpid() != pid) {
			return false;
		}
	}
	return true;
}
