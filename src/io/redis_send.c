/* The commands of a connection: how they get into hiredis' buffer, and who is told of the answer. */
#include "redis_conn_internal.h"

#include "core/alloc.h"
#include "core/resp.h"
#include "redis_redirect.h"

/* Memory for commands that stays with the connection. */
#define KEEP_BYTES 4096

static void write_command(sse_buf *out, int argc, const sse_str *argv)
{
	size_t len = SSE_RESP_HEAD_MAX;
	int i;

	for (i = 0; i < argc; i++) {
		len += SSE_RESP_HEAD_MAX + argv[i].len + 2;
	}
	sse_buf_reserve(out, len);
	sse_resp_command(out, (size_t)argc);
	for (i = 0; i < argc; i++) {
		sse_resp_word(out, argv[i]);
	}
}

int sse_conn_append(sse_redis_conn *conn, int argc, const sse_str *argv)
{
	int result;

	write_command(&conn->command, argc, argv);
	result = redisAppendFormattedCommand(conn->ctx, conn->command.data, conn->command.len);
	sse_buf_reset(&conn->command, KEEP_BYTES);
	return result == REDIS_OK ? 0 : -1;
}

static pending_reply *new_pending(const sse_redis_conn *conn, sse_reply_cb cb, void *arg)
{
	pending_reply *pending = NULL;

	if (!conn->events->push) {
		pending = sse_calloc(1, sizeof(*pending));
		pending->cb = cb;
		pending->arg = arg;
	}
	return pending;
}

static void expect_reply(sse_redis_conn *conn, pending_reply *pending, uint64_t block_ms)
{
	if (pending) {
		pending->next = NULL;
		pending->deadline =
			sse_loop_now_fresh(conn->loop) + block_ms + (uint64_t)(conn->config->read_timeout * 1000.0);
		*conn->last = pending;
		conn->last = &pending->next;
	}
	/* An error shows in the next turn as an event of the poll handle; reporting it from here would surprise the caller. */
	if (!conn->holding) {
		sse_conn_flush(conn);
	}
}

void sse_conn_send_noted(sse_redis_conn *conn, pending_reply *pending)
{
	const sse_refusal *refusal = pending->refusal;

	redisAppendFormattedCommand(conn->ctx, refusal->bytes, refusal->len); /* fails only without memory; the next write reports it */
	expect_reply(conn, pending, refusal->block_ms);
}

/* Behind those that were refused, if there are any. */
static void send_or_wait(sse_redis_conn *conn, pending_reply *pending)
{
	if (sse_redirect_is_settling(conn)) {
		sse_redirect_put(conn, pending);
	} else {
		sse_conn_send_noted(conn, pending);
	}
}

void sse_redis_conn_hold(sse_redis_conn *conn)
{
	conn->holding = conn->state == CONN_READY;
}

void sse_redis_conn_flush(sse_redis_conn *conn)
{
	if (conn->holding) {
		conn->holding = false;
		sse_conn_flush(conn);
	}
}

/* Whether a cluster may refuse the command for now: what it takes to send it again is kept then. */
static bool is_kept(const sse_redis_conn *conn)
{
	return conn->redirect && !conn->events->push;
}

int sse_redis_conn_send(
	sse_redis_conn *conn, size_t count, const sse_str *pieces, uint64_t block_ms, sse_reply_cb cb, void *arg)
{
	pending_reply *pending;
	size_t i;

	if (!sse_redis_conn_is_ready(conn)) {
		return -1;
	}
	pending = new_pending(conn, cb, arg);
	if (is_kept(conn)) {
		sse_buf bytes;

		sse_buf_init(&bytes);
		for (i = 0; i < count; i++) {
			sse_buf_append(&bytes, pieces[i].data, pieces[i].len);
		}
		sse_redirect_note(conn, pending, bytes.data, bytes.len, block_ms);
		send_or_wait(conn, pending);
		return 0;
	}
	for (i = 0; i < count; i++) {
		if (redisAppendFormattedCommand(conn->ctx, pieces[i].data, pieces[i].len) != REDIS_OK) {
			sse_free(pending);
			return -1;
		}
	}
	expect_reply(conn, pending, block_ms);
	return 0;
}

int sse_redis_conn_command(sse_redis_conn *conn, int argc, const sse_str *argv, uint64_t block_ms, sse_reply_cb cb, void *arg)
{
	int result;

	write_command(&conn->command, argc, argv);
	result = sse_redis_conn_send(conn, 1, &(sse_str){ conn->command.data, conn->command.len }, block_ms, cb, arg);
	sse_buf_reset(&conn->command, KEEP_BYTES);
	return result;
}

void sse_redis_conn_keep_reply(sse_redis_conn *conn, sse_arena *arena)
{
	sse_redis_conn *from = conn->redirect && conn->redirect->is_answering ? conn->redirect->asked : conn;

	sse_arena_deinit(arena);
	*arena = from->arena;
	sse_arena_init(&from->arena);
}
