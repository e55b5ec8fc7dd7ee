/*
 * What one turn brought to one channel, as the bytes that all its clients get: written once, shared by reference.
 */
#ifndef SSE_HUB_BLOCK_H
#define SSE_HUB_BLOCK_H

#include "core/buf.h"
#include "core/entry_id.h"
#include "core/frame.h"

#include <stdint.h>

/* One frame in a block. */
typedef struct hub_mark {
	uint32_t off;
	uint32_t len;
	uint32_t name;     /* hash of the event's name, for overflow "latest" */
	bool is_event;     /* carries data; only such frames are dropped on overflow, and counted */
	sse_entry_id id;   /* of a topic's entry; zero for anything else */
} hub_mark;

typedef struct hub_block {
	uint32_t refs;
	uint32_t count;    /* marks in use */
	uint32_t cap;
	hub_mark *marks;
	sse_buf bytes;
} hub_block;

/* With one reference, the caller's. */
hub_block *hub_block_new(void);
hub_block *hub_block_ref(hub_block *block);
void hub_block_unref(hub_block *block);

/* Append a frame; while nobody but its channel holds the block. */
void hub_block_event(hub_block *block, const sse_event *event, sse_entry_id id);
void hub_block_gap(hub_block *block, sse_str source, const char *reason);
/* Bytes that are frames already, or none at all. */
void hub_block_bytes(hub_block *block, sse_str bytes, bool is_event);
/* A frame of another hub's block; name: its hash. */
void hub_block_frame(hub_block *block, sse_str bytes, uint32_t name, bool is_event);

/* A frame of one event in a block of its own, ready to be written. */
hub_block *hub_block_of(const sse_event *event);

/* The first mark at or behind off. */
uint32_t hub_block_mark_at(const hub_block *block, uint32_t off);

#endif
