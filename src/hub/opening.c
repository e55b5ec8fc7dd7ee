#include "opening.h"

#include "state.h"

/* Redis answers in less than a millisecond. One that does not is no reason to leave a browser without an answer, ms. */
#define OPENING_MS 1000

static bool is_attached(const hub_client *client)
{
	const hub_sub *sub;

	for (sub = client->subs; sub; sub = sub->next) {
		/* A list's items wait in Redis until somebody takes them. */
		if (HUB_CHANNEL_KIND(sub->channel) != SSE_SOURCE_LIST && !sub->channel->live) {
			return false;
		}
	}
	return !client->replay;
}

void hub_opening_begin(hub_client *client)
{
	struct hub *hub = client->hub;

	if (client->closing || client->ending || hub->keep || !hub->broker_ready || is_attached(client)) {
		return;
	}
	client->is_opening = true;
	sse_list_remove(&client->pending);
	sse_list_append(&hub->opening, &client->pending);
	hub_wheel_set(&hub->wheel, &client->timer, sse_loop_now(&hub->loop) + OPENING_MS);
}

void hub_opening_check(hub_client *client)
{
	if (client->is_opening && is_attached(client)) {
		hub_opening_end(client);
	}
}

void hub_opening_end(hub_client *client)
{
	if (client->is_opening && !client->closing) {
		client->is_opening = false;
		sse_list_remove(&client->pending);
		sse_list_append(&client->hub->pending, &client->pending);
	}
}

void hub_openings_end(struct hub *hub)
{
	while (!sse_list_is_empty(&hub->opening)) {
		hub_opening_end(SSE_LIST_ENTRY(hub->opening.next, hub_client, pending));
	}
}
