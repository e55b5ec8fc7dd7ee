/*
 * The options of SseStream.
 */
#ifndef SSE_PHP_OPTIONS_H
#define SSE_PHP_OPTIONS_H

#include "php.h"

#include "core/redis_config.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum php_sse_mode { PHP_SSE_MODE_AUTO, PHP_SSE_MODE_HANDOFF, PHP_SSE_MODE_REDIRECT, PHP_SSE_MODE_INLINE } php_sse_mode;

typedef struct php_sse_options {
	sse_redis_config redis;
	zend_string *hub;             /* path of the control socket, without NULs; NULL: none */
	php_sse_mode mode;
	zend_string *redirect;        /* where the hub's listener is to be found: a path or a URL; NULL: not told */
	uint64_t heartbeat;           /* ms, 0: none */
	bool heartbeat_comment;
	zend_long retry;              /* ms, -1: not sent */
	uint64_t max_lifetime;        /* ms, 0: none */
	zend_string *user;            /* NULL: not told */
	zend_string *id;              /* of the stream, NULL: none */
	zend_string *last_event_id;   /* NULL: not given */
	bool has_last_event_id;       /* given, be it as null: then the request is not looked at */
} php_sse_options;

/* Defaults and ini settings, then what the array says. False with a ValueError or TypeError; to be freed in any case. */
bool php_sse_options_init(php_sse_options *options, HashTable *given);
void php_sse_options_deinit(php_sse_options *options);

/* Whether a mode has one of the names that option `mode` and ini sse.mode take; *mode is untouched otherwise, and may be NULL. */
bool php_sse_mode_parse(const zend_string *name, php_sse_mode *mode);

/* Whether a place can go into a Location or X-Accel-Redirect header with a ticket behind it. */
bool php_sse_redirect_is_valid(const zend_string *place);

#endif
