#include "presence_state.h"

#include "core/alloc.h"
#include "core/backoff.h"
#include "core/redis_key.h"

#include <stdio.h>
#include <string.h>

#define RANDOM_BYTES 16
/* "stream, space, length of the topic, space", and a NUL. */
#define HEAD_MAX 96

sse_str sse_presence_print(char text[24], long long number)
{
	return (sse_str){ text, (size_t)snprintf(text, 24, "%lld", number) };
}

void sse_presence_args(const sse_redis_config *config, sse_str clock_key, sse_str nobody_key, sse_str agent, long long lease,
	sse_str *args, sse_presence_numbers *texts)
{
	args[0] = clock_key;
	args[1] = nobody_key;
	args[2] = (sse_str){ config->prefix_len > 0 ? config->prefix : "", config->prefix_len };
	args[3] = sse_presence_print(texts->maxlen, (long long)config->maxlen);
	args[4] = sse_presence_print(texts->ttl, (long long)config->ttl);
	args[5] = agent;
	args[6] = sse_presence_print(texts->lease, lease);
	args[7] = sse_redis_publish_command(config);
}

static void make_random(char name[SSE_PRESENCE_NAME_SIZE], uint64_t *seed)
{
	unsigned char bytes[RANDOM_BYTES];
	size_t i;

	if (uv_random(NULL, NULL, bytes, sizeof(bytes), 0, NULL) != 0) {
		for (i = 0; i < sizeof(bytes); i++) {
			bytes[i] = (unsigned char)sse_jitter(0, 255, seed);
		}
	}
	for (i = 0; i < sizeof(bytes); i++) {
		snprintf(name + 2 * i, 3, "%02x", bytes[i]);
	}
}

/* Lists */

/* Takes a number off the front, and the character behind it. */
static bool take_number(sse_str *text, char end, uint64_t *number)
{
	const char *at = sse_str_find(*text, end);
	size_t len = at ? (size_t)(at - text->data) : 0, i;

	*number = 0;
	for (i = 0; i < len; i++) {
		if (text->data[i] < '0' || text->data[i] > '9' || *number > UINT64_MAX / 10 - 1) {
			return false;
		}
		*number = *number * 10 + (uint64_t)(text->data[i] - '0');
	}
	if (len > 0) {
		*text = sse_str_from(*text, at + 1);
	}
	return len > 0;
}

static bool take_id(sse_str *text, sse_entry_id *id)
{
	return sse_entry_id_parse(sse_str_take(text, ' '), id) && text->data;
}

/* "process-call clock newest length LF topic text"; see presence_join.lua. False for what is not an answer to us. */
static bool parse_list(const sse_presence *agent, sse_str payload, uint64_t *call, sse_presence_list *list)
{
	sse_entry_id newest;
	uint64_t len;

	if (!sse_str_equals(sse_str_take(&payload, '-'), (sse_str){ agent->process, strlen(agent->process) }) || !payload.data
		|| !take_number(&payload, ' ', call) || !take_id(&payload, &list->clock) || !take_id(&payload, &newest)
		|| !take_number(&payload, '\n', &len) || len > payload.len) {
		return false;
	}
	if (sse_entry_id_compare(newest, list->clock) > 0) {
		list->clock = newest; /* of a producer of its own */
	}
	list->topic = (sse_str){ payload.data, (size_t)len };
	list->text = (sse_str){ payload.data + len, payload.len - (size_t)len };
	return true;
}

static void on_list(void *arg, sse_str name, sse_str payload)
{
	sse_presence *agent = arg;
	sse_presence_list list = { .count = 0 };
	size_t most = 0;
	uint64_t call;

	if (!parse_list(agent, payload, &call, &list)) {
		return;
	}
	SSE_LIST_EACH(link, &agent->asked) {
		most++;
	}
	list.seats = sse_malloc(most * sizeof(*list.seats));
	/* Calls are executed in order: what was sent before this one is in its lists too. */
	SSE_LIST_EACH(next, &agent->asked) {
		sse_seat *seat = SSE_LIST_ENTRY(next, sse_seat, link);

		if (seat->call > call) {
			break;
		}
		if (sse_str_equals(seat->topic, list.topic)) {
			list.seats[list.count++] = seat;
			sse_presence_move(seat, SSE_SEAT_WAITING);
		}
	}
	if (list.count > 0) {
		agent->events->listed(agent->owner, &list);
	}
	sse_free(list.seats);
}

/* The agent */

static void set_name(sse_presence *agent)
{
	char channel[SSE_PRESENCE_NAME_SIZE + 16];
	int len = snprintf(channel, sizeof(channel), "sse-agent:%s", agent->name);

	sse_redis_key_free(agent->set_key);
	agent->set_key = sse_redis_key(agent->config, (sse_str){ channel, (size_t)len });
	agent->lists = sse_pubsub_add(agent->pubsub, (sse_str){ channel, (size_t)len }, SSE_PUBSUB_SIGNAL, on_list, agent);
}

sse_presence *sse_presence_new(
	sse_loop *loop, const sse_redis_config *config, sse_pubsub *pubsub, const sse_presence_events *events, void *owner)
{
	sse_presence *agent = sse_calloc(1, sizeof(*agent));

	agent->loop = loop;
	agent->config = config;
	agent->pubsub = pubsub;
	agent->events = events;
	agent->owner = owner;
	sse_map_init(&agent->entries, loop->seed);
	sse_list_init(&agent->seats);
	sse_list_init(&agent->ready);
	sse_list_init(&agent->asked);
	sse_list_init(&agent->left);
	make_random(agent->name, &loop->seed);
	make_random(agent->process, &loop->seed);
	set_name(agent);
	sse_presence_calls_init(agent);
	return agent;
}

sse_str sse_presence_name(const sse_presence *agent)
{
	return (sse_str){ agent->name, strlen(agent->name) };
}

void sse_presence_rename(sse_presence *agent, sse_str name)
{
	if (name.len == 0 || name.len >= sizeof(agent->name)) {
		return;
	}
	sse_pubsub_remove(agent->pubsub, agent->lists);
	memcpy(agent->name, name.data, name.len);
	agent->name[name.len] = '\0';
	set_name(agent);
}

/* Seats */

void sse_presence_move(sse_seat *seat, sse_seat_state state)
{
	sse_presence *agent = seat->agent;

	sse_list_remove(&seat->link);
	seat->state = state;
	if (state == SSE_SEAT_READY) {
		sse_list_append(&agent->ready, &seat->link);
		sse_presence_wake(agent);
	} else if (state == SSE_SEAT_ASKED) {
		sse_list_append(&agent->asked, &seat->link);
	}
}

static void put_name(sse_seat *seat, sse_str topic, sse_str stream, sse_str user)
{
	char random[SSE_PRESENCE_NAME_SIZE], head[HEAD_MAX], *name;
	size_t head_len;

	if (stream.len == 0) {
		make_random(random, &seat->agent->loop->seed);
		stream = (sse_str){ random, strlen(random) };
	}
	head_len = (size_t)snprintf(head, sizeof(head), "%.*s %zu ", (int)stream.len, stream.data, topic.len);
	name = sse_malloc(head_len + topic.len + user.len);
	memcpy(name, head, head_len);
	memcpy(name + head_len, topic.data, topic.len);
	memcpy(name + head_len + topic.len, user.data, user.len);
	seat->node.key = (sse_str){ name, head_len + topic.len + user.len };
	seat->stream = (sse_str){ name, stream.len };
	seat->topic = (sse_str){ name + head_len, topic.len };
	seat->user = (sse_str){ name + head_len + topic.len, user.len };
}

sse_seat *sse_presence_enter(sse_presence *agent, sse_str topic, sse_str stream, sse_str user, sse_str member, void *arg)
{
	sse_seat *seat = sse_calloc(1, sizeof(*seat)), *first;

	seat->agent = agent;
	seat->arg = arg;
	seat->member = (sse_str){ sse_memdup(member.data, member.len), member.len };
	put_name(seat, topic, stream, user);
	sse_list_init(&seat->same);
	sse_list_init(&seat->everyone);
	sse_list_init(&seat->link);
	sse_list_append(&agent->seats, &seat->everyone);
	agent->count++;
	first = SSE_MAP_ENTRY(sse_map_find(&agent->entries, 0, seat->node.key), sse_seat, node);
	if (first) {
		sse_list_append(&first->same, &seat->same);
	} else {
		sse_map_insert(&agent->entries, &seat->node);
	}
	sse_presence_connect(agent);
	return seat;
}

static void free_seat(sse_seat *seat)
{
	sse_list_remove(&seat->everyone);
	sse_list_remove(&seat->link);
	sse_list_remove(&seat->same);
	seat->agent->count--;
	sse_free((char *)seat->node.key.data);
	sse_free((char *)seat->member.data);
	sse_free(seat);
}

void sse_presence_leave(sse_seat *seat, uint64_t grace)
{
	sse_presence *agent = seat->agent;
	sse_seat *first = SSE_MAP_ENTRY(sse_map_find(&agent->entries, 0, seat->node.key), sse_seat, node);

	if (!sse_list_is_empty(&seat->same)) {
		sse_seat *other = SSE_LIST_ENTRY(seat->same.next, sse_seat, same);

		other->was_sent = other->was_sent || seat->was_sent;
		if (first == seat) {
			sse_map_remove(&agent->entries, &seat->node);
			sse_map_insert(&agent->entries, &other->node);
		}
	} else {
		sse_map_remove(&agent->entries, &seat->node);
		if (seat->was_sent) {
			sse_str name = { sse_memdup(seat->node.key.data, seat->node.key.len), seat->node.key.len };

			sse_presence_put_left(agent, name, grace);
		}
	}
	free_seat(seat);
}

void sse_seat_ready(sse_seat *seat)
{
	if (seat->state == SSE_SEAT_WAITING) {
		sse_presence_move(seat, SSE_SEAT_READY);
	}
}

void sse_seat_not_ready(sse_seat *seat)
{
	if (seat->state == SSE_SEAT_READY || seat->state == SSE_SEAT_ASKED) {
		sse_presence_move(seat, SSE_SEAT_WAITING);
	}
}

void sse_seat_told(sse_seat *seat)
{
	seat->attempts = 0;
	sse_presence_move(seat, SSE_SEAT_TOLD);
}

void sse_seat_untold(sse_seat *seat)
{
	sse_presence_move(seat, SSE_SEAT_WAITING);
}

void sse_seat_adopt(sse_seat *seat)
{
	seat->was_sent = true;
}

void sse_presence_recheck(sse_presence *agent)
{
	SSE_LIST_EACH(link, &agent->seats) {
		sse_seat *seat = SSE_LIST_ENTRY(link, sse_seat, everyone);

		if (seat->state == SSE_SEAT_WAITING) {
			agent->events->wanted(agent->owner, seat);
		}
	}
}

/* What has left */

void sse_presence_put_left(sse_presence *agent, sse_str name, uint64_t grace)
{
	sse_presence_left *left;

	/* Without a connection nothing is noted: when there is one again, Redis is asked for what it knows and we do not. */
	if (!agent->conn || !sse_redis_conn_is_ready(agent->conn)) {
		sse_free((char *)name.data);
		return;
	}
	left = sse_malloc(sizeof(*left));
	left->name = name;
	left->grace = grace;
	sse_list_append(&agent->left, &left->link);
	sse_presence_wake(agent);
}

void sse_presence_drop_left(sse_link *list)
{
	while (!sse_list_is_empty(list)) {
		sse_presence_left *left = SSE_LIST_ENTRY(list->next, sse_presence_left, link);

		sse_list_remove(&left->link);
		sse_free((char *)left->name.data);
		sse_free(left);
	}
}

/* The end */

bool sse_presence_is_settled(const sse_presence *agent)
{
	return !agent->conn || !sse_redis_conn_is_ready(agent->conn) || (sse_list_is_empty(&agent->left) && agent->leaving == 0);
}

void sse_presence_finish(sse_presence *agent, uint64_t limit_ms)
{
	uint64_t end = sse_loop_now_fresh(agent->loop) + limit_ms;

	while (!sse_presence_is_settled(agent) && sse_loop_now(agent->loop) < end) {
		sse_loop_turn(agent->loop, end);
	}
}

void sse_presence_free(sse_presence *agent)
{
	while (!sse_list_is_empty(&agent->seats)) {
		free_seat(SSE_LIST_ENTRY(agent->seats.next, sse_seat, everyone));
	}
	sse_map_deinit(&agent->entries);
	sse_presence_drop_left(&agent->left);
	sse_redis_key_free(agent->set_key);
	sse_presence_calls_free(agent);
}
