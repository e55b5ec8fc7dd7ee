#include "memory_tickets.h"

#include "core/alloc.h"

typedef struct ticket_entry {
	sse_map_node node;   /* key: the ticket, owned */
	sse_link link;
	sse_str contents;    /* owned */
	uint64_t expires;
} ticket_entry;

void hub_memory_tickets_init(hub_memory_tickets *tickets, uint64_t seed)
{
	sse_map_init(&tickets->map, seed);
	sse_list_init(&tickets->all);
	tickets->bytes = 0;
}

static size_t cost_of(sse_str ticket, sse_str contents)
{
	return sizeof(ticket_entry) + ticket.len + contents.len;
}

/* The contents are the caller's. */
static void remove_entry(hub_memory_tickets *tickets, ticket_entry *entry)
{
	tickets->bytes -= cost_of(entry->node.key, entry->contents);
	sse_map_remove(&tickets->map, &entry->node);
	sse_list_remove(&entry->link);
	sse_free((char *)entry->node.key.data);
	sse_free(entry);
}

static void drop(hub_memory_tickets *tickets, ticket_entry *entry)
{
	char *contents = (char *)entry->contents.data;

	remove_entry(tickets, entry);
	sse_free(contents);
}

void hub_memory_tickets_deinit(hub_memory_tickets *tickets)
{
	SSE_LIST_EACH(link, &tickets->all) {
		drop(tickets, SSE_LIST_ENTRY(link, ticket_entry, link));
	}
	sse_map_deinit(&tickets->map);
}

void hub_memory_tickets_expire(hub_memory_tickets *tickets, uint64_t now)
{
	SSE_LIST_EACH(link, &tickets->all) {
		ticket_entry *entry = SSE_LIST_ENTRY(link, ticket_entry, link);

		if (entry->expires <= now) {
			drop(tickets, entry);
		}
	}
}

static ticket_entry *find(const hub_memory_tickets *tickets, sse_str ticket)
{
	return SSE_MAP_ENTRY(sse_map_find(&tickets->map, 0, ticket), ticket_entry, node);
}

static bool is_full(const hub_memory_tickets *tickets, size_t cost)
{
	return tickets->map.count >= HUB_MEMORY_TICKETS_MAX || tickets->bytes + cost > HUB_MEMORY_TICKET_BYTES;
}

const char *hub_memory_tickets_put(
	hub_memory_tickets *tickets, sse_str ticket, sse_str contents, uint64_t expires, uint64_t now)
{
	ticket_entry *entry = find(tickets, ticket);

	if (entry) {
		drop(tickets, entry);
	}
	if (is_full(tickets, cost_of(ticket, contents))) {
		hub_memory_tickets_expire(tickets, now);
		if (is_full(tickets, cost_of(ticket, contents))) {
			return "too many tickets: the hub's own broker keeps 10000, of 64 MiB together";
		}
	}
	entry = sse_calloc(1, sizeof(*entry));
	entry->node.key = (sse_str){ sse_memdup(ticket.data, ticket.len), ticket.len };
	entry->contents = (sse_str){ sse_memdup(contents.data, contents.len), contents.len };
	entry->expires = expires;
	sse_map_insert(&tickets->map, &entry->node);
	sse_list_append(&tickets->all, &entry->link);
	tickets->bytes += cost_of(ticket, contents);
	return NULL;
}

sse_str hub_memory_tickets_take(hub_memory_tickets *tickets, sse_str ticket, uint64_t now)
{
	ticket_entry *entry = find(tickets, ticket);
	sse_str contents;

	if (!entry) {
		return (sse_str){ NULL, 0 };
	}
	if (entry->expires <= now) {
		drop(tickets, entry);
		return (sse_str){ NULL, 0 };
	}
	contents = entry->contents;
	remove_entry(tickets, entry);
	return contents;
}
