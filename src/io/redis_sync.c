#include "redis_sync.h"

#include "core/alloc.h"

#include <stdio.h>

struct sse_redis_sync {
	const sse_redis_config *config;
	sse_loop loop;
	uv_pid_t pid;              /* of the process that made the loop */
	sse_redis_conn *conn;      /* NULL until the first command, and after a loss */
	const sse_reply *reply;    /* the answer, in arena */
	sse_arena arena;
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
	sync->pid = uv_os_getpid();
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
	if (sync->pid != uv_os_getpid()) {
		sse_loop_detach_after_fork(&sync->loop);
		disconnect(sync);
		sync->pid = uv_os_getpid();
	}
}

static int ensure_connected(sse_redis_sync *sync, char *error, size_t error_size)
{
	if (sync->conn) {
		sse_loop_turn(&sync->loop, 0); /* has Redis hung up since the last command? */
		if (!sse_redis_conn_is_ready(sync->conn)) {
			disconnect(sync);
		}
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

static void on_answer(void *arg, const sse_reply *reply)
{
	sse_redis_sync *sync = arg;

	if (reply) {
		sse_redis_conn_keep_reply(sync->conn, &sync->arena);
		sync->reply = reply;
	}
}

static const sse_reply *wait_for_answer(sse_redis_sync *sync, char *error, size_t error_size)
{
	while (!sync->reply && !sync->failed) {
		sse_loop_turn(&sync->loop, UINT64_MAX);
	}
	if (!sync->reply) {
		snprintf(error, error_size, "Redis was lost while it was asked: %s", sync->error);
		disconnect(sync);
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

void sse_redis_sync_free(sse_redis_sync *sync)
{
	leave_parents_connection(sync);
	disconnect(sync);
	sse_loop_deinit(&sync->loop);
	sse_arena_deinit(&sync->arena);
	sse_free(sync);
}
