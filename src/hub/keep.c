#include "keep.h"

#include "channel.h"
#include "join.h"
#include "opening.h"
#include "presence.h"
#include "state.h"
#include "user.h"

#include "core/alloc.h"

/* Frames of one channel that came one after the other; or, when channel is NULL, a user to be disconnected. */
typedef struct kept {
	hub_channel *channel;
	uint32_t first;
	uint32_t count;
	sse_str user;  /* owned */
} kept;

struct hub_keep {
	kept *all;
	size_t count;
	size_t cap;
};

void hub_keep_begin(struct hub *hub)
{
	sse_map_node *node;

	hub_openings_end(hub);
	hub_channels_flush(hub);
	for (node = sse_map_next(&hub->channels, NULL); node; node = sse_map_next(&hub->channels, node)) {
		hub_channel *channel = SSE_MAP_ENTRY(node, hub_channel, node);

		channel->kept_from = channel->cursor;
		channel->kept_live = channel->live;
	}
	hub->keep = sse_calloc(1, sizeof(*hub->keep));
}

static kept *add(hub_keep *keep)
{
	if (keep->count == keep->cap) {
		keep->cap = keep->cap > 0 ? keep->cap * 2 : 64;
		keep->all = sse_realloc(keep->all, keep->cap * sizeof(*keep->all));
	}
	return &keep->all[keep->count++];
}

void hub_keep_frame(hub_keep *keep, hub_channel *channel, uint32_t mark)
{
	kept *newest = keep->count > 0 ? &keep->all[keep->count - 1] : NULL;

	if (newest && newest->channel == channel) {
		newest->count++;
	} else {
		*add(keep) = (kept){ channel, mark, 1, { NULL, 0 } };
	}
}

void hub_keep_disconnect(hub_keep *keep, sse_str user)
{
	*add(keep) = (kept){ NULL, 0, 0, { sse_memdup(user.data, user.len), user.len } };
}

static void give(struct hub *hub, const kept *what)
{
	uint32_t i;

	if (!what->channel) {
		hub_user_disconnect(hub, what->user);
	}
	for (i = 0; i < what->count; i++) {
		hub_channel_give_kept(what->channel, what->first + i);
	}
}

void hub_keep_end(struct hub *hub)
{
	hub_keep *keep = hub->keep;
	size_t i;

	if (!keep) {
		return;
	}
	hub->keep = NULL;
	/* Clients with several sources get it in the order in which it came; the others with the blocks of their channels. */
	for (i = 0; i < keep->count; i++) {
		give(hub, &keep->all[i]);
		sse_free((char *)keep->all[i].user.data);
	}
	sse_free(keep->all);
	sse_free(keep);
	hub_channels_flush(hub);
	/* Topics may have become live meanwhile, which nobody could be told. */
	SSE_LIST_EACH(link, &hub->clients) {
		hub_joins_check(SSE_LIST_ENTRY(link, hub_client, everyone));
	}
	hub_presence_resume(hub);
}
