#include "follow.h"

#include "core/alloc.h"
#include "core/redis_key.h"
#include "core/signal.h"

#include <string.h>

typedef enum follow_state { FOLLOW_WAITING, FOLLOW_REPLAYING, FOLLOW_LIVE } follow_state;

/* A signal that came while the log was being read. */
typedef struct held_signal {
	struct held_signal *next;
	size_t topic;
	sse_str payload;  /* owned */
} held_signal;

/* What pubsub gets as the argument of a topic's callback. */
typedef struct topic_ref {
	sse_follow *follow;
	size_t index;
} topic_ref;

struct sse_follow {
	sse_loop *loop;
	const sse_redis_config *config;
	sse_pubsub *pubsub;
	const sse_follow_events *events;
	void *owner;
	follow_state state;
	sse_topic *topics;
	topic_ref **refs;
	size_t count;
	sse_str clock_key;
	sse_pubsub_listener listener;
	sse_redis_conn *log;   /* for reading the logs; NULL unless replaying */
	bool whole_script;
	bool attached;         /* the logs were read once: from then on nothing that is published is missed */
	bool was_live;         /* once: then it can have missed no more than the last outage */
	uint64_t lost_at;      /* ms, the loop's clock: when that began */
	bool hinted;           /* a bare hint came while the logs were being read: they have to be read once more */
	held_signal *held;
	held_signal **held_last;
};

static void on_subscribed(void *arg, bool again);
static void on_unsubscribed(void *arg, const char *error, bool permanent);

sse_follow *sse_follow_new(
	sse_loop *loop, const sse_redis_config *config, sse_pubsub *pubsub, const sse_follow_events *events, void *owner)
{
	sse_follow *follow = sse_calloc(1, sizeof(*follow));

	follow->loop = loop;
	follow->config = config;
	follow->pubsub = pubsub;
	follow->events = events;
	follow->owner = owner;
	follow->clock_key = sse_redis_clock_key(config);
	follow->held_last = &follow->held;
	follow->listener = (sse_pubsub_listener){ .ready = on_subscribed, .lost = on_unsubscribed, .arg = follow };
	sse_pubsub_listen(pubsub, &follow->listener);
	return follow;
}

static void on_signal(void *arg, sse_str name, sse_str payload);

void sse_follow_add(sse_follow *follow, sse_str name, const sse_entry_id *from)
{
	size_t count = follow->count + 1;
	sse_topic *topic;
	topic_ref *ref = sse_malloc(sizeof(*ref));
	sse_str channel;

	follow->topics = sse_realloc(follow->topics, count * sizeof(*follow->topics));
	follow->refs = sse_realloc(follow->refs, count * sizeof(*follow->refs));
	topic = &follow->topics[follow->count];
	memset(topic, 0, sizeof(*topic));
	topic->name = (sse_str){ sse_memdup(name.data, name.len), name.len };
	topic->key = sse_redis_topic_key(follow->config, name);
	if (from) {
		sse_entry_id_format(*from, topic->cursor);
	}
	*ref = (topic_ref){ follow, follow->count };
	follow->refs[follow->count] = ref;
	follow->count = count;

	/* The channel is named like the log; pubsub adds the prefix itself. */
	channel.data = topic->key.data + follow->config->prefix_len;
	channel.len = topic->key.len - follow->config->prefix_len;
	sse_pubsub_add(follow->pubsub, channel, SSE_PUBSUB_SIGNAL, on_signal, ref);
}

/* Reading the log */

static void drop_held(sse_follow *follow)
{
	while (follow->held) {
		held_signal *next = follow->held->next;

		sse_free((char *)follow->held->payload.data);
		sse_free(follow->held);
		follow->held = next;
	}
	follow->held_last = &follow->held;
}

static void on_log_ready(void *owner);
static void on_log_lost(void *owner, const char *error, bool permanent);

static const sse_redis_events log_events = { on_log_ready, on_log_lost, NULL };

static void stop_replay(sse_follow *follow)
{
	if (follow->log) {
		sse_redis_conn_close(follow->log);
		follow->log = NULL;
	}
}

static void ask(sse_follow *follow);

static void start_replay(sse_follow *follow)
{
	size_t i;

	follow->state = FOLLOW_REPLAYING;
	for (i = 0; i < follow->count; i++) {
		follow->topics[i].gap_told = false;
	}
	if (follow->log && sse_redis_conn_is_ready(follow->log)) {
		ask(follow);
		return;
	}
	stop_replay(follow);
	/* A connection of its own, as Redis answers no other command on one that subscribes; gone again when the log is read. */
	follow->log = sse_redis_conn_new(follow->loop, follow->config, &log_events, follow);
	sse_redis_conn_start(follow->log);
}

static void on_subscribed(void *arg, bool again)
{
	start_replay(arg);
}

static void on_unsubscribed(void *arg, const char *error, bool permanent)
{
	sse_follow *follow = arg;

	stop_replay(follow);
	drop_held(follow);
	follow->hinted = false;
	if (follow->state != FOLLOW_WAITING) {
		follow->lost_at = sse_loop_now(follow->loop);
	}
	follow->state = FOLLOW_WAITING;
}

static void on_answer(void *arg, const sse_reply *reply);

static void ask(sse_follow *follow)
{
	/* Who was away for less than the logs live cannot have missed one that expired. */
	bool was_here = follow->was_live
		&& sse_loop_now(follow->loop) - follow->lost_at < (uint64_t)follow->config->ttl * 1000;
	int64_t retention = was_here ? 0 : follow->config->ttl;

	/* -1 means that the connection has just gone; it comes back, and then on_log_ready asks again. */
	sse_replay_request(follow->log, follow->clock_key, follow->topics, follow->count, retention, follow->whole_script,
		on_answer, follow);
}

static void on_log_ready(void *owner)
{
	ask(owner);
}

static void on_log_lost(void *owner, const char *error, bool permanent)
{
	sse_follow *follow = owner;

	follow->events->failed(follow->owner, error, permanent);
}

static void sink_entry(void *arg, const sse_entry *entry)
{
	sse_follow *follow = arg;
	sse_entry safe = *entry;

	if (!sse_field_is_safe(safe.event)) {
		safe.event = (sse_str){ NULL, 0 }; /* not of our publisher; it must not forge a field, nor hide the event */
	}
	follow->events->entry(follow->owner, &safe);
}

static void sink_gap(void *arg, sse_str topic, const char *reason)
{
	sse_follow *follow = arg;

	follow->events->gap(follow->owner, topic, reason);
}

static void go_live(sse_follow *follow, const char *clock);

static void on_answer(void *arg, const sse_reply *reply)
{
	sse_follow *follow = arg;
	sse_replay_sink sink = { sink_entry, sink_gap, follow };
	char clock[SSE_ENTRY_ID_MAX];
	int more;

	if (!reply) {
		return; /* lost; the connection comes back and asks again */
	}
	if (sse_reply_is_error(reply, "NOSCRIPT") && !follow->whole_script) {
		follow->whole_script = true;
		ask(follow);
		return;
	}
	follow->whole_script = false;
	if (reply->type == REDIS_REPLY_ERROR) {
		sse_redis_conn_fail(follow->log, reply->str.data, !sse_reply_is_passing(reply));
		return;
	}
	more = sse_replay_answer(reply, follow->topics, follow->count, &sink, clock);
	if (more < 0) {
		sse_redis_conn_fail(follow->log, "the script that reads the logs gave an answer of another shape", true);
		return;
	}
	if (!follow->attached) {
		follow->attached = true;
		follow->events->attached(follow->owner);
	}
	if (more > 0) {
		ask(follow);
	} else {
		go_live(follow, clock);
	}
}

/* Live */

static void handle_signal(sse_follow *follow, size_t index, sse_str payload)
{
	sse_topic *topic = &follow->topics[index];
	sse_signal signal;
	sse_entry_id cursor = { 0, 0 };
	sse_entry entry;

	if (!sse_signal_parse(payload, &signal)) {
		start_replay(follow); /* somebody's own producer says no more than "look" */
		return;
	}
	sse_entry_id_parse((sse_str){ topic->cursor, strlen(topic->cursor) }, &cursor);
	if (sse_entry_id_compare(signal.id, cursor) <= 0) {
		return; /* the log brought it already */
	}
	if (sse_entry_id_compare(signal.previous, cursor) > 0) {
		start_replay(follow); /* there is an entry before it that was not signalled, or not yet */
		return;
	}
	sse_entry_id_format(signal.id, topic->cursor);
	entry = (sse_entry){ topic->name, signal.id_text, signal.event, signal.data };
	follow->events->entry(follow->owner, &entry);
}

static void go_live(sse_follow *follow, const char *clock)
{
	follow->state = FOLLOW_LIVE;
	follow->was_live = true;
	while (follow->held && follow->state == FOLLOW_LIVE) {
		held_signal *held = follow->held;

		follow->held = held->next;
		if (!follow->held) {
			follow->held_last = &follow->held;
		}
		handle_signal(follow, held->topic, held->payload);
		sse_free((char *)held->payload.data);
		sse_free(held);
	}
	if (follow->state == FOLLOW_LIVE && follow->hinted) {
		follow->hinted = false;
		start_replay(follow);
	}
	if (follow->state == FOLLOW_LIVE) {
		stop_replay(follow);
		follow->events->caught_up(follow->owner, (sse_str){ clock, strlen(clock) });
	}
}

static void on_signal(void *arg, sse_str name, sse_str payload)
{
	topic_ref *ref = arg;
	sse_follow *follow = ref->follow;
	held_signal *held;
	sse_signal signal;

	if (follow->state == FOLLOW_LIVE) {
		handle_signal(follow, ref->index, payload);
		return;
	}
	if (!sse_signal_parse(payload, &signal)) {
		/* However many hints: one more read serves them all, and those that came before the first read need none. */
		follow->hinted = follow->state == FOLLOW_REPLAYING;
		return;
	}
	held = sse_malloc(sizeof(*held));
	held->next = NULL;
	held->topic = ref->index;
	held->payload = (sse_str){ sse_memdup(payload.data, payload.len), payload.len };
	*follow->held_last = held;
	follow->held_last = &held->next;
}

void sse_follow_free(sse_follow *follow)
{
	size_t i;

	stop_replay(follow);
	drop_held(follow);
	for (i = 0; i < follow->count; i++) {
		sse_free((char *)follow->topics[i].name.data);
		sse_redis_key_free(follow->topics[i].key);
		sse_free(follow->refs[i]);
	}
	sse_redis_key_free(follow->clock_key);
	sse_free(follow->topics);
	sse_free(follow->refs);
	sse_free(follow);
}
