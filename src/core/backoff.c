#include "backoff.h"

uint64_t sse_jitter(uint64_t low, uint64_t high, uint64_t *seed)
{
	uint64_t x = *seed;
	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	*seed = x;
	x *= UINT64_C(2685821657736338717);

	/* Empty or reversed ranges have one answer; the full range would overflow the divisor. */
	if (high <= low) {
		return low;
	}
	if (high - low == UINT64_MAX) {
		return x;
	}
	return low + x % (high - low + 1);
}

uint64_t sse_backoff_ms(unsigned attempt, uint64_t base, uint64_t cap, uint64_t *seed)
{
	uint64_t whole = cap;

	if (base == 0) {
		whole = 0;
	} else if (attempt < 64 && base <= cap >> attempt) {
		whole = base << attempt;
	}
	/* The half is rounded up: a wait of 1 ms must not become one of 0. */
	return sse_jitter(whole - whole / 2, whole, seed);
}
