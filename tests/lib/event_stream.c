#define _GNU_SOURCE

#include "event_stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void event_stream_begin(event_stream *stream)
{
	stream->phase = STREAM_HEAD;
	stream->chunk = CHUNK_NONE;
	stream->chunk_left = stream->line_len = 0;
	stream->is_ok = stream->has_data = stream->has_id = false;
	stream->event[0] = '\0';
}

static void on_head_line(event_stream *stream, const char *line, size_t len)
{
	if (len >= 12 && strncmp(line, "HTTP/1.", 7) == 0) {
		stream->is_ok = strncmp(line + 8, " 200", 4) == 0;
	} else if (strncasecmp(line, "Transfer-Encoding: chunked", 26) == 0) {
		stream->chunk = CHUNK_SIZE;
	} else if (len == 0) {
		stream->phase = stream->is_ok ? STREAM_OPEN : STREAM_REFUSED;
	}
}

/* line is terminated. Returns whether a frame is complete. */
static bool on_line(event_stream *stream, char *line, size_t len)
{
	if (len > 0 && line[len - 1] == '\r') {
		line[--len] = '\0';
	}
	if (stream->phase == STREAM_HEAD) {
		on_head_line(stream, line, len);
	} else if (len == 0) {
		return true;
	} else if (strncmp(line, "data: ", 6) == 0) {
		if (!stream->has_data) {
			snprintf(stream->data, sizeof(stream->data), "%s", line + 6);
		}
		stream->has_data = true;
	} else if (strncmp(line, "id: ", 4) == 0) {
		stream->has_id = true;
		snprintf(stream->id, sizeof(stream->id), "%.63s", line + 4);
	} else if (strncmp(line, "event: ", 7) == 0) {
		snprintf(stream->event, sizeof(stream->event), "%.31s", line + 7);
	} else if (strncmp(line, "retry: ", 7) == 0) {
		stream->retry_ns = strtoll(line + 7, NULL, 10) * 1000000;
	}
	return false;
}

/* Stops where the phase changes, because what follows the head may be chunked. Returns what was used. */
static size_t feed_lines(event_stream *stream, const char *at, size_t len, void (*on_frame)(void *), void *arg)
{
	const char *start = at, *end = at + len;
	stream_phase phase = stream->phase;

	while (at < end && stream->phase == phase) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t part = (size_t)((newline ? newline : end) - at), room = EVENT_STREAM_LINE - 1 - stream->line_len;

		if (room > part) {
			room = part;
		}
		memcpy(stream->line + stream->line_len, at, room);
		stream->line_len += (uint32_t)room;
		at += part + (newline ? 1 : 0);
		if (newline) {
			size_t line_len = stream->line_len;

			stream->line[line_len] = '\0';
			stream->line_len = 0;
			if (on_line(stream, stream->line, line_len)) {
				on_frame(arg);
				stream->has_id = stream->has_data = false;
				stream->event[0] = '\0';
			}
		}
	}
	return (size_t)(at - start);
}

static size_t feed_chunk(event_stream *stream, const char *at, size_t len, void (*on_frame)(void *), void *arg)
{
	size_t part = len < stream->chunk_left ? len : stream->chunk_left;
	char c = *at;

	switch (stream->chunk) {
	case CHUNK_SIZE:
		if (c >= '0' && c <= '9') {
			stream->chunk_left = stream->chunk_left * 16 + (uint32_t)(c - '0');
		} else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
			stream->chunk_left = stream->chunk_left * 16 + (uint32_t)((c | 0x20) - 'a' + 10);
		} else if (c == '\n') {
			if (stream->chunk_left == 0) {
				stream->phase = STREAM_ENDED;
			}
			stream->chunk = CHUNK_DATA;
		} else if (c != '\r') {
			stream->chunk = CHUNK_EXTENSION;
		}
		return 1;
	case CHUNK_EXTENSION:
		stream->chunk = c == '\n' ? CHUNK_DATA : CHUNK_EXTENSION;
		return 1;
	case CHUNK_DATA:
		feed_lines(stream, at, part, on_frame, arg);
		stream->chunk_left -= (uint32_t)part;
		if (stream->chunk_left == 0) {
			stream->chunk = CHUNK_DATA_END;
		}
		return part;
	default:
		if (c == '\n') {
			stream->chunk = CHUNK_SIZE;
		}
		return 1;
	}
}

void event_stream_feed(event_stream *stream, const char *bytes, size_t len, void (*on_frame)(void *), void *arg)
{
	size_t at = 0;

	while (at < len && stream->phase <= STREAM_OPEN) {
		if (stream->phase == STREAM_OPEN && stream->chunk != CHUNK_NONE) {
			at += feed_chunk(stream, bytes + at, len - at, on_frame, arg);
		} else {
			at += feed_lines(stream, bytes + at, len - at, on_frame, arg);
		}
	}
}
