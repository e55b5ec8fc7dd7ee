#include "presence.h"

#include "log.h"
#include "state.h"

#include <string.h>

/* Clients of a hub that stops come back within 5 s (hub.c): until then they are not away. */
#define DRAIN_GRACE_MS (5000 + SSE_PRESENCE_GRACE_MS)
/* So many times a list that events have overtaken is asked for again. */
#define STALE_MAX 4

static bool is_live(const hub_sub *sub)
{
	const hub_client *client = sub->client;

	return sub->channel->live && !client->replay && !client->closing && !client->ending && !client->hub->keep;
}

/* What the agent reports */

static void on_listed(void *owner, const sse_presence_list *list)
{
	sse_event event = SSE_EVENT_INIT;
	hub_block *block;
	size_t i;

	event.event = (sse_str){ "broadcast", 9 };
	event.data = list->text;
	block = hub_block_of(&event);
	for (i = 0; i < list->count; i++) {
		sse_seat *seat = list->seats[i];
		hub_sub *sub = seat->arg;

		if (!is_live(sub)) {
			continue; /* it is asked for when it is */
		}
		if (sse_entry_id_compare(sub->channel->cursor, list->clock) > 0 && ++seat->attempts < STALE_MAX) {
			sse_seat_ready(seat); /* the log was read meanwhile, and may have brought who came after the list was made */
			continue;
		}
		sse_seat_told(seat);
		sub->client->hub->stats.deliveries++;
		hub_client_add(sub->client, block, 0, (uint32_t)block->bytes.len);
	}
	hub_block_unref(block);
}

static void on_wanted(void *owner, sse_seat *seat)
{
	hub_presence_live(seat->arg);
}

static void on_failed(void *owner, sse_seat *seat, const char *error)
{
	sse_str topic = seat ? seat->topic : (sse_str){ "*", 1 };

	hub_log_seldom(HUB_WARNING, "presence_refused",
		(hub_field[]){ HUB_STR("topic", topic), HUB_TEXT("error", error), HUB_LAST });
}

static const sse_presence_events events = { on_listed, on_wanted, on_failed };

/* Beginning and end */

void hub_presence_init(struct hub *hub, sse_pubsub *pubsub)
{
	hub->presence = sse_presence_new(&hub->loop, &hub->config->redis, pubsub, &events, hub);
}

void hub_presence_free(struct hub *hub)
{
	if (hub->presence) {
		sse_presence_free(hub->presence);
		hub->presence = NULL;
	}
}

void hub_presence_abandon(struct hub *hub)
{
	if (hub->presence) {
		sse_presence_abandon(hub->presence);
	}
}

bool hub_presence_is_settled(const struct hub *hub)
{
	return !hub->presence || sse_presence_is_settled(hub->presence);
}

void hub_presence_resume(struct hub *hub)
{
	if (hub->presence) {
		sse_presence_recheck(hub->presence);
	}
}

/* Seats */

static hub_sub *find_sub(const hub_client *client, sse_str topic)
{
	hub_sub *sub;

	for (sub = client->subs; sub; sub = sub->next) {
		if (HUB_CHANNEL_KIND(sub->channel) == SSE_SOURCE_TOPIC && sse_str_equals(sub->channel->node.key, topic)) {
			break;
		}
	}
	return sub;
}

void hub_presence_join(hub_client *client, const sse_source *source)
{
	struct hub *hub = client->hub;
	hub_sub *sub;

	if (source->member_user.len == 0 || !hub->presence || !(sub = find_sub(client, source->name)) || sub->seat) {
		return;
	}
	/* An entry of its own for each connection, whatever its stream is called: two of one id may be open for a moment. */
	sub->seat = sse_presence_enter(hub->presence, source->name, source->member_id, source->member_user, source->member, sub);
	hub->presences++;
	if (source->member_id.len > 0) {
		sse_seat_adopt(sub->seat);
		if (source->member_told) {
			sse_seat_told(sub->seat);
		}
	}
}

void hub_presence_leave(hub_sub *sub)
{
	if (sub->seat) {
		sse_presence_leave(sub->seat, sub->client->hub->phase == HUB_ENDING ? DRAIN_GRACE_MS : SSE_PRESENCE_GRACE_MS);
		sub->seat = NULL;
		sub->client->hub->presences--;
	}
}

void hub_presence_live(hub_sub *sub)
{
	if (sub->seat && is_live(sub)) {
		sse_seat_ready(sub->seat);
	}
}

void hub_presence_not_live(hub_sub *sub)
{
	if (sub->seat) {
		sse_seat_not_ready(sub->seat);
	}
}

void hub_presence_gap(hub_sub *sub)
{
	if (sub->seat && sub->seat->state == SSE_SEAT_TOLD) {
		sse_seat_untold(sub->seat);
		hub_presence_live(sub);
	}
}

void hub_presence_describe(const hub_sub *sub, sse_source *source)
{
	const sse_seat *seat = sub->seat;

	if (seat) {
		source->member_user = seat->user;
		source->member = seat->member;
		source->member_id = seat->stream;
		source->member_told = seat->state == SSE_SEAT_TOLD;
	}
}
