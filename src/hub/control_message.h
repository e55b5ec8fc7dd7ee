/*
 * The questions and orders of the control socket, all but the handoff: one message in, one answer out.
 */
#ifndef SSE_HUB_CONTROL_MESSAGE_H
#define SSE_HUB_CONTROL_MESSAGE_H

#include "core/wire.h"

#include <stddef.h>

struct hub;

/* Does what a message of that type asks for and appends the answer. -1 with a sentence in reason when it is refused. */
int hub_control_answer(struct hub *hub, int type, sse_wire_reader *reader, sse_buf *answer, char *reason, size_t reason_size);

#endif
