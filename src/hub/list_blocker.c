#include "list_blocker.h"

#include "log.h"
#include "state.h"

#include "core/alloc.h"
#include "core/resp.h"

#include <stdio.h>
#include <string.h>

/* BLPOP gives up after so long and is sent again, so that a Redis that went silent is told from empty lists. */
#define BLOCK_SECONDS "5"
#define BLOCK_MS 5000
/* The same where a change of the lists has to wait for the end of BLPOP. */
#define SHORT_BLOCK_SECONDS "1"
/* What a blocker with few lists keeps. */
#define KEEP_BYTES 65536
/* An item that Redis would not take back just now, as it is out of memory say, is offered to it again after so long. */
#define RETURN_AGAIN_MS 1000

/* An item that goes back to the head of its list. */
typedef struct list_return {
	sse_link link;
	hub_list_blocker *blocker;
	sse_str key;        /* owned, as the next */
	sse_str item;
	bool sent;          /* LPUSH is under way */
	uint64_t retry_at;  /* ms; Redis refused it: not before. 0: now */
} list_return;

static void on_ready(void *owner);
static void on_lost(void *owner, const char *error, bool permanent);

static const sse_redis_events blocker_events = { on_ready, on_lost, NULL };

hub_list_blocker *hub_list_blocker_new(hub_redis_lists *lists)
{
	hub_list_blocker *blocker = sse_calloc(1, sizeof(*blocker));

	blocker->lists = lists;
	sse_list_init(&blocker->keys);
	sse_list_init(&blocker->returns);
	sse_buf_init(&blocker->wanted);
	blocker->conn = sse_redis_conn_new(&lists->hub->loop, &lists->hub->config->redis, &blocker_events, blocker);
	sse_redis_conn_start(blocker->conn);
	return blocker;
}

static void free_return(list_return *back)
{
	sse_list_remove(&back->link);
	sse_free((char *)back->key.data);
	sse_free((char *)back->item.data);
	sse_free(back);
}

void hub_list_blocker_free(hub_list_blocker *blocker)
{
	sse_redis_conn_close(blocker->conn);
	SSE_LIST_EACH(link, &blocker->returns) {
		list_return *back = SSE_LIST_ENTRY(link, list_return, link);

		hub_log(HUB_ERROR, "item_lost",
			(hub_field[]){ HUB_STR("list", back->key), HUB_NUMBER("bytes", back->item.len), HUB_LAST });
		free_return(back);
	}
	hub_list_search_free(blocker->search);
	sse_buf_deinit(&blocker->wanted);
	sse_free(blocker);
}

/* Asking */

static void on_popped(void *arg, const sse_reply *reply);
static void on_returned(void *arg, const sse_reply *reply);

static void send_returns(hub_list_blocker *blocker)
{
	SSE_LIST_EACH(link, &blocker->returns) {
		list_return *back = SSE_LIST_ENTRY(link, list_return, link);
		sse_str argv[] = { { "LPUSH", 5 }, back->key, back->item };

		if (!back->sent && back->retry_at == 0) {
			back->sent = sse_redis_conn_command(blocker->conn, 3, argv, 0, on_returned, back) == 0;
		}
	}
}

static void collect_wanted(hub_list_blocker *blocker)
{
	sse_buf_reset(&blocker->wanted, KEEP_BYTES);
	blocker->wanted_count = 0;
	blocker->begin = 0;
	SSE_LIST_EACH(link, &blocker->keys) {
		hub_list_key *key = SSE_LIST_ENTRY(link, hub_list_key, link);

		key->end = 0;
		if (hub_list_is_wanted(key)) {
			sse_resp_word(&blocker->wanted, key->node.key);
			key->end = blocker->wanted.len;
			blocker->wanted_count++;
		}
	}
}

/* BLPOP serves the first list that has an item: the next one begins behind key, so that no list starves another. */
static void begin_behind(hub_list_blocker *blocker, hub_list_key *key)
{
	sse_link *next = key->link.next;

	blocker->begin = key->end < blocker->wanted.len ? key->end : 0;
	/* And so it is when the keys are collected anew. */
	if (next != &blocker->keys) {
		sse_list_remove(&blocker->keys);
		sse_list_append(next, &blocker->keys);
	}
}

static void send_blpop(hub_list_blocker *blocker)
{
	const sse_buf *wanted = &blocker->wanted;
	const char *seconds = blocker->lists->cannot_unblock ? SHORT_BLOCK_SECONDS : BLOCK_SECONDS;
	char head[64], tail[16];
	sse_str pieces[] = { { head, 0 }, { wanted->data + blocker->begin, wanted->len - blocker->begin },
		{ wanted->data, blocker->begin }, { tail, 0 } };

	pieces[0].len = (size_t)snprintf(head, sizeof(head), "*%zu\r\n$5\r\nBLPOP\r\n", blocker->wanted_count + 2);
	pieces[3].len = (size_t)snprintf(tail, sizeof(tail), "$%zu\r\n%s\r\n", strlen(seconds), seconds);
	if (sse_redis_conn_send(blocker->conn, 4, pieces, BLOCK_MS, on_popped, blocker) == 0) {
		blocker->state = BLOCKER_WAITING;
		blocker->asked++;
	}
}

/* Only when the connection is not blocked. */
static void ask(hub_list_blocker *blocker)
{
	blocker->state = BLOCKER_IDLE;
	send_returns(blocker);
	if (blocker->stale) {
		blocker->stale = false;
		collect_wanted(blocker);
	}
	if (blocker->wanted_count > 0 && !blocker->lists->ending) {
		send_blpop(blocker);
	}
}

/* Redis before 5, or an ACL. */
static void do_without_unblock(hub_redis_lists *lists, sse_str error)
{
	lists->cannot_unblock = true;
	hub_log_seldom(HUB_WARNING, "lists_change_late",
		(hub_field[]){ HUB_STR("error", error), HUB_TEXT("do", "allow CLIENT ID and CLIENT UNBLOCK"),
			HUB_LAST });
}

static void on_client_id(void *arg, const sse_reply *reply)
{
	hub_list_blocker *blocker = arg;

	if (!reply) {
		return;
	}
	if (reply->type == REDIS_REPLY_ERROR) {
		do_without_unblock(blocker->lists, reply->str);
		return;
	}
	snprintf(blocker->client_id, sizeof(blocker->client_id), "%lld", reply->integer);
	if (blocker->stale) {
		hub_list_blocker_changed(blocker);
	}
}

static void on_ready(void *owner)
{
	hub_list_blocker *blocker = owner;

	blocker->client_id[0] = '\0';
	sse_redis_conn_command(blocker->conn, 2, (sse_str[]){ { "CLIENT", 6 }, { "ID", 2 } }, 0, on_client_id, blocker);
	ask(blocker);
}

static void on_lost(void *owner, const char *error, bool permanent)
{
	hub_list_blocker *blocker = owner;

	/* A login that is refused, after a changed password say, is waited out as any other loss. */
	blocker->state = BLOCKER_OFFLINE;
	hub_log_seldom(HUB_WARNING, "lists_lost", (hub_field[]){ HUB_TEXT("error", error), HUB_LAST });
}

/* What came */

static void give_back(hub_list_blocker *blocker, sse_str name, sse_str item)
{
	hub_list_key *key = hub_redis_lists_find(blocker->lists, name);
	list_return *back = sse_calloc(1, sizeof(*back));

	back->blocker = blocker;
	back->key = (sse_str){ sse_memdup(name.data, name.len), name.len };
	back->item = (sse_str){ sse_memdup(item.data, item.len), item.len };
	sse_list_append(&blocker->returns, &back->link);
	if (key) {
		key->returning = true;
		hub_list_blocker_changed(key->blocker);
	}
}

static void deliver(hub_list_blocker *blocker, sse_str name, sse_str item)
{
	hub_redis_lists *lists = blocker->lists;
	hub_list_key *key = hub_redis_lists_find(lists, name);
	bool taken;

	if (!key || lists->ending) {
		/* It crossed with the change that made it unwanted. */
		lists->hub->stats.queue_items++;
		lists->hub->stats.queue_returned++;
		give_back(blocker, name, item);
		return;
	}
	taken = hub_channel_item(key->channel, item);
	key = hub_redis_lists_find(lists, name); /* its last client may have gone meanwhile */
	if (key && key->blocker == blocker) {
		begin_behind(blocker, key);
	}
	if (!taken) {
		give_back(blocker, name, item);
		if (key) {
			key->resting = true;
			hub_list_blocker_changed(key->blocker);
		}
	}
}

static void fail(hub_list_blocker *blocker, const char *error)
{
	sse_redis_conn_fail(blocker->conn, error, false); /* for its backoff: the next attempt must not follow at once */
}

static void on_popped(void *arg, const sse_reply *reply)
{
	hub_list_blocker *blocker = arg;

	if (!reply) {
		return;
	}
	if (sse_reply_is_error(reply, "WRONGTYPE") || sse_reply_is_error(reply, "NOPERM")) {
		blocker->state = BLOCKER_SEARCHING;
		snprintf(blocker->refusal, sizeof(blocker->refusal), "%s", reply->str.data);
		hub_list_search_start(blocker);
		return;
	}
	if (reply->type == REDIS_REPLY_ERROR) {
		fail(blocker, reply->str.data);
		return;
	}
	blocker->state = BLOCKER_IDLE;
	if (sse_reply_is_array(reply, 2)) {
		deliver(blocker, reply->element[0]->str, reply->element[1]->str);
	} /* else the wait timed out, or CLIENT UNBLOCK ended it */
	ask(blocker);
}

bool hub_list_blocker_returns(const hub_list_blocker *blocker, sse_str key)
{
	SSE_LIST_EACH(link, &blocker->returns) {
		if (sse_str_equals(SSE_LIST_ENTRY(link, list_return, link)->key, key)) {
			return true;
		}
	}
	return false;
}

static void on_returned(void *arg, const sse_reply *reply)
{
	list_return *back = arg;
	hub_redis_lists *lists = back->blocker->lists;
	hub_list_key *key;

	back->sent = false;
	if (!reply) {
		return; /* whether it arrived is unknown, but an item twice is better than none: it is sent again */
	}
	if (reply->type == REDIS_REPLY_ERROR) {
		/* The connection stays: the next BLPOP is under way already, and what it brings would be lost with it. */
		bool is_passing = sse_reply_is_passing(reply);

		back->retry_at = sse_loop_now(&lists->hub->loop) + (is_passing ? RETURN_AGAIN_MS : HUB_LIST_RETRY_MS);
		hub_redis_lists_retry_at(lists, back->retry_at);
		if (!is_passing) {
			hub_redis_lists_refuse(lists, back->key, reply->str.data);
		}
		return;
	}
	key = hub_redis_lists_find(lists, back->key);
	if (key) {
		key->returning = false;
		if (hub_list_is_wanted(key)) {
			hub_list_blocker_changed(key->blocker);
		}
	}
	free_return(back);
}

uint64_t hub_list_blocker_retry(hub_list_blocker *blocker, uint64_t now)
{
	uint64_t next = UINT64_MAX;
	bool is_due = false;

	SSE_LIST_EACH(link, &blocker->returns) {
		list_return *back = SSE_LIST_ENTRY(link, list_return, link);

		if (back->retry_at > now) {
			next = back->retry_at < next ? back->retry_at : next;
		} else if (back->retry_at > 0) {
			back->retry_at = 0;
			is_due = true;
		}
	}
	if (is_due) {
		hub_list_blocker_changed(blocker);
	}
	return next;
}

/* Changes */

static void on_unblocked(void *arg, const sse_reply *reply)
{
	hub_list_blocker *blocker = arg;

	blocker->unblocking = false;
	if (!reply) {
		return; /* again when the connection is back */
	}
	if (reply->type == REDIS_REPLY_ERROR) {
		do_without_unblock(blocker->lists, reply->str);
		return;
	}
	if (reply->integer == 1 && blocker->asked == blocker->asked_at_unblock) {
		return; /* BLPOP has ended, its answer is about to be read */
	}
	/* It met no BLPOP, or one that came after a change: Redis may read the two connections in another order than we wrote. */
	if (blocker->stale) {
		hub_list_blocker_changed(blocker);
	}
}

/* Nothing that the controlling connection says has a key: in a cluster it would not learn that the slot has moved. */
static bool is_same_node(const hub_list_blocker *blocker)
{
	const hub_redis_lists *lists = blocker->lists;
	char here[SSE_REDIS_HOST_MAX + 16], there[SSE_REDIS_HOST_MAX + 16];

	return lists->hub->config->redis.kind != SSE_REDIS_CLUSTER || !sse_redis_conn_is_ready(blocker->conn)
		|| !sse_redis_conn_is_ready(lists->control)
		|| strcmp(sse_redis_conn_address(blocker->conn, here, sizeof(here)),
			   sse_redis_conn_address(lists->control, there, sizeof(there))) == 0;
}

void hub_list_blocker_act(hub_list_blocker *blocker)
{
	hub_redis_lists *lists = blocker->lists;
	sse_str argv[] = { { "CLIENT", 6 }, { "UNBLOCK", 7 }, { blocker->client_id, strlen(blocker->client_id) } };

	if (!blocker->stale) {
		return;
	}
	if (!is_same_node(blocker)) {
		/* What a client's id means there is another client. */
		sse_redis_conn_fail(lists->control, "the lists are served by another node", false);
	}
	if (blocker->state == BLOCKER_IDLE) {
		ask(blocker);
	} else if (blocker->state == BLOCKER_WAITING && !blocker->unblocking && !lists->cannot_unblock
		&& blocker->client_id[0] != '\0') {
		blocker->unblocking = sse_redis_conn_command(lists->control, 3, argv, 0, on_unblocked, blocker) == 0;
		blocker->asked_at_unblock = blocker->asked;
	}
}
