/*
 * The HTTP listener: a socket, TCP or Unix, and the connections whose request is not yet answered. A request that turns out
 * to be a stream becomes a client of the hub.
 */
#ifndef SSE_HUB_LISTENER_H
#define SSE_HUB_LISTENER_H

#include "bind.h"
#include "wheel.h"

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

struct hub;

/*
 * How many connections may be without a whole request, or be waiting for their answer to be taken: the oldest gives way.
 * Honest clients are here for a round trip; 4096 of them at once would be 40,000 a second on a slow line.
 */
#define HUB_OPEN_MAX 4096
/* How many may wait for the broker to tell what their ticket is worth; the next one is told to come back. */
#define HUB_ASKING_MAX 16384

typedef struct hub_listener {
	struct hub *hub;
	uv_poll_t poll;
	hub_bound bound;       /* fd is -1 once it has stopped */
	bool is_paused;
	bool is_closed;        /* poll is; */
	bool is_freed;         /* and when both are so, the memory goes */
	int spare;             /* a descriptor to give up for a moment when there are none left */
	hub_timer rest;        /* until it accepts again */
	sse_link open;         /* requests, oldest first */
	size_t open_count;
	sse_link asking;       /* requests that wait for the broker */
	size_t asking_count;
} hub_listener;

/*
 * Binds hub->config->listen and begins to accept. NULL with a sentence in error: the address is no address, it is in use,
 * another process serves the Unix socket, or this build has no HTTP parser.
 */
hub_listener *hub_listener_new(struct hub *hub, char *error, size_t error_size);

/* The same with a socket that another hub has bound and listens on. fd is the listener's; on failure it is closed. */
hub_listener *hub_listener_from_fd(struct hub *hub, int fd, char *error, size_t error_size);

/* To be handed to the hub that takes over; -1 once it has stopped. */
int hub_listener_fd(const hub_listener *listener);

/* Accepts no more for now: who connects waits in the system's queue, until resume() or until another hub takes them. */
void hub_listener_pause(hub_listener *listener);
void hub_listener_resume(hub_listener *listener);

/*
 * Closes the socket for good; requests under way are answered. A hub that drains goes on accepting, so that clients are told
 * when to come back, and stops at the end. leave() is stop() for one whose socket another hub has taken over: the file of a
 * Unix socket stays.
 */
void hub_listener_stop(hub_listener *listener);
void hub_listener_leave(hub_listener *listener);

/* Stops, and closes all requests. The broker must still be there; the loop runs the close callbacks. NULL is allowed. */
void hub_listener_free(hub_listener *listener);

#endif
