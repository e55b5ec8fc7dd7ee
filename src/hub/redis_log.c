/*
 * Reading logs over one connection: for topics that became subscribed, many in one question, and for clients that came back,
 * one question each.
 */
#include "redis_broker.h"

#include "log.h"
#include "state.h"

#include "core/alloc.h"
#include "core/backoff.h"
#include "core/redis_key.h"

#include <string.h>

/* Topics in one question, questions without an answer, and how long a log that cannot be read is left alone, ms. */
#define TOPICS_PER_BATCH 64
#define IN_FLIGHT_MAX 64
#define RETRY_FAILED_MS 5000
/* A client whose log cannot be read comes back after so many milliseconds. */
#define CLIENT_RETRY_MIN_MS 2000
#define CLIENT_RETRY_MAX_MS 8000

/* Topics that are read together. */
typedef struct hub_redis_batch {
	sse_link link;               /* redis->batches */
	hub_redis_broker *redis;
	hub_redis_source **sources;  /* NULL: nobody is interested any more */
	sse_topic *topics;
	size_t count;
	bool whole;                  /* the script was sent whole, as Redis did not know it */
} hub_redis_batch;

/* A question of a client's replay. */
typedef struct replay_read {
	sse_link link;               /* redis->reads */
	hub_redis_broker *redis;
	struct hub_replay *replay;   /* NULL: forgotten */
	bool whole;
} replay_read;

/* Batches */

static void free_batch(hub_redis_batch *batch)
{
	size_t i;

	for (i = 0; i < batch->count; i++) {
		if (batch->sources[i]) {
			batch->sources[i]->batch = NULL;
		}
		sse_free((char *)batch->topics[i].name.data);
		sse_redis_key_free(batch->topics[i].key);
	}
	sse_list_remove(&batch->link);
	sse_free(batch->sources);
	sse_free(batch->topics);
	sse_free(batch);
}

/* Takes topics out of a list: redis->to_read, or one of somebody's own. */
static hub_redis_batch *new_batch(hub_redis_broker *redis, sse_link *from, size_t most)
{
	hub_redis_batch *batch = sse_calloc(1, sizeof(*batch));

	batch->redis = redis;
	batch->sources = sse_calloc(most, sizeof(*batch->sources));
	batch->topics = sse_calloc(most, sizeof(*batch->topics));
	sse_list_init(&batch->link);
	SSE_LIST_EACH(link, from) {
		hub_redis_source *source = SSE_LIST_ENTRY(link, hub_redis_source, to_read);
		sse_topic *topic = &batch->topics[batch->count];
		sse_str name = source->channel->node.key;

		if (batch->count == most) {
			break;
		}
		sse_list_remove(&source->to_read);
		/* Copies: the channel may be gone before the answer comes. */
		topic->name = (sse_str){ sse_memdup(name.data, name.len), name.len };
		topic->key = (sse_str){ sse_memdup(source->key.data, source->key.len), source->key.len };
		if (source->has_cursor) {
			sse_entry_id_format(source->channel->cursor, topic->cursor);
		}
		source->batch = batch;
		source->index = batch->count;
		batch->sources[batch->count++] = source;
	}
	sse_list_append(&redis->batches, &batch->link);
	return batch;
}

void hub_redis_log_forget(hub_redis_source *source)
{
	sse_list_remove(&source->to_read);
	if (source->batch) {
		source->batch->sources[source->index] = NULL;
		source->batch = NULL;
	}
}

static void sink_entry(void *arg, const sse_entry *entry)
{
	hub_redis_batch *batch = arg;
	sse_entry safe = *entry;
	sse_entry_id id;
	size_t i;

	if (!sse_entry_id_parse(entry->id, &id)) {
		return;
	}
	if (!sse_field_is_safe(safe.event)) {
		safe.event = (sse_str){ NULL, 0 }; /* not of our publisher; it must not forge a field, nor hide the event */
	}
	for (i = 0; i < batch->count; i++) {
		if (batch->topics[i].name.data == entry->topic.data && batch->sources[i]) {
			hub_channel_entry(batch->sources[i]->channel, id, entry->id, safe.event, entry->data);
		}
	}
}

static void sink_gap(void *arg, sse_str topic, const char *reason)
{
	hub_redis_batch *batch = arg;
	size_t i;

	if (strcmp(reason, "reset") == 0) {
		batch->redis->base.hub->clock = (sse_entry_id){ 0, 0 }; /* the answer brings that of the new Redis */
		batch->redis->base.hub->delivered = (sse_entry_id){ 0, 0 };
	}
	for (i = 0; i < batch->count; i++) {
		if (batch->topics[i].name.data == topic.data && batch->sources[i]) {
			hub_channel_gap(batch->sources[i]->channel, reason);
		}
	}
}

static void note_clock(hub_redis_broker *redis, const char *text)
{
	struct hub *hub = redis->base.hub;
	sse_entry_id clock;

	if (sse_entry_id_parse((sse_str){ text, strlen(text) }, &clock) && sse_entry_id_compare(clock, hub->clock) > 0) {
		hub->clock = clock;
	}
}

/* Who was away for less than the logs live cannot have missed one that expired. */
static int64_t retention(const hub_redis_broker *redis)
{
	int64_t ttl = redis->base.hub->config->redis.ttl;

	return redis->outage < (uint64_t)ttl * 1000 ? 0 : ttl;
}

/* Puts what somebody still waits for into a list of topics. */
static void give_back(hub_redis_batch *batch, sse_link *to)
{
	size_t i;

	for (i = 0; i < batch->count; i++) {
		hub_redis_source *source = batch->sources[i];

		if (source) {
			source->batch = NULL;
			batch->sources[i] = NULL;
			sse_list_append(to, &source->to_read);
		}
	}
	free_batch(batch);
}

static void on_batch(void *arg, const sse_reply *reply);

static void send_batch(hub_redis_batch *batch)
{
	hub_redis_broker *redis = batch->redis;
	size_t i, wanted = 0;

	for (i = 0; i < batch->count; i++) {
		wanted += batch->sources[i] != NULL;
	}
	if (wanted == 0) {
		free_batch(batch);
	} else if (sse_replay_request(redis->log, redis->clock_key, batch->topics, batch->count, retention(redis), batch->whole,
				   on_batch, batch) != 0) {
		give_back(batch, &redis->to_read); /* the connection has just gone */
	} else {
		redis->in_flight++;
	}
}

/* One log of them cannot be read, and the error does not say which: each is asked for by itself. */
static void split(hub_redis_batch *batch)
{
	hub_redis_broker *redis = batch->redis;
	sse_link topics;

	sse_list_init(&topics);
	give_back(batch, &topics);
	while (!sse_list_is_empty(&topics)) {
		send_batch(new_batch(redis, &topics, 1));
	}
}

static void on_batch_error(hub_redis_batch *batch, const sse_reply *error)
{
	hub_redis_broker *redis = batch->redis;

	if (sse_reply_is_error(error, "NOSCRIPT") && !batch->whole) {
		batch->whole = true;
		send_batch(batch);
		return;
	}
	if (batch->count > 1) {
		split(batch);
		return;
	}
	hub_log_seldom(HUB_WARNING, "log_unreadable",
		(hub_field[]){ HUB_STR("topic", batch->topics[0].name), HUB_STR("error", error->str), HUB_LAST });
	redis->retry_failed = sse_loop_now(&redis->base.hub->loop) + RETRY_FAILED_MS;
	give_back(batch, &redis->failed);
}

static void on_batch(void *arg, const sse_reply *reply)
{
	hub_redis_batch *batch = arg;
	hub_redis_broker *redis = batch->redis;
	sse_replay_sink sink = { sink_entry, sink_gap, batch };
	char clock[SSE_ENTRY_ID_MAX];
	int more;
	size_t i;

	redis->in_flight--;
	if (!reply) {
		give_back(batch, &redis->to_read);
		return;
	}
	if (reply->type == REDIS_REPLY_ERROR) {
		on_batch_error(batch, reply);
		return;
	}
	batch->whole = false; /* now it knows it */
	more = sse_replay_answer(reply, batch->topics, batch->count, &sink, clock);
	if (more < 0) {
		hub_log_seldom(HUB_ERROR, "log_answer_of_another_shape", NULL);
		redis->retry_failed = sse_loop_now(&redis->base.hub->loop) + RETRY_FAILED_MS;
		give_back(batch, &redis->failed);
		return;
	}
	note_clock(redis, clock);
	if (more > 0) {
		send_batch(batch);
		return;
	}
	for (i = 0; i < batch->count; i++) {
		hub_redis_source *source = batch->sources[i];
		const char *cursor = batch->topics[i].cursor;
		sse_entry_id id = { 0, 0 };

		if (source) {
			source->batch = NULL;
			batch->sources[i] = NULL;
			sse_entry_id_parse((sse_str){ cursor, strlen(cursor) }, &id);
			hub_redis_topic_was_read(source, id);
		}
	}
	free_batch(batch);
}

/* Replays of clients */

static void replay_entry(void *arg, const sse_entry *entry)
{
	hub_replay_entry(arg, entry);
}

static void replay_gap(void *arg, sse_str topic, const char *reason)
{
	hub_replay_gap(arg, topic, reason);
}

static void end_client(struct hub_replay *replay, const sse_reply *error)
{
	struct hub *hub = replay->client->hub;
	sse_str why = error->type == REDIS_REPLY_ERROR ? error->str : (sse_str){ "the script gave an answer of another shape", 42 };

	hub_log_seldom(HUB_WARNING, "replay_refused", (hub_field[]){ HUB_STR("error", why), HUB_LAST });
	hub_client_end(replay->client, (int64_t)sse_jitter(CLIENT_RETRY_MIN_MS, CLIENT_RETRY_MAX_MS, &hub->loop.seed));
}

static void on_replay(void *arg, const sse_reply *reply);

static void ask_replay(replay_read *read)
{
	hub_redis_broker *redis = read->redis;
	struct hub_replay *replay = read->replay;

	if (sse_replay_request(redis->log, redis->clock_key, replay->topics, replay->count,
			replay->retention > 0 ? replay->retention : retention(redis), read->whole, on_replay, read) != 0) {
		sse_list_append(&redis->replays, &replay->link); /* once more when Redis is back */
		sse_free(read);
		return;
	}
	sse_list_append(&redis->reads, &read->link);
	redis->in_flight++;
}

static void on_replay(void *arg, const sse_reply *reply)
{
	replay_read *read = arg;
	hub_redis_broker *redis = read->redis;
	struct hub_replay *replay = read->replay;
	sse_replay_sink sink = { replay_entry, replay_gap, replay };
	char clock[SSE_ENTRY_ID_MAX];
	sse_entry_id id = { 0, 0 };
	int more;

	redis->in_flight--;
	sse_list_remove(&read->link);
	if (replay && reply && sse_reply_is_error(reply, "NOSCRIPT") && !read->whole) {
		read->whole = true;
		ask_replay(read);
		return;
	}
	sse_free(read);
	if (!replay) {
		return;
	}
	if (!reply) {
		sse_list_append(&redis->replays, &replay->link);
		return;
	}
	more = reply->type == REDIS_REPLY_ERROR ? -1 : sse_replay_answer(reply, replay->topics, replay->count, &sink, clock);
	if (more < 0) {
		end_client(replay, reply);
		return;
	}
	sse_entry_id_parse((sse_str){ clock, strlen(clock) }, &id);
	hub_replay_answered(replay, more > 0, id);
}

static void send_replay(hub_redis_broker *redis, struct hub_replay *replay)
{
	replay_read *read = sse_calloc(1, sizeof(*read));
	size_t i;

	sse_list_remove(&replay->link);
	sse_list_init(&read->link);
	read->redis = redis;
	read->replay = replay;
	for (i = 0; i < replay->count; i++) {
		const hub_redis_source *source = replay->channels[i]->broker_data;

		replay->topics[i].key = source->key;
	}
	ask_replay(read);
}

void hub_redis_replay(hub_broker *broker, struct hub_replay *replay)
{
	hub_redis_broker *redis = (hub_redis_broker *)broker;

	sse_list_append(&redis->replays, &replay->link);
}

void hub_redis_forget_replay(hub_broker *broker, struct hub_replay *replay)
{
	hub_redis_broker *redis = (hub_redis_broker *)broker;

	sse_list_remove(&replay->link);
	SSE_LIST_EACH(link, &redis->reads) {
		replay_read *read = SSE_LIST_ENTRY(link, replay_read, link);

		if (read->replay == replay) {
			read->replay = NULL;
		}
	}
}

/* The connection */

static void retry_failed(hub_redis_broker *redis)
{
	while (!sse_list_is_empty(&redis->failed)) {
		sse_link *link = redis->failed.next;

		sse_list_remove(link);
		sse_list_append(&redis->to_read, link);
	}
}

void hub_redis_log_flush(hub_redis_broker *redis)
{
	hub_redis_tickets_flush(redis);
	if (!sse_redis_conn_is_ready(redis->log)) {
		return;
	}
	if (sse_loop_now(&redis->base.hub->loop) >= redis->retry_failed) {
		retry_failed(redis);
	}
	while (!sse_list_is_empty(&redis->to_read) && redis->in_flight < IN_FLIGHT_MAX) {
		send_batch(new_batch(redis, &redis->to_read, TOPICS_PER_BATCH));
	}
	while (!sse_list_is_empty(&redis->replays) && redis->in_flight < IN_FLIGHT_MAX) {
		send_replay(redis, SSE_LIST_ENTRY(redis->replays.next, struct hub_replay, link));
	}
}

static void on_ready(void *owner)
{
	/* The end of the turn sends what waits. */
}

static void on_lost(void *owner, const char *error, bool permanent)
{
	/* The subscribing connection's loss is logged; this one comes back as well. */
}

static const sse_redis_events log_events = { on_ready, on_lost, NULL };

void hub_redis_log_init(hub_redis_broker *redis)
{
	struct hub *hub = redis->base.hub;

	sse_list_init(&redis->to_read);
	sse_list_init(&redis->failed);
	sse_list_init(&redis->batches);
	sse_list_init(&redis->replays);
	sse_list_init(&redis->reads);
	sse_list_init(&redis->tickets);
	redis->log = sse_redis_conn_new(&hub->loop, &hub->config->redis, &log_events, redis);
	sse_redis_conn_start(redis->log);
}

void hub_redis_log_free(hub_redis_broker *redis)
{
	sse_redis_conn_close(redis->log);
	while (!sse_list_is_empty(&redis->batches)) {
		free_batch(SSE_LIST_ENTRY(redis->batches.next, hub_redis_batch, link));
	}
	while (!sse_list_is_empty(&redis->reads)) {
		replay_read *read = SSE_LIST_ENTRY(redis->reads.next, replay_read, link);

		sse_list_remove(&read->link);
		sse_free(read);
	}
	hub_redis_tickets_free(redis);
}
