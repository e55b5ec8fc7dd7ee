/*
 * What waits to be written to one client, and the writing: slices of shared blocks, joined into as few system calls as the
 * socket allows, in the envelope that the client's transport wants (FastCGI records, HTTP chunks, or none).
 */
#ifndef SSE_HUB_OUTPUT_H
#define SSE_HUB_OUTPUT_H

#include "block.h"
#include "hub.h"

#include "core/subscription.h"

typedef struct hub_slice {
	hub_block *block;   /* one reference */
	uint32_t off;
	uint32_t len;
} hub_slice;

typedef struct hub_out {
	hub_slice *slices;       /* a ring of cap, count from head on */
	uint32_t head, count, cap;
	uint32_t tail_len;
	char *tail;              /* the rest of an envelope that the socket took a part of; goes first, cannot be dropped */
	size_t bytes;            /* all that waits, tail included */
	sse_transport transport;
	uint16_t request_id;
	bool is_blocked;         /* the socket took no more; uv says when it does */
} hub_out;

typedef enum hub_sent { HUB_SENT_ALL, HUB_SENT_SOME, HUB_SENT_ERROR } hub_sent;

void hub_out_init(hub_out *out, sse_transport transport, unsigned request_id);
void hub_out_deinit(hub_out *out);

/* Appends a slice; takes a reference of its own. One that continues the newest slice is joined to it. */
void hub_out_add(hub_out *out, hub_block *block, uint32_t off, uint32_t len);
/* Appends bytes without an envelope, such as an HTTP head: only while nothing else waits. */
void hub_out_add_head(hub_out *out, sse_str bytes);
/* Appends the transport's end: END_REQUEST, the last chunk, or nothing. */
void hub_out_add_end(hub_out *out);

/* Calls frame() for each frame that waits, or the rest of one that the socket has a part of; the tail goes before them. */
typedef void (*hub_frame_cb)(void *arg, sse_str bytes, uint32_t name, bool is_event);
void hub_out_each(const hub_out *out, hub_frame_cb frame, void *arg);

/* Writes as much as the socket takes; *written is what it took, in bytes. */
hub_sent hub_out_write(hub_out *out, int fd, uint64_t *written);

/* Makes room as the policy says until at most limit bytes wait. Returns how many events were dropped. */
size_t hub_out_shrink(hub_out *out, size_t limit, hub_overflow policy);

#endif
