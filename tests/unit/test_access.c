#include "core/url.h"
#include "hub/access.h"
#include "test.h"

#include <stdio.h>
#include <time.h>

/* Reads a request for this query with these header lines; both are to be deinitialised. */
static bool read_access(hub_access *access, hub_http *http, const char *query, const char *headers)
{
	char head[4096];
	sse_str path, part;

	int len = snprintf(head, sizeof head, "GET /sse%s HTTP/1.1\r\n%s\r\n", query, headers);
	hub_http_init(http);
	CHECK_INT(hub_http_feed(http, head, (size_t)len), HUB_HTTP_COMPLETE);
	sse_url_split(hub_http_value(http, HUB_HTTP_TARGET), &path, &part);
	return hub_access_read(access, http, part);
}

static void check_credential(const char *query, const char *headers, hub_credential credential, const char *secret)
{
	hub_access access;
	hub_http http;

	CHECK(read_access(&access, &http, query, headers));
	CHECK_INT(access.credential, credential);
	CHECK(secret == NULL ? access.secret.len == 0 : sse_str_is(access.secret, secret));
	hub_access_deinit(&access);
	hub_http_deinit(&http);
}

static void credentials_have_an_order(void)
{
	const char *both = "Authorization: Bearer b\r\nCookie: sse_token=c\r\n";

	check_credential("?token=a&ticket=t", both, HUB_CREDENTIAL_TICKET, "t");
	check_credential("?token=a", both, HUB_CREDENTIAL_TOKEN, "a");
	check_credential("", both, HUB_CREDENTIAL_TOKEN, "b");
	check_credential("", "Cookie: x=y; sse_token=c\r\n", HUB_CREDENTIAL_TOKEN, "c");
	check_credential("", "", HUB_CREDENTIAL_NONE, NULL);
}

static void empty_credentials_are_none(void)
{
	check_credential("?ticket=&token=", "Cookie: sse_token=\r\n", HUB_CREDENTIAL_NONE, NULL);
	check_credential("?ticket=&token=a", "", HUB_CREDENTIAL_TOKEN, "a");
	check_credential("", "Authorization: Bearer \r\n", HUB_CREDENTIAL_NONE, NULL);
}

static void only_bearer_counts(void)
{
	check_credential("", "Authorization: bEARER  x.y\r\n", HUB_CREDENTIAL_TOKEN, "x.y");
	check_credential("", "Authorization: Basic x\r\nCookie: sse_token=c\r\n", HUB_CREDENTIAL_TOKEN, "c");
	check_credential("", "Authorization: Bearerx\r\n", HUB_CREDENTIAL_NONE, NULL);
}

static void the_query_is_decoded(void)
{
	hub_access access;
	hub_http http;

	check_credential("?ticket=a%2Bb+c", "", HUB_CREDENTIAL_TICKET, "a+b c");
	CHECK(!read_access(&access, &http, "?ticket=%4", ""));
	hub_access_deinit(&access);
	hub_http_deinit(&http);
	CHECK(!read_access(&access, &http, "?token=a&topics=%zz", ""));
	hub_access_deinit(&access);
	hub_http_deinit(&http);
}

static void check_id(const char *query, const char *headers, const char *id)
{
	hub_access access;
	hub_http http;

	CHECK(read_access(&access, &http, query, headers));
	CHECK(id == NULL ? access.last_event_id.data == NULL : sse_str_is(access.last_event_id, id));
	hub_access_deinit(&access);
	hub_http_deinit(&http);
}

static void the_id_comes_from_the_header_or_the_address(void)
{
	check_id("?lastEventId=2&last_seen_id=3", "Last-Event-ID: 1-1\r\n", "1-1");
	check_id("?last_seen_id=3&lastEventId=2", "", "2");
	check_id("?lastEventId=&last_seen_id=%33", "", "3");
	check_id("", "", NULL);
}

static void an_id_that_no_frame_could_hold_is_none(void)
{
	char query[600] = "?lastEventId=";

	check_id("?lastEventId=a%0Ab", "", NULL);
	check_id("?lastEventId=a%00b", "", NULL);
	memset(query + 13, 'x', SSE_SUBSCRIPTION_ID_MAX);
	check_id(query, "", query + 13);
	query[13 + SSE_SUBSCRIPTION_ID_MAX] = 'x';
	check_id(query, "", NULL);
}

static void grant(sse_subscription *subscription)
{
	sse_subscription_init(subscription);
	sse_subscription_add(subscription, SSE_SOURCE_TOPIC, LIT("a"));
	sse_subscription_add(subscription, SSE_SOURCE_CHANNEL, LIT("c"));
	sse_subscription_add(subscription, SSE_SOURCE_TOPIC, LIT("b"));
}

static void topics_narrow_what_is_granted(void)
{
	sse_subscription granted;

	grant(&granted);
	CHECK(hub_access_narrow(&granted, LIT(",b,,")));
	CHECK_INT(granted.count, 2);
	CHECK(sse_str_is(granted.sources[0].name, "c") && sse_str_is(granted.sources[1].name, "b"));
	sse_subscription_deinit(&granted);

	grant(&granted);
	CHECK(hub_access_narrow(&granted, LIT("b,a")));
	CHECK_INT(granted.count, 3);
	sse_subscription_deinit(&granted);
}

static void what_is_not_granted_as_a_topic_cannot_be_asked_for(void)
{
	sse_subscription granted;

	grant(&granted);
	CHECK(!hub_access_narrow(&granted, LIT("a,d")));
	CHECK(!hub_access_narrow(&granted, LIT("c")));
	CHECK(!hub_access_narrow(&granted, LIT("a b")));
	sse_subscription_deinit(&granted);
}

/* As many of both as fit: each looked for in turn, they would take some 40 ms each time. */
static void many_names_are_narrowed_in_no_time(void)
{
	static char names[1024][8], asked[4000 * 5];
	clock_t begin = clock();

	for (unsigned i = 0; i < 1024; i++) {
		snprintf(names[i], sizeof names[i], "%04u", i);
	}
	for (unsigned i = 0; i < 4000; i++) {
		memcpy(asked + 5 * i, "1023,", 5);
	}
	for (unsigned i = 0; i < 100; i++) {
		sse_subscription granted;

		sse_subscription_init(&granted);
		for (unsigned at = 0; at < 2048; at++) {
			sse_subscription_add(&granted, SSE_SOURCE_TOPIC, (sse_str){names[at / 2], 4}); /* named twice */
		}
		CHECK(hub_access_narrow(&granted, (sse_str){asked, sizeof asked}));
		CHECK_INT(granted.count, 2);
		sse_subscription_deinit(&granted);
	}
	CHECK((clock() - begin) / CLOCKS_PER_SEC < 2);
}

void test_access(void)
{
	RUN(credentials_have_an_order);
	RUN(empty_credentials_are_none);
	RUN(only_bearer_counts);
	RUN(the_query_is_decoded);
	RUN(the_id_comes_from_the_header_or_the_address);
	RUN(an_id_that_no_frame_could_hold_is_none);
	RUN(topics_narrow_what_is_granted);
	RUN(what_is_not_granted_as_a_topic_cannot_be_asked_for);
	RUN(many_names_are_narrowed_in_no_time);
}
