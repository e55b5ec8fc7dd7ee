/*
 * An agent's state, for presence.c (seats) and presence_calls.c (what is said to Redis).
 */
#ifndef SSE_IO_PRESENCE_STATE_H
#define SSE_IO_PRESENCE_STATE_H

#include "presence.h"

#include "script.h"

/* 16 random bytes in hexadecimal, and a NUL; or another's name. */
#define SSE_PRESENCE_NAME_SIZE 65

typedef enum sse_presence_script { PRESENCE_JOIN, PRESENCE_LEAVE, PRESENCE_SWEEP, PRESENCE_SCRIPTS } sse_presence_script;

struct sse_presence {
	sse_loop *loop;
	const sse_redis_config *config;
	sse_pubsub *pubsub;
	sse_pubsub_item *lists;
	const sse_presence_events *events;
	void *owner;
	char name[SSE_PRESENCE_NAME_SIZE];
	char process[SSE_PRESENCE_NAME_SIZE]; /* what tells our calls from those of another process of the same name */

	sse_map entries;               /* one seat of each name */
	sse_link seats;                /* all, the one whose topic was renewed last at the end */
	size_t count;
	sse_link ready;
	sse_link asked;                /* oldest call first */
	sse_link left;                 /* entries that are to be taken away */

	/* presence_calls.c */
	sse_redis_conn *conn;          /* NULL before the first seat, and after sse_presence_abandon() */
	bool abandoned;
	uv_prepare_t prepare;          /* runs when a turn has brought something; its close callback frees the agent */
	sse_ticker ticker;
	sse_str clock_key;             /* owned */
	sse_str nobody_key;           /* owned */
	sse_str set_key;               /* owned; of the agent */
	bool knows[PRESENCE_SCRIPTS];  /* scripts that Redis has */
	uint64_t calls;                /* joins, counted */
	sse_link sent;                 /* calls without an answer */
	size_t in_flight;              /* joins and leaves among them */
	size_t leaving;                /* leaves alone */
	size_t singles;                /* so many seats are sent alone: one of them is refused, and the answer does not say which */
	bool is_syncing;               /* Redis is asked what it knows; all else waits */
	bool is_sweeping;              /* a sweep has no answer yet */
	bool is_watchful;              /* there are entries or other agents in Redis whose end somebody has to see to */
	uint64_t sweep_at;             /* ms, the loop's clock */
	uint64_t retry_at;             /* the same: nothing is sent before */
};

/* An entry that is to be taken away. */
typedef struct sse_presence_left {
	sse_link link;                 /* agent->left, or a call's */
	sse_str name;                  /* owned */
	uint64_t grace;
} sse_presence_left;

/* presence.c */
void sse_presence_move(sse_seat *seat, sse_seat_state state);
void sse_presence_put_left(sse_presence *agent, sse_str name, uint64_t grace);  /* name is taken over */
void sse_presence_drop_left(sse_link *list);
sse_str sse_presence_print(char text[24], long long number);

/* presence_calls.c */
void sse_presence_calls_init(sse_presence *agent);
void sse_presence_connect(sse_presence *agent);
/* There is something to be sent, at the end of this turn. */
void sse_presence_wake(sse_presence *agent);
/* The agent's memory goes with the loop's next turns. */
void sse_presence_calls_free(sse_presence *agent);

#endif
