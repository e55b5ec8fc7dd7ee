/*
 * Messages of a takeover that wait to be sent: a socket takes some, and the other hub has to read before it takes more.
 */
#ifndef SSE_HUB_TAKEOVER_QUEUE_H
#define SSE_HUB_TAKEOVER_QUEUE_H

#include "control_socket.h"

#include "core/list.h"
#include "core/wire.h"

typedef struct hub_queued {
	sse_link link;
	sse_buf bytes;                /* to be filled in */
	int fds[HUB_PACKET_FDS_MAX];  /* borrowed; they stay open until it is sent */
	size_t fd_count;
} hub_queued;

typedef struct hub_queue {
	sse_link all;
} hub_queue;

void hub_queue_init(hub_queue *queue);
/* Forgets what was not sent. */
void hub_queue_deinit(hub_queue *queue);
bool hub_queue_is_empty(const hub_queue *queue);

/* A message of that type at the end; it stays there until something is sent. */
hub_queued *hub_queue_add(hub_queue *queue, sse_wire_type type);

/* Sends the oldest one: NOTHING when the other end has to read first, ERROR with errno. Precondition: there is one. */
hub_dispatched hub_queue_send(hub_queue *queue, int fd);

#endif
