/*
 * PHP's strings as core and io take them.
 */
#ifndef SSE_PHP_ZSTR_H
#define SSE_PHP_ZSTR_H

#include "php.h"

#include "core/str.h"

/* Borrowed from string; NULL gives "not given". */
static inline sse_str php_sse_str_of(const zend_string *string)
{
	return string ? (sse_str){ ZSTR_VAL(string), ZSTR_LEN(string) } : (sse_str){ NULL, 0 };
}

#endif
