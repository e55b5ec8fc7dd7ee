/*
 * Reading JSON (RFC 8259) where it lies, without building anything: for the claims of a token and the id of an item.
 */
#ifndef SSE_CORE_JSON_H
#define SSE_CORE_JSON_H

#include "buf.h"
#include "str.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum sse_json_type {
	SSE_JSON_NULL, SSE_JSON_FALSE, SSE_JSON_TRUE, SSE_JSON_NUMBER, SSE_JSON_STRING, SSE_JSON_ARRAY, SSE_JSON_OBJECT
} sse_json_type;

/* A value that was validated as a whole. text is borrowed; a string's is what stands between its quotes, escapes as they are. */
typedef struct sse_json {
	sse_json_type type;
	sse_str text;
} sse_json;

#define SSE_JSON_DEPTH_MAX 32

/*
 * Validates a whole text: UTF-8, depth at most SSE_JSON_DEPTH_MAX, every surrogate half with its other half, nothing behind the
 * value and no byte order mark before it. False when it is not JSON; *value is unchanged then.
 */
bool sse_json_parse(sse_str text, sse_json *value);

/*
 * Steps through the members of an object or the elements of an array, in the order they are written; *at is 0 before the
 * first call. False at the end, and for a value that is none. A name is a string like any other.
 */
bool sse_json_next_member(const sse_json *object, size_t *at, sse_json *name, sse_json *value);
bool sse_json_element(const sse_json *array, size_t *at, sse_json *value);

/*
 * The last member of that name (names are compared after unescaping), as most parsers have it. False: there is none, or
 * object is none; *value is unchanged then.
 */
bool sse_json_member(const sse_json *object, const char *name, sse_json *value);

/* Appends the text of a string with its escapes resolved; never more bytes than it has now. */
void sse_json_unescape(sse_buf *out, const sse_json *string);

/* Whether it is a string, and this text when its escapes are resolved. */
bool sse_json_string_is(const sse_json *string, const char *text);

/*
 * A number that is a whole one within 64 bits ("1e3" and "1.0" too), and the whole part of any number within them ("-1.5" is
 * -1). False otherwise, also for what is no number; *value is unchanged then.
 */
bool sse_json_integer(const sse_json *number, int64_t *value);
bool sse_json_whole_part(const sse_json *number, int64_t *value);

#endif
