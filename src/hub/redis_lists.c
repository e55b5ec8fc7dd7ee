#include "redis_lists.h"

#include "list_blocker.h"
#include "log.h"
#include "state.h"

#include "core/alloc.h"
#include "core/backoff.h"
#include "core/redis_key.h"

/* BLPOP names all of its lists each time: a second connection is worth its price when that becomes a long sentence. */
#define KEYS_PER_BLOCKER 256

static void retry_refused(sse_ticker *ticker, uint64_t now);

hub_redis_lists *hub_redis_lists_new(struct hub *hub)
{
	hub_redis_lists *lists = sse_calloc(1, sizeof(*lists));

	lists->hub = hub;
	sse_map_init(&lists->keys, sse_jitter(0, UINT64_MAX, &hub->loop.seed));
	uv_idle_init(&hub->loop.uv, &lists->idle);
	lists->idle.data = lists;
	lists->retrier.tick = retry_refused;
	lists->next_retry = UINT64_MAX;
	sse_loop_add_ticker(&hub->loop, &lists->retrier);
	return lists;
}

/* Changes of one turn */

static void act_on_changes(uv_idle_t *idle)
{
	hub_redis_lists *lists = idle->data;
	size_t i;

	uv_idle_stop(idle);
	for (i = 0; i < HUB_LIST_BLOCKERS_MAX; i++) {
		if (lists->blockers[i]) {
			hub_list_blocker_act(lists->blockers[i]);
		}
	}
}

void hub_list_blocker_changed(hub_list_blocker *blocker)
{
	blocker->stale = true;
	uv_idle_start(&blocker->lists->idle, act_on_changes);
}

static void on_control_ready(void *owner)
{
	hub_redis_lists *lists = owner;
	size_t i;

	for (i = 0; i < HUB_LIST_BLOCKERS_MAX; i++) {
		hub_list_blocker *blocker = lists->blockers[i];

		if (blocker && blocker->state == BLOCKER_SEARCHING) {
			hub_list_search_start(blocker);
		} else if (blocker && blocker->stale) {
			hub_list_blocker_changed(blocker);
		}
	}
}

static void on_control_lost(void *owner, const char *error, bool permanent)
{
	/* Changes wait for the end of BLPOP then; the blocked connections will have said what is wrong. */
}

static const sse_redis_events control_events = { on_control_ready, on_control_lost, NULL };

/* Watching */

static hub_list_blocker *blocker_for(hub_redis_lists *lists, const hub_list_key *key)
{
	uint32_t wanted = 1 + lists->keys.count / KEYS_PER_BLOCKER;
	uint32_t count = wanted < HUB_LIST_BLOCKERS_MAX ? wanted : HUB_LIST_BLOCKERS_MAX;
	hub_list_blocker **blocker = &lists->blockers[key->node.hash % count];

	if (!lists->control) {
		lists->control = sse_redis_conn_new(&lists->hub->loop, &lists->hub->config->redis, &control_events, lists);
		sse_redis_conn_start(lists->control);
	}
	if (!*blocker) {
		*blocker = hub_list_blocker_new(lists);
	}
	return *blocker;
}

hub_list_key *hub_redis_lists_find(const hub_redis_lists *lists, sse_str key)
{
	return SSE_MAP_ENTRY(sse_map_find(&lists->keys, 0, key), hub_list_key, node);
}

void hub_redis_lists_watch(hub_redis_lists *lists, hub_channel *channel)
{
	hub_list_key *key = sse_calloc(1, sizeof(*key));
	size_t i;

	key->node.key = sse_redis_key(&lists->hub->config->redis, channel->node.key);
	key->channel = channel;
	channel->broker_data = key;
	sse_map_insert(&lists->keys, &key->node);
	for (i = 0; i < HUB_LIST_BLOCKERS_MAX && !key->returning; i++) {
		key->returning = lists->blockers[i] && hub_list_blocker_returns(lists->blockers[i], key->node.key);
	}
	key->blocker = blocker_for(lists, key);
	sse_list_append(&key->blocker->keys, &key->link);
	hub_list_blocker_changed(key->blocker);
}

static void free_key(hub_redis_lists *lists, hub_list_key *key)
{
	key->channel->broker_data = NULL;
	sse_map_remove(&lists->keys, &key->node);
	sse_list_remove(&key->link);
	sse_redis_key_free(key->node.key);
	sse_free(key);
}

void hub_redis_lists_unwatch(hub_redis_lists *lists, hub_channel *channel)
{
	hub_list_key *key = channel->broker_data;

	hub_list_blocker_changed(key->blocker);
	free_key(lists, key);
}

void hub_redis_lists_resume(hub_redis_lists *lists, hub_channel *channel)
{
	hub_list_key *key = channel->broker_data;

	if (key->resting) {
		key->resting = false;
		hub_list_blocker_changed(key->blocker);
	}
}

/* Lists that Redis does not serve */

void hub_redis_lists_retry_at(hub_redis_lists *lists, uint64_t at)
{
	if (at < lists->next_retry) {
		lists->next_retry = at;
	}
}

void hub_redis_lists_refuse(hub_redis_lists *lists, sse_str name, const char *error)
{
	hub_list_key *key = hub_redis_lists_find(lists, name);
	uint64_t until = sse_loop_now(&lists->hub->loop) + HUB_LIST_RETRY_MS;

	if (key) {
		key->refused_until = until;
		key->blocker->stale = true; /* it asks anew without being told: its BLPOP is over */
	}
	hub_redis_lists_retry_at(lists, until);
	hub_log_seldom(HUB_WARNING, "list_refused",
		(hub_field[]){ HUB_STR("list", name), HUB_TEXT("error", error), HUB_LAST });
}

static void retry_refused(sse_ticker *ticker, uint64_t now)
{
	hub_redis_lists *lists = SSE_LIST_ENTRY(ticker, hub_redis_lists, retrier);
	sse_map_node *node = NULL;
	size_t i;

	if (now < lists->next_retry) {
		return;
	}
	lists->next_retry = UINT64_MAX;
	while ((node = sse_map_next(&lists->keys, node)) != NULL) {
		hub_list_key *key = SSE_MAP_ENTRY(node, hub_list_key, node);

		if (key->refused_until > now) {
			hub_redis_lists_retry_at(lists, key->refused_until);
		} else if (key->refused_until > 0) {
			key->refused_until = 0;
			hub_list_blocker_changed(key->blocker);
		}
	}
	for (i = 0; i < HUB_LIST_BLOCKERS_MAX; i++) {
		if (lists->blockers[i]) {
			hub_redis_lists_retry_at(lists, hub_list_blocker_retry(lists->blockers[i], now));
		}
	}
}

/* The end */

bool hub_redis_lists_is_settled(hub_redis_lists *lists)
{
	bool is_settled = true;
	size_t i;

	for (i = 0; i < HUB_LIST_BLOCKERS_MAX; i++) {
		hub_list_blocker *blocker = lists->blockers[i];

		if (!blocker) {
			continue;
		}
		if (!lists->ending) {
			/* Items that Redis would not take back get a last chance. */
			hub_list_blocker_retry(blocker, UINT64_MAX);
			hub_list_blocker_changed(blocker);
		}
		is_settled = is_settled && blocker->state != BLOCKER_WAITING && sse_list_is_empty(&blocker->returns);
	}
	lists->ending = true;
	return is_settled;
}

void hub_redis_lists_go_on(hub_redis_lists *lists)
{
	size_t i;

	lists->ending = false;
	for (i = 0; i < HUB_LIST_BLOCKERS_MAX; i++) {
		if (lists->blockers[i]) {
			hub_list_blocker_changed(lists->blockers[i]);
		}
	}
}

static void free_lists(uv_handle_t *handle)
{
	sse_free(handle->data);
}

void hub_redis_lists_free(hub_redis_lists *lists)
{
	sse_map_node *node, *next;
	size_t i;

	for (node = sse_map_next(&lists->keys, NULL); node; node = next) {
		next = sse_map_next(&lists->keys, node);
		free_key(lists, SSE_MAP_ENTRY(node, hub_list_key, node));
	}
	if (lists->control) {
		sse_redis_conn_close(lists->control);
	}
	for (i = 0; i < HUB_LIST_BLOCKERS_MAX; i++) {
		if (lists->blockers[i]) {
			hub_list_blocker_free(lists->blockers[i]);
		}
	}
	sse_map_deinit(&lists->keys);
	sse_loop_remove_ticker(&lists->hub->loop, &lists->retrier);
	uv_close((uv_handle_t *)&lists->idle, free_lists);
}
