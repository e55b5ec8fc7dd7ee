/*
 * Messages on their way from the loop to PHP. The loop's callbacks may not run PHP code, so they put what came here, and it
 * is taken out between two turns. One growing block of memory: a message costs a copy and no allocation.
 */
#ifndef SSE_CORE_INBOX_H
#define SSE_CORE_INBOX_H

#include "buf.h"
#include "frame.h"

#include <stdbool.h>

typedef enum sse_message_kind {
	SSE_MESSAGE_PUBSUB,   /* payload of a channel or pattern; name is the channel */
	SSE_MESSAGE_ENTRY,    /* an entry of a topic's log; id and event are set */
	SSE_MESSAGE_ITEM,     /* an item of a list, to be settled after it was written */
	SSE_MESSAGE_HISTORY,  /* an item of a list that stays there */
	SSE_MESSAGE_GAP,      /* events of name may be missing; payload is the reason */
	SSE_MESSAGE_POSITION  /* everything up to id was handed out */
} sse_message_kind;

/* All strings are borrowed from the inbox until it is reset or something is put in. */
typedef struct sse_message {
	sse_message_kind kind;
	size_t target;   /* the caller's number for what it belongs to */
	sse_str name;
	sse_str id;
	sse_str event;   /* NULL data: none */
	sse_str payload;
} sse_message;

typedef struct sse_inbox {
	sse_buf buf;
	size_t read;     /* where the next message starts */
} sse_inbox;

void sse_inbox_init(sse_inbox *inbox);
void sse_inbox_deinit(sse_inbox *inbox);

void sse_inbox_put(sse_inbox *inbox, const sse_message *message);

bool sse_inbox_is_empty(const sse_inbox *inbox);

/* The oldest message that was not taken yet; false when there is none (the memory is then used anew). */
bool sse_inbox_take(sse_inbox *inbox, sse_message *message);

#endif
