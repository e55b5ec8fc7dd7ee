#include "fakes.h"
#include "tests.h"

#include "core/alloc.h"

#include <stdio.h>

static hub_broker *broker;

static void start(void)
{
	fake_hub_start();
	fake_config.redis.maxlen = 5;
	broker = hub_memory_broker_new(&fake_hub);
	CHECK(fake_hub.broker_ready);
	CHECK(!sse_entry_id_is_zero(fake_hub.clock));
}

static void stop(void)
{
	CHECK(broker->ops->is_settled(broker));
	broker->ops->free(broker);
	fake_hub_stop();
}

static hub_channel *watch(sse_source_kind kind, const char *name)
{
	hub_channel *channel = fake_channel(kind, name);

	broker->ops->watch(broker, channel);
	if (kind == SSE_SOURCE_LIST) {
		broker->ops->resume(broker, channel); /* as the hub does for each client that joins */
	}
	return channel;
}

static void leave(hub_channel *channel)
{
	broker->ops->unwatch(broker, channel);
	fake_channel_free(channel);
}

static sse_entry_id publish(const char *topic, const char *event, const char *data)
{
	sse_entry_id id = {0, 0};

	CHECK(broker->store->publish(broker, SSE_SOURCE_TOPIC, STR(topic), STR(event), STR(data), &id) == NULL);
	CHECK(!sse_entry_id_is_zero(id));
	return id;
}

static void message(const char *channel, const char *data)
{
	CHECK(broker->store->publish(broker, SSE_SOURCE_CHANNEL, STR(channel), NONE, STR(data), NULL) == NULL);
}

static const char *push(const char *list, const char *item)
{
	return broker->store->publish(broker, SSE_SOURCE_LIST, STR(list), NONE, STR(item), NULL);
}

static void a_topic_is_live_in_the_next_turn(void)
{
	sse_entry_id id;

	start();
	id = publish("news", "", "before");
	watch(SSE_SOURCE_TOPIC, "news");
	CHECK_STR(fake_told(), "");
	fake_turns(1);
	CHECK_STR(fake_told(), "live news\n");
	CHECK_INT(sse_entry_id_compare(fake_id, id), 0);
	id = publish("news", "added", "1");
	CHECK_STR(fake_told(), "live news\nentry news added 1\n");
	CHECK_INT(sse_entry_id_compare(fake_id, id), 0);
	CHECK_INT(sse_entry_id_compare(fake_hub.clock, id), 0);
	publish("other", "", "2");
	publish("news", "", "3");
	CHECK_STR(fake_told(), "live news\nentry news added 1\nentry news 3\n");
	stop();
}

static void what_is_published_before_the_topic_is_live_is_handed_out(void)
{
	start();
	watch(SSE_SOURCE_TOPIC, "news");
	publish("news", "", "1");
	publish("news", "", "2");
	CHECK_STR(fake_told(), "");
	fake_turns(2);
	CHECK_STR(fake_told(), "live news\nentry news 1\nentry news 2\n");
	stop();
}

static void nothing_comes_for_a_topic_that_was_left(void)
{
	start();
	leave(watch(SSE_SOURCE_TOPIC, "news"));
	fake_turns(2);
	publish("news", "", "1");
	watch(SSE_SOURCE_TOPIC, "news");
	fake_turns(2);
	leave(fake_channel(SSE_SOURCE_TOPIC, "news"));
	publish("news", "", "2");
	fake_turns(2);
	CHECK_STR(fake_told(), "live news\n");
	stop();
}

static void an_event_name_cannot_forge_a_field(void)
{
	sse_entry_id id = {0, 0};

	start();
	CHECK(broker->store->publish(broker, SSE_SOURCE_TOPIC, LIT("news"), LIT("a\ndata: x"), LIT("1"), &id) != NULL);
	CHECK(sse_entry_id_is_zero(id));
	CHECK(broker->store->publish(broker, SSE_SOURCE_HISTORY, LIT("news"), NONE, LIT("1"), NULL) != NULL);
	stop();
}

static void a_message_reaches_its_channel_and_every_pattern_that_matches(void)
{
	hub_channel *all;

	start();
	watch(SSE_SOURCE_CHANNEL, "chat.1");
	all = watch(SSE_SOURCE_PATTERN, "*");
	watch(SSE_SOURCE_PATTERN, "chat.[2-9]");
	message("chat.1", "hello");
	message("chat.2", "you");
	message("else", "where");
	CHECK_STR(fake_told(),
		"message chat.1 hello\npattern * hello\npattern * you\npattern chat.[2-9] you\npattern * where\n");
	fake_forget();
	leave(all);
	message("chat.1", "again");
	CHECK_STR(fake_told(), "message chat.1 again\n");
	stop();
}

static void items_wait_for_a_client_and_come_in_order(void)
{
	start();
	CHECK(push("jobs", "1") == NULL);
	CHECK(push("jobs", "2") == NULL);
	fake_turns(2);
	CHECK_STR(fake_told(), "");
	watch(SSE_SOURCE_LIST, "jobs");
	CHECK_STR(fake_told(), "");
	fake_turns(2);
	CHECK(push("jobs", "3") == NULL);
	fake_turns(2);
	CHECK_STR(fake_told(), "item jobs 1\nitem jobs 2\nitem jobs 3\n");
	stop();
}

static void an_item_that_nobody_took_stays_the_first(void)
{
	hub_channel *jobs;

	start();
	fake_takes_items = false;
	jobs = watch(SSE_SOURCE_LIST, "jobs");
	push("jobs", "1");
	push("jobs", "2");
	fake_turns(2);
	push("jobs", "3");
	fake_turns(2);
	CHECK_STR(fake_told(), "untaken jobs 1\n");
	fake_forget();
	fake_takes_items = true;
	broker->ops->resume(broker, jobs);
	fake_turns(2);
	CHECK_STR(fake_told(), "item jobs 1\nitem jobs 2\nitem jobs 3\n");
	stop();
}

static void items_of_a_list_that_was_left_stay(void)
{
	start();
	leave(watch(SSE_SOURCE_LIST, "jobs"));
	push("jobs", "1");
	leave(watch(SSE_SOURCE_LIST, "jobs"));
	fake_turns(2);
	CHECK_STR(fake_told(), "");
	watch(SSE_SOURCE_LIST, "jobs");
	fake_turns(2);
	CHECK_STR(fake_told(), "item jobs 1\n");
	stop();
}

static void one_turn_brings_a_part_of_a_long_list(void)
{
	size_t size = 100000;
	char *item = sse_calloc(1, size + 1);

	start();
	memset(item, 'x', size);
	for (int i = 0; i < 6; i++) {
		push("jobs", item);
	}
	watch(SSE_SOURCE_LIST, "jobs");
	fake_turns(1);
	CHECK(strlen(fake_told()) > 2 * size && strlen(fake_told()) < 4 * size);
	fake_turns(2);
	CHECK(strlen(fake_told()) > 6 * size);
	sse_free(item);
	stop();
}

static void full_lists_refuse_items_and_say_so(void)
{
	size_t size = 100000;
	char *item = sse_calloc(1, size + 1);
	unsigned taken = 0;

	start();
	for (int i = 0; i < 10000; i++) {
		CHECK(push("jobs", "x") == NULL);
	}
	CHECK_CONTAINS(push("jobs", "x"), "10000 items", true);
	memset(item, 'x', size);
	while (taken < 10000 && push("big", item) == NULL) {
		taken++;
	}
	CHECK(taken > 600 && taken < 700);
	CHECK_CONTAINS(push("big", item), "64 MiB", true);
	sse_free(item);
	stop();
}

/* A client's replay of some topics. */
static struct hub_replay *replay_of(size_t count)
{
	struct hub_replay *replay = sse_calloc(1, sizeof *replay);

	sse_list_init(&replay->link);
	replay->topics = sse_calloc(count, sizeof *replay->topics);
	replay->count = count;
	replay->retention = 86400;
	return replay;
}

static void replay_free(struct hub_replay *replay)
{
	sse_free(replay->topics);
	sse_free(replay);
}

static void a_replay_is_answered_in_a_later_turn(void)
{
	struct hub_replay *replay = replay_of(2);
	sse_entry_id first, last;

	start();
	first = publish("news", "", "1");
	publish("mail", "came", "2");
	last = publish("news", "", "3");
	replay->topics[0].name = LIT("news");
	sse_entry_id_format(first, replay->topics[0].cursor);
	replay->topics[1].name = LIT("mail");
	sse_entry_id_format(first, replay->topics[1].cursor);
	broker->ops->replay(broker, replay);
	CHECK_STR(fake_told(), "");
	fake_turns(1);
	CHECK_STR(fake_told(), "replayed mail came 2\nreplayed news 3\nall\n");
	CHECK_INT(sse_entry_id_compare(fake_id, last), 0);
	fake_forget();
	for (int i = 0; i < 9; i++) {
		last = publish("news", "", "x");
	}
	broker->ops->replay(broker, replay);
	fake_turns(1);
	CHECK_STR(fake_told(),
		"gap news trimmed\nreplayed news x\nreplayed news x\nreplayed news x\nreplayed news x\nreplayed news x\nall\n");
	replay_free(replay);
	stop();
}

static void a_long_answer_comes_in_parts(void)
{
	size_t size = 400000;
	char *data = sse_calloc(1, size + 1);
	struct hub_replay *replay = replay_of(1);

	start();
	memset(data, 'x', size);
	for (int i = 0; i < 4; i++) {
		publish("news", "", data);
	}
	replay->topics[0].name = LIT("news");
	memcpy(replay->topics[0].cursor, "0-0", 4);
	broker->ops->replay(broker, replay);
	fake_turns(2);
	CHECK_CONTAINS(fake_told(), "x\nmore\n", true);
	fake_forget();
	broker->ops->replay(broker, replay);
	fake_turns(2);
	CHECK_CONTAINS(fake_told(), "x\nall\n", true);
	CHECK(strlen(fake_told()) < 2 * size);
	sse_free(data);
	replay_free(replay);
	stop();
}

static void a_replay_that_was_forgotten_is_not_answered(void)
{
	struct hub_replay *replay = replay_of(1);

	start();
	replay->topics[0].name = LIT("news");
	broker->ops->replay(broker, replay);
	broker->ops->forget_replay(broker, replay);
	replay_free(replay);
	fake_turns(2);
	CHECK_STR(fake_told(), "");
	stop();
}

static char ticket_answers[200];

static void on_ticket(void *arg, hub_ticket_result result, sse_str contents)
{
	size_t len = strlen(ticket_answers);

	snprintf(ticket_answers + len, sizeof ticket_answers - len, "%d:%.*s ", (int)result, (int)contents.len,
		contents.data != NULL ? contents.data : "");
}

static void a_ticket_is_good_for_one_call(void)
{
	int who = 0, somebody_else = 0;

	start();
	ticket_answers[0] = '\0';
	CHECK(broker->store->put_ticket(broker, LIT("t1"), LIT("one"), 30000) == NULL);
	CHECK(broker->store->put_ticket(broker, LIT("t2"), LIT("two"), 30000) == NULL);
	CHECK(broker->store->put_ticket(broker, LIT("t3"), LIT("three"), 20) == NULL);
	broker->ops->take_ticket(broker, LIT("t1"), on_ticket, &who);
	broker->ops->take_ticket(broker, LIT("t1"), on_ticket, &who);
	broker->ops->take_ticket(broker, LIT("t2"), on_ticket, &somebody_else);
	broker->ops->forget_ticket(broker, &somebody_else);
	CHECK_STR(ticket_answers, "");
	fake_turns(2);
	CHECK_STR(ticket_answers, "0:one 1: ");
	fake_run_for(0.03);
	broker->ops->take_ticket(broker, LIT("t3"), on_ticket, &who);
	broker->ops->take_ticket(broker, LIT("t2"), on_ticket, &who);
	fake_turns(2);
	CHECK_STR(ticket_answers, "0:one 1: 1: 1: ");
	stop();
}

static void tickets_have_a_limit_until_some_are_over(void)
{
	char name[32];

	start();
	for (int i = 0; i < 10000; i++) {
		snprintf(name, sizeof name, "t%d", i);
		CHECK(broker->store->put_ticket(broker, STR(name), LIT("x"), i < 5 ? 20 : 30000) == NULL);
	}
	CHECK_CONTAINS(broker->store->put_ticket(broker, LIT("more"), LIT("x"), 30000), "too many tickets", true);
	CHECK(broker->store->put_ticket(broker, LIT("t9"), LIT("y"), UINT64_MAX) == NULL);
	fake_run_for(0.03);
	CHECK(broker->store->put_ticket(broker, LIT("more"), LIT("x"), 30000) == NULL);
	stop();
}

void test_memory_broker(void)
{
	RUN(a_topic_is_live_in_the_next_turn);
	RUN(what_is_published_before_the_topic_is_live_is_handed_out);
	RUN(nothing_comes_for_a_topic_that_was_left);
	RUN(an_event_name_cannot_forge_a_field);
	RUN(a_message_reaches_its_channel_and_every_pattern_that_matches);
	RUN(items_wait_for_a_client_and_come_in_order);
	RUN(an_item_that_nobody_took_stays_the_first);
	RUN(items_of_a_list_that_was_left_stay);
	RUN(one_turn_brings_a_part_of_a_long_list);
	RUN(full_lists_refuse_items_and_say_so);
	RUN(a_replay_is_answered_in_a_later_turn);
	RUN(a_long_answer_comes_in_parts);
	RUN(a_replay_that_was_forgotten_is_not_answered);
	RUN(a_ticket_is_good_for_one_call);
	RUN(tickets_have_a_limit_until_some_are_over);
}
