#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* accept4 */
#endif

#include "control.h"

#include "control_message.h"
#include "control_socket.h"
#include "handoff.h"
#include "log.h"
#include "state.h"
#include "takeover.h"

#include "core/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* As many workers as one machine may run, and a few. */
#define CONNECTIONS_MAX 1024
/* In ms: until the first message, and until the worker has let go of a connection that was accepted. */
#define FIRST_MESSAGE_MS 5000
#define RELEASE_MS 2000
/* Out of descriptors: how long until the next try. */
#define PAUSE_MS 250
/* Per turn of the loop, so that streams are served meanwhile. */
#define ACCEPTS_PER_TURN 64
#define MESSAGES_PER_TURN 16
/* Of a sentence that says why something was refused: two identities and the words between. */
#define REASON_SIZE 1024

struct hub_control {
	struct hub *hub;
	hub_control_socket socket;
	uv_poll_t poll;       /* of socket.fd */
	hub_timer pause;
	sse_link idle;        /* connections, the one that was quiet for longest first */
	sse_link holding;     /* connections with a handoff that waits for its release */
	size_t count;
	size_t holding_count;
	size_t refs;          /* one for each open handle and one for the owner */
	sse_buf identity;
	char *message;        /* SSE_WIRE_MAX bytes: what is being read */
};

typedef struct connection {
	hub_control *control;
	uv_poll_t poll;       /* its close callback frees the connection */
	int fd;
	long pid;             /* of the worker */
	sse_link link;
	hub_timer timer;
	hub_handoff *handoff; /* accepted, not released; NULL: none */
	bool closing;
} connection;

static void unref(hub_control *control)
{
	if (--control->refs == 0) {
		sse_buf_deinit(&control->identity);
		sse_free(control->message);
		sse_free(control);
	}
}

static void on_connection_closed(uv_handle_t *handle)
{
	connection *self = handle->data;

	unref(self->control);
	sse_free(self);
}

/* The handoff is the caller's from here on. */
static hub_handoff *take_handoff(connection *self)
{
	hub_handoff *handoff = self->handoff;

	if (handoff) {
		self->handoff = NULL;
		self->control->holding_count--;
	}
	return handoff;
}

static void close_connection(connection *self)
{
	hub_handoff *handoff = take_handoff(self);

	if (self->closing) {
		return;
	}
	self->closing = true;
	if (handoff) {
		hub_handoff_turn_away(handoff);
	}
	hub_wheel_set(&self->control->hub->wheel, &self->timer, UINT64_MAX);
	sse_list_remove(&self->link);
	self->control->count--;
	uv_close((uv_handle_t *)&self->poll, on_connection_closed);
	close(self->fd);
}

/* Whether it went out; a peer that does not read its answers is not waited for. */
static bool send_packet(int fd, const sse_buf *packet)
{
	ssize_t sent;

	do {
		sent = send(fd, packet->data, packet->len, MSG_DONTWAIT | MSG_NOSIGNAL);
	} while (sent < 0 && errno == EINTR);
	return sent == (ssize_t)packet->len;
}

static void send_refusal(struct hub *hub, int fd, long pid, const char *reason)
{
	const hub_field fields[] = { HUB_TEXT("reason", reason), HUB_NUMBER("pid", pid), HUB_LAST };
	sse_buf packet;

	sse_buf_init(&packet);
	sse_wire_begin(&packet, SSE_WIRE_REFUSED);
	sse_wire_put(&packet, SSE_TAG_REASON, (sse_str){ reason, strlen(reason) });
	send_packet(fd, &packet);
	sse_buf_deinit(&packet);
	hub->stats.control_refused++;
	hub_log_seldom(HUB_WARNING, "control_refused", fields);
}

/* Moves it to where it belongs: the newest of its kind. */
static void enlist(connection *self)
{
	sse_list_remove(&self->link);
	sse_list_append(self->handoff ? &self->control->holding : &self->control->idle, &self->link);
}

static void set_timer(connection *self, uint64_t ms)
{
	struct hub *hub = self->control->hub;

	hub_wheel_set(&hub->wheel, &self->timer, ms > 0 ? sse_loop_now(&hub->loop) + ms : UINT64_MAX);
}

static void release(connection *self)
{
	hub_handoff *handoff = take_handoff(self);

	if (handoff) {
		hub_handoff_admit(handoff);
	}
}

/* Too late with a first message, or with letting go: then the stream begins all the same, the worker wants no more of it. */
static void on_time_out(hub_timer *timer)
{
	connection *self = SSE_LIST_ENTRY(timer, connection, timer);
	const hub_field fields[] = { HUB_NUMBER("pid", self->pid), HUB_LAST };

	hub_log_seldom(HUB_WARNING, self->handoff ? "control_unreleased" : "control_silent", fields);
	release(self);
	close_connection(self);
}

static int accept_handoff(connection *self, hub_packet *packet, char *reason, size_t reason_size)
{
	hub_control *control = self->control;
	sse_str identity = { control->identity.data, control->identity.len };
	hub_handoff *handoff = hub_handoff_new(control->hub, packet, identity, control->holding_count, reason, reason_size);
	sse_buf answer;
	bool sent;

	if (!handoff) {
		return -1;
	}
	sse_buf_init(&answer);
	sse_wire_begin(&answer, SSE_WIRE_ACCEPTED);
	sent = send_packet(self->fd, &answer);
	sse_buf_deinit(&answer);
	if (!sent) {
		/* The worker did not wait for the answer, and has closed its client's connection then. */
		hub_handoff_drop(handoff);
		close_connection(self);
		return 0;
	}
	self->handoff = handoff;
	control->holding_count++;
	set_timer(self, RELEASE_MS);
	return 0;
}

static int answer(connection *self, int type, sse_wire_reader *reader, char *reason, size_t reason_size)
{
	sse_buf packet;
	int result;

	sse_buf_init(&packet);
	result = hub_control_answer(self->control->hub, type, reader, &packet, reason, reason_size);
	if (result == 0 && !send_packet(self->fd, &packet)) {
		close_connection(self);
	}
	sse_buf_deinit(&packet);
	return result;
}

/* The connection goes to whoever hands the streams over. */
static int hand_over(connection *self, sse_wire_reader *reader, char *reason, size_t reason_size)
{
	hub_control *control = self->control;
	sse_str identity = { control->identity.data, control->identity.len };
	int fd = fcntl(self->fd, F_DUPFD_CLOEXEC, 0);

	if (fd < 0) {
		snprintf(reason, reason_size, "%s", strerror(errno));
		return -1;
	}
	if (hub_give_start(control->hub, fd, self->pid, identity, reader, reason, reason_size) != 0) {
		close(fd);
		return -1;
	}
	close_connection(self);
	return 0;
}

/* -1 with a sentence when the message is refused. */
static int dispatch(connection *self, int type, sse_wire_reader *reader, hub_packet *packet, char *reason, size_t reason_size)
{
	if (type == -2) {
		snprintf(reason, reason_size, "the hub speaks version %d of the protocol", SSE_WIRE_VERSION);
		return -1;
	}
	if (type < 0 || packet->is_cut) {
		snprintf(reason, reason_size, type < 0 ? "this is no message" : "the message or its descriptors did not arrive whole");
		return -1;
	}
	if ((type == SSE_WIRE_RELEASED) != (self->handoff != NULL)) {
		snprintf(reason, reason_size, self->handoff ? "a handoff waits for its release" : "there is nothing to release");
		return -1;
	}
	if (type == SSE_WIRE_HANDOFF) {
		return accept_handoff(self, packet, reason, reason_size);
	}
	if (packet->fd_count > 0) {
		snprintf(reason, reason_size, "a message of type %d comes without descriptors", type);
		return -1;
	}
	if (type == SSE_WIRE_RELEASED) {
		release(self);
		return 0;
	}
	if (type == SSE_WIRE_TAKEOVER) {
		return hand_over(self, reader, reason, reason_size);
	}
	return answer(self, type, reader, reason, reason_size);
}

static void on_packet(connection *self, hub_packet *packet)
{
	struct hub *hub = self->control->hub;
	char reason[REASON_SIZE] = "";
	sse_wire_reader reader;
	int type = sse_wire_open(&reader, packet->bytes);

	hub->stats.control_messages++;
	set_timer(self, 0);
	if (dispatch(self, type, &reader, packet, reason, sizeof(reason)) != 0) {
		if (type == SSE_WIRE_HANDOFF) {
			hub->stats.handoffs_refused++;
		}
		send_refusal(hub, self->fd, self->pid, reason);
		close_connection(self);
	}
	if (!self->closing) {
		enlist(self);
	}
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
	connection *self = poll->data;
	hub_packet packet;

	for (int i = 0; i < MESSAGES_PER_TURN && !self->closing; i++) {
		switch (hub_packet_receive(&packet, self->fd, self->control->message, SSE_WIRE_MAX)) {
		case HUB_RECEIVED:
			on_packet(self, &packet);
			hub_packet_drop(&packet);
			break;
		case HUB_RECEIVED_NOTHING:
			return;
		case HUB_RECEIVED_END:
			/* A worker that was told "accepted" and has ended holds the connection no more. */
			release(self);
			close_connection(self);
			return;
		}
	}
}

/* The descriptor becomes a connection, or is closed. */
static void add_connection(hub_control *control, int fd, long pid)
{
	connection *self = sse_calloc(1, sizeof(*self));

	if (uv_poll_init(&control->hub->loop.uv, &self->poll, fd) != 0) {
		close(fd);
		sse_free(self);
		return;
	}
	self->control = control;
	self->poll.data = self;
	self->fd = fd;
	self->pid = pid;
	sse_list_init(&self->link);
	hub_timer_init(&self->timer, on_time_out);
	control->refs++;
	control->count++;
	enlist(self);
	set_timer(self, FIRST_MESSAGE_MS);
	uv_poll_start(&self->poll, UV_READABLE, on_readable);
}

static void on_accepted(hub_control *control, int fd)
{
	long pid;

	if (!hub_peer_is_trusted(fd, &pid)) {
		send_refusal(control->hub, fd, pid, "the hub and whoever asks it must run as the same user");
		close(fd);
		return;
	}
	if (control->count >= CONNECTIONS_MAX) {
		if (sse_list_is_empty(&control->idle)) {
			send_refusal(control->hub, fd, pid, "too many handoffs are under way");
			close(fd);
			return;
		}
		hub_log_seldom(HUB_WARNING, "control_crowded", NULL);
		close_connection(SSE_LIST_ENTRY(control->idle.next, connection, link));
	}
	add_connection(control, fd, pid);
}

static void on_connecting(uv_poll_t *poll, int status, int events)
{
	hub_control *control = poll->data;

	for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
		int fd = accept4(control->socket.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0) {
			on_accepted(control, fd);
		} else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			return;
		} else if (errno != EINTR && errno != ECONNABORTED) {
			/* Out of descriptors or memory. Who waits would wake the loop again and again. */
			const hub_field fields[] = { HUB_TEXT("error", strerror(errno)), HUB_LAST };

			hub_log_seldom(HUB_ERROR, "control_accept_failed", fields);
			uv_poll_stop(poll);
			hub_wheel_set(&control->hub->wheel, &control->pause, sse_loop_now(&control->hub->loop) + PAUSE_MS);
			return;
		}
	}
}

static void on_pause_over(hub_timer *timer)
{
	hub_control *control = SSE_LIST_ENTRY(timer, hub_control, pause);

	uv_poll_start(&control->poll, UV_READABLE, on_connecting);
}

/* Watches control->socket; closes it when that fails. */
static int listen_on(hub_control *control, char *error, size_t error_size)
{
	struct hub *hub = control->hub;
	int err = uv_poll_init(&hub->loop.uv, &control->poll, control->socket.fd);

	if (err != 0) {
		snprintf(error, error_size, "the control socket %s cannot be watched: %s", hub->config->control, uv_strerror(err));
		return -1;
	}
	control->refs++;
	control->poll.data = control;
	uv_poll_start(&control->poll, UV_READABLE, on_connecting);
	return 0;
}

/* other: connected to the hub that is there, or -1 when it does not answer. */
static int take_over(hub_control *control, int other, char *error, size_t error_size)
{
	struct hub *hub = control->hub;
	size_t len = strlen(error);

	if (!hub->config->takeover) {
		snprintf(error + len, error_size - len, "; a hub with takeover takes its streams and its place");
	} else if (other < 0) {
		snprintf(error + len, error_size - len, ", and is too busy to hand its streams over");
	} else {
		hub->take = hub_take_new(hub, other, error, error_size);
		return hub->take ? 0 : -1;
	}
	if (other >= 0) {
		close(other);
	}
	return -1;
}

hub_control *hub_control_new(struct hub *hub, char *error, size_t error_size)
{
	hub_control *control = sse_calloc(1, sizeof(*control));
	int other;

	control->hub = hub;
	control->refs = 1;
	sse_list_init(&control->idle);
	sse_list_init(&control->holding);
	hub_timer_init(&control->pause, on_pause_over);
	sse_buf_init(&control->identity);
	sse_redis_config_identity(&hub->config->redis, &control->identity);
	control->message = sse_malloc(SSE_WIRE_MAX);
	switch (hub_control_socket_bind(&control->socket, hub->config->control, &other, error, error_size)) {
	case HUB_BIND_OK:
		if (listen_on(control, error, error_size) != 0) {
			hub_control_socket_close(&control->socket);
			goto fail;
		}
		return control;
	case HUB_BIND_TAKEN:
		if (take_over(control, other, error, error_size) != 0) {
			goto fail;
		}
		return control;
	case HUB_BIND_ERROR:
		break;
	}

fail:
	unref(control);
	return NULL;
}

int hub_control_adopt(hub_control *control, int fd, char *error, size_t error_size)
{
	if (hub_control_socket_adopt(&control->socket, fd, control->hub->config->control, error, error_size) != 0) {
		close(fd);
		return -1;
	}
	if (listen_on(control, error, error_size) != 0) {
		hub_control_socket_leave(&control->socket);
		return -1;
	}
	return 0;
}

int hub_control_fd(const hub_control *control)
{
	return control->socket.fd;
}

void hub_control_pause(hub_control *control)
{
	if (control->socket.fd >= 0) {
		hub_wheel_set(&control->hub->wheel, &control->pause, UINT64_MAX);
		uv_poll_stop(&control->poll);
	}
}

void hub_control_resume(hub_control *control)
{
	if (control->socket.fd >= 0) {
		uv_poll_start(&control->poll, UV_READABLE, on_connecting);
	}
}

size_t hub_control_holding(const hub_control *control)
{
	return control->holding_count;
}

static void on_listener_closed(uv_handle_t *handle)
{
	unref(handle->data);
}

/* Before the descriptor is closed: libuv takes its number out of the poll set. */
static void stop_listening(hub_control *control)
{
	hub_wheel_set(&control->hub->wheel, &control->pause, UINT64_MAX);
	uv_close((uv_handle_t *)&control->poll, on_listener_closed);
}

void hub_control_stop(hub_control *control)
{
	if (control->socket.fd >= 0) {
		stop_listening(control);
		hub_control_socket_close(&control->socket);
	}
}

void hub_control_leave(hub_control *control)
{
	if (control->socket.fd >= 0) {
		stop_listening(control);
		hub_control_socket_leave(&control->socket);
	}
}

void hub_control_free(hub_control *control)
{
	if (!control) {
		return;
	}
	hub_control_stop(control);
	SSE_LIST_EACH(link, &control->holding) {
		close_connection(SSE_LIST_ENTRY(link, connection, link));
	}
	SSE_LIST_EACH(link, &control->idle) {
		close_connection(SSE_LIST_ENTRY(link, connection, link));
	}
	unref(control);
}

size_t hub_control_disconnect(hub_control *control, sse_str user)
{
	size_t count = 0;

	SSE_LIST_EACH(link, &control->holding) {
		connection *self = SSE_LIST_ENTRY(link, connection, link);

		if (sse_str_equals(self->handoff->subscription.user, user)) {
			close_connection(self);
			count++;
		}
	}
	return count;
}
