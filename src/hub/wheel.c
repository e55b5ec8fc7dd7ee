#include "wheel.h"

static sse_link *slot_at(hub_wheel *wheel, uint64_t tick)
{
	return &wheel->slots[tick % HUB_WHEEL_SLOTS];
}

void hub_wheel_init(hub_wheel *wheel, uint64_t now)
{
	for (size_t i = 0; i < HUB_WHEEL_SLOTS; i++) {
		sse_list_init(&wheel->slots[i]);
	}
	wheel->now = now;
}

void hub_timer_init(hub_timer *timer, void (*fire)(hub_timer *timer))
{
	sse_list_init(&timer->link);
	timer->due = UINT64_MAX;
	timer->fire = fire;
}

void hub_wheel_set(hub_wheel *wheel, hub_timer *timer, uint64_t due)
{
	sse_list_remove(&timer->link);
	timer->due = due;
	if (due != UINT64_MAX) {
		/* The past has no slot that is visited again soon: what is late waits where the next visit begins. */
		sse_list_append(slot_at(wheel, (due > wheel->now ? due : wheel->now) / HUB_WHEEL_MS), &timer->link);
	}
}

static void take_due(sse_link *slot, uint64_t now, sse_link *due)
{
	SSE_LIST_EACH(link, slot) {
		hub_timer *timer = SSE_LIST_ENTRY(link, hub_timer, link);

		/* The others belong to a later round, or to the rest of the current tick. */
		if (timer->due <= now) {
			sse_list_remove(link);
			sse_list_append(due, link);
		}
	}
}

void hub_wheel_advance(hub_wheel *wheel, uint64_t now)
{
	uint64_t first = wheel->now / HUB_WHEEL_MS;
	uint64_t last = now / HUB_WHEEL_MS;
	sse_link due;

	if (now < wheel->now) {
		return;
	}
	if (last - first >= HUB_WHEEL_SLOTS) {
		first = last - HUB_WHEEL_SLOTS + 1; /* each slot once, however long it took to come back */
	}
	/*
	 * All are collected before the first is called, so that a timer that sets itself for now waits for the next time; and the
	 * list is one of the ordinary kind, so that a call can take out a timer whose turn is still to come.
	 */
	sse_list_init(&due);
	for (uint64_t tick = first; tick <= last; tick++) {
		take_due(slot_at(wheel, tick), now, &due);
	}
	wheel->now = now;
	while (!sse_list_is_empty(&due)) {
		hub_timer *timer = SSE_LIST_ENTRY(due.next, hub_timer, link);

		sse_list_remove(&timer->link);
		timer->fire(timer);
	}
}
