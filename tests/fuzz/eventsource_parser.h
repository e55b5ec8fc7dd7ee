/*
 * What a browser makes of an event stream, after "Interpreting an event stream" in
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 *
 * The oracle of the tests: it shares no code with src/core, on purpose, and prefers the words of the standard to speed. It
 * works on bytes and leaves the decoding of UTF-8 out, which moves no colon, space or line break.
 */
#ifndef EVENTSOURCE_PARSER_H
#define EVENTSOURCE_PARSER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct es_text {
	char *bytes; /* owned, always NUL-terminated after the first byte; may hold NULs */
	size_t len;
	size_t cap;
} es_text;

/* Everything is borrowed for the length of the callback. */
typedef struct es_event {
	const char *type; /* "message" when the stream names none */
	size_t type_len;
	const char *data;
	size_t data_len;
	const char *last_event_id;
	size_t last_event_id_len;
} es_event;

typedef struct es_parser {
	void (*on_event)(void *context, const es_event *event);
	void (*on_comment)(void *context, const char *text, size_t len); /* may be NULL; text is what follows the colon */
	void *context;

	es_text last_event_id; /* the last event ID string of the event source: what a reconnect would send */
	int64_t retry;         /* the reconnection time in milliseconds, -1 until the stream sets one */

	es_text line;
	es_text data_buffer;
	es_text type_buffer;
	es_text id_buffer;
	bool first_line;
	bool after_cr;
} es_parser;

void es_parser_init(es_parser *parser, void (*on_event)(void *, const es_event *), void *context);
void es_parser_deinit(es_parser *parser);

/* Takes the next bytes of the stream, cut anywhere. */
void es_parser_feed(es_parser *parser, const char *bytes, size_t len);

/* The connection has ended: an event without its closing empty line is discarded. */
void es_parser_finish(es_parser *parser);

#endif
