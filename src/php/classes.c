#include "classes.h"

#include "client.h"
#include "php_sse.h"

#include "ext/spl/spl_exceptions.h"
#include "zend_exceptions.h"

#include <uv.h>

/* The generator of PHP 8.2 uses it, the headers of PHP 8.2 do not have it. */
#ifndef ZEND_ARG_VARIADIC_TYPE_MASK
#define ZEND_ARG_VARIADIC_TYPE_MASK(pass_by_ref, name, type_mask, default_value) \
	{ #name, ZEND_TYPE_INIT_MASK((type_mask) | _ZEND_ARG_INFO_FLAGS(pass_by_ref, 1, 0)), default_value },
#endif

#include "stubs/sse_arginfo.h"

zend_class_entry *php_sse_exception_ce;

#define LOG_AGAIN_MS 10000

void php_sse_register_classes(void)
{
	php_sse_exception_ce = register_class_SseException(spl_ce_RuntimeException);
	php_sse_setup_stream(register_class_SseStream());
	php_sse_setup_subscriber(register_class_RedisSubscriber());
	php_sse_setup_publisher(register_class_SsePublisher());
	php_sse_setup_hub(register_class_SseHub());
}

void php_sse_throw(const char *format, ...)
{
	va_list args;
	zend_string *message;

	va_start(args, format);
	message = zend_vstrpprintf(0, format, args);
	va_end(args);
	zend_throw_exception(php_sse_exception_ce, ZSTR_VAL(message), 0);
	zend_string_release(message);
}

void php_sse_log(const char *format, ...)
{
	va_list args;
	zend_string *message;

	va_start(args, format);
	message = zend_vstrpprintf(0, format, args);
	va_end(args);
	php_log_err(ZSTR_VAL(message));
	zend_string_release(message);
}

static bool was_logged(zend_ulong hash, uint64_t now)
{
	php_sse_logged *oldest = &SSE_G(logged)[0];

	for (size_t i = 0; i < PHP_SSE_LOGGED; i++) {
		php_sse_logged *line = &SSE_G(logged)[i];

		if (line->hash == hash && now - line->at < LOG_AGAIN_MS) {
			return true;
		}
		if (line->at < oldest->at) {
			oldest = line;
		}
	}
	*oldest = (php_sse_logged){ hash, now };
	return false;
}

void php_sse_log_rarely(const char *format, ...)
{
	va_list args;
	zend_string *message;

	va_start(args, format);
	message = zend_vstrpprintf(0, format, args);
	va_end(args);
	if (!was_logged(zend_string_hash_val(message), uv_hrtime() / 1000000)) {
		php_log_err(ZSTR_VAL(message));
	}
	zend_string_release(message);
}

const char *php_sse_instead_of_hub(void)
{
	return php_sse_client_is_alone() ? "clients are sent away, as php -S has one process (see PHP_CLI_SERVER_WORKERS)"
									 : "streaming inline, which holds this worker";
}

void php_sse_log_hub_down(const char *path, const char *error)
{
	php_sse_log_rarely("sse: no hub at %s (%s): %s; start the hub (Laravel: php artisan sse:work), or set sse.hub to its control socket", path, error,
		php_sse_instead_of_hub());
}
