#include "publisher.h"

#include "classes.h"
#include "event.h"
#include "hub_ask.h"
#include "php_sse.h"
#include "redis_option.h"
#include "ticket.h"
#include "zstr.h"

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

const char *php_sse_publisher_problem(const sse_reply *reply)
{
	return reply->type == REDIS_REPLY_ERROR ? reply->str.data : "an answer of another shape";
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
		publisher->redis, &sse_script_publish, PHP_SSE_PUBLISH_KEYS, call.count, call.args, error, sizeof(error));
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
	if (!php_sse_ticket_lives(ttl, 2)) {
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
