#include "block.h"

#include "core/alloc.h"

#include <string.h>

#define NO_ID ((sse_entry_id){ 0, 0 })

hub_block *hub_block_new(void)
{
	hub_block *block = sse_calloc(1, sizeof(*block));

	block->refs = 1;
	return block;
}

hub_block *hub_block_ref(hub_block *block)
{
	block->refs++;
	return block;
}

void hub_block_unref(hub_block *block)
{
	if (--block->refs == 0) {
		sse_buf_deinit(&block->bytes);
		sse_free(block->marks);
		sse_free(block);
	}
}

static uint32_t hash_name(sse_str name)
{
	uint32_t hash = 2166136261u; /* FNV-1a: told apart are the few event names of one stream, not a stranger's choice */
	size_t i;

	for (i = 0; i < name.len; i++) {
		hash = (hash ^ (unsigned char)name.data[i]) * 16777619u;
	}
	return hash;
}

static void add_mark(hub_block *block, size_t from, sse_str name, bool is_event, sse_entry_id id)
{
	if (block->count == block->cap) {
		block->cap = block->cap > 0 ? block->cap * 2 : 4;
		block->marks = sse_realloc(block->marks, block->cap * sizeof(*block->marks));
	}
	block->marks[block->count++] = (hub_mark){
		.off = (uint32_t)from,
		.len = (uint32_t)(block->bytes.len - from),
		.name = hash_name(name),
		.is_event = is_event,
		.id = id,
	};
}

void hub_block_event(hub_block *block, const sse_event *event, sse_entry_id id)
{
	size_t from = block->bytes.len;

	sse_frame_event(&block->bytes, event);
	add_mark(block, from, event->event, event->data.data != NULL, id);
}

void hub_block_gap(hub_block *block, sse_str source, const char *reason)
{
	size_t from = block->bytes.len;

	sse_frame_gap(&block->bytes, source, (sse_str){ reason, strlen(reason) });
	/* No event in the sense of overflow: who drops events must not drop the word that some are missing. */
	add_mark(block, from, (sse_str){ "gap", 3 }, false, NO_ID);
}

void hub_block_bytes(hub_block *block, sse_str bytes, bool is_event)
{
	size_t from = block->bytes.len;

	sse_buf_append(&block->bytes, bytes.data, bytes.len);
	add_mark(block, from, (sse_str){ NULL, 0 }, is_event, NO_ID);
}

hub_block *hub_block_of(const sse_event *event)
{
	hub_block *block = hub_block_new();

	hub_block_event(block, event, NO_ID);
	return block;
}

uint32_t hub_block_mark_at(const hub_block *block, uint32_t off)
{
	uint32_t low = 0, high = block->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (block->marks[middle].off < off) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}
