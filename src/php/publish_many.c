/*
 * SsePublisher::publishMany(). Everything is checked and encoded before anything is sent, so that a list is published whole
 * or, when a wrong one is found in it, not at all; what Redis refuses comes later than that.
 */
#include "publisher.h"

#include "classes.h"
#include "event.h"
#include "hub_ask.h"
#include "php_sse.h"
#include "zstr.h"

#include "zend_exceptions.h"

#define SUBJECT "SsePublisher::publishMany(): Argument #1 ($events)"

typedef struct many {
	php_sse_publisher *publisher;
	php_sse_publishing call;
	struct {
		zend_string *topic;
		zend_string *event;     /* may be NULL */
		zend_string *data;
		zend_string *id;        /* NULL: not published, or not known to be */
	} *events;
	size_t count;
	size_t published;
	zend_string *error;         /* the first one of Redis */
} many;

/* Checking */

static bool wrong_type(size_t index, const char *part, const char *expected, zval *value)
{
	zend_type_error(SUBJECT " index %zu: %s must be of type %s, %s given", index, part, expected, zend_zval_type_name(value));
	return false;
}

static bool wrong_value(size_t index, const char *must)
{
	zend_value_error(SUBJECT " index %zu: %s", index, must);
	return false;
}

static zval *part_of(HashTable *event, zend_ulong at)
{
	zval *part = zend_hash_index_find(event, at);

	if (part) {
		ZVAL_DEREF(part);
	}
	return part;
}

static bool add_event(many *many, zval *given)
{
	const size_t index = many->count;
	zval *topic, *data, *event;
	HashTable *parts;

	ZVAL_DEREF(given);
	if (Z_TYPE_P(given) != IS_ARRAY) {
		return wrong_type(index, "the event", "array", given);
	}
	parts = Z_ARRVAL_P(given);
	topic = part_of(parts, 0);
	data = part_of(parts, 1);
	event = part_of(parts, 2);
	if (!topic || !data || zend_hash_num_elements(parts) != 2u + (event != NULL)) {
		return wrong_value(index, "the event must be a list of topic, data and, if it has one, event name");
	}
	if (Z_TYPE_P(topic) != IS_STRING) {
		return wrong_type(index, "topic", "string", topic);
	}
	if (Z_STRLEN_P(topic) == 0) {
		return wrong_value(index, "topic cannot be empty");
	}
	if (event && Z_TYPE_P(event) != IS_STRING && Z_TYPE_P(event) != IS_NULL) {
		return wrong_type(index, "event", "?string", event);
	}
	if (event && Z_TYPE_P(event) == IS_STRING && !sse_field_is_safe(php_sse_str_of(Z_STR_P(event)))) {
		return wrong_value(index, "event must not contain line breaks or NUL bytes");
	}
	/* Copies, as what encodes the data may be code of the application, which changes the array that it came from. */
	many->count++;
	many->events[index].topic = zend_string_copy(Z_STR_P(topic));
	many->events[index].event = event && Z_TYPE_P(event) == IS_STRING ? zend_string_copy(Z_STR_P(event)) : NULL;
	many->events[index].data = php_sse_data_to_string(data);
	return many->events[index].data != NULL;
}

static bool add_events(many *many, HashTable *given)
{
	zval *event;

	ZEND_HASH_FOREACH_VAL(given, event) {
		if (!add_event(many, event)) {
			return false;
		}
	} ZEND_HASH_FOREACH_END();
	return true;
}

/* Sending */

static void throw_partly(const many *many, const char *error)
{
	php_sse_throw("%s; %zu of %zu events were published", error, many->published, many->count);
}

static sse_str event_name(const many *many, size_t index)
{
	return many->events[index].event ? php_sse_str_of(many->events[index].event) : (sse_str){ "", 0 };
}

static void ask(void *arg, size_t index, sse_str *args)
{
	many *many = arg;

	php_sse_publishing_set(&many->call, php_sse_str_of(many->events[index].topic), event_name(many, index),
		php_sse_str_of(many->events[index].data));
	memcpy(args, many->call.args, sizeof(many->call.args));
}

static void answered(void *arg, size_t index, const sse_reply *reply)
{
	many *many = arg;

	if (reply->type == REDIS_REPLY_STRING) {
		many->events[index].id = zend_string_init(reply->str.data, reply->str.len, 0);
		many->published++;
	} else if (!many->error) {
		const char *error = php_sse_publishing_error(reply);

		many->error = zend_string_init(error, strlen(error), 0);
	}
}

static void publish_to_redis(many *many)
{
	sse_redis_calls calls = {
		.script = &sse_script_publish,
		.keys = PHP_SSE_PUBLISH_KEYS,
		.count = many->count,
		.ask = ask,
		.answered = answered,
		.arg = many,
	};
	char error[256];

	if (!php_sse_publisher_can_ask(many->publisher)) {
		return;
	}
	php_sse_publishing_init(&many->call, &many->publisher->config);
	calls.args = many->call.count;
	if (sse_redis_sync_calls(many->publisher->redis, &calls, error, sizeof(error)) != 0) {
		throw_partly(many, error);
	} else if (many->error) {
		char *text;

		spprintf(&text, 0, "Redis: %s", ZSTR_VAL(many->error));
		throw_partly(many, text);
		efree(text);
	}
	php_sse_publishing_deinit(&many->call);
}

/* The hub's error is thrown already. */
static void say_how_many(const many *many)
{
	zval unused;
	zend_string *error =
		zval_get_string(zend_read_property(php_sse_exception_ce, EG(exception), ZEND_STRL("message"), true, &unused));

	zend_clear_exception();
	throw_partly(many, ZSTR_VAL(error));
	zend_string_release(error);
}

static void publish_to_hub(many *many)
{
	sse_buf message;

	sse_buf_init(&message);
	for (size_t i = 0; i < many->count; i++) {
		sse_buf_reset(&message, SSE_WIRE_MAX);
		php_sse_publishing_write(&message, php_sse_str_of(many->events[i].topic), event_name(many, i),
			php_sse_str_of(many->events[i].data));
		many->events[i].id = php_sse_hub_ask_id(SSE_G(hub), (sse_str){ message.data, message.len });
		if (!many->events[i].id) {
			say_how_many(many);
			break;
		}
		many->published++;
	}
	sse_buf_deinit(&message);
}

static void release(zend_string *string)
{
	if (string) {
		zend_string_release(string);
	}
}

/* Frees the ids that have not been taken. */
static void free_many(many *many)
{
	for (size_t i = 0; i < many->count; i++) {
		release(many->events[i].topic);
		release(many->events[i].event);
		release(many->events[i].data);
		release(many->events[i].id);
	}
	release(many->error);
	efree(many->events);
}

ZEND_METHOD(SsePublisher, publishMany)
{
	many many = { .publisher = php_sse_publisher_from(Z_OBJ_P(ZEND_THIS)) };
	HashTable *given;

	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_ARRAY_HT(given)
	ZEND_PARSE_PARAMETERS_END();

	if (!php_sse_publisher_is_constructed(many.publisher)) {
		RETURN_THROWS();
	}
	many.events = ecalloc(zend_hash_num_elements(given) + 1, sizeof(*many.events));
	if (add_events(&many, given) && many.count > 0) {
		if (many.publisher->config.memory) {
			publish_to_hub(&many);
		} else {
			publish_to_redis(&many);
		}
	}
	if (!EG(exception)) {
		array_init_size(return_value, (uint32_t)many.count);
		for (size_t i = 0; i < many.count; i++) {
			add_next_index_str(return_value, many.events[i].id);
			many.events[i].id = NULL;
		}
	}
	free_many(&many);
}
