#include "handoff.h"

#include "admit.h"
#include "bind.h"
#include "log.h"
#include "presence.h"
#include "state.h"

#include "core/alloc.h"
#include "core/backoff.h"
#include "core/fcgi.h"
#include "core/frame.h"

#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* How long a client that is turned away shall stay away, in ms: as for a stream whose Redis cannot be reached. */
#define RETRY_MIN 2000
#define RETRY_MAX 8000

static void free_handoff(hub_handoff *handoff)
{
	sse_subscription_deinit(&handoff->subscription);
	sse_free(handoff->message);
	sse_free(handoff);
}

static int read_message(hub_handoff *handoff, sse_str message, char *reason, size_t reason_size)
{
	sse_wire_reader reader;

	/* The message has to outlive the buffer that it was received in. */
	handoff->message = sse_memdup(message.data, message.len);
	sse_subscription_init(&handoff->subscription);
	if (sse_wire_open(&reader, (sse_str){ handoff->message, message.len }) != SSE_WIRE_HANDOFF) {
		snprintf(reason, reason_size, "this is no handoff");
		return -1;
	}
	return sse_subscription_read(&handoff->subscription, &reader, reason, reason_size);
}

static int check_terms(const hub_handoff *handoff, sse_str identity, size_t waiting, char *reason, size_t reason_size)
{
	const struct hub *hub = handoff->hub;
	const sse_subscription *subscription = &handoff->subscription;

	if (subscription->redis.data && !sse_str_equals(subscription->redis, identity)) {
		snprintf(reason, reason_size, "the hub serves %.*s, the stream asks for %.*s: give both the same Redis and prefix",
			(int)identity.len, identity.data, (int)subscription->redis.len, subscription->redis.data);
		return -1;
	}
	if (hub->config->redis.memory && sse_subscription_has_members(subscription)) {
		snprintf(reason, reason_size, HUB_PRESENCE_NEEDS_REDIS);
		return -1;
	}
	if (subscription->transport != SSE_TRANSPORT_RAW && subscription->transport != SSE_TRANSPORT_FCGI) {
		snprintf(reason, reason_size, "only raw and FastCGI connections are handed over");
		return -1;
	}
	if (hub->phase != HUB_SERVING) {
		snprintf(reason, reason_size, "the hub is stopping");
		return -1;
	}
	if (hub->client_count + waiting >= hub->config->max_clients) {
		snprintf(reason, reason_size, "the hub is full: it holds %zu streams", hub->client_count + waiting);
		return -1;
	}
	if (!hub_channels_have_room(hub, subscription)) {
		snprintf(reason, reason_size, "the hub is full: it has %u channels", hub->channels.count);
		return -1;
	}
	return 0;
}

hub_handoff *hub_handoff_new(struct hub *hub, hub_packet *packet, sse_str identity, size_t waiting, char *reason,
	size_t reason_size)
{
	hub_handoff *handoff;
	const char *problem;

	if (packet->fd_count != 1) {
		snprintf(reason, reason_size, "a handoff comes with one descriptor, not with %zu", packet->fd_count);
		return NULL;
	}
	handoff = sse_calloc(1, sizeof(*handoff));
	handoff->hub = hub;
	if (read_message(handoff, packet->bytes, reason, reason_size) != 0 ||
		check_terms(handoff, identity, waiting, reason, reason_size) != 0) {
		goto fail;
	}
	problem = hub_connection_problem(packet->fds[0]);
	if (problem) {
		snprintf(reason, reason_size, "the connection %s", problem);
		goto fail;
	}
	handoff->fd = hub_packet_take(packet);
	hub_bind_watch_silence(handoff->fd);
	return handoff;

fail:
	free_handoff(handoff);
	return NULL;
}

/* Best effort: what the socket does not take at once is not worth waiting for, the client comes back in any case. */
static void write_end(const hub_handoff *handoff)
{
	sse_event event = SSE_EVENT_INIT;
	char unread[4096];
	sse_buf frame, out;

	sse_buf_init(&frame);
	sse_buf_init(&out);
	if (handoff->subscription.head.len > 0) {
		sse_buf_append(&out, handoff->subscription.head.data, handoff->subscription.head.len);
	}
	event.retry = (int64_t)sse_jitter(RETRY_MIN, RETRY_MAX, &handoff->hub->loop.seed);
	sse_frame_event(&frame, &event);
	if (handoff->subscription.transport == SSE_TRANSPORT_FCGI) {
		unsigned char head[SSE_FCGI_HEADER_LEN], end[SSE_FCGI_END_LEN];

		sse_fcgi_header(head, SSE_FCGI_STDOUT, handoff->subscription.request_id, frame.len);
		sse_fcgi_end(end, handoff->subscription.request_id);
		sse_buf_append(&out, (const char *)head, sizeof(head));
		sse_buf_append(&out, frame.data, frame.len);
		sse_buf_append(&out, (const char *)end, sizeof(end));
	} else {
		sse_buf_append(&out, frame.data, frame.len);
	}
	/* Closed with input unread, as nginx's empty STDIN is, a connection is reset, and what was written is lost. */
	(void)!recv(handoff->fd, unread, sizeof(unread), MSG_DONTWAIT);
	(void)!send(handoff->fd, out.data, out.len, MSG_DONTWAIT | MSG_NOSIGNAL);
	/* The worker may hold its copy for a while yet: the end must not wait for that. */
	shutdown(handoff->fd, SHUT_WR);
	sse_buf_deinit(&frame);
	sse_buf_deinit(&out);
}

void hub_handoff_admit(hub_handoff *handoff)
{
	struct hub *hub = handoff->hub;
	hub_admission admission = {
		.fd = handoff->fd,
		.subscription = &handoff->subscription,
		.transport = handoff->subscription.transport,
		.head = handoff->subscription.head,
		.request_id = handoff->subscription.request_id,
		.expires_in = UINT64_MAX,
	};

	if (hub_admit(hub, &admission) != HUB_ADMITTED) {
		hub_handoff_turn_away(handoff);
		return;
	}
	hub->stats.handoffs++;
	free_handoff(handoff);
}

void hub_handoff_turn_away(hub_handoff *handoff)
{
	handoff->hub->stats.turned_away++;
	write_end(handoff);
	hub_handoff_drop(handoff);
}

void hub_handoff_drop(hub_handoff *handoff)
{
	hub_connection_close(handoff->fd);
	free_handoff(handoff);
}
