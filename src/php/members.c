/*
 * SsePublisher::members(): who is present in a topic.
 */
#include "publisher.h"

#include "classes.h"
#include "php_sse.h"
#include "zstr.h"

#include "core/redis_key.h"

#include "ext/json/php_json.h"

static void put_members(zval *result, const sse_reply *reply)
{
	size_t i;

	array_init_size(result, (uint32_t)(reply->elements / 2));
	for (i = 0; i + 1 < reply->elements; i += 2) {
		const sse_str user = reply->element[i]->str, json = reply->element[i + 1]->str;
		zval member;

		if (php_json_decode_ex(&member, json.data, json.len, PHP_JSON_OBJECT_AS_ARRAY, PHP_JSON_PARSER_DEFAULT_DEPTH) == SUCCESS) {
			zend_symtable_str_update(Z_ARRVAL_P(result), user.data, user.len, &member);
		}
	}
}

static bool ask_for_members(php_sse_publisher *publisher, sse_str topic, zval *result)
{
	const sse_redis_config *config = &publisher->config;
	char maxlen[24], ttl[24], error[256];
	const sse_reply *reply;
	sse_str args[7];

	if (!php_sse_publisher_can_ask(publisher)) {
		return false;
	}
	args[0] = sse_redis_clock_key(config);
	args[1] = (sse_str){ config->prefix_len > 0 ? config->prefix : "", config->prefix_len };
	args[2].data = maxlen;
	args[2].len = (size_t)snprintf(maxlen, sizeof(maxlen), "%lld", (long long)config->maxlen);
	args[3].data = ttl;
	args[3].len = (size_t)snprintf(ttl, sizeof(ttl), "%lld", (long long)config->ttl);
	args[4] = (sse_str){ "", 0 };
	args[5] = (sse_str){ "0", 1 };
	args[6] = topic;
	reply = sse_redis_sync_script(publisher->redis, &sse_script_presence_members, 1, 7, args, error, sizeof(error));
	sse_redis_key_free(args[0]);
	if (!reply) {
		php_sse_throw("%s", error);
	} else if (reply->type != REDIS_REPLY_ARRAY) {
		php_sse_throw("Redis: %s", reply->type == REDIS_REPLY_ERROR ? reply->str.data : "an answer of another shape");
	} else {
		put_members(result, reply);
		return true;
	}
	return false;
}

ZEND_METHOD(SsePublisher, members)
{
	php_sse_publisher *publisher = php_sse_publisher_from(Z_OBJ_P(ZEND_THIS));
	zend_string *topic;

	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_STR(topic)
	ZEND_PARSE_PARAMETERS_END();

	if (!php_sse_publisher_is_constructed(publisher)) {
		RETURN_THROWS();
	}
	if (ZSTR_LEN(topic) == 0) {
		zend_argument_value_error(1, "cannot be empty");
		RETURN_THROWS();
	}
	if (publisher->config.memory) {
		php_sse_throw("Presence needs Redis, and the publisher's broker is memory:");
		RETURN_THROWS();
	}
	if (!ask_for_members(publisher, php_sse_str_of(topic), return_value)) {
		RETURN_THROWS();
	}
}
