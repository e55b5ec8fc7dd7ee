/*
 * A hash map of things that know their own name: nodes are embedded, so that a lookup costs no indirection and an insert no
 * allocation but the table's own growth.
 */
#ifndef SSE_CORE_MAP_H
#define SSE_CORE_MAP_H

#include "str.h"

#include <stdint.h>

typedef struct sse_map_node {
	struct sse_map_node *next;
	uint32_t hash;
	uint32_t salt;   /* the caller's: what tells two things of one name apart (a kind); 0 where there is one kind only */
	sse_str key;     /* borrowed from whoever embeds the node; unchanged while it is in a map */
} sse_map_node;

typedef struct sse_map {
	sse_map_node **slots;
	uint32_t slot_count;  /* a power of two, or 0 */
	uint32_t count;
	uint64_t seed;        /* so that nobody can choose names that collide */
} sse_map;

void sse_map_init(sse_map *map, uint64_t seed);
/* The nodes are their owners' to free. */
void sse_map_deinit(sse_map *map);

/* NULL when there is none. */
sse_map_node *sse_map_find(const sse_map *map, uint32_t salt, sse_str key);
/* Precondition: node->key and node->salt are set, and no node of that name is in the map. */
void sse_map_insert(sse_map *map, sse_map_node *node);
/* Precondition: the node is in the map. The table keeps its size: it is as large as the map ever was. */
void sse_map_remove(sse_map *map, sse_map_node *node);

/*
 * All nodes in no particular order: sse_map_next(map, NULL) is the first; NULL at the end. Not while inserting; any node but
 * the one to be given to the next call may be removed meanwhile.
 */
sse_map_node *sse_map_next(const sse_map *map, const sse_map_node *node);

static inline void *sse_map_entry(const sse_map_node *node, size_t offset)
{
	return node ? (char *)node - offset : NULL;
}

/* The thing that embeds a node, or NULL for NULL. */
#define SSE_MAP_ENTRY(map_node, type, member) ((type *)sse_map_entry((map_node), offsetof(type, member)))

#endif
