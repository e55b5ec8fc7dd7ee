/* The module: its version and settings. */
#ifndef PHP_SSE_H
#define PHP_SSE_H

#include "php.h"

#define PHP_SSE_VERSION "0.1.0-dev"

extern zend_module_entry sse_module_entry;
#define phpext_sse_ptr &sse_module_entry

/* A line of the log that is not to be repeated at once. */
typedef struct php_sse_logged {
	zend_ulong hash;
	uint64_t at;  /* ms */
} php_sse_logged;

#define PHP_SSE_LOGGED 8

ZEND_BEGIN_MODULE_GLOBALS(sse)
	char *redis;     /* ini sse.redis: the DSN when a constructor gets none */
	char *hub;       /* ini sse.hub: the hub's control socket, "" for none */
	char *mode;      /* ini sse.mode */
	char *redirect;  /* ini sse.redirect: where the hub's listener is, "" for nowhere */
	zend_long max_inline;                   /* ini sse.max_inline */
	int stand_in_peer;                      /* of this request, php/client.c's; -1: none */
	php_sse_logged logged[PHP_SSE_LOGGED];  /* php/classes.c's */
ZEND_END_MODULE_GLOBALS(sse)

ZEND_EXTERN_MODULE_GLOBALS(sse)
#define SSE_G(v) ZEND_MODULE_GLOBALS_ACCESSOR(sse, v)

#if defined(ZTS) && defined(COMPILE_DL_SSE)
ZEND_TSRMLS_CACHE_EXTERN()
#endif

#endif
