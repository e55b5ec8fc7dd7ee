#include "options.h"

#include "php_sse.h"
#include "redis_option.h"

#include "core/frame.h"

#include <math.h>
#include <string.h>

#define HEARTBEAT_DEFAULT_MS 25000
/* A year: more than any client stays, little enough for arithmetic in milliseconds. */
#define SECONDS_MAX (366.0 * 86400.0)

static const char *const modes[] = { "auto", "handoff", "redirect", "inline" };

bool php_sse_mode_is_valid(const zend_string *mode)
{
	size_t i;

	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (strcmp(ZSTR_VAL(mode), modes[i]) == 0) {
			return true;
		}
	}
	return false;
}

static bool wrong_type(const char *name, const char *expected, const zval *value)
{
	zend_type_error("SseStream option \"%s\" must be of type %s, %s given", name, expected, zend_zval_type_name((zval *)value));
	return false;
}

static bool get_seconds(uint64_t *ms, const char *name, zval *value)
{
	double seconds;

	if (Z_TYPE_P(value) != IS_LONG && Z_TYPE_P(value) != IS_DOUBLE) {
		return wrong_type(name, "int|float", value);
	}
	seconds = zval_get_double(value);
	if (!isfinite(seconds) || seconds < 0 || seconds > SECONDS_MAX || (seconds > 0 && seconds < 0.001)) {
		zend_value_error("SseStream option \"%s\" must be 0 or from 0.001 to 31622400 seconds", name);
		return false;
	}
	*ms = (uint64_t)(seconds * 1000.0);
	return true;
}

static bool get_string(zend_string **string, const char *name, zval *value)
{
	if (Z_TYPE_P(value) == IS_NULL) {
		return true;
	}
	if (Z_TYPE_P(value) != IS_STRING) {
		return wrong_type(name, "?string", value);
	}
	if (*string) {
		zend_string_release(*string);
	}
	*string = zend_string_copy(Z_STR_P(value));
	return true;
}

static bool get_last_event_id(php_sse_options *options, zval *value)
{
	if (!get_string(&options->last_event_id, "lastEventId", value)) {
		return false;
	}
	options->has_last_event_id = true;
	if (options->last_event_id
		&& !sse_field_is_safe((sse_str){ ZSTR_VAL(options->last_event_id), ZSTR_LEN(options->last_event_id) })) {
		zend_value_error("SseStream option \"lastEventId\" must not contain line breaks or NUL bytes");
		return false;
	}
	return true;
}

static bool get_mode(php_sse_options *options, zval *value)
{
	if (Z_TYPE_P(value) != IS_STRING) {
		return wrong_type("mode", "string", value);
	}
	if (!php_sse_mode_is_valid(Z_STR_P(value))) {
		zend_value_error("SseStream option \"mode\" must be \"auto\", \"handoff\", \"redirect\" or \"inline\"");
		return false;
	}
	zend_string_release(options->mode);
	options->mode = zend_string_copy(Z_STR_P(value));
	return true;
}

static bool get_style(php_sse_options *options, zval *value)
{
	if (Z_TYPE_P(value) != IS_STRING) {
		return wrong_type("heartbeatStyle", "string", value);
	}
	options->heartbeat_comment = zend_string_equals_literal(Z_STR_P(value), "comment");
	if (!options->heartbeat_comment && !zend_string_equals_literal(Z_STR_P(value), "event")) {
		zend_value_error("SseStream option \"heartbeatStyle\" must be \"event\" or \"comment\"");
		return false;
	}
	return true;
}

static bool get_retry(php_sse_options *options, zval *value)
{
	if (Z_TYPE_P(value) == IS_NULL) {
		return true;
	}
	if (Z_TYPE_P(value) != IS_LONG) {
		return wrong_type("retry", "?int", value);
	}
	if (Z_LVAL_P(value) < 0) {
		zend_value_error("SseStream option \"retry\" must not be negative");
		return false;
	}
	options->retry = Z_LVAL_P(value);
	return true;
}

static bool set_option(php_sse_options *options, const zend_string *name, zval *value)
{
	if (zend_string_equals_literal(name, "redis")) {
		sse_redis_config_deinit(&options->redis);
		return php_sse_redis_option(&options->redis, value, "SseStream option \"redis\"");
	}
	if (zend_string_equals_literal(name, "hub")) {
		return get_string(&options->hub, "hub", value);
	}
	if (zend_string_equals_literal(name, "mode")) {
		return get_mode(options, value);
	}
	if (zend_string_equals_literal(name, "heartbeat")) {
		return get_seconds(&options->heartbeat, "heartbeat", value);
	}
	if (zend_string_equals_literal(name, "heartbeatStyle")) {
		return get_style(options, value);
	}
	if (zend_string_equals_literal(name, "retry")) {
		return get_retry(options, value);
	}
	if (zend_string_equals_literal(name, "maxLifetime")) {
		return get_seconds(&options->max_lifetime, "maxLifetime", value);
	}
	if (zend_string_equals_literal(name, "user")) {
		return get_string(&options->user, "user", value);
	}
	if (zend_string_equals_literal(name, "lastEventId")) {
		return get_last_event_id(options, value);
	}
	zend_value_error("SseStream has no option \"%s\"; it knows redis, hub, mode, heartbeat, heartbeatStyle, retry, "
					 "maxLifetime, user and lastEventId",
		ZSTR_VAL(name));
	return false;
}

bool php_sse_options_init(php_sse_options *options, HashTable *given)
{
	zend_string *name;
	zval *value;

	memset(options, 0, sizeof(*options));
	options->heartbeat = HEARTBEAT_DEFAULT_MS;
	options->retry = -1;
	options->hub = SSE_G(hub) && *SSE_G(hub) ? zend_string_init(SSE_G(hub), strlen(SSE_G(hub)), 0) : NULL;
	options->mode = zend_string_init(SSE_G(mode), strlen(SSE_G(mode)), 0);
	if (zend_hash_str_exists(given, "redis", strlen("redis"))) {
		sse_redis_config_init(&options->redis); /* a broken ini setting must not stop who does not use it */
	} else if (!php_sse_redis_option(&options->redis, NULL, NULL)) {
		return false;
	}
	ZEND_HASH_FOREACH_STR_KEY_VAL(given, name, value) {
		if (!name) {
			zend_value_error("SseStream options must be an array with string keys");
			return false;
		}
		ZVAL_DEREF(value);
		if (!set_option(options, name, value)) {
			return false;
		}
	} ZEND_HASH_FOREACH_END();
	return true;
}

void php_sse_options_deinit(php_sse_options *options)
{
	sse_redis_config_deinit(&options->redis);
	if (options->hub) {
		zend_string_release(options->hub);
	}
	if (options->mode) {
		zend_string_release(options->mode);
	}
	if (options->user) {
		zend_string_release(options->user);
	}
	if (options->last_event_id) {
		zend_string_release(options->last_event_id);
	}
	memset(options, 0, sizeof(*options));
}
