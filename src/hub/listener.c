#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* accept4() */
#endif

#include "listener.h"

#include "log.h"
#include "state.h"

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <stdio.h>

#if defined(HAVE_LLHTTP) || defined(HAVE_HTTP_PARSER)

#include "request.h"

#include "core/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Connections accepted before the streams get their turn again. */
#define ACCEPT_MAX 64
/* How long nothing is accepted after the system had no descriptor or memory, in ms. */
#define REST_MS 500

bool hub_has_listener(void)
{
	return true;
}

static void on_event(uv_poll_t *poll, int status, int events);

static int open_spare(void)
{
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

/* Accepting */

static void rest(hub_listener *listener, int error)
{
	struct hub *hub = listener->hub;

	hub_log_seldom(HUB_ERROR, "http_cannot_accept", (const hub_field[]){ HUB_TEXT("error", strerror(error)), { 0 } });
	uv_poll_stop(&listener->poll);
	hub_wheel_set(&hub->wheel, &listener->rest, sse_loop_now(&hub->loop) + REST_MS);
}

static void on_rested(hub_timer *timer)
{
	hub_listener *listener = SSE_LIST_ENTRY(timer, hub_listener, rest);

	if (listener->spare < 0) {
		listener->spare = open_spare();
	}
	if (!listener->is_paused) {
		uv_poll_start(&listener->poll, UV_READABLE, on_event);
	}
}

static int accept_next(hub_listener *listener)
{
	return accept4(listener->bound.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

/*
 * With no descriptor left, one is kept to tell those who come that they should come back: left in the queue they would wait
 * for as long as the streams last, and behind a proxy get an error in the end, after which EventSource does not try again.
 */
static bool turn_one_away(hub_listener *listener, int error)
{
	int fd;

	if (listener->spare < 0) {
		rest(listener, error);
		return false;
	}
	hub_log_seldom(HUB_ERROR, "http_no_descriptors", (const hub_field[]){ HUB_TEXT("error", strerror(error)), { 0 } });
	close(listener->spare);
	fd = accept_next(listener);
	if (fd >= 0) {
		hub_request_start(listener, fd, "no descriptors");
	}
	listener->spare = open_spare();
	return fd >= 0;
}

/* False when there is nothing more to be had now. */
static bool accept_one(hub_listener *listener)
{
	int fd = accept_next(listener);

	if (fd >= 0) {
		hub_request_start(listener, fd, NULL);
		return true;
	}
	switch (errno) {
	case EAGAIN:
		return false;
	case EMFILE:
	case ENFILE:
		return turn_one_away(listener, errno);
	case ENOBUFS:
	case ENOMEM:
		rest(listener, errno);
		return false;
	default:
		return true; /* that one connection broke before it got here */
	}
}

static void on_event(uv_poll_t *poll, int status, int events)
{
	hub_listener *listener = poll->data;

	if (status < 0) {
		rest(listener, -status);
		return;
	}
	for (int i = 0; i < ACCEPT_MAX && accept_one(listener); i++) {
		/* each is read at once; what is left is reported again */
	}
}

/* Beginning and end */

static void on_poll_closed(uv_handle_t *handle)
{
	hub_listener *listener = handle->data;

	listener->is_closed = true;
	if (listener->is_freed) {
		sse_free(listener);
	}
}

/* Takes over what is bound, and closes it on failure. */
static hub_listener *start(struct hub *hub, hub_bound bound, char *error, size_t error_size)
{
	hub_listener *listener = sse_calloc(1, sizeof(*listener));
	char address[128];
	int err;

	listener->hub = hub;
	listener->bound = bound;
	listener->poll.data = listener;
	sse_list_init(&listener->open);
	sse_list_init(&listener->asking);
	hub_timer_init(&listener->rest, on_rested);
	err = uv_poll_init(&hub->loop.uv, &listener->poll, bound.fd);
	if (err != 0) {
		snprintf(error, error_size, "listen: %s", uv_strerror(err));
		hub_bind_close(&bound, false);
		sse_free(listener);
		return NULL;
	}
	listener->spare = open_spare();
	uv_poll_start(&listener->poll, UV_READABLE, on_event);
	hub_bind_address(&bound, address, sizeof(address));
	hub_log(HUB_INFO, "listening",
		(const hub_field[]){ HUB_TEXT("address", address), HUB_TEXT("path", hub->config->path), { 0 } });
	return listener;
}

hub_listener *hub_listener_new(struct hub *hub, char *error, size_t error_size)
{
	hub_bound bound;

	if (hub_bind(&bound, hub->config->listen, hub->config->peers != NULL, error, error_size) != 0) {
		return NULL;
	}
	return start(hub, bound, error, error_size);
}

hub_listener *hub_listener_from_fd(struct hub *hub, int fd, char *error, size_t error_size)
{
	hub_bound bound;

	if (hub_bind_adopt(&bound, fd, hub->config->peers != NULL, error, error_size) != 0) {
		close(fd);
		return NULL;
	}
	return start(hub, bound, error, error_size);
}

int hub_listener_fd(const hub_listener *listener)
{
	return listener->bound.fd;
}

void hub_listener_pause(hub_listener *listener)
{
	if (listener->bound.fd >= 0) {
		listener->is_paused = true;
		uv_poll_stop(&listener->poll);
	}
}

void hub_listener_resume(hub_listener *listener)
{
	if (listener->bound.fd >= 0) {
		listener->is_paused = false;
		uv_poll_start(&listener->poll, UV_READABLE, on_event);
	}
}

static void stop(hub_listener *listener, bool keep_file)
{
	if (listener->bound.fd < 0) {
		return;
	}
	hub_wheel_set(&listener->hub->wheel, &listener->rest, UINT64_MAX);
	/* Before the descriptor: libuv takes its number out of the poll set, and by then it could be somebody else's. */
	uv_close((uv_handle_t *)&listener->poll, on_poll_closed);
	hub_bind_close(&listener->bound, keep_file);
	if (listener->spare >= 0) {
		close(listener->spare);
		listener->spare = -1;
	}
}

void hub_listener_stop(hub_listener *listener)
{
	stop(listener, false);
}

void hub_listener_leave(hub_listener *listener)
{
	stop(listener, true);
}

static void close_all(sse_link *requests)
{
	while (!sse_list_is_empty(requests)) {
		hub_request_close(SSE_LIST_ENTRY(requests->next, hub_request, link));
	}
}

void hub_listener_free(hub_listener *listener)
{
	if (!listener) {
		return;
	}
	stop(listener, false);
	close_all(&listener->open);
	close_all(&listener->asking);
	listener->is_freed = true;
	if (listener->is_closed) {
		sse_free(listener);
	}
}

#else

bool hub_has_listener(void)
{
	return false;
}

hub_listener *hub_listener_new(struct hub *hub, char *error, size_t error_size)
{
	snprintf(error, error_size,
		"listen: this build has no HTTP parser; install llhttp or libhttp-parser-dev, and build the extension again");
	return NULL;
}

hub_listener *hub_listener_from_fd(struct hub *hub, int fd, char *error, size_t error_size)
{
	close(fd);
	return hub_listener_new(hub, error, error_size);
}

int hub_listener_fd(const hub_listener *listener)
{
	return -1;
}

void hub_listener_pause(hub_listener *listener)
{
}

void hub_listener_resume(hub_listener *listener)
{
}

void hub_listener_stop(hub_listener *listener)
{
}

void hub_listener_leave(hub_listener *listener)
{
}

void hub_listener_free(hub_listener *listener)
{
}

#endif
