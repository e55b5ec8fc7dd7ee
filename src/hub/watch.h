/*
 * The clients' descriptors, in an epoll set of their own that is one descriptor to libuv. A uv_poll_t for each would be 160
 * bytes and three system calls per connection more.
 */
#ifndef SSE_HUB_WATCH_H
#define SSE_HUB_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

/* What was added with a descriptor that has some of EPOLLIN, EPOLLOUT, EPOLLRDHUP, EPOLLERR, EPOLLHUP. */
typedef void (*hub_watch_cb)(void *what, uint32_t events);

typedef struct hub_watch {
	int epoll;
	uv_poll_t poll;
	hub_watch_cb ready;
} hub_watch;

/* 0, or a negative libuv code. The set must stay where it is in memory until the loop's next turn after deinit. */
int hub_watch_init(hub_watch *watch, uv_loop_t *loop, hub_watch_cb ready);
void hub_watch_deinit(hub_watch *watch);

/*
 * Level-triggered; EPOLLERR and EPOLLHUP always. `what` must live until the end of the turn in which its descriptor is
 * removed. False when the system has no room for one more, or cannot watch such a descriptor.
 */
bool hub_watch_add(hub_watch *watch, int fd, uint32_t events, void *what);
void hub_watch_change(hub_watch *watch, int fd, uint32_t events, void *what);
/* Before it is closed: another process may have the same socket open, and then closing alone takes nothing out of the set. */
void hub_watch_remove(hub_watch *watch, int fd);

#endif
