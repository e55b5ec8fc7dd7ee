/* The front door: settings, phpinfo(), and the registration of the classes of src/php. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "php_sse.h"
#include "php_ini.h"
#include "ext/standard/info.h"

#include "io/redis_dial.h"
#include "php/classes.h"
#include "php/client.h"
#include "php/pool.h"
#include "php/options.h"

#include <hiredis/hiredis.h>
#include <uv.h>

ZEND_DECLARE_MODULE_GLOBALS(sse)

static PHP_INI_MH(on_update_mode)
{
	if (!php_sse_mode_parse(new_value, NULL)) {
		return FAILURE;
	}
	return OnUpdateString(entry, new_value, mh_arg1, mh_arg2, mh_arg3, stage);
}

static PHP_INI_MH(on_update_redirect)
{
	if (ZSTR_LEN(new_value) > 0 && !php_sse_redirect_is_valid(new_value)) {
		return FAILURE;
	}
	return OnUpdateString(entry, new_value, mh_arg1, mh_arg2, mh_arg3, stage);
}

static PHP_INI_MH(on_update_max_inline)
{
	const zend_long value = ZEND_ATOL(ZSTR_VAL(new_value));

	if (value < 0 || value > PHP_SSE_POOL_MAX) {
		return FAILURE;
	}
	return OnUpdateLong(entry, new_value, mh_arg1, mh_arg2, mh_arg3, stage);
}

PHP_INI_BEGIN()
	STD_PHP_INI_ENTRY("sse.redis", "redis://127.0.0.1:6379", PHP_INI_ALL, OnUpdateString, redis, zend_sse_globals, sse_globals)
	STD_PHP_INI_ENTRY("sse.hub", "", PHP_INI_ALL, OnUpdateString, hub, zend_sse_globals, sse_globals)
	STD_PHP_INI_ENTRY("sse.mode", "auto", PHP_INI_ALL, on_update_mode, mode, zend_sse_globals, sse_globals)
	STD_PHP_INI_ENTRY("sse.redirect", "", PHP_INI_ALL, on_update_redirect, redirect, zend_sse_globals, sse_globals)
	STD_PHP_INI_ENTRY(
		"sse.max_inline", "8", PHP_INI_SYSTEM, on_update_max_inline, max_inline, zend_sse_globals, sse_globals)
PHP_INI_END()

static PHP_GINIT_FUNCTION(sse)
{
#if defined(COMPILE_DL_SSE) && defined(ZTS)
	ZEND_TSRMLS_CACHE_UPDATE();
#endif
	memset(sse_globals, 0, sizeof(*sse_globals));
	sse_globals->stand_in_peer = -1;
}

static PHP_MINIT_FUNCTION(sse)
{
	REGISTER_INI_ENTRIES();
	php_sse_pool_setup();
	php_sse_register_classes();
	return SUCCESS;
}

static PHP_MSHUTDOWN_FUNCTION(sse)
{
	php_sse_pool_teardown();
	UNREGISTER_INI_ENTRIES();
	return SUCCESS;
}

static PHP_RSHUTDOWN_FUNCTION(sse)
{
	php_sse_client_end_request();
	return SUCCESS;
}

static PHP_MINFO_FUNCTION(sse)
{
	char hiredis[32];

	snprintf(hiredis, sizeof(hiredis), "%d.%d.%d", HIREDIS_MAJOR, HIREDIS_MINOR, HIREDIS_PATCH);
	php_info_print_table_start();
	php_info_print_table_row(2, "Server-Sent Events", "enabled");
	php_info_print_table_row(2, "Version", PHP_SSE_VERSION);
	php_info_print_table_row(2, "libuv", uv_version_string());
	php_info_print_table_row(2, "hiredis (headers)", hiredis);
	php_info_print_table_row(2, "TLS to Redis", sse_redis_has_tls() ? "yes" : "no (hiredis was built without it)");
	php_info_print_table_end();
	DISPLAY_INI_ENTRIES();
}

zend_module_entry sse_module_entry = {
	STANDARD_MODULE_HEADER,
	"sse",
	NULL,
	PHP_MINIT(sse),
	PHP_MSHUTDOWN(sse),
	NULL,
	PHP_RSHUTDOWN(sse),
	PHP_MINFO(sse),
	PHP_SSE_VERSION,
	PHP_MODULE_GLOBALS(sse),
	PHP_GINIT(sse),
	NULL,
	NULL,
	STANDARD_MODULE_PROPERTIES_EX
};

#ifdef COMPILE_DL_SSE
#ifdef ZTS
ZEND_TSRMLS_CACHE_DEFINE()
#endif
ZEND_GET_MODULE(sse)
#endif
