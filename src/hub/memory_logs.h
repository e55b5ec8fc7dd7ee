/*
 * The topics of the hub's own broker: a log for each and one clock for all, by the rules of io/lua/publish.lua and attach.lua.
 * Knows no channels and no clients; times are given, in milliseconds of the wall clock.
 */
#ifndef SSE_HUB_MEMORY_LOGS_H
#define SSE_HUB_MEMORY_LOGS_H

#include "core/list.h"
#include "core/map.h"
#include "io/replay.h"

/* Beyond either, the topic that nobody has published to for longest is dropped: this is for development, in one process. */
#define HUB_MEMORY_TOPICS_MAX 10000
#define HUB_MEMORY_LOG_BYTES (64u << 20)

typedef struct hub_memory_entry {
	sse_entry_id id;
	size_t event_len;
	size_t data_len;
	char bytes[];           /* event, data */
} hub_memory_entry;

typedef struct hub_memory_log {
	sse_map_node node;      /* key: the topic, owned */
	sse_link aged;          /* logs->aged */
	hub_memory_entry **entries; /* a ring of cap, count from head on; never empty */
	size_t head, count, cap;
	bool trimmed;           /* it held more once */
} hub_memory_log;

typedef struct hub_memory_logs {
	sse_map map;
	sse_link aged;          /* by their newest entry, oldest first */
	size_t bytes;
	sse_entry_id clock;     /* the newest id given out */
	sse_entry_id since;     /* when the clock began */
	sse_entry_id dropped;   /* the newest entry of all logs that had to go to make room */
	size_t maxlen;          /* entries of a log */
	uint64_t ttl;           /* ms that a log outlives its newest entry */
} hub_memory_logs;

void hub_memory_logs_init(hub_memory_logs *logs, size_t maxlen, uint64_t ttl, uint64_t seed, uint64_t now);
void hub_memory_logs_deinit(hub_memory_logs *logs);

/* Appends an entry and returns its id. */
sse_entry_id hub_memory_logs_append(hub_memory_logs *logs, sse_str topic, sse_str event, sse_str data, uint64_t now);

/* The topic's newest id, or the clock when there is no log: where a follower "from now on" begins. */
sse_entry_id hub_memory_logs_cursor(const hub_memory_logs *logs, sse_str topic);

/* The first entry behind id; NULL: none. Good until something is appended or expires. */
const hub_memory_entry *hub_memory_logs_after(const hub_memory_logs *logs, sse_str topic, sse_entry_id id);

/* An entry as followers get it; id_text gets its id. Borrowed from both. */
sse_entry hub_memory_entry_view(sse_str topic, const hub_memory_entry *entry, char id_text[SSE_ENTRY_ID_MAX]);

/*
 * Hands out what comes behind the topics' cursors, all topics in the order of ids, about limit bytes of it, and moves the
 * cursors; retention in seconds as for sse_replay_request(). True when there is more.
 */
bool hub_memory_logs_read(const hub_memory_logs *logs, sse_topic *topics, size_t count, int64_t retention, size_t limit,
	uint64_t now, const sse_replay_sink *sink);

/* Drops the logs whose time is over. */
void hub_memory_logs_expire(hub_memory_logs *logs, uint64_t now);

#endif
