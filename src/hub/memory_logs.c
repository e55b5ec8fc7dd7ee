#include "memory_logs.h"

#include "core/alloc.h"

/* What an entry costs beside its bytes, when the length of an answer is estimated: about its frame's other lines. */
#define ENTRY_OVERHEAD 64

void hub_memory_logs_init(hub_memory_logs *logs, size_t maxlen, uint64_t ttl, uint64_t seed, uint64_t now)
{
	memset(logs, 0, sizeof(*logs));
	sse_map_init(&logs->map, seed);
	sse_list_init(&logs->aged);
	logs->clock.ms = logs->since.ms = now;
	logs->maxlen = maxlen;
	logs->ttl = ttl;
}

static hub_memory_log *find(const hub_memory_logs *logs, sse_str topic)
{
	return SSE_MAP_ENTRY(sse_map_find(&logs->map, 0, topic), hub_memory_log, node);
}

static hub_memory_entry *entry_at(const hub_memory_log *log, size_t i)
{
	return log->entries[(log->head + i) % log->cap];
}

static sse_entry_id newest_id(const hub_memory_log *log)
{
	return entry_at(log, log->count - 1)->id;
}

static size_t cost_of(const hub_memory_entry *entry)
{
	return sizeof(*entry) + sizeof(entry) + entry->event_len + entry->data_len;
}

static size_t cost_of_log(const hub_memory_log *log)
{
	return sizeof(*log) + log->node.key.len;
}

static void remove_oldest(hub_memory_logs *logs, hub_memory_log *log)
{
	hub_memory_entry *entry = entry_at(log, 0);

	logs->bytes -= cost_of(entry);
	log->head = (log->head + 1) % log->cap;
	log->count--;
	sse_free(entry);
}

static void free_log(hub_memory_logs *logs, hub_memory_log *log)
{
	while (log->count > 0) {
		remove_oldest(logs, log);
	}
	logs->bytes -= cost_of_log(log);
	sse_map_remove(&logs->map, &log->node);
	sse_list_remove(&log->aged);
	sse_free(log->entries);
	sse_free((char *)log->node.key.data);
	sse_free(log);
}

void hub_memory_logs_deinit(hub_memory_logs *logs)
{
	while (!sse_list_is_empty(&logs->aged)) {
		free_log(logs, SSE_LIST_ENTRY(logs->aged.next, hub_memory_log, aged));
	}
	sse_map_deinit(&logs->map);
}

void hub_memory_logs_expire(hub_memory_logs *logs, uint64_t now)
{
	while (!sse_list_is_empty(&logs->aged)) {
		hub_memory_log *log = SSE_LIST_ENTRY(logs->aged.next, hub_memory_log, aged);

		/* Not a moment earlier than gap_before() takes ids for expired, or a follower would miss events without a word. */
		if (newest_id(log).ms + logs->ttl >= now) {
			return;
		}
		free_log(logs, log);
	}
}

/* Appending */

/* Logs that nobody wrote to for longest go first, then the oldest entries of log, which is the last one of logs->aged. */
static void make_room(hub_memory_logs *logs, hub_memory_log *log, size_t needed)
{
	while (logs->bytes + needed > HUB_MEMORY_LOG_BYTES || logs->map.count > HUB_MEMORY_TOPICS_MAX) {
		hub_memory_log *oldest = SSE_LIST_ENTRY(logs->aged.next, hub_memory_log, aged);

		if (oldest != log) {
			if (sse_entry_id_compare(newest_id(oldest), logs->dropped) > 0) {
				logs->dropped = newest_id(oldest);
			}
			free_log(logs, oldest);
		} else if (log->count > 0) {
			remove_oldest(logs, log);
			log->trimmed = true;
		} else {
			return;
		}
	}
}

static hub_memory_log *get(hub_memory_logs *logs, sse_str topic)
{
	hub_memory_log *log = find(logs, topic);

	if (!log) {
		log = sse_calloc(1, sizeof(*log));
		log->node.key = (sse_str){ sse_memdup(topic.data, topic.len), topic.len };
		sse_list_init(&log->aged);
		sse_map_insert(&logs->map, &log->node);
		logs->bytes += cost_of_log(log);
	}
	sse_list_remove(&log->aged);
	sse_list_append(&logs->aged, &log->aged);
	return log;
}

static void grow(hub_memory_log *log)
{
	size_t cap = log->cap > 0 ? 2 * log->cap : 8, i;
	hub_memory_entry **entries;

	if (log->count < log->cap) {
		return;
	}
	entries = sse_calloc(cap, sizeof(*entries));
	for (i = 0; i < log->count; i++) {
		entries[i] = entry_at(log, i);
	}
	sse_free(log->entries);
	log->entries = entries;
	log->head = 0;
	log->cap = cap;
}

static void tick(hub_memory_logs *logs, uint64_t now)
{
	if (now > logs->clock.ms) {
		logs->clock = (sse_entry_id){ now, 0 };
	} else {
		logs->clock.seq++;
	}
}

sse_entry_id hub_memory_logs_append(hub_memory_logs *logs, sse_str topic, sse_str event, sse_str data, uint64_t now)
{
	hub_memory_entry *entry = sse_malloc(sizeof(*entry) + event.len + data.len);
	hub_memory_log *log;

	hub_memory_logs_expire(logs, now);
	tick(logs, now);
	entry->id = logs->clock;
	entry->event_len = event.len;
	entry->data_len = data.len;
	if (event.len > 0) {
		memcpy(entry->bytes, event.data, event.len);
	}
	if (data.len > 0) {
		memcpy(entry->bytes + event.len, data.data, data.len);
	}
	log = get(logs, topic);
	make_room(logs, log, cost_of(entry));
	while (log->count >= logs->maxlen) {
		remove_oldest(logs, log);
		log->trimmed = true;
	}
	grow(log);
	log->entries[(log->head + log->count++) % log->cap] = entry;
	logs->bytes += cost_of(entry);
	return entry->id;
}

/* Reading */

sse_entry_id hub_memory_logs_cursor(const hub_memory_logs *logs, sse_str topic)
{
	const hub_memory_log *log = find(logs, topic);

	return log ? newest_id(log) : logs->clock;
}

/* The number of the first entry behind id: count when there is none. */
static size_t first_after(const hub_memory_log *log, sse_entry_id id)
{
	size_t low = 0, high = log->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (sse_entry_id_compare(entry_at(log, middle)->id, id) <= 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

const hub_memory_entry *hub_memory_logs_after(const hub_memory_logs *logs, sse_str topic, sse_entry_id id)
{
	const hub_memory_log *log = find(logs, topic);
	size_t next = log ? first_after(log, id) : 0;

	return log && next < log->count ? entry_at(log, next) : NULL;
}

sse_entry hub_memory_entry_view(sse_str topic, const hub_memory_entry *entry, char id_text[SSE_ENTRY_ID_MAX])
{
	sse_entry view = { topic, { id_text, sse_entry_id_format(entry->id, id_text) }, { entry->bytes, entry->event_len },
		{ entry->bytes + entry->event_len, entry->data_len } };

	if (view.event.len == 0) {
		view.event.data = NULL;
	}
	return view;
}

/* Why events behind from may be missing, or NULL; in the order of attach.lua. */
static const char *gap_before(
	const hub_memory_logs *logs, const hub_memory_log *log, sse_entry_id from, int64_t retention, uint64_t now)
{
	bool was_dropped = sse_entry_id_compare(from, logs->dropped) < 0;

	if (log && sse_entry_id_compare(entry_at(log, 0)->id, from) <= 0) {
		return NULL;
	}
	if (sse_entry_id_is_zero(from)) {
		return was_dropped || (log && log->trimmed) ? "trimmed" : NULL;
	}
	if (sse_entry_id_compare(from, logs->since) < 0) {
		return "reset";
	}
	/* Which topics had to make room is not kept: any that does not reach back to the client's id may be one of them. */
	if (was_dropped || (log && log->trimmed)) {
		return "trimmed";
	}
	if (retention > 0 && now > (uint64_t)retention * 1000 && from.ms < now - (uint64_t)retention * 1000) {
		return "expired";
	}
	return NULL;
}

/* What one topic has to bring. */
typedef struct reading {
	const hub_memory_log *log;
	sse_topic *topic;
	size_t next;
} reading;

/* Finds where the topic continues, and announces what is missing before. False when its log has nothing to bring. */
static bool begin(const hub_memory_logs *logs, reading *r, sse_topic *topic, int64_t retention, uint64_t now,
	const sse_replay_sink *sink)
{
	const char *reason = NULL;
	bool has_cursor;
	sse_entry_id from;

	r->log = find(logs, topic->name);
	r->topic = topic;
	has_cursor = sse_entry_id_parse((sse_str){ topic->cursor, strlen(topic->cursor) }, &from);
	if (!has_cursor || sse_entry_id_compare(logs->clock, from) < 0) {
		/* From now on; or the client knows ids of an earlier hub that this one has not given out yet. */
		reason = has_cursor ? "reset" : NULL;
		from = r->log ? newest_id(r->log) : logs->clock;
		sse_entry_id_format(from, topic->cursor);
	} else {
		reason = gap_before(logs, r->log, from, retention, now);
	}
	if (reason && !topic->gap_told) {
		topic->gap_told = true;
		sink->gap(sink->arg, topic->name, reason);
	}
	r->next = r->log ? first_after(r->log, from) : 0;
	return r->log && r->next < r->log->count;
}

/* The reading with the smallest id. There are few topics per client: looking at each costs less than keeping them sorted. */
static reading *oldest_of(reading *readings, size_t count)
{
	reading *best = readings;
	size_t i;

	for (i = 1; i < count; i++) {
		if (sse_entry_id_compare(entry_at(readings[i].log, readings[i].next)->id, entry_at(best->log, best->next)->id) < 0) {
			best = &readings[i];
		}
	}
	return best;
}

bool hub_memory_logs_read(const hub_memory_logs *logs, sse_topic *topics, size_t count, int64_t retention, size_t limit,
	uint64_t now, const sse_replay_sink *sink)
{
	reading *readings = sse_calloc(count, sizeof(*readings));
	size_t left = 0, bytes = 0, i;

	for (i = 0; i < count; i++) {
		left += begin(logs, &readings[left], &topics[i], retention, now, sink);
	}
	while (left > 0 && bytes < limit) {
		reading *r = oldest_of(readings, left);
		const hub_memory_entry *stored = entry_at(r->log, r->next++);
		char id_text[SSE_ENTRY_ID_MAX];
		sse_entry entry = hub_memory_entry_view(r->topic->name, stored, id_text);

		sink->entry(sink->arg, &entry);
		memcpy(r->topic->cursor, id_text, sizeof(id_text));
		r->topic->gap_told = false; /* a gap that is found from here on is another one */
		bytes += stored->event_len + stored->data_len + ENTRY_OVERHEAD;
		if (r->next == r->log->count) {
			*r = readings[--left];
		}
	}
	sse_free(readings);
	return left > 0;
}
