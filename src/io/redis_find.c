#include "redis_find.h"

#include "core/alloc.h"
#include "redis_conn.h"

#include <stdio.h>
#include <string.h>

/* Nodes of a cluster that are remembered beside its seeds: for the day when all seeds are gone. */
#define LEARNED_MAX 16

struct sse_redis_find {
	sse_loop *loop;
	const sse_redis_config *config;
	sse_redis_found_cb cb;
	void *owner;
	sse_redis_conn *conn;        /* to the seed that is asked, NULL: none is */
	sse_redis_place place;       /* of that seed */
	sse_redis_config ask;        /* how to connect to it; borrows from config and place */
	size_t next;                 /* the seed that is asked next: the one that knew, the last time, comes first */
	size_t tried;
	bool permanent;              /* as far as the seeds that were tried tell */
	char error[512];             /* what the last one said */
	sse_redis_place learned[LEARNED_MAX];
	size_t learned_count;
};

void sse_redis_place_config(const sse_redis_config *config, const sse_redis_place *place, sse_redis_config *to)
{
	*to = *config;
	to->kind = SSE_REDIS_SINGLE;
	to->host = (char *)place->host;
	to->port = place->port;
	to->path = NULL;
}

sse_redis_find *sse_redis_find_new(sse_loop *loop, const sse_redis_config *config, sse_redis_found_cb cb, void *owner)
{
	sse_redis_find *find = sse_calloc(1, sizeof(*find));

	find->loop = loop;
	find->config = config;
	find->cb = cb;
	find->owner = owner;
	return find;
}

static size_t count_seeds(const sse_redis_find *find)
{
	sse_redis_place unused;
	size_t count = 0;

	while (sse_redis_config_seed(find->config, count, unused.host, &unused.port)) {
		count++;
	}
	return count;
}

void sse_redis_find_stop(sse_redis_find *find)
{
	if (find->conn) {
		sse_redis_conn_close(find->conn);
		find->conn = NULL;
	}
}

static void ask_next(sse_redis_find *find);

static void fail(sse_redis_find *find, bool permanent, const char *error)
{
	snprintf(find->error, sizeof(find->error), "%s:%d: %s", find->place.host, find->place.port, error);
	find->permanent = find->permanent && permanent;
	sse_redis_find_stop(find);
	find->next++;
	find->tried++;
	ask_next(find);
}

static void found(sse_redis_find *find, const sse_redis_place *place)
{
	sse_redis_find_stop(find);
	find->cb(find->owner, place, NULL, false);
}

/* A host and a port as replies bring them. A node that does not know its own address leaves it out: it is where it was asked. */
static bool read_place(const sse_redis_find *find, const sse_reply *host, const sse_reply *port, sse_redis_place *place)
{
	long long number = port->integer;

	if (port->type == REDIS_REPLY_STRING) {
		number = 0;
		for (size_t i = 0; i < port->str.len && number <= 65535; i++) {
			number = number * 10 + (port->str.data[i] - '0');
		}
	}
	if (number < 1 || number > 65535) {
		return false;
	}
	place->port = (int)number;
	if (host->type == REDIS_REPLY_NIL || host->str.len == 0) {
		*place = (sse_redis_place){ .port = (int)number };
		memcpy(place->host, find->place.host, sizeof(place->host));
		return true;
	}
	if (host->type != REDIS_REPLY_STRING || host->str.len >= sizeof(place->host) || sse_str_is(host->str, "?")) {
		return false;
	}
	memcpy(place->host, host->str.data, host->str.len + 1);
	return true;
}

/* Sentinels */

static void on_master(void *arg, const sse_reply *reply)
{
	sse_redis_find *find = arg;
	sse_redis_place place;
	char error[200];

	if (!reply) {
		return; /* lost() is called */
	}
	if (reply->type == REDIS_REPLY_ERROR) {
		fail(find, !sse_reply_is_passing(reply), reply->str.data);
	} else if (sse_reply_is_array(reply, 2) && read_place(find, reply->element[0], reply->element[1], &place)) {
		found(find, &place);
	} else {
		snprintf(error, sizeof(error), "the sentinel knows no master \"%s\"", sse_redis_config_master(find->config));
		fail(find, true, error);
	}
}

/* Clusters */

static void learn(sse_redis_find *find, const sse_redis_place *place)
{
	sse_redis_place seed;
	size_t i;

	for (i = 0; i < find->learned_count; i++) {
		if (find->learned[i].port == place->port && strcmp(find->learned[i].host, place->host) == 0) {
			return;
		}
	}
	for (i = 0; sse_redis_config_seed(find->config, i, seed.host, &seed.port); i++) {
		if (seed.port == place->port && strcmp(seed.host, place->host) == 0) {
			return;
		}
	}
	if (find->learned_count < LEARNED_MAX) {
		find->learned[find->learned_count++] = *place;
	}
}

/* A range of slots and its nodes, the master first: [from, to, [host, port, …], …]. */
static bool read_range(sse_redis_find *find, const sse_reply *range, sse_redis_place *owner)
{
	long long slot = (long long)sse_redis_config_slot(find->config);
	bool is_ours, has_owner = false;

	if (!sse_reply_is_array(range, 3)) {
		return false;
	}
	is_ours = range->element[0]->integer <= slot && slot <= range->element[1]->integer;
	for (size_t i = 2; i < range->elements; i++) {
		const sse_reply *node = range->element[i];
		sse_redis_place place;

		if (sse_reply_is_array(node, 2) && read_place(find, node->element[0], node->element[1], &place)) {
			learn(find, &place);
			if (is_ours && i == 2) {
				*owner = place;
				has_owner = true;
			}
		}
	}
	return has_owner;
}

static void on_slots(void *arg, const sse_reply *reply)
{
	sse_redis_find *find = arg;
	sse_redis_place owner;
	bool has_owner = false;
	char error[80];

	if (!reply) {
		return;
	}
	if (reply->type != REDIS_REPLY_ARRAY) {
		fail(find, !sse_reply_is_passing(reply), reply->type == REDIS_REPLY_ERROR ? reply->str.data : "no list of slots");
		return;
	}
	find->learned_count = 0;
	for (size_t i = 0; i < reply->elements; i++) {
		has_owner = read_range(find, reply->element[i], &owner) || has_owner;
	}
	if (has_owner) {
		found(find, &owner);
	} else {
		snprintf(error, sizeof(error), "no node serves slot %u", sse_redis_config_slot(find->config));
		fail(find, false, error);
	}
}

/* Asking */

static void on_ready(void *owner)
{
	sse_redis_find *find = owner;
	const char *master = sse_redis_config_master(find->config);
	sse_str sentinel[] = { { "SENTINEL", 8 }, { "GET-MASTER-ADDR-BY-NAME", 23 }, { master, strlen(master) } };
	sse_str cluster[] = { { "CLUSTER", 7 }, { "SLOTS", 5 } };

	if (find->config->kind == SSE_REDIS_SENTINEL) {
		sse_redis_conn_command(find->conn, 3, sentinel, 0, on_master, find);
	} else {
		sse_redis_conn_command(find->conn, 2, cluster, 0, on_slots, find);
	}
}

static void on_lost(void *owner, const char *error, bool permanent)
{
	fail(owner, permanent, error);
}

static const sse_redis_events seed_events = { on_ready, on_lost, NULL };

static void make_ask(sse_redis_find *find)
{
	sse_redis_place_config(find->config, &find->place, &find->ask);
	find->ask.db = 0;
	if (find->config->kind == SSE_REDIS_SENTINEL) {
		find->ask.username = find->config->sentinel_username;
		find->ask.username_len = find->config->sentinel_username_len;
		find->ask.password = find->config->sentinel_password;
		find->ask.password_len = find->config->sentinel_password_len;
	}
}

static void ask_next(sse_redis_find *find)
{
	size_t seeds = count_seeds(find), all = seeds + find->learned_count;

	if (find->tried == all) {
		find->cb(find->owner, NULL, find->error, find->permanent);
		return;
	}
	find->next %= all;
	if (find->next < seeds) {
		sse_redis_config_seed(find->config, find->next, find->place.host, &find->place.port);
	} else {
		find->place = find->learned[find->next - seeds];
	}
	make_ask(find);
	find->conn = sse_redis_conn_new(find->loop, &find->ask, &seed_events, find);
	sse_redis_conn_start(find->conn);
}

void sse_redis_find_start(sse_redis_find *find)
{
	sse_redis_find_stop(find);
	find->tried = 0;
	find->permanent = true;
	ask_next(find);
}

void sse_redis_find_free(sse_redis_find *find)
{
	sse_redis_find_stop(find);
	sse_free(find);
}
