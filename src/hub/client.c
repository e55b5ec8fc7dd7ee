#include "client.h"

#include "address.h"
#include "control_socket.h"
#include "join.h"
#include "opening.h"
#include "presence.h"
#include "replay.h"
#include "state.h"
#include "stream_id.h"
#include "user.h"

#include "core/alloc.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* How long a client may take to read the end of its stream, ms. */
#define ENDING_MS 5000
/* What a client sends is dropped, so much of it per turn. */
#define READ_BYTES 4096
#define READS_PER_TURN 4

static void on_timer(hub_timer *timer);

static uint64_t deadline(const hub_client *client)
{
	return client->heartbeat_due < client->expires ? client->heartbeat_due : client->expires;
}

static uint32_t events_of(const hub_client *client)
{
	return EPOLLIN | EPOLLRDHUP | (client->out.is_blocked ? EPOLLOUT : 0u);
}

/* Subscribing */

hub_sub *hub_client_join(hub_client *client, sse_source_kind kind, sse_str name, bool alone)
{
	hub_channel *channel = hub_channel_get(client->hub, kind, name);
	hub_sub **last = &client->subs, *sub;

	while (*last && (*last)->channel != channel) {
		last = &(*last)->next;
	}
	if (*last) {
		return NULL; /* it was named twice */
	}
	sub = client->sub.channel ? sse_calloc(1, sizeof(*sub)) : &client->sub;
	*last = sub;
	client->is_alone = alone;
	hub_channel_join(channel, sub, client, alone);
	return sub;
}

static void end_membership(hub_client *client, hub_sub *sub)
{
	hub_channel_leave(sub);
	if (sub == &client->sub) {
		memset(sub, 0, sizeof(*sub));
	} else {
		sse_free(sub);
	}
}

void hub_client_leave(hub_client *client, hub_sub *sub)
{
	hub_sub **at = &client->subs;

	while (*at != sub) {
		at = &(*at)->next;
	}
	*at = sub->next;
	end_membership(client, sub);
}

static void leave_all(hub_client *client)
{
	hub_sub *sub = client->subs, *next;

	for (; sub; sub = next) {
		next = sub->next;
		end_membership(client, sub);
	}
	client->subs = NULL;
}

/* Opening */

hub_client *hub_client_new(struct hub *hub, int fd, sse_transport transport, unsigned request_id)
{
	hub_client *client = sse_calloc(1, sizeof(*client));

	client->hub = hub;
	client->fd = fd;
	client->heartbeat_due = client->expires = UINT64_MAX;
	hub_out_init(&client->out, transport, request_id);
	sse_list_init(&client->pending);
	sse_list_init(&client->of_user);
	hub_timer_init(&client->timer, on_timer);
	sse_list_append(&hub->clients, &client->everyone);
	hub->client_count++;
	return client;
}

bool hub_client_start(hub_client *client)
{
	if (client->closing) {
		return true;
	}
	if (!hub_watch_add(&client->hub->watch, client->fd, events_of(client), client)) {
		hub_client_close(client);
		return false;
	}
	client->is_watched = true;
	hub_wheel_set(&client->hub->wheel, &client->timer,
		client->ending ? sse_loop_now(&client->hub->loop) + ENDING_MS : deadline(client));
	return true;
}

static void unwatch(hub_client *client)
{
	if (client->is_watched) {
		hub_watch_remove(&client->hub->watch, client->fd);
		client->is_watched = false;
	}
}

void hub_client_pause(hub_client *client)
{
	unwatch(client);
	hub_wheel_set(&client->hub->wheel, &client->timer, UINT64_MAX);
}

/* Closing */

void hub_client_close(hub_client *client)
{
	if (!client->closing) {
		client->closing = true;
		sse_list_remove(&client->pending);
		sse_list_append(&client->hub->closed, &client->pending);
	}
}

static void sweep(hub_client *client)
{
	struct hub *hub = client->hub;

	sse_list_remove(&client->pending);
	sse_list_remove(&client->everyone);
	hub->client_count--;
	hub_wheel_set(&hub->wheel, &client->timer, UINT64_MAX);
	if (client->replay) {
		hub_replay_free(client->replay);
		client->replay = NULL;
	}
	leave_all(client);
	hub_joins_free(client);
	hub_user_leave(hub, client);
	hub_address_leave(hub, client->address);
	hub_stream_id_take(hub, client);
	hub_out_deinit(&client->out);
	unwatch(client);
	if (client->fd >= 0) {
		hub_connection_close(client->fd);
	}
	sse_free(client);
}

void hub_clients_sweep(struct hub *hub)
{
	while (!sse_list_is_empty(&hub->closed)) {
		sweep(SSE_LIST_ENTRY(hub->closed.next, hub_client, pending));
	}
}

void hub_client_end(hub_client *client, int64_t retry)
{
	if (client->closing || client->ending) {
		return;
	}
	if (retry >= 0) {
		sse_event event = SSE_EVENT_INIT;
		hub_block *block;

		event.retry = retry;
		block = hub_block_of(&event);
		hub_out_add(&client->out, block, 0, (uint32_t)block->bytes.len);
		hub_block_unref(block);
	}
	hub_out_add_end(&client->out);
	client->ending = true;
	hub_opening_end(client);
	if (!client->hub->keep) { /* else hub_client_start() will */
		hub_wheel_set(&client->hub->wheel, &client->timer, sse_loop_now(&client->hub->loop) + ENDING_MS);
	}
	hub_client_flush(client);
}

/* Writing */

/* What may be dropped of what waits: not the rest of an envelope that the socket has begun, which is 64 KiB at most. */
static size_t backlog(const hub_client *client)
{
	return client->out.bytes - client->out.tail_len;
}

void hub_client_add(hub_client *client, hub_block *block, uint32_t off, uint32_t len)
{
	struct hub *hub = client->hub;
	size_t limit = hub->config->client_buffer;

	hub_out_add(&client->out, block, off, len);
	if (sse_list_is_empty(&client->pending)) {
		sse_list_append(&hub->pending, &client->pending);
	}
	if (backlog(client) <= limit || !(client->out.is_blocked || client->is_opening)) {
		return; /* what a single turn brings a client that reads is no backlog */
	}
	if (hub->config->overflow == HUB_OVERFLOW_CUT) {
		hub->stats.overflow_cut++;
		hub_client_close(client);
		return;
	}
	/* A quarter more than needed, so that not each event of a flood makes room for the next. */
	hub->stats.overflow_dropped += hub_out_shrink(&client->out, limit - limit / 4, hub->config->overflow);
	if (hub->config->overflow == HUB_OVERFLOW_DROP_OLDEST && !client->told_overflow) {
		hub_block *gap = hub_block_new();

		client->told_overflow = true;
		hub->stats.gaps++;
		hub_block_gap(gap, (sse_str){ "", 0 }, "overflow");
		hub_out_add(&client->out, gap, 0, (uint32_t)gap->bytes.len);
		hub_block_unref(gap);
	}
	if (backlog(client) > limit) {
		hub->stats.overflow_cut++; /* not even dropping helps: what is left may not be dropped */
		hub_client_close(client);
	}
}

static void on_drained(hub_client *client)
{
	struct hub *hub = client->hub;
	hub_sub *sub;

	if (client->ending) {
		hub_client_close(client);
		return;
	}
	for (sub = client->subs; sub; sub = sub->next) {
		if (client->told_overflow) {
			hub_presence_gap(sub);
		}
		if (HUB_CHANNEL_KIND(sub->channel) == SSE_SOURCE_LIST) {
			hub->broker->ops->resume(hub->broker, sub->channel);
		}
	}
	client->told_overflow = false;
	if (client->replay) {
		hub_replay_advance(client->replay);
	}
}

void hub_client_flush(hub_client *client)
{
	bool was_blocked = client->out.is_blocked;

	if (client->is_opening && !client->closing) {
		return;
	}
	sse_list_remove(&client->pending);
	if (client->closing) {
		sse_list_append(&client->hub->closed, &client->pending);
		return;
	}
	if (client->hub->keep) {
		sse_list_append(&client->hub->pending, &client->pending); /* nothing is written: it may be another hub's by now */
		return;
	}
	if (was_blocked) {
		return; /* libuv tells when the socket takes more */
	}
	switch (hub_out_write(&client->out, client->fd, &client->hub->stats.bytes_out)) {
	case HUB_SENT_ALL:
		if (client->ending) {
			hub_client_close(client);
		}
		return;
	case HUB_SENT_SOME:
		client->out.is_blocked = true;
		hub_watch_change(&client->hub->watch, client->fd, events_of(client), client);
		return;
	case HUB_SENT_ERROR:
		client->hub->stats.disconnected++;
		hub_client_close(client);
		return;
	}
}

static void on_writable(hub_client *client)
{
	client->out.is_blocked = false;
	hub_client_flush(client);
	if (!client->closing && !client->out.is_blocked) {
		hub_watch_change(&client->hub->watch, client->fd, events_of(client), client);
		on_drained(client);
	}
}

/* Reading */

static bool is_lost(ssize_t got)
{
	return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

/* Nothing that a client says after its request is of interest, but that it leaves. */
static void on_readable(hub_client *client)
{
	unsigned char bytes[READ_BYTES];
	int reads;

	for (reads = 0; reads < READS_PER_TURN; reads++) {
		ssize_t got = recv(client->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

		if (is_lost(got)
			|| (got > 0 && client->out.transport == SSE_TRANSPORT_FCGI
				&& sse_fcgi_read(&client->fcgi, bytes, (size_t)got, client->out.request_id) != SSE_FCGI_NOTHING)) {
			client->hub->stats.disconnected++;
			hub_client_close(client);
			return;
		}
		if (got < (ssize_t)sizeof(bytes)) {
			return;
		}
	}
}

void hub_client_ready(void *what, uint32_t events)
{
	hub_client *client = what;

	if (client->closing) {
		return;
	}
	if (events & ~(uint32_t)EPOLLOUT) {
		on_readable(client); /* of a broken connection, it says so */
	}
	if ((events & EPOLLOUT) && !client->closing) {
		on_writable(client);
	}
}

bool hub_client_has_left(const hub_client *client)
{
	struct pollfd watched = { client->fd, POLLRDHUP, 0 };

	return poll(&watched, 1, 0) > 0;
}

/* Time */

static void beat(hub_client *client)
{
	sse_event ping = SSE_EVENT_INIT;
	hub_block *block;

	if (client->out.bytes > 0) {
		return; /* what waits keeps the connection alive as well, once the client reads it */
	}
	if (client->heartbeat_comment) {
		block = hub_block_new();
		hub_block_bytes(block, (sse_str){ ": ping\n\n", 8 }, false);
	} else {
		ping.event = (sse_str){ "ping", 4 };
		ping.data = (sse_str){ "{}", 2 };
		block = hub_block_of(&ping);
	}
	hub_client_add(client, block, 0, (uint32_t)block->bytes.len);
	hub_block_unref(block);
}

static void on_timer(hub_timer *timer)
{
	hub_client *client = SSE_LIST_ENTRY(timer, hub_client, timer);
	uint64_t now = sse_loop_now(&client->hub->loop);

	if (client->closing) {
		return;
	}
	if (client->ending) {
		hub_client_close(client);
		return;
	}
	hub_opening_end(client);
	if (now >= client->expires) {
		client->hub->stats.expired++;
		hub_client_end(client, -1);
		return;
	}
	if (now >= client->heartbeat_due) {
		beat(client);
		client->heartbeat_due += client->heartbeat; /* not from now on: a beat that is a little late must not delay all others */
		if (client->heartbeat_due <= now) {
			client->heartbeat_due = now + client->heartbeat;
		}
	}
	hub_wheel_set(&client->hub->wheel, timer, deadline(client));
}

/* Positions */

sse_entry_id hub_client_handed_out(const hub_client *client)
{
	sse_entry_id all = { UINT64_MAX, UINT64_MAX };
	const hub_sub *sub;

	for (sub = client->subs; sub; sub = sub->next) {
		if (HUB_CHANNEL_KIND(sub->channel) == SSE_SOURCE_TOPIC && sse_entry_id_compare(sub->channel->known, all) < 0) {
			all = sub->channel->known;
		}
	}
	return sse_entry_id_compare(client->hub->delivered, all) > 0 ? client->hub->delivered : all;
}

void hub_client_tell(hub_client *client, sse_entry_id position)
{
	char text[SSE_ENTRY_ID_MAX];
	sse_event event = SSE_EVENT_INIT;
	hub_block *block;

	if (client->closing || client->ending) {
		return;
	}
	client->told_position = true;
	client->position = position;
	event.id = (sse_str){ text, sse_entry_id_format(position, text) };
	block = hub_block_of(&event);
	hub_client_add(client, block, 0, (uint32_t)block->bytes.len);
	hub_block_unref(block);
}

void hub_client_tell_position(hub_client *client, sse_entry_id at_least)
{
	sse_entry_id position;
	hub_sub *sub;

	if (client->told_position) {
		return;
	}
	for (sub = client->subs; sub; sub = sub->next) {
		if (HUB_CHANNEL_KIND(sub->channel) == SSE_SOURCE_TOPIC && !sub->channel->live) {
			return;
		}
	}
	position = hub_client_handed_out(client);
	hub_client_tell(client, sse_entry_id_compare(at_least, position) > 0 ? at_least : position);
}

sse_entry_id hub_client_position(const hub_client *client)
{
	const hub_channel *channel = client->sub.channel;
	sse_entry_id given;

	/* A client of one topic that is in step has what the topic has; nobody notes that for each of them. */
	if (!client->replay && client->told_position && client->subs == &client->sub && !client->sub.next
		&& HUB_CHANNEL_KIND(channel) == SSE_SOURCE_TOPIC) {
		given = client->hub->keep ? channel->kept_from : channel->cursor;
		return sse_entry_id_compare(given, client->position) > 0 ? given : client->position;
	}
	return client->position;
}
