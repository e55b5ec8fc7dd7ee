/*
 * One client: a descriptor, what it is subscribed to, what waits to be written to it.
 */
#ifndef SSE_HUB_CLIENT_H
#define SSE_HUB_CLIENT_H

#include "channel.h"
#include "output.h"
#include "wheel.h"

#include "core/fcgi.h"
#include "core/subscription.h"

struct hub;
typedef struct hub_user hub_user;
struct hub_stream_id;
struct hub_replay;

typedef struct hub_client {
	struct hub *hub;
	hub_out out;
	sse_link everyone;          /* hub->clients, oldest first */
	sse_link pending;           /* hub->pending: has something to write at the end of the turn; or hub->opening, hub->closed */
	hub_timer timer;
	uint64_t heartbeat_due;     /* ms, the loop's clock; UINT64_MAX: none */
	uint64_t expires;           /* the same */
	uint32_t heartbeat;         /* ms; 0: none */
	bool heartbeat_comment;
	bool closing;               /* in hub->closed: swept at the end of the turn */
	bool ending;                /* the end was written or waits in out; closed when out is empty */
	bool is_opening;            /* in hub->opening: nothing is written yet, see opening.h */
	bool is_http;               /* came through the listener */
	bool is_watched;            /* fd is in hub->watch */
	bool is_alone;              /* its only source gives it whole blocks: it is in channel->alone */
	bool told_position;         /* it has an id to come back with, or there is none to tell */
	bool told_overflow;         /* since it last had nothing waiting */
	sse_fcgi_reader fcgi;
	int fd;
	struct hub_address *address;       /* address.h: NULL unless it is counted */
	hub_user *user;             /* NULL: nobody in particular */
	sse_link of_user;
	struct hub_stream_id *stream;      /* NULL: it has no id */
	sse_entry_id position;      /* hub_client_position() */
	struct hub_replay *replay;         /* while it is behind its topics: then their entries are not written but held */
	struct hub_joining *joinings;      /* join.h: those that are not told yet, oldest first */
	hub_sub *subs;              /* the first is sub, unless that was left */
	hub_sub sub;                /* without a channel: not in use */
} hub_client;

/* A client without subscriptions, which is neither read nor written before it is started. */
hub_client *hub_client_new(struct hub *hub, int fd, sse_transport transport, unsigned request_id);
/* alone: it is its only source. The membership; NULL when it has that source already. */
hub_sub *hub_client_join(hub_client *client, sse_source_kind kind, sse_str name, bool alone);
/* The membership, one of the client's, is gone. */
void hub_client_leave(hub_client *client, hub_sub *sub);
/*
 * Its socket and its times are watched; again after hub_client_pause(), which ends that. False when the socket cannot be: it
 * is going to be closed then.
 */
bool hub_client_start(hub_client *client);
void hub_client_pause(hub_client *client);

/* Ends a stream: retry (ms, -1 for none) and the transport's proper end are written, then the connection is closed. */
void hub_client_end(hub_client *client, int64_t retry);

/* Nothing more is written or read; hub_clients_sweep() closes it. So clients may be closed while a list of them is walked. */
void hub_client_close(hub_client *client);
void hub_clients_sweep(struct hub *hub);
/* hub->watch's callback. */
void hub_client_ready(void *client, uint32_t events);

/* A slice of a block is to be written at the end of this turn, at the latest. Too much of it: hub_overflow decides. */
void hub_client_add(hub_client *client, hub_block *block, uint32_t off, uint32_t len);

/* Writes what waits, and cares for what the socket does not take. */
void hub_client_flush(hub_client *client);

/* Whether the other end has closed, as far as the socket knows. */
bool hub_client_has_left(const hub_client *client);

/*
 * Up to where the client's topics, which are live, have handed out everything. The clock says more than that: logs are read
 * over another connection than the one that events come over, and may be ahead of it.
 */
sse_entry_id hub_client_handed_out(const hub_client *client);

/* Gives the client an id to come back with, once all of its topics are live; up to at_least it has everything in any case. */
void hub_client_tell_position(hub_client *client, sse_entry_id at_least);
/* Gives it this one. */
void hub_client_tell(hub_client *client, sse_entry_id position);

/* The newest id that the client was given, or that was newest when it came. */
sse_entry_id hub_client_position(const hub_client *client);

#endif
