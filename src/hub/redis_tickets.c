/*
 * Tickets: taken out of Redis, each once, over the connection that reads the logs.
 */
#include "redis_broker.h"

#include "state.h"

#include "core/alloc.h"
#include "core/redis_key.h"

typedef struct ticket_read {
	sse_link link;               /* redis->tickets */
	hub_redis_broker *redis;
	sse_str key;                 /* owned */
	bool sent;
	hub_ticket_cb cb;            /* NULL: forgotten */
	void *arg;
} ticket_read;

static void answer_ticket(ticket_read *ticket, hub_ticket_result result, sse_str contents)
{
	sse_list_remove(&ticket->link);
	if (ticket->cb) {
		ticket->cb(ticket->arg, result, contents);
	}
	sse_redis_key_free(ticket->key);
	sse_free(ticket);
}

static void on_ticket(void *arg, const sse_reply *reply)
{
	ticket_read *ticket = arg;

	if (!reply || reply->type == REDIS_REPLY_ERROR) {
		answer_ticket(ticket, HUB_TICKET_UNSURE, (sse_str){ NULL, 0 });
	} else if (reply->type == REDIS_REPLY_STRING) {
		answer_ticket(ticket, HUB_TICKET_OK, reply->str);
	} else {
		answer_ticket(ticket, HUB_TICKET_UNKNOWN, (sse_str){ NULL, 0 });
	}
}

void hub_redis_take_ticket(hub_broker *broker, sse_str name, hub_ticket_cb cb, void *arg)
{
	hub_redis_broker *redis = (hub_redis_broker *)broker;
	ticket_read *ticket = sse_calloc(1, sizeof(*ticket));

	ticket->redis = redis;
	ticket->key = sse_redis_ticket_key(&redis->base.hub->config->redis, name);
	ticket->cb = cb;
	ticket->arg = arg;
	sse_list_append(&redis->tickets, &ticket->link);
}

void hub_redis_forget_ticket(hub_broker *broker, void *arg)
{
	hub_redis_broker *redis = (hub_redis_broker *)broker;

	SSE_LIST_EACH(link, &redis->tickets) {
		ticket_read *ticket = SSE_LIST_ENTRY(link, ticket_read, link);

		if (ticket->arg == arg) {
			ticket->cb = NULL;
		}
	}
}

void hub_redis_tickets_flush(hub_redis_broker *redis)
{
	SSE_LIST_EACH(link, &redis->tickets) {
		ticket_read *ticket = SSE_LIST_ENTRY(link, ticket_read, link);

		if (ticket->sent) {
			continue;
		}
		ticket->sent = sse_redis_conn_command(redis->log, 2, (sse_str[]){ { "GETDEL", 6 }, ticket->key }, 0, on_ticket,
						   ticket) == 0;
		if (!ticket->sent) {
			answer_ticket(ticket, HUB_TICKET_UNSURE, (sse_str){ NULL, 0 });
		}
	}
}

void hub_redis_tickets_free(hub_redis_broker *redis)
{
	while (!sse_list_is_empty(&redis->tickets)) {
		ticket_read *ticket = SSE_LIST_ENTRY(redis->tickets.next, ticket_read, link);

		ticket->cb = NULL;
		answer_ticket(ticket, HUB_TICKET_UNSURE, (sse_str){ NULL, 0 });
	}
}
