/*
 * Following topics without a gap: subscribe, wait for the confirmation, read the log from the client's position while live
 * signals are held back, hand those out that the log did not bring, go live. The same again after each lost connection.
 */
#ifndef SSE_IO_FOLLOW_H
#define SSE_IO_FOLLOW_H

#include "pubsub.h"
#include "replay.h"

typedef struct sse_follow sse_follow;

/* Called from within sse_loop_turn(). */
typedef struct sse_follow_events {
	/* One entry of a log; per topic in the order of ids, each once. */
	void (*entry)(void *owner, const sse_entry *entry);
	/* Events of the topic before the next entry may be missing: "trimmed", "expired", "evicted" or "reset" says why. */
	void (*gap)(void *owner, sse_str topic, const char *reason);
	/* Once: the position of each topic is known, and whatever is published from here on will be handed out. */
	void (*attached)(void *owner);
	/* Everything up to id, in all topics, was handed out. */
	void (*caught_up)(void *owner, sse_str id);
	/* The log cannot be read. permanent: it never will be (WRONGTYPE, NOPERM); otherwise it is tried again by itself. */
	void (*failed)(void *owner, const char *error, bool permanent);
} sse_follow_events;

/* config and pubsub are borrowed and must outlive the follower, which adds its channels to pubsub. */
sse_follow *sse_follow_new(
	sse_loop *loop, const sse_redis_config *config, sse_pubsub *pubsub, const sse_follow_events *events, void *owner);

/* Before the pubsub starts. from: the last entry that the client has, NULL to begin with what comes next. */
void sse_follow_add(sse_follow *follow, sse_str topic, const sse_entry_id *from);

/* After the pubsub it was added to was freed. */
void sse_follow_free(sse_follow *follow);

#endif
