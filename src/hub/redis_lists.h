/*
 * The lists of all clients, over few connections that are blocked in BLPOP: a hub has thousands of lists, one for each of its
 * users, and can afford neither a connection nor a poll for each.
 *
 * An item is asked for when the one before it was taken. One that nobody took goes back to the head of its list, and the list
 * rests. What BLPOP cannot give is said in io/queue.h and holds here as well: what Redis has sent when this process is killed
 * or the connection breaks is gone.
 */
#ifndef SSE_HUB_REDIS_LISTS_H
#define SSE_HUB_REDIS_LISTS_H

#include "channel.h"

typedef struct hub_redis_lists hub_redis_lists;

/* Connects when the first list is watched. The hub's loop and configuration must outlive it. */
hub_redis_lists *hub_redis_lists_new(struct hub *hub);

/*
 * What the broker's functions of these names do, for channels of the kind SSE_SOURCE_LIST; they use channel->broker_data.
 * hub_channel_item() is called from within a turn of the loop, never from within these.
 */
void hub_redis_lists_watch(hub_redis_lists *lists, hub_channel *channel);
void hub_redis_lists_unwatch(hub_redis_lists *lists, hub_channel *channel);
void hub_redis_lists_resume(hub_redis_lists *lists, hub_channel *channel);

/*
 * The first call ends the taking of items. True when none is on its way any more; to be asked again after each turn, for as
 * long as the hub is willing to wait.
 */
bool hub_redis_lists_is_settled(hub_redis_lists *lists);

/* Items that could not be put back are gone then, and the log says so. */
void hub_redis_lists_free(hub_redis_lists *lists);

#endif
