/* The new hub's side: see takeover.h. */
#include "takeover.h"

#include "channel.h"
#include "control.h"
#include "control_socket.h"
#include "keep.h"
#include "listener.h"
#include "log.h"
#include "presence.h"
#include "state.h"

#include "core/alloc.h"
#include "core/backoff.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* In ms. The old hub has limits of its own, this one is for one that says nothing any more. */
#define SILENCE_MS 20000
/* A broker that cannot be reached for so long is not waited for. */
#define BROKER_MS 2000
/* The old hub has seen the mark, and we have not. */
#define MARK_MS 2000
/* Packets read in one turn, so that Redis is read as well. */
#define PACKETS_PER_TURN 64

typedef enum take_state {
	TAKE_ASKED,
	TAKE_PREPARING,   /* subscribes, and reads logs */
	TAKE_RECEIVING,   /* the old hub hands out nothing any more */
	TAKE_COMPLETE,    /* all has come */
	TAKE_OVER,        /* the streams are ours */
	TAKE_FAILED
} take_state;

/* A channel that must stay although nobody has joined it yet. */
typedef struct held_channel {
	struct held_channel *next;
	hub_channel *channel;
} held_channel;

typedef struct stream {
	sse_link link;
	int fd;           /* -1: a client's */
	sse_buf message;
} stream;

struct hub_take {
	struct hub *hub;
	uv_poll_t poll;          /* its close callback frees it all */
	int fd;
	take_state state;
	char *error;             /* the caller's */
	size_t error_size;
	char *message;           /* what is being read */
	uint64_t nonce;
	uint64_t asked_at;       /* ms, the loop's clock, as all of these */
	uint64_t heard_at;
	uint64_t complete_at;
	uint64_t kept_at;
	held_channel *held;
	uint64_t told;           /* channels */
	uint64_t ready_for;
	bool said_ready;
	bool said_broker_ready;
	bool is_marked;          /* the old hub's word */
	bool was_marked;         /* the mark came here */
	sse_link streams;
	uint64_t count;
	bool gets_listener;
	int control;             /* the sockets that were handed over; -1: none */
	int listener;
};

__attribute__((format(printf, 2, 3))) static void fail(hub_take *take, const char *format, ...)
{
	size_t len;
	va_list args;

	if (take->state == TAKE_FAILED) {
		return;
	}
	take->state = TAKE_FAILED;
	snprintf(take->error, take->error_size, "no takeover from the hub at %s: ", take->hub->config->control);
	len = strlen(take->error);
	va_start(args, format);
	vsnprintf(take->error + len, take->error_size - len, format, args);
	va_end(args);
}

static bool send_message(hub_take *take, sse_buf *message)
{
	bool sent = hub_packet_send(take->fd, (sse_str){ message->data, message->len }, NULL, 0) == HUB_DISPATCHED;

	sse_buf_deinit(message);
	return sent;
}

/* What comes from the old hub */

static void on_channels(hub_take *take, sse_wire_reader *reader)
{
	sse_subscription list;
	char wrong[128];
	size_t i;

	sse_subscription_init(&list);
	if (sse_subscription_read(&list, reader, wrong, sizeof(wrong)) != 0) {
		fail(take, "its channels cannot be read: %s", wrong);
	}
	for (i = 0; i < list.count; i++) {
		held_channel *held = sse_malloc(sizeof(*held));
		sse_entry_id from = list.sources[i].has_cursor ? list.sources[i].cursor : (sse_entry_id){ 0, 0 };

		held->channel = hub_channel_hold(take->hub, list.sources[i].kind, list.sources[i].name, from);
		held->next = take->held;
		take->held = held;
		take->told++;
	}
	sse_subscription_deinit(&list);
}

/* What came before is not known to have been given by the old hub, nor not to have been. */
static void keep_without_mark(hub_take *take)
{
	struct hub *hub = take->hub;
	const held_channel *held;

	hub_keep_end(hub); /* to nobody */
	hub_keep_begin(hub);
	for (held = take->held; held; held = held->next) {
		if (HUB_CHANNEL_KIND(held->channel) != SSE_SOURCE_TOPIC) {
			hub_channel_gap(held->channel, "takeover");
		}
	}
}

static void on_frozen(hub_take *take, sse_wire_reader *reader)
{
	struct hub *hub = take->hub;
	sse_wire_field field;
	sse_entry_id clock;
	uint64_t marked = 0;

	while (sse_wire_next(reader, &field) > 0) {
		if (field.tag == SSE_TAG_MARKED) {
			sse_wire_number(&field, &marked);
		} else if (field.tag == SSE_TAG_CLOCK && sse_entry_id_parse(field.value, &clock)
			&& sse_entry_id_compare(clock, hub->clock) > 0) {
			hub->clock = clock;
		}
	}
	take->state = TAKE_RECEIVING;
	take->is_marked = marked != 0;
	if (take->kept_at == 0) {
		take->kept_at = sse_loop_now(&hub->loop);
	}
	if (!take->is_marked) {
		keep_without_mark(take);
	}
}

static void on_sockets(hub_take *take, hub_packet *packet)
{
	take->control = hub_packet_take(packet);
	take->listener = hub_packet_take(packet);
	if (take->control < 0 || (take->listener >= 0) != take->gets_listener) {
		fail(take, "its sockets did not come");
	}
}

static void add_stream(hub_take *take, hub_packet *packet)
{
	stream *added = sse_calloc(1, sizeof(*added));

	added->fd = hub_packet_take(packet);
	sse_buf_init(&added->message);
	sse_list_append(&take->streams, &added->link);
	take->count++;
}

static void on_streams(hub_take *take, int type, sse_wire_reader *reader, hub_packet *packet)
{
	sse_wire_field field;

	while (sse_wire_next(reader, &field) > 0) {
		stream *newest;

		if (field.tag != SSE_TAG_BYTES) {
			continue;
		}
		if (type == SSE_WIRE_CLIENTS) {
			add_stream(take, packet);
		}
		newest = SSE_LIST_ENTRY(take->streams.prev, stream, link);
		if (sse_list_is_empty(&take->streams) || newest->fd < 0) {
			fail(take, "a stream came without its connection");
			return;
		}
		sse_buf_append(&newest->message, field.value.data, field.value.len);
	}
}

static void on_done(hub_take *take, sse_wire_reader *reader)
{
	sse_wire_field field;
	uint64_t count = UINT64_MAX;

	while (sse_wire_next(reader, &field) > 0) {
		if (field.tag == SSE_TAG_COUNT) {
			sse_wire_number(&field, &count);
		}
	}
	if (count != take->count || take->control < 0) {
		fail(take, "some of its streams did not come");
		return;
	}
	take->state = TAKE_COMPLETE;
	take->complete_at = sse_loop_now(&take->hub->loop);
}

static void on_welcome(hub_take *take, sse_wire_reader *reader)
{
	struct hub *hub = take->hub;
	sse_wire_field field;
	char wrong[256];

	take->state = TAKE_PREPARING;
	while (sse_wire_next(reader, &field) > 0) {
		take->gets_listener = take->gets_listener || field.tag == SSE_TAG_LISTEN;
		if (field.tag == SSE_TAG_AGENT) {
			sse_presence_rename(hub->presence, field.value); /* its clients do not become another's */
		}
	}
	/* An address of our own is bound now, while a failure costs nobody anything. */
	if (hub->config->listen && !take->gets_listener) {
		hub->listener = hub_listener_new(hub, wrong, sizeof(wrong));
		if (!hub->listener) {
			fail(take, "%s", wrong);
			return;
		}
		hub_listener_pause(hub->listener);
	}
}

static void on_refused(hub_take *take, sse_wire_reader *reader)
{
	sse_str reason = { "it refuses", 10 };
	sse_wire_field field;

	while (sse_wire_next(reader, &field) > 0) {
		if (field.tag == SSE_TAG_REASON) {
			reason = field.value;
		}
	}
	fail(take, "%.*s", (int)reason.len, reason.data);
}

static void on_packet(hub_take *take, hub_packet *packet)
{
	sse_wire_reader reader;
	int type = sse_wire_open(&reader, packet->bytes);

	if (packet->is_cut) {
		fail(take, "a message or its connection did not arrive whole: is the limit of open files high enough?");
	} else if (type == SSE_WIRE_REFUSED) {
		on_refused(take, &reader);
	} else if (type == SSE_WIRE_WELCOME && take->state == TAKE_ASKED) {
		on_welcome(take, &reader);
	} else if (type == SSE_WIRE_CHANNELS && take->state == TAKE_PREPARING) {
		on_channels(take, &reader);
	} else if (type == SSE_WIRE_FROZEN && take->state == TAKE_PREPARING) {
		on_frozen(take, &reader);
	} else if (type == SSE_WIRE_SOCKETS && take->state == TAKE_RECEIVING && take->control < 0) {
		on_sockets(take, packet);
	} else if ((type == SSE_WIRE_CLIENTS || type == SSE_WIRE_MORE) && take->state == TAKE_RECEIVING) {
		on_streams(take, type, &reader, packet);
	} else if (type == SSE_WIRE_DONE && take->state == TAKE_RECEIVING) {
		on_done(take, &reader);
	} else {
		fail(take, "it sent what does not belong here (%d)", type);
	}
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	hub_take *take = poll->data;
	hub_packet packet;
	int i;

	take->heard_at = sse_loop_now(&take->hub->loop);
	for (i = 0; i < PACKETS_PER_TURN && take->state < TAKE_OVER; i++) {
		switch (hub_packet_receive(&packet, take->fd, take->message, SSE_WIRE_MAX)) {
		case HUB_RECEIVED:
			on_packet(take, &packet);
			hub_packet_drop(&packet);
			break;
		case HUB_RECEIVED_NOTHING:
			return;
		case HUB_RECEIVED_END:
			fail(take, "it has closed the connection");
			return;
		}
	}
}

/* The steps */

void hub_take_marked(hub_take *take, uint64_t nonce)
{
	if (nonce == take->nonce && !take->hub->keep) {
		take->was_marked = true;
		take->kept_at = sse_loop_now(&take->hub->loop);
		hub_keep_begin(take->hub);
	}
}

static void say_ready(hub_take *take)
{
	struct hub *hub = take->hub;
	sse_buf message;

	take->said_ready = true;
	take->said_broker_ready = hub->broker_ready;
	take->ready_for = take->told;
	sse_buf_init(&message);
	sse_wire_begin(&message, SSE_WIRE_READY);
	sse_wire_put_number(&message, SSE_TAG_NONCE, take->nonce);
	sse_wire_put_number(&message, SSE_TAG_COUNT, take->told);
	sse_wire_put_number(&message, SSE_TAG_BROKER_READY, hub->broker_ready);
	if (!send_message(take, &message)) {
		fail(take, "it does not listen any more");
	}
}

/* Before ACCEPTED is sent, so that it can fail. */
static int adopt_sockets(hub_take *take)
{
	struct hub *hub = take->hub;
	int control = take->control, listener = take->listener;
	char wrong[256];

	take->control = take->listener = -1;
	if (hub_control_adopt(hub->control, control, wrong, sizeof(wrong)) != 0) {
		take->listener = listener;
		fail(take, "%s", wrong);
		return -1;
	}
	if (listener >= 0 && !(hub->listener = hub_listener_from_fd(hub, listener, wrong, sizeof(wrong)))) {
		fail(take, "%s", wrong);
		return -1;
	}
	return 0;
}

static int adopt_streams(hub_take *take, bool is_exact)
{
	char wrong[256];

	SSE_LIST_EACH(link, &take->streams) {
		stream *next = SSE_LIST_ENTRY(link, stream, link);
		sse_str message = { next->message.data, next->message.len };

		if (!hub_takeover_read_client(take->hub, message, next->fd, is_exact, wrong, sizeof(wrong))) {
			fail(take, "%s", wrong);
			return -1;
		}
		next->fd = -1;
	}
	return 0;
}

static void log_takeover(const hub_take *take, bool is_exact)
{
	struct hub *hub = take->hub;

	hub_log(HUB_INFO, "takeover",
		(hub_field[]){ HUB_TEXT("role", "new"), HUB_NUMBER("streams", take->count),
			HUB_NUMBER("pause_ms", sse_loop_now_fresh(&hub->loop) - take->kept_at), HUB_NUMBER("marked", is_exact),
			HUB_LAST });
}

static void serve(hub_take *take)
{
	struct hub *hub = take->hub;

	SSE_LIST_EACH(link, &hub->clients) {
		hub_client_start(SSE_LIST_ENTRY(link, hub_client, everyone));
	}
	hub_keep_end(hub);
	/* After what was kept: from where a client may come back, it must have been given everything. */
	SSE_LIST_EACH(link, &hub->clients) {
		hub_client *client = SSE_LIST_ENTRY(link, hub_client, everyone);

		if (!client->replay) {
			hub_client_tell_position(client, client->position);
		}
	}
	hub_channels_flush(hub);
	if (hub->listener) {
		hub_listener_resume(hub->listener);
	}
	hub->stats.taken_over += take->count;
}

/* The streams are ours from the moment at which the old hub has our answer. */
static void accept_all(hub_take *take)
{
	struct hub *hub = take->hub;
	bool is_exact = take->is_marked && take->was_marked;
	sse_buf message;

	if (!is_exact && take->is_marked) {
		keep_without_mark(take);
	}
	if (adopt_sockets(take) != 0 || adopt_streams(take, is_exact) != 0) {
		return;
	}
	sse_buf_init(&message);
	sse_wire_begin(&message, SSE_WIRE_ACCEPTED);
	if (!send_message(take, &message)) {
		fail(take, "it has taken its streams back");
		return;
	}
	take->state = TAKE_OVER;
	serve(take);
	log_takeover(take, is_exact);
	if (hub->client_count > hub->config->max_clients) {
		hub_log(HUB_WARNING, "more_than_max_clients",
			(hub_field[]){ HUB_NUMBER("clients", hub->client_count), HUB_NUMBER("max_clients", hub->config->max_clients),
				HUB_LAST });
	}
}

static void advance(hub_take *take)
{
	struct hub *hub = take->hub;
	uint64_t now = sse_loop_now(&hub->loop);

	if (take->state < TAKE_OVER && hub->phase != HUB_SERVING) {
		fail(take, "it was broken off by a signal");
	} else if (take->state < TAKE_COMPLETE && now - take->heard_at > SILENCE_MS) {
		fail(take, "it does not answer");
	} else if (take->state == TAKE_PREPARING) {
		bool is_current = hub->broker_ready && hub->broker->ops->is_current(hub->broker);

		if ((is_current || now - take->asked_at >= BROKER_MS)
			&& (!take->said_ready || take->ready_for != take->told || take->said_broker_ready != hub->broker_ready)) {
			say_ready(take);
		}
	} else if (take->state == TAKE_COMPLETE
		&& (take->was_marked || !take->is_marked || now - take->complete_at >= MARK_MS)) {
		accept_all(take);
	}
}

int hub_take_run(hub_take *take, char *error, size_t error_size)
{
	take->error = error;
	take->error_size = error_size;
	while (take->state < TAKE_OVER) {
		hub_turn(take->hub, UINT64_MAX);
		advance(take);
	}
	return take->state == TAKE_OVER ? 0 : -1;
}

/* Beginning and end */

static int ask(hub_take *take)
{
	const hub_config *config = take->hub->config;
	sse_buf message, identity;

	sse_buf_init(&message);
	sse_buf_init(&identity);
	sse_redis_config_identity(&config->redis, &identity);
	sse_wire_begin(&message, SSE_WIRE_TAKEOVER);
	sse_wire_put(&message, SSE_TAG_REDIS, (sse_str){ identity.data, identity.len });
	if (config->listen) {
		sse_wire_put(&message, SSE_TAG_LISTEN, (sse_str){ config->listen, strlen(config->listen) });
	}
	sse_buf_deinit(&identity);
	return send_message(take, &message) ? 0 : -1;
}

hub_take *hub_take_new(struct hub *hub, int fd, char *error, size_t error_size)
{
	hub_take *take = sse_calloc(1, sizeof(*take));
	long pid;

	take->hub = hub;
	take->fd = fd;
	take->control = take->listener = -1;
	take->nonce = sse_jitter(1, UINT64_MAX, &hub->loop.seed);
	take->asked_at = take->heard_at = sse_loop_now_fresh(&hub->loop);
	take->poll.data = take;
	take->error = error;
	take->error_size = error_size;
	sse_list_init(&take->streams);
	if (hub->config->redis.memory) {
		fail(take, "a hub that is its own broker (memory:) can neither hand streams over nor take them: end the one that is running, and start again");
	} else if (!hub_peer_is_trusted(fd, &pid)) {
		fail(take, "it runs as another user");
	} else if (ask(take) != 0) {
		fail(take, "it does not listen any more");
	} else if (uv_poll_init(&hub->loop.uv, &take->poll, fd) != 0) {
		fail(take, "the connection cannot be watched");
	}
	if (take->state == TAKE_FAILED) {
		close(fd);
		sse_free(take);
		return NULL;
	}
	take->message = sse_malloc(SSE_WIRE_MAX);
	uv_poll_start(&take->poll, UV_READABLE, on_poll);
	return take;
}

static void free_take(uv_handle_t *handle)
{
	hub_take *take = handle->data;

	sse_free(take->message);
	sse_free(take);
}

static void close_if_open(int fd)
{
	if (fd >= 0) {
		close(fd);
	}
}

/* Lets go of all that is the old hub's still, without a word to anybody. */
static void give_up(hub_take *take)
{
	struct hub *hub = take->hub;

	hub_presence_abandon(hub);
	SSE_LIST_EACH(link, &hub->clients) {
		hub_client_close(SSE_LIST_ENTRY(link, hub_client, everyone));
	}
	hub_keep_end(hub);
	if (take->gets_listener && hub->listener) {
		hub_listener_leave(hub->listener);
	}
	if (hub->control) {
		hub_control_leave(hub->control);
	}
}

void hub_take_free(hub_take *take)
{
	if (!take) {
		return;
	}
	if (take->state != TAKE_OVER) {
		give_up(take);
	}
	while (take->held) {
		held_channel *next = take->held->next;

		hub_channel_release(take->held->channel);
		sse_free(take->held);
		take->held = next;
	}
	while (!sse_list_is_empty(&take->streams)) {
		stream *first = SSE_LIST_ENTRY(take->streams.next, stream, link);

		sse_list_remove(&first->link);
		close_if_open(first->fd);
		sse_buf_deinit(&first->message);
		sse_free(first);
	}
	close_if_open(take->control);
	close_if_open(take->listener);
	uv_close((uv_handle_t *)&take->poll, free_take);
	close(take->fd);
}
