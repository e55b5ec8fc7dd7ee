#include "tests.h"

#include "hub/memory_logs.h"

#include "../unit/test.h"
#include "core/alloc.h"

#include <stdio.h>

#define START 1000000
#define TTL 60000

static hub_memory_logs logs;
static sse_buf told;

static void on_entry(void *arg, const sse_entry *entry)
{
	sse_buf_append(&told, entry->topic.data, entry->topic.len);
	sse_buf_append_str(&told, ":");
	sse_buf_append(&told, entry->data.data, entry->data.len);
	sse_buf_append_str(&told, " ");
}

static void on_gap(void *arg, sse_str topic, const char *reason)
{
	sse_buf_append(&told, topic.data, topic.len);
	sse_buf_append_str(&told, "!");
	sse_buf_append_str(&told, reason);
	sse_buf_append_str(&told, " ");
}

static const sse_replay_sink sink = {on_entry, on_gap, NULL};

static void start(size_t maxlen)
{
	hub_memory_logs_init(&logs, maxlen, TTL, 42, START);
	sse_buf_init(&told);
}

static void stop(void)
{
	hub_memory_logs_deinit(&logs);
	CHECK_INT(logs.bytes, 0);
	sse_buf_deinit(&told);
}

static sse_entry_id add(const char *topic, const char *data, uint64_t now)
{
	return hub_memory_logs_append(&logs, STR(topic), NONE, STR(data), now);
}

static sse_topic topic_from(const char *name, const char *cursor)
{
	sse_topic topic;

	memset(&topic, 0, sizeof topic);
	topic.name = STR(name);
	snprintf(topic.cursor, sizeof topic.cursor, "%s", cursor);
	return topic;
}

/* What the topics bring, and whether there is more. */
static const char *read_topics(sse_topic *topics, size_t count, size_t limit, uint64_t now)
{
	sse_buf_reset(&told, 4096);
	if (hub_memory_logs_read(&logs, topics, count, TTL / 1000, limit, now, &sink)) {
		sse_buf_append_str(&told, "more");
	}
	sse_buf_reserve(&told, 1)[0] = '\0';
	return told.data;
}

static const char *read_from(const char *name, const char *cursor, uint64_t now)
{
	sse_topic topic = topic_from(name, cursor);

	return read_topics(&topic, 1, 1 << 20, now);
}

static void ids_come_from_one_clock(void)
{
	sse_entry_id id;

	start(10);
	id = add("a", "1", START);
	CHECK_INT(id.ms, START);
	CHECK_INT(id.seq, 1);
	id = add("b", "2", START);
	CHECK_INT(id.seq, 2);
	id = add("a", "3", START + 5);
	CHECK_INT(id.ms, START + 5);
	CHECK_INT(id.seq, 0);
	id = add("a", "4", START - 100); /* the clock was set back */
	CHECK_INT(id.ms, START + 5);
	CHECK_INT(id.seq, 1);
	stop();
}

static void a_cursor_is_the_newest_entry_or_the_clock(void)
{
	start(10);
	add("a", "1", START + 1);
	add("b", "2", START + 2);
	CHECK_INT(hub_memory_logs_cursor(&logs, LIT("a")).ms, START + 1);
	CHECK_INT(hub_memory_logs_cursor(&logs, LIT("c")).ms, START + 2);
	stop();
}

static void topics_are_merged_in_the_order_of_ids(void)
{
	sse_topic topics[3];

	start(10);
	add("a", "1", START + 1);
	add("b", "2", START + 2);
	add("c", "3", START + 3);
	add("a", "4", START + 4);
	add("b", "5", START + 4);
	topics[0] = topic_from("a", "1000000-0");
	topics[1] = topic_from("b", "1000002");
	topics[2] = topic_from("c", "");
	CHECK_STR(read_topics(topics, 3, 1 << 20, START + 5), "a:1 a:4 b:5 ");
	CHECK_STR(topics[0].cursor, "1000004-0");
	CHECK_STR(topics[1].cursor, "1000004-1");
	CHECK_STR(topics[2].cursor, "1000003-0");
	CHECK_STR(read_topics(topics, 3, 1 << 20, START + 5), "");
	stop();
}

static void an_answer_has_a_limit_and_goes_on_where_it_ended(void)
{
	sse_topic topics[2];

	start(10);
	add("a", "1", START + 1);
	add("b", "2", START + 2);
	add("a", "3", START + 3);
	topics[0] = topic_from("a", "1000000-0");
	topics[1] = topic_from("b", "1000000-0");
	CHECK_STR(read_topics(topics, 2, 1, START + 5), "a:1 more");
	CHECK_STR(read_topics(topics, 2, 100, START + 5), "b:2 a:3 ");
	stop();
}

static void a_trimmed_log_is_a_gap_only_for_who_missed_something(void)
{
	char text[8];

	start(10);
	for (int i = 1; i <= 25; i++) {
		snprintf(text, sizeof text, "%d", i);
		add("a", text, START + (uint64_t)i);
	}
	CHECK_STR(read_from("a", "1000022", START + 30), "a:23 a:24 a:25 ");
	CHECK_STR(read_from("a", "1000016", START + 30), "a:17 a:18 a:19 a:20 a:21 a:22 a:23 a:24 a:25 ");
	CHECK_STR(
		read_from("a", "1000015", START + 30), "a!trimmed a:16 a:17 a:18 a:19 a:20 a:21 a:22 a:23 a:24 a:25 ");
	CHECK_STR(read_from("a", "0-0", START + 30), "a!trimmed a:16 a:17 a:18 a:19 a:20 a:21 a:22 a:23 a:24 a:25 ");
	CHECK_STR(read_from("a", "1000025", START + 30), "");
	stop();
}

static void an_id_of_another_clock_is_a_reset(void)
{
	start(10);
	add("a", "1", START + 1);
	CHECK_STR(read_from("a", "999999-0", START + 2), "a!reset a:1 ");
	CHECK_STR(read_from("a", "1000001-1", START + 2), "a!reset ");
	CHECK_STR(read_from("b", "1000002", START + 2), "b!reset ");
	CHECK_STR(read_from("a", "0-0", START + 2), "a:1 ");
	CHECK_STR(read_from("b", "0-0", START + 2), "");
	stop();
}

static void a_gap_is_told_once_in_one_reading(void)
{
	sse_topic topics[2];

	start(1);
	add("b", "1", START + 1);
	add("a", "2", START + 2);
	add("a", "3", START + 3);
	topics[0] = topic_from("a", "1000000");
	topics[1] = topic_from("b", "1000000");
	CHECK_STR(read_topics(topics, 2, 1, START + 5), "a!trimmed b:1 more");
	CHECK_STR(read_topics(topics, 2, 1, START + 5), "a:3 ");
	add("a", "4", START + 4);
	add("a", "5", START + 5);
	CHECK_STR(read_topics(topics, 2, 1, START + 5), "a!trimmed a:5 ");
	stop();
}

static void a_log_goes_some_time_after_its_newest_entry(void)
{
	start(10);
	add("a", "1", START + 1);
	add("b", "2", START + 1000);
	hub_memory_logs_expire(&logs, START + 1 + TTL);
	CHECK_INT(logs.map.count, 2);
	CHECK_STR(read_from("a", "1000000", START + 1 + TTL), "a!expired a:1 ");
	hub_memory_logs_expire(&logs, START + 2 + TTL);
	CHECK_INT(logs.map.count, 1);
	CHECK_STR(read_from("a", "1000000", START + 2 + TTL), "a!expired ");
	CHECK_STR(read_from("a", "1000999", START + 2 + TTL), "");
	CHECK_STR(read_from("b", "1000000", START + 2 + TTL), "b!expired b:2 ");
	add("c", "3", START + 2000 + TTL);
	CHECK_INT(logs.map.count, 1);
	stop();
}

static void the_idlest_topics_make_room(void)
{
	char name[32];

	start(10);
	add("idle", "1", START + 1);
	add("busy", "2", START + 2);
	for (int i = 2; i < HUB_MEMORY_TOPICS_MAX; i++) {
		snprintf(name, sizeof name, "t%d", i);
		add(name, "x", START + 3);
	}
	add("busy", "3", START + 4);
	CHECK_INT(logs.map.count, HUB_MEMORY_TOPICS_MAX);
	CHECK_STR(read_from("idle", "1000000", START + 5), "idle:1 ");
	add("one more", "4", START + 5);
	CHECK_INT(logs.map.count, HUB_MEMORY_TOPICS_MAX);
	CHECK_STR(read_from("idle", "1000000", START + 6), "idle!trimmed ");
	CHECK_STR(read_from("idle", "1000001", START + 6), "");
	CHECK_STR(read_from("busy", "1000002", START + 6), "busy:3 ");
	stop();
}

static void memory_has_a_limit(void)
{
	size_t size = 1 << 20;
	char *data = sse_calloc(1, size);
	sse_topic topic;

	start(1000000);
	memset(data, 'x', size);
	add("first", "1", START + 1);
	for (uint64_t i = 0; i < 80; i++) {
		hub_memory_logs_append(&logs, LIT("big"), NONE, (sse_str){data, size}, START + 2 + i);
		CHECK(logs.bytes <= HUB_MEMORY_LOG_BYTES);
	}
	CHECK_INT(logs.map.count, 1);
	CHECK_STR(read_from("first", "1000000", START + 400), "first!trimmed ");
	topic = topic_from("big", "1000001");
	CHECK(strncmp(read_topics(&topic, 1, 1, START + 400), "big!trimmed big:x", 17) == 0);
	sse_free(data);
	stop();
}

void test_memory_logs(void)
{
	RUN(ids_come_from_one_clock);
	RUN(a_cursor_is_the_newest_entry_or_the_clock);
	RUN(topics_are_merged_in_the_order_of_ids);
	RUN(an_answer_has_a_limit_and_goes_on_where_it_ended);
	RUN(a_trimmed_log_is_a_gap_only_for_who_missed_something);
	RUN(an_id_of_another_clock_is_a_reset);
	RUN(a_gap_is_told_once_in_one_reading);
	RUN(a_log_goes_some_time_after_its_newest_entry);
	RUN(the_idlest_topics_make_room);
	RUN(memory_has_a_limit);
}
