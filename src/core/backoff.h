/*
 * How long to wait before the next attempt: doubling, capped, with jitter so that a thousand clients do not return at once.
 */
#ifndef SSE_CORE_BACKOFF_H
#define SSE_CORE_BACKOFF_H

#include <stdint.h>

/*
 * Milliseconds before attempt number attempt (0 = the first retry): a value in [half, whole] of
 * min(base << attempt, cap). *seed is the caller's generator state and must not be 0.
 */
uint64_t sse_backoff_ms(unsigned attempt, uint64_t base, uint64_t cap, uint64_t *seed);

/* A value in [low, high]; xorshift64*, not for secrets. */
uint64_t sse_jitter(uint64_t low, uint64_t high, uint64_t *seed);

#endif
