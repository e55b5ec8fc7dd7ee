#include "publisher.h"

#include "classes.h"
#include "event.h"
#include "hub_ask.h"
#include "php_sse.h"
#include "redis_option.h"
#include "ticket.h"
#include "zstr.h"

#include "core/redis_key.h"

#include "ext/json/php_json.h"
#include "zend_exceptions.h"

#include <string.h>

static zend_object_handlers publisher_handlers;

static zend_object *create_publisher(zend_class_entry *ce)
{
	php_sse_publisher *publisher = zend_object_alloc(sizeof(*publisher), ce);

	zend_object_std_init(&publisher->std, ce);
	object_properties_init(&publisher->std, ce);
	publisher->std.handlers = &publisher_handlers;
	return &publisher->std;
}

static void free_publisher(zend_object *object)
{
	php_sse_publisher *publisher = php_sse_publisher_from(object);

	if (publisher->redis) {
		sse_redis_sync_free(publisher->redis);
	}
	sse_redis_config_deinit(&publisher->config);
	zend_object_std_dtor(object);
}

void php_sse_setup_publisher(zend_class_entry *ce)
{
	ce->create_object = create_publisher;
	memcpy(&publisher_handlers, &std_object_handlers, sizeof(publisher_handlers));
	publisher_handlers.offset = XtOffsetOf(php_sse_publisher, std);
	publisher_handlers.free_obj = free_publisher;
	publisher_handlers.clone_obj = NULL;
}

ZEND_METHOD(SsePublisher, __construct)
{
	php_sse_publisher *publisher = php_sse_publisher_from(Z_OBJ_P(ZEND_THIS));
	zval *redis = NULL;

	ZEND_PARSE_PARAMETERS_START(0, 1)
		Z_PARAM_OPTIONAL
		Z_PARAM_ZVAL(redis)
	ZEND_PARSE_PARAMETERS_END();

	if (publisher->constructed) {
		php_sse_throw("The publisher is constructed already");
		RETURN_THROWS();
	}
	publisher->constructed = php_sse_redis_option(&publisher->config, redis, "SsePublisher::__construct(): Argument #1 ($redis)");
}

bool php_sse_publisher_is_constructed(const php_sse_publisher *publisher)
{
	if (!publisher->constructed) {
		php_sse_throw("The publisher was not constructed");
	}
	return publisher->constructed;
}

bool php_sse_publisher_can_ask(php_sse_publisher *publisher)
{
	char error[256];

	if (!publisher->redis) {
		publisher->redis = sse_redis_sync_new(&publisher->config, error, sizeof(error));
		if (!publisher->redis) {
			php_sse_throw("%s", error);
		}
	}
	return publisher->redis != NULL;
}

/* Publishing */

static zend_string *publish_to_hub(sse_str topic, sse_str event, sse_str data)
{
	sse_buf message;
	zend_string *id;

	sse_buf_init(&message);
	php_sse_publishing_write(&message, topic, event, data);
	id = php_sse_hub_ask_id(SSE_G(hub), (sse_str){ message.data, message.len });
	sse_buf_deinit(&message);
	return id;
}

static zend_string *publish_to_redis(php_sse_publisher *publisher, sse_str topic, sse_str event, sse_str data)
{
	php_sse_publishing call;
	char error[256];
	const sse_reply *reply;
	zend_string *id = NULL;

	if (!php_sse_publisher_can_ask(publisher)) {
		return NULL;
	}
	php_sse_publishing_init(&call, &publisher->config);
	php_sse_publishing_set(&call, topic, event, data);
	reply = sse_redis_sync_script(
		publisher->redis, &sse_script_publish, PHP_SSE_PUBLISH_KEYS, PHP_SSE_PUBLISH_ARGS, call.args, error, sizeof(error));
	if (!reply) {
		php_sse_throw("%s", error);
	} else if (reply->type != REDIS_REPLY_STRING) {
		php_sse_throw("Redis: %s", php_sse_publishing_error(reply));
	} else {
		id = zend_string_init(reply->str.data, reply->str.len, 0);
	}
	php_sse_publishing_deinit(&call);
	return id;
}

ZEND_METHOD(SsePublisher, publish)
{
	php_sse_publisher *publisher = php_sse_publisher_from(Z_OBJ_P(ZEND_THIS));
	sse_str topic, event = { "", 0 };
	zend_string *topic_name, *event_name = NULL, *bytes, *id;
	zval *data;

	ZEND_PARSE_PARAMETERS_START(2, 3)
		Z_PARAM_STR(topic_name)
		Z_PARAM_ZVAL(data)
		Z_PARAM_OPTIONAL
		Z_PARAM_STR_OR_NULL(event_name)
	ZEND_PARSE_PARAMETERS_END();

	if (!php_sse_publisher_is_constructed(publisher)) {
		RETURN_THROWS();
	}
	topic = php_sse_str_of(topic_name);
	if (topic.len == 0) {
		zend_argument_value_error(1, "cannot be empty");
		RETURN_THROWS();
	}
	if (event_name) {
		event = php_sse_str_of(event_name);
	}
	if (!sse_field_is_safe(event)) {
		zend_argument_value_error(3, "must not contain line breaks or NUL bytes");
		RETURN_THROWS();
	}
	bytes = php_sse_data_to_string(data);
	if (!bytes) {
		RETURN_THROWS();
	}
	id = publisher->config.memory ? publish_to_hub(topic, event, php_sse_str_of(bytes))
								  : publish_to_redis(publisher, topic, event, php_sse_str_of(bytes));
	zend_string_release(bytes);
	if (!id) {
		RETURN_THROWS();
	}
	RETURN_STR(id);
}

/* Tickets */

ZEND_METHOD(SsePublisher, ticket)
{
	php_sse_publisher *publisher = php_sse_publisher_from(Z_OBJ_P(ZEND_THIS));
	php_sse_ticket_store store = { &publisher->config, &publisher->redis, *SSE_G(hub) ? SSE_G(hub) : NULL };
	char ticket[PHP_SSE_TICKET_SIZE], error[320];
	HashTable *given;
	zend_long ttl = 30;
	sse_buf contents;

	ZEND_PARSE_PARAMETERS_START(1, 2)
		Z_PARAM_ARRAY_HT(given)
		Z_PARAM_OPTIONAL
		Z_PARAM_LONG(ttl)
	ZEND_PARSE_PARAMETERS_END();

	if (!php_sse_publisher_is_constructed(publisher)) {
		RETURN_THROWS();
	}
	if (ttl < 1 || ttl > PHP_SSE_TICKET_SECONDS_MAX) {
		zend_argument_value_error(2, "must be between 1 and %d", PHP_SSE_TICKET_SECONDS_MAX);
		RETURN_THROWS();
	}
	sse_buf_init(&contents);
	if (php_sse_ticket_describe(given, &publisher->config, &contents)) {
		if (php_sse_ticket_put(&store, ticket, (sse_str){ contents.data, contents.len }, ttl, error, sizeof(error))) {
			RETVAL_STRINGL(ticket, PHP_SSE_TICKET_SIZE - 1);
		} else {
			php_sse_throw("No ticket could be stored: %s", error);
		}
	}
	sse_buf_deinit(&contents);
}

/* Presence */

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

/* Disconnecting */

static zend_long publish_disconnect(php_sse_publisher *publisher, sse_str message)
{
	char error[256];
	const sse_reply *reply;
	sse_str channel;

	if (!php_sse_publisher_can_ask(publisher)) {
		return -1;
	}
	channel = sse_redis_key(&publisher->config, SSE_HUB_CHANNEL);
	reply = sse_redis_sync_command(
		publisher->redis, 3, (sse_str[]){ { "PUBLISH", 7 }, channel, message }, error, sizeof(error));
	sse_redis_key_free(channel);
	if (!reply) {
		php_sse_throw("%s", error);
	} else if (reply->type != REDIS_REPLY_INTEGER) {
		php_sse_throw("Redis: %s", reply->type == REDIS_REPLY_ERROR ? reply->str.data : "an answer of another shape");
	} else {
		return (zend_long)reply->integer;
	}
	return -1;
}

ZEND_METHOD(SsePublisher, disconnect)
{
	php_sse_publisher *publisher = php_sse_publisher_from(Z_OBJ_P(ZEND_THIS));
	zend_string *user;
	zend_long count;
	sse_buf message;

	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_STR(user)
	ZEND_PARSE_PARAMETERS_END();

	if (!php_sse_publisher_is_constructed(publisher)) {
		RETURN_THROWS();
	}
	if (ZSTR_LEN(user) == 0 || ZSTR_LEN(user) > SSE_SUBSCRIPTION_USER_MAX) {
		zend_argument_value_error(1, "must have 1 to %d bytes", SSE_SUBSCRIPTION_USER_MAX);
		RETURN_THROWS();
	}
	sse_buf_init(&message);
	sse_wire_begin(&message, SSE_WIRE_DISCONNECT);
	sse_wire_put(&message, SSE_TAG_USER, php_sse_str_of(user));
	count = publisher->config.memory ? php_sse_hub_ask_count(SSE_G(hub), (sse_str){ message.data, message.len })
									 : publish_disconnect(publisher, (sse_str){ message.data, message.len });
	sse_buf_deinit(&message);
	if (count < 0) {
		RETURN_THROWS();
	}
	RETURN_LONG(count);
}
