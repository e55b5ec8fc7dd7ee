/*
 * Topics, channels, patterns and lists that clients of this hub listen to: one object each, however many clients, for as
 * long as there is one.
 */
#ifndef SSE_HUB_CHANNEL_H
#define SSE_HUB_CHANNEL_H

#include "block.h"

#include "core/list.h"
#include "core/map.h"
#include "core/subscription.h"

struct hub;
struct hub_client;
typedef struct hub_channel hub_channel;

/* A client's membership in a channel. */
typedef struct hub_sub {
	sse_link link;             /* channel->alone or channel->mixed */
	struct hub_client *client;
	hub_channel *channel;
	struct hub_sub *next;      /* of the client */
	bool is_joining;           /* a topic that was joined, of which the client is not told yet */
	struct sse_seat *seat;     /* presence.h: NULL unless the client is present in the topic */
} hub_sub;

struct hub_channel {
	sse_map_node node;         /* hub->channels; salt: kind, key: the name, owned, without prefix */
	struct hub *hub;
	/*
	 * Clients of this source alone get the turn's block whole. For clients with several, frames are added one by one as
	 * they come, so that the order between sources is kept.
	 */
	sse_link alone;
	sse_link mixed;
	sse_link dirty;            /* hub->dirty while block is there */
	hub_block *block;          /* what this turn brought */
	sse_entry_id cursor;       /* topics: the newest entry that was handed out */
	sse_entry_id known;        /* topics: the clock when it became live: of what is older it has handed out everything */
	bool live;                 /* topics: from cursor on, every entry will be handed out; others: their messages arrive */
	bool kept_live;            /* topics: it was live all the time since hub_keep_begin() */
	sse_entry_id kept_from;    /* topics: the cursor at hub_keep_begin() */
	uint32_t holds;            /* hub_channel_hold() */
	void *broker_data;         /* the broker's own, between watch() and unwatch() */
};

#define HUB_CHANNEL_KIND(channel) ((sse_source_kind)(channel)->node.salt)

/* Whether as many as a stream or a join would make may be made: max_channels bounds what names of strangers' choice cost. */
bool hub_channels_have_room(const struct hub *hub, const sse_subscription *names);
/* Finds or makes it; made, it is watched. */
hub_channel *hub_channel_get(struct hub *hub, sse_source_kind kind, sse_str name);
void hub_channel_join(hub_channel *channel, hub_sub *sub, struct hub_client *client, bool alone);
/* It is not its client's only source any more: what the turn brought so far is given now. */
void hub_channel_mix(hub_sub *sub);
/* The channel is gone with its last member. */
void hub_channel_leave(hub_sub *sub);

/* Finds or makes it, and lets it stay without members until it is released. from: where a new topic begins, zero: from now. */
hub_channel *hub_channel_hold(struct hub *hub, sse_source_kind kind, sse_str name, sse_entry_id from);
void hub_channel_release(hub_channel *channel);

/* What brokers report. */

/* A message of a channel or pattern. */
void hub_channel_message(hub_channel *channel, sse_str payload);
/* The topic's next entry; id_text is id as it was written. */
void hub_channel_entry(hub_channel *channel, sse_entry_id id, sse_str id_text, sse_str event, sse_str data);
/* Something may have been missed before the next event. */
void hub_channel_gap(hub_channel *channel, const char *reason);
/* A topic: whatever comes after cursor will be handed out; or nothing can be relied upon until it is live again. */
void hub_channel_live(hub_channel *channel, sse_entry_id cursor);
void hub_channel_not_live(hub_channel *channel);
/* Another source: its messages arrive, or never will. */
void hub_channel_attached(hub_channel *channel);
/* An item of a list. False: nobody took it, it has to go back, and the list must rest until resume(). */
bool hub_channel_item(hub_channel *channel, sse_str payload);

/* Writes what the turn brought; does nothing while it is to be kept (keep.h). */
void hub_channels_flush(struct hub *hub);

/* Gives a frame of channel->block to the clients with several sources, unless they know a newer entry. */
void hub_channel_give_kept(hub_channel *channel, uint32_t mark);

#endif
