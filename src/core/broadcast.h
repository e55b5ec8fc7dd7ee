/*
 * What Laravel's `redis` broadcast driver publishes, {"event":…,"data":…,"socket":…}, as what a client gets, which has to know the
 * channel too: the event `broadcast`, whose data has that as its first member.
 */
#ifndef SSE_CORE_BROADCAST_H
#define SSE_CORE_BROADCAST_H

#include "buf.h"
#include "str.h"

#define SSE_BROADCAST_EVENT ((sse_str){ "broadcast", 9 })

/*
 * Appends the data, one line of JSON: {"channel":…, and then the payload's own members; or, when the payload is no JSON object
 * (as core/json.h has it), {"channel":…,"payload":…} with the payload as a string.
 */
void sse_broadcast_data(sse_buf *out, sse_str channel, sse_str payload);

#endif
