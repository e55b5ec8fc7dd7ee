#include "memory_lists.h"

#include "core/alloc.h"

typedef struct item {
	sse_link link;
	size_t len;
	char bytes[];
} item;

void hub_memory_lists_init(hub_memory_lists *lists, uint64_t seed)
{
	sse_map_init(&lists->map, seed);
	lists->bytes = 0;
}

static item *first_item(const hub_memory_list *list)
{
	return SSE_LIST_ENTRY(list->items.next, item, link);
}

static size_t cost_of(sse_str payload)
{
	return sizeof(item) + payload.len;
}

static size_t cost_of_list(sse_str name)
{
	return sizeof(hub_memory_list) + name.len;
}

sse_str hub_memory_list_first(const hub_memory_list *list)
{
	const item *first = first_item(list);

	return (sse_str){ first->bytes, first->len };
}

bool hub_memory_lists_shift(hub_memory_lists *lists, hub_memory_list *list)
{
	item *first = first_item(list);

	lists->bytes -= cost_of(hub_memory_list_first(list));
	sse_list_remove(&first->link);
	sse_free(first);
	if (--list->count > 0) {
		return true;
	}
	lists->bytes -= cost_of_list(list->node.key);
	sse_map_remove(&lists->map, &list->node);
	sse_list_remove(&list->due);
	sse_free((char *)list->node.key.data);
	sse_free(list);
	return false;
}

void hub_memory_lists_deinit(hub_memory_lists *lists)
{
	sse_map_node *node, *next;

	for (node = sse_map_next(&lists->map, NULL); node; node = next) {
		next = sse_map_next(&lists->map, node);
		while (hub_memory_lists_shift(lists, SSE_MAP_ENTRY(node, hub_memory_list, node))) {
			/* the last item takes the list with it */
		}
	}
	sse_map_deinit(&lists->map);
}

hub_memory_list *hub_memory_lists_find(const hub_memory_lists *lists, sse_str name)
{
	return SSE_MAP_ENTRY(sse_map_find(&lists->map, 0, name), hub_memory_list, node);
}

/* Why no more can be taken, or NULL. */
static const char *refusal(const hub_memory_lists *lists, const hub_memory_list *list, sse_str name, sse_str payload)
{
	if (list && list->count >= HUB_MEMORY_ITEMS_MAX) {
		return "the list is full: the hub's own broker keeps 10000 items of a list";
	}
	if (!list && lists->map.count >= HUB_MEMORY_LISTS_MAX) {
		return "too many lists: the hub's own broker keeps 10000 that have items";
	}
	if (lists->bytes + cost_of(payload) + (list ? 0 : cost_of_list(name)) > HUB_MEMORY_LIST_BYTES) {
		return "the lists are full: the hub's own broker keeps 64 MiB of items";
	}
	return NULL;
}

hub_memory_list *hub_memory_lists_append(hub_memory_lists *lists, sse_str name, sse_str payload, const char **error)
{
	hub_memory_list *list = hub_memory_lists_find(lists, name);
	item *added;

	*error = refusal(lists, list, name, payload);
	if (*error) {
		return NULL;
	}
	if (!list) {
		list = sse_calloc(1, sizeof(*list));
		list->node.key = (sse_str){ sse_memdup(name.data, name.len), name.len };
		sse_list_init(&list->due);
		sse_list_init(&list->items);
		sse_map_insert(&lists->map, &list->node);
		lists->bytes += cost_of_list(name);
	}
	added = sse_malloc(sizeof(*added) + payload.len);
	added->len = payload.len;
	if (payload.len > 0) {
		memcpy(added->bytes, payload.data, payload.len);
	}
	sse_list_append(&list->items, &added->link);
	list->count++;
	lists->bytes += cost_of(payload);
	return list;
}
