#include "broadcast.h"

#include "frame.h"
#include "json.h"
#include "json_scan.h"

/* Line breaks in JSON stand between its tokens only, where a space is as good. */
static void append_line(sse_buf *out, const char *from, const char *end)
{
	size_t len = (size_t)(end - from);
	char *to = sse_buf_reserve(out, len);

	for (size_t i = 0; i < len; i++) {
		to[i] = from[i] == '\n' || from[i] == '\r' ? ' ' : from[i];
	}
	out->len += len;
}

/* Behind the opening brace: the members with the closing one, and a comma before them unless there are none. */
static void append_members(sse_buf *out, sse_str object)
{
	sse_json_scan scan = sse_json_scan_of((sse_str){ object.data + 1, object.len - 1 });

	while (scan.end[-1] != '}') {
		scan.end--; /* space behind it */
	}
	sse_json_skip_space(&scan);
	if (*scan.at != '}') {
		sse_buf_append_str(out, ",");
	}
	append_line(out, scan.at, scan.end);
}

void sse_broadcast_data(sse_buf *out, sse_str channel, sse_str payload)
{
	sse_json value;

	sse_buf_reserve(out, channel.len + payload.len + 32);
	sse_buf_append_str(out, "{\"channel\":");
	sse_json_string(out, channel);
	if (sse_json_parse(payload, &value) && value.type == SSE_JSON_OBJECT) {
		append_members(out, value.text);
		return;
	}
	sse_buf_append_str(out, ",\"payload\":");
	sse_json_string(out, payload);
	sse_buf_append_str(out, "}");
}
