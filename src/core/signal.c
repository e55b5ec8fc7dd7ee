#include "signal.h"

#include <string.h>

/* A log entry has both numbers. "5" alone would name 5-0 here and something else to whoever compares the text. */
static bool parse_whole_id(sse_str text, sse_entry_id *id)
{
	return sse_str_find(text, '-') != NULL && sse_entry_id_parse(text, id);
}

bool sse_signal_parse(sse_str payload, sse_signal *signal)
{
	sse_signal parsed;

	if (payload.len == 0) {
		return false;
	}
	const char *end = payload.data + payload.len;
	const char *id_end = memchr(payload.data, '\n', payload.len);
	if (id_end == NULL) {
		return false;
	}
	const char *event = id_end + 1;
	const char *event_end = memchr(event, '\n', (size_t)(end - event));
	if (event_end == NULL) {
		return false;
	}

	sse_str ids = sse_str_before(payload, id_end);
	const char *space = sse_str_find(ids, ' ');
	if (space == NULL) {
		return false;
	}
	parsed.id_text = sse_str_before(ids, space);
	if (!parse_whole_id(parsed.id_text, &parsed.id) || !parse_whole_id(sse_str_from(ids, space + 1), &parsed.previous)) {
		return false;
	}
	parsed.event.len = (size_t)(event_end - event);
	parsed.event.data = parsed.event.len > 0 ? event : NULL;
	/* Anyone who may PUBLISH writes these bytes: a CR or NUL in the name must not get as far as a frame. */
	if (!sse_field_is_safe(parsed.event)) {
		return false;
	}
	parsed.data.data = event_end + 1;
	parsed.data.len = (size_t)(end - parsed.data.data);
	*signal = parsed;
	return true;
}
