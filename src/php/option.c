#include "option.h"

#include "zstr.h"

#include "core/frame.h"
#include "core/subscription.h"

#include <math.h>
#include <string.h>

/* A year: more than any client stays, little enough for arithmetic in milliseconds. */
#define SECONDS_MAX (366.0 * 86400.0)

bool php_sse_option_wrong_type(const php_sse_option *option, const char *expected)
{
	zend_type_error("%s \"%s\" must be of type %s, %s given", option->subject, option->name, expected,
		zend_zval_type_name(option->value));
	return false;
}

bool php_sse_option_wrong_value(const php_sse_option *option, const char *must)
{
	zend_value_error("%s \"%s\" must %s", option->subject, option->name, must);
	return false;
}

bool php_sse_option_seconds(const php_sse_option *option, uint64_t *ms)
{
	double seconds;

	if (Z_TYPE_P(option->value) != IS_LONG && Z_TYPE_P(option->value) != IS_DOUBLE) {
		return php_sse_option_wrong_type(option, "int|float");
	}
	seconds = zval_get_double(option->value);
	if (!isfinite(seconds) || seconds < 0 || seconds > SECONDS_MAX || (seconds > 0 && seconds < 0.001)) {
		return php_sse_option_wrong_value(option, "be 0 or from 0.001 to 31622400 seconds");
	}
	*ms = (uint64_t)(seconds * 1000.0);
	return true;
}

static void replace(zend_string **string, zend_string *by)
{
	if (*string) {
		zend_string_release(*string);
	}
	*string = zend_string_copy(by);
}

bool php_sse_option_string(const php_sse_option *option, zend_string **string)
{
	if (Z_TYPE_P(option->value) == IS_NULL) {
		return true;
	}
	if (Z_TYPE_P(option->value) != IS_STRING) {
		return php_sse_option_wrong_type(option, "?string");
	}
	replace(string, Z_STR_P(option->value));
	return true;
}

bool php_sse_option_path(const php_sse_option *option, zend_string **string)
{
	if (Z_TYPE_P(option->value) != IS_STRING) {
		return php_sse_option_wrong_type(option, "string");
	}
	if (Z_STRLEN_P(option->value) == 0 || strlen(Z_STRVAL_P(option->value)) != Z_STRLEN_P(option->value)) {
		return php_sse_option_wrong_value(option, "not be empty or contain NUL bytes");
	}
	replace(string, Z_STR_P(option->value));
	return true;
}

bool php_sse_option_bool(const php_sse_option *option, bool *flag)
{
	if (Z_TYPE_P(option->value) != IS_TRUE && Z_TYPE_P(option->value) != IS_FALSE) {
		return php_sse_option_wrong_type(option, "bool");
	}
	*flag = Z_TYPE_P(option->value) == IS_TRUE;
	return true;
}

bool php_sse_option_count(const php_sse_option *option, zend_long least, zend_long most, zend_long *count)
{
	if (Z_TYPE_P(option->value) != IS_LONG) {
		return php_sse_option_wrong_type(option, "int");
	}
	if (Z_LVAL_P(option->value) < least || Z_LVAL_P(option->value) > most) {
		zend_value_error("%s \"%s\" must be from " ZEND_LONG_FMT " to " ZEND_LONG_FMT, option->subject, option->name,
			least, most);
		return false;
	}
	*count = Z_LVAL_P(option->value);
	return true;
}

bool php_sse_option_style(const php_sse_option *option, bool *comment)
{
	if (Z_TYPE_P(option->value) != IS_STRING) {
		return php_sse_option_wrong_type(option, "string");
	}
	if (!zend_string_equals_literal(Z_STR_P(option->value), "comment")
		&& !zend_string_equals_literal(Z_STR_P(option->value), "event")) {
		return php_sse_option_wrong_value(option, "be \"event\" or \"comment\"");
	}
	*comment = zend_string_equals_literal(Z_STR_P(option->value), "comment");
	return true;
}

bool php_sse_option_retry(const php_sse_option *option, zend_long *retry)
{
	if (Z_TYPE_P(option->value) == IS_NULL) {
		return true;
	}
	if (Z_TYPE_P(option->value) != IS_LONG) {
		return php_sse_option_wrong_type(option, "?int");
	}
	if (Z_LVAL_P(option->value) < 0) {
		return php_sse_option_wrong_value(option, "not be negative");
	}
	*retry = Z_LVAL_P(option->value);
	return true;
}

bool php_sse_option_id(const php_sse_option *option, zend_string **id)
{
	if (Z_TYPE_P(option->value) == IS_STRING && !sse_field_is_safe(php_sse_str_of(Z_STR_P(option->value)))) {
		return php_sse_option_wrong_value(option, "not contain line breaks or NUL bytes");
	}
	return php_sse_option_string(option, id);
}

bool php_sse_option_stream(const php_sse_option *option, zend_string **id)
{
	if (Z_TYPE_P(option->value) == IS_STRING && !sse_stream_id_is_valid(php_sse_str_of(Z_STR_P(option->value)))) {
		return php_sse_option_wrong_value(option, "have 1 to 64 characters of A-Z, a-z, 0-9, _ and -");
	}
	return php_sse_option_string(option, id);
}
