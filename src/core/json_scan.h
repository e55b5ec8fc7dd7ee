/*
 * Internal to core: stepping over JSON. Nothing is validated but that the text does not end too early, so whoever walks a
 * text that is not known to be JSON gets some division of it into names and values, or false.
 */
#ifndef SSE_CORE_JSON_SCAN_H
#define SSE_CORE_JSON_SCAN_H

#include "str.h"

#include <stdbool.h>

typedef struct sse_json_scan {
	const char *at;
	const char *end;
} sse_json_scan;

static inline sse_json_scan sse_json_scan_of(sse_str text)
{
	/* NULL, which "not given" has, is not to be counted with. */
	const char *at = text.len > 0 ? text.data : "";

	return (sse_json_scan){ at, at + text.len };
}

static inline void sse_json_skip_space(sse_json_scan *scan)
{
	while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\t' || *scan->at == '\n' || *scan->at == '\r')) {
		scan->at++;
	}
}

/* Steps over c; false, and nowhere, when something else is there. */
static inline bool sse_json_skip(sse_json_scan *scan, char c)
{
	if (scan->at >= scan->end || *scan->at != c) {
		return false;
	}
	scan->at++;
	return true;
}

/* At the opening quote. text is what stands between the quotes, escapes as they are. */
static inline bool sse_json_scan_string(sse_json_scan *scan, sse_str *text)
{
	const char *start = ++scan->at;

	while (scan->at < scan->end && *scan->at != '"') {
		scan->at += *scan->at == '\\' && scan->end - scan->at > 1 ? 2 : 1;
	}
	*text = (sse_str){ start, (size_t)(scan->at - start) };
	return sse_json_skip(scan, '"');
}

/* Up to the comma or bracket behind the value. */
static inline bool sse_json_skip_value(sse_json_scan *scan)
{
	unsigned depth = 0;
	sse_str ignored;

	while (scan->at < scan->end) {
		switch (*scan->at) {
		case '"':
			if (!sse_json_scan_string(scan, &ignored)) {
				return false;
			}
			continue;
		case '{':
		case '[':
			depth++;
			break;
		case '}':
		case ']':
			if (depth == 0) {
				return true;
			}
			depth--;
			break;
		case ',':
			if (depth == 0) {
				return true;
			}
		}
		scan->at++;
	}
	return false;
}

/* Behind the brace or comma before a member: takes its name, and the colon. False at the end of the object as well. */
static inline bool sse_json_scan_name(sse_json_scan *scan, sse_str *name)
{
	sse_json_skip_space(scan);
	if (scan->at >= scan->end || *scan->at != '"' || !sse_json_scan_string(scan, name)) {
		return false;
	}
	sse_json_skip_space(scan);
	if (!sse_json_skip(scan, ':')) {
		return false;
	}
	sse_json_skip_space(scan);
	return true;
}

#endif
