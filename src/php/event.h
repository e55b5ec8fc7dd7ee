/*
 * PHP values as events: what event(), encode() and the return value of onMessage() have in common.
 */
#ifndef SSE_PHP_EVENT_H
#define SSE_PHP_EVENT_H

#include "php.h"

#include "core/frame.h"

#include <stdbool.h>

/*
 * Appends an event made of the arguments of event(). Returns false, and appends nothing, with a ValueError (name or id that
 * would forge a field, negative retry) or JsonException thrown. Argument numbers in messages are those of event().
 */
bool php_sse_event_append(
	sse_buf *out, zval *data, zend_string *event, zend_string *id, bool has_retry, zend_long retry);

/*
 * Appends what an onMessage callback returned for a message: an event array, a list of them, or null. What the array does
 * not give stays as in the message. Returns false with an exception thrown.
 */
bool php_sse_event_append_mapped(sse_buf *out, zval *returned, const sse_event *message);

/* Appends a bare "retry:" of that many milliseconds. */
void php_sse_retry_append(sse_buf *out, int64_t ms);

/* The value as JSON, a string too. NULL with JsonException thrown. */
zend_string *php_sse_json_encode(zval *value);

/* The data of an event or publication as bytes: a string as it is, anything else as JSON. NULL with JsonException thrown. */
zend_string *php_sse_data_to_string(zval *data);

#endif
