/*
 * Values of option arrays, and the errors that name the option when a value is none of its.
 */
#ifndef SSE_PHP_OPTION_H
#define SSE_PHP_OPTION_H

#include "php.h"

#include <stdbool.h>
#include <stdint.h>

/* One member of an option array, as it was given. */
typedef struct php_sse_option {
	const char *subject;  /* how messages begin: "SseStream option" */
	const char *name;
	zval *value;          /* not a reference */
} php_sse_option;

/* All return false with a TypeError or ValueError thrown, and leave the target as it was. */

/* Always false: the value is not of the expected type. */
bool php_sse_option_wrong_type(const php_sse_option *option, const char *expected);
/* Always false: "subject "name" must …". */
bool php_sse_option_wrong_value(const php_sse_option *option, const char *must);

/* Seconds from a millisecond to a year, or 0. */
bool php_sse_option_seconds(const php_sse_option *option, uint64_t *ms);
/* ?string; what *string held is released. null leaves it as it was. */
bool php_sse_option_string(const php_sse_option *option, zend_string **string);
/* A string that is not empty and holds no NUL, as paths and addresses are; what *string held is released. */
bool php_sse_option_path(const php_sse_option *option, zend_string **string);
bool php_sse_option_bool(const php_sse_option *option, bool *flag);
/* A whole number from least to most. */
bool php_sse_option_count(const php_sse_option *option, zend_long least, zend_long most, zend_long *count);

/* What SseStream and tickets have in common: heartbeatStyle, retry (?int, not negative), lastEventId (?string, safe). */
bool php_sse_option_style(const php_sse_option *option, bool *comment);
bool php_sse_option_retry(const php_sse_option *option, zend_long *retry);
bool php_sse_option_id(const php_sse_option *option, zend_string **id);
/* The stream's own id (?string). */
bool php_sse_option_stream(const php_sse_option *option, zend_string **id);

#endif
