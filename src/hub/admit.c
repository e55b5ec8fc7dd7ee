#include "admit.h"

#include "opening.h"
#include "presence.h"
#include "replay.h"
#include "state.h"
#include "stream_id.h"
#include "user.h"

static void join_all(hub_client *client, const sse_subscription *subscription)
{
	/* Who is present is told of the others at once, between the events of one turn. */
	bool alone = subscription->count == 1 && !sse_subscription_has_members(subscription);
	size_t i;

	for (i = 0; i < subscription->count; i++) {
		const sse_source *source = &subscription->sources[i];

		hub_client_join(client, source->kind, source->name, alone);
		hub_presence_join(client, source);
	}
}

static void begin_topics(hub_client *client, const sse_subscription *subscription)
{
	sse_entry_id last = { 0, 0 };
	bool has_last = subscription->last_event_id.data && sse_entry_id_parse(subscription->last_event_id, &last);
	sse_entry_id oldest = { UINT64_MAX, UINT64_MAX }, newest = { 0, 0 };
	bool in_step = true, has_topics = false, resumes = false;
	size_t i;

	for (i = 0; i < subscription->count; i++) {
		const sse_source *source = &subscription->sources[i];
		const hub_channel *channel;

		if (source->kind != SSE_SOURCE_TOPIC) {
			continue;
		}
		has_topics = true;
		if (!source->has_cursor && !has_last) {
			if (subscription->last_event_id.data) {
				hub_block *gap = hub_block_new();

				client->hub->stats.gaps++;
				hub_block_gap(gap, source->name, "unknown");
				hub_client_add(client, gap, 0, (uint32_t)gap->bytes.len);
				hub_block_unref(gap);
			}
			continue;
		}
		resumes = true;
		channel = hub_channel_get(client->hub, SSE_SOURCE_TOPIC, source->name);
		const sse_entry_id from = source->has_cursor ? source->cursor : last;
		/* Who has the newest entry has missed nothing; one with an id that was never given out has to be looked into. */
		in_step = in_step && channel->live && sse_entry_id_compare(from, channel->cursor) >= 0
			&& sse_entry_id_compare(from, client->hub->clock) <= 0;
		oldest = sse_entry_id_compare(from, oldest) < 0 ? from : oldest;
		newest = sse_entry_id_compare(from, newest) > 0 ? from : newest;
	}
	client->told_position = !has_topics;
	if (resumes && in_step && sse_entry_id_compare(newest, hub_client_handed_out(client)) > 0) {
		/* What it has of one topic says nothing about the others. */
		in_step = sse_entry_id_compare(oldest, newest) == 0;
		client->position = newest;
	}
	if (resumes && !in_step) {
		client->position = (sse_entry_id){ 0, 0 };
		hub_replay_start(client, subscription, has_last ? &last : NULL);
	} else {
		hub_client_tell_position(client, client->position);
	}
}

static void set_times(hub_client *client, const hub_admission *admission)
{
	const sse_subscription *subscription = admission->subscription;
	uint64_t now = sse_loop_now(&client->hub->loop);
	uint64_t lifetime = subscription->max_lifetime > 0 ? subscription->max_lifetime : UINT64_MAX;

	if (admission->expires_in < lifetime) {
		lifetime = admission->expires_in;
	}
	client->heartbeat = (uint32_t)(subscription->heartbeat < UINT32_MAX ? subscription->heartbeat : UINT32_MAX);
	client->heartbeat_comment = subscription->heartbeat_comment;
	client->heartbeat_due = client->heartbeat > 0 ? now + client->heartbeat : UINT64_MAX;
	client->expires = lifetime < UINT64_MAX - now ? now + lifetime : UINT64_MAX;
}

hub_verdict hub_admit(struct hub *hub, const hub_admission *admission)
{
	const sse_subscription *subscription = admission->subscription;
	hub_client *client;
	hub_sub *sub;

	if (hub->phase != HUB_SERVING) {
		return HUB_DRAINING;
	}
	if (hub->client_count >= hub->config->max_clients) {
		return HUB_FULL;
	}
	if (!hub_channels_have_room(hub, subscription)) {
		return HUB_CHANNELS_FULL;
	}
	client = hub_client_new(hub, admission->fd, admission->transport, admission->request_id);
	set_times(client, admission);
	if (!hub_client_start(client)) {
		client->fd = -1; /* it stays the caller's */
		return HUB_FULL; /* epoll is out of memory: as good as full */
	}
	client->is_http = admission->is_http;
	client->address = admission->address;
	hub_out_add_head(&client->out, admission->head);
	if (subscription->initial.len > 0) {
		hub_block *initial = hub_block_new();

		hub_block_bytes(initial, subscription->initial, false);
		hub_client_add(client, initial, 0, (uint32_t)initial->bytes.len);
		hub_block_unref(initial);
	}
	if (subscription->user.len > 0) {
		hub_user_join(hub, subscription->user, client);
	}
	if (subscription->stream.len > 0) {
		hub_stream_id_give(hub, subscription->stream, client);
	}
	join_all(client, subscription);
	begin_topics(client, subscription);
	for (sub = client->subs; sub; sub = sub->next) {
		hub_presence_live(sub);
	}
	if (sse_list_is_empty(&client->pending)) {
		sse_list_append(&hub->pending, &client->pending); /* the head at least */
	}
	hub_opening_begin(client);
	return HUB_ADMITTED;
}
