/*
 * The worker's side of the hub's control socket: a message, and the answer to it. Blocking, with a time limit; no loop, so
 * that a worker pays a few system calls and no more.
 */
#ifndef SSE_IO_HUB_CALL_H
#define SSE_IO_HUB_CALL_H

#include "core/buf.h"
#include "core/wire.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum sse_hub_outcome {
	SSE_HUB_ANSWERED,  /* type and answer are set */
	SSE_HUB_REFUSED,   /* error is the hub's reason, or ours not to send it; nothing was done */
	SSE_HUB_DOWN,      /* nobody listens, or nobody took the message: nothing was done */
	SSE_HUB_UNSURE     /* the message was sent and no answer came: the hub may have done it */
} sse_hub_outcome;

typedef struct sse_hub_call {
	int sock;                /* -1: not connected */
	sse_buf bytes;           /* the answer's */
	int type;                /* sse_wire_type of the answer */
	sse_wire_reader answer;  /* its fields, borrowed from bytes */
	char error[256];         /* a sentence without full stop, one line, after any outcome but ANSWERED */
} sse_hub_call;

/* Not connected yet. To be closed in any case. */
void sse_hub_call_init(sse_hub_call *call);
void sse_hub_call_close(sse_hub_call *call);

/*
 * Connects to the hub at path, without waiting. False with error: nobody listens there, or so many wait for the hub already
 * that it counts as down.
 */
bool sse_hub_call_open(sse_hub_call *call, const char *path);

/*
 * Sends message, with the descriptor fd beside it unless that is -1 (it stays the caller's), and waits up to timeout ms for
 * the answer. A message longer than SSE_WIRE_MAX is refused without the hub's doing.
 */
sse_hub_outcome sse_hub_call_ask(sse_hub_call *call, sse_str message, int fd, uint64_t timeout);

/* Sends a message that has no answer; whoever does not hear it sees the connection close. */
void sse_hub_call_tell(sse_hub_call *call, sse_str message);

/* All of that for one question: open, ask; to be closed as well. */
sse_hub_outcome sse_hub_call_once(sse_hub_call *call, const char *path, sse_str message, uint64_t timeout);

#endif
