/*
 * Names as Redis knows them: with the configured prefix.
 */
#ifndef SSE_CORE_REDIS_KEY_H
#define SSE_CORE_REDIS_KEY_H

#include "redis_config.h"

/* All return strings that the caller owns: sse_redis_key_free(). */

/* prefix + name: keys and channels. */
sse_str sse_redis_key(const sse_redis_config *config, sse_str name);

/* prefix + pattern, where what the prefix holds of glob characters stands for itself. */
sse_str sse_redis_pattern(const sse_redis_config *config, sse_str pattern);

/* prefix + "sse:" + topic: the log of a topic, and the channel that signals it. */
sse_str sse_redis_topic_key(const sse_redis_config *config, sse_str topic);

/* prefix + "sse": the hash with the clock that ids come from. */
sse_str sse_redis_clock_key(const sse_redis_config *config);

/* prefix + "sse-nobody": a key that is never there (lua/include/presence.lua says what for). */
sse_str sse_redis_nobody_key(const sse_redis_config *config);

/* prefix + "sse-ticket:" + ticket: what a ticket is good for. No topic has a key like this, whatever its name. */
sse_str sse_redis_ticket_key(const sse_redis_config *config, sse_str ticket);

/* Where publishers speak to all hubs of a database and prefix; without the prefix. */
#define SSE_HUB_CHANNEL ((sse_str){ "sse-hub", 7 })

/*
 * What publishes signals of topics, and what hubs and agents are told: PUBLISH, or in a cluster SPUBLISH, which stays with the node
 * that serves the slot. A constant.
 */
sse_str sse_redis_publish_command(const sse_redis_config *config);

void sse_redis_key_free(sse_str key);

#endif
