#include "redis_option.h"

#include "php_sse.h"

#include <string.h>

/* What Laravel's connectors know and what has no meaning here: connections are ours to keep, retry and time out. */
static const char *const ignored[] = { "backoff_algorithm", "backoff_base", "backoff_cap", "client", "cluster", "context",
	"max_retries", "name", "parameters", "persistent", "persistent_id", "read_write_timeout", "retry_interval", NULL };

static bool parse_dsn(sse_redis_config *config, sse_str dsn, const char *what)
{
	char error[256];

	if (sse_redis_config_parse(config, dsn, error, sizeof(error)) != 0) {
		zend_value_error("%s: %s", what, error);
		return false;
	}
	return true;
}

static bool set_member(sse_redis_config *config, const char *name, zval *value, const char *what)
{
	zend_string *text;
	char error[256];
	int result;

	if (Z_TYPE_P(value) == IS_ARRAY || Z_TYPE_P(value) == IS_OBJECT || Z_TYPE_P(value) == IS_RESOURCE) {
		zend_type_error("%s: \"%s\" must be a string or a number, %s given", what, name, zend_zval_type_name(value));
		return false;
	}
	text = zval_get_string(value);
	result = sse_redis_config_set(config, name, (sse_str){ ZSTR_VAL(text), ZSTR_LEN(text) }, error, sizeof(error));
	zend_string_release(text);
	if (result == -2) {
		zend_value_error("%s: unknown key \"%s\"", what, name);
	} else if (result != 0) {
		zend_value_error("%s: %s", what, error);
	}
	return result == 0;
}

static bool is_one_of(const zend_string *name, const char *const *names)
{
	while (*names && strcmp(ZSTR_VAL(name), *names) != 0) {
		names++;
	}
	return *names != NULL;
}

/* Values by which Laravel's configurations leave something open: the default stays. */
static bool says_nothing(const zend_string *name, zval *value)
{
	static const char *const numbers[] = { "database", "db", "port", "timeout", "read_timeout", "maxlen", "ttl", NULL };
	static const char *const timeouts[] = { "timeout", "read_timeout", NULL };

	if (Z_TYPE_P(value) == IS_NULL) {
		return true;
	}
	if (Z_TYPE_P(value) == IS_STRING) {
		return Z_STRLEN_P(value) == 0 && is_one_of(name, numbers); /* an environment variable that is set to nothing */
	}
	/* "No limit". A stream that waits for Redis without one would never notice that it hangs. */
	return (Z_TYPE_P(value) == IS_LONG || Z_TYPE_P(value) == IS_DOUBLE) && zval_get_double(value) <= 0.0
		&& is_one_of(name, timeouts);
}

static bool set_members(sse_redis_config *config, HashTable *members, const char *what)
{
	zend_string *name;
	zval *value;

	ZEND_HASH_FOREACH_STR_KEY_VAL(members, name, value) {
		ZVAL_DEREF(value);
		if (!name) {
			zend_value_error("%s: the connection must be an array with string keys", what);
			return false;
		}
		if (zend_string_equals_literal(name, "url") || is_one_of(name, ignored) || says_nothing(name, value)) {
			continue;
		}
		if (zend_string_equals_literal(name, "options") && Z_TYPE_P(value) == IS_ARRAY) {
			if (!set_members(config, Z_ARRVAL_P(value), what)) {
				return false;
			}
			continue;
		}
		if (!set_member(config, ZSTR_VAL(name), value, what)) {
			return false;
		}
	} ZEND_HASH_FOREACH_END();
	return true;
}

static bool check(const sse_redis_config *config, const char *what)
{
	char error[256];

	if (sse_redis_config_check(config, error, sizeof(error)) != 0) {
		zend_value_error("%s: %s", what, error);
		return false;
	}
	return true;
}

static bool read_option(sse_redis_config *config, zval *value, const char *what)
{
	zval *url;

	if (!value || (Z_TYPE_P(value) == IS_ARRAY && zend_hash_num_elements(Z_ARRVAL_P(value)) == 0)) {
		return parse_dsn(config, (sse_str){ SSE_G(redis), strlen(SSE_G(redis)) }, "ini setting sse.redis");
	}
	if (Z_TYPE_P(value) == IS_STRING) {
		return parse_dsn(config, (sse_str){ Z_STRVAL_P(value), Z_STRLEN_P(value) }, what);
	}
	if (Z_TYPE_P(value) != IS_ARRAY) {
		zend_type_error("%s must be of type string|array, %s given", what, zend_zval_type_name(value));
		return false;
	}
	/* As in Laravel, members of the url win over the members beside it. */
	if (!set_members(config, Z_ARRVAL_P(value), what)) {
		return false;
	}
	url = zend_hash_str_find_deref(Z_ARRVAL_P(value), "url", strlen("url"));
	if (!url || Z_TYPE_P(url) == IS_NULL || (Z_TYPE_P(url) == IS_STRING && Z_STRLEN_P(url) == 0)) {
		return true;
	}
	if (Z_TYPE_P(url) != IS_STRING) {
		zend_type_error("%s: \"url\" must be a string or a number, %s given", what, zend_zval_type_name(url));
		return false;
	}
	return parse_dsn(config, (sse_str){ Z_STRVAL_P(url), Z_STRLEN_P(url) }, what);
}

bool php_sse_redis_option(sse_redis_config *config, zval *value, const char *what)
{
	sse_redis_config_init(config);
	return read_option(config, value, what) && check(config, what);
}

bool php_sse_redis_required(const sse_redis_config *config, const char *what)
{
	if (config->memory) {
		zend_value_error("%s: memory: is the broker inside the hub, which speaks with SseStream and SsePublisher only; a Redis is "
						 "needed here", what);
		return false;
	}
	return true;
}
