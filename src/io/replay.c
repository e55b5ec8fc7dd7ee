#include "replay.h"

#include "core/alloc.h"

#include <stdio.h>
#include <string.h>

/*
 * About as much as one answer brings: what a client of a hub that does not read costs, and what an inline stream holds. Longer
 * logs take several; with 16 times as much neither Redis nor the hub had less to do, nor were clients done sooner. More topics
 * bring more, as some of what was read of each is read again for the next answer.
 */
#define BYTES_PER_TOPIC 65536
#define BYTES_PER_ANSWER 1048576

/* Members of a topic's part of the answer. */
enum { TOPIC_REASON, TOPIC_FROM, TOPIC_MORE, TOPIC_ENTRIES, TOPIC_MEMBERS };
/* Members of an entry in it. */
enum { ENTRY_ID, ENTRY_EVENT, ENTRY_DATA, ENTRY_MEMBERS };

int sse_replay_request(sse_redis_conn *conn, sse_str clock_key, const sse_topic *topics, size_t count, int64_t retention,
	bool whole_script, sse_reply_cb cb, void *arg)
{
	sse_str *args = sse_malloc((2 * count + 3) * sizeof(*args));
	const size_t bytes = count < BYTES_PER_ANSWER / BYTES_PER_TOPIC ? count * BYTES_PER_TOPIC : BYTES_PER_ANSWER;
	char limit[24], seconds[24];
	size_t used = 0, i;
	int result;

	args[used++] = clock_key;
	for (i = 0; i < count; i++) {
		args[used++] = topics[i].key;
	}
	args[used].data = limit;
	args[used++].len = (size_t)snprintf(limit, sizeof(limit), "%zu", bytes);
	args[used].data = seconds;
	args[used++].len = (size_t)snprintf(seconds, sizeof(seconds), "%lld", (long long)retention);
	for (i = 0; i < count; i++) {
		args[used++] = (sse_str){ topics[i].cursor, strlen(topics[i].cursor) };
	}
	result = sse_script_call(conn, &sse_script_attach, whole_script, (int)count + 1, (int)used, args, cb, arg);
	sse_free(args);
	return result;
}

static void copy_id(char to[SSE_ENTRY_ID_MAX], sse_str id)
{
	size_t len = id.len < SSE_ENTRY_ID_MAX ? id.len : SSE_ENTRY_ID_MAX - 1;

	memcpy(to, id.data, len);
	to[len] = '\0';
}

static bool has_shape(const sse_reply *reply, size_t count)
{
	size_t i;

	if (!sse_reply_is_array(reply, count + 1) || reply->element[0]->type != REDIS_REPLY_STRING) {
		return false;
	}
	for (i = 1; i <= count; i++) {
		const sse_reply *topic = reply->element[i];

		if (!sse_reply_is_array(topic, TOPIC_MEMBERS) || topic->element[TOPIC_REASON]->type != REDIS_REPLY_STRING
			|| topic->element[TOPIC_FROM]->type != REDIS_REPLY_STRING
			|| !sse_reply_is_array(topic->element[TOPIC_ENTRIES], 0)
			|| topic->element[TOPIC_ENTRIES]->elements % ENTRY_MEMBERS != 0) {
			return false;
		}
	}
	return true;
}

/* Where each topic's part of the answer has been read to. */
typedef struct reading {
	const sse_reply *entries;
	size_t next;
	sse_entry_id id;  /* of the entry at next */
	bool done;
} reading;

static void load_next(reading *r)
{
	r->done = r->next >= r->entries->elements || !sse_entry_id_parse(r->entries->element[r->next + ENTRY_ID]->str, &r->id);
}

static reading *oldest(reading *readings, size_t count)
{
	reading *best = NULL;
	size_t i;

	for (i = 0; i < count; i++) {
		if (!readings[i].done && (!best || sse_entry_id_compare(readings[i].id, best->id) < 0)) {
			best = &readings[i];
		}
	}
	return best;
}

static void hand_out(reading *r, sse_topic *topic, const sse_replay_sink *sink)
{
	sse_reply **member = r->entries->element + r->next;
	sse_entry entry = { topic->name, member[ENTRY_ID]->str, member[ENTRY_EVENT]->str, member[ENTRY_DATA]->str };

	if (entry.event.len == 0) {
		entry.event.data = NULL;
	}
	sink->entry(sink->arg, &entry);
	copy_id(topic->cursor, entry.id);
	topic->gap_told = false; /* a gap that is found from here on is another one */
	r->next += ENTRY_MEMBERS;
	load_next(r);
}

int sse_replay_answer(
	const sse_reply *reply, sse_topic *topics, size_t count, const sse_replay_sink *sink, char clock[SSE_ENTRY_ID_MAX])
{
	reading *readings, *next;
	bool more = false;
	size_t i;

	if (!has_shape(reply, count)) {
		return -1;
	}
	copy_id(clock, reply->element[0]->str);
	readings = sse_calloc(count, sizeof(*readings));
	for (i = 0; i < count; i++) {
		const sse_reply *topic = reply->element[i + 1];
		const sse_str reason = topic->element[TOPIC_REASON]->str;

		readings[i].entries = topic->element[TOPIC_ENTRIES];
		load_next(&readings[i]);
		copy_id(topics[i].cursor, topic->element[TOPIC_FROM]->str);
		if (reason.len > 0 && !topics[i].gap_told) {
			topics[i].gap_told = true;
			sink->gap(sink->arg, topics[i].name, reason.data);
		}
		more = more || topic->element[TOPIC_MORE]->integer != 0;
	}
	while ((next = oldest(readings, count)) != NULL) {
		hand_out(next, &topics[next - readings], sink);
	}
	sse_free(readings);
	return more ? 1 : 0;
}
