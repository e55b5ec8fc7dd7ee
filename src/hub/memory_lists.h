/*
 * The lists of the hub's own broker: items that wait for a client, first come, first served. Knows no channels.
 */
#ifndef SSE_HUB_MEMORY_LISTS_H
#define SSE_HUB_MEMORY_LISTS_H

#include "core/list.h"
#include "core/map.h"

/* Items are not dropped to make room, as entries of topics are: beyond any of these no more are taken. */
#define HUB_MEMORY_LISTS_MAX 10000
#define HUB_MEMORY_ITEMS_MAX 10000
#define HUB_MEMORY_LIST_BYTES (64u << 20)

typedef struct hub_memory_list {
	sse_map_node node;   /* key: the name, owned */
	sse_link due;        /* the broker's: to be offered to clients */
	sse_link items;      /* never empty between calls */
	size_t count;
	bool resting;        /* nobody took the first item */
} hub_memory_list;

typedef struct hub_memory_lists {
	sse_map map;
	size_t bytes;
} hub_memory_lists;

void hub_memory_lists_init(hub_memory_lists *lists, uint64_t seed);
void hub_memory_lists_deinit(hub_memory_lists *lists);

/* NULL when it has no item. */
hub_memory_list *hub_memory_lists_find(const hub_memory_lists *lists, sse_str name);
/* The list with the item at its end, or NULL and a sentence in *error. */
hub_memory_list *hub_memory_lists_append(hub_memory_lists *lists, sse_str name, sse_str payload, const char **error);
/* Borrowed until it is removed. */
sse_str hub_memory_list_first(const hub_memory_list *list);
/* Removes the first item. False when it was the last one: the list is gone. */
bool hub_memory_lists_shift(hub_memory_lists *lists, hub_memory_list *list);

#endif
