#include "stream.h"

#include "classes.h"
#include "client.h"
#include "event.h"
#include "hub_ask.h"
#include "php_sse.h"
#include "presence.h"
#include "zstr.h"

#include "core/redis_key.h"

#include "zend_exceptions.h"

#include <string.h>

/* Longer ids than this are nobody's: they are taken for none. */
#define LAST_EVENT_ID_MAX 512

static zend_object_handlers stream_handlers;

#define THIS_STREAM() php_sse_stream_from(Z_OBJ_P(ZEND_THIS))

/* Object */

static zend_object *create_stream(zend_class_entry *ce)
{
	php_sse_stream *stream = zend_object_alloc(sizeof(*stream), ce);

	zend_object_std_init(&stream->std, ce);
	object_properties_init(&stream->std, ce);
	stream->std.handlers = &stream_handlers;
	zend_hash_init(&stream->channels, 0, NULL, NULL, 0);
	zend_hash_init(&stream->patterns, 0, NULL, NULL, 0);
	zend_hash_init(&stream->broadcasts, 0, NULL, NULL, 0);
	zend_hash_init(&stream->topics, 0, NULL, NULL, 0);
	zend_hash_init(&stream->lists, 0, NULL, NULL, 0);
	zend_hash_init(&stream->histories, 0, NULL, NULL, 0);
	zend_hash_init(&stream->cursors, 0, NULL, ZVAL_PTR_DTOR, 0);
	zend_hash_init(&stream->members, 0, NULL, ZVAL_PTR_DTOR, 0);
	sse_buf_init(&stream->out);
	sse_buf_init(&stream->broadcast);
	stream->client_fd = -1;
	return &stream->std;
}

static void free_stream(zend_object *object)
{
	php_sse_stream *stream = php_sse_stream_from(object);

	php_sse_stream_close(stream);
	if (stream->asker) {
		sse_redis_sync_free(stream->asker);
	}
	php_sse_callback_clear(&stream->map);
	php_sse_timers_clear(&stream->timers);
	zend_hash_destroy(&stream->channels);
	zend_hash_destroy(&stream->patterns);
	zend_hash_destroy(&stream->broadcasts);
	zend_hash_destroy(&stream->topics);
	zend_hash_destroy(&stream->lists);
	zend_hash_destroy(&stream->histories);
	zend_hash_destroy(&stream->cursors);
	zend_hash_destroy(&stream->members);
	sse_buf_deinit(&stream->out);
	sse_buf_deinit(&stream->broadcast);
	php_sse_options_deinit(&stream->options);
	zend_object_std_dtor(object);
}

/* Closures that use($stream) make cycles; the collector has to see them. */
static HashTable *get_stream_gc(zend_object *object, zval **table, int *count)
{
	php_sse_stream *stream = php_sse_stream_from(object);
	zend_get_gc_buffer *buffer = zend_get_gc_buffer_create();
	uint32_t i;

	zend_get_gc_buffer_add_zval(buffer, &stream->map.callable);
	for (i = 0; i < stream->timers.count; i++) {
		zend_get_gc_buffer_add_zval(buffer, &stream->timers.items[i].callback.callable);
	}
	zend_get_gc_buffer_use(buffer, table, count);
	return zend_std_get_properties(object);
}

void php_sse_setup_stream(zend_class_entry *ce)
{
	ce->create_object = create_stream;
	memcpy(&stream_handlers, &std_object_handlers, sizeof(stream_handlers));
	stream_handlers.offset = XtOffsetOf(php_sse_stream, std);
	stream_handlers.free_obj = free_stream;
	stream_handlers.get_gc = get_stream_gc;
	stream_handlers.clone_obj = NULL;
}

/* Declaring */

ZEND_METHOD(SseStream, __construct)
{
	php_sse_stream *stream = THIS_STREAM();
	HashTable *options = (HashTable *)&zend_empty_array;

	ZEND_PARSE_PARAMETERS_START(0, 1)
		Z_PARAM_OPTIONAL
		Z_PARAM_ARRAY_HT(options)
	ZEND_PARSE_PARAMETERS_END();

	if (stream->constructed) {
		php_sse_throw("The stream is constructed already");
		RETURN_THROWS();
	}
	stream->constructed = true;
	php_sse_options_init(&stream->options, options);
}

/* A class of ours cannot be instantiated without its constructor; this is for what PHP may allow one day. */
static bool is_constructed(const php_sse_stream *stream)
{
	if (!stream->constructed) {
		php_sse_throw("The stream was not constructed");
		return false;
	}
	return true;
}

static bool can_declare(const php_sse_stream *stream)
{
	if (!is_constructed(stream)) {
		return false;
	}
	if (stream->state != STREAM_NEW) {
		php_sse_throw("Sources and callbacks are declared before run()");
		return false;
	}
	return true;
}

static void add_names(INTERNAL_FUNCTION_PARAMETERS, size_t table)
{
	php_sse_stream *stream = THIS_STREAM();
	zval *names;
	uint32_t count, i;

	ZEND_PARSE_PARAMETERS_START(0, -1)
		Z_PARAM_VARIADIC('*', names, count)
	ZEND_PARSE_PARAMETERS_END();

	if (!can_declare(stream)) {
		RETURN_THROWS();
	}
	for (i = 0; i < count; i++) {
		zend_string *name;

		if (!zend_parse_arg_str(&names[i], &name, false, i + 1)) {
			zend_argument_type_error(i + 1, "must be of type string, %s given", zend_zval_type_name(&names[i]));
			RETURN_THROWS();
		}
		if (ZSTR_LEN(name) == 0) {
			zend_argument_value_error(i + 1, "cannot be empty");
			RETURN_THROWS();
		}
		zend_hash_add_empty_element((HashTable *)((char *)stream + table), name);
	}
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}

ZEND_METHOD(SseStream, subscribe)
{
	add_names(INTERNAL_FUNCTION_PARAM_PASSTHRU, XtOffsetOf(php_sse_stream, channels));
}

ZEND_METHOD(SseStream, psubscribe)
{
	add_names(INTERNAL_FUNCTION_PARAM_PASSTHRU, XtOffsetOf(php_sse_stream, patterns));
}

ZEND_METHOD(SseStream, broadcast)
{
	add_names(INTERNAL_FUNCTION_PARAM_PASSTHRU, XtOffsetOf(php_sse_stream, broadcasts));
}

ZEND_METHOD(SseStream, follow)
{
	add_names(INTERNAL_FUNCTION_PARAM_PASSTHRU, XtOffsetOf(php_sse_stream, topics));
}

ZEND_METHOD(SseStream, presence)
{
	php_sse_stream *stream = THIS_STREAM();
	zend_string *topic, *user, *json;
	const char *why;
	zval *member;

	ZEND_PARSE_PARAMETERS_START(3, 3)
		Z_PARAM_STR(topic)
		Z_PARAM_STR(user)
		Z_PARAM_ZVAL(member)
	ZEND_PARSE_PARAMETERS_END();

	if (!can_declare(stream)) {
		RETURN_THROWS();
	}
	if (ZSTR_LEN(topic) == 0) {
		zend_argument_value_error(1, "cannot be empty");
		RETURN_THROWS();
	}
	if (ZSTR_LEN(user) == 0 || ZSTR_LEN(user) > SSE_SUBSCRIPTION_USER_MAX) {
		zend_argument_value_error(2, "must have 1 to %d bytes", SSE_SUBSCRIPTION_USER_MAX);
		RETURN_THROWS();
	}
	json = php_sse_member_json(member, &why);
	if (!json) {
		if (why) {
			zend_argument_value_error(3, "%s", why);
		}
		RETURN_THROWS();
	}
	zend_hash_add_empty_element(&stream->topics, topic);
	php_sse_member_put(&stream->members, topic, user, json);
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}

ZEND_METHOD(SseStream, queue)
{
	add_names(INTERNAL_FUNCTION_PARAM_PASSTHRU, XtOffsetOf(php_sse_stream, lists));
}

ZEND_METHOD(SseStream, history)
{
	php_sse_stream *stream = THIS_STREAM();
	zend_string *key;
	zend_long last = -1;
	zval value;

	ZEND_PARSE_PARAMETERS_START(1, 2)
		Z_PARAM_STR(key)
		Z_PARAM_OPTIONAL
		Z_PARAM_LONG(last)
	ZEND_PARSE_PARAMETERS_END();

	if (!can_declare(stream)) {
		RETURN_THROWS();
	}
	if (ZSTR_LEN(key) == 0) {
		zend_argument_value_error(1, "cannot be empty");
		RETURN_THROWS();
	}
	if (last != -1 && last < 1) {
		zend_argument_value_error(2, "must be -1 or greater than 0");
		RETURN_THROWS();
	}
	ZVAL_LONG(&value, last);
	zend_hash_update(&stream->histories, key, &value);
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}

ZEND_METHOD(SseStream, every)
{
	php_sse_stream *stream = THIS_STREAM();
	zend_fcall_info fci;
	zend_fcall_info_cache fcc;
	double seconds;

	ZEND_PARSE_PARAMETERS_START(2, 2)
		Z_PARAM_DOUBLE(seconds)
		Z_PARAM_FUNC(fci, fcc)
	ZEND_PARSE_PARAMETERS_END();

	if (!can_declare(stream) || !php_sse_timers_add(&stream->timers, seconds, &fci.function_name)) {
		RETURN_THROWS();
	}
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}

ZEND_METHOD(SseStream, onMessage)
{
	php_sse_stream *stream = THIS_STREAM();
	zend_fcall_info fci;
	zend_fcall_info_cache fcc;

	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_FUNC(fci, fcc)
	ZEND_PARSE_PARAMETERS_END();

	if (!can_declare(stream)) {
		RETURN_THROWS();
	}
	php_sse_callback_set(&stream->map, &fci.function_name);
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}

/* Positions */

static zend_string *usable_id(zval *value)
{
	if (!value || Z_TYPE_P(value) != IS_STRING || Z_STRLEN_P(value) == 0 || Z_STRLEN_P(value) > LAST_EVENT_ID_MAX
		|| !sse_field_is_safe((sse_str){ Z_STRVAL_P(value), Z_STRLEN_P(value) })) {
		return NULL;
	}
	return zend_string_copy(Z_STR_P(value));
}

static zend_string *find_id(uint32_t track, const char *name)
{
	zval *vars = &PG(http_globals)[track];

	return Z_TYPE_P(vars) == IS_ARRAY ? usable_id(zend_hash_str_find_deref(Z_ARRVAL_P(vars), name, strlen(name))) : NULL;
}

zend_string *php_sse_stream_last_event_id(const php_sse_stream *stream)
{
	zend_string *id;

	if (stream->options.has_last_event_id) {
		return stream->options.last_event_id && ZSTR_LEN(stream->options.last_event_id) > 0
			? zend_string_copy(stream->options.last_event_id)
			: NULL;
	}
	zend_is_auto_global_str(ZEND_STRL("_SERVER")); /* filled only when it is asked for */
	id = find_id(TRACK_VARS_SERVER, "HTTP_LAST_EVENT_ID");
	if (!id) {
		id = find_id(TRACK_VARS_GET, "lastEventId");
	}
	if (!id) {
		id = find_id(TRACK_VARS_GET, "last_seen_id");
	}
	return id;
}

ZEND_METHOD(SseStream, lastEventId)
{
	php_sse_stream *stream = THIS_STREAM();
	zend_string *id;

	ZEND_PARSE_PARAMETERS_NONE();
	if (!is_constructed(stream)) {
		RETURN_THROWS();
	}
	id = php_sse_stream_last_event_id(stream);
	if (id) {
		RETURN_STR(id);
	}
	RETURN_NULL();
}

/* Asks the hub, where that is the broker. */
static zend_string *ask_hub_for_cursor(php_sse_stream *stream, sse_str name)
{
	sse_buf message;
	zend_string *id;

	sse_buf_init(&message);
	sse_wire_begin(&message, SSE_WIRE_CURSOR);
	sse_wire_put(&message, SSE_TAG_TOPIC, name);
	id = php_sse_hub_ask_id(
		stream->options.hub ? ZSTR_VAL(stream->options.hub) : NULL, (sse_str){ message.data, message.len });
	sse_buf_deinit(&message);
	return id;
}

/* Asks with the script that followers use, so that both agree on what "now" is. */
static zend_string *ask_redis_for_cursor(php_sse_stream *stream, sse_str name)
{
	sse_str args[] = { sse_redis_clock_key(&stream->options.redis), sse_redis_topic_key(&stream->options.redis, name),
		{ "0", 1 }, { "0", 1 }, { "", 0 } };
	char error[256];
	const sse_reply *reply = NULL;
	zend_string *id = NULL;

	if (!stream->asker) {
		stream->asker = sse_redis_sync_new(&stream->options.redis, error, sizeof(error));
	}
	if (stream->asker) {
		reply = sse_redis_sync_script(stream->asker, &sse_script_attach, 2, 5, args, error, sizeof(error));
	}
	if (!reply) {
		php_sse_throw("%s", error);
	} else if (reply->type == REDIS_REPLY_ERROR) {
		php_sse_throw("Redis: %s", reply->str.data);
	} else if (!sse_reply_is_array(reply, 2) || !sse_reply_is_array(reply->element[1], 2)) {
		php_sse_throw("Redis: the script that reads the log gave an answer of another shape");
	} else {
		const sse_str from = reply->element[1]->element[1]->str;

		id = zend_string_init(from.data, from.len, 0);
	}
	sse_redis_key_free(args[0]);
	sse_redis_key_free(args[1]);
	return id;
}

ZEND_METHOD(SseStream, cursor)
{
	php_sse_stream *stream = THIS_STREAM();
	zend_string *topic, *id;
	zval value;

	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_STR(topic)
	ZEND_PARSE_PARAMETERS_END();

	if (!is_constructed(stream)) {
		RETURN_THROWS();
	}
	if (ZSTR_LEN(topic) == 0) {
		zend_argument_value_error(1, "cannot be empty");
		RETURN_THROWS();
	}
	id = stream->options.redis.memory ? ask_hub_for_cursor(stream, php_sse_str_of(topic))
									  : ask_redis_for_cursor(stream, php_sse_str_of(topic));
	if (!id) {
		RETURN_THROWS();
	}
	ZVAL_STR_COPY(&value, id);
	zend_hash_update(&stream->cursors, topic, &value);
	RETURN_STR(id);
}

/* Sending */

static bool can_send(const php_sse_stream *stream)
{
	if (!is_constructed(stream)) {
		return false;
	}
	if (stream->state == STREAM_ENDED) {
		php_sse_throw("The stream has ended; nothing can be sent any more");
		return false;
	}
	return true;
}

ZEND_METHOD(SseStream, event)
{
	php_sse_stream *stream = THIS_STREAM();
	zval *data;
	zend_string *event = NULL, *id = NULL;
	zend_long retry = 0;
	bool no_retry = true;

	ZEND_PARSE_PARAMETERS_START(1, 4)
		Z_PARAM_ZVAL(data)
		Z_PARAM_OPTIONAL
		Z_PARAM_STR_OR_NULL(event)
		Z_PARAM_STR_OR_NULL(id)
		Z_PARAM_LONG_OR_NULL(retry, no_retry)
	ZEND_PARSE_PARAMETERS_END();

	if (!can_send(stream) || !php_sse_event_append(&stream->out, data, event, id, !no_retry, retry)) {
		RETURN_THROWS();
	}
	php_sse_stream_flush(stream);
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}

ZEND_METHOD(SseStream, comment)
{
	php_sse_stream *stream = THIS_STREAM();
	char *text = "";
	size_t len = 0;

	ZEND_PARSE_PARAMETERS_START(0, 1)
		Z_PARAM_OPTIONAL
		Z_PARAM_STRING(text, len)
	ZEND_PARSE_PARAMETERS_END();

	if (!can_send(stream)) {
		RETURN_THROWS();
	}
	sse_frame_comment(&stream->out, (sse_str){ text, len });
	php_sse_stream_flush(stream);
	RETURN_OBJ_COPY(Z_OBJ_P(ZEND_THIS));
}

ZEND_METHOD(SseStream, encode)
{
	zval *data;
	zend_string *event = NULL, *id = NULL;
	zend_long retry = 0;
	bool no_retry = true;
	sse_buf out;

	ZEND_PARSE_PARAMETERS_START(1, 4)
		Z_PARAM_ZVAL(data)
		Z_PARAM_OPTIONAL
		Z_PARAM_STR_OR_NULL(event)
		Z_PARAM_STR_OR_NULL(id)
		Z_PARAM_LONG_OR_NULL(retry, no_retry)
	ZEND_PARSE_PARAMETERS_END();

	sse_buf_init(&out);
	if (php_sse_event_append(&out, data, event, id, !no_retry, retry)) {
		RETVAL_STRINGL(out.data, out.len);
	}
	sse_buf_deinit(&out);
}

/* Running */

bool php_sse_stream_is_new(const php_sse_stream *stream)
{
	if (!is_constructed(stream)) {
		return false;
	}
	if (stream->state == STREAM_RUNNING) {
		php_sse_throw("run() is running already; a callback of the stream cannot call it");
	} else if (stream->state == STREAM_ENDED) {
		php_sse_throw("The stream has ended; one response is one SseStream");
	}
	return stream->state == STREAM_NEW;
}

ZEND_METHOD(SseStream, run)
{
	php_sse_stream *stream = THIS_STREAM();
	const char *reason;

	ZEND_PARSE_PARAMETERS_NONE();
	if (!php_sse_stream_is_new(stream)) {
		RETURN_THROWS();
	}
	reason = php_sse_stream_run(stream);
	if (!reason) {
		return; /* an exception, or the engine has something to do before it goes on */
	}
	RETURN_STRING(reason);
}

ZEND_METHOD(SseStream, stop)
{
	ZEND_PARSE_PARAMETERS_NONE();
	THIS_STREAM()->stop = true;
}

ZEND_METHOD(SseStream, isConnected)
{
	php_sse_stream *stream = THIS_STREAM();

	ZEND_PARSE_PARAMETERS_NONE();
	if (stream->client_fd < 0) {
		stream->client_fd = php_sse_client_fd();
	}
	RETURN_BOOL(!stream->output.gone && !php_sse_output_is_aborted() && !php_sse_client_is_gone(stream->client_fd));
}
