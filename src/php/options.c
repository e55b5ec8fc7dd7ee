#include "options.h"

#include "option.h"
#include "php_sse.h"
#include "redis_option.h"

#include <string.h>

#define HEARTBEAT_DEFAULT_MS 25000

/* In the order of php_sse_mode. */
static const char *const modes[] = { "auto", "handoff", "redirect", "inline" };

bool php_sse_mode_parse(const zend_string *name, php_sse_mode *mode)
{
	size_t i;

	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (strcmp(ZSTR_VAL(name), modes[i]) == 0) {
			if (mode) {
				*mode = (php_sse_mode)i;
			}
			return true;
		}
	}
	return false;
}

bool php_sse_redirect_is_valid(const zend_string *place)
{
	const char *text = ZSTR_VAL(place);
	size_t i;

	/* "//host" is another host's address to a browser, and nothing to nginx. */
	if ((text[0] != '/' || text[1] == '/') && strncmp(text, "http://", 7) != 0 && strncmp(text, "https://", 8) != 0) {
		return false;
	}
	for (i = 0; i < ZSTR_LEN(place); i++) {
		if ((unsigned char)text[i] <= 0x20 || text[i] == 0x7f || text[i] == '#') {
			return false;
		}
	}
	return true;
}

static bool get_mode(php_sse_options *options, const php_sse_option *option)
{
	if (Z_TYPE_P(option->value) != IS_STRING) {
		return php_sse_option_wrong_type(option, "string");
	}
	return php_sse_mode_parse(Z_STR_P(option->value), &options->mode)
		|| php_sse_option_wrong_value(option, "be \"auto\", \"handoff\", \"redirect\" or \"inline\"");
}

/* null and "" take away what the ini setting says. */
static bool get_place(zend_string **place, const php_sse_option *option)
{
	if (*place) {
		zend_string_release(*place);
		*place = NULL;
	}
	if (Z_TYPE_P(option->value) == IS_STRING && Z_STRLEN_P(option->value) == 0) {
		return true;
	}
	return php_sse_option_string(option, place);
}

static bool get_hub(php_sse_options *options, const php_sse_option *option)
{
	if (!get_place(&options->hub, option)) {
		return false;
	}
	return !options->hub || strlen(ZSTR_VAL(options->hub)) == ZSTR_LEN(options->hub)
		|| php_sse_option_wrong_value(option, "not contain NUL bytes");
}

static bool get_redirect(php_sse_options *options, const php_sse_option *option)
{
	if (!get_place(&options->redirect, option)) {
		return false;
	}
	return !options->redirect || php_sse_redirect_is_valid(options->redirect)
		|| php_sse_option_wrong_value(option,
			"be a path that begins with \"/\" (for X-Accel-Redirect) or a URL with http:// or https://, without spaces and \"#\"");
}

static bool set_option(php_sse_options *options, const zend_string *name, zval *value)
{
	const php_sse_option option = { "SseStream option", ZSTR_VAL(name), value };

	if (zend_string_equals_literal(name, "redis")) {
		sse_redis_config_deinit(&options->redis);
		return php_sse_redis_option(&options->redis, value, "SseStream option \"redis\"");
	}
	if (zend_string_equals_literal(name, "hub")) {
		return get_hub(options, &option);
	}
	if (zend_string_equals_literal(name, "mode")) {
		return get_mode(options, &option);
	}
	if (zend_string_equals_literal(name, "redirect")) {
		return get_redirect(options, &option);
	}
	if (zend_string_equals_literal(name, "heartbeat")) {
		return php_sse_option_seconds(&option, &options->heartbeat);
	}
	if (zend_string_equals_literal(name, "heartbeatStyle")) {
		return php_sse_option_style(&option, &options->heartbeat_comment);
	}
	if (zend_string_equals_literal(name, "retry")) {
		return php_sse_option_retry(&option, &options->retry);
	}
	if (zend_string_equals_literal(name, "maxLifetime")) {
		return php_sse_option_seconds(&option, &options->max_lifetime);
	}
	if (zend_string_equals_literal(name, "user")) {
		return php_sse_option_string(&option, &options->user);
	}
	if (zend_string_equals_literal(name, "id")) {
		return php_sse_option_stream(&option, &options->id);
	}
	if (zend_string_equals_literal(name, "lastEventId")) {
		options->has_last_event_id = true;
		return php_sse_option_id(&option, &options->last_event_id);
	}
	zend_value_error("SseStream has no option \"%s\"; it knows redis, hub, mode, redirect, heartbeat, heartbeatStyle, retry, "
					 "maxLifetime, user, id and lastEventId",
		ZSTR_VAL(name));
	return false;
}

static zend_string *setting(const char *value)
{
	return value && *value ? zend_string_init(value, strlen(value), 0) : NULL;
}

static bool set_defaults(php_sse_options *options, HashTable *given)
{
	zend_string *mode = zend_string_init(SSE_G(mode), strlen(SSE_G(mode)), 0);

	memset(options, 0, sizeof(*options));
	options->heartbeat = HEARTBEAT_DEFAULT_MS;
	options->retry = -1;
	options->hub = setting(SSE_G(hub));
	options->redirect = setting(SSE_G(redirect));
	php_sse_mode_parse(mode, &options->mode);
	zend_string_release(mode);
	if (zend_hash_str_exists(given, "redis", strlen("redis"))) {
		sse_redis_config_init(&options->redis); /* a broken ini setting must not stop who does not use it */
		return true;
	}
	return php_sse_redis_option(&options->redis, NULL, NULL);
}

bool php_sse_options_init(php_sse_options *options, HashTable *given)
{
	zend_string *name;
	zval *value;

	if (!set_defaults(options, given)) {
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
	if (options->mode == PHP_SSE_MODE_REDIRECT && !options->redirect) {
		zend_value_error("SseStream option \"mode\" is \"redirect\", which needs option \"redirect\" or ini setting "
						 "sse.redirect: where the hub's listener is, such as \"/sse-hub\" or \"https://hub.example/sse\"");
		return false;
	}
	return true;
}

void php_sse_options_deinit(php_sse_options *options)
{
	sse_redis_config_deinit(&options->redis);
	if (options->hub) {
		zend_string_release(options->hub);
	}
	if (options->redirect) {
		zend_string_release(options->redirect);
	}
	if (options->user) {
		zend_string_release(options->user);
	}
	if (options->id) {
		zend_string_release(options->id);
	}
	if (options->last_event_id) {
		zend_string_release(options->last_event_id);
	}
	memset(options, 0, sizeof(*options));
}
