#include "queue.h"

#include "core/alloc.h"
#include "core/redis_key.h"

#include <stdio.h>
#include <string.h>

/* BLPOP gives up after so long and is sent again, so that a Redis that went silent is told from an empty list. */
#define BLOCK_SECONDS "5"
#define BLOCK_MS 5000

typedef enum queue_state {
	QUEUE_OFFLINE,    /* no connection */
	QUEUE_WAITING,    /* BLPOP is under way */
	QUEUE_HOLDING,    /* an item is with the owner */
	QUEUE_RETURNING,  /* an item goes back: LPUSH is under way, or waits for the connection */
	QUEUE_IDLE        /* connected, nothing asked for: only while finishing */
} queue_state;

struct sse_queue {
	sse_loop *loop;
	const sse_redis_config *config;
	const sse_queue_events *events;
	void *owner;
	sse_redis_conn *conn;
	sse_redis_conn *unblocker;  /* while finishing: CLIENT UNBLOCK cannot go over a connection that is blocked */
	queue_state state;
	bool finishing;
	bool was_ready;
	bool refused;               /* Redis will not do for this list what is asked: no matter of waiting */
	sse_str *keys;              /* owned, with prefix */
	size_t count;
	sse_str item_key;           /* owned copies while HOLDING or RETURNING, else NULL */
	sse_str item;
	char client_id[24];         /* of conn, for CLIENT UNBLOCK; "" when Redis does not tell */
};

static void on_ready(void *owner);
static void on_lost(void *owner, const char *error, bool permanent);

static const sse_redis_events queue_conn_events = { on_ready, on_lost, NULL };

sse_queue *sse_queue_new(sse_loop *loop, const sse_redis_config *config, const sse_queue_events *events, void *owner)
{
	sse_queue *queue = sse_calloc(1, sizeof(*queue));

	queue->loop = loop;
	queue->config = config;
	queue->events = events;
	queue->owner = owner;
	queue->conn = sse_redis_conn_new(loop, config, &queue_conn_events, queue);
	return queue;
}

void sse_queue_add(sse_queue *queue, sse_str key)
{
	queue->keys = sse_realloc(queue->keys, (queue->count + 1) * sizeof(*queue->keys));
	queue->keys[queue->count++] = sse_redis_key(queue->config, key);
}

void sse_queue_start(sse_queue *queue)
{
	sse_redis_conn_start(queue->conn);
}

static void drop_item(sse_queue *queue)
{
	sse_free((char *)queue->item_key.data);
	sse_free((char *)queue->item.data);
	queue->item_key = (sse_str){ NULL, 0 };
	queue->item = (sse_str){ NULL, 0 };
}

static void on_popped(void *arg, const sse_reply *reply);
static void on_returned(void *arg, const sse_reply *reply);

/* Asks for the next item, unless one has to go back first or the queue is about to end. */
static void go_on(sse_queue *queue)
{
	if (!sse_redis_conn_is_ready(queue->conn)) {
		return;
	}
	if (queue->state == QUEUE_RETURNING) {
		sse_str argv[] = { { "LPUSH", 5 }, queue->item_key, queue->item };

		sse_redis_conn_command(queue->conn, 3, argv, 0, on_returned, queue);
	} else if (queue->finishing) {
		queue->state = QUEUE_IDLE;
	} else {
		sse_str *argv = sse_malloc((queue->count + 2) * sizeof(*argv));

		argv[0] = (sse_str){ "BLPOP", 5 };
		memcpy(argv + 1, queue->keys, queue->count * sizeof(*argv));
		argv[queue->count + 1] = (sse_str){ BLOCK_SECONDS, sizeof(BLOCK_SECONDS) - 1 };
		sse_redis_conn_command(queue->conn, (int)queue->count + 2, argv, BLOCK_MS, on_popped, queue);
		sse_free(argv);
		queue->state = QUEUE_WAITING;
	}
}

static void on_client_id(void *arg, const sse_reply *reply)
{
	sse_queue *queue = arg;

	if (reply && reply->type == REDIS_REPLY_INTEGER) {
		snprintf(queue->client_id, sizeof(queue->client_id), "%lld", reply->integer);
	}
}

static void on_ready(void *owner)
{
	sse_queue *queue = owner;

	queue->client_id[0] = '\0';
	sse_redis_conn_command(queue->conn, 2, (sse_str[]){ { "CLIENT", 6 }, { "ID", 2 } }, 0, on_client_id, queue);
	queue->was_ready = true;
	queue->events->ready(queue->owner);
	if (queue->state != QUEUE_HOLDING) {
		go_on(queue);
	}
}

static void on_lost(void *owner, const char *error, bool permanent)
{
	sse_queue *queue = owner;

	if (queue->state == QUEUE_WAITING || queue->state == QUEUE_IDLE) {
		queue->state = QUEUE_OFFLINE;
	}
	if (!queue->finishing) {
		/* A login that is refused later, after a changed password say, is waited out. */
		queue->events->failed(queue->owner, error, permanent && (queue->refused || !queue->was_ready));
	}
}

static void refuse(sse_queue *queue, const sse_reply *error)
{
	queue->refused = !sse_reply_is_passing(error);
	sse_redis_conn_fail(queue->conn, error->str.data, queue->refused);
}

static void on_popped(void *arg, const sse_reply *reply)
{
	sse_queue *queue = arg;
	sse_str key, payload;

	if (!reply) {
		return;
	}
	if (reply->type == REDIS_REPLY_ERROR) {
		refuse(queue, reply);
		return;
	}
	if (!sse_reply_is_array(reply, 2)) {
		go_on(queue); /* nil: the wait timed out, or CLIENT UNBLOCK ended it */
		return;
	}
	key = reply->element[0]->str;
	payload = reply->element[1]->str;
	queue->item_key = (sse_str){ sse_memdup(key.data, key.len), key.len };
	queue->item = (sse_str){ sse_memdup(payload.data, payload.len), payload.len };
	if (queue->finishing) {
		queue->state = QUEUE_RETURNING;
		go_on(queue);
		return;
	}
	queue->state = QUEUE_HOLDING;
	key.data += queue->config->prefix_len;
	key.len -= queue->config->prefix_len;
	queue->events->item(queue->owner, key, payload);
}

static void on_returned(void *arg, const sse_reply *reply)
{
	sse_queue *queue = arg;

	if (!reply) {
		return; /* whether it arrived is unknown, but an item twice is better than none: it is sent again */
	}
	if (reply->type == REDIS_REPLY_ERROR) {
		refuse(queue, reply);
		return;
	}
	drop_item(queue);
	queue->state = QUEUE_OFFLINE;
	go_on(queue);
}

void sse_queue_settle(sse_queue *queue, bool delivered)
{
	if (queue->state != QUEUE_HOLDING) {
		return;
	}
	if (delivered) {
		drop_item(queue);
		queue->state = QUEUE_OFFLINE;
	} else {
		queue->state = QUEUE_RETURNING;
	}
	go_on(queue);
}

/* Ending */

static void on_unblocked(void *arg, const sse_reply *reply)
{
	/* Whatever Redis says, the answer that counts is the one to BLPOP. */
}

static void on_unblocker_ready(void *owner)
{
	sse_queue *queue = owner;
	sse_str argv[] = { { "CLIENT", 6 }, { "UNBLOCK", 7 }, { queue->client_id, strlen(queue->client_id) } };

	sse_redis_conn_command(queue->unblocker, 3, argv, 0, on_unblocked, NULL);
}

static void on_unblocker_lost(void *owner, const char *error, bool permanent)
{
	/* Then BLPOP ends when its time is up. */
}

static const sse_redis_events unblocker_events = { on_unblocker_ready, on_unblocker_lost, NULL };

static bool is_settled(const sse_queue *queue)
{
	return queue->state == QUEUE_IDLE || (queue->state == QUEUE_OFFLINE && !sse_redis_conn_is_ready(queue->conn));
}

int sse_queue_finish(sse_queue *queue, uint64_t limit_ms, sse_str *stranded_key, sse_str *stranded)
{
	uint64_t end = sse_loop_now_fresh(queue->loop) + limit_ms;

	queue->finishing = true;
	*stranded_key = *stranded = (sse_str){ NULL, 0 };
	if (queue->state == QUEUE_WAITING && queue->client_id[0] != '\0') {
		queue->unblocker = sse_redis_conn_new(queue->loop, queue->config, &unblocker_events, queue);
		sse_redis_conn_start(queue->unblocker);
	}
	queue->refused = false;
	while (!is_settled(queue) && !queue->refused && sse_loop_now(queue->loop) < end) {
		sse_loop_turn(queue->loop, end);
	}
	if (queue->unblocker) {
		sse_redis_conn_close(queue->unblocker);
		queue->unblocker = NULL;
	}
	if (is_settled(queue)) {
		return 0;
	}
	*stranded_key = queue->item_key;
	*stranded = queue->item;
	return -1;
}

void sse_queue_free(sse_queue *queue)
{
	size_t i;

	sse_redis_conn_close(queue->conn);
	drop_item(queue);
	for (i = 0; i < queue->count; i++) {
		sse_redis_key_free(queue->keys[i]);
	}
	sse_free(queue->keys);
	sse_free(queue);
}
