#include "request.h"

#include "address.h"
#include "listener.h"
#include "log.h"
#include "routes.h"
#include "state.h"

#include "core/alloc.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Lists */

static void leave_list(hub_request *request)
{
	if (sse_list_is_empty(&request->link)) {
		return;
	}
	if (request->state == HUB_REQUEST_ASKING) {
		request->listener->asking_count--;
	} else {
		request->listener->open_count--;
	}
	sse_list_remove(&request->link);
}

static void close_oldest(hub_listener *listener)
{
	listener->hub->stats.http_refused++;
	hub_log_seldom(HUB_WARNING, "http_crowded", (const hub_field[]){ HUB_NUMBER("open", listener->open_count), { 0 } });
	hub_request_close(SSE_LIST_ENTRY(listener->open.next, hub_request, link));
}

/* Where a connection is, and until when. */
static void enter(hub_request *request, hub_request_state state, uint64_t limit)
{
	hub_listener *listener = request->listener;
	struct hub *hub = listener->hub;

	leave_list(request);
	request->state = state;
	hub_wheel_set(&hub->wheel, &request->timer, sse_loop_now(&hub->loop) + limit);
	if (state == HUB_REQUEST_ASKING) {
		sse_list_append(&listener->asking, &request->link);
		listener->asking_count++;
		return;
	}
	sse_list_append(&listener->open, &request->link);
	if (++listener->open_count > HUB_OPEN_MAX) {
		close_oldest(listener);
	}
}

/* The descriptor's events */

static void free_request(hub_request *request)
{
	hub_http_deinit(&request->http);
	sse_buf_deinit(&request->answer);
	sse_free(request);
}

static void on_poll_closed(uv_handle_t *handle)
{
	hub_request *request = handle->data;

	request->is_polled = false;
	if (request->fd < 0) {
		free_request(request);
	}
}

static void unwatch(hub_request *request)
{
	if (request->is_polled && !uv_is_closing((uv_handle_t *)&request->poll)) {
		uv_close((uv_handle_t *)&request->poll, on_poll_closed);
	}
}

void hub_request_close(hub_request *request)
{
	struct hub *hub = request->listener->hub;

	if (request->state == HUB_REQUEST_ASKING) {
		hub->broker->ops->forget_ticket(hub->broker, request);
	}
	leave_list(request);
	hub_address_leave(hub, request->address);
	request->address = NULL;
	hub_wheel_set(&hub->wheel, &request->timer, UINT64_MAX);
	unwatch(request);
	if (request->fd >= 0) {
		close(request->fd);
		request->fd = -1;
	}
	if (!request->is_polled) {
		free_request(request);
	}
}

static void on_event(uv_poll_t *poll, int status, int events);

/* Closes it when it cannot be watched. */
static void watch(hub_request *request, int events)
{
	if (request->crowded) {
		hub_request_close(request);
		return;
	}
	if (!request->is_polled) {
		if (uv_poll_init(&request->listener->hub->loop.uv, &request->poll, request->fd) != 0) {
			hub_request_close(request);
			return;
		}
		request->poll.data = request;
		request->is_polled = true;
	}
	/* One that was given away and taken back is on its way to be closed, and its memory cannot hold another. */
	if (uv_is_closing((uv_handle_t *)&request->poll) || uv_poll_start(&request->poll, events, on_event) != 0) {
		hub_request_close(request);
	}
}

/* Answering */

/*
 * Closing a socket with unread bytes resets it, and the reset can overtake the answer. So where the client has sent, or is
 * about to send, more than a head, our end is shut and its bytes are dropped until it has closed too.
 */
static void finish(hub_request *request)
{
	char byte;

	if (request->http.result == HUB_HTTP_COMPLETE && !request->http.has_body
		&& recv(request->fd, &byte, 1, MSG_DONTWAIT) <= 0) {
		hub_request_close(request);
		return;
	}
	shutdown(request->fd, SHUT_WR);
	enter(request, HUB_REQUEST_LINGERING, HUB_LINGER_MS);
	watch(request, UV_READABLE);
}

static void write_answer(hub_request *request)
{
	while (request->written < request->answer.len) {
		ssize_t sent = send(request->fd, request->answer.data + request->written,
			request->answer.len - request->written, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent < 0 && errno == EINTR) {
			continue;
		}
		if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			if (request->state != HUB_REQUEST_ANSWERING) {
				enter(request, HUB_REQUEST_ANSWERING, HUB_REQUEST_MS);
			}
			watch(request, UV_WRITABLE);
			return;
		}
		if (sent < 0) {
			hub_request_close(request);
			return;
		}
		request->written += (size_t)sent;
	}
	finish(request);
}

void hub_request_answer(hub_request *request, sse_buf *answer)
{
	sse_buf_deinit(&request->answer);
	request->answer = *answer;
	request->written = 0;
	sse_buf_init(answer);
	write_answer(request);
}

/* Reading */

/* False when it is to be heard of again: the rest of the head is still to come. */
static bool read_head(hub_request *request)
{
	char bytes[HUB_HTTP_HEAD_MAX];
	ssize_t len;

	do {
		len = recv(request->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
	} while (len < 0 && errno == EINTR);
	if (len < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
		return false;
	}
	if (len <= 0) {
		hub_request_close(request);
		return true;
	}
	if (hub_http_feed(&request->http, bytes, (size_t)len) == HUB_HTTP_MORE) {
		return false;
	}
	/* What follows has limits of its own. */
	hub_request_go_on(request);
	if (request->is_polled) {
		uv_poll_stop(&request->poll);
	}
	hub_route(request);
	return true;
}

static void drop_input(hub_request *request)
{
	char bytes[HUB_HTTP_HEAD_MAX];
	ssize_t len = recv(request->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (len == 0 || (len < 0 && errno != EAGAIN && errno != EINTR)) {
		hub_request_close(request);
	}
}

static void on_event(uv_poll_t *poll, int status, int events)
{
	hub_request *request = poll->data;

	if (status < 0) {
		hub_request_close(request);
		return;
	}
	switch (request->state) {
	case HUB_REQUEST_READING:
		read_head(request);
		break;
	case HUB_REQUEST_ANSWERING:
		write_answer(request);
		break;
	case HUB_REQUEST_LINGERING:
		drop_input(request);
		break;
	case HUB_REQUEST_ASKING:
		break;
	}
}

static void on_timeout(hub_timer *timer)
{
	hub_request *request = SSE_LIST_ENTRY(timer, hub_request, timer);
	struct hub *hub = request->listener->hub;

	switch (request->state) {
	case HUB_REQUEST_READING:
		hub_route_timeout(request);
		break;
	case HUB_REQUEST_ASKING:
		hub->broker->ops->forget_ticket(hub->broker, request);
		hub_request_go_on(request);
		hub_route_unsure(request);
		break;
	default:
		hub_request_close(request);
	}
}

void hub_request_start(hub_listener *listener, int fd, const char *crowded)
{
	hub_request *request = sse_calloc(1, sizeof(*request));

	request->listener = listener;
	request->fd = fd;
	request->address = hub_address_join(listener->hub, fd);
	request->crowded = crowded;
	if (hub_address_is_crowded(listener->hub, request->address)) {
		request->crowded = "too many of its address";
	}
	sse_list_init(&request->link);
	sse_buf_init(&request->answer);
	hub_timer_init(&request->timer, on_timeout);
	hub_http_init(&request->http);
	if (!read_head(request)) {
		enter(request, HUB_REQUEST_READING, HUB_REQUEST_MS);
		watch(request, UV_READABLE);
	}
}

/* Between the two */

void hub_request_wait(hub_request *request)
{
	enter(request, HUB_REQUEST_ASKING, HUB_REQUEST_MS);
}

void hub_request_go_on(hub_request *request)
{
	leave_list(request);
	hub_wheel_set(&request->listener->hub->wheel, &request->timer, UINT64_MAX);
	request->state = HUB_REQUEST_READING;
}

int hub_request_give(hub_request *request)
{
	int fd = request->fd;

	/* libuv knows one handle for a descriptor: ours must be gone before its next owner makes one. */
	unwatch(request);
	request->fd = -1;
	return fd;
}

void hub_request_take_back(hub_request *request, int fd)
{
	request->fd = fd;
}
