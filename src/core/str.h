/*
 * A run of bytes that somebody else owns, and what is asked of it again and again.
 */
#ifndef SSE_CORE_STR_H
#define SSE_CORE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* A string that is not NUL-terminated and not owned. data == NULL means "not given". */
typedef struct sse_str {
	const char *data;
	size_t len;
} sse_str;

static inline bool sse_str_equals(sse_str a, sse_str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

/* Whether it is this text. */
static inline bool sse_str_is(sse_str str, const char *text)
{
	return str.len == strlen(text) && (str.len == 0 || memcmp(str.data, text, str.len) == 0);
}

/* Where the first or last c is; NULL when there is none. */
static inline const char *sse_str_find(sse_str str, char c)
{
	return str.len > 0 ? memchr(str.data, c, str.len) : NULL;
}

static inline const char *sse_str_find_last(sse_str str, char c)
{
	for (size_t i = str.len; i > 0; i--) {
		if (str.data[i - 1] == c) {
			return str.data + i - 1;
		}
	}
	return NULL;
}

/* The parts before and from a place in it. */
static inline sse_str sse_str_before(sse_str str, const char *at)
{
	sse_str part = { str.data, (size_t)(at - str.data) };

	return part;
}

static inline sse_str sse_str_from(sse_str str, const char *at)
{
	sse_str part = { at, str.len - (size_t)(at - str.data) };

	return part;
}

/*
 * Takes what stands before the first separator off the front of *rest, and the separator with it. Without one it takes all,
 * and rest is NULL then: what tells an empty last part from none.
 */
static inline sse_str sse_str_take(sse_str *rest, char separator)
{
	const char *at = sse_str_find(*rest, separator);
	sse_str part = *rest;

	if (at != NULL) {
		part = sse_str_before(*rest, at);
		*rest = sse_str_from(*rest, at + 1);
	} else {
		*rest = (sse_str){ NULL, 0 };
	}
	return part;
}

/* What a hex digit of either case stands for; -1 when it is none. */
static inline int sse_hex_digit(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	if (c >= 'a' && c <= 'f') {
		return c - 'a' + 10;
	}
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

#endif
