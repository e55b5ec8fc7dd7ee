#include "subscriber.h"

#include "classes.h"
#include "redis_option.h"

#include "zend_exceptions.h"

#include <math.h>
#include <string.h>

#define WHAT "RedisSubscriber::__construct(): Argument #1 ($redis)"

static zend_object_handlers subscriber_handlers;

#define THIS_SUBSCRIBER() php_sse_subscriber_from(Z_OBJ_P(ZEND_THIS))

/* Object */

static zend_object *create_subscriber(zend_class_entry *ce)
{
	php_sse_subscriber *subscriber = zend_object_alloc(sizeof(*subscriber), ce);

	zend_object_std_init(&subscriber->std, ce);
	object_properties_init(&subscriber->std, ce);
	subscriber->std.handlers = &subscriber_handlers;
	return &subscriber->std;
}

static void free_subscriber(zend_object *object)
{
	php_sse_subscriber *subscriber = php_sse_subscriber_from(object);

	php_sse_subscriber_close(subscriber);
	if (subscriber->asker) {
		sse_redis_sync_free(subscriber->asker);
	}
	while (subscriber->count > 0) {
		php_sse_source source = subscriber->sources[--subscriber->count];

		zend_string_release(source.name);
		php_sse_callback_clear(&source.callback);
	}
	if (subscriber->sources) {
		efree(subscriber->sources);
	}
	php_sse_timers_clear(&subscriber->timers);
	php_sse_signals_clear(&subscriber->signals);
	sse_redis_config_deinit(&subscriber->config);
	zend_object_std_dtor(object);
}

static HashTable *get_subscriber_gc(zend_object *object, zval **table, int *count)
{
	php_sse_subscriber *subscriber = php_sse_subscriber_from(object);
	zend_get_gc_buffer *buffer = zend_get_gc_buffer_create();
	uint32_t i;

	for (i = 0; i < subscriber->count; i++) {
		zend_get_gc_buffer_add_zval(buffer, &subscriber->sources[i].callback.callable);
	}
	for (i = 0; i < subscriber->timers.count; i++) {
		zend_get_gc_buffer_add_zval(buffer, &subscriber->timers.items[i].callback.callable);
	}
	for (i = 0; i < subscriber->signals.count; i++) {
		zend_get_gc_buffer_add_zval(buffer, &subscriber->signals.items[i].callback.callable);
	}
	zend_get_gc_buffer_use(buffer, table, count);
	return zend_std_get_properties(object);
}

void php_sse_setup_subscriber(zend_class_entry *ce)
{
	ce->create_object = create_subscriber;
	memcpy(&subscriber_handlers, &std_object_handlers, sizeof(subscriber_handlers));
	subscriber_handlers.offset = XtOffsetOf(php_sse_subscriber, std);
	subscriber_handlers.free_obj = free_subscriber;
	subscriber_handlers.get_gc = get_subscriber_gc;
	subscriber_handlers.clone_obj = NULL;
}

/* Declaring */

ZEND_METHOD(RedisSubscriber, __construct)
{
	php_sse_subscriber *subscriber = THIS_SUBSCRIBER();
	zval *redis = NULL;

	ZEND_PARSE_PARAMETERS_START(0, 1)
		Z_PARAM_OPTIONAL
		Z_PARAM_ZVAL(redis)
	ZEND_PARSE_PARAMETERS_END();

	if (subscriber->constructed) {
		php_sse_throw("The subscriber is constructed already");
		RETURN_THROWS();
	}
	subscriber->constructed =
		php_sse_redis_option(&subscriber->config, redis, WHAT) && php_sse_redis_required(&subscriber->config, WHAT);
}

static bool is_constructed(const php_sse_subscriber *subscriber)
{
	if (!subscriber->constructed) {
		php_sse_throw("The subscriber was not constructed");
		return false;
	}
	return true;
}

static bool can_declare(const php_sse_subscriber *subscriber)
{
	if (!is_constructed(subscriber)) {
		return false;
	}
	if (subscriber->running) {
		php_sse_throw("Subscriptions, timers and signals are declared before run(), not in its callbacks");
		return false;
	}
	return true;
}

static bool add_source(php_sse_subscriber *subscriber, php_sse_source_kind kind, zval *name, zval *callable)
{
	php_sse_source *source;

	ZVAL_DEREF(name);
	if (Z_TYPE_P(name) != IS_STRING) {
		zend_argument_type_error(1, "must contain only strings, %s given", zend_zval_type_name(name));
		return false;
	}
	if (Z_STRLEN_P(name) == 0) {
		zend_argument_value_error(1, "cannot be empty");
		return false;
	}
	subscriber->sources = safe_erealloc(subscriber->sources, subscriber->count + 1, sizeof(*subscriber->sources), 0);
	source = &subscriber->sources[subscriber->count++];
	memset(source, 0, sizeof(*source));
	source->kind = kind;
	source->name = zend_string_copy(Z_STR_P(name));
	php_sse_callback_set(&source->callback, callable);
	return true;
}

static void add_sources(INTERNAL_FUNCTION_PARAMETERS, php_sse_source_kind kind)
{
	php_sse_subscriber *subscriber = THIS_SUBSCRIBER();
	zval *names, *name;
	zend_fcall_info fci;
	zend_fcall_info_cache fcc;

	ZEND_PARSE_PARAMETERS_START(2, 2)
		Z_PARAM_ZVAL(names)
		Z_PARAM_FUNC(fci, fcc)
	ZEND_PARSE_PARAMETERS_END();

	if (!can_declare(subscriber)) {
		RETURN_THROWS();
	}
	if (Z_TYPE_P(names) != IS_ARRAY) {
		if (Z_TYPE_P(names) != IS_STRING) {
			zend_argument_type_error(1, "must be of type string|array, %s given", zend_zval_type_name(names));
			RETURN_THROWS();
		}
		add_source(subscriber, kind, names, &fci.function_name);
	} else {
		ZEND_HASH_FOREACH_VAL(Z_ARRVAL_P(names), name) {
			if (!add_source(subscriber, kind, name, &fci.function_name)) {
				RETURN_THROWS();
			}
		} ZEND_HASH_FOREACH_END();
	}
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}

ZEND_METHOD(RedisSubscriber, subscribe)
{
	add_sources(INTERNAL_FUNCTION_PARAM_PASSTHRU, SOURCE_CHANNEL);
}

ZEND_METHOD(RedisSubscriber, psubscribe)
{
	add_sources(INTERNAL_FUNCTION_PARAM_PASSTHRU, SOURCE_PATTERN);
}

ZEND_METHOD(RedisSubscriber, blpop)
{
	add_sources(INTERNAL_FUNCTION_PARAM_PASSTHRU, SOURCE_LIST);
}

ZEND_METHOD(RedisSubscriber, every)
{
	php_sse_subscriber *subscriber = THIS_SUBSCRIBER();
	zend_fcall_info fci;
	zend_fcall_info_cache fcc;
	double seconds;

	ZEND_PARSE_PARAMETERS_START(2, 2)
		Z_PARAM_DOUBLE(seconds)
		Z_PARAM_FUNC(fci, fcc)
	ZEND_PARSE_PARAMETERS_END();

	if (!can_declare(subscriber) || !php_sse_timers_add(&subscriber->timers, seconds, &fci.function_name)) {
		RETURN_THROWS();
	}
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}

ZEND_METHOD(RedisSubscriber, onSignal)
{
	php_sse_subscriber *subscriber = THIS_SUBSCRIBER();
	zend_fcall_info fci;
	zend_fcall_info_cache fcc;
	zend_long number;

	ZEND_PARSE_PARAMETERS_START(2, 2)
		Z_PARAM_LONG(number)
		Z_PARAM_FUNC(fci, fcc)
	ZEND_PARSE_PARAMETERS_END();

	if (!can_declare(subscriber) || !php_sse_signals_add(&subscriber->signals, number, &fci.function_name)) {
		RETURN_THROWS();
	}
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}

/* Commands */

static void reply_to_zval(const sse_reply *reply, zval *value)
{
	size_t i;

	switch (reply->type) {
	case REDIS_REPLY_INTEGER:
		ZVAL_LONG(value, (zend_long)reply->integer);
		break;
	case REDIS_REPLY_STRING:
	case REDIS_REPLY_STATUS:
	case REDIS_REPLY_ERROR: /* inside an array, as EXEC gives it: a text among others */
		ZVAL_STRINGL(value, reply->str.data, reply->str.len);
		break;
	case REDIS_REPLY_ARRAY:
		array_init_size(value, (uint32_t)reply->elements);
		for (i = 0; i < reply->elements; i++) {
			zval element;

			reply_to_zval(reply->element[i], &element);
			add_next_index_zval(value, &element);
		}
		break;
	default:
		ZVAL_NULL(value);
	}
}

/* These change what the connection answers to: replies would no longer match commands. */
static bool is_command_of_its_own(const zend_string *name)
{
	static const char *const refused[] = { "SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "UNSUBSCRIBE", "PUNSUBSCRIBE",
		"SUNSUBSCRIBE", "MONITOR", "SYNC", "PSYNC", "HELLO", "QUIT", "RESET" };
	size_t i;

	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		if (strcasecmp(ZSTR_VAL(name), refused[i]) == 0) {
			return true;
		}
	}
	return false;
}

static const sse_reply *send_command(php_sse_subscriber *subscriber, zend_string *name, zval *arguments, uint32_t count)
{
	zend_string **strings = safe_emalloc(count + 1, sizeof(*strings), 0);
	sse_str *argv = safe_emalloc(count + 1, sizeof(*argv), 0);
	const sse_reply *reply = NULL;
	char error[256];
	uint32_t i;

	argv[0] = (sse_str){ ZSTR_VAL(name), ZSTR_LEN(name) };
	for (i = 0; i < count; i++) {
		strings[i] = zval_get_string(&arguments[i]);
		argv[i + 1] = (sse_str){ ZSTR_VAL(strings[i]), ZSTR_LEN(strings[i]) };
	}
	if (!subscriber->asker) {
		subscriber->asker = sse_redis_sync_new(&subscriber->config, error, sizeof(error));
	}
	if (subscriber->asker) {
		reply = sse_redis_sync_command(subscriber->asker, (int)count + 1, argv, error, sizeof(error));
	}
	if (!reply) {
		php_sse_throw("%s", error);
	}
	for (i = 0; i < count; i++) {
		zend_string_release(strings[i]);
	}
	efree(strings);
	efree(argv);
	return reply;
}

ZEND_METHOD(RedisSubscriber, command)
{
	php_sse_subscriber *subscriber = THIS_SUBSCRIBER();
	zend_string *name;
	zval *arguments = NULL;
	uint32_t count = 0, i;
	const sse_reply *reply;

	ZEND_PARSE_PARAMETERS_START(1, -1)
		Z_PARAM_STR(name)
		Z_PARAM_VARIADIC('*', arguments, count)
	ZEND_PARSE_PARAMETERS_END();

	if (!is_constructed(subscriber)) {
		RETURN_THROWS();
	}
	if (ZSTR_LEN(name) == 0 || is_command_of_its_own(name)) {
		zend_argument_value_error(1, "must be a command with one reply, \"%s\" is not", ZSTR_VAL(name));
		RETURN_THROWS();
	}
	for (i = 0; i < count; i++) {
		if (Z_TYPE(arguments[i]) != IS_STRING && Z_TYPE(arguments[i]) != IS_LONG && Z_TYPE(arguments[i]) != IS_DOUBLE) {
			zend_argument_type_error(
				i + 2, "must be of type string|int|float, %s given", zend_zval_type_name(&arguments[i]));
			RETURN_THROWS();
		}
	}
	reply = send_command(subscriber, name, arguments, count);
	if (!reply) {
		RETURN_THROWS();
	}
	if (reply->type == REDIS_REPLY_ERROR) {
		php_sse_throw("Redis: %s", reply->str.data);
		RETURN_THROWS();
	}
	reply_to_zval(reply, return_value);
}

/* Running */

ZEND_METHOD(RedisSubscriber, run)
{
	php_sse_subscriber *subscriber = THIS_SUBSCRIBER();
	double seconds = 0.0;

	ZEND_PARSE_PARAMETERS_START(0, 1)
		Z_PARAM_OPTIONAL
		Z_PARAM_DOUBLE(seconds)
	ZEND_PARSE_PARAMETERS_END();

	if (!is_constructed(subscriber)) {
		RETURN_THROWS();
	}
	if (!isfinite(seconds) || seconds < 0.0) {
		zend_argument_value_error(1, "must be a number of seconds, 0 for no end");
		RETURN_THROWS();
	}
	if (subscriber->running) {
		php_sse_throw("run() is running already; a callback of the subscriber cannot call it");
		RETURN_THROWS();
	}
	php_sse_subscriber_run(subscriber, seconds);
}

ZEND_METHOD(RedisSubscriber, stop)
{
	ZEND_PARSE_PARAMETERS_NONE();
	THIS_SUBSCRIBER()->stop = true;
}
