/*
 * What an agent says to Redis, over a connection of its own: which streams came and went, and once a second that it lives,
 * with which it also ends what is left of others. When the connection is there again, Redis is asked which of our entries it
 * knows: what it has forgotten is put back, and what has left meanwhile is taken away.
 */
#include "presence_state.h"

#include "core/alloc.h"
#include "core/redis_key.h"

#include <stdio.h>
#include <string.h>

/* An agent that has not been heard of for so long is dead, ms. */
#define LEASE_MS 15000
#define SWEEP_MS 1000
/* After Redis said "not now", or nobody heard a list. */
#define RETRY_MS 1000
/* Entries in one call, and bytes of them, about: Redis does nothing else meanwhile. */
#define JOINS_PER_CALL 64
#define JOIN_BYTES 65536
#define LEAVES_PER_CALL 128
#define CALLS_IN_FLIGHT 4
/* A list that nobody hears is asked for so many times. */
#define ATTEMPTS_MAX 10
/* Each topic is renewed within so many sweeps: an hour. */
#define SWEEPS_PER_ROUND 3600
#define TOPICS_PER_SWEEP 64

typedef struct call {
	sse_link link;         /* agent->sent */
	sse_presence *agent;
	sse_presence_script script;
	uint64_t number;       /* of a join */
	size_t count;          /* its seats */
	sse_link left;         /* what a leave takes away */
} call;

static const sse_script *const scripts[] = {
	[PRESENCE_JOIN] = &sse_script_presence_join,
	[PRESENCE_LEAVE] = &sse_script_presence_leave,
	[PRESENCE_SWEEP] = &sse_script_presence_sweep,
};

static void ask_what_is_known(sse_presence *agent);

/* Calling */

static void put_common(const sse_presence *agent, sse_str *args, sse_presence_numbers *texts)
{
	sse_presence_args(
		agent->config, agent->clock_key, agent->nobody_key, sse_presence_name(agent), agent->count > 0 ? LEASE_MS : 0, args, texts);
}

static call *new_call(sse_presence *agent, sse_presence_script script)
{
	call *made = sse_calloc(1, sizeof(*made));

	made->agent = agent;
	made->script = script;
	sse_list_init(&made->link);
	sse_list_init(&made->left);
	return made;
}

static void free_call(call *call)
{
	sse_list_remove(&call->link);
	sse_presence_drop_left(&call->left);
	sse_free(call);
}

/* False: the connection has just gone, and so has the call. When it is back, Redis is asked what it knows. */
static bool send_call(call *call, size_t args, const sse_str *arg, sse_reply_cb cb)
{
	sse_presence *agent = call->agent;

	if (sse_script_call(agent->conn, scripts[call->script], !agent->knows[call->script], SSE_PRESENCE_KEYS, (int)args, arg, cb, call) != 0) {
		free_call(call);
		return false;
	}
	sse_list_append(&agent->sent, &call->link);
	return true;
}

static void retry_later(sse_presence *agent)
{
	agent->retry_at = sse_loop_now(agent->loop) + RETRY_MS;
}

/* Whether the same call is to be made again, for a reason that has nothing to do with what it is about. */
static bool is_passing(sse_presence *agent, sse_presence_script script, const sse_reply *reply)
{
	if (sse_reply_is_error(reply, "NOSCRIPT")) {
		agent->knows[script] = false;
		return true;
	}
	if (sse_reply_is_passing(reply)) {
		retry_later(agent);
		return true;
	}
	return false;
}

/* Redis did not know the agent: it is new, others took it for dead, or Redis has lost its data. */
static void note_known(sse_presence *agent, long long known)
{
	if (!known && agent->count > 0 && !agent->is_syncing) {
		ask_what_is_known(agent);
	}
}

/* Joining */

/* The seats that wait for the list of that call. */
static void each_asked(call *call, void (*then)(struct call *call, sse_seat *seat, const char *error), const char *error)
{
	SSE_LIST_EACH(link, &call->agent->asked) {
		sse_seat *seat = SSE_LIST_ENTRY(link, sse_seat, link);

		if (seat->call > call->number) {
			break;
		}
		if (seat->call == call->number) {
			then(call, seat, error);
		}
	}
}

static void ask_again(call *call, sse_seat *seat, const char *error)
{
	sse_presence_move(seat, SSE_SEAT_READY);
}

static void give_up(call *call, sse_seat *seat, const char *error)
{
	sse_presence *agent = call->agent;

	sse_presence_move(seat, SSE_SEAT_WAITING);
	agent->events->failed(agent->owner, seat, error);
}

static void was_unheard(call *call, sse_seat *seat, const char *error)
{
	if (++seat->attempts < ATTEMPTS_MAX) {
		sse_presence_move(seat, SSE_SEAT_READY);
	} else {
		seat->attempts = 0;
		give_up(call, seat, error);
	}
}

static void on_join(void *arg, const sse_reply *reply)
{
	call *call = arg;
	sse_presence *agent = call->agent;

	if (reply) {
		agent->in_flight--;
		if (is_passing(agent, PRESENCE_JOIN, reply)) {
			each_asked(call, ask_again, NULL);
		} else if (reply->type == REDIS_REPLY_ERROR && call->count > 1) {
			agent->singles += call->count;
			each_asked(call, ask_again, NULL);
		} else if (reply->type == REDIS_REPLY_ERROR) {
			each_asked(call, give_up, reply->str.data);
		} else if (sse_reply_is_array(reply, 2)) {
			agent->knows[PRESENCE_JOIN] = true;
			if (reply->element[1]->integer == 0) {
				retry_later(agent);
				each_asked(call, was_unheard, "nobody hears the lists of members: may the agent's channel be subscribed to?");
			}
			note_known(agent, reply->element[0]->integer);
		}
		sse_presence_wake(agent);
	}
	free_call(call);
}

static void send_joins(sse_presence *agent)
{
	sse_str args[SSE_PRESENCE_ARGS + 1 + 4 * JOINS_PER_CALL];
	size_t most = agent->singles > 0 ? 1 : JOINS_PER_CALL, bytes = 0, count = 0;
	call *call = new_call(agent, PRESENCE_JOIN);
	char name[SSE_PRESENCE_NAME_SIZE + 24];
	sse_presence_numbers texts;

	put_common(agent, args, &texts);
	call->number = ++agent->calls;
	args[SSE_PRESENCE_ARGS] = (sse_str){ name,
		(size_t)snprintf(name, sizeof(name), "%s-%llu", agent->process, (unsigned long long)call->number) };
	while (!sse_list_is_empty(&agent->ready) && call->count < most && bytes < JOIN_BYTES) {
		sse_seat *seat = SSE_LIST_ENTRY(agent->ready.next, sse_seat, link);
		sse_str *arg = &args[SSE_PRESENCE_ARGS + 1 + 4 * call->count];

		arg[0] = seat->topic;
		arg[1] = seat->stream;
		arg[2] = seat->user;
		arg[3] = seat->member;
		bytes += seat->node.key.len + seat->member.len;
		seat->call = call->number;
		seat->was_sent = true;
		sse_presence_move(seat, SSE_SEAT_ASKED);
		call->count++;
	}
	count = SSE_PRESENCE_ARGS + 1 + 4 * call->count;
	agent->singles -= agent->singles > 0;
	agent->in_flight += send_call(call, count, args, on_join);
}

/* Leaving */

/* To be said again, but not of who has come back: a join that was executed by now must not be undone. */
static void put_back(call *call)
{
	sse_presence *agent = call->agent;

	while (!sse_list_is_empty(&call->left)) {
		sse_presence_left *left = SSE_LIST_ENTRY(call->left.next, sse_presence_left, link);
		sse_seat *seat = SSE_MAP_ENTRY(sse_map_find(&agent->entries, 0, left->name), sse_seat, node);

		sse_list_remove(&left->link);
		if (seat) {
			seat->was_sent = true;
			sse_free((char *)left->name.data);
			sse_free(left);
		} else {
			sse_list_append(&agent->left, &left->link);
		}
	}
}

static void on_leave(void *arg, const sse_reply *reply)
{
	call *call = arg;
	sse_presence *agent = call->agent;

	if (reply) {
		agent->in_flight--;
		agent->leaving--;
		if (is_passing(agent, PRESENCE_LEAVE, reply)) {
			put_back(call);
		} else if (reply->type == REDIS_REPLY_ERROR) {
			agent->events->failed(agent->owner, NULL, reply->str.data);
		} else {
			agent->knows[PRESENCE_LEAVE] = true;
			agent->is_watchful = true; /* they have to be ended in a while */
			note_known(agent, reply->integer);
		}
		sse_presence_wake(agent);
	}
	free_call(call);
}

static void send_leaves(sse_presence *agent)
{
	sse_str args[SSE_PRESENCE_ARGS + 2 * LEAVES_PER_CALL];
	char graces[LEAVES_PER_CALL][24];
	call *call = new_call(agent, PRESENCE_LEAVE);
	size_t count = 0;
	sse_presence_numbers texts;

	put_common(agent, args, &texts);
	while (!sse_list_is_empty(&agent->left) && count < LEAVES_PER_CALL) {
		sse_presence_left *left = SSE_LIST_ENTRY(agent->left.next, sse_presence_left, link);

		sse_list_remove(&left->link);
		sse_list_append(&call->left, &left->link);
		args[SSE_PRESENCE_ARGS + 2 * count] = left->name;
		args[SSE_PRESENCE_ARGS + 2 * count + 1] = sse_presence_print(graces[count], (long long)left->grace);
		count++;
	}
	if (send_call(call, SSE_PRESENCE_ARGS + 2 * count, args, on_leave)) {
		agent->in_flight++;
		agent->leaving++;
	}
}

static void on_prepare(uv_prepare_t *prepare)
{
	sse_presence *agent = prepare->data;

	uv_prepare_stop(prepare);
	if (!agent->conn || !sse_redis_conn_is_ready(agent->conn) || agent->is_syncing
		|| sse_loop_now(agent->loop) < agent->retry_at) {
		return; /* whatever ends that wakes us again */
	}
	/* First, so that one that left and came back is there in the end. */
	while (!sse_list_is_empty(&agent->left) && agent->in_flight < CALLS_IN_FLIGHT) {
		send_leaves(agent);
	}
	while (!sse_list_is_empty(&agent->ready) && sse_list_is_empty(&agent->left) && agent->in_flight < CALLS_IN_FLIGHT) {
		send_joins(agent);
	}
}

void sse_presence_wake(sse_presence *agent)
{
	if (agent->conn) {
		uv_prepare_start(&agent->prepare, on_prepare);
	}
}

/* Asking what Redis knows */

static void mark_known(sse_presence *agent, const sse_reply *names)
{
	size_t i;

	for (i = 0; i < names->elements; i++) {
		sse_str name = names->element[i]->str;
		sse_seat *seat = SSE_MAP_ENTRY(sse_map_find(&agent->entries, 0, name), sse_seat, node);

		if (!seat) {
			sse_presence_put_left(agent, (sse_str){ sse_memdup(name.data, name.len), name.len }, SSE_PRESENCE_GRACE_MS);
			continue;
		}
		seat->was_seen = true;
		SSE_LIST_EACH(link, &seat->same) {
			SSE_LIST_ENTRY(link, sse_seat, same)->was_seen = true;
		}
	}
}

static void on_known(void *arg, const sse_reply *reply)
{
	sse_presence *agent = arg;

	if (!reply) {
		return;
	}
	if (reply->type != REDIS_REPLY_ARRAY) {
		bool passing = sse_reply_is_passing(reply);

		if (!passing) {
			agent->events->failed(agent->owner, NULL, reply->type == REDIS_REPLY_ERROR ? reply->str.data : "no set of entries");
		}
		sse_redis_conn_fail(agent->conn, "the agent's entries cannot be read", !passing);
		return;
	}
	agent->is_syncing = false;
	SSE_LIST_EACH(link, &agent->seats) {
		SSE_LIST_ENTRY(link, sse_seat, everyone)->was_seen = false;
	}
	mark_known(agent, reply);
	SSE_LIST_EACH(next, &agent->seats) {
		sse_seat *seat = SSE_LIST_ENTRY(next, sse_seat, everyone);

		if (!seat->was_sent || seat->state == SSE_SEAT_READY || (seat->was_seen && seat->state != SSE_SEAT_WAITING)) {
			continue;
		}
		/* Those who are told anew are told all: whoever left while Redis had no memory was said to nobody. */
		sse_presence_move(seat, SSE_SEAT_WAITING);
		agent->events->wanted(agent->owner, seat);
	}
	sse_presence_wake(agent);
}

static void ask_what_is_known(sse_presence *agent)
{
	agent->is_syncing =
		sse_redis_conn_command(agent->conn, 2, (sse_str[]){ { "SMEMBERS", 8 }, agent->set_key }, 0, on_known, agent) == 0;
}

/* Once a second */

static void send_sweep(sse_presence *agent);

static void on_sweep(void *arg, const sse_reply *reply)
{
	call *call = arg;
	sse_presence *agent = call->agent;

	if (reply) {
		agent->is_sweeping = false;
		if (sse_reply_is_array(reply, 3)) {
			agent->knows[PRESENCE_SWEEP] = true;
			agent->is_watchful = reply->element[2]->integer > 0 || !sse_list_is_empty(&agent->left) || agent->leaving > 0;
			note_known(agent, reply->element[0]->integer);
			if (reply->element[1]->integer > 0) {
				send_sweep(agent);
			}
		} else if (!is_passing(agent, PRESENCE_SWEEP, reply)) {
			agent->events->failed(agent->owner, NULL,
				reply->type == REDIS_REPLY_ERROR ? reply->str.data : "the script that sweeps gave an answer of another shape");
		}
	}
	free_call(call);
}

/* Adds the topics whose turn it is to have their keys renewed. */
static size_t put_topics(sse_presence *agent, sse_str *args)
{
	size_t wanted = agent->count > 0 ? agent->count / SWEEPS_PER_ROUND + 1 : 0, i;

	wanted = wanted < TOPICS_PER_SWEEP ? wanted : TOPICS_PER_SWEEP;
	for (i = 0; i < wanted; i++) {
		sse_seat *seat = SSE_LIST_ENTRY(agent->seats.next, sse_seat, everyone);

		sse_list_remove(&seat->everyone);
		sse_list_append(&agent->seats, &seat->everyone);
		args[i] = seat->topic;
	}
	return wanted;
}

static void send_sweep(sse_presence *agent)
{
	sse_str args[SSE_PRESENCE_ARGS + TOPICS_PER_SWEEP];
	sse_presence_numbers texts;

	put_common(agent, args, &texts);
	agent->sweep_at = sse_loop_now(agent->loop) + SWEEP_MS;
	agent->is_sweeping = send_call(
		new_call(agent, PRESENCE_SWEEP), SSE_PRESENCE_ARGS + put_topics(agent, args + SSE_PRESENCE_ARGS), args, on_sweep);
}

static void on_tick(sse_ticker *ticker, uint64_t now)
{
	sse_presence *agent = (sse_presence *)((char *)ticker - offsetof(sse_presence, ticker));

	if (!agent->conn || !sse_redis_conn_is_ready(agent->conn) || agent->is_syncing || now < agent->retry_at) {
		return;
	}
	sse_presence_wake(agent); /* what had to wait */
	if (!agent->is_sweeping && now >= agent->sweep_at && (agent->count > 0 || agent->is_watchful)) {
		send_sweep(agent);
	}
}

/* The connection */

static void on_ready(void *owner)
{
	sse_presence *agent = owner;

	memset(agent->knows, 0, sizeof(agent->knows));
	ask_what_is_known(agent);
}

static void on_lost(void *owner, const char *error, bool permanent)
{
	sse_presence *agent = owner;

	agent->in_flight = agent->leaving = 0;
	agent->is_syncing = agent->is_sweeping = false;
	agent->retry_at = 0;
	sse_presence_drop_left(&agent->left);
	while (!sse_list_is_empty(&agent->asked)) {
		sse_presence_move(SSE_LIST_ENTRY(agent->asked.next, sse_seat, link), SSE_SEAT_WAITING);
	}
	/* Whoever subscribes says that Redis is away; this connection comes back as well. */
}

static const sse_redis_events conn_events = { on_ready, on_lost, NULL };

void sse_presence_calls_init(sse_presence *agent)
{
	agent->clock_key = sse_redis_clock_key(agent->config);
	agent->nobody_key = sse_redis_nobody_key(agent->config);
	sse_list_init(&agent->sent);
	agent->ticker.tick = on_tick;
	sse_loop_add_ticker(agent->loop, &agent->ticker);
	uv_prepare_init(&agent->loop->uv, &agent->prepare);
	agent->prepare.data = agent;
}

void sse_presence_connect(sse_presence *agent)
{
	if (!agent->conn && !agent->abandoned) {
		agent->conn = sse_redis_conn_new(agent->loop, agent->config, &conn_events, agent);
		sse_redis_conn_start(agent->conn);
	}
}

static void close_conn(sse_presence *agent)
{
	if (agent->conn) {
		sse_redis_conn_close(agent->conn);
		agent->conn = NULL;
	}
	/* Nobody answers them any more. */
	while (!sse_list_is_empty(&agent->sent)) {
		free_call(SSE_LIST_ENTRY(agent->sent.next, call, link));
	}
}

void sse_presence_abandon(sse_presence *agent)
{
	agent->abandoned = true;
	close_conn(agent);
	sse_presence_drop_left(&agent->left);
}

static void free_agent(uv_handle_t *handle)
{
	sse_free(handle->data);
}

void sse_presence_calls_free(sse_presence *agent)
{
	close_conn(agent);
	sse_loop_remove_ticker(agent->loop, &agent->ticker);
	sse_redis_key_free(agent->clock_key);
	sse_redis_key_free(agent->nobody_key);
	uv_close((uv_handle_t *)&agent->prepare, free_agent);
}
