#include "history.h"

#include "core/alloc.h"
#include "core/json_id.h"
#include "core/redis_key.h"

#include <stdio.h>
#include <string.h>

typedef struct history_list {
	sse_str name;   /* owned, without prefix */
	sse_str key;    /* owned, with prefix */
	int64_t last;
} history_list;

/*
 * A producer pushes to the list and then publishes: the message of an item that was read can still be on its way. So many of
 * the newest items are remembered for so long, in milliseconds.
 */
#define RECENT_ITEMS 64
#define RECENT_MS 2000

/* An item or a held message, with owned copies. */
typedef struct history_entry {
	struct history_entry *next;
	sse_str name;
	sse_str payload;
	bool seen;      /* the client has it */
} history_entry;

typedef struct entry_list {
	history_entry *first;
	history_entry **end;
} entry_list;

struct sse_history {
	sse_loop *loop;
	const sse_redis_config *config;
	const sse_history_events *events;
	void *owner;
	history_list *lists;
	size_t count;
	sse_str last_id;          /* owned; NULL data: none */
	sse_redis_conn *conn;     /* while reading */
	bool read_before;
	size_t answered;          /* lists of the current read */
	entry_list items;
	entry_list held;
	entry_list recent;        /* of the last read, whose messages have not come yet */
	uint64_t recent_until;    /* ms, the loop's clock */
};

static void entries_init(entry_list *list)
{
	list->first = NULL;
	list->end = &list->first;
}

static history_entry *entries_add(entry_list *list, sse_str name, sse_str payload)
{
	history_entry *entry = sse_calloc(1, sizeof(*entry));

	entry->name = (sse_str){ sse_memdup(name.data, name.len), name.len };
	entry->payload = (sse_str){ sse_memdup(payload.data, payload.len), payload.len };
	*list->end = entry;
	list->end = &entry->next;
	return entry;
}

/* link is list->first or the next of an entry. */
static void entries_remove(entry_list *list, history_entry **link)
{
	history_entry *entry = *link;

	*link = entry->next;
	if (list->end == &entry->next) {
		list->end = link;
	}
	sse_free((char *)entry->name.data);
	sse_free((char *)entry->payload.data);
	sse_free(entry);
}

static void entries_clear(entry_list *list)
{
	while (list->first) {
		entries_remove(list, &list->first);
	}
}

static void set_last_id(sse_history *history, sse_str id)
{
	char *copy = sse_memdup(id.data, id.len);

	sse_free((char *)history->last_id.data);
	history->last_id = (sse_str){ copy, id.len };
}

sse_history *sse_history_new(
	sse_loop *loop, const sse_redis_config *config, sse_str last_id, const sse_history_events *events, void *owner)
{
	sse_history *history = sse_calloc(1, sizeof(*history));

	history->loop = loop;
	history->config = config;
	history->events = events;
	history->owner = owner;
	if (last_id.data) {
		set_last_id(history, last_id);
	}
	entries_init(&history->items);
	entries_init(&history->held);
	entries_init(&history->recent);
	return history;
}

void sse_history_add(sse_history *history, sse_str name, int64_t last)
{
	history_list *list;

	history->lists = sse_realloc(history->lists, (history->count + 1) * sizeof(*history->lists));
	list = &history->lists[history->count++];
	list->name = (sse_str){ sse_memdup(name.data, name.len), name.len };
	list->key = sse_redis_key(history->config, name);
	list->last = last;
}

/* Reading */

static void stop_reading(sse_history *history)
{
	if (history->conn) {
		sse_redis_conn_close(history->conn);
		history->conn = NULL;
	}
}

/* Marks what the client has: everything up to the newest item with its id, list by list. Returns whether there is one. */
static bool mark_seen(sse_history *history)
{
	history_entry *item, *other;
	bool found = false;
	sse_str id;

	for (item = history->items.first; item; item = item->next) {
		if (sse_json_id(item->payload, &id) && sse_str_equals(id, history->last_id)) {
			found = true;
			for (other = history->items.first; other != item->next; other = other->next) {
				if (sse_str_equals(other->name, item->name)) {
					other->seen = true;
				}
			}
		}
	}
	return found;
}

static history_entry **find_payload(entry_list *list, sse_str payload)
{
	history_entry **link = &list->first;

	while (*link && !sse_str_equals((*link)->payload, payload)) {
		link = &(*link)->next;
	}
	return *link ? link : NULL;
}

/* Keeps the newest items for a while and forgets the others. */
static void remember_items(sse_history *history)
{
	history_entry *entry;
	size_t count = 0;

	entries_clear(&history->recent);
	history->recent = history->items;
	if (!history->recent.first) {
		history->recent.end = &history->recent.first;
	}
	entries_init(&history->items);
	for (entry = history->recent.first; entry; entry = entry->next) {
		count++;
	}
	for (; count > RECENT_ITEMS; count--) {
		entries_remove(&history->recent, &history->recent.first);
	}
	history->recent_until = sse_loop_now(history->loop) + RECENT_MS;
}

static bool was_just_read(sse_history *history, sse_str payload)
{
	history_entry **link;
	sse_str id;

	if (history->recent.first && sse_loop_now(history->loop) > history->recent_until) {
		entries_clear(&history->recent);
	}
	/* Without an id an equal payload may as well be a new item. */
	link = sse_json_id(payload, &id) ? find_payload(&history->recent, payload) : NULL;
	if (link) {
		entries_remove(&history->recent, link);
	}
	return link != NULL;
}

/* The id of what is about to be sent, which becomes the newest that the client has. */
static sse_str note_id(sse_history *history, sse_str payload)
{
	sse_str id = { NULL, 0 };

	if (!sse_json_id(payload, &id)) {
		return (sse_str){ NULL, 0 };
	}
	set_last_id(history, id);
	return id;
}

static void hand_out(sse_history *history, const history_entry *entry)
{
	history->events->item(history->owner, entry->name, entry->payload, note_id(history, entry->payload));
}

static void on_all_read(sse_history *history)
{
	const history_entry *entry;

	stop_reading(history);
	if (history->last_id.data && !mark_seen(history)) {
		history->events->gap(
			history->owner, history->lists[0].name, history->items.first ? "trimmed" : "expired");
	} else if (!history->last_id.data && history->read_before) {
		/* Items without ids cannot be told apart from those that were sent before the outage. */
		history->events->gap(history->owner, history->lists[0].name, "disconnected");
		entries_clear(&history->items);
	}
	history->read_before = true;
	for (entry = history->items.first; entry; entry = entry->next) {
		if (!entry->seen) {
			hand_out(history, entry);
		}
	}
	for (entry = history->held.first; entry; entry = entry->next) {
		history_entry **item = find_payload(&history->items, entry->payload);

		if (item) {
			entries_remove(&history->items, item);
		} else {
			hand_out(history, entry);
		}
	}
	remember_items(history);
	entries_clear(&history->held);
	history->events->read(history->owner);
}

static void on_items(void *arg, const sse_reply *reply)
{
	sse_history *history = arg;
	size_t i;

	if (!reply) {
		return; /* lost; the connection comes back and all is read again */
	}
	if (reply->type == REDIS_REPLY_ERROR) {
		sse_redis_conn_fail(history->conn, reply->str.data, !sse_reply_is_passing(reply));
		return;
	}
	for (i = 0; sse_reply_is_array(reply, i + 1); i++) {
		entries_add(&history->items, history->lists[history->answered].name, reply->element[i]->str);
	}
	if (++history->answered == history->count) {
		on_all_read(history);
	}
}

static void on_ready(void *owner)
{
	sse_history *history = owner;
	size_t i;

	history->answered = 0;
	entries_clear(&history->items);
	for (i = 0; i < history->count; i++) {
		char start[24];
		sse_str argv[] = { { "LRANGE", 6 }, history->lists[i].key, { start, 0 }, { "-1", 2 } };

		argv[2].len = (size_t)(history->lists[i].last < 0
				? snprintf(start, sizeof(start), "0")
				: snprintf(start, sizeof(start), "-%lld", (long long)history->lists[i].last));
		sse_redis_conn_command(history->conn, 4, argv, 0, on_items, history);
	}
}

static void on_lost(void *owner, const char *error, bool permanent)
{
	sse_history *history = owner;

	history->events->failed(history->owner, error, permanent);
}

static const sse_redis_events history_conn_events = { on_ready, on_lost, NULL };

void sse_history_read(sse_history *history)
{
	stop_reading(history);
	history->conn = sse_redis_conn_new(history->loop, history->config, &history_conn_events, history);
	sse_redis_conn_start(history->conn);
}

bool sse_history_message(sse_history *history, sse_str name, sse_str payload, sse_str *id)
{
	if (history->conn) {
		entries_add(&history->held, name, payload);
		return true;
	}
	if (was_just_read(history, payload)) {
		return true;
	}
	*id = note_id(history, payload);
	return false;
}

void sse_history_free(sse_history *history)
{
	size_t i;

	stop_reading(history);
	entries_clear(&history->items);
	entries_clear(&history->held);
	entries_clear(&history->recent);
	for (i = 0; i < history->count; i++) {
		sse_free((char *)history->lists[i].name.data);
		sse_redis_key_free(history->lists[i].key);
	}
	sse_free(history->lists);
	sse_free((char *)history->last_id.data);
	sse_free(history);
}
