/*
 * PHP callables: kept, called between two turns of the loop, and on a timetable.
 */
#ifndef SSE_PHP_CALLBACK_H
#define SSE_PHP_CALLBACK_H

#include "php.h"

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

/* A callable that is kept. */
typedef struct php_sse_callback {
	zval callable;  /* IS_UNDEF: none */
} php_sse_callback;

void php_sse_callback_set(php_sse_callback *callback, zval *callable);
void php_sse_callback_clear(php_sse_callback *callback);
bool php_sse_callback_is_set(const php_sse_callback *callback);

/*
 * Calls it; result is the caller's to destroy (undefined after false). Returns false when an exception is pending (exit()
 * is one too) or memory ran out. Never called from below a libuv frame.
 */
bool php_sse_callback_call(php_sse_callback *callback, zval *result, uint32_t argc, zval *argv);

/* Whether the memory limit was passed: since PHP 8.2.35 the engine waits for the VM to get control before it says so. */
bool php_sse_is_out_of_memory(void);

/* Callables that are due every so often. */
typedef struct php_sse_timer {
	php_sse_callback callback;
	uint64_t interval;  /* ms */
	uint64_t due;       /* ms, the loop's clock */
} php_sse_timer;

typedef struct php_sse_timers {
	php_sse_timer *items;
	uint32_t count;
} php_sse_timers;

/* Returns false with a ValueError when seconds is no time span from a millisecond to a year. */
bool php_sse_timers_add(php_sse_timers *timers, double seconds, zval *callable);
void php_sse_timers_clear(php_sse_timers *timers);

/* Sets the first due times. */
void php_sse_timers_start(php_sse_timers *timers, uint64_t now);

/* When the next one is due, UINT64_MAX without timers. */
uint64_t php_sse_timers_next(const php_sse_timers *timers);

/*
 * Calls what is due, with self as argument, until *stop is set, and skips what was missed. Returns false when an exception
 * is pending, memory ran out, or one has forked and this is not process pid any more.
 */
bool php_sse_timers_run(php_sse_timers *timers, uint64_t now, zend_object *self, const bool *stop, uv_pid_t pid);

#endif
