/*
 * A stream as the message that describes it: what is handed over, and what a ticket stands for.
 */
#ifndef SSE_PHP_STREAM_WIRE_H
#define SSE_PHP_STREAM_WIRE_H

#include "stream.h"

#include "core/subscription.h"

/*
 * Appends the whole message. initial: frames that the hub shall send first. transport and request_id count for
 * SSE_WIRE_HANDOFF only. Histories, callbacks and timers have no place in it.
 */
void php_sse_stream_write(const php_sse_stream *stream, sse_wire_type type, sse_str initial, sse_transport transport,
	unsigned request_id, sse_buf *out);

#endif
