/*
 * The argument or option that says where Redis is: a DSN, or a connection as Laravel's config/database.php has it.
 */
#ifndef SSE_PHP_REDIS_OPTION_H
#define SSE_PHP_REDIS_OPTION_H

#include "php.h"

#include "core/redis_config.h"

/*
 * Fills config (not yet initialised; to be freed with sse_redis_config_deinit() in any case). value is a string, an array,
 * or NULL or [] for ini sse.redis. what names it in messages, such as "option \"redis\"". Returns false with a ValueError or
 * TypeError thrown.
 */
bool php_sse_redis_option(sse_redis_config *config, zval *value, const char *what);

/* For what needs a Redis: false with a ValueError when config is memory:, the hub's own broker. */
bool php_sse_redis_required(const sse_redis_config *config, const char *what);

#endif
