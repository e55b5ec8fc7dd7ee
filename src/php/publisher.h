/*
 * The object behind SsePublisher. publisher.c makes it and publishes one event, publish_many.c many; publishing.c is what both
 * send. publisher_hubs.c speaks to the hubs.
 */
#ifndef SSE_PHP_PUBLISHER_H
#define SSE_PHP_PUBLISHER_H

#include "php.h"

#include "core/buf.h"
#include "core/redis_config.h"
#include "io/redis_sync.h"

#include <stdbool.h>

typedef struct php_sse_publisher {
	sse_redis_config config;
	bool constructed;
	sse_redis_sync *redis;  /* NULL until it is first asked */
	zend_object std;
} php_sse_publisher;

static inline php_sse_publisher *php_sse_publisher_from(zend_object *object)
{
	return (php_sse_publisher *)((char *)object - XtOffsetOf(php_sse_publisher, std));
}

/* Both false with SseException thrown. The second makes publisher->redis. */
bool php_sse_publisher_is_constructed(const php_sse_publisher *publisher);
bool php_sse_publisher_can_ask(php_sse_publisher *publisher);

/* What is wrong with an answer of another type than the one that was expected, borrowed from it. */
const char *php_sse_publisher_problem(const sse_reply *reply);

/* As members(), ticket() and join() say it. */
#define PHP_SSE_PUBLISHER_NO_PRESENCE "Presence needs Redis, and the publisher's broker is memory:"

/* Calls of the script that publishes. */

#define PHP_SSE_PUBLISH_KEYS 2
#define PHP_SSE_PUBLISH_ARGS_MAX 7

typedef struct php_sse_publishing {
	const sse_redis_config *config;
	sse_str args[PHP_SSE_PUBLISH_ARGS_MAX];
	int count;  /* of them */
	char maxlen[24];
	char ttl[24];
} php_sse_publishing;

/* config is borrowed. */
void php_sse_publishing_init(php_sse_publishing *call, const sse_redis_config *config);
/* What is published next; event and data are borrowed. */
void php_sse_publishing_set(php_sse_publishing *call, sse_str topic, sse_str event, sse_str data);
void php_sse_publishing_deinit(php_sse_publishing *call);

/* What is wrong with an answer that is no string, borrowed from it. */
const char *php_sse_publishing_error(const sse_reply *reply);

/* The message to a hub that is its own broker. */
void php_sse_publishing_write(sse_buf *message, sse_str topic, sse_str event, sse_str data);

#endif
