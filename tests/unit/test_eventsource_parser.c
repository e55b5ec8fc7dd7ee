/*
 * The oracle itself, tested against the examples of the standard (sections 9.2.5 and 9.2.6) and its rules.
 */
#include "../fuzz/eventsource_parser.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

/* What a stream came to, as text: "[type|data|id]" for each event, "<text>" for each comment. */
typedef struct transcript {
	char text[1000];
	size_t len;
} transcript;

static void note(transcript *to, const char *bytes, size_t len)
{
	if (to->len + len < sizeof to->text) {
		memcpy(to->text + to->len, bytes, len);
		to->len += len;
	}
}

static void on_event(void *context, const es_event *event)
{
	note(context, "[", 1);
	note(context, event->type, event->type_len);
	note(context, "|", 1);
	note(context, event->data, event->data_len);
	note(context, "|", 1);
	note(context, event->last_event_id, event->last_event_id_len);
	note(context, "]", 1);
}

static void on_comment(void *context, const char *text, size_t len)
{
	note(context, "<", 1);
	note(context, text, len);
	note(context, ">", 1);
}

/* Every stream is read as a whole, byte by byte and in threes: how it is cut must not matter. */
static void check_stream(
	const char *stream, size_t len, const char *expected, size_t expected_len, const char *last_id, int64_t retry, int line)
{
	static const size_t chunks[] = {SIZE_MAX, 1, 3};
	for (size_t i = 0; i < sizeof chunks / sizeof *chunks; i++) {
		transcript seen = {.len = 0};
		es_parser parser;
		es_parser_init(&parser, on_event, &seen);
		parser.on_comment = on_comment;
		for (size_t at = 0; at < len;) {
			size_t chunk = len - at < chunks[i] ? len - at : chunks[i];
			es_parser_feed(&parser, stream + at, chunk);
			at += chunk;
		}
		es_parser_finish(&parser);
		test_check_bytes(seen.text, seen.len, expected, expected_len, __FILE__, line, "the stream");
		test_check_str(parser.last_event_id.bytes, last_id, __FILE__, line, "last event id");
		test_check_int(parser.retry, retry, __FILE__, line, "retry");
		es_parser_deinit(&parser);
	}
}

#define CHECK_STREAM(stream, expected)                                                                                      \
	check_stream((stream), sizeof(stream) - 1, (expected), sizeof(expected) - 1, "", -1, __LINE__)
#define CHECK_STREAM_ID(stream, expected, id)                                                                               \
	check_stream((stream), sizeof(stream) - 1, (expected), sizeof(expected) - 1, (id), -1, __LINE__)
#define CHECK_RETRY(stream, retry) check_stream((stream), sizeof(stream) - 1, "", 0, "", (retry), __LINE__)

static void standard_example_of_messages(void)
{
	CHECK_STREAM("data: This is the first message.\n\ndata: This is the second message, it\ndata: has two lines.\n\n"
				 "data: This is the third message.\n\n",
		"[message|This is the first message.|][message|This is the second message, it\nhas two lines.|]"
		"[message|This is the third message.|]");
}

static void standard_example_of_event_types(void)
{
	CHECK_STREAM("event: add\ndata: 73857293\n\nevent: remove\ndata: 2153\n\nevent: add\ndata: 113411\n\n",
		"[add|73857293|][remove|2153|][add|113411|]");
}

static void standard_example_of_stocks(void)
{
	CHECK_STREAM("data: YHOO\ndata: +2\ndata: 10\n\n", "[message|YHOO\n+2\n10|]");
}

static void standard_example_of_ids(void)
{
	/* The fourth block lacks its empty line. " third event" keeps the second of its two spaces. */
	CHECK_STREAM_ID(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event",
		"< test stream>[message|first event|1][message|second event|]", "");
	CHECK_STREAM_ID(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
		"< test stream>[message|first event|1][message|second event|][message| third event|]", "");
}

static void standard_example_of_empty_data(void)
{
	CHECK_STREAM("data\n\ndata\ndata\n\ndata:", "[message||][message|\n|]");
}

static void standard_example_of_spaces(void)
{
	CHECK_STREAM("data:test\n\ndata: test\n\n", "[message|test|][message|test|]");
}

static void lines_end_with_cr_lf_or_both(void)
{
	CHECK_STREAM("data: a\rdata: b\r\r", "[message|a\nb|]");
	CHECK_STREAM("data: a\r\ndata: b\r\n\r\n", "[message|a\nb|]");
	CHECK_STREAM("data: a\ndata: b\r\ndata: c\r\n\r", "[message|a\nb\nc|]");
	CHECK_STREAM("data: a\n\rdata: b\r\n\n", "[message|a|][message|b|]");
}

static void a_cr_ends_its_line_at_once(void)
{
	transcript seen = {.len = 0};
	es_parser parser;
	es_parser_init(&parser, on_event, &seen);
	es_parser_feed(&parser, "data: a\r\r", 9);
	CHECK_BYTES(seen.text, seen.len, "[message|a|]");
	es_parser_feed(&parser, "\ndata: b\n\n", 10);
	CHECK_BYTES(seen.text, seen.len, "[message|a|][message|b|]");
	es_parser_deinit(&parser);
}

static void only_the_streams_first_bom_is_dropped(void)
{
	CHECK_STREAM("\xEF\xBB\xBF"
				 "data: a\n\n",
		"[message|a|]");
	CHECK_STREAM("\xEF\xBB\xBF\n\xEF\xBB\xBF"
				 "data: a\n\n",
		"");
	CHECK_STREAM("\xEF\xBB\xBF\xEF\xBB\xBF"
				 "data: a\n\n",
		"");
	CHECK_STREAM("data: \xEF\xBB\xBFx\n\n", "[message|\xEF\xBB\xBFx|]");
	CHECK_STREAM("\xEF\xBB\xBF:c\n", "<c>");
}

static void comments_are_no_fields(void)
{
	CHECK_STREAM(":data: a\n: \n:\n\n", "<data: a>< ><>");
	CHECK_STREAM("data: a\n:c\ndata: b\n\n", "<c>[message|a\nb|]");
}

static void unknown_fields_are_ignored(void)
{
	CHECK_STREAM("dat: a\ndataa: b\nDATA: c\n data: d\nevents: e\nfoo\n\n", "");
}

static void an_event_without_data_is_dropped_with_its_type(void)
{
	CHECK_STREAM("event: a\n\ndata: b\n\n", "[message|b|]");
	CHECK_STREAM("event: a\nevent: b\ndata: c\n\n", "[b|c|]");
	CHECK_STREAM("event: a\nevent:\ndata: c\n\n", "[message|c|]");
}

static void an_id_lasts_until_the_next(void)
{
	CHECK_STREAM_ID("id: 1\ndata: a\n\ndata: b\n\nid: 2\n\ndata: c\n\n", "[message|a|1][message|b|1][message|c|2]", "2");
	CHECK_STREAM_ID("id: 1\n\nid\n\n", "", "");
	CHECK_STREAM_ID("id: 1\nid: 2\ndata: a\n\n", "[message|a|2]", "2");
}

static void an_id_with_a_nul_is_ignored(void)
{
	CHECK_STREAM_ID("id: 1\n\nid: 2\0\ndata: a\n\n", "[message|a|1]", "1");
	CHECK_STREAM_ID("id: \0\ndata: a\n\n", "[message|a|]", "");
}

static void retry_is_digits_only(void)
{
	CHECK_RETRY("retry: 1500\n", 1500);
	CHECK_RETRY("retry:0\n\n", 0);
	CHECK_RETRY("retry: 1500\nretry: 1e3\nretry: -1\nretry: 5 \nretry:  5\nretry: +5\nretry\nretry:\n", 1500);
	CHECK_RETRY("retry: 9223372036854775807\n", INT64_MAX);
	CHECK_RETRY("retry: 99999999999999999999\n", INT64_MAX);
	CHECK_RETRY("retry: 5", -1);
}

static void what_is_unfinished_at_the_end_is_discarded(void)
{
	CHECK_STREAM("data: a\n\ndata: b\n", "[message|a|]");
	CHECK_STREAM("data: a\n\ndata: b", "[message|a|]");
	CHECK_STREAM_ID("id: 1\ndata: a\n\nid: 2\ndata: b\n", "[message|a|1]", "1");
}

static void nuls_in_data_and_type_are_kept(void)
{
	CHECK_STREAM("event: a\0b\ndata: c\0d\n\n", "[a\0b|c\0d|]");
}

void test_eventsource_parser(void)
{
	RUN(standard_example_of_messages);
	RUN(standard_example_of_event_types);
	RUN(standard_example_of_stocks);
	RUN(standard_example_of_ids);
	RUN(standard_example_of_empty_data);
	RUN(standard_example_of_spaces);
	RUN(lines_end_with_cr_lf_or_both);
	RUN(a_cr_ends_its_line_at_once);
	RUN(only_the_streams_first_bom_is_dropped);
	RUN(comments_are_no_fields);
	RUN(unknown_fields_are_ignored);
	RUN(an_event_without_data_is_dropped_with_its_type);
	RUN(an_id_lasts_until_the_next);
	RUN(an_id_with_a_nul_is_ignored);
	RUN(retry_is_digits_only);
	RUN(what_is_unfinished_at_the_end_is_discarded);
	RUN(nuls_in_data_and_type_are_kept);
}
