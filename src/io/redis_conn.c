#include "redis_conn.h"

#include "core/alloc.h"
#include "core/backoff.h"
#include "redis_dial.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define BACKOFF_BASE_MS 100
#define BACKOFF_CAP_MS 5000
/* A subscriber hears nothing for as long as nobody publishes; after this much silence it asks. */
#define PING_AFTER_MS 2000
/* One read of so many bytes per turn: enough that a flood costs few system calls, and that timers and signals get their turn. */
#define READ_BYTES 65536
/*
 * hiredis moves what is left of its buffer to the front after each kilobyte that it has parsed: fed in small pieces, it has
 * little to move. A reply that is larger anyway is fed in one.
 */
#define FEED_BYTES 4096
#define MAX_COMMAND_ARGS 16

typedef enum conn_state { CONN_WAITING, CONN_CONNECTING, CONN_LOGIN, CONN_READY, CONN_CLOSED } conn_state;

typedef struct pending_reply {
	struct pending_reply *next;
	sse_reply_cb cb;
	void *arg;
	uint64_t deadline; /* ms, uv clock */
} pending_reply;

struct sse_redis_conn {
	sse_loop *loop;
	const sse_redis_config *config;
	const sse_redis_events *events;
	void *owner;
	conn_state state;
	uint64_t state_since;     /* ms */
	redisContext *ctx;        /* NULL while waiting */
	uv_poll_t *poll;          /* lives as long as ctx; freed in its own close callback */
	int poll_events;
	uv_timer_t retry;         /* its close callback frees the connection */
	unsigned attempt;
	unsigned login_replies;   /* still to come */
	bool holding;             /* what is appended is not written yet */
	pending_reply *first;     /* commands without an answer, oldest first */
	pending_reply **last;
	uint64_t last_read;       /* ms */
	uint64_t ping_sent;       /* ms; 0: none since last_read */
	sse_ticker ticker;
	sse_arena arena;
};

static void dial(uv_timer_t *timer);
static void on_tick(sse_ticker *ticker, uint64_t now);

sse_redis_conn *sse_redis_conn_new(sse_loop *loop, const sse_redis_config *config, const sse_redis_events *events, void *owner)
{
	sse_redis_conn *conn = sse_calloc(1, sizeof(*conn));

	conn->loop = loop;
	conn->config = config;
	conn->events = events;
	conn->owner = owner;
	conn->last = &conn->first;
	conn->ticker.tick = on_tick;
	sse_arena_init(&conn->arena);
	uv_timer_init(&loop->uv, &conn->retry);
	conn->retry.data = conn;
	sse_loop_add_ticker(loop, &conn->ticker);
	return conn;
}

void sse_redis_conn_start(sse_redis_conn *conn)
{
	/* Through the timer, so that a failure is reported from within a turn and never from within this call. */
	uv_timer_start(&conn->retry, dial, 0, 0);
}

bool sse_redis_conn_is_ready(const sse_redis_conn *conn)
{
	return conn->state == CONN_READY;
}

static void set_state(sse_redis_conn *conn, conn_state state)
{
	conn->state = state;
	conn->state_since = sse_loop_now_fresh(conn->loop); /* resolving a name may have taken long */
}

static void free_handle(uv_handle_t *handle)
{
	sse_free(handle);
}

static void hang_up(sse_redis_conn *conn)
{
	if (conn->poll) {
		/* uv_close() takes the descriptor out of the epoll set at once, so that hiredis may close it right after. */
		uv_close((uv_handle_t *)conn->poll, free_handle);
		conn->poll = NULL;
		conn->poll_events = 0;
	}
	if (conn->ctx) {
		redisFree(conn->ctx);
		conn->ctx = NULL;
	}
}

static void lose(sse_redis_conn *conn, const char *error, bool permanent)
{
	char message[256];
	pending_reply *pending = conn->first;

	if (conn->state == CONN_READY && sse_loop_now(conn->loop) - conn->state_since >= BACKOFF_CAP_MS) {
		conn->attempt = 0; /* it was a good connection, not one that Redis accepts and drops again and again */
	}
	snprintf(message, sizeof(message), "%s", error); /* it may live in the context */
	hang_up(conn);
	conn->holding = false;
	set_state(conn, CONN_WAITING);
	conn->first = NULL;
	conn->last = &conn->first;
	while (pending) {
		pending_reply *next = pending->next;

		if (conn->state != CONN_CLOSED) {
			pending->cb(pending->arg, NULL);
		}
		sse_free(pending);
		pending = next;
	}
	if (conn->state != CONN_CLOSED) {
		conn->events->lost(conn->owner, message, permanent);
	}
	if (conn->state != CONN_CLOSED) {
		uint64_t delay = sse_backoff_ms(conn->attempt, BACKOFF_BASE_MS, BACKOFF_CAP_MS, &conn->loop->seed);

		conn->attempt++;
		uv_timer_start(&conn->retry, dial, delay, 0);
	}
}

void sse_redis_conn_fail(sse_redis_conn *conn, const char *error, bool permanent)
{
	lose(conn, error, permanent);
}

static void on_poll(uv_poll_t *poll, int status, int events);

static void watch(sse_redis_conn *conn, int events)
{
	if (conn->poll && conn->poll_events != events) {
		uv_poll_start(conn->poll, events, on_poll);
		conn->poll_events = events;
	}
}

static bool is_shaking_hands(const sse_redis_conn *conn)
{
	return conn->config->tls && conn->state == CONN_LOGIN;
}

/* Writes what hiredis has buffered. A socket that cannot take it all is watched until it can. */
static int flush(sse_redis_conn *conn)
{
	int done = 0;

	if (redisBufferWrite(conn->ctx, &done) != REDIS_OK) {
		return -1;
	}
	/* During a TLS handshake the socket is writable all the time, but it is the server's turn. */
	watch(conn, done || is_shaking_hands(conn) ? UV_READABLE : UV_READABLE | UV_WRITABLE);
	return 0;
}

static void dial(uv_timer_t *timer)
{
	sse_redis_conn *conn = timer->data;
	char error[256];

	conn->ctx = sse_redis_dial(conn->config, error, sizeof(error));
	if (!conn->ctx) {
		lose(conn, error, false);
		return;
	}
	sse_arena_reset(&conn->arena);
	sse_reply_attach(conn->ctx, &conn->arena);
	conn->poll = sse_malloc(sizeof(*conn->poll));
	if (uv_poll_init_socket(&conn->loop->uv, conn->poll, conn->ctx->fd) != 0) {
		sse_free(conn->poll);
		conn->poll = NULL;
		lose(conn, "the socket cannot be watched", false);
		return;
	}
	conn->poll->data = conn;
	set_state(conn, CONN_CONNECTING);
	watch(conn, UV_WRITABLE);
}

static void on_connected(sse_redis_conn *conn)
{
	char error[256];
	int result = sse_redis_dial_result(conn->ctx, error, sizeof(error));

	if (result > 0) {
		return;
	}
	if (result < 0) {
		lose(conn, error, false);
		return;
	}
	if (sse_redis_dial_tls(conn->ctx, conn->config, error, sizeof(error)) != 0) {
		lose(conn, error, !sse_redis_has_tls());
		return;
	}
	if (!conn->config->path) {
		redisEnableKeepAlive(conn->ctx);
	}
	conn->login_replies = sse_redis_append_login(conn->ctx, conn->config);
	set_state(conn, CONN_LOGIN);
	if (flush(conn) != 0) {
		lose(conn, sse_redis_dial_error(conn->ctx), false);
	}
}

static void on_login_reply(sse_redis_conn *conn, const sse_reply *reply)
{
	bool permanent = false;
	char error[256];

	if (sse_redis_check_login(reply, conn->login_replies == 1, &permanent, error, sizeof(error)) != 0) {
		lose(conn, error, permanent);
		return;
	}
	if (--conn->login_replies == 0) {
		set_state(conn, CONN_READY);
		conn->events->ready(conn->owner);
	}
}

static void on_reply(sse_redis_conn *conn, const sse_reply *reply)
{
	pending_reply *pending;

	if (conn->state == CONN_LOGIN) {
		on_login_reply(conn, reply);
		return;
	}
	if (conn->events->push) {
		conn->events->push(conn->owner, reply);
		return;
	}
	pending = conn->first;
	if (!pending) {
		lose(conn, "Redis answered what was not asked", false);
		return;
	}
	conn->first = pending->next;
	if (!conn->first) {
		conn->last = &conn->first;
	}
	pending->cb(pending->arg, reply);
	sse_free(pending);
}

/* Hands out every reply that has arrived whole. Returns false when the connection went away meanwhile. */
static bool dispatch_replies(sse_redis_conn *conn)
{
	redisContext *ctx = conn->ctx;
	void *reply;

	for (;;) {
		if (redisReaderGetReply(ctx->reader, &reply) != REDIS_OK) {
			lose(conn, ctx->reader->errstr, false);
			return false;
		}
		if (!reply) {
			return true;
		}
		on_reply(conn, reply);
		if (conn->ctx != ctx) {
			return false; /* lost or closed by a callback; the context is gone */
		}
		sse_arena_reset(&conn->arena);
	}
}

static void note_sign_of_life(sse_redis_conn *conn)
{
	conn->last_read = sse_loop_now(conn->loop);
	conn->ping_sent = 0;
}

/* Through hiredis, which knows how to decrypt; what is decrypted can wait where epoll does not see it, so all is read. */
static void read_tls(sse_redis_conn *conn)
{
	for (;;) {
		redisContext *ctx = conn->ctx;
		size_t before = ctx->reader->len - ctx->reader->pos;

		if (redisBufferRead(ctx) != REDIS_OK) {
			lose(conn, sse_redis_dial_error(ctx), false);
			return;
		}
		if (ctx->reader->len - ctx->reader->pos == before) {
			return;
		}
		note_sign_of_life(conn);
		if (!dispatch_replies(conn)) {
			return;
		}
	}
}

static void feed(sse_redis_conn *conn, const char *bytes, size_t len)
{
	while (len > 0) {
		redisReader *reader = conn->ctx->reader;
		size_t piece = reader->len - reader->pos > FEED_BYTES || len < FEED_BYTES ? len : FEED_BYTES;

		if (redisReaderFeed(reader, bytes, piece) != REDIS_OK) {
			lose(conn, reader->errstr, false);
			return;
		}
		if (!dispatch_replies(conn)) {
			return;
		}
		bytes += piece;
		len -= piece;
	}
}

static bool read_plain(sse_redis_conn *conn)
{
	char bytes[READ_BYTES];
	ssize_t got = recv(conn->ctx->fd, bytes, sizeof(bytes), 0);

	if (got > 0) {
		note_sign_of_life(conn);
		feed(conn, bytes, (size_t)got);
	} else if (got == 0) {
		lose(conn, "Redis closed the connection", false);
	} else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
		lose(conn, strerror(errno), false);
	} else {
		return false;
	}
	return true;
}

static void on_readable(sse_redis_conn *conn)
{
	if (conn->config->tls) {
		read_tls(conn);
	} else {
		read_plain(conn);
	}
}

int sse_redis_conn_answer_fd(const sse_redis_conn *conn)
{
#ifdef _WIN32
	return -1; /* a socket is no descriptor there */
#else
	return conn->state == CONN_READY && !conn->config->tls && conn->poll_events == UV_READABLE ? conn->ctx->fd : -1;
#endif
}

bool sse_redis_conn_read(sse_redis_conn *conn)
{
	return sse_redis_conn_answer_fd(conn) >= 0 && read_plain(conn);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	sse_redis_conn *conn = poll->data;

	if (status < 0) {
		/* libuv has stopped the handle: without this the connection would be deaf for good. */
		char error[256] = "the connection broke";

		if (conn->state == CONN_CONNECTING || conn->state == CONN_LOGIN) {
			sse_redis_dial_result(conn->ctx, error, sizeof(error));
		}
		lose(conn, error, false);
		return;
	}
	if (conn->state == CONN_CONNECTING) {
		on_connected(conn);
		return;
	}
	if (((events & UV_WRITABLE) || is_shaking_hands(conn)) && flush(conn) != 0) {
		lose(conn, sse_redis_dial_error(conn->ctx), false);
		return;
	}
	if (events & UV_READABLE) {
		on_readable(conn);
	}
}

static int append_command(sse_redis_conn *conn, int argc, const sse_str *argv)
{
	const char *bytes[MAX_COMMAND_ARGS];
	size_t lens[MAX_COMMAND_ARGS] = { 0 };
	const char **all_bytes = bytes;
	size_t *all_lens = lens;
	int i, result;

	if (argc > MAX_COMMAND_ARGS) {
		all_bytes = sse_calloc((size_t)argc, sizeof(*all_bytes));
		all_lens = sse_calloc((size_t)argc, sizeof(*all_lens));
	}
	for (i = 0; i < argc; i++) {
		all_bytes[i] = argv[i].data;
		all_lens[i] = argv[i].len;
	}
	result = redisAppendCommandArgv(conn->ctx, argc, all_bytes, all_lens);
	if (argc > MAX_COMMAND_ARGS) {
		sse_free(all_bytes);
		sse_free(all_lens);
	}
	return result == REDIS_OK ? 0 : -1;
}

static void expect_reply(sse_redis_conn *conn, uint64_t block_ms, sse_reply_cb cb, void *arg)
{
	if (!conn->events->push) {
		pending_reply *pending = sse_malloc(sizeof(*pending));

		pending->next = NULL;
		pending->cb = cb;
		pending->arg = arg;
		pending->deadline =
			sse_loop_now_fresh(conn->loop) + block_ms + (uint64_t)(conn->config->read_timeout * 1000.0);
		*conn->last = pending;
		conn->last = &pending->next;
	}
	/* An error shows in the next turn as an event of the poll handle; reporting it from here would surprise the caller. */
	if (!conn->holding) {
		flush(conn);
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
		flush(conn);
	}
}

int sse_redis_conn_command(sse_redis_conn *conn, int argc, const sse_str *argv, uint64_t block_ms, sse_reply_cb cb, void *arg)
{
	if (conn->state != CONN_READY || append_command(conn, argc, argv) != 0) {
		return -1;
	}
	expect_reply(conn, block_ms, cb, arg);
	return 0;
}

int sse_redis_conn_send(
	sse_redis_conn *conn, size_t count, const sse_str *pieces, uint64_t block_ms, sse_reply_cb cb, void *arg)
{
	size_t i;

	if (conn->state != CONN_READY) {
		return -1;
	}
	for (i = 0; i < count; i++) {
		if (redisAppendFormattedCommand(conn->ctx, pieces[i].data, pieces[i].len) != REDIS_OK) {
			return -1;
		}
	}
	expect_reply(conn, block_ms, cb, arg);
	return 0;
}

void sse_redis_conn_keep_reply(sse_redis_conn *conn, sse_arena *arena)
{
	sse_arena_deinit(arena);
	*arena = conn->arena;
	sse_arena_init(&conn->arena);
}

static void ask_whether_alive(sse_redis_conn *conn, uint64_t now)
{
	if (now - conn->last_read < PING_AFTER_MS || conn->ping_sent != 0) {
		return;
	}
	append_command(conn, 1, &(sse_str){ "PING", 4 });
	flush(conn);
	conn->ping_sent = now;
}

static const char *why_not_in_time(const sse_redis_conn *conn)
{
	if (conn->state == CONN_CONNECTING) {
		return "connecting timed out";
	}
	return conn->config->tls ? "TLS: connected, but no answer came; does this port speak TLS?"
							 : "connected, but Redis does not answer";
}

static void on_tick(sse_ticker *ticker, uint64_t now)
{
	sse_redis_conn *conn = (sse_redis_conn *)((char *)ticker - offsetof(sse_redis_conn, ticker));
	uint64_t patience = (uint64_t)(conn->config->read_timeout * 1000.0);

	switch (conn->state) {
	case CONN_CONNECTING:
	case CONN_LOGIN:
		if (now - conn->state_since > (uint64_t)(conn->config->timeout * 1000.0)) {
			lose(conn, why_not_in_time(conn), false);
		}
		return;
	case CONN_READY:
		if (conn->first && now > conn->first->deadline && now - conn->last_read > patience) {
			lose(conn, "Redis does not answer a command", false);
		} else if (conn->ping_sent != 0 && now - conn->ping_sent > patience) {
			lose(conn, "Redis does not answer PING", false);
		} else if (conn->events->push) {
			ask_whether_alive(conn, now);
		}
		return;
	case CONN_WAITING:
	case CONN_CLOSED:
		return;
	}
}

static void free_conn(uv_handle_t *handle)
{
	sse_redis_conn *conn = handle->data;

	sse_arena_deinit(&conn->arena);
	sse_free(conn);
}

void sse_redis_conn_close(sse_redis_conn *conn)
{
	pending_reply *pending = conn->first;

	sse_loop_remove_ticker(conn->loop, &conn->ticker);
	hang_up(conn);
	conn->state = CONN_CLOSED;
	conn->first = NULL;
	conn->last = &conn->first;
	while (pending) {
		pending_reply *next = pending->next;

		sse_free(pending);
		pending = next;
	}
	uv_close((uv_handle_t *)&conn->retry, free_conn);
}
