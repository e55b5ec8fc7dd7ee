/*
 * What the hub counts: for /metrics, SseHub::stats() and `sse:status`.
 */
#ifndef SSE_HUB_STATS_H
#define SSE_HUB_STATS_H

#include "core/buf.h"

#include <stdbool.h>
#include <stdint.h>

/* X(name, help): counters that only grow. */
#define HUB_COUNTERS(X) \
	X(handoffs, "Connections taken over from PHP workers") \
	X(taken_over, "Streams taken over from the hub before this one") \
	X(handed_on, "Streams handed on to the hub after this one") \
	X(handoffs_refused, "Handoffs refused: full, draining, another Redis, a bad descriptor") \
	X(http_requests, "Requests to the listener") \
	X(http_streams, "Streams opened through the listener") \
	X(http_refused, "Requests refused with 400, 401, 403, 404, 405, 408, 413, 414, 431") \
	X(turned_away, "Clients answered with retry and the end: full, draining, or too many of their address") \
	X(per_ip_refused, "Connections to the listener beyond what one address may have") \
	X(evicted, "Streams ended because their user opened too many") \
	X(disconnected, "Streams that clients left") \
	X(expired, "Streams that reached the end of their lifetime or token") \
	X(kicked, "Streams ended by disconnect()") \
	X(joins, "Times that open streams joined sources") \
	X(leaves, "Times that open streams left sources") \
	X(joins_refused, "Joins and leaves refused: no such stream here, another user, too many names, too much of it waits, unreadable, handing over") \
	X(drained, "Streams ended because the hub stopped") \
	X(overflow_cut, "Streams cut because their client did not read") \
	X(overflow_dropped, "Events dropped because their client did not read") \
	X(events_in, "Events and messages from the broker") \
	X(deliveries, "Events handed to clients") \
	X(bytes_out, "Bytes written to clients") \
	X(gaps, "Gaps announced") \
	X(replays, "Reads of the log for clients that came back") \
	X(late_ms, "Milliseconds that the loop was late, counted from 50 on: it was busy, waited for a processor, or was stopped") \
	X(broker_losses, "Times that the connection to Redis was lost") \
	X(queue_items, "Items taken from lists") \
	X(queue_returned, "Items put back because no client took them") \
	X(control_messages, "Messages on the control socket") \
	X(control_refused, "Messages on the control socket that were refused")

typedef struct hub_stats {
#define HUB_COUNTER_MEMBER(name, help) uint64_t name;
	HUB_COUNTERS(HUB_COUNTER_MEMBER)
#undef HUB_COUNTER_MEMBER
} hub_stats;

struct hub;

/* Clients whose socket is full, and what waits for them. */
typedef struct hub_backlog {
	uint64_t clients;
	uint64_t bytes;
} hub_backlog;

/* What there is at the moment. */
typedef struct hub_gauges {
	uint64_t processes;
	uint64_t clients;
	uint64_t max_clients;
	uint64_t channels;
	uint64_t users;
	uint64_t presences;
	hub_backlog backlog;
	bool broker_ready;
} hub_gauges;

/* Of this process; without the backlog, for which all clients have to be looked at. */
hub_gauges hub_gauges_of(const struct hub *hub);
hub_backlog hub_backlog_of(const struct hub *hub);

/*
 * Both are of all processes of the hub (peers.h), but for "phase", "uptime_seconds", "pid" and the address of the Redis, which are the
 * asked one's.
 *
 * Prometheus' text format, version 0.0.4: the counters as sse_hub_<name>_total, and the gauges, such as sse_hub_clients. */
void hub_metrics_write(const struct hub *hub, sse_buf *out);
/*
 * The same figures as one flat JSON object, under their names without "sse_hub_" and "_total"; "pid", and "broker": "redis" or "memory", and while
 * it is connected "redis": the address of that Redis (sse_hub_redis_info{address} in the other). "broker_ready" is a boolean, "phase" a word: "serving", "ending", "handing over", "ended".
 */
void hub_stats_json(const struct hub *hub, sse_buf *out);

#endif
