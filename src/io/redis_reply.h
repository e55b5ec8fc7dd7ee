/*
 * Replies of Redis. hiredis' reader builds them through the functions below in one arena per connection: a Pub/Sub message
 * is four objects, and with an arena it costs no malloc at all.
 */
#ifndef SSE_IO_REDIS_REPLY_H
#define SSE_IO_REDIS_REPLY_H

#include "core/frame.h"

#include <hiredis/hiredis.h>
#include <stddef.h>

/* type is first, as in hiredis' redisReply: hiredis 1.x looks at it to tell pushed replies. */
typedef struct sse_reply {
	int type;                     /* REDIS_REPLY_* */
	long long integer;            /* REDIS_REPLY_INTEGER */
	sse_str str;                  /* STRING, STATUS, ERROR; NUL-terminated */
	size_t elements;              /* REDIS_REPLY_ARRAY */
	struct sse_reply **element;
} sse_reply;

/* Memory of replies: freed as a whole when the reply has been dealt with. */
typedef struct sse_arena {
	struct sse_arena_chunk *chunks;  /* newest first; the last one is kept over a reset */
} sse_arena;

void sse_arena_init(sse_arena *arena);
void sse_arena_reset(sse_arena *arena);
void sse_arena_deinit(sse_arena *arena);

/* Makes the context's reader build sse_reply objects in arena. Precondition: nothing has been read yet. */
void sse_reply_attach(redisContext *ctx, sse_arena *arena);

/* Whether reply is an error that begins with the word, as in "NOSCRIPT No matching script". */
int sse_reply_is_error(const sse_reply *reply, const char *word);

/* Whether reply is an error that says "not now": loading, out of memory, read-only, … Another attempt may succeed. */
int sse_reply_is_passing(const sse_reply *reply);

/* Whether reply is an array of at least count elements. */
int sse_reply_is_array(const sse_reply *reply, size_t count);

#endif
