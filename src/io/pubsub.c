#include "pubsub.h"

#include "core/alloc.h"
#include "core/redis_key.h"

#include <string.h>

typedef struct subscription {
	sse_str name;  /* owned, with the prefix */
	bool pattern;
	sse_message_cb cb;
	void *arg;
} subscription;

struct sse_pubsub {
	sse_redis_conn *conn;
	const sse_redis_config *config;
	subscription *items;
	size_t count;
	size_t unconfirmed;
	bool was_ready;
	sse_pubsub_listener *listeners;
};

static void on_ready(void *owner);
static void on_lost(void *owner, const char *error, bool permanent);
static void on_push(void *owner, const sse_reply *reply);

static const sse_redis_events pubsub_events = { on_ready, on_lost, on_push };

sse_pubsub *sse_pubsub_new(sse_loop *loop, const sse_redis_config *config)
{
	sse_pubsub *pubsub = sse_calloc(1, sizeof(*pubsub));

	pubsub->config = config;
	pubsub->conn = sse_redis_conn_new(loop, config, &pubsub_events, pubsub);
	return pubsub;
}

void sse_pubsub_add(sse_pubsub *pubsub, sse_str name, bool pattern, sse_message_cb cb, void *arg)
{
	subscription *item;

	pubsub->items = sse_realloc(pubsub->items, (pubsub->count + 1) * sizeof(*pubsub->items));
	item = &pubsub->items[pubsub->count++];
	item->name = pattern ? sse_redis_pattern(pubsub->config, name) : sse_redis_key(pubsub->config, name);
	item->pattern = pattern;
	item->cb = cb;
	item->arg = arg;
}

void sse_pubsub_listen(sse_pubsub *pubsub, sse_pubsub_listener *listener)
{
	listener->next = pubsub->listeners;
	pubsub->listeners = listener;
}

void sse_pubsub_start(sse_pubsub *pubsub)
{
	sse_redis_conn_start(pubsub->conn);
}

/* Redis confirms each name of the command, repeated ones too. */
static void send_subscribe(sse_pubsub *pubsub, bool pattern)
{
	sse_str *argv = sse_malloc((pubsub->count + 1) * sizeof(*argv));
	size_t i;
	int argc = 0;

	argv[argc++] = pattern ? (sse_str){ "PSUBSCRIBE", 10 } : (sse_str){ "SUBSCRIBE", 9 };
	for (i = 0; i < pubsub->count; i++) {
		if (pubsub->items[i].pattern == pattern) {
			argv[argc++] = pubsub->items[i].name;
		}
	}
	if (argc > 1) {
		sse_redis_conn_command(pubsub->conn, argc, argv, 0, NULL, NULL);
	}
	sse_free(argv);
}

static void on_ready(void *owner)
{
	sse_pubsub *pubsub = owner;

	pubsub->unconfirmed = pubsub->count;
	send_subscribe(pubsub, false);
	send_subscribe(pubsub, true);
}

static void on_lost(void *owner, const char *error, bool permanent)
{
	sse_pubsub *pubsub = owner;
	sse_pubsub_listener *listener;

	for (listener = pubsub->listeners; listener; listener = listener->next) {
		if (listener->lost) {
			listener->lost(listener->arg, error, permanent);
		}
	}
}

static void on_confirmed(sse_pubsub *pubsub)
{
	sse_pubsub_listener *listener;
	bool again = pubsub->was_ready;

	if (pubsub->unconfirmed == 0 || --pubsub->unconfirmed > 0) {
		return;
	}
	pubsub->was_ready = true;
	for (listener = pubsub->listeners; listener; listener = listener->next) {
		if (listener->ready) {
			listener->ready(listener->arg, again);
		}
	}
}

static void on_message(sse_pubsub *pubsub, sse_str matched, sse_str channel, sse_str payload, bool pattern)
{
	size_t prefix = pubsub->config->prefix_len, i;
	sse_str name = channel;

	/* Whatever was subscribed to begins with the prefix, and so does whatever matched. */
	name.data += prefix;
	name.len -= prefix;
	for (i = 0; i < pubsub->count; i++) {
		const subscription *item = &pubsub->items[i];

		if (item->pattern == pattern && sse_str_equals(item->name, matched)) {
			item->cb(item->arg, name, payload);
		}
	}
}

static void on_push(void *owner, const sse_reply *reply)
{
	sse_pubsub *pubsub = owner;
	sse_str kind;

	if (reply->type == REDIS_REPLY_ERROR && pubsub->unconfirmed == 0) {
		return; /* the answer to PING, of a user who may not: Redis lives */
	}
	if (reply->type == REDIS_REPLY_ERROR) {
		/* NOPERM for a channel, say: no subscription will come of it, until somebody changes the ACL. */
		sse_redis_conn_fail(pubsub->conn, reply->str.data, true);
		return;
	}
	if (!sse_reply_is_array(reply, 3) || reply->element[0]->type != REDIS_REPLY_STRING) {
		return; /* the answer to PING */
	}
	kind = reply->element[0]->str;
	if (sse_str_is(kind, "message")) {
		on_message(pubsub, reply->element[1]->str, reply->element[1]->str, reply->element[2]->str, false);
	} else if (sse_str_is(kind, "pmessage") && reply->elements == 4) {
		on_message(pubsub, reply->element[1]->str, reply->element[2]->str, reply->element[3]->str, true);
	} else if (sse_str_is(kind, "subscribe") || sse_str_is(kind, "psubscribe")) {
		on_confirmed(pubsub);
	}
}

void sse_pubsub_free(sse_pubsub *pubsub)
{
	size_t i;

	sse_redis_conn_close(pubsub->conn);
	for (i = 0; i < pubsub->count; i++) {
		sse_redis_key_free(pubsub->items[i].name);
	}
	sse_free(pubsub->items);
	sse_free(pubsub);
}
