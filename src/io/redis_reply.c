#include "redis_reply.h"

#include "core/alloc.h"

#include <string.h>

/* Enough for a 16 KiB read's worth of small messages one by one; a larger reply gets a chunk of its own. */
#define ARENA_CHUNK 8192
#define ARENA_ALIGN sizeof(void *)

typedef struct sse_arena_chunk {
	struct sse_arena_chunk *next;
	size_t used;
	size_t size;
	char bytes[];
} sse_arena_chunk;

void sse_arena_init(sse_arena *arena)
{
	arena->chunks = NULL;
}

static void *arena_alloc(sse_arena *arena, size_t size)
{
	sse_arena_chunk *chunk = arena->chunks;
	void *result;

	size = (size + ARENA_ALIGN - 1) & ~(ARENA_ALIGN - 1);
	if (!chunk || chunk->size - chunk->used < size) {
		size_t room = size > ARENA_CHUNK ? size : ARENA_CHUNK;

		chunk = sse_malloc(sizeof(*chunk) + room);
		chunk->next = arena->chunks;
		chunk->used = 0;
		chunk->size = room;
		arena->chunks = chunk;
	}
	result = chunk->bytes + chunk->used;
	chunk->used += size;
	return result;
}

void sse_arena_reset(sse_arena *arena)
{
	sse_arena_chunk *chunk = arena->chunks;

	while (chunk && (chunk->next || chunk->size > ARENA_CHUNK)) {
		sse_arena_chunk *next = chunk->next;

		sse_free(chunk);
		chunk = next;
	}
	if (chunk) {
		chunk->used = 0;
	}
	arena->chunks = chunk;
}

void sse_arena_deinit(sse_arena *arena)
{
	while (arena->chunks) {
		sse_arena_chunk *next = arena->chunks->next;

		sse_free(arena->chunks);
		arena->chunks = next;
	}
}

static sse_reply *new_reply(const redisReadTask *task, size_t extra)
{
	sse_reply *reply = arena_alloc(task->privdata, sizeof(*reply) + extra);

	memset(reply, 0, sizeof(*reply));
	reply->type = task->type;
	if (task->parent) {
		((sse_reply *)task->parent->obj)->element[task->idx] = reply;
	}
	return reply;
}

static void *create_string(const redisReadTask *task, char *bytes, size_t len)
{
	sse_reply *reply = new_reply(task, len + 1);
	char *copy = (char *)(reply + 1);

	memcpy(copy, bytes, len);
	copy[len] = '\0';
	reply->str = (sse_str){ copy, len };
	return reply;
}

/* hiredis counts elements in an int before 1.0, and in a size_t since. */
#if HIREDIS_MAJOR >= 1
typedef size_t hiredis_count;
#else
typedef int hiredis_count;
#endif

static void *create_array(const redisReadTask *task, hiredis_count count)
{
	size_t elements = count > 0 ? (size_t)count : 0;
	sse_reply *reply = new_reply(task, elements * sizeof(sse_reply *));

	reply->elements = elements;
	reply->element = (sse_reply **)(reply + 1);
	memset(reply->element, 0, elements * sizeof(sse_reply *));
	return reply;
}

static void *create_integer(const redisReadTask *task, long long value)
{
	sse_reply *reply = new_reply(task, 0);

	reply->integer = value;
	return reply;
}

static void *create_nil(const redisReadTask *task)
{
	sse_reply *reply = new_reply(task, 0);

	reply->type = REDIS_REPLY_NIL; /* the task still says string or array */
	return reply;
}

#if HIREDIS_MAJOR >= 1
/* RESP3 only, which no connection here asks for; the reader wants the functions all the same. */
static void *create_double(const redisReadTask *task, double value, char *bytes, size_t len)
{
	return create_string(task, bytes, len);
}

static void *create_bool(const redisReadTask *task, int value)
{
	return create_integer(task, value);
}
#endif

static void free_object(void *object)
{
	/* The arena is reset as a whole. */
}

static redisReplyObjectFunctions arena_functions = {
	.createString = create_string,
	.createArray = create_array,
	.createInteger = create_integer,
#if HIREDIS_MAJOR >= 1
	.createDouble = create_double,
	.createBool = create_bool,
#endif
	.createNil = create_nil,
	.freeObject = free_object,
};

void sse_reply_attach(redisContext *ctx, sse_arena *arena)
{
	ctx->reader->fn = &arena_functions;
	ctx->reader->privdata = arena;
}

int sse_reply_is_error(const sse_reply *reply, const char *word)
{
	size_t len = strlen(word);

	return reply && reply->type == REDIS_REPLY_ERROR && reply->str.len >= len && memcmp(reply->str.data, word, len) == 0;
}

int sse_reply_is_passing(const sse_reply *reply)
{
	static const char *const words[] = { "LOADING", "MASTERDOWN", "BUSY", "TRYAGAIN", "CLUSTERDOWN", "MISCONF", "OOM",
		"READONLY", "NOREPLICAS", "UNBLOCKED", "ERR max number", "MOVED ", "ASK " };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (sse_reply_is_error(reply, words[i])) {
			return 1;
		}
	}
	return 0;
}

int sse_reply_is_array(const sse_reply *reply, size_t count)
{
	return reply && reply->type == REDIS_REPLY_ARRAY && reply->elements >= count;
}
