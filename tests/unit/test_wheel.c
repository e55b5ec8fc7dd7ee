#include "hub/wheel.h"
#include "test.h"

#include <stdlib.h>

typedef struct alarm_clock {
	hub_timer timer;
	unsigned fired;
	uint64_t again;             /* set for that when it fires; 0: not */
	struct alarm_clock *victim; /* taken out when it fires */
} alarm_clock;

static hub_wheel wheel;

static void on_fire(hub_timer *timer)
{
	alarm_clock *self = SSE_LIST_ENTRY(timer, alarm_clock, timer);
	self->fired++;
	if (self->again > 0) {
		hub_wheel_set(&wheel, timer, self->again);
	}
	if (self->victim != NULL) {
		hub_wheel_set(&wheel, &self->victim->timer, UINT64_MAX);
	}
}

static void clock_init(alarm_clock *self, uint64_t due)
{
	memset(self, 0, sizeof *self);
	hub_timer_init(&self->timer, on_fire);
	hub_wheel_set(&wheel, &self->timer, due);
}

static void no_timer_fires_early_and_each_fires_once(void)
{
	enum { COUNT = 3000 };
	static alarm_clock clocks[COUNT];
	unsigned seed = 7;
	uint64_t now = 123457;
	hub_wheel_init(&wheel, now);
	for (size_t i = 0; i < COUNT; i++) {
		/* Up to three rounds ahead. */
		seed = seed * 1103515245u + 12345u;
		clock_init(&clocks[i], now + 1 + (seed >> 8) % (3 * HUB_WHEEL_MS * HUB_WHEEL_SLOTS));
	}
	for (uint64_t end = now + 4 * HUB_WHEEL_MS * HUB_WHEEL_SLOTS; now < end;) {
		seed = seed * 1103515245u + 12345u;
		now += (seed >> 8) % (2 * HUB_WHEEL_MS);
		hub_wheel_advance(&wheel, now);
		for (size_t i = 0; i < COUNT; i++) {
			REQUIRE(clocks[i].fired == (clocks[i].timer.due <= now));
		}
	}
}

static void a_long_sleep_misses_nothing(void)
{
	alarm_clock soon, next_round, later;
	hub_wheel_init(&wheel, 1000);
	clock_init(&soon, 1001);
	clock_init(&next_round, 1000 + HUB_WHEEL_MS * HUB_WHEEL_SLOTS + 1);
	clock_init(&later, 1000 + 10 * HUB_WHEEL_MS * HUB_WHEEL_SLOTS + 1);
	hub_wheel_advance(&wheel, 1000 + 10 * HUB_WHEEL_MS * HUB_WHEEL_SLOTS);
	CHECK_INT(soon.fired, 1);
	CHECK_INT(next_round.fired, 1);
	CHECK_INT(later.fired, 0);
	hub_wheel_advance(&wheel, 1001 + 10 * HUB_WHEEL_MS * HUB_WHEEL_SLOTS);
	CHECK_INT(later.fired, 1);
}

static void what_is_due_already_fires_at_the_next_advance(void)
{
	alarm_clock past, present;
	hub_wheel_init(&wheel, 100000);
	clock_init(&past, 3);
	clock_init(&present, 100000);
	hub_wheel_advance(&wheel, 100000);
	CHECK_INT(past.fired, 1);
	CHECK_INT(present.fired, 1);
}

static void a_moved_timer_fires_at_its_new_time_only(void)
{
	alarm_clock later, sooner, never;
	hub_wheel_init(&wheel, 0);
	clock_init(&later, 200);
	clock_init(&sooner, 90000);
	clock_init(&never, 200);
	hub_wheel_set(&wheel, &later.timer, 500);
	hub_wheel_set(&wheel, &sooner.timer, 300);
	hub_wheel_set(&wheel, &never.timer, UINT64_MAX);
	hub_wheel_set(&wheel, &never.timer, UINT64_MAX);
	hub_wheel_advance(&wheel, 499);
	CHECK_INT(later.fired, 0);
	CHECK_INT(sooner.fired, 1);
	hub_wheel_advance(&wheel, 200000);
	CHECK_INT(later.fired, 1);
	CHECK_INT(sooner.fired, 1);
	CHECK_INT(never.fired, 0);
}

static void a_timer_may_set_itself_again(void)
{
	alarm_clock at_once, ahead;
	hub_wheel_init(&wheel, 0);
	clock_init(&at_once, 10);
	clock_init(&ahead, 10);
	at_once.again = 5;
	ahead.again = 40;
	hub_wheel_advance(&wheel, 20);
	CHECK_INT(at_once.fired, 1);
	CHECK_INT(ahead.fired, 1);
	hub_wheel_advance(&wheel, 20);
	CHECK_INT(at_once.fired, 2);
	CHECK_INT(ahead.fired, 1);
	hub_wheel_advance(&wheel, 40);
	CHECK_INT(ahead.fired, 2);
	hub_wheel_set(&wheel, &at_once.timer, UINT64_MAX);
	hub_wheel_set(&wheel, &ahead.timer, UINT64_MAX);
}

static void a_timer_may_take_out_another_that_is_due_as_well(void)
{
	alarm_clock first, second;
	hub_wheel_init(&wheel, 0);
	clock_init(&first, 10);
	clock_init(&second, 11);
	first.victim = &second;
	second.victim = &first;
	hub_wheel_advance(&wheel, 1000);
	CHECK_INT(first.fired + second.fired, 1);
}

static void free_timer(hub_timer *timer)
{
	free(SSE_LIST_ENTRY(timer, alarm_clock, timer));
}

static void a_timer_may_free_itself(void)
{
	hub_wheel_init(&wheel, 0);
	for (uint64_t i = 0; i < 10; i++) {
		alarm_clock *self = calloc(1, sizeof *self);
		REQUIRE(self != NULL);
		hub_timer_init(&self->timer, free_timer);
		hub_wheel_set(&wheel, &self->timer, i * 60);
	}
	hub_wheel_advance(&wheel, 1000);
	for (size_t i = 0; i < HUB_WHEEL_SLOTS; i++) {
		CHECK(sse_list_is_empty(&wheel.slots[i]));
	}
}

static void a_clock_that_goes_back_does_nothing(void)
{
	alarm_clock timer;
	hub_wheel_init(&wheel, 5000);
	clock_init(&timer, 4000);
	hub_wheel_advance(&wheel, 4500);
	CHECK_INT(timer.fired, 0);
	hub_wheel_advance(&wheel, 5000);
	CHECK_INT(timer.fired, 1);
}

void test_wheel(void)
{
	RUN(no_timer_fires_early_and_each_fires_once);
	RUN(a_long_sleep_misses_nothing);
	RUN(what_is_due_already_fires_at_the_next_advance);
	RUN(a_moved_timer_fires_at_its_new_time_only);
	RUN(a_timer_may_set_itself_again);
	RUN(a_timer_may_take_out_another_that_is_due_as_well);
	RUN(a_timer_may_free_itself);
	RUN(a_clock_that_goes_back_does_nothing);
}
