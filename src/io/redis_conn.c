#include "redis_conn_internal.h"

#include "core/alloc.h"
#include "core/backoff.h"
#include "redis_dial.h"
#include "redis_redirect.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define BACKOFF_BASE_MS 100
#define BACKOFF_CAP_MS 5000
/* The same where a node may say who is in its place, and where that may change more often than a Redis breaks. */
#define TOLD_MS 10
#define TOLD_MAX 5
#define MOVED_MS 500
/* A subscriber hears nothing for as long as nobody publishes; after this much silence it asks. */
#define PING_AFTER_MS 2000
/* One read of so many bytes per turn: enough that a flood costs few system calls, and that timers and signals get their turn. */
#define READ_BYTES 65536
/*
 * hiredis moves what is left of its buffer to the front after each kilobyte that it has parsed: fed in small pieces, it has
 * little to move. A reply that is larger anyway is fed in one.
 */
#define FEED_BYTES 4096

static void dial(uv_timer_t *timer);
static void on_tick(sse_ticker *ticker, uint64_t now);
static void on_found(void *owner, const sse_redis_place *place, const char *error, bool permanent);

sse_redis_conn *sse_redis_conn_new(sse_loop *loop, const sse_redis_config *config, const sse_redis_events *events, void *owner)
{
	sse_redis_conn *conn = sse_calloc(1, sizeof(*conn));

	conn->loop = loop;
	conn->config = conn->dialed = config;
	conn->events = events;
	conn->owner = owner;
	conn->last = &conn->first;
	conn->ticker.tick = on_tick;
	sse_arena_init(&conn->arena);
	sse_buf_init(&conn->command);
	uv_timer_init(&loop->uv, &conn->retry);
	conn->retry.data = conn;
	if (config->kind != SSE_REDIS_SINGLE) {
		conn->redirect = sse_redirect_new(conn, on_found);
	}
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
	return conn->state == CONN_READY || (conn->redirect && conn->redirect->is_quiet);
}

const char *sse_redis_conn_address(const sse_redis_conn *conn, char *out, size_t out_size)
{
	return sse_redis_config_address(conn->state >= CONN_CONNECTING ? conn->dialed : conn->config, out, out_size);
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
	if (conn->redirect) {
		sse_redis_find_stop(conn->redirect->find);
	}
}

/* Behind sentinels and in clusters an error without the address that it is about says little. */
static void describe(const sse_redis_conn *conn, const char *error, char *message, size_t size)
{
	char address[SSE_REDIS_HOST_MAX + 16];

	if (conn->redirect && conn->state >= CONN_CONNECTING) {
		snprintf(message, size, "%s: %s", sse_redis_conn_address(conn, address, sizeof(address)), error);
	} else {
		snprintf(message, size, "%s", error);
	}
}

void sse_conn_free_pending(pending_reply *pending)
{
	sse_redirect_free_refusal(pending->refusal);
	sse_free(pending);
}

static pending_reply *take_pending(sse_redis_conn *conn)
{
	pending_reply *all = conn->first;

	if (conn->redirect) {
		*conn->last = sse_redirect_take(conn);
		all = conn->first;
	}
	conn->first = NULL;
	conn->last = &conn->first;
	return all;
}

static void free_all(pending_reply *pending)
{
	while (pending) {
		pending_reply *next = pending->next;

		sse_conn_free_pending(pending);
		pending = next;
	}
}

void sse_conn_lose(sse_redis_conn *conn, const char *error, bool permanent)
{
	char message[256];
	pending_reply *pending;

	if (conn->state == CONN_READY && sse_loop_now(conn->loop) - conn->state_since >= (conn->redirect ? MOVED_MS : BACKOFF_CAP_MS)) {
		conn->attempt = 0; /* it was a good connection, not one that Redis accepts and drops again and again */
	}
	describe(conn, error, message, sizeof(message)); /* error may live in the context */
	hang_up(conn);
	conn->holding = false;
	set_state(conn, CONN_WAITING);
	pending = take_pending(conn);
	while (pending) {
		pending_reply *next = pending->next;

		if (conn->state != CONN_CLOSED) {
			pending->cb(pending->arg, NULL);
		}
		sse_conn_free_pending(pending);
		pending = next;
	}
	if (conn->state != CONN_CLOSED) {
		conn->events->lost(conn->owner, message, permanent);
	}
	if (conn->state != CONN_CLOSED) {
		/* A node that says who is in its place is left at once, unless it is said again and again. */
		bool is_told = conn->redirect && conn->redirect->has_hint && conn->attempt < TOLD_MAX;
		uint64_t delay = is_told ? TOLD_MS : sse_backoff_ms(conn->attempt, BACKOFF_BASE_MS, BACKOFF_CAP_MS, &conn->loop->seed);

		conn->attempt++;
		uv_timer_start(&conn->retry, dial, delay, 0);
	}
}

void sse_conn_redial(sse_redis_conn *conn, uint64_t delay)
{
	hang_up(conn);
	conn->holding = false;
	set_state(conn, CONN_WAITING);
	uv_timer_start(&conn->retry, dial, delay, 0);
}

void sse_redis_conn_fail(sse_redis_conn *conn, const char *error, bool permanent)
{
	sse_conn_lose(conn, error, permanent);
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

int sse_conn_flush(sse_redis_conn *conn)
{
	int done = 0;

	if (redisBufferWrite(conn->ctx, &done) != REDIS_OK) {
		return -1;
	}
	/* During a TLS handshake the socket is writable all the time, but it is the server's turn. */
	watch(conn, done || is_shaking_hands(conn) ? UV_READABLE : UV_READABLE | UV_WRITABLE);
	return 0;
}

static void connect_to(sse_redis_conn *conn)
{
	char error[256];

	conn->ctx = sse_redis_dial(conn->dialed, error, sizeof(error));
	if (!conn->ctx) {
		sse_conn_lose(conn, error, false);
		return;
	}
	sse_arena_reset(&conn->arena);
	sse_reply_attach(conn->ctx, &conn->arena);
	conn->poll = sse_malloc(sizeof(*conn->poll));
	if (uv_poll_init_socket(&conn->loop->uv, conn->poll, conn->ctx->fd) != 0) {
		sse_free(conn->poll);
		conn->poll = NULL;
		sse_conn_lose(conn, "the socket cannot be watched", false);
		return;
	}
	conn->poll->data = conn;
	set_state(conn, CONN_CONNECTING);
	watch(conn, UV_WRITABLE);
}

static void connect_to_place(sse_redis_conn *conn, const sse_redis_place *place)
{
	sse_redirect *redirect = conn->redirect;

	redirect->place = *place;
	sse_redis_place_config(conn->config, &redirect->place, &redirect->at);
	conn->dialed = &redirect->at;
	connect_to(conn);
}

static void on_found(void *owner, const sse_redis_place *place, const char *error, bool permanent)
{
	sse_redis_conn *conn = owner;

	if (place) {
		connect_to_place(conn, place);
	} else {
		sse_conn_lose(conn, error, permanent);
	}
}

static void dial(uv_timer_t *timer)
{
	sse_redis_conn *conn = timer->data;

	if (!conn->redirect) {
		connect_to(conn);
	} else if (conn->redirect->has_hint) {
		conn->redirect->has_hint = false;
		connect_to_place(conn, &conn->redirect->hint);
	} else {
		set_state(conn, CONN_FINDING);
		sse_redis_find_start(conn->redirect->find);
	}
}

static void on_connected(sse_redis_conn *conn)
{
	char error[256];
	int result = sse_redis_dial_result(conn->ctx, error, sizeof(error));

	if (result > 0) {
		return;
	}
	if (result < 0) {
		sse_conn_lose(conn, error, false);
		return;
	}
	if (sse_redis_dial_tls(conn->ctx, conn->dialed, error, sizeof(error)) != 0) {
		sse_conn_lose(conn, error, !sse_redis_has_tls());
		return;
	}
	if (!conn->config->path) {
		redisEnableKeepAlive(conn->ctx);
	}
	conn->login_replies = sse_redis_append_login(conn->ctx, conn->dialed, conn->config->kind == SSE_REDIS_SENTINEL);
	set_state(conn, CONN_LOGIN);
	if (sse_conn_flush(conn) != 0) {
		sse_conn_lose(conn, sse_redis_dial_error(conn->ctx), false);
	}
}

static void on_login_reply(sse_redis_conn *conn, const sse_reply *reply)
{
	bool permanent = false;
	char error[256];

	if (sse_redis_check_login(
			reply, conn->config->kind == SSE_REDIS_SENTINEL, conn->login_replies, &permanent, error, sizeof(error)) != 0) {
		sse_conn_lose(conn, error, permanent);
		return;
	}
	if (--conn->login_replies == 0) {
		bool is_quiet = conn->redirect && conn->redirect->is_quiet;

		set_state(conn, CONN_READY);
		if (is_quiet) {
			conn->redirect->is_quiet = false;
			sse_redirect_go_on(conn);
		} else {
			conn->events->ready(conn->owner);
		}
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
		if (conn->redirect && sse_redirect_is_elsewhere(conn, reply)) {
			sse_conn_lose(conn, reply->str.data, false);
		} else {
			conn->events->push(conn->owner, reply);
		}
		return;
	}
	pending = conn->first;
	if (!pending) {
		sse_conn_lose(conn, "Redis answered what was not asked", false);
		return;
	}
	conn->first = pending->next;
	if (!conn->first) {
		conn->last = &conn->first;
	}
	if (!conn->redirect || !sse_redirect_keeps(conn, pending, reply)) {
		pending->cb(pending->arg, reply);
		sse_conn_free_pending(pending);
	}
	if (sse_redirect_is_settling(conn)) {
		sse_redirect_go_on(conn);
	}
}

/* Hands out every reply that has arrived whole. Returns false when the connection went away meanwhile. */
static bool dispatch_replies(sse_redis_conn *conn)
{
	redisContext *ctx = conn->ctx;
	void *reply;

	for (;;) {
		if (redisReaderGetReply(ctx->reader, &reply) != REDIS_OK) {
			sse_conn_lose(conn, ctx->reader->errstr, false);
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
			sse_conn_lose(conn, sse_redis_dial_error(ctx), false);
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
			sse_conn_lose(conn, reader->errstr, false);
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
		sse_conn_lose(conn, "Redis closed the connection", false);
	} else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
		sse_conn_lose(conn, strerror(errno), false);
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
	return conn->state == CONN_READY && !conn->config->tls && !sse_redirect_is_settling(conn) && conn->poll_events == UV_READABLE ? conn->ctx->fd : -1;
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
		sse_conn_lose(conn, error, false);
		return;
	}
	if (conn->state == CONN_CONNECTING) {
		on_connected(conn);
		return;
	}
	if (((events & UV_WRITABLE) || is_shaking_hands(conn)) && sse_conn_flush(conn) != 0) {
		sse_conn_lose(conn, sse_redis_dial_error(conn->ctx), false);
		return;
	}
	if (events & UV_READABLE) {
		on_readable(conn);
	}
}

static void ask_whether_alive(sse_redis_conn *conn, uint64_t now)
{
	if (now - conn->last_read < PING_AFTER_MS || conn->ping_sent != 0) {
		return;
	}
	sse_conn_append(conn, 1, &(sse_str){ "PING", 4 });
	sse_conn_flush(conn);
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
			sse_conn_lose(conn, why_not_in_time(conn), false);
		}
		return;
	case CONN_READY:
		if (conn->first && now > conn->first->deadline && now - conn->last_read > patience) {
			sse_conn_lose(conn, "Redis does not answer a command", false);
		} else if (conn->ping_sent != 0 && now - conn->ping_sent > patience) {
			sse_conn_lose(conn, "Redis does not answer PING", false);
		} else if (conn->events->push) {
			ask_whether_alive(conn, now);
		}
		return;
	case CONN_WAITING:
	case CONN_FINDING: /* the connections to seeds have limits of their own */
	case CONN_CLOSED:
		return;
	}
}

static void free_conn(uv_handle_t *handle)
{
	sse_redis_conn *conn = handle->data;

	if (conn->redirect) {
		sse_redirect_free(conn->redirect);
	}
	sse_arena_deinit(&conn->arena);
	sse_buf_deinit(&conn->command);
	sse_free(conn);
}

void sse_redis_conn_close(sse_redis_conn *conn)
{
	sse_loop_remove_ticker(conn->loop, &conn->ticker);
	hang_up(conn);
	conn->state = CONN_CLOSED;
	free_all(take_pending(conn));
	uv_close((uv_handle_t *)&conn->retry, free_conn);
}
