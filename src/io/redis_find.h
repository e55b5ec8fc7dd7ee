/*
 * Where is the Redis? For configurations that name sentinels or nodes of a cluster: asks one seed after the other, each over a
 * connection for just that question, until one knows.
 *
 *     sentinel   SENTINEL GET-MASTER-ADDR-BY-NAME <master>      https://redis.io/docs/latest/develop/reference/sentinel-clients/
 *     cluster    CLUSTER SLOTS, of which the node that serves the slot of the prefix is taken; the other nodes that it names are
 *                asked as well, the next time, behind the seeds
 *
 * What a seed says may be stale. Whoever connects there has to see for itself: redis_dial asks for ROLE behind a sentinel, and a
 * node of a cluster refuses keys that it does not serve.
 */
#ifndef SSE_IO_REDIS_FIND_H
#define SSE_IO_REDIS_FIND_H

#include "core/redis_config.h"
#include "loop.h"

typedef struct sse_redis_find sse_redis_find;

typedef struct sse_redis_place {
	char host[SSE_REDIS_HOST_MAX];
	int port;
} sse_redis_place;

/*
 * place is borrowed; NULL: nobody knows, for the reason in error. permanent: no seed will, until somebody changes the configuration.
 * Called from within sse_loop_turn(), never from within _start().
 */
typedef void (*sse_redis_found_cb)(void *owner, const sse_redis_place *place, const char *error, bool permanent);

/* config is borrowed, and is not of the kind SSE_REDIS_SINGLE. */
sse_redis_find *sse_redis_find_new(sse_loop *loop, const sse_redis_config *config, sse_redis_found_cb cb, void *owner);

/* cb is called once for each start, unless the search is stopped before. */
void sse_redis_find_start(sse_redis_find *find);
void sse_redis_find_stop(sse_redis_find *find);

void sse_redis_find_free(sse_redis_find *find);

/* Makes *to a configuration of that place alone; it borrows from config and place, and is not to be freed. */
void sse_redis_place_config(const sse_redis_config *config, const sse_redis_place *place, sse_redis_config *to);

#endif
