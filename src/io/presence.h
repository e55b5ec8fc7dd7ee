/*
 * Who is present in which topic, as far as the streams of this process are concerned. An agent keeps their entries in Redis:
 * it puts them there, holds a lease for all of them, takes them away, puts them back when Redis has lost them, and does the
 * same for the entries of agents that died. The scripts of lua/presence_*.lua say what is in Redis.
 *
 * Many streams may come and go in one turn of the loop: what a turn brings is sent at its end, in few calls.
 */
#ifndef SSE_IO_PRESENCE_H
#define SSE_IO_PRESENCE_H

#include "core/entry_id.h"
#include "core/list.h"
#include "core/map.h"
#include "pubsub.h"

/* How long a stream that has ended counts as present, ms: a page that is reloaded was not away. */
#define SSE_PRESENCE_GRACE_MS 3000

/* What the scripts of lua/include/presence.lua take before what is their own. */
#define SSE_PRESENCE_KEYS 2
#define SSE_PRESENCE_ARGS 8

/* Where the numbers among them stand. */
typedef struct sse_presence_numbers {
	char maxlen[24];
	char ttl[24];
	char lease[24];
} sse_presence_numbers;

/* Fills in SSE_PRESENCE_ARGS args, the first of which are keys; they borrow from all the others. nobody_key: sse_redis_nobody_key(). agent may be empty; lease: ms, 0 for none. */
void sse_presence_args(const sse_redis_config *config, sse_str clock_key, sse_str nobody_key, sse_str agent,
	long long lease, sse_str *args, sse_presence_numbers *texts);

typedef struct sse_presence sse_presence;

typedef enum sse_seat_state {
	SSE_SEAT_WAITING,  /* for sse_seat_ready() */
	SSE_SEAT_READY,    /* to be sent */
	SSE_SEAT_ASKED,    /* was sent; the list of members is to come */
	SSE_SEAT_TOLD      /* the owner has the list */
} sse_seat_state;

/* The presence of one stream in one topic. */
typedef struct sse_seat {
	sse_map_node node;      /* agent->entries, unless another seat has the same name; key: the entry's name, owned */
	sse_link same;          /* seats of the same name: a stream that came back before it was gone */
	sse_link everyone;      /* agent->seats */
	sse_link link;          /* agent->ready or agent->asked, by state */
	sse_presence *agent;
	void *arg;              /* the owner's */
	sse_str stream;         /* these three are parts of the name */
	sse_str topic;
	sse_str user;
	sse_str member;         /* owned: JSON */
	uint64_t call;          /* the newest that it was sent with */
	unsigned attempts;      /* to get a list */
	sse_seat_state state;
	bool was_sent;          /* Redis may know it */
	bool was_seen;          /* while Redis is asked what it knows */
} sse_seat;

/* A topic's members. All is borrowed for the length of the call. */
typedef struct sse_presence_list {
	sse_str topic;
	sse_str text;           /* JSON: {"channel":topic,"event":"presence:subscribed","data":[…]} */
	sse_entry_id clock;     /* what has a greater id is not in it */
	sse_seat **seats;       /* whose it is */
	size_t count;
} sse_presence_list;

/* Called from within sse_loop_turn(). */
typedef struct sse_presence_events {
	/*
	 * A list came, in order with the topic's events. For each of its seats, which are WAITING: sse_seat_told() when the stream
	 * got it, sse_seat_ready() to ask for a newer one, or nothing, to do either later.
	 */
	void (*listed)(void *owner, const sse_presence_list *list);
	/* The seat's list is lost, or Redis had lost its entry: sse_seat_ready() when its topic is live, now or later. */
	void (*wanted)(void *owner, sse_seat *seat);
	/* Redis refuses, and will again: an ACL, or a key of another type. The seat is WAITING; NULL: it concerns all of them. */
	void (*failed)(void *owner, sse_seat *seat, const char *error);
} sse_presence_events;

/*
 * config and pubsub are borrowed; lists come over pubsub, which is not the agent's to start. The agent connects with its first
 * seat.
 */
sse_presence *sse_presence_new(
	sse_loop *loop, const sse_redis_config *config, sse_pubsub *pubsub, const sse_presence_events *events, void *owner);

/* The agent's name, and the name of one that it goes on as. Precondition for the latter: it has no seats. */
sse_str sse_presence_name(const sse_presence *agent);
void sse_presence_rename(sse_presence *agent, sse_str name);

/* stream: 1 to 64 of [A-Za-z0-9_-], or empty: a random one. All is copied. The seat is WAITING. */
sse_seat *sse_presence_enter(sse_presence *agent, sse_str topic, sse_str stream, sse_str user, sse_str member, void *arg);
/* The seat is gone; its entry is, when the stream has not come back within grace ms. */
void sse_presence_leave(sse_seat *seat, uint64_t grace);

/* The topic is live: puts the entry into Redis and asks for the list. Does nothing unless the seat is WAITING. */
void sse_seat_ready(sse_seat *seat);
/* The topic is not live any more, so that a list may be missed. */
void sse_seat_not_ready(sse_seat *seat);
/* The stream has the list, or had it when it was another process'. */
void sse_seat_told(sse_seat *seat);
/* The stream may have missed events: its list is to come again. WAITING. */
void sse_seat_untold(sse_seat *seat);
/* Redis knows the entry: it was another process'. */
void sse_seat_adopt(sse_seat *seat);

/* wanted() for each seat that is WAITING. */
void sse_presence_recheck(sse_presence *agent);

/* Whether Redis knows of all that have left, or cannot be told. */
bool sse_presence_is_settled(const sse_presence *agent);
/* Turns the loop until it is settled, limit_ms at most. Not from within a turn. */
void sse_presence_finish(sse_presence *agent, uint64_t limit_ms);

/* The entries are another process' now: nothing is said of them any more. */
void sse_presence_abandon(sse_presence *agent);

/* Frees the seats that are left too, and says nothing of them. Does not touch pubsub, which must not be turned again. */
void sse_presence_free(sse_presence *agent);

#endif
