/*
 * The tickets of the hub's own broker: each is good for one call, for a while.
 */
#ifndef SSE_HUB_MEMORY_TICKETS_H
#define SSE_HUB_MEMORY_TICKETS_H

#include "core/list.h"
#include "core/map.h"

/* Beyond either no more are taken: one that was given out is kept until its time is over. */
#define HUB_MEMORY_TICKETS_MAX 10000
#define HUB_MEMORY_TICKET_BYTES (64u << 20)

typedef struct hub_memory_tickets {
	sse_map map;
	sse_link all;   /* oldest first */
	size_t bytes;
} hub_memory_tickets;

void hub_memory_tickets_init(hub_memory_tickets *tickets, uint64_t seed);
void hub_memory_tickets_deinit(hub_memory_tickets *tickets);

/* Copies both; in the place of a ticket of that name. NULL, or a sentence that says why not. expires and now: one clock, ms. */
const char *hub_memory_tickets_put(
	hub_memory_tickets *tickets, sse_str ticket, sse_str contents, uint64_t expires, uint64_t now);
/* What it stands for, owned by the caller (sse_free() its data); NULL data when there is none. */
sse_str hub_memory_tickets_take(hub_memory_tickets *tickets, sse_str ticket, uint64_t now);
/* Drops those whose time is over. */
void hub_memory_tickets_expire(hub_memory_tickets *tickets, uint64_t now);

#endif
