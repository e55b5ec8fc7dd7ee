/*
 * Taking items from lists with BLPOP, one at a time: the next one is asked for when the last one was delivered, and one
 * that could not be delivered goes back to the head of its list.
 *
 * What BLPOP cannot give: an item that Redis has sent and nobody has acknowledged is gone if this process is killed or the
 * connection breaks in that moment. Who must not lose it in that case either uses topics (follow).
 */
#ifndef SSE_IO_QUEUE_H
#define SSE_IO_QUEUE_H

#include "redis_conn.h"

typedef struct sse_queue sse_queue;

/* Called from within sse_loop_turn(). */
typedef struct sse_queue_events {
	/* An item; borrowed for the length of the call. Nothing more comes until sse_queue_settle(). */
	void (*item)(void *owner, sse_str key, sse_str payload);
	/* The connection was lost or refused, or a key holds no list (permanent). It is tried again by itself. */
	void (*failed)(void *owner, const char *error, bool permanent);
	/* Redis accepted the connection; again after each loss. */
	void (*ready)(void *owner);
} sse_queue_events;

/* config is borrowed and must outlive the queue. */
sse_queue *sse_queue_new(sse_loop *loop, const sse_redis_config *config, const sse_queue_events *events, void *owner);

/* Before _start. Earlier keys are served first, as BLPOP does. */
void sse_queue_add(sse_queue *queue, sse_str key);
void sse_queue_start(sse_queue *queue);

/* Between turns, for the last item: delivered, or put it back. */
void sse_queue_settle(sse_queue *queue, bool delivered);

/*
 * Stops taking items and runs the loop until no item is on its way, at most limit_ms: an item that still comes goes back.
 * Returns 0, or -1 when an item may be out of reach (Redis did not answer in time); *stranded is then the item that was to
 * go back, or NULL data. No callback of the queue is called; others of the loop are. Not from within a callback.
 */
int sse_queue_finish(sse_queue *queue, uint64_t limit_ms, sse_str *stranded_key, sse_str *stranded);

void sse_queue_free(sse_queue *queue);

#endif
