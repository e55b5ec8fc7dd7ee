/*
 * One connection of the listener, from accept() until it is a stream or its answer was written.
 */
#ifndef SSE_HUB_REQUEST_H
#define SSE_HUB_REQUEST_H

#include "http_parse.h"
#include "wheel.h"

#include <uv.h>

struct hub_listener;

/* How long a head may take to come, an answer to be taken, a ticket to be asked for; and a client to read our end. */
#define HUB_REQUEST_MS 10000
#define HUB_LINGER_MS 2000

typedef enum hub_request_state {
	HUB_REQUEST_READING,
	HUB_REQUEST_ASKING,     /* the broker, about a ticket */
	HUB_REQUEST_ANSWERING,
	HUB_REQUEST_LINGERING   /* the answer was written; what the client still sends is dropped, so that it is not reset */
} hub_request_state;

typedef struct hub_request {
	struct hub_listener *listener;
	uv_poll_t poll;         /* only where something had to be waited for; its close callback frees the request */
	bool is_polled;         /* poll is open, or on its way to be closed */
	const char *crowded;    /* why it has to be turned away at once: there is no room for it to wait; NULL: there is */
	struct hub_address *address; /* address.h: NULL unless it is counted */
	int fd;                 /* -1 when it is closed or somebody else's */
	hub_request_state state;
	hub_timer timer;
	sse_link link;          /* listener->open or ->asking; in none while it is served right after accept() */
	hub_http http;
	sse_buf answer;         /* what waits to be written, from written on */
	size_t written;
} hub_request;

/*
 * Takes over a connection that was just accepted: non-blocking, close-on-exec. What has come already is read and answered
 * before this returns. A crowded one (why: see above; NULL: it is none) is closed in any case.
 */
void hub_request_start(struct hub_listener *listener, int fd, const char *crowded);

/* Writes an answer and closes the connection when the client has it. Takes what the buffer holds; the request is gone then. */
void hub_request_answer(hub_request *request, sse_buf *answer);

/*
 * Waits for the broker's word about its ticket, and goes on when it came. When it does not come in time, the ticket is
 * forgotten and hub_route_unsure() called; hub_request_close() forgets it too.
 */
void hub_request_wait(hub_request *request);
void hub_request_go_on(hub_request *request);

/* Gives the descriptor to the caller; back with hub_request_take_back(), or else hub_request_close() follows. */
int hub_request_give(hub_request *request);
void hub_request_take_back(hub_request *request, int fd);

/* At once, without an answer. */
void hub_request_close(hub_request *request);

#endif
