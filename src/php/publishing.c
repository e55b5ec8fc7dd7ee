#include "publisher.h"

#include "core/redis_key.h"
#include "core/wire.h"

#include <string.h>

void php_sse_publishing_init(php_sse_publishing *call, const sse_redis_config *config)
{
	memset(call, 0, sizeof(*call));
	call->config = config;
	call->args[1] = sse_redis_clock_key(config);
	call->args[4].data = call->maxlen;
	call->args[4].len = (size_t)snprintf(call->maxlen, sizeof(call->maxlen), "%lld", (long long)config->maxlen);
	call->args[5].data = call->ttl;
	call->args[5].len = (size_t)snprintf(call->ttl, sizeof(call->ttl), "%lld", (long long)config->ttl);
	call->count = 6;
	if (config->kind == SSE_REDIS_CLUSTER) {
		call->args[call->count++] = sse_redis_publish_command(config);
	}
}

void php_sse_publishing_set(php_sse_publishing *call, sse_str topic, sse_str event, sse_str data)
{
	if (call->args[0].data) {
		sse_redis_key_free(call->args[0]);
	}
	call->args[0] = sse_redis_topic_key(call->config, topic);
	call->args[2] = event;
	call->args[3] = data;
}

void php_sse_publishing_deinit(php_sse_publishing *call)
{
	if (call->args[0].data) {
		sse_redis_key_free(call->args[0]);
	}
	sse_redis_key_free(call->args[1]);
}

const char *php_sse_publishing_error(const sse_reply *reply)
{
	return reply->type == REDIS_REPLY_ERROR ? reply->str.data : "the script that publishes gave an answer of another shape";
}

void php_sse_publishing_write(sse_buf *message, sse_str topic, sse_str event, sse_str data)
{
	sse_wire_begin(message, SSE_WIRE_PUBLISH);
	sse_wire_put(message, SSE_TAG_TOPIC, topic);
	if (event.len > 0) {
		sse_wire_put(message, SSE_TAG_EVENT, event);
	}
	sse_wire_put(message, SSE_TAG_DATA, data);
}
