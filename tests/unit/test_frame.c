#include "core/frame.h"
#include "test.h"

#include <stdlib.h>
#include <time.h>

static sse_buf out;

static sse_event event_of(sse_str data)
{
	sse_event event = SSE_EVENT_INIT;
	event.data = data;
	return event;
}

#define CHECK_EVENT(event, expected)                                                                                        \
	do {                                                                                                                    \
		sse_event checked = (event);                                                                                        \
		sse_buf_init(&out);                                                                                                 \
		sse_frame_event(&out, &checked);                                                                                    \
		CHECK_BYTES(out.data, out.len, expected);                                                                           \
		sse_buf_deinit(&out);                                                                                               \
	} while (0)

#define CHECK_DATA(literal, expected) CHECK_EVENT(event_of(LIT(literal)), expected)

#define CHECK_COMMENT(text, expected)                                                                                       \
	do {                                                                                                                    \
		sse_buf_init(&out);                                                                                                 \
		sse_frame_comment(&out, (text));                                                                                    \
		CHECK_BYTES(out.data, out.len, expected);                                                                           \
		sse_buf_deinit(&out);                                                                                               \
	} while (0)

#define CHECK_JSON(text, expected)                                                                                          \
	do {                                                                                                                    \
		sse_buf_init(&out);                                                                                                 \
		sse_json_string(&out, (text));                                                                                      \
		CHECK_BYTES(out.data, out.len, expected);                                                                           \
		sse_buf_deinit(&out);                                                                                               \
	} while (0)

static void writes_one_data_line(void)
{
	CHECK_DATA("hello", "data: hello\n\n");
}

static void keeps_a_leading_space(void)
{
	CHECK_DATA(" hello", "data:  hello\n\n");
	CHECK_DATA("a\n b", "data: a\ndata:  b\n\n");
}

static void writes_an_empty_data_line_for_empty_data(void)
{
	CHECK_DATA("", "data:\n\n");
	CHECK_EVENT(event_of((sse_str){"x", 0}), "data:\n\n");
}

static void writes_no_data_line_without_data(void)
{
	sse_event event = SSE_EVENT_INIT;
	CHECK_EVENT(event, "\n");
	event.id = LIT("7");
	CHECK_EVENT(event, "id: 7\n\n");
}

static void writes_all_fields_in_order(void)
{
	sse_event event = {LIT("d"), LIT("update"), LIT("5-1"), 3000};
	CHECK_EVENT(event, "event: update\nid: 5-1\nretry: 3000\ndata: d\n\n");
}

static void an_empty_event_name_has_no_line(void)
{
	sse_event event = {LIT("d"), LIT(""), NONE, -1};
	CHECK_EVENT(event, "data: d\n\n");
}

static void an_empty_id_resets_the_clients(void)
{
	sse_event event = {LIT("d"), NONE, LIT(""), -1};
	CHECK_EVENT(event, "id:\ndata: d\n\n");
}

static void writes_retry_from_zero_up(void)
{
	sse_event event = SSE_EVENT_INIT;
	event.retry = 0;
	CHECK_EVENT(event, "retry: 0\n\n");
	event.retry = INT64_MAX;
	CHECK_EVENT(event, "retry: 9223372036854775807\n\n");
	event.retry = -1;
	CHECK_EVENT(event, "\n");
}

static void splits_data_at_lf(void)
{
	CHECK_DATA("a\nb\nc", "data: a\ndata: b\ndata: c\n\n");
	CHECK_DATA("a\n\nb", "data: a\ndata:\ndata: b\n\n");
	CHECK_DATA("\na", "data:\ndata: a\n\n");
}

static void splits_data_at_cr(void)
{
	CHECK_DATA("a\rb", "data: a\ndata: b\n\n");
	CHECK_DATA("a\r\rb", "data: a\ndata:\ndata: b\n\n");
}

static void splits_data_at_crlf_once(void)
{
	CHECK_DATA("a\r\nb", "data: a\ndata: b\n\n");
	CHECK_DATA("a\r\n\r\nb", "data: a\ndata:\ndata: b\n\n");
	CHECK_DATA("a\n\rb", "data: a\ndata:\ndata: b\n\n");
	CHECK_DATA("a\r\r\nb", "data: a\ndata:\ndata: b\n\n");
}

static void mixes_all_breaks(void)
{
	CHECK_DATA("1\r2\n3\r\n4\n\n5\r6", "data: 1\ndata: 2\ndata: 3\ndata: 4\ndata:\ndata: 5\ndata: 6\n\n");
}

static void a_break_at_the_end_makes_a_last_empty_line(void)
{
	CHECK_DATA("a\n", "data: a\ndata:\n\n");
	CHECK_DATA("a\r", "data: a\ndata:\n\n");
	CHECK_DATA("a\r\n", "data: a\ndata:\n\n");
	CHECK_DATA("\n", "data:\ndata:\n\n");
	CHECK_DATA("\n\n", "data:\ndata:\ndata:\n\n");
}

static void data_cannot_forge_fields(void)
{
	CHECK_DATA("x\n\nevent: admin\ndata: y\n\n", "data: x\ndata:\ndata: event: admin\ndata: data: y\ndata:\ndata:\n\n");
	CHECK_DATA("x\revent: admin", "data: x\ndata: event: admin\n\n");
}

static void data_may_hold_nuls_and_any_byte(void)
{
	CHECK_DATA("a\0b\xFF\x80", "data: a\0b\xFF\x80\n\n");
}

static void does_not_read_past_the_data(void)
{
	/* The CR is the last byte that belongs to the data; the LF behind it does not. */
	sse_str cut = {"a\r\nb", 2};
	CHECK_EVENT(event_of(cut), "data: a\ndata:\n\n");
	char *exact = malloc(3);
	memcpy(exact, "ab\r", 3);
	CHECK_EVENT(event_of((sse_str){exact, 3}), "data: ab\ndata:\n\n");
	free(exact);
}

static void appends_to_what_is_there(void)
{
	sse_event event = event_of(LIT("b"));
	sse_buf_init(&out);
	sse_buf_append_str(&out, "data: a\n\n");
	sse_frame_event(&out, &event);
	sse_frame_comment(&out, LIT("c"));
	CHECK_BYTES(out.data, out.len, "data: a\n\ndata: b\n\n: c\n\n");
	sse_buf_deinit(&out);
}

static void a_payload_without_breaks_is_one_reservation(void)
{
	size_t len = 16 << 20;
	char *payload = malloc(len);
	memset(payload, 'x', len);
	sse_event event = {{payload, len}, LIT("name"), LIT("1-1"), 5};
	sse_buf_init(&out);
	sse_frame_event(&out, &event);
	/* A second reservation would have grown the buffer by half. */
	CHECK(out.cap < len + 100);
	CHECK_INT(out.len, len + strlen("event: name\nid: 1-1\nretry: 5\ndata: \n\n"));
	CHECK_BYTES(out.data + out.len - 3, 3, "x\n\n");
	sse_buf_deinit(&out);
	free(payload);
}

static void many_lines_cost_linear_time(void)
{
	size_t len = 4 << 20;
	char *payload = malloc(len);
	memset(payload, '\n', len);
	sse_event event = event_of((sse_str){payload, len});
	clock_t start = clock();
	sse_buf_init(&out);
	sse_frame_event(&out, &event);
	CHECK_INT(out.len, (len + 1) * strlen("data:\n") + 1);
	sse_buf_deinit(&out);
	/* Quadratic, this takes minutes; linear, a fraction of a second even under a sanitizer. */
	CHECK((double)(clock() - start) / CLOCKS_PER_SEC < 10.0);
	free(payload);
}

static void safe_fields_have_no_cr_lf_or_nul(void)
{
	CHECK(sse_field_is_safe(LIT("update")));
	CHECK(sse_field_is_safe(LIT("")));
	CHECK(sse_field_is_safe(NONE));
	CHECK(sse_field_is_safe(LIT(" a:b \t\xFF")));
	CHECK(!sse_field_is_safe(LIT("a\nb")));
	CHECK(!sse_field_is_safe(LIT("a\rb")));
	CHECK(!sse_field_is_safe(LIT("a\0b")));
	CHECK(!sse_field_is_safe(LIT("\n")));
	CHECK(!sse_field_is_safe(LIT("a\r")));
	CHECK(!sse_field_is_safe(LIT("\0")));
	CHECK(sse_field_is_safe((sse_str){"a\n", 1}));
}

static void writes_comments_line_by_line(void)
{
	CHECK_COMMENT(LIT("ping"), ": ping\n\n");
	CHECK_COMMENT(LIT("a\nb\rc\r\nd"), ": a\n: b\n: c\n: d\n\n");
	CHECK_COMMENT(LIT("a\n"), ": a\n:\n\n");
	CHECK_COMMENT(LIT("\ndata: forged"), ":\n: data: forged\n\n");
}

static void an_empty_comment_is_a_bare_colon(void)
{
	CHECK_COMMENT(LIT(""), ":\n\n");
	CHECK_COMMENT(NONE, ":\n\n");
}

static void json_keeps_plain_text_and_utf8(void)
{
	CHECK_JSON(LIT(""), "\"\"");
	CHECK_JSON(NONE, "\"\"");
	CHECK_JSON(LIT("abc/\x7F"), "\"abc/\x7F\"");
	CHECK_JSON(LIT("\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"),
		"\"\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\"");
}

static void json_escapes(void)
{
	CHECK_JSON(LIT("a\"b\\c"), "\"a\\\"b\\\\c\"");
	CHECK_JSON(LIT("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\"");
	CHECK_JSON(LIT("\0\x01\x1F "), "\"\\u0000\\u0001\\u001f \"");
}

#define FFFD "\xEF\xBF\xBD"

static void json_replaces_what_is_no_utf8(void)
{
	CHECK_JSON(LIT("\x80"), "\"" FFFD "\"");
	CHECK_JSON(LIT("a\xFF"
				   "b"),
		"\"a" FFFD "b\"");
	CHECK_JSON(LIT("\xFE\xFF"), "\"" FFFD FFFD "\"");
	/* Cut off at the end, and by the next character: one U+FFFD for what was begun. */
	CHECK_JSON(LIT("\xE2\x82"), "\"" FFFD "\"");
	CHECK_JSON(LIT("\xF0\x9F\x98"), "\"" FFFD "\"");
	CHECK_JSON(LIT("\xE2\x82z"), "\"" FFFD "z\"");
	CHECK_JSON(LIT("\xC3\""), "\"" FFFD "\\\"\"");
	CHECK_JSON(LIT("\xC3\xC3\xA9"), "\"" FFFD "\xC3\xA9\"");
	CHECK_JSON(((sse_str){"\xC3\xA9", 1}), "\"" FFFD "\"");
}

static void json_replaces_overlong_forms(void)
{
	CHECK_JSON(LIT("\xC0\xAF"), "\"" FFFD FFFD "\"");
	CHECK_JSON(LIT("\xC1\xBF"), "\"" FFFD FFFD "\"");
	CHECK_JSON(LIT("\xE0\x9F\xBF"), "\"" FFFD FFFD FFFD "\"");
	CHECK_JSON(LIT("\xF0\x8F\xBF\xBF"), "\"" FFFD FFFD FFFD FFFD "\"");
}

static void json_replaces_surrogates_and_what_is_above_unicode(void)
{
	CHECK_JSON(LIT("\xED\xA0\x80"), "\"" FFFD FFFD FFFD "\"");
	CHECK_JSON(LIT("\xED\xBF\xBF"), "\"" FFFD FFFD FFFD "\"");
	CHECK_JSON(LIT("\xF4\x90\x80\x80"), "\"" FFFD FFFD FFFD FFFD "\"");
	CHECK_JSON(LIT("\xF5\x80\x80\x80"), "\"" FFFD FFFD FFFD FFFD "\"");
	CHECK_JSON(LIT("\xF8\x88\x80\x80\x80"), "\"" FFFD FFFD FFFD FFFD FFFD "\"");
}

static void writes_a_gap(void)
{
	sse_buf_init(&out);
	sse_frame_gap(&out, LIT("or\"de\nrs"), LIT("trimmed"));
	CHECK_BYTES(out.data, out.len, "event: gap\ndata: {\"source\":\"or\\\"de\\nrs\",\"reason\":\"trimmed\"}\n\n");
	sse_buf_deinit(&out);
}

void test_frame(void)
{
	RUN(writes_one_data_line);
	RUN(keeps_a_leading_space);
	RUN(writes_an_empty_data_line_for_empty_data);
	RUN(writes_no_data_line_without_data);
	RUN(writes_all_fields_in_order);
	RUN(an_empty_event_name_has_no_line);
	RUN(an_empty_id_resets_the_clients);
	RUN(writes_retry_from_zero_up);
	RUN(splits_data_at_lf);
	RUN(splits_data_at_cr);
	RUN(splits_data_at_crlf_once);
	RUN(mixes_all_breaks);
	RUN(a_break_at_the_end_makes_a_last_empty_line);
	RUN(data_cannot_forge_fields);
	RUN(data_may_hold_nuls_and_any_byte);
	RUN(does_not_read_past_the_data);
	RUN(appends_to_what_is_there);
	RUN(a_payload_without_breaks_is_one_reservation);
	RUN(many_lines_cost_linear_time);
	RUN(safe_fields_have_no_cr_lf_or_nul);
	RUN(writes_comments_line_by_line);
	RUN(an_empty_comment_is_a_bare_colon);
	RUN(json_keeps_plain_text_and_utf8);
	RUN(json_escapes);
	RUN(json_replaces_what_is_no_utf8);
	RUN(json_replaces_overlong_forms);
	RUN(json_replaces_surrogates_and_what_is_above_unicode);
	RUN(writes_a_gap);
}
