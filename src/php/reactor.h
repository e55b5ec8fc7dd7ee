/*
 * What SseStream::run() and RedisSubscriber::run() have in common: a loop with its Redis connections, an inbox for what they
 * bring, timers, and the rules by which PHP code runs between two turns.
 */
#ifndef SSE_PHP_REACTOR_H
#define SSE_PHP_REACTOR_H

#include "callback.h"

#include "core/inbox.h"
#include "io/pubsub.h"
#include "io/queue.h"

#include <stdbool.h>

typedef struct php_sse_reactor {
	const sse_redis_config *config;  /* borrowed from the object */
	bool open;                       /* the loop exists */
	uv_pid_t pid;                    /* of the process that opened the loop */
	sse_loop loop;
	sse_pubsub *pubsub;              /* NULL: nothing is subscribed to */
	sse_queue *queue;                /* NULL: no lists */
	sse_pubsub_listener listener;
	bool pubsub_ready;               /* at least once */
	bool queue_ready;
	unsigned awaits;                 /* what else has to be heard of before the stream may begin; the owner counts */
	bool offline;                    /* the loss was told, the return was not */
	bool tell_loss;                  /* for the log, which is PHP code and has to wait until the turn is over */
	bool tell_return;
	char loss[320];
	bool refused;                    /* error is one to throw */
	bool refused_for_good;           /* and trying again later cannot help */
	char error[320];
	sse_inbox inbox;
} php_sse_reactor;

/* Opens the loop. False with SseException thrown. */
bool php_sse_reactor_open(php_sse_reactor *reactor, const sse_redis_config *config);

/* The subscriptions and lists, made when first asked for; to be started with _start(). */
sse_pubsub *php_sse_reactor_pubsub(php_sse_reactor *reactor);
sse_queue *php_sse_reactor_queue(php_sse_reactor *reactor);

/*
 * For io callbacks: Redis was lost or refused. Thrown by the next _check() when it is the first connection that failed, or
 * when it is permanent; otherwise logged once per outage.
 */
void php_sse_reactor_failed(php_sse_reactor *reactor, const char *error, bool permanent);

/* Starts the connections. */
void php_sse_reactor_start(php_sse_reactor *reactor);

/* Whether each connection was accepted once, and nothing else is awaited. */
bool php_sse_reactor_is_connected(const php_sse_reactor *reactor);

/* For io callbacks: Redis answers again. */
void php_sse_reactor_recovered(php_sse_reactor *reactor);

/*
 * Between two turns and after every callback: signals (pcntl handlers run here), time and memory limits, a fork, refused
 * connections. False when run() has to end: with an exception pending, or to let the engine do what it has to.
 */
bool php_sse_reactor_check(php_sse_reactor *reactor);

/* sse_queue_settle() for the process whose queue it is; a forked child says nothing on its parent's connection. */
void php_sse_reactor_settle(php_sse_reactor *reactor, bool delivered);

/*
 * First half of the end: items on their way go back to their lists (at most a few seconds), queue and subscriptions close.
 * What could not be put back is logged. In a forked child nothing is sent.
 */
void php_sse_reactor_disconnect(php_sse_reactor *reactor);

/* Second half, when everything else on the loop is closed too. Both may be called again, and after a bailout. */
void php_sse_reactor_close(php_sse_reactor *reactor);

#endif
