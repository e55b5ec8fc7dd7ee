#include "list_blocker.h"

#include "core/alloc.h"

#include <stdio.h>

/*
 * BLPOP is refused as a whole when one of its keys holds no list, or may not be read, and Redis does not name the key. So all
 * are asked for their types, over the connection that is not blocked.
 */
typedef struct hub_list_search {
	hub_list_blocker *blocker;
	sse_str *keys;      /* owned copies: lists may go while the answers come */
	size_t count;
	size_t answered;
	bool found;
	bool is_broken;     /* the connection was lost before all was said */
} hub_list_search;

void hub_list_search_free(hub_list_search *search)
{
	size_t i;

	if (search) {
		for (i = 0; i < search->count; i++) {
			sse_free((char *)search->keys[i].data);
		}
		sse_free(search->keys);
		sse_free(search);
	}
}

static void finish(hub_list_search *search)
{
	hub_list_blocker *blocker = search->blocker;
	bool is_over = !search->is_broken, found = search->found;

	blocker->search = NULL;
	hub_list_search_free(search);
	if (blocker->state != BLOCKER_SEARCHING || !is_over) {
		return; /* begun again when the connection is back */
	}
	if (found) {
		blocker->state = BLOCKER_IDLE;
		hub_list_blocker_changed(blocker);
	} else {
		/* It was gone when we looked, or BLPOP itself is not allowed: asking again at once could go on forever. */
		char error[sizeof(blocker->refusal) + 64];

		snprintf(error, sizeof(error), "BLPOP is refused, and none of the lists is to blame: %s", blocker->refusal);
		sse_redis_conn_fail(blocker->conn, error, false);
	}
}

static void on_type(void *arg, const sse_reply *reply)
{
	hub_list_search *search = arg;
	sse_str key = search->keys[search->answered++];

	if (!reply) {
		search->is_broken = true;
	} else if (sse_reply_is_error(reply, "NOPERM")) {
		search->found = true;
		hub_redis_lists_refuse(search->blocker->lists, key, reply->str.data);
	} else if (reply->type == REDIS_REPLY_STATUS && !sse_str_is(reply->str, "list") && !sse_str_is(reply->str, "none")) {
		search->found = true;
		hub_redis_lists_refuse(search->blocker->lists, key, "the key holds no list");
	}
	if (search->answered == search->count) {
		finish(search);
	}
}

void hub_list_search_start(hub_list_blocker *blocker)
{
	hub_redis_lists *lists = blocker->lists;
	hub_list_search *search;
	size_t i;

	if (blocker->search || !sse_redis_conn_is_ready(lists->control)) {
		return;
	}
	search = sse_calloc(1, sizeof(*search));
	search->blocker = blocker;
	search->keys = sse_malloc(lists->keys.count * sizeof(*search->keys));
	SSE_LIST_EACH(link, &blocker->keys) {
		const hub_list_key *key = SSE_LIST_ENTRY(link, hub_list_key, link);

		if (hub_list_is_wanted(key)) {
			sse_str name = key->node.key;

			search->keys[search->count++] = (sse_str){ sse_memdup(name.data, name.len), name.len };
		}
	}
	if (search->count == 0) {
		/* All of them were left meanwhile. */
		hub_list_search_free(search);
		blocker->state = BLOCKER_IDLE;
		hub_list_blocker_changed(blocker);
		return;
	}
	blocker->search = search;
	for (i = 0; i < search->count; i++) {
		sse_redis_conn_command(lists->control, 2, (sse_str[]){ { "TYPE", 4 }, search->keys[i] }, 0, on_type, search);
	}
}
