#include "redis_key.h"

#include "alloc.h"

#include <string.h>

static sse_str join(const sse_redis_config *config, const char *middle, sse_str name)
{
	size_t middle_len = strlen(middle);
	size_t len = config->prefix_len + middle_len + name.len;
	char *key = sse_malloc(len + 1);

	memcpy(key, config->prefix, config->prefix_len);
	memcpy(key + config->prefix_len, middle, middle_len);
	if (name.len > 0) {
		memcpy(key + config->prefix_len + middle_len, name.data, name.len);
	}
	key[len] = '\0';
	return (sse_str){ key, len };
}

sse_str sse_redis_key(const sse_redis_config *config, sse_str name)
{
	return join(config, "", name);
}

sse_str sse_redis_pattern(const sse_redis_config *config, sse_str pattern)
{
	char *escaped = sse_malloc(2 * config->prefix_len + pattern.len + 1);
	size_t len = 0, i;

	for (i = 0; i < config->prefix_len; i++) {
		if (strchr("*?[]\\^-", config->prefix[i]) && config->prefix[i] != '\0') {
			escaped[len++] = '\\';
		}
		escaped[len++] = config->prefix[i];
	}
	if (pattern.len > 0) {
		memcpy(escaped + len, pattern.data, pattern.len);
		len += pattern.len;
	}
	escaped[len] = '\0';
	return (sse_str){ escaped, len };
}

sse_str sse_redis_topic_key(const sse_redis_config *config, sse_str topic)
{
	return join(config, "sse:", topic);
}

sse_str sse_redis_clock_key(const sse_redis_config *config)
{
	return join(config, "sse", (sse_str){ NULL, 0 });
}

sse_str sse_redis_nobody_key(const sse_redis_config *config)
{
	return join(config, "sse-nobody", (sse_str){ NULL, 0 });
}

sse_str sse_redis_ticket_key(const sse_redis_config *config, sse_str ticket)
{
	return join(config, "sse-ticket:", ticket);
}

sse_str sse_redis_publish_command(const sse_redis_config *config)
{
	return config->kind == SSE_REDIS_CLUSTER ? (sse_str){ "SPUBLISH", 8 } : (sse_str){ "PUBLISH", 7 };
}

void sse_redis_key_free(sse_str key)
{
	sse_free((char *)key.data);
}
