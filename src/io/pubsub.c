#include "pubsub.h"

#include "core/alloc.h"
#include "core/list.h"
#include "core/map.h"
#include "core/redis_key.h"

#include <string.h>

/* Names in one SUBSCRIBE: so many that commands are few, so few that a refused one is not asked for with thousands of others. */
#define NAMES_PER_COMMAND 256

typedef struct subscription subscription;

struct sse_pubsub_item {
	sse_link link;  /* subscription->items */
	subscription *of;
	sse_message_cb cb;
	void *arg;
};

/* One name that Redis knows of, however many items want it. It stays until Redis has answered all that was said of it. */
struct subscription {
	sse_map_node node;    /* salt: sse_pubsub_kind, SIGNAL in clusters only; key: owned, with the prefix */
	sse_link items;
	sse_link wanted;      /* pubsub->wanted: SUBSCRIBE or UNSUBSCRIBE is to be sent */
	unsigned asked;       /* SUBSCRIBEs without an answer */
	unsigned left;        /* UNSUBSCRIBEs without an answer */
	bool is_subscribed;   /* the last thing that was said of it is SUBSCRIBE */
	bool is_confirmed;
};

/* SUBSCRIBEs are answered in their order; an error, which names nobody, is told from that. */
typedef struct question {
	struct question *next;
	subscription *of;
	bool ends_command;
} question;

struct sse_pubsub {
	sse_redis_conn *conn;
	const sse_redis_config *config;
	sse_map subscriptions;
	sse_link wanted;
	question *questions;  /* oldest first */
	question **questions_end;
	size_t unconfirmed;
	bool connected;
	bool careful;         /* one name a command: some command was refused, and it has to be found out for which */
	bool was_ready;
	const subscription *recent;  /* of the newest message: a channel that is busy needs no search */
	sse_pubsub_listener *listeners;
};

static void on_ready(void *owner);
static void on_lost(void *owner, const char *error, bool permanent);
static void on_push(void *owner, const sse_reply *reply);

static const sse_redis_events pubsub_events = { on_ready, on_lost, on_push };

#define SUBSCRIPTION(map_node) SSE_MAP_ENTRY(map_node, subscription, node)

sse_pubsub *sse_pubsub_new(sse_loop *loop, const sse_redis_config *config)
{
	sse_pubsub *pubsub = sse_calloc(1, sizeof(*pubsub));

	pubsub->config = config;
	pubsub->conn = sse_redis_conn_new(loop, config, &pubsub_events, pubsub);
	pubsub->questions_end = &pubsub->questions;
	sse_map_init(&pubsub->subscriptions, loop->seed);
	sse_list_init(&pubsub->wanted);
	return pubsub;
}

static void forget(sse_pubsub *pubsub, subscription *sub)
{
	if (pubsub->recent == sub) {
		pubsub->recent = NULL;
	}
	sse_map_remove(&pubsub->subscriptions, &sub->node);
	sse_list_remove(&sub->wanted);
	sse_redis_key_free(sub->node.key);
	sse_free(sub);
}

static void forget_if_done(sse_pubsub *pubsub, subscription *sub)
{
	if (sse_list_is_empty(&sub->items) && !sub->is_subscribed && sub->asked == 0 && sub->left == 0) {
		forget(pubsub, sub);
	}
}

static void want(sse_pubsub *pubsub, subscription *sub)
{
	if (sse_list_is_empty(&sub->wanted)) {
		sse_list_append(&pubsub->wanted, &sub->wanted);
	}
}

sse_pubsub_item *sse_pubsub_add(sse_pubsub *pubsub, sse_str name, sse_pubsub_kind wanted, sse_message_cb cb, void *arg)
{
	bool is_plain = wanted == SSE_PUBSUB_SIGNAL && pubsub->config->kind != SSE_REDIS_CLUSTER;
	sse_pubsub_kind kind = is_plain ? SSE_PUBSUB_CHANNEL : wanted;
	sse_str key = kind == SSE_PUBSUB_PATTERN ? sse_redis_pattern(pubsub->config, name) : sse_redis_key(pubsub->config, name);
	subscription *sub = SUBSCRIPTION(sse_map_find(&pubsub->subscriptions, kind, key));
	sse_pubsub_item *item = sse_calloc(1, sizeof(*item));

	if (sub) {
		sse_redis_key_free(key);
	} else {
		sub = sse_calloc(1, sizeof(*sub));
		sub->node.key = key;
		sub->node.salt = kind;
		sse_list_init(&sub->items);
		sse_list_init(&sub->wanted);
		sse_map_insert(&pubsub->subscriptions, &sub->node);
	}
	item->of = sub;
	item->cb = cb;
	item->arg = arg;
	sse_list_append(&sub->items, &item->link);
	if (!sub->is_subscribed) {
		want(pubsub, sub);
	}
	return item;
}

bool sse_pubsub_is_confirmed(const sse_pubsub_item *item)
{
	return item->of->is_confirmed;
}

void sse_pubsub_remove(sse_pubsub *pubsub, sse_pubsub_item *item)
{
	subscription *sub = item->of;

	sse_list_remove(&item->link);
	sse_free(item);
	if (!sse_list_is_empty(&sub->items)) {
		return;
	}
	if (sub->is_subscribed) {
		want(pubsub, sub);
	} else {
		sse_list_remove(&sub->wanted);
		forget_if_done(pubsub, sub);
	}
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

const char *sse_pubsub_address(const sse_pubsub *pubsub, char *out, size_t out_size)
{
	return sse_redis_conn_address(pubsub->conn, out, out_size);
}

bool sse_pubsub_is_current(const sse_pubsub *pubsub)
{
	return pubsub->connected && pubsub->unconfirmed == 0 && sse_list_is_empty(&pubsub->wanted);
}

/* Asking */

/* The commands: which names, by kind and by whether somebody wants them. */
typedef struct command {
	const char *verb;
	sse_pubsub_kind kind;
	bool subscribe;
} command;

static bool belongs(const subscription *sub, const command *c)
{
	return sub->node.salt == c->kind && sse_list_is_empty(&sub->items) != c->subscribe && sub->is_subscribed != c->subscribe;
}

static void ask(sse_pubsub *pubsub, subscription *sub)
{
	question *q = sse_malloc(sizeof(*q));

	*q = (question){ NULL, sub, false };
	*pubsub->questions_end = q;
	pubsub->questions_end = &q->next;
	if (sub->asked++ == 0 && !sub->is_confirmed) {
		pubsub->unconfirmed++;
	}
}

/* Sends one command of at most so many names; whether there was any. */
static bool send_some(sse_pubsub *pubsub, const command *c, int most)
{
	sse_str argv[NAMES_PER_COMMAND + 1]; /* not cleared: it is large, and a stream that opens sends one name */
	question **last = pubsub->questions_end;
	int argc = 1;

	argv[0] = (sse_str){ c->verb, strlen(c->verb) };
	SSE_LIST_EACH(link, &pubsub->wanted) {
		subscription *sub = SSE_LIST_ENTRY(link, subscription, wanted);

		if (argc > most) {
			break;
		}
		if (!belongs(sub, c)) {
			continue;
		}
		sse_list_remove(&sub->wanted);
		argv[argc++] = sub->node.key;
		sub->is_subscribed = c->subscribe;
		if (c->subscribe) {
			last = pubsub->questions_end;
			ask(pubsub, sub);
		} else {
			sub->is_confirmed = false;
			sub->left++;
		}
	}
	if (argc == 1) {
		return false;
	}
	if (c->subscribe) {
		(*last)->ends_command = true;
	}
	sse_redis_conn_command(pubsub->conn, argc, argv, 0, NULL, NULL);
	return true;
}

void sse_pubsub_flush(sse_pubsub *pubsub)
{
	static const command commands[] = { { "UNSUBSCRIBE", SSE_PUBSUB_CHANNEL, false },
		{ "PUNSUBSCRIBE", SSE_PUBSUB_PATTERN, false }, { "SUNSUBSCRIBE", SSE_PUBSUB_SIGNAL, false },
		{ "SUBSCRIBE", SSE_PUBSUB_CHANNEL, true }, { "PSUBSCRIBE", SSE_PUBSUB_PATTERN, true },
		{ "SSUBSCRIBE", SSE_PUBSUB_SIGNAL, true } };
	size_t i;

	if (!pubsub->connected || sse_list_is_empty(&pubsub->wanted)) {
		return;
	}
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		while (send_some(pubsub, &commands[i], pubsub->careful && commands[i].subscribe ? 1 : NAMES_PER_COMMAND)) {
			/* until there are no more of these */
		}
	}
	/* Who left and came back before anything was sent wants what it has. */
	while (!sse_list_is_empty(&pubsub->wanted)) {
		sse_list_remove(pubsub->wanted.next);
	}
}

static void on_ready(void *owner)
{
	sse_pubsub *pubsub = owner;
	sse_map_node *node;

	pubsub->connected = true;
	pubsub->careful = false;
	for (node = sse_map_next(&pubsub->subscriptions, NULL); node; node = sse_map_next(&pubsub->subscriptions, node)) {
		want(pubsub, SUBSCRIPTION(node));
	}
	sse_pubsub_flush(pubsub);
}

static void drop_questions(sse_pubsub *pubsub)
{
	while (pubsub->questions) {
		question *next = pubsub->questions->next;

		sse_free(pubsub->questions);
		pubsub->questions = next;
	}
	pubsub->questions_end = &pubsub->questions;
}

static void on_lost(void *owner, const char *error, bool permanent)
{
	sse_pubsub *pubsub = owner;
	sse_pubsub_listener *listener;
	sse_map_node *node, *next;

	pubsub->connected = false;
	pubsub->unconfirmed = 0;
	drop_questions(pubsub);
	for (node = sse_map_next(&pubsub->subscriptions, NULL); node; node = next) {
		subscription *sub = SUBSCRIPTION(node);

		next = sse_map_next(&pubsub->subscriptions, node);
		sub->asked = sub->left = 0;
		sub->is_subscribed = sub->is_confirmed = false;
		forget_if_done(pubsub, sub);
	}
	for (listener = pubsub->listeners; listener; listener = listener->next) {
		if (listener->lost) {
			listener->lost(listener->arg, error, permanent);
		}
	}
}

/* Answers */

static void tell_confirmed(sse_pubsub *pubsub, const subscription *sub)
{
	sse_pubsub_listener *listener;

	for (listener = pubsub->listeners; listener; listener = listener->next) {
		if (listener->confirmed) {
			SSE_LIST_EACH(link, &sub->items) {
				listener->confirmed(listener->arg, SSE_LIST_ENTRY(link, sse_pubsub_item, link)->arg);
			}
		}
	}
}

static void tell_ready(sse_pubsub *pubsub)
{
	sse_pubsub_listener *listener;
	bool again = pubsub->was_ready;

	pubsub->was_ready = true;
	for (listener = pubsub->listeners; listener; listener = listener->next) {
		if (listener->ready) {
			listener->ready(listener->arg, again);
		}
	}
}

static subscription *take_question(sse_pubsub *pubsub, bool *ends_command)
{
	question *q = pubsub->questions;
	subscription *sub = q->of;

	*ends_command = q->ends_command;
	pubsub->questions = q->next;
	if (!pubsub->questions) {
		pubsub->questions_end = &pubsub->questions;
	}
	sse_free(q);
	sub->asked--;
	return sub;
}

static void on_confirmed(sse_pubsub *pubsub)
{
	subscription *sub;
	bool ends_command;

	if (!pubsub->questions) {
		return;
	}
	sub = take_question(pubsub, &ends_command);
	if (sub->asked > 0) {
		return; /* it was left and asked for again meanwhile; the answer to that counts */
	}
	pubsub->unconfirmed--;
	if (sub->is_subscribed) {
		sub->is_confirmed = true;
		tell_confirmed(pubsub, sub);
	}
	forget_if_done(pubsub, sub);
	if (pubsub->unconfirmed == 0) {
		tell_ready(pubsub);
	}
}

static void on_left(sse_pubsub *pubsub, sse_str name, sse_pubsub_kind kind)
{
	subscription *sub = SUBSCRIPTION(sse_map_find(&pubsub->subscriptions, kind, name));

	if (sub && sub->left > 0) {
		sub->left--;
		forget_if_done(pubsub, sub);
	} else if (sub && kind == SSE_PUBSUB_SIGNAL) {
		/* Nobody asked for it: the slot has left the node, and all that is in it. */
		sse_redis_conn_fail(pubsub->conn, "the slot has moved to another node", false);
	}
}

static void tell_refused(sse_pubsub *pubsub, const subscription *sub, const char *error)
{
	sse_pubsub_listener *listener;

	for (listener = pubsub->listeners; listener; listener = listener->next) {
		if (listener->refused) {
			SSE_LIST_EACH(link, &sub->items) {
				listener->refused(listener->arg, SSE_LIST_ENTRY(link, sse_pubsub_item, link)->arg, error);
			}
		}
	}
}

static bool takes_refusals(const sse_pubsub *pubsub)
{
	const sse_pubsub_listener *listener = pubsub->listeners;

	while (listener && !listener->refused) {
		listener = listener->next;
	}
	return listener != NULL;
}

/* A whole command was refused: with one name it is that one; with several each is asked for by itself. */
static void on_refused(sse_pubsub *pubsub, const char *error)
{
	bool ends_command = false, alone = pubsub->questions->ends_command;

	while (!ends_command) {
		subscription *sub = take_question(pubsub, &ends_command);

		if (sub->asked > 0) {
			continue;
		}
		pubsub->unconfirmed--;
		sub->is_subscribed = false;
		if (sse_list_is_empty(&sub->items)) {
			forget_if_done(pubsub, sub);
		} else if (alone) {
			tell_refused(pubsub, sub, error);
		} else {
			want(pubsub, sub);
		}
	}
	pubsub->careful = true;
	sse_pubsub_flush(pubsub);
	if (pubsub->unconfirmed == 0) {
		tell_ready(pubsub);
	}
}

static void on_error(sse_pubsub *pubsub, const char *error)
{
	if (!pubsub->questions || strstr(error, "'ping'")) {
		return; /* the answer to PING, of a user who may not: Redis lives */
	}
	if (takes_refusals(pubsub)) {
		on_refused(pubsub, error);
	} else {
		/* NOPERM for a channel, say: no subscription will come of it, until somebody changes the ACL. */
		sse_redis_conn_fail(pubsub->conn, error, true);
	}
}

static void on_message(sse_pubsub *pubsub, sse_str matched, sse_str channel, sse_str payload, sse_pubsub_kind kind)
{
	const subscription *sub = pubsub->recent;
	size_t prefix = pubsub->config->prefix_len;

	if (!sub || sub->node.salt != kind || !sse_str_equals(sub->node.key, matched)) {
		sub = SUBSCRIPTION(sse_map_find(&pubsub->subscriptions, kind, matched));
		if (!sub) {
			return;
		}
		pubsub->recent = sub;
	}
	/* Whatever was subscribed to begins with the prefix, and so does whatever matched. */
	channel.data += prefix;
	channel.len -= prefix;
	SSE_LIST_EACH(link, &sub->items) {
		const sse_pubsub_item *item = SSE_LIST_ENTRY(link, sse_pubsub_item, link);

		item->cb(item->arg, channel, payload);
	}
}

static void on_push(void *owner, const sse_reply *reply)
{
	sse_pubsub *pubsub = owner;
	sse_str kind;

	if (reply->type == REDIS_REPLY_ERROR) {
		on_error(pubsub, reply->str.data);
		return;
	}
	if (!sse_reply_is_array(reply, 3) || reply->element[0]->type != REDIS_REPLY_STRING) {
		return; /* the answer to PING */
	}
	kind = reply->element[0]->str;
	if (sse_str_is(kind, "message")) {
		on_message(pubsub, reply->element[1]->str, reply->element[1]->str, reply->element[2]->str, SSE_PUBSUB_CHANNEL);
	} else if (sse_str_is(kind, "smessage")) {
		on_message(pubsub, reply->element[1]->str, reply->element[1]->str, reply->element[2]->str, SSE_PUBSUB_SIGNAL);
	} else if (sse_str_is(kind, "pmessage") && reply->elements == 4) {
		on_message(pubsub, reply->element[1]->str, reply->element[2]->str, reply->element[3]->str, SSE_PUBSUB_PATTERN);
	} else if (sse_str_is(kind, "subscribe") || sse_str_is(kind, "psubscribe") || sse_str_is(kind, "ssubscribe")) {
		on_confirmed(pubsub);
	} else if (sse_str_is(kind, "unsubscribe")) {
		on_left(pubsub, reply->element[1]->str, SSE_PUBSUB_CHANNEL);
	} else if (sse_str_is(kind, "punsubscribe")) {
		on_left(pubsub, reply->element[1]->str, SSE_PUBSUB_PATTERN);
	} else if (sse_str_is(kind, "sunsubscribe")) {
		on_left(pubsub, reply->element[1]->str, SSE_PUBSUB_SIGNAL);
	}
}

void sse_pubsub_free(sse_pubsub *pubsub)
{
	sse_map_node *node, *next;

	sse_redis_conn_close(pubsub->conn);
	drop_questions(pubsub);
	for (node = sse_map_next(&pubsub->subscriptions, NULL); node; node = next) {
		subscription *sub = SUBSCRIPTION(node);

		next = sse_map_next(&pubsub->subscriptions, node);
		while (!sse_list_is_empty(&sub->items)) {
			sse_pubsub_item *item = SSE_LIST_ENTRY(sub->items.next, sse_pubsub_item, link);

			sse_list_remove(&item->link);
			sse_free(item);
		}
		forget(pubsub, sub);
	}
	sse_map_deinit(&pubsub->subscriptions);
	sse_free(pubsub);
}
