/*
 * Server-Sent Events on the wire: https://html.spec.whatwg.org/multipage/server-sent-events.html
 *
 * Writers append to a buffer and never fail; what could forge a field is refused by the checks before.
 */
#ifndef SSE_CORE_FRAME_H
#define SSE_CORE_FRAME_H

#include "buf.h"
#include "str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One event; every member is borrowed from the caller for the length of the call. */
typedef struct sse_event {
	sse_str data;   /* NULL: no data line, the event only moves id or retry; empty: one empty data line */
	sse_str event;  /* NULL or empty: no event line, the client's "message" */
	sse_str id;     /* NULL: no id line; empty: an empty id line, which resets the client's Last-Event-ID */
	int64_t retry;  /* milliseconds; -1: no retry line */
} sse_event;

#define SSE_EVENT_INIT { { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, -1 }

/* Whether an event name or id can be written without forging a field: no CR, LF or NUL. */
bool sse_field_is_safe(sse_str value);

/*
 * Writes one event with its closing empty line; fields come as event, id, retry, data. Data is split at CR, LF and CRLF, and
 * a break at its end makes a last empty data line: the client gets the data with its breaks normalised to LF.
 * Precondition: event and id are safe.
 */
void sse_frame_event(sse_buf *out, const sse_event *event);

/* Writes text as comment lines, split like data; an empty text is one bare ":" line. Closed by an empty line. */
void sse_frame_comment(sse_buf *out, sse_str text);

/* Appends value as a JSON string with its quotes; bytes that are not valid UTF-8 become U+FFFD, as browsers decode them. */
void sse_json_string(sse_buf *out, sse_str value);

/* Writes `event: gap` with data {"source":…,"reason":…}: events of source may have been missed. */
void sse_frame_gap(sse_buf *out, sse_str source, sse_str reason);

#endif
