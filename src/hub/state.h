/*
 * The hub's state, for the files of this folder.
 */
#ifndef SSE_HUB_STATE_H
#define SSE_HUB_STATE_H

#include "broker.h"
#include "client.h"
#include "hub.h"
#include "stats.h"
#include "watch.h"

#include "core/map.h"
#include "io/loop.h"

typedef enum hub_phase { HUB_SERVING, HUB_ENDING, HUB_HANDING_OVER, HUB_ENDED } hub_phase;

struct hub {
	const hub_config *config;
	sse_loop loop;
	hub_phase phase;
	uint64_t ends_at;          /* ms, the loop's clock: when draining gives up */
	hub_stats stats;
	hub_wheel wheel;
	hub_watch watch;           /* the clients' descriptors */
	hub_broker *broker;
	struct hub_control *control;
	struct hub_listener *listener;  /* NULL: none */
	struct sse_presence *presence;  /* presence.h: NULL with memory: */

	sse_map channels;          /* salt: sse_source_kind */
	sse_map users;
	sse_map addresses;         /* address.h: where the listener's connections come from */
	sse_map streams;           /* those that have an id: hub_stream_id */
	sse_link clients;
	size_t client_count;
	size_t presences;          /* members of presence channels: seats of clients' subscriptions */
	sse_link dirty;            /* channels with a block of this turn */
	sse_link pending;          /* clients with something to write */
	sse_link opening;          /* clients that nothing is written to yet, oldest first */
	sse_link closed;           /* clients that hub_clients_sweep() will close */
	sse_entry_id clock;        /* the newest id that was heard of */
	sse_entry_id delivered;    /* the newest entry that a live topic handed out: live topics hand out in the order of ids */
	bool broker_ready;
	char broker_address[280];  /* of the Redis that it is connected to; "": none, or the broker is the hub itself */
	bool told_to_end;          /* while the streams are being handed over: it is to drain if that fails */
	struct hub_give *give;     /* takeover.h: NULL unless another hub is taking the streams */
	struct hub_take *take;     /* NULL unless this hub is taking another's */
	struct hub_keep *keep;     /* keep.h: NULL while what comes is given to the clients */
	uint64_t started;          /* ms, the loop's clock */
	sse_ticker lateness;       /* sees how late the loop is */
	uint64_t ticked;           /* when it last did, the same clock */
	uv_signal_t signals[2];
};

/* One turn of the loop, until wake_at at the latest, and what follows from it. */
void hub_turn(struct hub *hub, uint64_t wake_at);

/*
 * Begins the end of a serving hub: no new streams, a jittered retry and the end for those that are open, at most config->drain.
 * Does nothing when it has begun already. Frees nothing.
 */
void hub_drain(struct hub *hub);

#endif
