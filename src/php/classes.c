#include "classes.h"

#include "ext/spl/spl_exceptions.h"
#include "zend_exceptions.h"

/* The generator of PHP 8.2 uses it, the headers of PHP 8.2 do not have it. */
#ifndef ZEND_ARG_VARIADIC_TYPE_MASK
#define ZEND_ARG_VARIADIC_TYPE_MASK(pass_by_ref, name, type_mask, default_value) \
	{ #name, ZEND_TYPE_INIT_MASK((type_mask) | _ZEND_ARG_INFO_FLAGS(pass_by_ref, 1, 0)), default_value },
#endif

#include "stubs/sse_arginfo.h"

zend_class_entry *php_sse_exception_ce;

void php_sse_register_classes(void)
{
	php_sse_exception_ce = register_class_SseException(spl_ce_RuntimeException);
	php_sse_setup_stream(register_class_SseStream());
	php_sse_setup_subscriber(register_class_RedisSubscriber());
	php_sse_setup_publisher(register_class_SsePublisher());
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
