/*
 * Signals for RedisSubscriber::onSignal(): handlers of the operating system that only note the signal, and callables that
 * run between two turns of the loop.
 */
#ifndef SSE_PHP_SIGNALS_H
#define SSE_PHP_SIGNALS_H

#include "callback.h"

#include <signal.h>

typedef struct php_sse_signal {
	int number;
	php_sse_callback callback;
#ifndef PHP_WIN32
	struct sigaction before;  /* while installed */
#endif
} php_sse_signal;

typedef struct php_sse_signals {
	php_sse_signal *items;
	uint32_t count;
	bool installed;
} php_sse_signals;

/* Returns false with a ValueError for what is no signal or cannot be caught. A second callable for a signal replaces the first. */
bool php_sse_signals_add(php_sse_signals *signals, zend_long number, zval *callable);
void php_sse_signals_clear(php_sse_signals *signals);

/* For the length of a run(): what handled these signals before does so again after _uninstall. */
void php_sse_signals_install(php_sse_signals *signals);
void php_sse_signals_uninstall(php_sse_signals *signals);

/* Calls what signals have come for, with the number. Returns false when an exception is pending. */
bool php_sse_signals_dispatch(php_sse_signals *signals);

#endif
