/*
 * A timer wheel: heartbeats, lifetimes and time limits of thousands of connections for the price of one libuv timer. No
 * timer fires early, and none later than the first hub_wheel_advance() after it was due: call that every HUB_WHEEL_MS.
 */
#ifndef SSE_HUB_WHEEL_H
#define SSE_HUB_WHEEL_H

#include "core/list.h"

#include <stdint.h>

#define HUB_WHEEL_MS 128
/* One round of the wheel is 65 s: longer than a heartbeat, so that hardly a timer is looked at before it is due. */
#define HUB_WHEEL_SLOTS 512

typedef struct hub_timer {
	sse_link link;
	uint64_t due;  /* ms */
	void (*fire)(struct hub_timer *timer);
} hub_timer;

typedef struct hub_wheel {
	sse_link slots[HUB_WHEEL_SLOTS];
	uint64_t now;  /* ms; everything due until then has fired */
} hub_wheel;

void hub_wheel_init(hub_wheel *wheel, uint64_t now);

/* A timer that is not set; before anything else is done with it. */
void hub_timer_init(hub_timer *timer, void (*fire)(hub_timer *timer));

/* Sets or moves a timer; UINT64_MAX: only takes it out. What is due already fires at the next hub_wheel_advance(). */
void hub_wheel_set(hub_wheel *wheel, hub_timer *timer, uint64_t due);

/*
 * Calls fire() of each timer that is due, after it was taken out of the wheel; fire() may set and take out any timer, its own
 * too, and free its own. Not re-entrant.
 */
void hub_wheel_advance(hub_wheel *wheel, uint64_t now);

#endif
