#include "eventsource_parser.h"

#include <stdlib.h>
#include <string.h>

static void text_add(es_text *text, const char *bytes, size_t len)
{
	if (text->len + len + 1 > text->cap) {
		text->cap = (text->len + len + 1) * 2;
		text->bytes = realloc(text->bytes, text->cap);
		if (text->bytes == NULL) {
			abort();
		}
	}
	if (len > 0) {
		memcpy(text->bytes + text->len, bytes, len);
	}
	text->len += len;
	text->bytes[text->len] = '\0';
}

static void text_set(es_text *text, const char *bytes, size_t len)
{
	text->len = 0;
	text_add(text, bytes, len);
}

static void text_free(es_text *text)
{
	free(text->bytes);
	memset(text, 0, sizeof *text);
}

void es_parser_init(es_parser *parser, void (*on_event)(void *, const es_event *), void *context)
{
	memset(parser, 0, sizeof *parser);
	parser->on_event = on_event;
	parser->context = context;
	parser->retry = -1;
	parser->first_line = true;
	text_set(&parser->last_event_id, "", 0);
	text_set(&parser->data_buffer, "", 0);
	text_set(&parser->type_buffer, "", 0);
	text_set(&parser->id_buffer, "", 0);
	text_set(&parser->line, "", 0);
}

void es_parser_deinit(es_parser *parser)
{
	text_free(&parser->last_event_id);
	text_free(&parser->line);
	text_free(&parser->data_buffer);
	text_free(&parser->type_buffer);
	text_free(&parser->id_buffer);
}

/* "When a user agent is required to dispatch the event" */
static void dispatch(es_parser *parser)
{
	es_event event;

	/* 1. The id counts even when no event follows from it. The buffer is not emptied. */
	text_set(&parser->last_event_id, parser->id_buffer.bytes, parser->id_buffer.len);

	/* 2. */
	if (parser->data_buffer.len == 0) {
		text_set(&parser->type_buffer, "", 0);
		return;
	}

	/* 3. to 6. */
	event.data = parser->data_buffer.bytes;
	event.data_len = parser->data_buffer.len;
	if (event.data[event.data_len - 1] == '\n') {
		event.data_len--;
	}
	event.type = "message";
	event.type_len = 7;
	if (parser->type_buffer.len > 0) {
		event.type = parser->type_buffer.bytes;
		event.type_len = parser->type_buffer.len;
	}
	event.last_event_id = parser->last_event_id.bytes;
	event.last_event_id_len = parser->last_event_id.len;
	parser->on_event(parser->context, &event);

	/* 7. */
	text_set(&parser->data_buffer, "", 0);
	text_set(&parser->type_buffer, "", 0);
}

/* "To process the field". Field names are compared literally, without case folding. */
static void process_field(es_parser *parser, const char *name, size_t name_len, const char *value, size_t len)
{
	if (name_len == 5 && memcmp(name, "event", 5) == 0) {
		text_set(&parser->type_buffer, value, len);
	} else if (name_len == 4 && memcmp(name, "data", 4) == 0) {
		text_add(&parser->data_buffer, value, len);
		text_add(&parser->data_buffer, "\n", 1);
	} else if (name_len == 2 && memcmp(name, "id", 2) == 0) {
		for (size_t i = 0; i < len; i++) {
			if (value[i] == '\0') {
				return;
			}
		}
		text_set(&parser->id_buffer, value, len);
	} else if (name_len == 5 && memcmp(name, "retry", 5) == 0) {
		int64_t retry = 0;
		for (size_t i = 0; i < len; i++) {
			if (value[i] < '0' || value[i] > '9') {
				return;
			}
			int digit = value[i] - '0';
			retry = retry > (INT64_MAX - digit) / 10 ? INT64_MAX : retry * 10 + digit;
		}
		/* An empty value has no digit that could be interpreted as an integer. */
		if (len > 0) {
			parser->retry = retry;
		}
	}
}

static void process_line(es_parser *parser)
{
	const char *line = parser->line.bytes;
	size_t len = parser->line.len;
	size_t colon = 0;

	/* "stream = [ bom ] *event": one leading U+FEFF, of the stream and not of a line, is taken off in decoding. */
	if (parser->first_line && len >= 3 && memcmp(line, "\xEF\xBB\xBF", 3) == 0) {
		line += 3;
		len -= 3;
	}
	parser->first_line = false;

	while (colon < len && line[colon] != ':') {
		colon++;
	}
	if (len == 0) {
		dispatch(parser);
	} else if (colon == 0) {
		if (parser->on_comment != NULL) {
			parser->on_comment(parser->context, line + 1, len - 1);
		}
	} else if (colon == len) {
		process_field(parser, line, len, "", 0);
	} else {
		const char *value = line + colon + 1;
		size_t value_len = len - colon - 1;
		if (value_len > 0 && value[0] == ' ') {
			value++;
			value_len--;
		}
		process_field(parser, line, colon, value, value_len);
	}
	text_set(&parser->line, "", 0);
}

void es_parser_feed(es_parser *parser, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char c = bytes[i];
		bool second_half = parser->after_cr && c == '\n';
		/* The line has ended with the CR: a stream may pause there, and the LF may come with the next packet. */
		parser->after_cr = c == '\r';
		if (second_half) {
			continue;
		}
		if (c == '\r' || c == '\n') {
			process_line(parser);
		} else {
			text_add(&parser->line, &c, 1);
		}
	}
}

void es_parser_finish(es_parser *parser)
{
	/* Without a break the last line is none; without an empty line its event is none. The id buffer goes with it. */
	text_set(&parser->line, "", 0);
	text_set(&parser->data_buffer, "", 0);
	text_set(&parser->type_buffer, "", 0);
	text_set(&parser->id_buffer, parser->last_event_id.bytes, parser->last_event_id.len);
}
