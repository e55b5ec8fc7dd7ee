/*
 * Whose streams are whose: for the limit per user, and for ending all streams of somebody who was logged out.
 */
#ifndef SSE_HUB_USER_H
#define SSE_HUB_USER_H

#include "core/list.h"
#include "core/map.h"

struct hub;
struct hub_client;

typedef struct hub_user {
	sse_map_node node;  /* hub->users; the key is owned */
	sse_link clients;   /* oldest first */
	size_t count;
} hub_user;

/* Adds the client; the user's oldest stream ends when there are more than hub->config->max_per_user. */
void hub_user_join(struct hub *hub, sse_str name, struct hub_client *client);
/* The user is forgotten with its last stream. */
void hub_user_leave(struct hub *hub, struct hub_client *client);

/* Ends all streams of a user; returns how many. */
size_t hub_user_disconnect(struct hub *hub, sse_str name);

#endif
