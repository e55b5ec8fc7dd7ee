/*
 * The Pub/Sub message that announces a log entry: "<id> <id of the entry before it> LF <event name, may be empty> LF <data>".
 * It carries the whole event, so that a live client costs no read of the log; and the entry before it ("0-0": none), so that
 * a follower sees when there is one that it was not told of.
 */
#ifndef SSE_CORE_SIGNAL_H
#define SSE_CORE_SIGNAL_H

#include "entry_id.h"
#include "frame.h"

typedef struct sse_signal {
	sse_entry_id id;
	sse_entry_id previous;
	sse_str id_text;  /* borrowed from the payload, as are the others */
	sse_str event;    /* data == NULL when the entry has no event name */
	sse_str data;
} sse_signal;

/*
 * False (and *signal untouched) when the payload is anything else: a bare hint that the log has grown, which the follower
 * answers by reading it. Both ids must have both numbers. Id and event of a parsed signal are safe for sse_frame_event().
 */
bool sse_signal_parse(sse_str payload, sse_signal *signal);

#endif
