#include "redis_sync.h"

#include "core/alloc.h"

#include <stdio.h>

#ifndef _WIN32
#include <poll.h>
#endif

/*
 * Redis on the same machine answers in less time than it takes to fall asleep and to be woken, if there is a processor for each:
 * then it is quicker to look for the answer again and again, for so long at most, in ns. Which is quicker here and now is
 * measured: of so many waits one is spent in the other way than the quicker one. One that takes longer counts as much longer.
 */
#define LOOK_NS 100000
#define WAITS_PER_TRY 32
#define COUNTED_NS 1000000
/* Whether Redis has hung up is not asked of a connection that brought an answer so short a while ago, in ns. */
#define FRESH_NS 20000
/* Calls that are sent before their answers are read; and bytes, about, so that neither side has to buffer much. */
#define CALLS_AT_ONCE 256
#define BYTES_AT_ONCE 262144

struct sse_redis_sync {
	const sse_redis_config *config;
	sse_loop loop;
	unsigned forks;            /* sse_loop_forks() of the process that made the loop */
	sse_redis_conn *conn;      /* NULL until the first command, and after a loss */
	const sse_reply *reply;    /* the answer, in arena */
	sse_arena arena;
	bool may_look;             /* there is another processor for Redis */
	unsigned waits;
	uint64_t look_ns;          /* what a wait takes of late when it looks, and when it sleeps */
	uint64_t sleep_ns;
	uint64_t heard_at;         /* uv_hrtime() when something was read last */
	bool failed;
	char error[256];
};

static void on_ready(void *owner)
{
	/* ensure_connected() sees it by itself */
}

static void on_lost(void *owner, const char *error, bool permanent)
{
	sse_redis_sync *sync = owner;

	sync->failed = true;
	snprintf(sync->error, sizeof(sync->error), "%s", error);
}

static const sse_redis_events sync_events = { on_ready, on_lost, NULL };

sse_redis_sync *sse_redis_sync_new(const sse_redis_config *config, char *error, size_t error_size)
{
	sse_redis_sync *sync = sse_calloc(1, sizeof(*sync));
	int err = sse_loop_init(&sync->loop);

	if (err != 0) {
		snprintf(error, error_size, "no event loop: %s", uv_strerror(err));
		sse_free(sync);
		return NULL;
	}
	sync->config = config;
	sync->forks = sse_loop_forks();
	sync->may_look = uv_available_parallelism() > 1;
	sse_arena_init(&sync->arena);
	return sync;
}

static void disconnect(sse_redis_sync *sync)
{
	if (sync->conn) {
		sse_redis_conn_close(sync->conn);
		sync->conn = NULL;
	}
}

/* A child that was forked after the connection was made must leave the parent's socket alone. */
static void leave_parents_connection(sse_redis_sync *sync)
{
	if (sync->forks != sse_loop_forks()) {
		sse_loop_detach_after_fork(&sync->loop);
		disconnect(sync);
		sync->forks = sse_loop_forks();
	}
}

static int ensure_connected(sse_redis_sync *sync, char *error, size_t error_size)
{
	if (sync->conn && uv_hrtime() - sync->heard_at > FRESH_NS) {
		/* Has Redis hung up since the last command? */
		if (sse_redis_conn_answer_fd(sync->conn) < 0) {
			sse_loop_turn(&sync->loop, 0);
		} else {
			sse_redis_conn_read(sync->conn);
		}
	}
	if (sync->conn && !sse_redis_conn_is_ready(sync->conn)) {
		disconnect(sync);
	}
	sync->failed = false;
	if (!sync->conn) {
		sync->conn = sse_redis_conn_new(&sync->loop, sync->config, &sync_events, sync);
		sse_redis_conn_start(sync->conn);
	}
	while (!sse_redis_conn_is_ready(sync->conn) && !sync->failed) {
		sse_loop_turn(&sync->loop, UINT64_MAX);
	}
	if (sync->failed) {
		char address[128];

		snprintf(error, error_size, "Redis at %s: %s",
			sse_redis_config_address(sync->config, address, sizeof(address)), sync->error);
		disconnect(sync);
		return -1;
	}
	return 0;
}

/* Answers */

#ifndef _WIN32
static bool look_for_answer(sse_redis_sync *sync, uint64_t end)
{
	do {
		if (sse_redis_conn_read(sync->conn)) {
			return true;
		}
	} while (uv_hrtime() < end);
	return false;
}

static bool sleep_for_answer(sse_redis_sync *sync, int fd)
{
	struct pollfd watched = { fd, POLLIN, 0 };

	return poll(&watched, 1, SSE_TICK_MS) > 0 && sse_redis_conn_read(sync->conn);
}

/* Looking has to be worth the processor's time. */
static bool is_to_look(sse_redis_sync *sync)
{
	bool is_quicker = sync->look_ns < sync->sleep_ns - sync->sleep_ns / 8;

	return sync->may_look && (sync->waits++ % WAITS_PER_TRY == 0 ? !is_quicker : is_quicker);
}

static bool wait_for_socket(sse_redis_sync *sync, int fd)
{
	bool looks = is_to_look(sync);
	uint64_t *average = looks ? &sync->look_ns : &sync->sleep_ns;
	uint64_t began = uv_hrtime(), took;
	bool found = (looks && look_for_answer(sync, began + LOOK_NS)) || sleep_for_answer(sync, fd);

	sync->heard_at = uv_hrtime();
	took = sync->heard_at - began;
	*average = (*average * 7 + (took < COUNTED_NS ? took : COUNTED_NS)) / 8;
	return found;
}
#endif

/* Returns when something has come, when the connection was lost, or after a while. */
static void wait(sse_redis_sync *sync)
{
#ifndef _WIN32
	int fd = sse_redis_conn_answer_fd(sync->conn);

	if (fd >= 0 && wait_for_socket(sync, fd)) {
		return;
	}
#endif
	sse_loop_turn(&sync->loop, UINT64_MAX); /* which also knows when it has taken too long */
}

static void on_answer(void *arg, const sse_reply *reply)
{
	sse_redis_sync *sync = arg;

	if (reply) {
		sse_redis_conn_keep_reply(sync->conn, &sync->arena);
		sync->reply = reply;
	}
}

static void say_lost(sse_redis_sync *sync, char *error, size_t error_size)
{
	snprintf(error, error_size, "Redis was lost while it was asked: %s", sync->error);
	disconnect(sync);
}

static const sse_reply *wait_for_answer(sse_redis_sync *sync, char *error, size_t error_size)
{
	while (!sync->reply && !sync->failed) {
		wait(sync);
	}
	if (!sync->reply) {
		say_lost(sync, error, error_size);
	}
	return sync->reply;
}

const sse_reply *sse_redis_sync_command(sse_redis_sync *sync, int argc, const sse_str *argv, char *error, size_t error_size)
{
	leave_parents_connection(sync);
	if (ensure_connected(sync, error, error_size) != 0) {
		return NULL;
	}
	sync->reply = NULL;
	sse_redis_conn_command(sync->conn, argc, argv, 0, on_answer, sync);
	return wait_for_answer(sync, error, error_size);
}

const sse_reply *sse_redis_sync_script(sse_redis_sync *sync, const sse_script *script, int keys, int args,
	const sse_str *arg, char *error, size_t error_size)
{
	const sse_reply *reply = NULL;
	int whole;

	leave_parents_connection(sync);
	for (whole = 0; whole <= 1; whole++) {
		if (ensure_connected(sync, error, error_size) != 0) {
			return NULL;
		}
		sync->reply = NULL;
		sse_script_call(sync->conn, script, whole != 0, keys, args, arg, on_answer, sync);
		reply = wait_for_answer(sync, error, error_size);
		if (!sse_reply_is_error(reply, "NOSCRIPT")) {
			break;
		}
	}
	return reply;
}

/* Many calls */

/* Those that are sent together. */
typedef struct batch {
	const sse_redis_calls *calls;
	size_t index[CALLS_AT_ONCE];
	size_t count;
	size_t answered;
	size_t unknown;            /* of these Redis did not know the script: they are the first in index, to be asked again */
	bool whole;                /* the script goes with the first of them, or all */
} batch;

static void on_call_answered(void *arg, const sse_reply *reply)
{
	batch *batch = arg;
	size_t index;

	if (!reply) {
		return; /* the connection is lost, and with it all that is still to come */
	}
	index = batch->index[batch->answered++];
	if (sse_reply_is_error(reply, "NOSCRIPT") && !batch->whole) {
		batch->index[batch->unknown++] = index;
	} else {
		batch->calls->answered(batch->calls->arg, index, reply);
	}
}

/* Returns how many bytes the call has, about. */
static size_t make_call(sse_redis_sync *sync, batch *batch, size_t index, bool whole)
{
	const sse_redis_calls *calls = batch->calls;
	sse_str args[SSE_REDIS_CALL_ARGS];
	size_t bytes = 0;

	calls->ask(calls->arg, index, args);
	sse_script_call(sync->conn, calls->script, whole, calls->keys, calls->args, args, on_call_answered, batch);
	for (int i = 0; i < calls->args; i++) {
		bytes += args[i].len;
	}
	return bytes;
}

/* The calls from first on that are to go together; returns the one behind them. */
static size_t make_calls(sse_redis_sync *sync, batch *batch, size_t first)
{
	size_t bytes = 0;

	batch->count = batch->answered = batch->unknown = 0;
	/*
	 * A slot may move meanwhile, to a node that does not know the script: calls that were asked again because of that would come
	 * behind those after them.
	 */
	batch->whole = sync->config->kind == SSE_REDIS_CLUSTER;
	while (first < batch->calls->count && batch->count < CALLS_AT_ONCE && bytes < BYTES_AT_ONCE) {
		batch->index[batch->count++] = first;
		bytes += make_call(sync, batch, first++, batch->whole);
	}
	return first;
}

static void make_unknown_calls(sse_redis_sync *sync, batch *batch)
{
	batch->count = batch->unknown;
	batch->answered = batch->unknown = 0;
	batch->whole = true;
	for (size_t i = 0; i < batch->count; i++) {
		make_call(sync, batch, batch->index[i], i == 0);
	}
}

static int send_batch(sse_redis_sync *sync, batch *batch, char *error, size_t error_size)
{
	sse_redis_conn_flush(sync->conn);
	while (batch->answered < batch->count && !sync->failed) {
		wait(sync);
	}
	if (batch->answered < batch->count) {
		say_lost(sync, error, error_size);
		return -1;
	}
	return 0;
}

int sse_redis_sync_calls(sse_redis_sync *sync, const sse_redis_calls *calls, char *error, size_t error_size)
{
	batch batch = { .calls = calls };
	size_t next = 0;

	leave_parents_connection(sync);
	while (next < calls->count) {
		if (ensure_connected(sync, error, error_size) != 0) {
			return -1;
		}
		sse_redis_conn_hold(sync->conn);
		next = make_calls(sync, &batch, next);
		if (send_batch(sync, &batch, error, error_size) != 0) {
			return -1;
		}
		if (batch.unknown > 0) {
			sse_redis_conn_hold(sync->conn);
			make_unknown_calls(sync, &batch);
			if (send_batch(sync, &batch, error, error_size) != 0) {
				return -1;
			}
		}
	}
	return 0;
}

void sse_redis_sync_free(sse_redis_sync *sync)
{
	leave_parents_connection(sync);
	disconnect(sync);
	sse_loop_deinit(&sync->loop);
	sse_arena_deinit(&sync->arena);
	sse_free(sync);
}
