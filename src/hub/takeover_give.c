/* The old hub's side: see takeover.h. */
#include "takeover.h"

#include "control.h"
#include "control_socket.h"
#include "keep.h"
#include "listener.h"
#include "log.h"
#include "presence.h"
#include "state.h"
#include "takeover_queue.h"

#include "core/alloc.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* How long each step may take, in ms. The streams are served during all but the one of the answer. */
#define READY_MS 15000    /* the new hub connects to Redis and reads logs */
#define SETTLE_MS 3000    /* lists and handoffs come to rest */
#define MARK_MS 2000      /* the mark comes back */
#define ANSWER_MS 5000    /* the new hub reads on, and answers in the end */
#define LEAVE_MS 2000     /* requests under way are answered */
/* Channels in one message: so many names of the longest kind fit. */
#define CHANNELS_PER_MESSAGE 64
/* Streams in one message: so many bytes, so that the two hubs do not take turns for each of them. */
#define BATCH_BYTES 32768
/* What a longer stream is cut into. */
#define PART_BYTES (SSE_WIRE_MAX - 64)

typedef enum give_state {
	GIVE_PREPARING,  /* the new hub gets ready, and then we come to rest */
	GIVE_MARKING,
	GIVE_SENDING,    /* nothing is handed out from here on */
	GIVE_WAITING,    /* for the answer */
	GIVE_LEAVING     /* the streams are the new hub's */
} give_state;

struct hub_give {
	struct hub *hub;
	uv_poll_t poll;            /* its close callback frees it all */
	int fd;
	long pid;
	give_state state;
	hub_timer timer;
	hub_queue queue;
	uint64_t told;             /* channels */
	bool is_ready;             /* READY came once: nothing new is accepted */
	uint64_t ready_for;        /* so many channels are read by the new hub */
	uint64_t nonce;
	bool wants_listener;
	bool is_marked;
	sse_link *next;            /* the client to be sent next */
	uint64_t sent;             /* clients */
	uint64_t frozen_at;        /* ms */
	char *message;             /* what is being read */
};

static void break_off(hub_give *give, const char *reason);

/* Sending */

static void set_timer(hub_give *give, uint64_t ms)
{
	struct hub *hub = give->hub;

	hub_wheel_set(&hub->wheel, &give->timer, sse_loop_now(&hub->loop) + ms);
}

static void put_part(hub_queued *message, const sse_buf *whole, size_t *at)
{
	size_t left = whole->len - *at, len = left < PART_BYTES ? left : PART_BYTES;

	sse_wire_put(&message->bytes, SSE_TAG_BYTES, (sse_str){ whole->data + *at, len });
	*at += len;
}

/* One message of as many streams as it takes; or one stream, which goes on in the next messages when it is too long. */
static void queue_clients(hub_give *give)
{
	hub_queued *message = NULL;
	size_t at = 0;
	sse_buf whole;

	sse_buf_init(&whole);
	while (at == whole.len && give->next != &give->hub->clients
		&& (!message || (message->fd_count < HUB_PACKET_FDS_MAX && message->bytes.len < BATCH_BYTES))) {
		const hub_client *client = SSE_LIST_ENTRY(give->next, hub_client, everyone);

		give->next = give->next->next;
		if (client->closing) {
			continue;
		}
		at = whole.len = 0;
		hub_takeover_write_client(&whole, client);
		if (!message || message->bytes.len + whole.len > BATCH_BYTES) {
			message = hub_queue_add(&give->queue, SSE_WIRE_CLIENTS);
		}
		message->fds[message->fd_count++] = client->fd;
		give->sent++;
		put_part(message, &whole, &at);
	}
	while (at < whole.len) {
		put_part(hub_queue_add(&give->queue, SSE_WIRE_MORE), &whole, &at);
	}
	sse_buf_deinit(&whole);
}

static void queue_next(hub_give *give)
{
	if (give->next == &give->hub->clients) {
		sse_wire_put_number(&hub_queue_add(&give->queue, SSE_WIRE_DONE)->bytes, SSE_TAG_COUNT, give->sent);
		give->state = GIVE_WAITING;
	} else {
		queue_clients(give);
	}
}

static void on_poll(uv_poll_t *poll, int status, int events);

/* Sends until the other end has to read first. */
static void send_some(hub_give *give)
{
	bool is_stuck = false;

	while (!is_stuck && (!hub_queue_is_empty(&give->queue) || give->state == GIVE_SENDING)) {
		if (hub_queue_is_empty(&give->queue)) {
			queue_next(give);
			continue; /* clients that are closing add nothing */
		}
		switch (hub_queue_send(&give->queue, give->fd)) {
		case HUB_DISPATCHED:
			if (give->state >= GIVE_SENDING) {
				set_timer(give, ANSWER_MS);
			}
			break;
		case HUB_DISPATCHED_NOTHING:
			is_stuck = true;
			break;
		case HUB_DISPATCHED_ERROR:
			break_off(give, strerror(errno));
			return;
		}
	}
	uv_poll_start(&give->poll, UV_READABLE | (is_stuck ? UV_WRITABLE : 0), on_poll);
}

/* Channels */

static bool is_told(const hub_channel *channel)
{
	/* Lists are asked for by one hub at a time: by the new one when the streams are its own. */
	return HUB_CHANNEL_KIND(channel) != SSE_SOURCE_LIST && HUB_CHANNEL_KIND(channel) != SSE_SOURCE_HISTORY;
}

static void add_source(hub_give *give, sse_subscription *list, const hub_channel *channel)
{
	sse_source *source = sse_subscription_add(list, HUB_CHANNEL_KIND(channel), channel->node.key);

	source->has_cursor = source->kind == SSE_SOURCE_TOPIC && !sse_entry_id_is_zero(channel->cursor);
	source->cursor = channel->cursor;
	give->told++;
}

static void queue_channels(hub_give *give, sse_subscription *list)
{
	sse_buf *bytes = &hub_queue_add(&give->queue, SSE_WIRE_CHANNELS)->bytes;

	bytes->len = 0; /* a subscription is written with its head */
	sse_subscription_write(bytes, SSE_WIRE_CHANNELS, list);
	sse_subscription_deinit(list);
	sse_subscription_init(list);
}

static void queue_all_channels(hub_give *give)
{
	struct hub *hub = give->hub;
	sse_subscription list;
	sse_map_node *node;

	sse_subscription_init(&list);
	for (node = sse_map_next(&hub->channels, NULL); node; node = sse_map_next(&hub->channels, node)) {
		const hub_channel *channel = SSE_MAP_ENTRY(node, hub_channel, node);

		if (is_told(channel)) {
			add_source(give, &list, channel);
			if (list.count == CHANNELS_PER_MESSAGE) {
				queue_channels(give, &list);
			}
		}
	}
	queue_channels(give, &list);
}

void hub_give_channel(hub_give *give, const hub_channel *channel)
{
	sse_subscription list;

	if (give->state == GIVE_PREPARING && is_told(channel)) {
		sse_subscription_init(&list);
		add_source(give, &list, channel);
		queue_channels(give, &list);
		sse_subscription_deinit(&list);
	}
}

/* The end, either way */

static void log_end(const hub_give *give, hub_level level, const char *reason)
{
	struct hub *hub = give->hub;
	uint64_t pause = give->frozen_at > 0 ? sse_loop_now_fresh(&hub->loop) - give->frozen_at : 0;

	hub_log(level, reason ? "takeover_failed" : "takeover",
		(hub_field[]){ HUB_TEXT("role", "old"), HUB_NUMBER("streams", reason ? hub->client_count : give->sent),
			HUB_NUMBER("pause_ms", pause), HUB_NUMBER("marked", give->is_marked), HUB_NUMBER("pid", give->pid),
			{ reason ? "reason" : NULL, { reason, reason ? strlen(reason) : 0 }, 0 }, HUB_LAST });
}

static void hand_over(hub_give *give)
{
	struct hub *hub = give->hub;

	give->state = GIVE_LEAVING;
	hub->stats.handed_on += give->sent;
	log_end(give, HUB_INFO, NULL);
	hub_presence_abandon(hub);
	SSE_LIST_EACH(link, &hub->clients) {
		hub_client_close(SSE_LIST_ENTRY(link, hub_client, everyone)); /* close() of our descriptor only */
	}
	hub_keep_end(hub);
	hub_control_leave(hub->control);
	if (hub->listener && give->wants_listener) {
		hub_listener_leave(hub->listener);
	} else if (hub->listener) {
		hub_listener_stop(hub->listener);
	}
	uv_poll_stop(&give->poll);
	set_timer(give, LEAVE_MS);
}

/* Everything is as before; then the new hub learns why. */
static void go_on(hub_give *give, const char *reason)
{
	struct hub *hub = give->hub;
	hub_queued *refused;

	log_end(give, HUB_WARNING, reason);
	hub_queue_deinit(&give->queue);
	refused = hub_queue_add(&give->queue, SSE_WIRE_REFUSED);
	sse_wire_put(&refused->bytes, SSE_TAG_REASON, (sse_str){ reason, strlen(reason) });
	(void)hub_queue_send(&give->queue, give->fd); /* as far as it listens */
	hub->give = NULL;
	hub->phase = HUB_SERVING;
	if (hub->keep) {
		SSE_LIST_EACH(link, &hub->clients) {
			hub_client_start(SSE_LIST_ENTRY(link, hub_client, everyone));
		}
		hub_keep_end(hub);
	}
	if (give->is_ready) {
		hub->broker->ops->go_on(hub->broker);
		hub_control_resume(hub->control);
		if (hub->listener) {
			hub_listener_resume(hub->listener);
		}
	}
	hub_give_free(give);
	if (hub->told_to_end) {
		hub_drain(hub);
	}
}

/*
 * The new hub can send its ACCEPTED until we say here that we read no more, and what it has sent by then counts: so it is
 * never unknown to either whose the streams are.
 */
static void break_off(hub_give *give, const char *reason)
{
	sse_wire_reader reader;
	hub_packet received;

	if (give->state == GIVE_WAITING) {
		shutdown(give->fd, SHUT_RD);
		while (hub_packet_receive(&received, give->fd, give->message, SSE_WIRE_MAX) == HUB_RECEIVED) {
			int type = sse_wire_open(&reader, received.bytes);

			hub_packet_drop(&received);
			if (type == SSE_WIRE_ACCEPTED) {
				hand_over(give);
				return;
			}
		}
	}
	go_on(give, reason);
}

/* The steps */

static void freeze(hub_give *give, bool is_marked)
{
	struct hub *hub = give->hub;
	char clock[SSE_ENTRY_ID_MAX];
	hub_queued *next;

	hub_keep_begin(hub);
	SSE_LIST_EACH(link, &hub->clients) {
		hub_client_pause(SSE_LIST_ENTRY(link, hub_client, everyone));
	}
	give->frozen_at = sse_loop_now_fresh(&hub->loop);
	give->is_marked = is_marked;
	give->state = GIVE_SENDING;
	give->next = hub->clients.next;
	next = hub_queue_add(&give->queue, SSE_WIRE_FROZEN);
	sse_wire_put_number(&next->bytes, SSE_TAG_MARKED, is_marked);
	sse_wire_put(&next->bytes, SSE_TAG_CLOCK, (sse_str){ clock, sse_entry_id_format(hub->clock, clock) });
	next = hub_queue_add(&give->queue, SSE_WIRE_SOCKETS);
	next->fds[next->fd_count++] = hub_control_fd(hub->control);
	if (give->wants_listener) {
		next->fds[next->fd_count++] = hub_listener_fd(hub->listener);
	}
	set_timer(give, ANSWER_MS);
	uv_poll_start(&give->poll, UV_READABLE | UV_WRITABLE, on_poll);
}

static void publish_mark(hub_give *give)
{
	struct hub *hub = give->hub;
	sse_buf message;
	bool sent;

	sse_buf_init(&message);
	sse_wire_begin(&message, SSE_WIRE_MARK);
	sse_wire_put_number(&message, SSE_TAG_NONCE, give->nonce);
	give->state = GIVE_MARKING;
	hub->phase = HUB_HANDING_OVER; /* no stream may come to channels that the new hub does not read */
	sent = hub->broker_ready && hub->broker->ops->mark(hub->broker, (sse_str){ message.data, message.len });
	sse_buf_deinit(&message);
	if (sent) {
		set_timer(give, MARK_MS);
	} else {
		freeze(give, false);
	}
}

void hub_takeover_marked(struct hub *hub, uint64_t nonce)
{
	if (hub->give && hub->give->state == GIVE_MARKING && hub->give->nonce == nonce) {
		freeze(hub->give, true);
	}
	if (hub->take) {
		hub_take_marked(hub->take, nonce);
	}
}

void hub_give_advance(hub_give *give)
{
	struct hub *hub = give->hub;
	const hub_listener *listener = hub->listener;

	if (give->state == GIVE_LEAVING) {
		if (!listener || (listener->open_count == 0 && listener->asking_count == 0)) {
			hub->phase = HUB_ENDED;
		}
		return;
	}
	if (!hub_queue_is_empty(&give->queue)) {
		send_some(give);
	} else if (give->state == GIVE_PREPARING && give->is_ready && give->ready_for == give->told
		&& hub->broker->ops->is_settled(hub->broker) && hub_control_holding(hub->control) == 0) {
		publish_mark(give);
	}
}

static void on_time_out(hub_timer *timer)
{
	hub_give *give = SSE_LIST_ENTRY(timer, hub_give, timer);
	struct hub *hub = give->hub;

	switch (give->state) {
	case GIVE_PREPARING:
		if (!give->is_ready || give->ready_for != give->told) {
			break_off(give, "the new hub did not get ready in time");
		} else if (!hub->broker->ops->is_settled(hub->broker)) {
			break_off(give, "items of lists that nobody took could not be put back");
		} else {
			publish_mark(give); /* a worker that does not let go of its connection is not waited for */
		}
		break;
	case GIVE_MARKING:
		freeze(give, false);
		break;
	case GIVE_SENDING:
	case GIVE_WAITING:
		break_off(give, "the new hub did not answer in time");
		break;
	case GIVE_LEAVING:
		hub->phase = HUB_ENDED;
		break;
	}
}

static void on_ready(hub_give *give, sse_wire_reader *reader)
{
	struct hub *hub = give->hub;
	uint64_t broker_ready = 0;
	sse_wire_field field;

	while (sse_wire_next(reader, &field) > 0) {
		if (field.tag == SSE_TAG_NONCE) {
			sse_wire_number(&field, &give->nonce);
		} else if (field.tag == SSE_TAG_COUNT) {
			sse_wire_number(&field, &give->ready_for);
		} else if (field.tag == SSE_TAG_BROKER_READY) {
			sse_wire_number(&field, &broker_ready);
		}
	}
	if (hub->broker_ready && !broker_ready) {
		break_off(give, "the new hub cannot reach Redis");
		return;
	}
	if (!give->is_ready) {
		give->is_ready = true;
		set_timer(give, SETTLE_MS);
		hub_control_pause(hub->control);
		if (hub->listener) {
			hub_listener_pause(hub->listener);
		}
	}
}

static void on_message(hub_give *give, int type, sse_wire_reader *reader)
{
	if (type == SSE_WIRE_READY && give->state == GIVE_PREPARING) {
		on_ready(give, reader);
	} else if (type == SSE_WIRE_ACCEPTED && give->state == GIVE_WAITING && hub_queue_is_empty(&give->queue)) {
		hand_over(give);
	} else {
		break_off(give, "the new hub sent what does not belong here");
	}
}

static void receive(hub_give *give)
{
	sse_wire_reader reader;
	hub_packet received;

	switch (hub_packet_receive(&received, give->fd, give->message, SSE_WIRE_MAX)) {
	case HUB_RECEIVED:
		hub_packet_drop(&received);
		on_message(give, sse_wire_open(&reader, received.bytes), &reader);
		break;
	case HUB_RECEIVED_NOTHING:
		break;
	case HUB_RECEIVED_END:
		break_off(give, "the new hub has gone");
		break;
	}
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	hub_give *give = poll->data;

	if (status < 0 || (events & UV_READABLE)) {
		receive(give);
	}
	if ((events & UV_WRITABLE) && give->hub->give == give && give->state < GIVE_LEAVING) {
		send_some(give);
	}
}

/* Beginning */

static int check_terms(const struct hub *hub, sse_str identity, sse_str theirs, char *reason, size_t reason_size)
{
	if (hub->give) {
		snprintf(reason, reason_size, "another hub is taking its streams already");
	} else if (hub->phase != HUB_SERVING || hub->take) {
		snprintf(reason, reason_size, "the hub is stopping");
	} else if (hub->config->redis.memory) {
		snprintf(reason, reason_size, "the hub is its own broker (memory:): its logs and lists would be lost");
	} else if (!sse_str_equals(theirs, identity)) {
		snprintf(reason, reason_size, "the hub serves %.*s, the new one asks for %.*s: give both the same Redis and prefix",
			(int)identity.len, identity.data, (int)theirs.len, theirs.data);
	} else {
		return 0;
	}
	return -1;
}

int hub_give_start(struct hub *hub, int fd, long pid, sse_str identity, sse_wire_reader *reader, char *reason,
	size_t reason_size)
{
	sse_str theirs = { "", 0 }, listen = { NULL, 0 };
	sse_wire_field field;
	hub_give *give;
	hub_queued *welcome;

	while (sse_wire_next(reader, &field) > 0) {
		if (field.tag == SSE_TAG_REDIS) {
			theirs = field.value;
		} else if (field.tag == SSE_TAG_LISTEN) {
			listen = field.value;
		}
	}
	if (check_terms(hub, identity, theirs, reason, reason_size) != 0) {
		return -1;
	}
	give = sse_calloc(1, sizeof(*give));
	if (uv_poll_init(&hub->loop.uv, &give->poll, fd) != 0) {
		snprintf(reason, reason_size, "the connection cannot be watched");
		sse_free(give);
		return -1;
	}
	give->hub = hub;
	give->poll.data = give;
	give->fd = fd;
	give->pid = pid;
	give->message = sse_malloc(SSE_WIRE_MAX);
	give->wants_listener = hub->listener && listen.data && sse_str_is(listen, hub->config->listen);
	hub_queue_init(&give->queue);
	hub_timer_init(&give->timer, on_time_out);
	set_timer(give, READY_MS);
	hub->give = give;
	welcome = hub_queue_add(&give->queue, SSE_WIRE_WELCOME);
	if (give->wants_listener) {
		sse_wire_put(&welcome->bytes, SSE_TAG_LISTEN, listen);
	}
	sse_wire_put(&welcome->bytes, SSE_TAG_AGENT, sse_presence_name(hub->presence));
	queue_all_channels(give);
	uv_poll_start(&give->poll, UV_READABLE | UV_WRITABLE, on_poll);
	hub_log(HUB_INFO, "takeover_asked", (hub_field[]){ HUB_NUMBER("pid", pid), HUB_LAST });
	return 0;
}

static void free_give(uv_handle_t *handle)
{
	hub_give *give = handle->data;

	sse_free(give->message);
	sse_free(give);
}

void hub_give_free(hub_give *give)
{
	if (!give) {
		return;
	}
	hub_queue_deinit(&give->queue);
	hub_wheel_set(&give->hub->wheel, &give->timer, UINT64_MAX);
	uv_close((uv_handle_t *)&give->poll, free_give);
	close(give->fd);
}
