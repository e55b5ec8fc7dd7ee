/*
 * An open stream gets more sources, or loses some: SsePublisher::join() and leave(). What is joined begins from now; once all of
 * a join is live the client is told so: `event: sse:joined`, data {"channels":["a","b"]}. It is given the newest id to come back
 * with before that, if there is a newer one than it has: with an older one it would get what was published before the join.
 */
#ifndef SSE_HUB_JOIN_H
#define SSE_HUB_JOIN_H

#include "core/buf.h"
#include "core/subscription.h"

struct hub;
struct hub_client;

/* A join that waits for its topics. */
typedef struct hub_joining {
	struct hub_joining *next;  /* of the client */
	sse_buf names;             /* the event's data */
	struct hub_sub **awaited;  /* topics; NULL for one that was left */
	size_t awaited_count;
	bool has_topics;           /* that are new to the client */
} hub_joining;

/*
 * names: its stream, its user, and sources. False, counted and logged, when nothing was done: this hub has no such stream, it
 * is another user's (who has none is a user too), it would have too many names, too many of its joins wait, or the streams
 * are being handed over.
 */
bool hub_join(struct hub *hub, const sse_subscription *names);
/* A stream without sources stays open. Sources that it does not have are not missed. */
bool hub_leave(struct hub *hub, const sse_subscription *names);

/* The same for a JOIN or LEAVE that all hubs heard. */
void hub_join_heard(struct hub *hub, int type, sse_wire_reader *reader);

/* A topic of the client is live, or its replay is over: tells it of the joins that waited for that. */
void hub_joins_check(struct hub_client *client);
/* The client ends. */
void hub_joins_free(struct hub_client *client);

#endif
