/*
 * How a stream opens: its head waits until its sources are attached, that is subscribed to, and topics read. So who sees the
 * head may publish, and has to see that arrive. Nothing waits while the broker is away, nor for longer than a second.
 */
#ifndef SSE_HUB_OPENING_H
#define SSE_HUB_OPENING_H

struct hub;
struct hub_client;

/* A client that was started, with all of its sources: what is written to it waits, unless they are attached. */
void hub_opening_begin(struct hub_client *client);
/* One of its sources may be attached now. */
void hub_opening_check(struct hub_client *client);
/* It opens, whatever is missing. Does nothing when it is open. */
void hub_opening_end(struct hub_client *client);
/* All open. */
void hub_openings_end(struct hub *hub);

#endif
