#include "core/backoff.h"
#include "test.h"

static void jitter_stays_in_its_range_and_reaches_both_ends(void)
{
	uint64_t seed = 42;
	bool low = false, high = false;
	for (int i = 0; i < 1000; i++) {
		uint64_t value = sse_jitter(10, 13, &seed);
		REQUIRE(value >= 10 && value <= 13);
		low = low || value == 10;
		high = high || value == 13;
	}
	CHECK(low);
	CHECK(high);
}

static void jitter_takes_every_range(void)
{
	uint64_t seed = 1;
	CHECK_INT(sse_jitter(7, 7, &seed), 7);
	CHECK_INT(sse_jitter(0, 0, &seed), 0);
	CHECK(sse_jitter(UINT64_MAX, UINT64_MAX, &seed) == UINT64_MAX);
	CHECK(sse_jitter(0, UINT64_MAX, &seed) != sse_jitter(0, UINT64_MAX, &seed));
	CHECK(sse_jitter(UINT64_MAX - 1, UINT64_MAX, &seed) >= UINT64_MAX - 1);
}

static void jitter_differs_between_seeds_and_repeats_with_one(void)
{
	uint64_t a = 1, b = 2, c = 1;
	uint64_t from_a = sse_jitter(0, 1000000000, &a);
	CHECK(from_a != sse_jitter(0, 1000000000, &b));
	CHECK(from_a == sse_jitter(0, 1000000000, &c));
	CHECK(a != 1);
}

static void backoff_doubles(void)
{
	uint64_t seed = 99;
	for (unsigned attempt = 0; attempt < 10; attempt++) {
		uint64_t whole = (uint64_t)100 << attempt;
		for (int i = 0; i < 50; i++) {
			uint64_t ms = sse_backoff_ms(attempt, 100, 1000000, &seed);
			REQUIRE(ms >= whole / 2 && ms <= whole);
		}
	}
}

static void backoff_stops_at_the_cap(void)
{
	static const unsigned attempts[] = {6, 7, 31, 32, 63, 64, 65, 1000, 4294967295u};
	uint64_t seed = 5;
	for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
		uint64_t ms = sse_backoff_ms(attempts[i], 100, 5000, &seed);
		CHECK(ms >= 2500 && ms <= 5000);
	}
	CHECK(sse_backoff_ms(0, 900, 500, &seed) <= 500);
	CHECK(sse_backoff_ms(63, 3, UINT64_MAX, &seed) >= UINT64_MAX / 2);
}

static void backoff_of_small_numbers(void)
{
	uint64_t seed = 5;
	CHECK_INT(sse_backoff_ms(0, 1, 10, &seed), 1);
	CHECK_INT(sse_backoff_ms(5, 0, 10, &seed), 0);
	CHECK_INT(sse_backoff_ms(70, 0, 10, &seed), 0);
	CHECK_INT(sse_backoff_ms(3, 5, 0, &seed), 0);
}

void test_backoff(void)
{
	RUN(jitter_stays_in_its_range_and_reaches_both_ends);
	RUN(jitter_takes_every_range);
	RUN(jitter_differs_between_seeds_and_repeats_with_one);
	RUN(backoff_doubles);
	RUN(backoff_stops_at_the_cap);
	RUN(backoff_of_small_numbers);
}
