#include "names.h"

#include "zstr.h"

static const struct {
	const char *key;
	sse_source_kind kind;
} keys[] = {
	{ "follow", SSE_SOURCE_TOPIC },
	{ "subscribe", SSE_SOURCE_CHANNEL },
	{ "psubscribe", SSE_SOURCE_PATTERN },
	{ "queue", SSE_SOURCE_LIST },
	{ "broadcast", SSE_SOURCE_BROADCAST },
};

bool php_sse_names_kind(const zend_string *key, sse_source_kind *kind)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (sse_str_is(php_sse_str_of(key), keys[i].key)) {
			*kind = keys[i].kind;
			return true;
		}
	}
	return false;
}

static bool add_name(
	sse_subscription *to, sse_source_kind kind, const php_sse_option *option, zval *name, const char *argument)
{
	ZVAL_DEREF(name);
	if (Z_TYPE_P(name) != IS_STRING) {
		const php_sse_option wrong = { option->subject, option->name, name };

		return php_sse_option_wrong_type(&wrong, "string|string[]");
	}
	if (Z_STRLEN_P(name) == 0 || Z_STRLEN_P(name) > SSE_SUBSCRIPTION_NAME_MAX) {
		return php_sse_option_wrong_value(option, "hold names of 1 to 1024 bytes");
	}
	if (to->count >= SSE_SUBSCRIPTION_NAMES_MAX) {
		zend_value_error("%s must not have more than 1024 names", argument);
		return false;
	}
	sse_subscription_add(to, kind, php_sse_str_of(Z_STR_P(name)));
	return true;
}

bool php_sse_names_add(sse_subscription *to, sse_source_kind kind, const php_sse_option *option, const char *argument)
{
	zval *name;

	if (Z_TYPE_P(option->value) != IS_ARRAY) {
		return add_name(to, kind, option, option->value, argument);
	}
	ZEND_HASH_FOREACH_VAL(Z_ARRVAL_P(option->value), name) {
		if (!add_name(to, kind, option, name, argument)) {
			return false;
		}
	} ZEND_HASH_FOREACH_END();
	return true;
}
