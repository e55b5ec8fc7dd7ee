#include "classes.h"
#include "event.h"
#include "redis_option.h"

#include "core/redis_key.h"
#include "io/redis_sync.h"

#include "zend_exceptions.h"

#include <string.h>

typedef struct php_sse_publisher {
	sse_redis_config config;
	bool constructed;
	sse_redis_sync *redis;  /* NULL until the first publish() */
	zend_object std;
} php_sse_publisher;

static zend_object_handlers publisher_handlers;

static php_sse_publisher *publisher_from(zend_object *object)
{
	return (php_sse_publisher *)((char *)object - XtOffsetOf(php_sse_publisher, std));
}

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
	php_sse_publisher *publisher = publisher_from(object);

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
	php_sse_publisher *publisher = publisher_from(Z_OBJ_P(ZEND_THIS));
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

static zend_string *publish(php_sse_publisher *publisher, sse_str topic, sse_str event, sse_str data)
{
	char maxlen[24], ttl[24], error[256];
	sse_str args[] = { sse_redis_topic_key(&publisher->config, topic), sse_redis_clock_key(&publisher->config), event, data,
		{ maxlen, 0 }, { ttl, 0 } };
	const sse_reply *reply;
	zend_string *id = NULL;

	args[4].len = (size_t)snprintf(maxlen, sizeof(maxlen), "%lld", (long long)publisher->config.maxlen);
	args[5].len = (size_t)snprintf(ttl, sizeof(ttl), "%lld", (long long)publisher->config.ttl);
	reply = sse_redis_sync_script(publisher->redis, &sse_script_publish, 2, 6, args, error, sizeof(error));
	if (!reply) {
		php_sse_throw("%s", error);
	} else if (reply->type == REDIS_REPLY_ERROR) {
		php_sse_throw("Redis: %s", reply->str.data);
	} else if (reply->type != REDIS_REPLY_STRING) {
		php_sse_throw("Redis: the script that publishes gave an answer of another shape");
	} else {
		id = zend_string_init(reply->str.data, reply->str.len, 0);
	}
	sse_redis_key_free(args[0]);
	sse_redis_key_free(args[1]);
	return id;
}

ZEND_METHOD(SsePublisher, publish)
{
	php_sse_publisher *publisher = publisher_from(Z_OBJ_P(ZEND_THIS));
	sse_str topic, event = { "", 0 };
	zend_string *topic_name, *event_name = NULL, *bytes, *id;
	zval *data;
	char error[256];

	ZEND_PARSE_PARAMETERS_START(2, 3)
		Z_PARAM_STR(topic_name)
		Z_PARAM_ZVAL(data)
		Z_PARAM_OPTIONAL
		Z_PARAM_STR_OR_NULL(event_name)
	ZEND_PARSE_PARAMETERS_END();

	if (!publisher->constructed) {
		php_sse_throw("The publisher was not constructed");
		RETURN_THROWS();
	}
	topic = (sse_str){ ZSTR_VAL(topic_name), ZSTR_LEN(topic_name) };
	if (topic.len == 0) {
		zend_argument_value_error(1, "cannot be empty");
		RETURN_THROWS();
	}
	if (event_name) {
		event = (sse_str){ ZSTR_VAL(event_name), ZSTR_LEN(event_name) };
	}
	if (!sse_field_is_safe(event)) {
		zend_argument_value_error(3, "must not contain line breaks or NUL bytes");
		RETURN_THROWS();
	}
	bytes = php_sse_data_to_string(data);
	if (!bytes) {
		RETURN_THROWS();
	}
	if (!publisher->redis) {
		publisher->redis = sse_redis_sync_new(&publisher->config, error, sizeof(error));
		if (!publisher->redis) {
			zend_string_release(bytes);
			php_sse_throw("%s", error);
			RETURN_THROWS();
		}
	}
	id = publish(publisher, topic, event, (sse_str){ ZSTR_VAL(bytes), ZSTR_LEN(bytes) });
	zend_string_release(bytes);
	if (!id) {
		RETURN_THROWS();
	}
	RETURN_STR(id);
}
