#include "event.h"

#include "zstr.h"

#include "zend_exceptions.h"
#include "ext/json/php_json.h"

zend_string *php_sse_json_encode(zval *value)
{
	zend_function *encode = zend_hash_str_find_ptr(EG(function_table), ZEND_STRL("json_encode"));
	zval arguments[2], json;

	if (!encode) {
		zend_throw_error(NULL, "json_encode() is disabled; only strings can be sent");
		return NULL;
	}
	/* The function and not the C call below it: it alone throws JsonException, whose class is not exported. */
	ZVAL_COPY_VALUE(&arguments[0], value);
	ZVAL_LONG(&arguments[1], PHP_JSON_UNESCAPED_SLASHES | PHP_JSON_UNESCAPED_UNICODE | PHP_JSON_THROW_ON_ERROR);
	ZVAL_UNDEF(&json);
	zend_call_known_function(encode, NULL, NULL, &json, 2, arguments, NULL);
	if (EG(exception) || Z_TYPE(json) != IS_STRING) {
		zval_ptr_dtor(&json);
		return NULL;
	}
	return Z_STR(json);
}

zend_string *php_sse_data_to_string(zval *data)
{
	ZVAL_DEREF(data);
	return Z_TYPE_P(data) == IS_STRING ? zend_string_copy(Z_STR_P(data)) : php_sse_json_encode(data);
}

bool php_sse_event_append(sse_buf *out, zval *data, zend_string *event, zend_string *id, bool has_retry, zend_long retry)
{
	sse_event frame = SSE_EVENT_INIT;
	zend_string *bytes;

	frame.event = php_sse_str_of(event);
	frame.id = php_sse_str_of(id);
	if (event && !sse_field_is_safe(frame.event)) {
		zend_argument_value_error(2, "must not contain line breaks or NUL bytes");
		return false;
	}
	if (id && !sse_field_is_safe(frame.id)) {
		zend_argument_value_error(3, "must not contain line breaks or NUL bytes");
		return false;
	}
	if (has_retry && retry < 0) {
		zend_argument_value_error(4, "must be greater than or equal to 0");
		return false;
	}
	bytes = php_sse_data_to_string(data);
	if (!bytes) {
		return false;
	}
	frame.data = php_sse_str_of(bytes);
	frame.retry = has_retry ? retry : -1;
	sse_frame_event(out, &frame);
	zend_string_release(bytes);
	return true;
}

void php_sse_retry_append(sse_buf *out, int64_t ms)
{
	sse_event frame = SSE_EVENT_INIT;

	frame.retry = ms;
	sse_frame_event(out, &frame);
}

/* Reads a member that must be a string (or a number, as database ids are) and safe. NULL when it is not given or null. */
static bool get_field(HashTable *array, const char *name, zend_string **field)
{
	zval *value = zend_hash_str_find_deref(array, name, strlen(name));

	*field = NULL;
	if (!value || Z_TYPE_P(value) == IS_NULL) {
		return true;
	}
	if (Z_TYPE_P(value) != IS_STRING && Z_TYPE_P(value) != IS_LONG) {
		zend_type_error("onMessage: \"%s\" of the returned event must be of type ?string, %s given", name,
			zend_zval_type_name(value));
		return false;
	}
	*field = zval_get_string(value);
	if (!sse_field_is_safe(php_sse_str_of(*field))) {
		zend_value_error("onMessage: \"%s\" of the returned event must not contain line breaks or NUL bytes", name);
		zend_string_release(*field);
		*field = NULL;
		return false;
	}
	return true;
}

static bool get_retry(HashTable *array, int64_t *retry)
{
	zval *value = zend_hash_str_find_deref(array, "retry", strlen("retry"));

	if (!value || Z_TYPE_P(value) == IS_NULL) {
		return true;
	}
	if (Z_TYPE_P(value) != IS_LONG || Z_LVAL_P(value) < 0) {
		zend_value_error("onMessage: \"retry\" of the returned event must be a number of milliseconds");
		return false;
	}
	*retry = Z_LVAL_P(value);
	return true;
}

static bool check_members(HashTable *array)
{
	zend_string *name;

	ZEND_HASH_FOREACH_STR_KEY(array, name) {
		if (!name || (!zend_string_equals_literal(name, "data") && !zend_string_equals_literal(name, "event")
				&& !zend_string_equals_literal(name, "id") && !zend_string_equals_literal(name, "retry"))) {
			zend_value_error("onMessage: an event has the keys data, event, id and retry, not \"%s\"; "
							 "wrap other data as ['data' => ...]", name ? ZSTR_VAL(name) : "0");
			return false;
		}
	} ZEND_HASH_FOREACH_END();
	return true;
}

static bool append_array(sse_buf *out, HashTable *array, const sse_event *message)
{
	sse_event frame = *message;
	zend_string *event = NULL, *id = NULL, *bytes = NULL;
	zval *data = zend_hash_str_find_deref(array, "data", strlen("data"));
	bool ok = false;

	if (!check_members(array) || !get_field(array, "event", &event) || !get_field(array, "id", &id)
		|| !get_retry(array, &frame.retry)) {
		goto done;
	}
	if (data) {
		bytes = php_sse_data_to_string(data);
		if (!bytes) {
			goto done;
		}
		frame.data = php_sse_str_of(bytes);
	}
	if (event) {
		frame.event = php_sse_str_of(event);
	}
	if (id) {
		frame.id = php_sse_str_of(id);
	}
	sse_frame_event(out, &frame);
	ok = true;
done:
	if (event) {
		zend_string_release(event);
	}
	if (id) {
		zend_string_release(id);
	}
	if (bytes) {
		zend_string_release(bytes);
	}
	return ok;
}

static bool append_list(sse_buf *out, HashTable *list, const sse_event *message)
{
	uint32_t left = zend_hash_num_elements(list);
	zval *item;

	ZEND_HASH_FOREACH_VAL(list, item) {
		sse_event part = *message;

		ZVAL_DEREF(item);
		if (Z_TYPE_P(item) != IS_ARRAY) {
			zend_type_error("onMessage: a list must hold event arrays, %s found", zend_zval_type_name(item));
			return false;
		}
		if (--left > 0) {
			/* Only the last one moves the client's position: one that reconnects in between gets all of them again. */
			part.id.data = NULL;
		}
		if (!append_array(out, Z_ARRVAL_P(item), &part)) {
			return false;
		}
	} ZEND_HASH_FOREACH_END();
	return true;
}

bool php_sse_event_append_mapped(sse_buf *out, zval *returned, const sse_event *message)
{
	ZVAL_DEREF(returned);
	if (Z_TYPE_P(returned) == IS_NULL) {
		return true;
	}
	if (Z_TYPE_P(returned) != IS_ARRAY) {
		zend_type_error("onMessage: the callback must return an event array, a list of them or null, %s returned",
			zend_zval_type_name(returned));
		return false;
	}
	if (zend_array_is_list(Z_ARRVAL_P(returned))) {
		return append_list(out, Z_ARRVAL_P(returned), message);
	}
	return append_array(out, Z_ARRVAL_P(returned), message);
}
