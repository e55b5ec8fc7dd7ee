#include "fakes.h"
#include "redis.h"
#include "tests.h"

#include "core/alloc.h"
#include "core/backoff.h"
#include "hub/list_blocker.h"

#include <stdio.h>
#include <stdlib.h>

static hub_redis_lists *lists;

static void start(void)
{
	fake_hub_start();
	redis("FLUSHALL");
	redis_configure(&fake_config.redis);
	lists = hub_redis_lists_new(&fake_hub);
}

static void stop(void)
{
	hub_redis_lists_free(lists);
	fake_hub_stop();
}

static hub_channel *watch(const char *name)
{
	hub_channel *channel = fake_channel(SSE_SOURCE_LIST, name);

	hub_redis_lists_watch(lists, channel);
	hub_redis_lists_resume(lists, channel); /* as the hub does for each client that joins */
	return channel;
}

static void leave(hub_channel *channel)
{
	hub_redis_lists_unwatch(lists, channel);
	fake_channel_free(channel);
}

/* Whether so many connections wait in BLPOP. */
static bool are_blocked(void *arg)
{
	char wanted[40];

	snprintf(wanted, sizeof wanted, "blocked_clients:%d\r", *(int *)arg);
	return strstr(redis("INFO clients"), wanted) != NULL;
}

static bool wait_blocked(int count)
{
	return fake_run_until(are_blocked, &count, 5);
}

/* Makes the lists act on what has changed, and Redis answer. */
static void settle_changes(void)
{
	fake_run_for(0.05);
}

static bool is_over(void *arg)
{
	return hub_redis_lists_is_settled(lists);
}

static void items_come_in_order(void)
{
	start();
	sse_redis_config_set(&fake_config.redis, "prefix", LIT("app:"), (char[200]){0}, 200);
	redis("RPUSH app:jobs 1 2");
	watch("jobs");
	CHECK(fake_run_until_told(2, 5));
	redis("RPUSH app:jobs 3 4 5");
	CHECK(fake_run_until_told(5, 2));
	CHECK_STR(fake_told(), "item jobs 1\nitem jobs 2\nitem jobs 3\nitem jobs 4\nitem jobs 5\n");
	CHECK_STR(redis("EXISTS app:jobs"), "0");
	stop();
}

static void no_list_starves_another(void)
{
	start();
	redis("RPUSH a a1 a2 a3");
	redis("RPUSH b b1 b2 b3");
	redis("RPUSH c c1");
	watch("a");
	watch("b");
	watch("c");
	CHECK(fake_run_until_told(7, 5));
	CHECK_STR(fake_told(), "item a a1\nitem b b1\nitem c c1\nitem a a2\nitem b b2\nitem a a3\nitem b b3\n");
	stop();
}

static void a_list_that_joins_is_served_at_once(void)
{
	start();
	watch("a");
	CHECK(wait_blocked(1));
	settle_changes();
	for (int i = 0; i < 20; i++) {
		char name[8];

		snprintf(name, sizeof name, "l%d", i);
		redis("RPUSH %s x", name);
		watch(name);
		CHECK(fake_run_until_told((size_t)i + 1, 0.5));
	}
	CHECK(wait_blocked(1));
	stop();
}

static void an_item_that_nobody_took_goes_back_to_the_head(void)
{
	hub_channel *jobs;

	start();
	fake_takes_items = false;
	jobs = watch("jobs");
	redis("RPUSH jobs 1 2 3");
	CHECK(fake_run_until_told(1, 5));
	settle_changes();
	CHECK_STR(fake_told(), "untaken jobs 1\n");
	CHECK_STR(redis("LRANGE jobs 0 -1"), "1 2 3");
	CHECK(wait_blocked(0));
	fake_takes_items = true;
	hub_redis_lists_resume(lists, jobs);
	CHECK(fake_run_until_told(4, 1));
	CHECK_STR(fake_told(), "untaken jobs 1\nitem jobs 1\nitem jobs 2\nitem jobs 3\n");
	stop();
}

static void a_list_that_rests_does_not_stop_the_others(void)
{
	hub_channel *rests;

	start();
	fake_takes_items = false;
	rests = watch("rests");
	watch("goes on");
	redis("RPUSH rests 1");
	CHECK(fake_run_until_told(1, 5));
	fake_takes_items = true;
	redis("RPUSH %b x", "goes on", (size_t)7);
	CHECK(fake_run_until_told(2, 1));
	CHECK_STR(fake_told(), "untaken rests 1\nitem goes on x\n");
	hub_redis_lists_resume(lists, rests);
	CHECK(fake_run_until_told(3, 1));
	CHECK_STR(fake_told(), "untaken rests 1\nitem goes on x\nitem rests 1\n");
	stop();
}

static void an_item_that_crosses_with_the_end_of_its_list_goes_back(void)
{
	hub_channel *jobs;

	start();
	jobs = watch("jobs");
	watch("other");
	CHECK(wait_blocked(1));
	redis("RPUSH jobs 1 2");
	leave(jobs);
	settle_changes();
	CHECK_STR(fake_told(), "");
	CHECK_STR(redis("LRANGE jobs 0 -1"), "1 2");
	CHECK_INT(fake_hub.stats.queue_returned, 1);
	redis("RPUSH other x");
	CHECK(fake_run_until_told(1, 1));
	watch("jobs");
	CHECK(fake_run_until_told(3, 1));
	CHECK_STR(fake_told(), "item other x\nitem jobs 1\nitem jobs 2\n");
	stop();
}

static void a_list_that_was_left_is_not_asked_for(void)
{
	hub_channel *jobs;

	start();
	jobs = watch("jobs");
	CHECK(wait_blocked(1));
	leave(jobs);
	CHECK(wait_blocked(0));
	redis("RPUSH jobs 1");
	settle_changes();
	CHECK_STR(redis("LRANGE jobs 0 -1"), "1");
	CHECK_INT(fake_hub.stats.queue_items, 0);
	stop();
}

/* Lets everything be tried again that Redis has refused. */
static void retry(hub_channel *channel)
{
	if (channel != NULL) {
		((hub_list_key *)channel->broker_data)->refused_until = 1;
	}
	lists->next_retry = 0;
	hub_list_blocker_retry(lists->blockers[0], UINT64_MAX);
}

static void a_key_of_another_type_does_not_stop_the_others(void)
{
	hub_channel *bad;

	start();
	redis("SET bad 1");
	watch("a");
	bad = watch("bad");
	watch("b");
	redis("RPUSH b 1");
	CHECK(fake_run_until_told(1, 5));
	redis("RPUSH a 1");
	CHECK(fake_run_until_told(2, 1));
	CHECK_STR(fake_told(), "item b 1\nitem a 1\n");
	CHECK_STR(fake_log(), "list_refused list=bad error=the key holds no list\n");
	redis("DEL bad");
	redis("RPUSH bad 1");
	settle_changes();
	CHECK_STR(fake_told(), "item b 1\nitem a 1\n");
	retry(bad);
	CHECK(fake_run_until_told(3, 1));
	CHECK_STR(fake_told(), "item b 1\nitem a 1\nitem bad 1\n");
	stop();
}

static bool replace_list(hub_channel *channel, sse_str payload)
{
	redis("SET jobs x");
	fake_on_item = NULL;
	return false;
}

static void an_item_that_cannot_go_back_is_kept(void)
{
	hub_channel *jobs;

	start();
	jobs = watch("jobs");
	watch("other");
	fake_on_item = replace_list;
	redis("RPUSH jobs 1");
	CHECK(fake_run_until_told(1, 5));
	settle_changes();
	CHECK_CONTAINS(fake_log(), "list_refused list=jobs error=WRONGTYPE", true);
	redis("RPUSH other x");
	CHECK(fake_run_until_told(2, 1));
	redis("DEL jobs");
	redis("RPUSH jobs 2");
	hub_redis_lists_resume(lists, jobs);
	settle_changes();
	CHECK_STR(fake_told(), "untaken jobs 1\nitem other x\n");
	retry(jobs);
	CHECK(fake_run_until_told(4, 1));
	CHECK_STR(fake_told(), "untaken jobs 1\nitem other x\nitem jobs 1\nitem jobs 2\n");
	stop();
}

static bool fill_redis(hub_channel *channel, sse_str payload)
{
	redis("CONFIG SET maxmemory 1");
	fake_on_item = NULL;
	return false;
}

static void an_item_that_cannot_go_back_yet_is_not_overtaken(void)
{
	hub_channel *jobs;

	start();
	jobs = watch("jobs");
	watch("other");
	fake_on_item = fill_redis;
	redis("RPUSH other x");
	redis("RPUSH jobs 1 2");
	CHECK(fake_run_until_told(1, 5));
	CHECK_STR(fake_told(), "untaken jobs 1\n");
	hub_redis_lists_resume(lists, jobs);
	CHECK(fake_run_until_told(2, 1));
	settle_changes();
	CHECK_STR(fake_told(), "untaken jobs 1\nitem other x\n");
	redis("CONFIG SET maxmemory 0");
	CHECK(fake_run_until_told(4, 2));
	CHECK_STR(fake_told(), "untaken jobs 1\nitem other x\nitem jobs 1\nitem jobs 2\n");
	stop();
}

static void an_item_that_never_went_back_is_in_the_log(void)
{
	start();
	watch("jobs");
	fake_on_item = replace_list;
	redis("RPUSH jobs 1");
	CHECK(fake_run_until_told(1, 5));
	CHECK(!fake_run_until(is_over, NULL, 0.2));
	hub_redis_lists_free(lists);
	CHECK_CONTAINS(fake_log(), "item_lost list=jobs", true);
	fake_hub_stop();
}

static void many_lists_share_few_connections(void)
{
	char name[16];
	int count = 2500;

	start();
	for (int i = 0; i < count; i++) {
		snprintf(name, sizeof name, "l%d", i);
		watch(name);
	}
	CHECK(wait_blocked(HUB_LIST_BLOCKERS_MAX));
	for (int i = 0; i < count; i += 10) {
		redis("RPUSH l%d x", i);
	}
	CHECK(fake_run_until_told((size_t)count / 10, 5));
	CHECK_INT(fake_hub.stats.queue_returned, 0);
	stop();
}

static void a_lost_connection_comes_back(void)
{
	start();
	watch("jobs");
	CHECK(wait_blocked(1));
	redis("CLIENT KILL TYPE normal");
	fake_turns(3);
	redis("RPUSH jobs 1");
	CHECK(fake_run_until_told(1, 5));
	CHECK_CONTAINS(fake_log(), "lists_lost", true);
	settle_changes();
	CHECK(wait_blocked(1));
	redis("RPUSH new 1");
	watch("new");
	CHECK(fake_run_until_told(2, 1));
	stop();
}

static void without_the_right_to_unblock_changes_are_late(void)
{
	start();
	redis("ACL SETUSER limited on >secret ~* +@all -client|unblock");
	sse_redis_config_set(&fake_config.redis, "username", LIT("limited"), (char[200]){0}, 200);
	sse_redis_config_set(&fake_config.redis, "password", LIT("secret"), (char[200]){0}, 200);
	watch("a");
	CHECK(wait_blocked(1));
	settle_changes();
	redis("RPUSH b 1");
	watch("b");
	CHECK(fake_run_until_told(1, 6));
	CHECK_CONTAINS(fake_log(), "lists_change_late error=NOPERM", true);
	redis("RPUSH c 1");
	watch("c");
	CHECK(fake_run_until_told(2, 1.5));
	stop();
	redis("ACL DELUSER limited");
}

static void a_list_without_permission_does_not_stop_the_others(void)
{
	start();
	redis("ACL SETUSER limited on >secret ~mine* +@all");
	sse_redis_config_set(&fake_config.redis, "username", LIT("limited"), (char[200]){0}, 200);
	sse_redis_config_set(&fake_config.redis, "password", LIT("secret"), (char[200]){0}, 200);
	watch("mine");
	watch("yours");
	redis("RPUSH mine 1");
	CHECK(fake_run_until_told(1, 5));
	CHECK_CONTAINS(fake_log(), "list_refused list=yours error=NOPERM", true);
	stop();
	redis("ACL DELUSER limited");
}

static void at_the_end_nothing_is_on_its_way(void)
{
	start();
	watch("jobs");
	watch("other");
	CHECK(wait_blocked(1));
	CHECK(!hub_redis_lists_is_settled(lists));
	redis("RPUSH jobs 1 2");
	CHECK(fake_run_until(is_over, NULL, 2));
	CHECK_STR(redis("LRANGE jobs 0 -1"), "1 2");
	CHECK_STR(fake_told(), "");
	redis("RPUSH other x");
	settle_changes();
	CHECK_STR(redis("LRANGE other 0 -1"), "x");
	CHECK(wait_blocked(0));
	stop();
}

static void lists_that_nobody_ever_watched_are_settled(void)
{
	start();
	CHECK(hub_redis_lists_is_settled(lists));
	stop();
}

/* Everything that was pushed is taken once and in order, or is still there, whatever happens meanwhile. */

#define STORM_LISTS 8

static uint64_t storm_seed;
static int storm_taken[STORM_LISTS];
static bool storm_rests[STORM_LISTS];

static bool take_some(hub_channel *channel, sse_str payload)
{
	int list = channel->node.key.data[0] - 'a';

	if (sse_jitter(0, 3, &storm_seed) == 0) {
		storm_rests[list] = true;
		return false;
	}
	CHECK_INT(atoi(payload.data), storm_taken[list] + 1);
	storm_taken[list] = atoi(payload.data);
	return true;
}

static void nothing_is_lost_or_overtaken_in_a_storm(void)
{
	hub_channel *channels[STORM_LISTS] = {NULL};
	int pushed[STORM_LISTS] = {0}, total = 0, i;
	char name[2] = "a";

	start();
	storm_seed = 20240607;
	memset(storm_taken, 0, sizeof storm_taken);
	fake_on_item = take_some;
	for (int step = 0; step < 4000; step++) {
		i = (int)sse_jitter(0, STORM_LISTS - 1, &storm_seed);
		name[0] = (char)('a' + i);
		switch (sse_jitter(0, 4, &storm_seed)) {
		case 0:
			channels[i] = channels[i] ? (leave(channels[i]), NULL) : watch(name);
			storm_rests[i] = false;
			break;
		case 1:
			if (channels[i] && storm_rests[i]) {
				storm_rests[i] = false;
				hub_redis_lists_resume(lists, channels[i]);
			}
			break;
		case 2:
			fake_turns((unsigned)sse_jitter(1, 4, &storm_seed));
			break;
		default:
			redis("RPUSH %s %d", name, ++pushed[i]);
		}
	}
	CHECK(fake_run_until(is_over, NULL, 5));
	for (i = 0; i < STORM_LISTS; i++) {
		char first[16];

		name[0] = (char)('a' + i);
		snprintf(first, sizeof first, "%d", storm_taken[i] + 1);
		CHECK_STR(redis("LINDEX %s 0", name), pushed[i] > storm_taken[i] ? first : "(nil)");
		CHECK_INT(atoi(redis("LLEN %s", name)), pushed[i] - storm_taken[i]);
		total += storm_taken[i];
	}
	CHECK(total > 100);
	stop();
}

void test_redis_lists(void)
{
	RUN(items_come_in_order);
	RUN(no_list_starves_another);
	RUN(a_list_that_joins_is_served_at_once);
	RUN(an_item_that_nobody_took_goes_back_to_the_head);
	RUN(a_list_that_rests_does_not_stop_the_others);
	RUN(an_item_that_crosses_with_the_end_of_its_list_goes_back);
	RUN(a_list_that_was_left_is_not_asked_for);
	RUN(a_key_of_another_type_does_not_stop_the_others);
	RUN(an_item_that_cannot_go_back_is_kept);
	RUN(an_item_that_cannot_go_back_yet_is_not_overtaken);
	RUN(an_item_that_never_went_back_is_in_the_log);
	RUN(many_lists_share_few_connections);
	RUN(a_lost_connection_comes_back);
	RUN(without_the_right_to_unblock_changes_are_late);
	RUN(a_list_without_permission_does_not_stop_the_others);
	RUN(at_the_end_nothing_is_on_its_way);
	RUN(lists_that_nobody_ever_watched_are_settled);
	RUN(nothing_is_lost_or_overtaken_in_a_storm);
}
