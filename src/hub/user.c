#include "user.h"

#include "state.h"

#include "core/alloc.h"
#include "core/backoff.h"

/*
 * How long a browser that was evicted waits before it comes back, ms: a tab that returned at once would evict the next one,
 * and so on in a circle.
 */
#define EVICTED_RETRY_MIN_MS 30000
#define EVICTED_RETRY_MAX_MS 60000

static hub_user *find(const struct hub *hub, sse_str name)
{
	return SSE_MAP_ENTRY(sse_map_find(&hub->users, 0, name), hub_user, node);
}

static hub_client *oldest(const hub_user *user)
{
	SSE_LIST_EACH(link, &user->clients) {
		hub_client *client = SSE_LIST_ENTRY(link, hub_client, of_user);

		if (!client->closing && !client->ending) {
			return client;
		}
	}
	return NULL;
}

void hub_user_join(struct hub *hub, sse_str name, hub_client *client)
{
	hub_user *user = find(hub, name);
	hub_client *first;

	if (!user) {
		user = sse_calloc(1, sizeof(*user));
		user->node.key = (sse_str){ sse_memdup(name.data, name.len), name.len };
		sse_list_init(&user->clients);
		sse_map_insert(&hub->users, &user->node);
	}
	if (hub->config->max_per_user > 0 && user->count >= hub->config->max_per_user && (first = oldest(user))) {
		hub->stats.evicted++;
		hub_client_end(first, (int64_t)sse_jitter(EVICTED_RETRY_MIN_MS, EVICTED_RETRY_MAX_MS, &hub->loop.seed));
	}
	client->user = user;
	sse_list_append(&user->clients, &client->of_user);
	user->count++;
}

void hub_user_leave(struct hub *hub, hub_client *client)
{
	hub_user *user = client->user;

	if (!user) {
		return;
	}
	client->user = NULL;
	sse_list_remove(&client->of_user);
	if (--user->count == 0) {
		sse_map_remove(&hub->users, &user->node);
		sse_free((char *)user->node.key.data);
		sse_free(user);
	}
}

size_t hub_user_disconnect(struct hub *hub, sse_str name)
{
	hub_user *user = find(hub, name);
	size_t count = 0;

	if (!user) {
		return 0;
	}
	/* Clients leave the list at the end of the turn, so that it is safe to walk. */
	SSE_LIST_EACH(link, &user->clients) {
		hub_client *client = SSE_LIST_ENTRY(link, hub_client, of_user);

		if (!client->closing && !client->ending) {
			hub->stats.kicked++;
			hub_client_end(client, -1);
			count++;
		}
	}
	return count;
}
