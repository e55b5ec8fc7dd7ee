#include "inbox.h"

#include <string.h>

/* What an empty inbox keeps: what a busy turn brings, so that pages are not given back and faulted in again. */
#define KEEP_BYTES 131072

typedef struct message_head {
	sse_message_kind kind;
	bool has_event;
	size_t target;
	size_t name_len;
	size_t id_len;
	size_t event_len;
	size_t payload_len;
} message_head;

void sse_inbox_init(sse_inbox *inbox)
{
	sse_buf_init(&inbox->buf);
	inbox->read = 0;
}

void sse_inbox_deinit(sse_inbox *inbox)
{
	sse_buf_deinit(&inbox->buf);
}

static void put_str(sse_inbox *inbox, sse_str str)
{
	if (str.len > 0) {
		sse_buf_append(&inbox->buf, str.data, str.len);
	}
}

void sse_inbox_put(sse_inbox *inbox, const sse_message *message)
{
	message_head head;

	memset(&head, 0, sizeof(head));
	head.kind = message->kind;
	head.has_event = message->event.data != NULL;
	head.target = message->target;
	head.name_len = message->name.len;
	head.id_len = message->id.len;
	head.event_len = message->event.len;
	head.payload_len = message->payload.len;
	sse_buf_reserve(&inbox->buf, sizeof(head) + head.name_len + head.id_len + head.event_len + head.payload_len);
	sse_buf_append(&inbox->buf, (const char *)&head, sizeof(head));
	put_str(inbox, message->name);
	put_str(inbox, message->id);
	put_str(inbox, message->event);
	put_str(inbox, message->payload);
}

bool sse_inbox_is_empty(const sse_inbox *inbox)
{
	return inbox->read >= inbox->buf.len;
}

static sse_str take_str(sse_inbox *inbox, size_t len)
{
	sse_str str = { inbox->buf.data + inbox->read, len };

	inbox->read += len;
	return str;
}

bool sse_inbox_take(sse_inbox *inbox, sse_message *message)
{
	message_head head;

	if (inbox->read >= inbox->buf.len) {
		sse_buf_reset(&inbox->buf, KEEP_BYTES);
		inbox->read = 0;
		return false;
	}
	memcpy(&head, inbox->buf.data + inbox->read, sizeof(head));
	inbox->read += sizeof(head);
	message->kind = head.kind;
	message->target = head.target;
	message->name = take_str(inbox, head.name_len);
	message->id = take_str(inbox, head.id_len);
	message->event = take_str(inbox, head.event_len);
	if (!head.has_event) {
		message->event.data = NULL;
	}
	message->payload = take_str(inbox, head.payload_len);
	return true;
}
