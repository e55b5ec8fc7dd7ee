#include "map.h"

#include "alloc.h"

#include <string.h>

#define MIN_SLOTS 16
/* Where uint32_t ends; beyond it chains grow, and nothing else changes. */
#define MAX_SLOTS (UINT32_C(1) << 31)

static inline uint64_t rotate(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

typedef struct sip {
	uint64_t v0, v1, v2, v3;
} sip;

static inline void sip_round(sip *s)
{
	s->v0 += s->v1;
	s->v1 = rotate(s->v1, 13) ^ s->v0;
	s->v0 = rotate(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = rotate(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = rotate(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = rotate(s->v1, 17) ^ s->v2;
	s->v2 = rotate(s->v2, 32);
}

static inline void sip_word(sip *s, uint64_t word)
{
	s->v3 ^= word;
	sip_round(s);
	s->v0 ^= word;
}

/*
 * SipHash-1-3: names come from whoever opens a stream, and thousands in one chain would stop everybody else's. The salt is a
 * word in front of the name; words are read in the machine's order, as hashes never leave the process.
 */
static uint32_t hash_of(const sse_map *map, uint32_t salt, sse_str key)
{
	/* The other half of the 128-bit key is made from the seed: an odd multiplier loses none of it. */
	uint64_t k0 = map->seed, k1 = map->seed * UINT64_C(0x9E3779B97F4A7C15) ^ UINT64_C(0xD1B54A32D192ED03);
	sip s = {k0 ^ UINT64_C(0x736f6d6570736575), k1 ^ UINT64_C(0x646f72616e646f6d), k0 ^ UINT64_C(0x6c7967656e657261),
		k1 ^ UINT64_C(0x7465646279746573)};
	size_t at = 0;
	uint64_t word;

	sip_word(&s, salt);
	for (; key.len - at >= sizeof word; at += sizeof word) {
		memcpy(&word, key.data + at, sizeof word);
		sip_word(&s, word);
	}
	/* The length in the last word keeps names apart that differ in NULs at their ends. */
	word = (uint64_t)key.len << 56;
	for (unsigned shift = 0; at < key.len; at++, shift += 8) {
		word |= (uint64_t)(unsigned char)key.data[at] << shift;
	}
	sip_word(&s, word);
	s.v2 ^= 0xFF;
	sip_round(&s);
	sip_round(&s);
	sip_round(&s);
	word = s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
	return (uint32_t)(word ^ word >> 32);
}

static inline sse_map_node **slot_of(const sse_map *map, uint32_t hash)
{
	return &map->slots[hash & (map->slot_count - 1)];
}

void sse_map_init(sse_map *map, uint64_t seed)
{
	memset(map, 0, sizeof *map);
	map->seed = seed;
}

void sse_map_deinit(sse_map *map)
{
	sse_free(map->slots);
	memset(map, 0, sizeof *map);
}

sse_map_node *sse_map_find(const sse_map *map, uint32_t salt, sse_str key)
{
	sse_map_node *node;
	uint32_t hash;

	if (map->count == 0) {
		return NULL;
	}
	hash = hash_of(map, salt, key);
	for (node = *slot_of(map, hash); node != NULL; node = node->next) {
		/* The hash first: it is in the node, the name is elsewhere. */
		if (node->hash == hash && node->salt == salt && sse_str_equals(node->key, key)) {
			break;
		}
	}
	return node;
}

static void put(const sse_map *map, sse_map_node *node)
{
	sse_map_node **slot = slot_of(map, node->hash);

	node->next = *slot;
	*slot = node;
}

static void grow(sse_map *map)
{
	sse_map_node **old = map->slots;
	uint32_t old_count = map->slot_count;

	map->slot_count = old_count > 0 ? 2 * old_count : MIN_SLOTS;
	map->slots = sse_calloc(map->slot_count, sizeof *map->slots);
	for (uint32_t i = 0; i < old_count; i++) {
		for (sse_map_node *node = old[i], *next; node != NULL; node = next) {
			next = node->next;
			put(map, node);
		}
	}
	sse_free(old);
}

void sse_map_insert(sse_map *map, sse_map_node *node)
{
	if (map->count >= map->slot_count && map->slot_count < MAX_SLOTS) {
		grow(map);
	}
	node->hash = hash_of(map, node->salt, node->key);
	put(map, node);
	map->count++;
}

void sse_map_remove(sse_map *map, sse_map_node *node)
{
	sse_map_node **at = slot_of(map, node->hash);

	while (*at != node) {
		at = &(*at)->next;
	}
	*at = node->next;
	node->next = NULL;
	map->count--;
}

sse_map_node *sse_map_next(const sse_map *map, const sse_map_node *node)
{
	uint32_t slot = 0;

	if (node != NULL) {
		if (node->next != NULL) {
			return node->next;
		}
		slot = (node->hash & (map->slot_count - 1)) + 1;
	}
	for (; slot < map->slot_count; slot++) {
		if (map->slots[slot] != NULL) {
			return map->slots[slot];
		}
	}
	return NULL;
}
