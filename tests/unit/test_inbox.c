#include "core/inbox.h"
#include "test.h"

static void an_empty_inbox_has_nothing(void)
{
	sse_inbox inbox;
	sse_message message;
	sse_inbox_init(&inbox);
	CHECK(!sse_inbox_take(&inbox, &message));
	CHECK(!sse_inbox_take(&inbox, &message));
	sse_inbox_deinit(&inbox);
}

static void messages_come_out_whole(void)
{
	sse_inbox inbox;
	sse_message in = {SSE_MESSAGE_ENTRY, 7, LIT("topic"), LIT("5-1"), LIT("update"), LIT("a\0b\n")}, out;
	sse_inbox_init(&inbox);
	sse_inbox_put(&inbox, &in);
	REQUIRE(sse_inbox_take(&inbox, &out));
	CHECK_INT(out.kind, SSE_MESSAGE_ENTRY);
	CHECK_INT(out.target, 7);
	CHECK_BYTES(out.name.data, out.name.len, "topic");
	CHECK_BYTES(out.id.data, out.id.len, "5-1");
	CHECK_BYTES(out.event.data, out.event.len, "update");
	CHECK_BYTES(out.payload.data, out.payload.len, "a\0b\n");
	CHECK(!sse_inbox_take(&inbox, &out));
	sse_inbox_deinit(&inbox);
}

static void no_event_name_stays_none(void)
{
	sse_inbox inbox;
	sse_message none = {SSE_MESSAGE_PUBSUB, 0, LIT("c"), NONE, NONE, LIT("")};
	sse_message empty = {SSE_MESSAGE_PUBSUB, 0, LIT("c"), NONE, LIT(""), LIT("")}, out;
	sse_inbox_init(&inbox);
	sse_inbox_put(&inbox, &none);
	sse_inbox_put(&inbox, &empty);
	REQUIRE(sse_inbox_take(&inbox, &out));
	CHECK(out.event.data == NULL);
	CHECK(out.payload.data != NULL);
	CHECK_INT(out.payload.len, 0);
	REQUIRE(sse_inbox_take(&inbox, &out));
	CHECK(out.event.data != NULL);
	CHECK_INT(out.event.len, 0);
	sse_inbox_deinit(&inbox);
}

static void messages_keep_their_order_while_some_are_taken(void)
{
	sse_inbox inbox;
	size_t put = 0, taken = 0;
	sse_inbox_init(&inbox);
	for (int turn = 0; turn < 300; turn++) {
		for (int i = 0; i < turn % 17; i++) {
			char bytes[64];
			memset(bytes, (int)('a' + put % 26), sizeof bytes);
			sse_message in = {SSE_MESSAGE_ITEM, put, LIT("list"), NONE, NONE, {bytes, put % 64}};
			sse_inbox_put(&inbox, &in);
			put++;
		}
		for (int i = 0; i < turn % 23; i++) {
			sse_message out;
			if (!sse_inbox_take(&inbox, &out)) {
				break;
			}
			CHECK_INT(out.target, taken);
			CHECK_INT(out.payload.len, taken % 64);
			CHECK(out.payload.len == 0 || out.payload.data[out.payload.len - 1] == (char)('a' + taken % 26));
			taken++;
		}
	}
	sse_message out;
	while (sse_inbox_take(&inbox, &out)) {
		CHECK_INT(out.target, taken);
		taken++;
	}
	CHECK_INT(taken, put);
	sse_inbox_deinit(&inbox);
}

static void an_emptied_inbox_gives_a_huge_messages_memory_back(void)
{
	static char huge[8 << 20];
	sse_inbox inbox;
	sse_message in = {SSE_MESSAGE_PUBSUB, 0, LIT("c"), NONE, NONE, {huge, sizeof huge}}, out;
	sse_inbox_init(&inbox);
	sse_inbox_put(&inbox, &in);
	CHECK(inbox.buf.cap >= sizeof huge);
	CHECK(sse_inbox_take(&inbox, &out));
	CHECK_INT(out.payload.len, sizeof huge);
	CHECK(!sse_inbox_take(&inbox, &out));
	CHECK(inbox.buf.cap < 1 << 20);
	sse_inbox_deinit(&inbox);
}

void test_inbox(void)
{
	RUN(an_empty_inbox_has_nothing);
	RUN(messages_come_out_whole);
	RUN(no_event_name_stays_none);
	RUN(messages_keep_their_order_while_some_are_taken);
	RUN(an_emptied_inbox_gives_a_huge_messages_memory_back);
}
