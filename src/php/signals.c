#include "signals.h"

#include <string.h>

#ifdef PHP_WIN32

bool php_sse_signals_add(php_sse_signals *signals, zend_long number, zval *callable)
{
	zend_argument_value_error(1, "cannot be used: Windows has no signals");
	return false;
}

void php_sse_signals_clear(php_sse_signals *signals)
{
}

void php_sse_signals_install(php_sse_signals *signals)
{
}

void php_sse_signals_uninstall(php_sse_signals *signals)
{
}

bool php_sse_signals_dispatch(php_sse_signals *signals)
{
	return true;
}

#else

#ifndef NSIG
#define NSIG 65
#endif

/* Signals belong to the process, not to a thread or a request. */
static volatile sig_atomic_t pending[NSIG];

static void note(int number)
{
	pending[number] = 1;
}

bool php_sse_signals_add(php_sse_signals *signals, zend_long number, zval *callable)
{
	php_sse_signal *item;
	uint32_t i;

	if (number < 1 || number >= NSIG || number == SIGKILL || number == SIGSTOP) {
		zend_argument_value_error(1, "must be a signal that can be caught");
		return false;
	}
	for (i = 0; i < signals->count; i++) {
		if (signals->items[i].number == number) {
			php_sse_callback_set(&signals->items[i].callback, callable);
			return true;
		}
	}
	signals->items = safe_erealloc(signals->items, signals->count + 1, sizeof(*signals->items), 0);
	item = &signals->items[signals->count++];
	memset(item, 0, sizeof(*item));
	item->number = (int)number;
	php_sse_callback_set(&item->callback, callable);
	return true;
}

void php_sse_signals_clear(php_sse_signals *signals)
{
	while (signals->count > 0) {
		php_sse_callback callback = signals->items[--signals->count].callback;

		php_sse_callback_clear(&callback);
	}
	if (signals->items) {
		efree(signals->items);
		signals->items = NULL;
	}
}

void php_sse_signals_install(php_sse_signals *signals)
{
	struct sigaction action;
	uint32_t i;

	memset(&action, 0, sizeof(action));
	action.sa_handler = note;
	action.sa_flags = SA_RESTART;
	sigemptyset(&action.sa_mask);
	for (i = 0; i < signals->count; i++) {
		pending[signals->items[i].number] = 0;
		sigaction(signals->items[i].number, &action, &signals->items[i].before);
	}
	signals->installed = true;
}

void php_sse_signals_uninstall(php_sse_signals *signals)
{
	uint32_t i;

	if (!signals->installed) {
		return;
	}
	signals->installed = false;
	for (i = 0; i < signals->count; i++) {
		sigaction(signals->items[i].number, &signals->items[i].before, NULL);
	}
}

bool php_sse_signals_dispatch(php_sse_signals *signals)
{
	uint32_t i;

	for (i = 0; i < signals->count; i++) {
		zval argument, result;

		if (!pending[signals->items[i].number]) {
			continue;
		}
		pending[signals->items[i].number] = 0;
		ZVAL_LONG(&argument, signals->items[i].number);
		if (!php_sse_callback_call(&signals->items[i].callback, &result, 1, &argument)) {
			return false;
		}
		zval_ptr_dtor(&result);
	}
	return true;
}

#endif
