/*
 * The object behind SseStream. stream.c declares what it serves; carry.c decides who serves it; stream_run.c does it inline,
 * with what stream_sources.c brings.
 */
#ifndef SSE_PHP_STREAM_H
#define SSE_PHP_STREAM_H

#include "callback.h"
#include "options.h"
#include "output.h"
#include "pool.h"
#include "reactor.h"

#include "core/buf.h"
#include "core/entry_id.h"
#include "io/follow.h"
#include "io/history.h"
#include "io/presence.h"
#include "io/redis_sync.h"

typedef enum php_sse_stream_state { STREAM_NEW, STREAM_RUNNING, STREAM_ENDED } php_sse_stream_state;

typedef struct php_sse_stream {
	bool constructed;
	php_sse_options options;
	php_sse_stream_state state;
	bool stop;                   /* stop() was called, possibly before run() */

	/* Sources; the keys are the names. */
	HashTable channels;
	HashTable patterns;
	HashTable broadcasts;
	HashTable topics;
	HashTable lists;
	HashTable histories;         /* value: int, how many of the newest */
	HashTable cursors;           /* topic => id, from cursor() */
	HashTable members;           /* topic => who is present there, from presence(); see presence.h */
	php_sse_callback map;        /* onMessage() */
	php_sse_timers timers;

	sse_redis_sync *asker;       /* for cursor() and tickets; NULL until then */
	sse_buf out;                 /* frames that are not written yet */
	sse_buf broadcast;           /* the data of one, while it is made */
	php_sse_output output;
	int client_fd;               /* -1: unknown */

	/* How it is carried. */
	bool meant_to_stay;          /* inline is what was asked for, or all that can be */
	bool redirected;             /* to the hub's listener */
	php_sse_pool_slot *inline_slot;  /* NULL: not counted */

	/* While running. */
	php_sse_reactor reactor;
	sse_follow *follow;
	sse_history *history;
	sse_presence *presence;      /* these five: presence.h */
	sse_seat **seats;            /* of each member */
	size_t seat_count;
	sse_entry_id members_seen;   /* the newest entry that came */
	bool members_live;           /* the topics are */
	sse_pubsub_listener listener;
	sse_entry_id position;       /* the newest id that the client was given */
	uint64_t heartbeat_due;      /* ms, the loop's clock; UINT64_MAX: never */
	uint64_t expires;            /* the same */
	uint64_t client_checked;     /* ms, the same clock */

	zend_object std;             /* last: PHP puts properties behind it */
} php_sse_stream;

static inline php_sse_stream *php_sse_stream_from(zend_object *object)
{
	return (php_sse_stream *)((char *)object - XtOffsetOf(php_sse_stream, std));
}

/* Whether it may begin; else an exception says why not. */
bool php_sse_stream_is_new(const php_sse_stream *stream);

/* The id to continue from, or NULL; owned by the caller. */
zend_string *php_sse_stream_last_event_id(const php_sse_stream *stream);

/* What the script has written so far goes into out, before what event() queued. False with an exception pending. */
bool php_sse_stream_take_buffered(php_sse_stream *stream);

/*
 * Begins the response, and puts into out what comes first: retry:, then what is queued, or at least a comment. False with an
 * exception pending. Again: does nothing.
 */
bool php_sse_stream_begin(php_sse_stream *stream);

/*
 * For a client that cannot be served now: 200, a retry: of some seconds that differ from client to client, and the end. An
 * error page would make EventSource give up for good. What is queued is not sent, nor what the script writes after that. An
 * exception that is pending stays.
 */
void php_sse_stream_send_away(php_sse_stream *stream);

/* Creates and starts what the stream was declared to be made of. */
void php_sse_stream_add_sources(php_sse_stream *stream);

/* Writes what is in out, when running. */
void php_sse_stream_flush(php_sse_stream *stream);

/* run(): the reason for the end as a class constant's value, NULL with an exception pending. */
const char *php_sse_stream_run(php_sse_stream *stream);

/* Closes what run() opened; for the end of run(), and for the object's when run() was left by a bailout. */
void php_sse_stream_close(php_sse_stream *stream);

#endif
