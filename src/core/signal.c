#include "signal.h"

#include <string.h>

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

	parsed.id_text.data = payload.data;
	parsed.id_text.len = (size_t)(id_end - payload.data);
	/* A log entry has both numbers. "5" alone would name 5-0 here and something else to whoever compares the text. */
	if (memchr(parsed.id_text.data, '-', parsed.id_text.len) == NULL || !sse_entry_id_parse(parsed.id_text, &parsed.id)) {
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
