/*
 * Who is present through this hub's streams. One agent (io/presence.h) for the process; a client's presence in a topic is the
 * seat of its subscription to it. With memory: there is none.
 */
#ifndef SSE_HUB_PRESENCE_H
#define SSE_HUB_PRESENCE_H

#include "channel.h"

#include "io/presence.h"

struct hub;

/* Why what names a member is refused there. */
#define HUB_PRESENCE_NEEDS_REDIS "presence needs Redis, and this hub is its own broker (memory:)"

/* hub->presence; of the Redis broker, whose subscriptions the lists of members come over. */
void hub_presence_init(struct hub *hub, sse_pubsub *pubsub);
/* Before the subscriptions are freed. */
void hub_presence_free(struct hub *hub);

/* For a client that has joined the topic: its source's member, if it has one, takes a seat. */
void hub_presence_join(struct hub_client *client, const sse_source *source);
/* A client's subscription ends, and its seat with it. */
void hub_presence_leave(hub_sub *sub);

/* These do nothing for subscriptions without a seat. */

/* The topic, or the client's reading of it, may be live now. */
void hub_presence_live(hub_sub *sub);
/* It is not any more. */
void hub_presence_not_live(hub_sub *sub);
/* The client may have missed who came and went. */
void hub_presence_gap(hub_sub *sub);

/* All that waits is looked at again: clients may be written again. */
void hub_presence_resume(struct hub *hub);

/* Whether Redis knows of all that have left, or cannot be told. */
bool hub_presence_is_settled(const struct hub *hub);

/* Takeovers: the streams are another hub's, which goes on in this one's name. */
void hub_presence_abandon(struct hub *hub);

/* Describes a seat for the other hub; strings are borrowed. */
void hub_presence_describe(const hub_sub *sub, sse_source *source);

#endif
