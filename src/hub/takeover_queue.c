#include "takeover_queue.h"

#include "core/alloc.h"

void hub_queue_init(hub_queue *queue)
{
	sse_list_init(&queue->all);
}

static void forget(hub_queued *message)
{
	sse_list_remove(&message->link);
	sse_buf_deinit(&message->bytes);
	sse_free(message);
}

void hub_queue_deinit(hub_queue *queue)
{
	while (!hub_queue_is_empty(queue)) {
		forget(SSE_LIST_ENTRY(queue->all.next, hub_queued, link));
	}
}

bool hub_queue_is_empty(const hub_queue *queue)
{
	return sse_list_is_empty(&queue->all);
}

hub_queued *hub_queue_add(hub_queue *queue, sse_wire_type type)
{
	hub_queued *added = sse_calloc(1, sizeof(*added));

	sse_buf_init(&added->bytes);
	sse_wire_begin(&added->bytes, type);
	sse_list_append(&queue->all, &added->link);
	return added;
}

hub_dispatched hub_queue_send(hub_queue *queue, int fd)
{
	hub_queued *first = SSE_LIST_ENTRY(queue->all.next, hub_queued, link);
	sse_str bytes = { first->bytes.data, first->bytes.len };
	hub_dispatched result = hub_packet_send(fd, bytes, first->fds, first->fd_count);

	if (result == HUB_DISPATCHED) {
		forget(first);
	}
	return result;
}
