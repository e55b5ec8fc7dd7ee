#include "hub/respond.h"
#include "test.h"

static const char *const origins[] = {"https://app.example", "http://localhost:3000", NULL};
static const char *const anybody[] = {"*", NULL};

static bool lets_in(const char *const *allowed, sse_str origin)
{
	return hub_cors_check(allowed, origin).origin.data != NULL;
}

static void origins_are_matched_whole(void)
{
	CHECK(lets_in(origins, LIT("https://app.example")));
	CHECK(lets_in(origins, LIT("http://localhost:3000")));
	CHECK(!lets_in(origins, LIT("https://app.example.evil.example")));
	CHECK(!lets_in(origins, LIT("https://app")));
	CHECK(!lets_in(origins, LIT("HTTPS://app.example")));
	CHECK(!lets_in(origins, NONE));
	CHECK(!lets_in(NULL, LIT("https://app.example")));
}

static void a_star_lets_every_origin_in_that_is_one(void)
{
	CHECK(lets_in(anybody, LIT("https://app.example")));
	CHECK(lets_in(anybody, LIT("null")));
	CHECK(!lets_in(anybody, LIT("a b")));
	CHECK(!lets_in(anybody, LIT("a\xC3\xA4")));
	CHECK(!lets_in(anybody, NONE));
}

/* With a NUL behind it. */
static const char *text(sse_buf *out)
{
	sse_buf_append(out, "", 1);
	return out->data;
}

static void an_error_says_what_and_why(void)
{
	hub_answer answer = {.status = 405, .headers = "Allow: GET\r\n"};
	sse_buf out;

	sse_buf_init(&out);
	hub_respond_error(&out, answer, "code", "A \"sentence\".");
	CHECK_CONTAINS(text(&out), "HTTP/1.1 405 Method Not Allowed\r\nDate: ", true);
	CHECK_CONTAINS(out.data, "Content-Type: application/json\r\nContent-Length: 45\r\nAllow: GET\r\n", true);
	CHECK_CONTAINS(out.data, "Connection: close\r\n\r\n{\"error\":\"code\",\"message\":\"A \\\"sentence\\\".\"}\n", true);
	CHECK_CONTAINS(out.data, "Vary", false);
	sse_buf_deinit(&out);
}

static void head_gets_the_length_and_no_body(void)
{
	hub_answer answer = {.status = 200, .type = "text/plain", .is_head = true};
	sse_buf out;

	sse_buf_init(&out);
	hub_respond(&out, &answer, LIT("abc"));
	CHECK_CONTAINS(text(&out), "Content-Length: 3\r\nConnection: close\r\n\r\n", true);
	CHECK_CONTAINS(out.data, "abc", false);
	sse_buf_deinit(&out);
}

static void an_origin_that_is_let_in_is_named(void)
{
	hub_answer answer = {.status = 200, .cors = hub_cors_check(origins, LIT("https://app.example"))};
	sse_buf out;

	sse_buf_init(&out);
	hub_respond(&out, &answer, NONE);
	CHECK_CONTAINS(text(&out),
		"Access-Control-Allow-Origin: https://app.example\r\nAccess-Control-Allow-Credentials: true\r\nVary: Origin\r\n", true);
	sse_buf_reset(&out, SIZE_MAX);
	answer.cors = hub_cors_check(origins, LIT("https://other.example"));
	hub_respond(&out, &answer, NONE);
	CHECK_CONTAINS(text(&out), "Access-Control", false);
	CHECK_CONTAINS(out.data, "Vary: Origin\r\n", true);
	sse_buf_deinit(&out);
}

static void coming_back_later_is_a_stream_with_an_end(void)
{
	sse_buf out;

	sse_buf_init(&out);
	hub_respond_retry(&out, hub_cors_check(NULL, NONE), false, 4321);
	CHECK_CONTAINS(text(&out), "HTTP/1.1 200 OK\r\n", true);
	CHECK_CONTAINS(out.data, "Content-Type: text/event-stream; charset=utf-8\r\nContent-Length: 13\r\n", true);
	CHECK_CONTAINS(out.data, "Connection: close\r\n\r\nretry: 4321\n\n", true);
	sse_buf_deinit(&out);
}

static void a_stream_has_chunks_or_the_end_of_the_connection(void)
{
	sse_buf out;

	sse_buf_init(&out);
	hub_respond_stream_head(&out, hub_cors_check(NULL, NONE), true);
	CHECK_CONTAINS(text(&out), "Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n", true);
	CHECK_CONTAINS(out.data, "Cache-Control: no-cache, no-transform\r\nX-Accel-Buffering: no\r\n", true);
	CHECK_CONTAINS(out.data, "Content-Length", false);
	sse_buf_reset(&out, SIZE_MAX);
	hub_respond_stream_head(&out, hub_cors_check(NULL, NONE), false);
	CHECK_CONTAINS(text(&out), "\r\nConnection: close\r\n\r\n", true);
	CHECK_CONTAINS(out.data, "chunked", false);
	sse_buf_deinit(&out);
}

static void a_preflight_is_told_what_may_be_sent(void)
{
	sse_buf out;

	sse_buf_init(&out);
	hub_respond_preflight(&out, hub_cors_check(anybody, LIT("https://app.example")));
	CHECK_CONTAINS(text(&out), "HTTP/1.1 204 No Content\r\n", true);
	CHECK_CONTAINS(out.data, "Access-Control-Allow-Headers: Authorization, Last-Event-ID, Cache-Control\r\n", true);
	CHECK_CONTAINS(out.data, "Access-Control-Allow-Origin: https://app.example\r\n", true);
	CHECK_CONTAINS(out.data, "Content-Length", false);
	sse_buf_deinit(&out);
}

void test_respond(void)
{
	RUN(origins_are_matched_whole);
	RUN(a_star_lets_every_origin_in_that_is_one);
	RUN(an_error_says_what_and_why);
	RUN(head_gets_the_length_and_no_body);
	RUN(an_origin_that_is_let_in_is_named);
	RUN(coming_back_later_is_a_stream_with_an_end);
	RUN(a_stream_has_chunks_or_the_end_of_the_connection);
	RUN(a_preflight_is_told_what_may_be_sent);
}
