#include "hub/http_parse.h"
#include "test.h"

#include <stdlib.h>

static hub_http_result parse(hub_http *http, sse_str bytes)
{
	hub_http_init(http);
	return hub_http_feed(http, bytes.data, bytes.len);
}

static bool value_is(const hub_http *http, hub_http_field field, const char *expected)
{
	return sse_str_is(hub_http_value(http, field), expected);
}

static void keeps_what_matters_of_a_head(void)
{
	hub_http http;
	CHECK_INT(
		parse(&http, LIT("GET /sse?a=b HTTP/1.1\r\nHost: x\r\nX-Empty:\r\nLAST-EVENT-ID:  7-1 \t\r\nCookie: a=b; c=d\r\n"
						 "Authorization: Bearer t\r\nOrigin: https://app.example\r\nCookie2: e\r\n\r\nmore")),
		HUB_HTTP_COMPLETE);
	CHECK_INT(http.method, HUB_HTTP_GET);
	CHECK(!http.is_1_0 && !http.has_body);
	CHECK(value_is(&http, HUB_HTTP_TARGET, "/sse?a=b"));
	CHECK(value_is(&http, HUB_HTTP_LAST_EVENT_ID, "7-1"));
	CHECK(value_is(&http, HUB_HTTP_COOKIE, "a=b; c=d"));
	CHECK(value_is(&http, HUB_HTTP_AUTHORIZATION, "Bearer t"));
	CHECK(value_is(&http, HUB_HTTP_ORIGIN, "https://app.example"));
	hub_http_deinit(&http);
}

static void what_is_missing_or_empty_is_none(void)
{
	hub_http http;
	CHECK_INT(parse(&http, LIT("GET / HTTP/1.1\r\nOrigin:\r\nCookie:  \r\n\r\n")), HUB_HTTP_COMPLETE);
	for (hub_http_field field = HUB_HTTP_TARGET + 1; field < HUB_HTTP_FIELDS; field++) {
		CHECK(hub_http_value(&http, field).data == NULL);
	}
	hub_http_deinit(&http);
}

static void the_first_of_two_counts(void)
{
	hub_http http;
	CHECK_INT(
		parse(&http, LIT("GET / HTTP/1.1\r\nAuthorization: one\r\nX: y\r\nAuthorization: two\r\n\r\n")), HUB_HTTP_COMPLETE);
	CHECK(value_is(&http, HUB_HTTP_AUTHORIZATION, "one"));
	hub_http_deinit(&http);
}

static void tells_methods_and_versions(void)
{
	static const struct {
		const char *head;
		hub_http_method method;
		bool is_1_0;
	} cases[] = {
		{"HEAD / HTTP/1.1\r\n\r\n", HUB_HTTP_HEAD, false},
		{"OPTIONS /x HTTP/1.0\r\n\r\n", HUB_HTTP_OPTIONS, true},
		{"DELETE / HTTP/1.1\r\n\r\n", HUB_HTTP_OTHER, false},
		{"GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", HUB_HTTP_GET, false},
	};
	hub_http http;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CHECK_INT(parse(&http, STR(cases[i].head)), HUB_HTTP_COMPLETE);
		CHECK_INT(http.method, cases[i].method);
		CHECK_INT(http.is_1_0, cases[i].is_1_0);
		hub_http_deinit(&http);
	}
}

static void a_body_is_seen_and_not_read(void)
{
	static const struct {
		const char *header;
		bool has_body;
	} cases[] = {
		{"Content-Length: 5\r\n", true},
		{"Content-Length: 0\r\n", false},
		{"Transfer-Encoding: chunked\r\n", true},
		{"X-Transfer-Encoding: chunked\r\n", false},
	};
	hub_http http;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		hub_http_init(&http);
		hub_http_feed(&http, "GET / HTTP/1.1\r\n", 16);
		hub_http_feed(&http, cases[i].header, strlen(cases[i].header));
		CHECK_INT(hub_http_feed(&http, "\r\n", 2), HUB_HTTP_COMPLETE);
		CHECK_INT(http.has_body, cases[i].has_body);
		hub_http_deinit(&http);
	}
}

static void what_is_no_http_1_is_bad(void)
{
	static const char *const heads[] = {
		"\x16\x03\x01\x02",
		"GET /\r\n\r\n",
		"GET / HTTP/2.0\r\n\r\n",
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"GET / HTTP/1.1\r\nno colon\r\n\r\n",
		"GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
		"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
		"GET / HTTP/1.1\r\nTransfer-Encoding : chunked\r\n\r\n",
	};
	static const char nul[] = "GET / HTTP/1.1\r\nOrigin: a\0b\r\n\r\n";
	hub_http http;
	for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
		CHECK_INT(parse(&http, STR(heads[i])), HUB_HTTP_BAD);
		hub_http_deinit(&http);
	}
	CHECK_INT(parse(&http, (sse_str){nul, sizeof nul - 1}), HUB_HTTP_BAD);
	hub_http_deinit(&http);
}

/* "GET /aaa… HTTP/1.1" with so long a target, and a header that fills the head up to so many bytes. */
static hub_http_result parse_long(size_t target, size_t head)
{
	size_t start = 5 + target - 1 + 11 + 3, len = head > start + 4 ? head : start + 4;
	char *bytes = malloc(len);
	hub_http http;

	memset(bytes, 'a', len);
	memcpy(bytes, "GET /", 5);
	memcpy(bytes + start - 14, " HTTP/1.1\r\nX: ", 14);
	memcpy(bytes + len - 4, "\r\n\r\n", 4);
	hub_http_result result = parse(&http, (sse_str){bytes, len});
	hub_http_deinit(&http);
	free(bytes);
	return result;
}

static void limits_are_exact(void)
{
	CHECK_INT(parse_long(HUB_HTTP_TARGET_MAX, 0), HUB_HTTP_COMPLETE);
	CHECK_INT(parse_long(HUB_HTTP_TARGET_MAX + 1, 0), HUB_HTTP_TARGET_LONG);
	CHECK_INT(parse_long(1, HUB_HTTP_HEAD_MAX), HUB_HTTP_COMPLETE);
	CHECK_INT(parse_long(1, HUB_HTTP_HEAD_MAX + 1), HUB_HTTP_HEAD_LONG);
	CHECK_INT(parse_long(HUB_HTTP_HEAD_MAX, 0), HUB_HTTP_TARGET_LONG);
}

static void every_split_gives_the_same(void)
{
	sse_str head = LIT("GET /sse?x=1 HTTP/1.1\r\nLast-Event-ID: 12-34\r\nX:\r\nCookie: a=b\r\nHost: x\r\n\r\n");
	hub_http http;
	for (size_t cut = 0; cut <= head.len; cut++) {
		hub_http_init(&http);
		hub_http_result first = hub_http_feed(&http, head.data, cut);
		CHECK_INT(first, cut < head.len ? HUB_HTTP_MORE : HUB_HTTP_COMPLETE);
		if (first == HUB_HTTP_MORE) {
			CHECK_INT(hub_http_feed(&http, head.data + cut, head.len - cut), HUB_HTTP_COMPLETE);
		}
		CHECK(value_is(&http, HUB_HTTP_TARGET, "/sse?x=1"));
		CHECK(value_is(&http, HUB_HTTP_LAST_EVENT_ID, "12-34"));
		CHECK(value_is(&http, HUB_HTTP_COOKIE, "a=b"));
		hub_http_deinit(&http);
	}
}

void test_http_parse(void)
{
	RUN(keeps_what_matters_of_a_head);
	RUN(what_is_missing_or_empty_is_none);
	RUN(the_first_of_two_counts);
	RUN(tells_methods_and_versions);
	RUN(a_body_is_seen_and_not_read);
	RUN(what_is_no_http_1_is_bad);
	RUN(limits_are_exact);
	RUN(every_split_gives_the_same);
}
