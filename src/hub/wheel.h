/*
 * A timer wheel: heartbeats and lifetimes of thousands of clients for the price of one libuv timer. Exact to HUB_WHEEL_MS.
 */
#ifndef SSE_HUB_WHEEL_H
#define SSE_HUB_WHEEL_H

#include "core/list.h"

#include <stdint.h>

#define HUB_WHEEL_MS 128
#define HUB_WHEEL_SLOTS 512

typedef struct hub_timer {
	sse_link link;
	uint64_t due;  /* ms */
} hub_timer;

typedef struct hub_wheel {
	sse_link slots[HUB_WHEEL_SLOTS];
	uint64_t now;  /* ms; everything due before it was called */
} hub_wheel;

void hub_wheel_init(hub_wheel *wheel, uint64_t now);
/* Sets or moves a timer; zeroed timers need hub_timer_init() before. UINT64_MAX: only out. */
void hub_timer_init(hub_timer *timer);
void hub_wheel_set(hub_wheel *wheel, hub_timer *timer, uint64_t due);
/* Calls cb for each timer that is due, after it was taken out of the wheel; cb may set and remove any timer. */
void hub_wheel_advance(hub_wheel *wheel, uint64_t now, void (*cb)(hub_timer *timer, void *arg), void *arg);

#endif
