/*
 * One connection that waits in BLPOP for items of its share of the lists. The parts of redis_lists.c see each other's
 * structures; nobody else includes this.
 */
#ifndef SSE_HUB_LIST_BLOCKER_H
#define SSE_HUB_LIST_BLOCKER_H

#include "redis_lists.h"

#include "io/redis_conn.h"

#define HUB_LIST_BLOCKERS_MAX 8
/* A list that Redis will not serve (another type, no permission) is left alone for so long. */
#define HUB_LIST_RETRY_MS 30000

typedef struct hub_list_blocker hub_list_blocker;

/* A watched list. */
typedef struct hub_list_key {
	sse_map_node node;         /* lists->keys; key: with the prefix, owned */
	sse_link link;             /* blocker->keys */
	hub_channel *channel;
	hub_list_blocker *blocker;
	bool resting;              /* nobody took its last item */
	bool returning;            /* an item goes back to it, and is to be its first again */
	uint64_t refused_until;    /* ms, the loop's clock; 0: it is not refused */
	size_t end;                /* in blocker->wanted; 0: it is not wanted */
} hub_list_key;

typedef enum hub_blocker_state {
	BLOCKER_OFFLINE,
	BLOCKER_IDLE,       /* nothing is asked for: no list of its share is to be served now */
	BLOCKER_WAITING,    /* BLPOP is under way */
	BLOCKER_SEARCHING   /* BLPOP was refused because of one list, and Redis does not say which */
} hub_blocker_state;

struct hub_list_blocker {
	hub_redis_lists *lists;
	sse_redis_conn *conn;
	hub_blocker_state state;
	char client_id[24];        /* for CLIENT UNBLOCK; "" while Redis has not told */
	sse_link keys;             /* the one that BLPOP is to look at first comes first */
	/*
	 * The keys that BLPOP names, as Redis reads them; the first that it looks at is at begin. They are kept, as BLPOP is asked
	 * anew after each item, and putting a thousand keys together takes longer than all the rest.
	 */
	sse_buf wanted;
	size_t wanted_count;
	size_t begin;
	sse_link returns;          /* items that are not back yet */
	bool stale;                /* other lists are wanted now */
	bool unblocking;           /* CLIENT UNBLOCK is under way */
	uint32_t asked;            /* BLPOPs so far, and how many when CLIENT UNBLOCK was sent */
	uint32_t asked_at_unblock;
	struct hub_list_search *search;
	char refusal[160];         /* what Redis said of the BLPOP that the search is about */
};

struct hub_redis_lists {
	struct hub *hub;
	sse_map keys;              /* of hub_list_key */
	hub_list_blocker *blockers[HUB_LIST_BLOCKERS_MAX];  /* NULL until there is a need */
	sse_redis_conn *control;   /* for what a blocked connection cannot say: CLIENT UNBLOCK, TYPE; made with the first blocker */
	bool cannot_unblock;       /* Redis does not let us: BLPOP then asks anew more often */
	bool ending;
	uv_idle_t idle;            /* acts on all that one turn changed; its close callback frees the lists */
	sse_ticker retrier;
	uint64_t next_retry;       /* ms, the loop's clock; UINT64_MAX: nothing was refused */
};

hub_list_blocker *hub_list_blocker_new(hub_redis_lists *lists);
/* Says so for each item that is lost by it. The keys are the caller's. */
void hub_list_blocker_free(hub_list_blocker *blocker);

/* A list came, went, or may be served again. Acted upon in the next turn. */
void hub_list_blocker_changed(hub_list_blocker *blocker);
/* The action: BLPOP for the lists as they are now, now or after the one under way was ended. */
void hub_list_blocker_act(hub_list_blocker *blocker);
/* Whether an item of the list is on its way back to it. */
bool hub_list_blocker_returns(const hub_list_blocker *blocker, sse_str key);
/* Lets items go back that were refused until now (or always: UINT64_MAX); returns when the next one is to. */
uint64_t hub_list_blocker_retry(hub_list_blocker *blocker, uint64_t now);

/* The list of that name with prefix, or NULL. */
hub_list_key *hub_redis_lists_find(const hub_redis_lists *lists, sse_str key);
/* Leaves a list alone for HUB_LIST_RETRY_MS, because of error. */
void hub_redis_lists_refuse(hub_redis_lists *lists, sse_str key, const char *error);
/* Something is to be tried again then: hub_list_blocker_retry() is called. */
void hub_redis_lists_retry_at(hub_redis_lists *lists, uint64_t at);

/* Whether items of the list are to be asked for. */
static inline bool hub_list_is_wanted(const hub_list_key *key)
{
	return !key->resting && !key->returning && key->refused_until == 0;
}

/* Asks for the type of each of the blocker's lists, refuses those that are none, and lets the blocker go on. */
void hub_list_search_start(hub_list_blocker *blocker);
/* Forgets it, when its connection was closed. */
void hub_list_search_free(struct hub_list_search *search);

#endif
