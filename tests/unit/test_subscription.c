#include "core/subscription.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

static char error[100];
static sse_buf message;

static void begin(void)
{
	message.len = 0;
	sse_wire_begin(&message, SSE_WIRE_HANDOFF);
}

static int read_bytes(sse_subscription *subscription, sse_str bytes)
{
	sse_wire_reader reader;

	sse_subscription_init(subscription);
	memset(error, 0, sizeof error);
	CHECK(sse_wire_open(&reader, bytes) >= 0);
	return sse_subscription_read(subscription, &reader, error, sizeof error);
}

/* Reads the message that was composed and expects it to be refused with that sentence, or taken when there is none. */
static void check_verdict(const char *sentence, int line)
{
	/* In memory of just that size, so that a sanitizer sees a read past the end. */
	char *copy = malloc(message.len);
	sse_subscription subscription;

	memcpy(copy, message.data, message.len);
	int result = read_bytes(&subscription, (sse_str){copy, message.len});
	test_check_int(result, sentence != NULL ? -1 : 0, __FILE__, line, "result");
	test_check_str(error, sentence != NULL ? sentence : "", __FILE__, line, "error");
	sse_subscription_deinit(&subscription);
	free(copy);
}

#define GOOD() check_verdict(NULL, __LINE__)
#define BAD(sentence) check_verdict((sentence), __LINE__)

static void check_field(sse_wire_tag tag, sse_str value, const char *sentence, int line)
{
	begin();
	sse_wire_put(&message, tag, value);
	check_verdict(sentence, line);
}

static void check_number(sse_wire_tag tag, uint64_t value, const char *sentence, int line)
{
	begin();
	sse_wire_put_number(&message, tag, value);
	check_verdict(sentence, line);
}

#define FIELD_GOOD(tag, value) check_field((tag), (value), NULL, __LINE__)
#define FIELD_BAD(tag, value, sentence) check_field((tag), (value), (sentence), __LINE__)
#define NUMBER_GOOD(tag, value) check_number((tag), (value), NULL, __LINE__)
#define NUMBER_BAD(tag, value, sentence) check_number((tag), (value), (sentence), __LINE__)

#define CHECK_SAME(a, b) CHECK(((a).data == NULL) == ((b).data == NULL) && sse_str_equals((a), (b)))

static void check_equal(const sse_subscription *a, const sse_subscription *b)
{
	CHECK_SAME(a->redis, b->redis);
	CHECK_SAME(a->last_event_id, b->last_event_id);
	CHECK_SAME(a->user, b->user);
	CHECK_SAME(a->stream, b->stream);
	CHECK_SAME(a->initial, b->initial);
	CHECK_SAME(a->head, b->head);
	CHECK_INT(a->heartbeat, b->heartbeat);
	CHECK_INT(a->heartbeat_comment, b->heartbeat_comment);
	CHECK_INT(a->retry, b->retry);
	CHECK_INT(a->max_lifetime, b->max_lifetime);
	CHECK_INT(a->transport, b->transport);
	CHECK_INT(a->request_id, b->request_id);
	REQUIRE(a->count == b->count);
	for (size_t i = 0; i < a->count; i++) {
		CHECK_INT(a->sources[i].kind, b->sources[i].kind);
		CHECK_SAME(a->sources[i].name, b->sources[i].name);
		CHECK_INT(a->sources[i].has_cursor, b->sources[i].has_cursor);
		CHECK_INT(sse_entry_id_compare(a->sources[i].cursor, b->sources[i].cursor), 0);
		CHECK_INT(a->sources[i].last, b->sources[i].last);
		CHECK_SAME(a->sources[i].member_user, b->sources[i].member_user);
		CHECK_SAME(a->sources[i].member, b->sources[i].member);
		CHECK_SAME(a->sources[i].member_id, b->sources[i].member_id);
		CHECK_INT(a->sources[i].member_told, b->sources[i].member_told);
	}
}

static void check_round_trip(const sse_subscription *subscription, sse_wire_type type)
{
	sse_subscription again;
	sse_wire_reader reader;

	message.len = 0;
	sse_subscription_write(&message, type, subscription);
	CHECK_INT(sse_wire_open(&reader, (sse_str){message.data, message.len}), type);
	CHECK_INT(read_bytes(&again, (sse_str){message.data, message.len}), 0);
	check_equal(&again, subscription);
	sse_subscription_deinit(&again);
}

/* One of everything; two of some. */
static void fill(sse_subscription *subscription)
{
	sse_subscription_init(subscription);
	subscription->redis = LIT("tcp://127.0.0.1:6379/0?prefix=a\nb");
	sse_source *topic = sse_subscription_add(subscription, SSE_SOURCE_TOPIC, LIT("orders"));
	topic->has_cursor = true;
	topic->cursor = (sse_entry_id){UINT64_MAX, 7};
	sse_subscription_add(subscription, SSE_SOURCE_TOPIC, LIT("users"));
	sse_subscription_add(subscription, SSE_SOURCE_CHANNEL, LIT("\0c\xFF"));
	sse_subscription_add(subscription, SSE_SOURCE_PATTERN, LIT("p*"));
	sse_subscription_add(subscription, SSE_SOURCE_LIST, LIT("jobs"));
	sse_subscription_add(subscription, SSE_SOURCE_HISTORY, LIT("chat"))->last = 50;
	sse_subscription_add(subscription, SSE_SOURCE_HISTORY, LIT("log"));
	sse_subscription_add(subscription, SSE_SOURCE_BROADCAST, LIT("private-orders.1"));
	subscription->last_event_id = LIT("5-1");
	subscription->heartbeat = 0;
	subscription->heartbeat_comment = true;
	subscription->retry = 0;
	subscription->max_lifetime = 60000;
	subscription->user = LIT("42");
	subscription->stream = LIT("a_Z-09");
	subscription->initial = LIT("data: x\n\n");
	subscription->head = LIT("Content-Type: text/event-stream\r\n\r\n");
	subscription->transport = SSE_TRANSPORT_FCGI;
	subscription->request_id = 65535;
}

static void starts_with_the_defaults(void)
{
	sse_subscription subscription;
	sse_subscription_init(&subscription);
	CHECK_INT(subscription.heartbeat, 25000);
	CHECK(!subscription.heartbeat_comment);
	CHECK_INT(subscription.retry, -1);
	CHECK_INT(subscription.max_lifetime, 0);
	CHECK_INT(subscription.count, 0);
	CHECK(subscription.user.data == NULL && subscription.last_event_id.data == NULL && subscription.redis.data == NULL);
	CHECK_INT(subscription.transport, SSE_TRANSPORT_RAW);
	sse_subscription_deinit(&subscription);
}

static void an_added_source_has_no_cursor_and_no_limit(void)
{
	sse_subscription subscription;
	sse_subscription_init(&subscription);
	for (size_t i = 0; i < 100; i++) {
		sse_source *source = sse_subscription_add(&subscription, SSE_SOURCE_LIST, LIT("l"));
		CHECK(source == &subscription.sources[i]);
		CHECK_INT(source->kind, SSE_SOURCE_LIST);
		CHECK(!source->has_cursor && sse_entry_id_is_zero(source->cursor));
		CHECK_INT(source->last, -1);
		/* What is written here must not show in the next. */
		memset(source, 0xAA, sizeof *source);
	}
	CHECK_INT(subscription.count, 100);
	sse_subscription_deinit(&subscription);
	CHECK_INT(subscription.count, 0);
}

static void what_is_written_reads_back_equal(void)
{
	sse_subscription subscription;
	fill(&subscription);
	check_round_trip(&subscription, SSE_WIRE_HANDOFF);
	sse_subscription_deinit(&subscription);
	sse_subscription_init(&subscription);
	check_round_trip(&subscription, SSE_WIRE_HANDOFF);
	check_round_trip(&subscription, SSE_WIRE_SUBSCRIPTION);
	sse_subscription_deinit(&subscription);
}

static void a_ticket_knows_no_transport(void)
{
	sse_subscription subscription, again;
	fill(&subscription);
	message.len = 0;
	sse_subscription_write(&message, SSE_WIRE_SUBSCRIPTION, &subscription);
	CHECK_INT(read_bytes(&again, (sse_str){message.data, message.len}), 0);
	CHECK_INT(again.transport, SSE_TRANSPORT_RAW);
	CHECK_INT(again.request_id, 0);
	CHECK_INT(again.count, 8);
	sse_subscription_deinit(&again);
	sse_subscription_deinit(&subscription);
}

static void defaults_of_the_reader_are_not_those_of_the_writer(void)
{
	sse_subscription subscription, again;
	sse_subscription_init(&subscription);
	message.len = 0;
	sse_subscription_write(&message, SSE_WIRE_SUBSCRIPTION, &subscription);
	sse_wire_reader reader;
	sse_subscription_init(&again);
	again.heartbeat = 99; /* as a version with another default would begin */
	CHECK_INT(sse_wire_open(&reader, (sse_str){message.data, message.len}), SSE_WIRE_SUBSCRIPTION);
	CHECK_INT(sse_subscription_read(&again, &reader, error, sizeof error), 0);
	CHECK_INT(again.heartbeat, 25000);
	sse_subscription_deinit(&again);
	sse_subscription_deinit(&subscription);
}

static void empty_text_is_none(void)
{
	sse_subscription subscription;
	begin();
	sse_wire_put(&message, SSE_TAG_USER, LIT(""));
	sse_wire_put(&message, SSE_TAG_LAST_EVENT_ID, LIT(""));
	sse_wire_put(&message, SSE_TAG_INITIAL, LIT(""));
	CHECK_INT(read_bytes(&subscription, (sse_str){message.data, message.len}), 0);
	CHECK(subscription.user.data == NULL);
	CHECK(subscription.last_event_id.data == NULL);
	CHECK(subscription.initial.data == NULL);
	sse_subscription_deinit(&subscription);
}

static void every_truncation_is_refused_or_a_shorter_message(void)
{
	sse_subscription subscription;
	size_t whole = 0, ends = 0;

	fill(&subscription);
	message.len = 0;
	sse_subscription_write(&message, SSE_WIRE_HANDOFF, &subscription);
	sse_subscription_deinit(&subscription);

	/* Where a field ends a cut cannot be seen: those places are counted by another walk. */
	sse_wire_reader reader;
	sse_wire_field field;
	sse_wire_open(&reader, (sse_str){message.data, message.len});
	while (sse_wire_next(&reader, &field) > 0) {
		ends++;
	}
	for (size_t len = SSE_WIRE_HEAD_LEN; len <= message.len; len++) {
		char *copy = malloc(len);
		memcpy(copy, message.data, len);
		if (read_bytes(&subscription, (sse_str){copy, len}) == 0) {
			whole++;
		} else if (strcmp(error, "the message is broken") != 0) {
			/* The transport is there and the request's id is not. */
			CHECK_STR(error, "a FastCGI request has no id");
			whole++;
		}
		sse_subscription_deinit(&subscription);
		free(copy);
	}
	CHECK_INT(ends, 22);
	CHECK_INT(whole, ends + 1);
}

static void unknown_fields_are_skipped(void)
{
	sse_subscription subscription;
	begin();
	sse_wire_put(&message, (sse_wire_tag)9999, LIT("anything"));
	sse_wire_put(&message, SSE_TAG_FOLLOW, LIT("orders"));
	sse_wire_put(&message, (sse_wire_tag)0, NONE);
	sse_wire_put(&message, SSE_TAG_CURSOR, LIT("5-1"));
	sse_wire_put(&message, SSE_TAG_DATA, LIT("of another message"));
	CHECK_INT(read_bytes(&subscription, (sse_str){message.data, message.len}), 0);
	REQUIRE(subscription.count == 1);
	CHECK(subscription.sources[0].has_cursor);
	CHECK_INT(subscription.sources[0].cursor.ms, 5);
	sse_subscription_deinit(&subscription);
}

static void the_last_of_a_field_counts(void)
{
	sse_subscription subscription;
	begin();
	sse_wire_put(&message, SSE_TAG_USER, LIT("a"));
	sse_wire_put_number(&message, SSE_TAG_RETRY, 1);
	sse_wire_put(&message, SSE_TAG_USER, LIT("b"));
	sse_wire_put_number(&message, SSE_TAG_RETRY, 2);
	CHECK_INT(read_bytes(&subscription, (sse_str){message.data, message.len}), 0);
	CHECK_BYTES(subscription.user.data, subscription.user.len, "b");
	CHECK_INT(subscription.retry, 2);
	sse_subscription_deinit(&subscription);
}

static void names_have_limits(void)
{
	static const sse_wire_tag tags[] = {
		SSE_TAG_FOLLOW, SSE_TAG_SUBSCRIBE, SSE_TAG_PSUBSCRIBE, SSE_TAG_QUEUE, SSE_TAG_HISTORY};
	static char name[1025];
	memset(name, 'n', sizeof name);
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
		FIELD_BAD(tags[i], LIT(""), "a name is empty");
		FIELD_GOOD(tags[i], ((sse_str){name, 1}));
		FIELD_GOOD(tags[i], ((sse_str){name, 1024}));
		FIELD_BAD(tags[i], ((sse_str){name, 1025}), "a name is longer than 1024 bytes");
	}
}

static void there_are_at_most_1024_names(void)
{
	begin();
	for (size_t i = 0; i < 1024; i++) {
		sse_wire_put(&message, i % 2 ? SSE_TAG_FOLLOW : SSE_TAG_QUEUE, LIT("n"));
	}
	GOOD();
	sse_wire_put(&message, SSE_TAG_SUBSCRIBE, LIT("n"));
	BAD("more than 1024 names");
}

static void a_streams_id_is_a_plain_word(void)
{
	static const char wrong[] = "the stream's id has other characters than A-Z, a-z, 0-9, _ and -, or not 1 to 64 of them";
	static char id[65];
	memset(id, 'x', sizeof id);
	FIELD_GOOD(SSE_TAG_STREAM, LIT("azAZ09_-"));
	FIELD_GOOD(SSE_TAG_STREAM, ((sse_str){id, 64}));
	FIELD_BAD(SSE_TAG_STREAM, ((sse_str){id, 65}), wrong);
	FIELD_BAD(SSE_TAG_STREAM, LIT(""), wrong);
	FIELD_BAD(SSE_TAG_STREAM, LIT("a b"), wrong);
	FIELD_BAD(SSE_TAG_STREAM, LIT("a\0"), wrong);
	FIELD_BAD(SSE_TAG_STREAM, LIT("\xC3\xA4"), wrong);
}

static void a_user_has_a_limit(void)
{
	static char user[257];
	memset(user, '\n', sizeof user);
	FIELD_GOOD(SSE_TAG_USER, ((sse_str){user, 256}));
	FIELD_BAD(SSE_TAG_USER, ((sse_str){user, 257}), "the user is longer than 256 bytes");
}

static void an_id_cannot_forge_a_field(void)
{
	static const char forged[] = "the last event id holds a line break or a NUL byte";
	static char id[513];
	memset(id, 'i', sizeof id);
	FIELD_GOOD(SSE_TAG_LAST_EVENT_ID, ((sse_str){id, 512}));
	FIELD_BAD(SSE_TAG_LAST_EVENT_ID, ((sse_str){id, 513}), "the last event id is longer than 512 bytes");
	FIELD_GOOD(SSE_TAG_LAST_EVENT_ID, LIT("any: text \xFF"));
	FIELD_BAD(SSE_TAG_LAST_EVENT_ID, LIT("1\ndata: x"), forged);
	FIELD_BAD(SSE_TAG_LAST_EVENT_ID, LIT("1\rdata: x"), forged);
	FIELD_BAD(SSE_TAG_LAST_EVENT_ID, LIT("1\0"), forged);
}

static void a_cursor_is_an_entry_id_of_a_topic(void)
{
	begin();
	sse_wire_put(&message, SSE_TAG_FOLLOW, LIT("t"));
	sse_wire_put(&message, SSE_TAG_CURSOR, LIT("18446744073709551615-0"));
	GOOD();
	sse_wire_put(&message, SSE_TAG_FOLLOW, LIT("u"));
	sse_wire_put(&message, SSE_TAG_CURSOR, LIT("1-\n"));
	BAD("a cursor is not an entry id");
	FIELD_BAD(SSE_TAG_CURSOR, LIT("1-1"), "a cursor stands behind no topic");
	begin();
	sse_wire_put(&message, SSE_TAG_FOLLOW, LIT("t"));
	sse_wire_put(&message, SSE_TAG_SUBSCRIBE, LIT("c"));
	sse_wire_put(&message, SSE_TAG_CURSOR, LIT("1-1"));
	BAD("a cursor stands behind no topic");
}

static void members_read_back_equal(void)
{
	sse_subscription subscription;
	sse_source *source;

	sse_subscription_init(&subscription);
	source = sse_subscription_add(&subscription, SSE_SOURCE_TOPIC, LIT("presence-a"));
	source->member_user = LIT("7\n\0\xFF");
	source->member = LIT("{\"name\":\"\xC3\x85sa\"}");
	source = sse_subscription_add(&subscription, SSE_SOURCE_TOPIC, LIT("presence-b"));
	source->has_cursor = true;
	source->member_user = LIT("7");
	source->member = LIT("null");
	source->member_id = LIT("Az09-_");
	source->member_told = true;
	sse_subscription_add(&subscription, SSE_SOURCE_TOPIC, LIT("news"));
	CHECK(sse_subscription_has_members(&subscription));
	check_round_trip(&subscription, SSE_WIRE_HANDOFF);
	check_round_trip(&subscription, SSE_WIRE_SUBSCRIPTION);
	sse_subscription_deinit(&subscription);
	fill(&subscription);
	CHECK(!sse_subscription_has_members(&subscription));
	sse_subscription_deinit(&subscription);
}

static void begin_member(sse_str user, sse_str member)
{
	begin();
	sse_wire_put(&message, SSE_TAG_FOLLOW, LIT("t"));
	if (user.data) {
		sse_wire_put(&message, SSE_TAG_MEMBER_USER, user);
	}
	if (member.data) {
		sse_wire_put(&message, SSE_TAG_MEMBER, member);
	}
}

static void a_member_is_json_of_a_user_in_a_topic(void)
{
	static const char alone[] = "a member is told without its user, or a user without a member";
	static const char id[] = "a member's id does not have 1 to 64 characters of A-Z, a-z, 0-9, - and _";
	static char text[4097];

	memset(text, 'x', sizeof text);
	text[0] = text[4095] = '"';
	begin_member(LIT("u"), (sse_str){text, 4096});
	GOOD();
	sse_wire_put(&message, SSE_TAG_MEMBER_ID, (sse_str){text + 1, 64});
	GOOD();
	sse_wire_put(&message, SSE_TAG_MEMBER_ID, (sse_str){text + 1, 65});
	BAD(id);
	begin_member(LIT("u"), LIT("1"));
	sse_wire_put(&message, SSE_TAG_MEMBER_ID, LIT("a b"));
	BAD(id);
	begin_member(LIT("u"), LIT("1"));
	sse_wire_put(&message, SSE_TAG_MEMBER_ID, LIT(""));
	BAD(id);
	begin_member(LIT("u"), (sse_str){text, 4097});
	BAD("a member is longer than 4096 bytes");
	begin_member((sse_str){text, 257}, LIT("1"));
	BAD("a member's user does not have 1 to 256 bytes");
	begin_member(LIT(""), LIT("1"));
	BAD("a member's user does not have 1 to 256 bytes");
	begin_member(LIT("u"), LIT(""));
	BAD("a member is not JSON");
	begin_member(LIT("u"), LIT("{\"a\":1},{}"));
	BAD("a member is not JSON");
	begin_member(LIT("u"), NONE);
	BAD(alone);
	begin_member(NONE, LIT("1"));
	BAD(alone);
	/* What is only said of a member that is there. */
	begin_member(NONE, NONE);
	sse_wire_put(&message, SSE_TAG_MEMBER_ID, LIT("id"));
	BAD(alone);
	begin_member(NONE, NONE);
	sse_wire_put_number(&message, SSE_TAG_MEMBER_TOLD, 1);
	BAD(alone);
	FIELD_BAD(SSE_TAG_MEMBER_USER, LIT("u"), "a member stands behind no topic");
	FIELD_BAD(SSE_TAG_MEMBER, LIT("1"), "a member stands behind no topic");
	NUMBER_BAD(SSE_TAG_MEMBER_TOLD, 1, "a member stands behind no topic");
	begin();
	sse_wire_put(&message, SSE_TAG_QUEUE, LIT("q"));
	sse_wire_put(&message, SSE_TAG_MEMBER_USER, LIT("u"));
	BAD("a member stands behind no topic");
}

static void a_number_of_items_is_that_of_a_history(void)
{
	static const uint64_t bad[] = {0, (uint64_t)INT64_MAX + 1, UINT64_MAX};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		begin();
		sse_wire_put(&message, SSE_TAG_HISTORY, LIT("h"));
		sse_wire_put_number(&message, SSE_TAG_LAST, bad[i]);
		BAD("a history's number of items is out of range");
	}
	begin();
	sse_wire_put(&message, SSE_TAG_HISTORY, LIT("h"));
	sse_wire_put_number(&message, SSE_TAG_LAST, INT64_MAX);
	GOOD();
	begin();
	sse_wire_put(&message, SSE_TAG_QUEUE, LIT("q"));
	sse_wire_put_number(&message, SSE_TAG_LAST, 1);
	BAD("a number of items stands behind no history");
	NUMBER_BAD(SSE_TAG_LAST, 1, "a number of items stands behind no history");
}

static void numbers_have_ranges(void)
{
	const uint64_t year = UINT64_C(31622400000);
	NUMBER_GOOD(SSE_TAG_HEARTBEAT, year);
	NUMBER_BAD(SSE_TAG_HEARTBEAT, year + 1, "the heartbeat is longer than a year");
	NUMBER_GOOD(SSE_TAG_MAX_LIFETIME, year);
	NUMBER_BAD(SSE_TAG_MAX_LIFETIME, UINT64_MAX, "the lifetime is longer than a year");
	NUMBER_GOOD(SSE_TAG_RETRY, INT64_MAX);
	NUMBER_BAD(SSE_TAG_RETRY, (uint64_t)INT64_MAX + 1, "the retry time is out of range");
	NUMBER_GOOD(SSE_TAG_TRANSPORT, SSE_TRANSPORT_CHUNKED);
	NUMBER_BAD(SSE_TAG_TRANSPORT, SSE_TRANSPORT_FCGI + 1, "the transport is unknown");
	NUMBER_BAD(SSE_TAG_TRANSPORT, UINT64_C(1) << 32, "the transport is unknown");
	NUMBER_GOOD(SSE_TAG_REQUEST_ID, 65535);
	NUMBER_BAD(SSE_TAG_REQUEST_ID, 65536, "the FastCGI request id is out of range");
}

static void a_number_has_eight_bytes(void)
{
	static const sse_wire_tag tags[] = {SSE_TAG_LAST, SSE_TAG_HEARTBEAT, SSE_TAG_HEARTBEAT_COMMENT, SSE_TAG_RETRY,
		SSE_TAG_MAX_LIFETIME, SSE_TAG_TRANSPORT, SSE_TAG_REQUEST_ID};
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
		FIELD_BAD(tags[i], LIT(""), "a number is not one of 8 bytes");
		FIELD_BAD(tags[i], LIT("\0\0\0\1"), "a number is not one of 8 bytes");
		FIELD_BAD(tags[i], LIT("\0\0\0\0\0\0\0\0\1"), "a number is not one of 8 bytes");
	}
}

static void a_fastcgi_request_has_an_id(void)
{
	NUMBER_BAD(SSE_TAG_TRANSPORT, SSE_TRANSPORT_FCGI, "a FastCGI request has no id");
	sse_wire_put_number(&message, SSE_TAG_REQUEST_ID, 0);
	BAD("a FastCGI request has no id");
	sse_wire_put_number(&message, SSE_TAG_REQUEST_ID, 1);
	GOOD();
	/* In any order. */
	begin();
	sse_wire_put_number(&message, SSE_TAG_REQUEST_ID, 1);
	sse_wire_put_number(&message, SSE_TAG_TRANSPORT, SSE_TRANSPORT_FCGI);
	GOOD();
}

static void errors_fit_any_room(void)
{
	sse_subscription subscription;
	sse_wire_reader reader;
	char small[6];
	for (size_t room = 0; room < 4; room += 3) {
		begin();
		sse_wire_put(&message, SSE_TAG_FOLLOW, LIT(""));
		sse_subscription_init(&subscription);
		memset(small, 'z', sizeof small);
		sse_wire_open(&reader, (sse_str){message.data, message.len});
		CHECK_INT(sse_subscription_read(&subscription, &reader, small, room), -1);
		CHECK(memcmp(small, room > 0 ? "a \0zzz" : "zzzzzz", sizeof small) == 0);
		sse_subscription_deinit(&subscription);
	}
}

void test_subscription(void)
{
	sse_buf_init(&message);
	RUN(starts_with_the_defaults);
	RUN(an_added_source_has_no_cursor_and_no_limit);
	RUN(what_is_written_reads_back_equal);
	RUN(a_ticket_knows_no_transport);
	RUN(defaults_of_the_reader_are_not_those_of_the_writer);
	RUN(empty_text_is_none);
	RUN(every_truncation_is_refused_or_a_shorter_message);
	RUN(unknown_fields_are_skipped);
	RUN(the_last_of_a_field_counts);
	RUN(names_have_limits);
	RUN(there_are_at_most_1024_names);
	RUN(a_user_has_a_limit);
	RUN(a_streams_id_is_a_plain_word);
	RUN(an_id_cannot_forge_a_field);
	RUN(a_cursor_is_an_entry_id_of_a_topic);
	RUN(members_read_back_equal);
	RUN(a_member_is_json_of_a_user_in_a_topic);
	RUN(a_number_of_items_is_that_of_a_history);
	RUN(numbers_have_ranges);
	RUN(a_number_has_eight_bytes);
	RUN(a_fastcgi_request_has_an_id);
	RUN(errors_fit_any_room);
	sse_buf_deinit(&message);
}
