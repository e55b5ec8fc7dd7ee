/*
 * Streams by the id that their application gave them, so that others can join them to something: of most there is none.
 */
#ifndef SSE_HUB_STREAM_ID_H
#define SSE_HUB_STREAM_ID_H

#include "core/map.h"

struct hub;
struct hub_client;

typedef struct hub_stream_id {
	sse_map_node node;          /* hub->streams; the key is owned */
	struct hub_client *client;
} hub_stream_id;

/* The client is found under that id from here on. Another one that was loses it: it is what the browser left behind. */
void hub_stream_id_give(struct hub *hub, sse_str id, struct hub_client *client);
void hub_stream_id_take(struct hub *hub, struct hub_client *client);

/* NULL: there is none, or it is about to end. */
struct hub_client *hub_stream_id_find(const struct hub *hub, sse_str id);

#endif
