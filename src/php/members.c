/*
 * SsePublisher::members(): who is present in a topic.
 */
#include "publisher.h"

#include "classes.h"
#include "php_sse.h"
#include "zstr.h"

#include "core/redis_key.h"
#include "io/presence.h"

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
	const sse_str nobody = { "", 0 };
	const sse_reply *reply;
	sse_presence_numbers texts;
	sse_str args[SSE_PRESENCE_ARGS + 1];
	char error[256];

	if (!php_sse_publisher_can_ask(publisher)) {
		return false;
	}
	sse_presence_args(&publisher->config, sse_redis_clock_key(&publisher->config), sse_redis_nobody_key(&publisher->config), nobody, 0,
		args, &texts);
	args[SSE_PRESENCE_ARGS] = topic;
	reply = sse_redis_sync_script(
		publisher->redis, &sse_script_presence_members, SSE_PRESENCE_KEYS, SSE_PRESENCE_ARGS + 1, args, error, sizeof(error));
	sse_redis_key_free(args[0]);
	sse_redis_key_free(args[1]);
	if (!reply) {
		php_sse_throw("%s", error);
	} else if (reply->type != REDIS_REPLY_ARRAY) {
		php_sse_throw("Redis: %s", php_sse_publisher_problem(reply));
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
		php_sse_throw(PHP_SSE_PUBLISHER_NO_PRESENCE);
		RETURN_THROWS();
	}
	if (!ask_for_members(publisher, php_sse_str_of(topic), return_value)) {
		RETURN_THROWS();
	}
}
