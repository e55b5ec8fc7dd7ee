/*
 * A stream as the message that describes it: what is handed over, and what a ticket stands for.
 */
#ifndef SSE_PHP_STREAM_WIRE_H
#define SSE_PHP_STREAM_WIRE_H

#include "stream.h"

#include "core/subscription.h"

/* What comes before the events. Strings are borrowed. */
typedef struct php_sse_beginning {
	sse_str initial;         /* frames */
	/* SSE_WIRE_HANDOFF only: */
	sse_str head;            /* bytes before those, in no envelope */
	sse_transport transport;
	unsigned request_id;
} php_sse_beginning;

/* Appends the whole message. Histories, callbacks and timers have no place in it. */
void php_sse_stream_write(
	const php_sse_stream *stream, sse_wire_type type, const php_sse_beginning *beginning, sse_buf *out);

#endif
