#include "broker.h"

#include "channel.h"
#include "memory_lists.h"
#include "memory_logs.h"
#include "memory_tickets.h"
#include "replay.h"
#include "state.h"

#include "core/alloc.h"
#include "core/backoff.h"
#include "core/glob.h"

/* About as much of the logs as one answer brings: a client that comes back to a long log does not hold up the others. */
#define ANSWER_BYTES (1u << 20)
/* The same for the items of one list that are offered in one turn. */
#define OFFER_BYTES (1u << 18)
#define ITEM_OVERHEAD 64
#define SWEEP_MS 10000

typedef struct memory_broker {
	hub_broker base;
	uv_idle_t idle;             /* what is to be done in the next turn; its close callback frees the broker */
	sse_ticker sweeper;
	uint64_t last_sweep;
	hub_memory_logs logs;
	hub_memory_lists lists;
	hub_memory_tickets tickets;
	sse_link starting;          /* watches of topics that are not live yet */
	sse_link patterns;          /* watches of patterns */
	sse_link due;               /* lists with items that are to be offered */
	sse_link replays;           /* that wait for an answer */
	sse_link answers;           /* to take_ticket() */
} memory_broker;

/* channel->broker_data of patterns, and of topics until they are live. */
typedef struct watch {
	sse_link link;
	hub_channel *channel;
	sse_entry_id from;          /* a topic: what is published after this is handed out */
} watch;

typedef struct ticket_answer {
	sse_link link;
	hub_ticket_cb cb;
	void *arg;
	sse_str contents;           /* owned; NULL data: there was no such ticket */
} ticket_answer;

static memory_broker *self(hub_broker *broker)
{
	return SSE_LIST_ENTRY(broker, memory_broker, base);
}

static uint64_t wall_ms(void)
{
	uv_timeval64_t now = { 0, 0 };

	uv_gettimeofday(&now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_usec / 1000;
}

static hub_channel *find_channel(memory_broker *broker, sse_source_kind kind, sse_str name)
{
	return SSE_MAP_ENTRY(sse_map_find(&broker->base.hub->channels, kind, name), hub_channel, node);
}

/* The next turn */

static void on_idle(uv_idle_t *idle);

static void call_in_next_turn(memory_broker *broker)
{
	uv_idle_start(&broker->idle, on_idle);
}

/* Moves everything to an empty list, so that what is added meanwhile waits for the turn after this one. */
static void take_all(sse_link *to, sse_link *from)
{
	sse_list_init(to);
	if (!sse_list_is_empty(from)) {
		sse_list_append(from, to);
		sse_list_remove(from);
	}
}

static void free_watch(watch *old)
{
	old->channel->broker_data = NULL;
	sse_list_remove(&old->link);
	sse_free(old);
}

static void hand_out(hub_channel *channel, const hub_memory_entry *stored)
{
	char id_text[SSE_ENTRY_ID_MAX];
	sse_entry entry = hub_memory_entry_view(channel->node.key, stored, id_text);

	hub_channel_entry(channel, stored->id, entry.id, entry.event, entry.data);
}

static void start_topics(memory_broker *broker)
{
	while (!sse_list_is_empty(&broker->starting)) {
		watch *first = SSE_LIST_ENTRY(broker->starting.next, watch, link);
		hub_channel *channel = first->channel;
		const hub_memory_entry *entry;
		sse_entry_id from = first->from;

		free_watch(first);
		hub_channel_live(channel, from);
		/* Whoever was told that the stream stands may have published since. */
		while ((entry = hub_memory_logs_after(&broker->logs, channel->node.key, from)) != NULL) {
			from = entry->id;
			hand_out(channel, entry);
		}
	}
}

static void offer_later(memory_broker *broker, hub_memory_list *list)
{
	sse_list_remove(&list->due);
	sse_list_append(&broker->due, &list->due);
	call_in_next_turn(broker);
}

static void offer(memory_broker *broker, hub_memory_list *list)
{
	hub_channel *channel;
	size_t bytes = 0;

	while ((channel = find_channel(broker, SSE_SOURCE_LIST, list->node.key)) != NULL) {
		sse_str item = hub_memory_list_first(list);

		if (bytes >= OFFER_BYTES) {
			offer_later(broker, list);
			return;
		}
		bytes += item.len + ITEM_OVERHEAD;
		if (!hub_channel_item(channel, item)) {
			list->resting = true;
			return;
		}
		if (!hub_memory_lists_shift(&broker->lists, list)) {
			return;
		}
	}
}

static void offer_items(memory_broker *broker)
{
	sse_link due;

	take_all(&due, &broker->due);
	while (!sse_list_is_empty(&due)) {
		hub_memory_list *list = SSE_LIST_ENTRY(due.next, hub_memory_list, due);

		sse_list_remove(&list->due);
		offer(broker, list);
	}
}

static void on_replay_entry(void *arg, const sse_entry *entry)
{
	hub_replay_entry(arg, entry);
}

static void on_replay_gap(void *arg, sse_str topic, const char *reason)
{
	hub_replay_gap(arg, topic, reason);
}

static void answer_replays(memory_broker *broker)
{
	sse_link asked;

	take_all(&asked, &broker->replays);
	while (!sse_list_is_empty(&asked)) {
		struct hub_replay *replay = SSE_LIST_ENTRY(asked.next, struct hub_replay, link);
		sse_replay_sink sink = { on_replay_entry, on_replay_gap, replay };
		bool more;

		sse_list_remove(&replay->link);
		more = hub_memory_logs_read(
			&broker->logs, replay->topics, replay->count, replay->retention, ANSWER_BYTES, wall_ms(), &sink);
		hub_replay_answered(replay, more, broker->logs.clock);
	}
}

static void free_answer(ticket_answer *answer)
{
	sse_list_remove(&answer->link);
	sse_free((char *)answer->contents.data);
	sse_free(answer);
}

static void answer_tickets(memory_broker *broker)
{
	while (!sse_list_is_empty(&broker->answers)) {
		ticket_answer *answer = SSE_LIST_ENTRY(broker->answers.next, ticket_answer, link);

		sse_list_remove(&answer->link);
		answer->cb(answer->arg, answer->contents.data ? HUB_TICKET_OK : HUB_TICKET_UNKNOWN, answer->contents);
		free_answer(answer);
	}
}

static void on_idle(uv_idle_t *idle)
{
	memory_broker *broker = idle->data;

	uv_idle_stop(idle);
	start_topics(broker);
	answer_replays(broker);
	offer_items(broker);
	answer_tickets(broker);
}

static void sweep(sse_ticker *ticker, uint64_t now)
{
	memory_broker *broker = SSE_LIST_ENTRY(ticker, memory_broker, sweeper);

	if (now - broker->last_sweep >= SWEEP_MS) {
		broker->last_sweep = now;
		hub_memory_logs_expire(&broker->logs, wall_ms());
		hub_memory_tickets_expire(&broker->tickets, now);
	}
}

/* Operations */

static void watch_channel(hub_broker *base, hub_channel *channel)
{
	memory_broker *broker = self(base);
	sse_source_kind kind = HUB_CHANNEL_KIND(channel);
	watch *added;

	channel->live = kind != SSE_SOURCE_TOPIC;
	if (kind != SSE_SOURCE_TOPIC && kind != SSE_SOURCE_PATTERN) {
		return; /* found by its name; the items of a list are asked for by resume() */
	}
	added = sse_malloc(sizeof(*added));
	added->channel = channel;
	channel->broker_data = added;
	if (kind == SSE_SOURCE_PATTERN) {
		sse_list_append(&broker->patterns, &added->link);
	} else {
		added->from = hub_memory_logs_cursor(&broker->logs, channel->node.key);
		sse_list_append(&broker->starting, &added->link);
		call_in_next_turn(broker);
	}
}

static void unwatch_channel(hub_broker *base, hub_channel *channel)
{
	if (channel->broker_data) {
		free_watch(channel->broker_data);
	}
}

static void resume(hub_broker *base, hub_channel *channel)
{
	memory_broker *broker = self(base);
	hub_memory_list *list = hub_memory_lists_find(&broker->lists, channel->node.key);

	if (list && HUB_CHANNEL_KIND(channel) == SSE_SOURCE_LIST) {
		list->resting = false;
		offer_later(broker, list);
	}
}

static void replay(hub_broker *base, struct hub_replay *replay)
{
	sse_list_append(&self(base)->replays, &replay->link);
	call_in_next_turn(self(base));
}

static void forget_replay(hub_broker *base, struct hub_replay *replay)
{
	sse_list_remove(&replay->link);
}

static void take_ticket(hub_broker *base, sse_str ticket, hub_ticket_cb cb, void *arg)
{
	memory_broker *broker = self(base);
	ticket_answer *answer = sse_malloc(sizeof(*answer));

	answer->cb = cb;
	answer->arg = arg;
	answer->contents = hub_memory_tickets_take(&broker->tickets, ticket, sse_loop_now(&base->hub->loop));
	sse_list_append(&broker->answers, &answer->link);
	call_in_next_turn(broker);
}

static void forget_ticket(hub_broker *base, void *arg)
{
	SSE_LIST_EACH(link, &self(base)->answers) {
		ticket_answer *answer = SSE_LIST_ENTRY(link, ticket_answer, link);

		if (answer->arg == arg) {
			free_answer(answer);
		}
	}
}

static bool is_settled(hub_broker *base)
{
	return true; /* an item leaves its list when it was taken, not before */
}

static void go_on(hub_broker *base)
{
	/* nothing was stopped */
}

static void free_broker(uv_handle_t *handle)
{
	sse_free(handle->data);
}

static void close_broker(hub_broker *base)
{
	memory_broker *broker = self(base);

	SSE_LIST_EACH(starting, &broker->starting) {
		free_watch(SSE_LIST_ENTRY(starting, watch, link));
	}
	SSE_LIST_EACH(pattern, &broker->patterns) {
		free_watch(SSE_LIST_ENTRY(pattern, watch, link));
	}
	SSE_LIST_EACH(asked, &broker->replays) {
		sse_list_remove(asked);
	}
	SSE_LIST_EACH(answer, &broker->answers) {
		free_answer(SSE_LIST_ENTRY(answer, ticket_answer, link));
	}
	hub_memory_logs_deinit(&broker->logs);
	hub_memory_lists_deinit(&broker->lists);
	hub_memory_tickets_deinit(&broker->tickets);
	sse_loop_remove_ticker(&base->hub->loop, &broker->sweeper);
	uv_close((uv_handle_t *)&broker->idle, free_broker);
}

/* The store */

static void publish_entry(memory_broker *broker, sse_str topic, sse_str event, sse_str data, sse_entry_id *id)
{
	hub_channel *channel = find_channel(broker, SSE_SOURCE_TOPIC, topic);

	*id = hub_memory_logs_append(&broker->logs, topic, event, data, wall_ms());
	broker->base.hub->clock = *id;
	if (channel && channel->live) {
		char id_text[SSE_ENTRY_ID_MAX];
		sse_str text = { id_text, sse_entry_id_format(*id, id_text) };

		if (event.len == 0) {
			event.data = NULL;
		}
		hub_channel_entry(channel, *id, text, event, data);
	}
}

static void publish_message(memory_broker *broker, sse_str name, sse_str data)
{
	static const sse_source_kind kinds[] = { SSE_SOURCE_CHANNEL, SSE_SOURCE_BROADCAST };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		hub_channel *channel = find_channel(broker, kinds[i], name);

		if (channel) {
			hub_channel_message(channel, data);
		}
	}
	SSE_LIST_EACH(link, &broker->patterns) {
		hub_channel *pattern = SSE_LIST_ENTRY(link, watch, link)->channel;

		if (sse_glob_matches(pattern->node.key, name)) {
			hub_channel_message(pattern, data);
		}
	}
}

static const char *publish_item(memory_broker *broker, sse_str name, sse_str data)
{
	const char *error;
	hub_memory_list *list = hub_memory_lists_append(&broker->lists, name, data, &error);

	if (list && !list->resting) {
		offer_later(broker, list);
	}
	return error;
}

static const char *publish(hub_broker *base, int kind, sse_str name, sse_str event, sse_str data, sse_entry_id *id)
{
	memory_broker *broker = self(base);

	switch (kind) {
	case SSE_SOURCE_TOPIC:
		if (!sse_field_is_safe(event)) {
			return "an event name must not hold line breaks or NUL";
		}
		publish_entry(broker, name, event, data, id);
		return NULL;
	case SSE_SOURCE_CHANNEL:
		publish_message(broker, name, data);
		return NULL;
	case SSE_SOURCE_LIST:
		return publish_item(broker, name, data);
	default:
		return "only topics, channels and lists can be published to";
	}
}

static sse_entry_id cursor(hub_broker *base, sse_str topic)
{
	return hub_memory_logs_cursor(&self(base)->logs, topic);
}

static const char *put_ticket(hub_broker *base, sse_str ticket, sse_str contents, uint64_t ttl_ms)
{
	uint64_t now = sse_loop_now(&base->hub->loop);

	return hub_memory_tickets_put(
		&self(base)->tickets, ticket, contents, ttl_ms < UINT64_MAX - now ? now + ttl_ms : UINT64_MAX, now);
}

static const hub_broker_ops memory_ops = {
	.watch = watch_channel,
	.unwatch = unwatch_channel,
	.resume = resume,
	.replay = replay,
	.forget_replay = forget_replay,
	.take_ticket = take_ticket,
	.forget_ticket = forget_ticket,
	.is_settled = is_settled,
	.go_on = go_on,
	.free = close_broker,
};
static const hub_broker_store memory_store = { .publish = publish, .cursor = cursor, .put_ticket = put_ticket };

hub_broker *hub_memory_broker_new(struct hub *hub)
{
	const sse_redis_config *config = &hub->config->redis;
	memory_broker *broker = sse_calloc(1, sizeof(*broker));
	uint64_t *seed = &hub->loop.seed;

	broker->base = (hub_broker){ &memory_ops, &memory_store, hub };
	hub_memory_logs_init(&broker->logs, (size_t)config->maxlen, (uint64_t)config->ttl * 1000,
		sse_jitter(0, UINT64_MAX, seed), wall_ms());
	hub_memory_lists_init(&broker->lists, sse_jitter(0, UINT64_MAX, seed));
	hub_memory_tickets_init(&broker->tickets, sse_jitter(0, UINT64_MAX, seed));
	sse_list_init(&broker->starting);
	sse_list_init(&broker->patterns);
	sse_list_init(&broker->due);
	sse_list_init(&broker->replays);
	sse_list_init(&broker->answers);
	uv_idle_init(&hub->loop.uv, &broker->idle);
	broker->idle.data = broker;
	broker->sweeper.tick = sweep;
	broker->last_sweep = sse_loop_now(&hub->loop);
	sse_loop_add_ticker(&hub->loop, &broker->sweeper);
	hub->clock = broker->logs.clock;
	hub->broker_ready = true;
	return &broker->base;
}
