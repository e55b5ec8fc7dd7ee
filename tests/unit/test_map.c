#include "core/map.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct thing {
	char text[32];
	sse_map_node node; /* not the first member, so that SSE_MAP_ENTRY has something to do */
	unsigned seen;
} thing;

static thing *things_of(size_t count)
{
	thing *things = calloc(count, sizeof *things);
	for (size_t i = 0; i < count; i++) {
		snprintf(things[i].text, sizeof things[i].text, "name:%zu", i);
		things[i].node.key = STR(things[i].text);
	}
	return things;
}

/* By a name of its own memory: found by what it says, not by where it is. */
static thing *find(const sse_map *map, uint32_t salt, const char *text)
{
	char *copy = malloc(strlen(text) + 1);
	memcpy(copy, text, strlen(text) + 1);
	sse_map_node *node = sse_map_find(map, salt, STR(copy));
	free(copy);
	return SSE_MAP_ENTRY(node, thing, node);
}

static void an_empty_map_has_nothing(void)
{
	sse_map map;
	sse_map_init(&map, 1);
	CHECK(sse_map_find(&map, 0, LIT("a")) == NULL);
	CHECK(sse_map_find(&map, 0, NONE) == NULL);
	CHECK(sse_map_next(&map, NULL) == NULL);
	CHECK(find(&map, 0, "a") == NULL);
	CHECK_INT(map.count, 0);
	sse_map_deinit(&map);
}

static void finds_what_was_inserted_through_all_growth(void)
{
	enum { COUNT = 5000 };
	thing *things = things_of(COUNT);
	sse_map map;
	sse_map_init(&map, 42);
	for (size_t i = 0; i < COUNT; i++) {
		CHECK(find(&map, 0, things[i].text) == NULL);
		sse_map_insert(&map, &things[i].node);
		CHECK(find(&map, 0, things[i].text) == &things[i]);
		CHECK(map.count <= map.slot_count);
	}
	CHECK_INT(map.count, COUNT);
	CHECK((map.slot_count & (map.slot_count - 1)) == 0);
	CHECK(map.slot_count < 4 * COUNT);
	for (size_t i = 0; i < COUNT; i++) {
		CHECK(find(&map, 0, things[i].text) == &things[i]);
	}
	CHECK(find(&map, 0, "name:") == NULL);
	CHECK(find(&map, 0, "name:5000") == NULL);
	sse_map_deinit(&map);
	free(things);
}

static void what_was_removed_is_gone_and_the_rest_stays(void)
{
	enum { COUNT = 1000 };
	thing *things = things_of(COUNT);
	sse_map map;
	sse_map_init(&map, 7);
	for (size_t i = 0; i < COUNT; i++) {
		sse_map_insert(&map, &things[i].node);
	}
	for (size_t i = 0; i < COUNT; i += 3) {
		sse_map_remove(&map, &things[i].node);
	}
	CHECK_INT(map.count, COUNT - (COUNT + 2) / 3);
	for (size_t i = 0; i < COUNT; i++) {
		CHECK(find(&map, 0, things[i].text) == (i % 3 == 0 ? NULL : &things[i]));
	}
	for (size_t i = 0; i < COUNT; i += 3) {
		sse_map_insert(&map, &things[i].node);
	}
	for (size_t i = 0; i < COUNT; i++) {
		CHECK(find(&map, 0, things[i].text) == &things[i]);
		sse_map_remove(&map, &things[i].node);
	}
	CHECK_INT(map.count, 0);
	CHECK(sse_map_next(&map, NULL) == NULL);
	sse_map_deinit(&map);
	free(things);
}

static void a_salt_tells_things_of_one_name_apart(void)
{
	thing a = {.node = {.key = LIT("orders"), .salt = 0}};
	thing b = {.node = {.key = LIT("orders"), .salt = 1}};
	sse_map map;
	sse_map_init(&map, 3);
	sse_map_insert(&map, &a.node);
	CHECK(find(&map, 1, "orders") == NULL);
	sse_map_insert(&map, &b.node);
	CHECK(find(&map, 0, "orders") == &a);
	CHECK(find(&map, 1, "orders") == &b);
	CHECK(find(&map, 2, "orders") == NULL);
	CHECK(a.node.hash != b.node.hash);
	sse_map_remove(&map, &a.node);
	CHECK(find(&map, 0, "orders") == NULL);
	CHECK(find(&map, 1, "orders") == &b);
	sse_map_deinit(&map);
}

static void names_may_hold_any_byte_and_none(void)
{
	static const char bytes[40] = "";
	thing names[sizeof bytes] = {{.seen = 0}};
	sse_map map;
	sse_map_init(&map, 5);
	/* NULs alone: only their number tells them apart. */
	for (size_t len = 0; len < sizeof bytes; len++) {
		names[len].node.key = (sse_str){bytes, len};
		sse_map_insert(&map, &names[len].node);
	}
	for (size_t len = 0; len < sizeof bytes; len++) {
		CHECK(sse_map_find(&map, 0, (sse_str){bytes, len}) == &names[len].node);
	}
	CHECK(sse_map_find(&map, 0, NONE) == &names[0].node);
	for (size_t len = 1; len < sizeof bytes; len++) {
		CHECK(names[len].node.hash != names[len - 1].node.hash);
	}
	sse_map_deinit(&map);
}

static void every_byte_of_a_name_counts(void)
{
	char name[24] = "abcdefghijklmnopqrstuvw";
	thing a = {.node = {.key = LIT("abcdefghijklmnopqrstuvw")}};
	sse_map map;
	sse_map_init(&map, 9);
	sse_map_insert(&map, &a.node);
	CHECK(find(&map, 0, name) == &a);
	for (size_t i = 0; i < sizeof name - 1; i++) {
		name[i] ^= 1;
		thing other = {.node = {.key = STR(name)}};
		CHECK(sse_map_find(&map, 0, other.node.key) == NULL);
		/* The hash itself too, or names that differ there only would all be in one chain. */
		sse_map_insert(&map, &other.node);
		CHECK(other.node.hash != a.node.hash);
		sse_map_remove(&map, &other.node);
		name[i] ^= 1;
	}
	sse_map_deinit(&map);
}

static void a_hash_alone_is_no_name(void)
{
	thing a = {.node = {.key = LIT("orders"), .salt = 1}};
	sse_map map;
	sse_map_init(&map, 9);
	sse_map_insert(&map, &a.node);
	/* As two things with one hash would be: only salt or name differ from what is looked for. */
	a.node.salt = 2;
	CHECK(find(&map, 1, "orders") == NULL);
	a.node.salt = 1;
	a.node.key = LIT("orderz");
	CHECK(find(&map, 1, "orders") == NULL);
	a.node.key = LIT("orders");
	CHECK(find(&map, 1, "orders") == &a);
	sse_map_deinit(&map);
}

static void the_seed_decides_the_hash(void)
{
	thing a = {.node = {.key = LIT("orders")}};
	uint32_t hashes[3];
	for (uint64_t i = 0; i < 3; i++) {
		sse_map map;
		sse_map_init(&map, i == 2 ? UINT64_C(1) << 63 : i);
		sse_map_insert(&map, &a.node);
		hashes[i] = a.node.hash;
		sse_map_deinit(&map);
	}
	CHECK(hashes[0] != hashes[1]);
	CHECK(hashes[0] != hashes[2]);
	CHECK(hashes[1] != hashes[2]);
}

/* With load 1 and a fair hash no chain of 8192 names is longer than 12, but once in millions of seeds. */
static void chains_are_short(void)
{
	enum { COUNT = 8192 };
	thing *things = things_of(COUNT);
	sse_map map;
	size_t longest = 0;
	sse_map_init(&map, 11);
	for (size_t i = 0; i < COUNT; i++) {
		sse_map_insert(&map, &things[i].node);
	}
	for (uint32_t slot = 0; slot < map.slot_count; slot++) {
		size_t len = 0;
		for (sse_map_node *node = map.slots[slot]; node != NULL; node = node->next) {
			len++;
		}
		longest = len > longest ? len : longest;
	}
	CHECK(longest >= 4 && longest <= 12);
	sse_map_deinit(&map);
	free(things);
}

static void walking_meets_each_node_once(void)
{
	enum { COUNT = 300 };
	thing *things = things_of(COUNT);
	sse_map map;
	size_t met = 0;
	sse_map_init(&map, 13);
	for (size_t i = 0; i < COUNT; i++) {
		sse_map_insert(&map, &things[i].node);
	}
	for (sse_map_node *node = sse_map_next(&map, NULL); node != NULL; node = sse_map_next(&map, node)) {
		SSE_MAP_ENTRY(node, thing, node)->seen++;
	}
	for (size_t i = 0; i < COUNT; i++) {
		CHECK_INT(things[i].seen, 1);
	}
	for (sse_map_node *node = sse_map_next(&map, NULL), *next; node != NULL; node = next) {
		next = sse_map_next(&map, node);
		sse_map_remove(&map, node);
		met++;
	}
	CHECK_INT(met, COUNT);
	CHECK_INT(map.count, 0);
	sse_map_deinit(&map);
	free(things);
}

void test_map(void)
{
	RUN(an_empty_map_has_nothing);
	RUN(finds_what_was_inserted_through_all_growth);
	RUN(what_was_removed_is_gone_and_the_rest_stays);
	RUN(a_salt_tells_things_of_one_name_apart);
	RUN(names_may_hold_any_byte_and_none);
	RUN(every_byte_of_a_name_counts);
	RUN(a_hash_alone_is_no_name);
	RUN(the_seed_decides_the_hash);
	RUN(chains_are_short);
	RUN(walking_meets_each_node_once);
}
