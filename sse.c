/* The front door: settings, phpinfo(), and the registration of the classes of src/php. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "php_sse.h"
#include "php_ini.h"
#include "ext/standard/info.h"

#include "io/redis_dial.h"
#include "php/classes.h"
#include "php/options.h"

#include <hiredis/hiredis.h>
#include <uv.h>

ZEND_DECLARE_MODULE_GLOBALS(sse)

static PHP_INI_MH(on_update_mode)
{
	if (!php_sse_mode_is_valid(new_value)) {
		return FAILURE;
	}
	return OnUpdateString(entry, new_value, mh_arg1, mh_arg2, mh_arg3, stage);
}

PHP_INI_BEGIN()
	STD_PHP_INI_ENTRY("sse.redis", "redis://127.0.0.1:6379", PHP_INI_ALL, OnUpdateString, redis, zend_sse_globals, sse_globals)
	STD_PHP_INI_ENTRY("sse.hub", "", PHP_INI_ALL, OnUpdateString, hub, zend_sse_globals, sse_globals)
	STD_PHP_INI_ENTRY("sse.mode", "auto", PHP_INI_ALL, on_update_mode, mode, zend_sse_globals, sse_globals)
PHP_INI_END()

static PHP_GINIT_FUNCTION(sse)
{
#if defined(COMPILE_DL_SSE) && defined(ZTS)
	ZEND_TSRMLS_CACHE_UPDATE();
#endif
	memset(sse_globals, 0, sizeof(*sse_globals));
}

static PHP_MINIT_FUNCTION(sse)
{
	REGISTER_INI_ENTRIES();
	php_sse_register_classes();
	return SUCCESS;
}

static PHP_MSHUTDOWN_FUNCTION(sse)
{
	UNREGISTER_INI_ENTRIES();
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
	NULL,
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
