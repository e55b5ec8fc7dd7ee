/*
 * Lists that are read and kept (LRANGE), together with the channels that announce what is pushed to them: live messages
 * are held back while the lists are read, and one that the lists brought is not sent again.
 */
#ifndef SSE_IO_HISTORY_H
#define SSE_IO_HISTORY_H

#include "redis_conn.h"

typedef struct sse_history sse_history;

/* Called from within sse_loop_turn(). */
typedef struct sse_history_events {
	/* An item that the client has not seen, or a live message that was held back. id is its JSON id, NULL data without. */
	void (*item)(void *owner, sse_str name, sse_str payload, sse_str id);
	/* The client's id is in none of the lists any more: what stood between it and their first items is missing. */
	void (*gap)(void *owner, sse_str name, const char *reason);
	/* All lists were read and handed out. */
	void (*read)(void *owner);
	void (*failed)(void *owner, const char *error, bool permanent);
} sse_history_events;

/* config is borrowed. last_id is the newest item that the client has, NULL data for none. */
sse_history *sse_history_new(
	sse_loop *loop, const sse_redis_config *config, sse_str last_id, const sse_history_events *events, void *owner);

/* last: only so many of the newest items, -1 for all. */
void sse_history_add(sse_history *history, sse_str key, int64_t last);

/* Reads the lists: once the subscriptions stand, and again when they stand again, for what is new since. */
void sse_history_read(sse_history *history);

/*
 * A live message. True when it is held back until the lists are read, or was one of the items; false when it is to be sent
 * now, as the newest that the client has, with *id (NULL data: none).
 */
bool sse_history_message(sse_history *history, sse_str name, sse_str payload, sse_str *id);

void sse_history_free(sse_history *history);

#endif
