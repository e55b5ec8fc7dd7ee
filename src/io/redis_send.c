/* The commands of a connection: how they get into hiredis' buffer, and who is told of the answer. */
#include "redis_conn_internal.h"

#include "core/alloc.h"
#include "redis_redirect.h"

#include <string.h>

#define ARGS_ON_STACK 16

/* hiredis wants words and their lengths in two arrays. */
typedef struct words {
	const char *bytes_here[ARGS_ON_STACK];
	size_t lens_here[ARGS_ON_STACK];
	const char **bytes;
	size_t *lens;
} words;

static void open_words(words *words, int argc, const sse_str *argv)
{
	bool fits = argc <= ARGS_ON_STACK;

	words->bytes = fits ? words->bytes_here : sse_calloc((size_t)argc, sizeof(*words->bytes));
	words->lens = fits ? words->lens_here : sse_calloc((size_t)argc, sizeof(*words->lens));
	for (int i = 0; i < argc; i++) {
		words->bytes[i] = argv[i].data;
		words->lens[i] = argv[i].len;
	}
}

static void close_words(words *words)
{
	if (words->bytes != words->bytes_here) {
		sse_free(words->bytes);
		sse_free(words->lens);
	}
}

int sse_conn_append(sse_redis_conn *conn, int argc, const sse_str *argv)
{
	words words;
	int result;

	open_words(&words, argc, argv);
	result = redisAppendCommandArgv(conn->ctx, argc, words.bytes, words.lens);
	close_words(&words);
	return result == REDIS_OK ? 0 : -1;
}

/* Keeps what it takes to send the command again. */
static int note_command(sse_redis_conn *conn, int argc, const sse_str *argv, pending_reply *pending, uint64_t block_ms)
{
	char *command = NULL;
	long long len;
	words words;

	open_words(&words, argc, argv);
	len = redisFormatCommandArgv(&command, argc, words.bytes, words.lens);
	close_words(&words);
	if (len < 0) {
		return -1;
	}
	sse_redirect_note(conn, pending, sse_memdup(command, (size_t)len), (size_t)len, block_ms);
	redisFreeCommand(command);
	return 0;
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

int sse_redis_conn_command(sse_redis_conn *conn, int argc, const sse_str *argv, uint64_t block_ms, sse_reply_cb cb, void *arg)
{
	pending_reply *pending;
	bool is_noted = conn->redirect && !conn->events->push;

	if (!sse_redis_conn_is_ready(conn)) {
		return -1;
	}
	pending = new_pending(conn, cb, arg);
	if ((is_noted ? note_command(conn, argc, argv, pending, block_ms) : sse_conn_append(conn, argc, argv)) != 0) {
		sse_free(pending);
		return -1;
	}
	if (is_noted) {
		send_or_wait(conn, pending);
	} else {
		expect_reply(conn, pending, block_ms);
	}
	return 0;
}

static char *join(size_t count, const sse_str *pieces, size_t *len)
{
	char *bytes, *at;
	size_t i;

	for (*len = 0, i = 0; i < count; i++) {
		*len += pieces[i].len;
	}
	bytes = at = sse_malloc(*len + 1);
	for (i = 0; i < count; i++) {
		if (pieces[i].len > 0) {
			memcpy(at, pieces[i].data, pieces[i].len);
			at += pieces[i].len;
		}
	}
	return bytes;
}

int sse_redis_conn_send(
	sse_redis_conn *conn, size_t count, const sse_str *pieces, uint64_t block_ms, sse_reply_cb cb, void *arg)
{
	pending_reply *pending;
	size_t i, len;

	if (!sse_redis_conn_is_ready(conn)) {
		return -1;
	}
	pending = new_pending(conn, cb, arg);
	if (conn->redirect) {
		char *bytes = join(count, pieces, &len);

		sse_redirect_note(conn, pending, bytes, len, block_ms);
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

void sse_redis_conn_keep_reply(sse_redis_conn *conn, sse_arena *arena)
{
	sse_redis_conn *from = conn->redirect && conn->redirect->is_answering ? conn->redirect->asked : conn;

	sse_arena_deinit(arena);
	*arena = from->arena;
	sse_arena_init(&from->arena);
}
