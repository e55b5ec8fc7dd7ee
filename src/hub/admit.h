/*
 * How a stream begins: who came through the control socket or the listener becomes a client.
 */
#ifndef SSE_HUB_ADMIT_H
#define SSE_HUB_ADMIT_H

#include "core/subscription.h"

struct hub;

typedef struct hub_admission {
	int fd;                               /* a connected stream socket; the hub's from here on if it is admitted */
	const sse_subscription *subscription; /* borrowed for the call */
	sse_transport transport;
	unsigned request_id;                  /* FastCGI's */
	sse_str head;                         /* bytes before the stream, written as they are: an HTTP head */
	uint64_t expires_in;                  /* ms; UINT64_MAX: not by a token */
	bool is_http;
	struct hub_address *address;          /* counted already; the client's from here on if it is admitted; NULL: none */
} hub_admission;

typedef enum hub_verdict { HUB_ADMITTED, HUB_FULL, HUB_CHANNELS_FULL, HUB_DRAINING } hub_verdict;

/*
 * Begins to serve a stream. Anything but HUB_ADMITTED leaves fd to the caller. A user with max_per_user streams loses the
 * oldest one.
 */
hub_verdict hub_admit(struct hub *hub, const hub_admission *admission);

#endif
