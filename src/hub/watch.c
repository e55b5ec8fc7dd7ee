#include "watch.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

/* Events that one turn takes; what is left is reported in the next one. */
#define EVENTS_PER_TURN 1024

static void on_poll(uv_poll_t *poll, int status, int events)
{
	hub_watch *watch = poll->data;
	struct epoll_event ready[EVENTS_PER_TURN];
	int count = epoll_wait(watch->epoll, ready, EVENTS_PER_TURN, 0), i;

	for (i = 0; i < count; i++) {
		watch->ready(ready[i].data.ptr, ready[i].events);
	}
}

int hub_watch_init(hub_watch *watch, uv_loop_t *loop, hub_watch_cb ready)
{
	int err;

	watch->ready = ready;
	watch->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (watch->epoll < 0) {
		return uv_translate_sys_error(errno);
	}
	err = uv_poll_init(loop, &watch->poll, watch->epoll);
	if (err != 0) {
		close(watch->epoll);
		return err;
	}
	watch->poll.data = watch;
	return uv_poll_start(&watch->poll, UV_READABLE, on_poll);
}

void hub_watch_deinit(hub_watch *watch)
{
	/* libuv takes the descriptor out of its own set at once. */
	uv_close((uv_handle_t *)&watch->poll, NULL);
	close(watch->epoll);
}

static int control(hub_watch *watch, int operation, int fd, uint32_t events, void *what)
{
	struct epoll_event event = { .events = events, .data = { .ptr = what } };

	return epoll_ctl(watch->epoll, operation, fd, &event);
}

bool hub_watch_add(hub_watch *watch, int fd, uint32_t events, void *what)
{
	return control(watch, EPOLL_CTL_ADD, fd, events, what) == 0;
}

void hub_watch_change(hub_watch *watch, int fd, uint32_t events, void *what)
{
	control(watch, EPOLL_CTL_MOD, fd, events, what);
}

void hub_watch_remove(hub_watch *watch, int fd)
{
	control(watch, EPOLL_CTL_DEL, fd, 0, NULL);
}
