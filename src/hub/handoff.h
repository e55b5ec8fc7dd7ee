/*
 * A connection that a worker hands over, from the offer until the worker has let go of it: then it becomes a client.
 */
#ifndef SSE_HUB_HANDOFF_H
#define SSE_HUB_HANDOFF_H

#include "control_socket.h"

#include "core/subscription.h"

struct hub;

typedef struct hub_handoff {
	struct hub *hub;
	int fd;                         /* shared with the worker still, so its O_NONBLOCK is not ours to set */
	char *message;                  /* owned; the subscription's strings are in it */
	sse_subscription subscription;
} hub_handoff;

/*
 * Checks an offer: a HANDOFF message with one descriptor, which is taken out of packet when all is well. waiting: how many
 * other handoffs are going to be clients soon. NULL with a sentence in reason otherwise.
 */
hub_handoff *hub_handoff_new(struct hub *hub, hub_packet *packet, sse_str identity, size_t waiting, char *reason,
	size_t reason_size);

/* Each of these frees it. */

/* The worker has let go: serves the stream, or turns it away when the hub is full or draining by now. */
void hub_handoff_admit(hub_handoff *handoff);
/* Ends the stream properly, with a jittered retry: the worker was told that it has been accepted, and writes no more. */
void hub_handoff_turn_away(hub_handoff *handoff);
/* The worker does not know that it was accepted: closes this end and writes nothing. */
void hub_handoff_drop(hub_handoff *handoff);

#endif
