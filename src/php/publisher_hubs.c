/*
 * What SsePublisher says to the hubs: all of a Redis and prefix hear it, and each does it to the streams that it has.
 */
#include "publisher.h"

#include "classes.h"
#include "hub_ask.h"
#include "names.h"
#include "php_sse.h"
#include "presence.h"
#include "zstr.h"

#include "core/redis_key.h"

static zend_long publish(php_sse_publisher *publisher, sse_str message)
{
	char error[256];
	const sse_reply *reply;
	sse_str channel;

	if (!php_sse_publisher_can_ask(publisher)) {
		return -1;
	}
	channel = sse_redis_key(&publisher->config, SSE_HUB_CHANNEL);
	reply = sse_redis_sync_command(
		publisher->redis, 3, (sse_str[]){ sse_redis_publish_command(&publisher->config), channel, message }, error, sizeof(error));
	sse_redis_key_free(channel);
	if (!reply) {
		php_sse_throw("%s", error);
	} else if (reply->type != REDIS_REPLY_INTEGER) {
		php_sse_throw("Redis: %s", php_sse_publisher_problem(reply));
	} else {
		return (zend_long)reply->integer;
	}
	return -1;
}

/* How many hubs heard it, or what the hub that is the broker counted; -1 with SseException thrown. The message is freed. */
static zend_long tell(php_sse_publisher *publisher, sse_buf *message)
{
	const sse_str bytes = { message->data, message->len };
	zend_long count =
		publisher->config.memory ? php_sse_hub_ask_count(SSE_G(hub), bytes) : publish(publisher, bytes);

	sse_buf_deinit(message);
	return count;
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
	count = tell(publisher, &message);
	if (count < 0) {
		RETURN_THROWS();
	}
	RETURN_LONG(count);
}

/* Joining and leaving */

/* What is read from an array, and how messages name that. */
typedef struct names {
	sse_subscription subscription;
	zval members;  /* strings that it borrows, an array */
	sse_wire_type type;
	const char *argument;
	const char *subject;
} names;

/* One member of the array; what it holds is borrowed. */
static bool set_member(names *names, const zend_string *key, zval *value)
{
	const php_sse_option option = { names->subject, ZSTR_VAL(key), value };
	sse_subscription *to = &names->subscription;
	sse_source_kind kind;

	if (php_sse_names_kind(key, &kind)) {
		return php_sse_names_add(to, kind, &option, names->argument);
	}
	if (zend_string_equals_literal(key, "presence")) {
		return names->type == SSE_WIRE_JOIN ? php_sse_presence_option(&option, to, &names->members)
											: php_sse_names_add(to, SSE_SOURCE_TOPIC, &option, names->argument);
	}
	if (!zend_string_equals_literal(key, "user")) {
		zend_value_error("%s has no key \"%s\"; it knows " PHP_SSE_NAMES_KEYS ", presence and user", names->argument,
			ZSTR_VAL(key));
		return false;
	}
	if (Z_TYPE_P(value) == IS_NULL) {
		return true;
	}
	if (Z_TYPE_P(value) != IS_STRING) {
		return php_sse_option_wrong_type(&option, "?string");
	}
	if (Z_STRLEN_P(value) > SSE_SUBSCRIPTION_USER_MAX) {
		return php_sse_option_wrong_value(&option, "not be longer than 256 bytes");
	}
	to->user = php_sse_str_of(Z_STR_P(value));
	return true;
}

static bool set_members(names *names, HashTable *given)
{
	zend_string *key;
	zval *value;

	ZEND_HASH_FOREACH_STR_KEY_VAL(given, key, value) {
		if (!key) {
			zend_value_error("%s must be an array with string keys", names->argument);
			return false;
		}
		ZVAL_DEREF(value);
		if (!set_member(names, key, value)) {
			return false;
		}
	} ZEND_HASH_FOREACH_END();
	if (names->subscription.count == 0) {
		zend_value_error("%s must name something to " PHP_SSE_NAMES_VERBS, names->argument);
		return false;
	}
	return true;
}

static void change(INTERNAL_FUNCTION_PARAMETERS, names names)
{
	php_sse_publisher *publisher = php_sse_publisher_from(Z_OBJ_P(ZEND_THIS));
	zend_string *stream;
	HashTable *given;
	zend_long count = -1;
	sse_buf message;

	ZEND_PARSE_PARAMETERS_START(2, 2)
		Z_PARAM_STR(stream)
		Z_PARAM_ARRAY_HT(given)
	ZEND_PARSE_PARAMETERS_END();

	if (!php_sse_publisher_is_constructed(publisher)) {
		RETURN_THROWS();
	}
	if (!sse_stream_id_is_valid(php_sse_str_of(stream))) {
		zend_argument_value_error(1, "must have 1 to 64 characters of A-Z, a-z, 0-9, _ and -");
		RETURN_THROWS();
	}
	sse_subscription_init(&names.subscription);
	array_init(&names.members);
	names.subscription.stream = php_sse_str_of(stream);
	if (!set_members(&names, given)) {
		/* thrown */
	} else if (publisher->config.memory && sse_subscription_has_members(&names.subscription)) {
		php_sse_throw(PHP_SSE_PUBLISHER_NO_PRESENCE);
	} else {
		sse_buf_init(&message);
		sse_subscription_write(&message, names.type, &names.subscription);
		count = tell(publisher, &message);
	}
	sse_subscription_deinit(&names.subscription);
	zval_ptr_dtor(&names.members);
	if (count < 0) {
		RETURN_THROWS();
	}
	RETURN_LONG(count);
}

ZEND_METHOD(SsePublisher, join)
{
	change(INTERNAL_FUNCTION_PARAM_PASSTHRU,
		(names){ .type = SSE_WIRE_JOIN, .argument = "SsePublisher::join(): Argument #2 ($subscription)",
			.subject = "SsePublisher::join(): Argument #2 ($subscription): key" });
}

ZEND_METHOD(SsePublisher, leave)
{
	change(INTERNAL_FUNCTION_PARAM_PASSTHRU,
		(names){ .type = SSE_WIRE_LEAVE, .argument = "SsePublisher::leave(): Argument #2 ($names)",
			.subject = "SsePublisher::leave(): Argument #2 ($names): key" });
}
