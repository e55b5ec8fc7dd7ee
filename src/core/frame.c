#include "frame.h"

#include "utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool sse_field_is_safe(sse_str value)
{
	if (value.len == 0) {
		return true;
	}
	return memchr(value.data, '\n', value.len) == NULL && memchr(value.data, '\r', value.len) == NULL &&
		   memchr(value.data, '\0', value.len) == NULL;
}

/* The parser drops one space after the colon: writing it lets a value begin with a space of its own. */
static char *put_field(char *at, const char *name, size_t name_len, const char *value, size_t len)
{
	memcpy(at, name, name_len);
	at += name_len;
	*at++ = ':';
	if (len > 0) {
		*at++ = ' ';
		memcpy(at, value, len);
		at += len;
	}
	*at++ = '\n';
	return at;
}

/* Room that put_field() takes at most. */
#define FIELD_ROOM(name_len, len) ((name_len) + (len) + 3)

/* Where the next break character is, or end. */
static const char *find(const char *from, const char *end, char c)
{
	const char *hit = from < end ? memchr(from, c, (size_t)(end - from)) : NULL;
	return hit != NULL ? hit : end;
}

/*
 * One field line per line of text. A text that ends with a break gets a last empty line, so that the parser, which joins
 * the lines with LF, rebuilds the text. The closing empty line is the caller's.
 */
static void put_lines(sse_buf *out, const char *name, size_t name_len, sse_str text)
{
	const char *at = text.len > 0 ? text.data : "";
	const char *end = at + text.len;
	const char *lf = find(at, end, '\n');
	const char *cr = find(at, end, '\r');

	/* The common payload has no break: this is the only reservation, with the closing LF in it. */
	sse_buf_reserve(out, FIELD_ROOM(name_len, text.len) + 1);
	for (;;) {
		const char *stop = lf < cr ? lf : cr;
		size_t len = (size_t)(stop - at);
		char *to = sse_buf_reserve(out, FIELD_ROOM(name_len, len) + 1);
		out->len = (size_t)(put_field(to, name, name_len, at, len) - out->data);
		if (stop == end) {
			break;
		}
		at = stop + 1;
		if (*stop == '\r' && at < end && *at == '\n') {
			at++;
		}
		/*
		 * Each break character is searched on from where it was last seen, not from every line: a text of many LF
		 * and no CR would otherwise be scanned once per line.
		 */
		if (lf < at) {
			lf = find(at, end, '\n');
		}
		if (cr < at) {
			cr = find(at, end, '\r');
		}
	}
}

static void put_end(sse_buf *out)
{
	*sse_buf_reserve(out, 1) = '\n';
	out->len++;
}

void sse_frame_event(sse_buf *out, const sse_event *event)
{
	char retry[24];
	size_t retry_len = 0;
	if (event->retry >= 0) {
		retry_len = (size_t)snprintf(retry, sizeof retry, "%" PRId64, event->retry);
	}

	size_t head = 0;
	head += event->event.len > 0 ? FIELD_ROOM(5, event->event.len) : 0;
	head += event->id.data != NULL ? FIELD_ROOM(2, event->id.len) : 0;
	head += retry_len > 0 ? FIELD_ROOM(5, retry_len) : 0;

	/* One reservation for the whole event when its data has no breaks: put_lines() asks for no more than this. */
	size_t body = event->data.data != NULL ? FIELD_ROOM(4, event->data.len) : 0;
	char *at = sse_buf_reserve(out, head + body + 1);
	if (event->event.len > 0) {
		at = put_field(at, "event", 5, event->event.data, event->event.len);
	}
	if (event->id.data != NULL) {
		at = put_field(at, "id", 2, event->id.data, event->id.len);
	}
	if (retry_len > 0) {
		at = put_field(at, "retry", 5, retry, retry_len);
	}
	out->len = (size_t)(at - out->data);

	if (event->data.data != NULL) {
		put_lines(out, "data", 4, event->data);
	}
	put_end(out);
}

void sse_frame_comment(sse_buf *out, sse_str text)
{
	put_lines(out, "", 0, text);
	put_end(out);
}

static void put_json_escape(sse_buf *out, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	char text[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
	size_t len = 2;

	switch (c) {
	case '"':
	case '\\':
		text[1] = (char)c;
		break;
	case '\b':
		text[1] = 'b';
		break;
	case '\f':
		text[1] = 'f';
		break;
	case '\n':
		text[1] = 'n';
		break;
	case '\r':
		text[1] = 'r';
		break;
	case '\t':
		text[1] = 't';
		break;
	default:
		len = sizeof text;
	}
	sse_buf_append(out, text, len);
}

void sse_json_string(sse_buf *out, sse_str value)
{
	size_t at = 0, run = 0;

	sse_buf_reserve(out, value.len + 2);
	sse_buf_append(out, "\"", 1);
	/* What needs no change is copied in runs: [run, at) is read but not yet written. */
	while (at < value.len) {
		unsigned char c = (unsigned char)value.data[at];
		size_t skip;
		/* Nearly all text is ASCII and needs no call. */
		size_t len = c < 0x80 ? 1 : sse_utf8_char(value.data + at, value.len - at, &skip);
		if (len > 0 && c >= 0x20 && c != '"' && c != '\\') {
			at += len;
			continue;
		}
		if (at > run) {
			sse_buf_append(out, value.data + run, at - run);
		}
		if (len > 0) {
			put_json_escape(out, c);
			at++;
		} else {
			sse_buf_append(out, "\xEF\xBF\xBD", 3);
			at += skip;
		}
		run = at;
	}
	if (at > run) {
		sse_buf_append(out, value.data + run, at - run);
	}
	sse_buf_append(out, "\"", 1);
}

void sse_frame_gap(sse_buf *out, sse_str source, sse_str reason)
{
	/* JSON holds no line break, so the event can be written straight through. */
	sse_buf_append_str(out, "event: gap\ndata: {\"source\":");
	sse_json_string(out, source);
	sse_buf_append_str(out, ",\"reason\":");
	sse_json_string(out, reason);
	sse_buf_append_str(out, "}\n\n");
}
