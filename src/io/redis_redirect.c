#include "redis_redirect.h"

#include "core/alloc.h"

#include <stdio.h>
#include <string.h>

/* A slot that moves: its keys are there in a moment. */
#define LATER_MS 20
/* Nobody serves the slot, or only a replica was found; and a node that was named, which may be wrong as well. */
#define ELSEWHERE_MS 100
#define HINTED_MS 5

sse_redirect *sse_redirect_new(sse_redis_conn *conn, sse_redis_found_cb found)
{
	sse_redirect *redirect = sse_calloc(1, sizeof(*redirect));

	redirect->find = sse_redis_find_new(conn->loop, conn->config, found, conn);
	return redirect;
}

static void leave_asked(sse_redirect *redirect)
{
	if (redirect->asked) {
		sse_redis_conn_close(redirect->asked);
		redirect->asked = NULL;
	}
}

void sse_redirect_free(sse_redirect *redirect)
{
	leave_asked(redirect);
	sse_redis_find_free(redirect->find);
	sse_free(redirect);
}

void sse_redirect_note(sse_redis_conn *conn, pending_reply *pending, char *bytes, size_t len, uint64_t block_ms)
{
	sse_refusal *refusal = sse_calloc(1, sizeof(*refusal));

	refusal->bytes = bytes;
	refusal->len = len;
	refusal->number = ++conn->redirect->numbers;
	refusal->block_ms = block_ms;
	refusal->give_up_at = sse_loop_now_fresh(conn->loop) + (uint64_t)(conn->config->read_timeout * 1000.0);
	pending->refusal = refusal;
}

void sse_redirect_free_refusal(sse_refusal *refusal)
{
	if (refusal) {
		sse_free(refusal->bytes);
		sse_free(refusal);
	}
}

void sse_redirect_put(sse_redis_conn *conn, pending_reply *pending)
{
	pending_reply **at = &conn->redirect->refused;

	/* Answers of commands that were sent before this one may still bring refusals. */
	while (*at && (*at)->refusal->number < pending->refusal->number) {
		at = &(*at)->next;
	}
	pending->next = *at;
	*at = pending;
}

pending_reply *sse_redirect_take(sse_redis_conn *conn)
{
	sse_redirect *redirect = conn->redirect;
	pending_reply *all = redirect->refused;

	if (redirect->asking) {
		redirect->asking->next = all;
		all = redirect->asking;
	}
	redirect->asking = redirect->refused = NULL;
	redirect->is_settling = redirect->is_quiet = false;
	leave_asked(redirect);
	return all;
}

/* "MOVED 3999 127.0.0.1:6381", "ASK 3999 ::1:6381", "MOVED 3999 :6381": the last one is the host that says so. */
static bool parse_place(const sse_redirect *redirect, sse_str error, sse_redis_place *place)
{
	const char *space = strrchr(error.data, ' ');
	const char *colon = space ? strrchr(space, ':') : NULL;
	size_t len = colon ? (size_t)(colon - space - 1) : 0;
	int port = 0;

	if (!colon || len >= sizeof(place->host) || sscanf(colon + 1, "%d", &port) != 1 || port < 1 || port > 65535) {
		return false;
	}
	*place = (sse_redis_place){ .port = port };
	memcpy(place->host, len > 0 ? space + 1 : redirect->place.host, len > 0 ? len : strlen(redirect->place.host));
	return true;
}

bool sse_redirect_is_elsewhere(sse_redis_conn *conn, const sse_reply *reply)
{
	sse_redirect *redirect = conn->redirect;

	if (sse_reply_is_error(reply, "MOVED ")) {
		redirect->has_hint = parse_place(redirect, reply->str, &redirect->hint);
		return true;
	}
	return sse_reply_is_error(reply, "CLUSTERDOWN") || sse_reply_is_error(reply, "READONLY");
}

/* False: it is an answer. */
static bool is_refusal(sse_redis_conn *conn, const sse_reply *reply, sse_redirect_next *next)
{
	sse_redirect *redirect = conn->redirect;
	sse_redis_place place;

	if (sse_redirect_is_elsewhere(conn, reply)) {
		*next = REDIRECT_ELSEWHERE;
		return true;
	}
	*next = REDIRECT_LATER;
	if (sse_reply_is_error(reply, "ASK ") && parse_place(redirect, reply->str, &place)) {
		if (place.port != redirect->ask.port || strcmp(place.host, redirect->ask.host) != 0) {
			leave_asked(redirect);
			redirect->ask = place;
		}
		*next = REDIRECT_ASK;
		return true;
	}
	return sse_reply_is_error(reply, "TRYAGAIN");
}

bool sse_redirect_keeps(sse_redis_conn *conn, pending_reply *pending, const sse_reply *reply)
{
	sse_redirect_next next;

	if (reply->type != REDIS_REPLY_ERROR || !is_refusal(conn, reply, &next) || pending->refusal->block_ms > 0
		|| sse_loop_now(conn->loop) >= pending->refusal->give_up_at) {
		return false;
	}
	pending->refusal->next = next;
	conn->redirect->is_settling = true;
	sse_redirect_put(conn, pending);
	return true;
}

/* At the node that ASK named */

static void put_back(sse_redis_conn *conn, pending_reply *pending, sse_redirect_next next)
{
	pending->refusal->next = next;
	sse_redirect_put(conn, pending);
}

static void on_asking(void *arg, const sse_reply *reply)
{
	/* Whatever it says shows in the answer to the command. */
}

static void on_asked(void *arg, const sse_reply *reply)
{
	sse_redis_conn *conn = arg;
	sse_redirect *redirect = conn->redirect;
	pending_reply *pending = redirect->asking;

	if (!reply) {
		return; /* lost() follows */
	}
	redirect->asking = NULL;
	/* Not this node either, or not yet: the one that serves the slot knows best. */
	if (reply->type == REDIS_REPLY_ERROR && sse_loop_now(conn->loop) < pending->refusal->give_up_at
		&& (sse_reply_is_error(reply, "TRYAGAIN") || sse_reply_is_error(reply, "MOVED ") || sse_reply_is_error(reply, "ASK ")
			|| sse_reply_is_error(reply, "CLUSTERDOWN") || sse_reply_is_error(reply, "READONLY"))) {
		put_back(conn, pending, REDIRECT_LATER);
	} else {
		redirect->is_answering = true;
		pending->cb(pending->arg, reply);
		redirect->is_answering = false;
		sse_conn_free_pending(pending);
	}
	if (conn->state == CONN_READY) {
		sse_redirect_go_on(conn);
	}
}

static void on_asked_ready(void *owner)
{
	sse_redis_conn *conn = owner;
	sse_redirect *redirect = conn->redirect;
	const pending_reply *pending = redirect->asking;
	sse_str piece;

	if (pending) {
		piece = (sse_str){ pending->refusal->bytes, pending->refusal->len };
		redirect->asking->refusal->next = REDIRECT_HERE; /* sent: from here on nobody knows whether it was executed */
		sse_redis_conn_command(redirect->asked, 1, &(sse_str){ "ASKING", 6 }, 0, on_asking, NULL);
		sse_redis_conn_send(redirect->asked, 1, &piece, 0, on_asked, conn);
	}
}

static void on_asked_lost(void *owner, const char *error, bool permanent)
{
	sse_redis_conn *conn = owner;
	sse_redirect *redirect = conn->redirect;
	pending_reply *pending = redirect->asking;

	if (pending && pending->refusal->next == REDIRECT_ASK && sse_loop_now(conn->loop) < pending->refusal->give_up_at) {
		redirect->asking = NULL;
		leave_asked(redirect);
		put_back(conn, pending, REDIRECT_LATER);
		sse_redirect_go_on(conn);
	} else if (pending) {
		sse_conn_lose(conn, error, permanent);
	} else {
		leave_asked(redirect);
	}
}

static const sse_redis_events asked_events = { on_asked_ready, on_asked_lost, NULL };

static void ask(sse_redis_conn *conn, pending_reply *pending)
{
	sse_redirect *redirect = conn->redirect;

	redirect->asking = pending;
	if (!redirect->asked) {
		sse_redis_place_config(conn->config, &redirect->ask, &redirect->ask_config);
		redirect->asked = sse_redis_conn_new(conn->loop, &redirect->ask_config, &asked_events, conn);
		sse_redis_conn_start(redirect->asked);
	} else if (sse_redis_conn_is_ready(redirect->asked)) {
		on_asked_ready(conn);
	}
}

/* One after the other */

static void on_later(uv_timer_t *timer)
{
	sse_redis_conn *conn = timer->data;

	if (conn->redirect->refused) {
		conn->redirect->refused->refusal->next = REDIRECT_HERE;
	}
	sse_redirect_go_on(conn);
}

void sse_redirect_go_on(sse_redis_conn *conn)
{
	sse_redirect *redirect = conn->redirect;
	pending_reply *pending = redirect->refused;

	if (!redirect->is_settling || redirect->is_quiet || conn->first || redirect->asking || uv_is_active((uv_handle_t *)&conn->retry)) {
		return;
	}
	if (!pending) {
		redirect->is_settling = false;
		leave_asked(redirect);
		return;
	}
	switch (pending->refusal->next) {
	case REDIRECT_LATER:
		uv_timer_start(&conn->retry, on_later, LATER_MS, 0);
		return;
	case REDIRECT_ELSEWHERE:
		for (; pending; pending = pending->next) {
			pending->refusal->next = REDIRECT_HERE; /* where the next connection leads to */
		}
		redirect->is_quiet = true;
		sse_conn_redial(conn, redirect->has_hint ? HINTED_MS : ELSEWHERE_MS);
		return;
	case REDIRECT_ASK:
		redirect->refused = pending->next;
		ask(conn, pending);
		return;
	case REDIRECT_HERE:
		redirect->refused = pending->next;
		sse_conn_send_noted(conn, pending);
		return;
	}
}
