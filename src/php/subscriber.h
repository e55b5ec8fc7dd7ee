/*
 * The object behind RedisSubscriber. subscriber.c declares what it waits for; subscriber_run.c waits.
 */
#ifndef SSE_PHP_SUBSCRIBER_H
#define SSE_PHP_SUBSCRIBER_H

#include "callback.h"
#include "reactor.h"
#include "signals.h"

#include "io/redis_sync.h"

typedef enum php_sse_source_kind { SOURCE_CHANNEL, SOURCE_PATTERN, SOURCE_LIST } php_sse_source_kind;

/* One name with its callable. */
typedef struct php_sse_source {
	php_sse_source_kind kind;
	zend_string *name;
	php_sse_callback callback;
} php_sse_source;

struct php_sse_subscriber;

/* What a subscription's callback gets: which source of which object. */
typedef struct php_sse_source_ref {
	struct php_sse_subscriber *subscriber;
	uint32_t index;
} php_sse_source_ref;

typedef struct php_sse_subscriber {
	sse_redis_config config;
	bool constructed;
	bool running;
	bool stop;
	php_sse_source *sources;
	uint32_t count;
	php_sse_source_ref *refs;  /* while running */
	php_sse_timers timers;
	php_sse_signals signals;
	sse_redis_sync *asker;     /* for command(); NULL until then */
	php_sse_reactor reactor;
	zend_object std;           /* last */
} php_sse_subscriber;

static inline php_sse_subscriber *php_sse_subscriber_from(zend_object *object)
{
	return (php_sse_subscriber *)((char *)object - XtOffsetOf(php_sse_subscriber, std));
}

/* Serves for so many seconds, 0 until stop(). May leave with an exception pending. */
void php_sse_subscriber_run(php_sse_subscriber *subscriber, double seconds);

/* Closes what run() opened; for its end, and for the object's when run() was left by a bailout. */
void php_sse_subscriber_close(php_sse_subscriber *subscriber);

#endif
