/* SseHub: the options of a hub, and run(), in which no PHP code runs. */
#include "classes.h"
#include "hmac.h"
#include "hub_ask.h"
#include "option.h"
#include "output.h"
#include "redis_option.h"
#include "zstr.h"

#include "hub/hub.h"

#include "SAPI.h"
#include "ext/json/php_json.h"
#include "zend_exceptions.h"

#include <string.h>

#define CLIENTS_DEFAULT 10000
#define CLIENT_BUFFER_DEFAULT 1048576
/* One event and a heartbeat have to fit. */
#define CLIENT_BUFFER_MIN 4096
#define DRAIN_DEFAULT_MS 5000
/* RFC 7518, section 3.2: a key of the size of the hash's output or larger. */
#define JWT_SECRET_MIN 32

typedef struct php_sse_hub {
	bool constructed;
	bool stop;                /* stop() was called, before run() */
	zend_string *control;     /* paths and addresses have no NULs */
	zend_string *listen;      /* NULL: no listener */
	zend_string *path;
	sse_redis_config redis;
	zend_long max_clients;
	zend_long max_per_user;
	zend_long max_per_ip;
	zend_long max_channels;
	zend_long client_buffer;
	hub_overflow overflow;
	uint64_t drain;           /* ms */
	zend_string *jwt_secret;  /* NULL: none */
	zval cors;                /* IS_UNDEF, or an array of strings */
	bool takeover;
	zend_long workers;        /* processes */
	zend_object std;
} php_sse_hub;

static zend_object_handlers hub_handlers;

static php_sse_hub *hub_from(zend_object *object)
{
	return (php_sse_hub *)((char *)object - XtOffsetOf(php_sse_hub, std));
}

static zend_object *create_hub(zend_class_entry *ce)
{
	php_sse_hub *self = zend_object_alloc(sizeof(*self), ce);

	zend_object_std_init(&self->std, ce);
	object_properties_init(&self->std, ce);
	self->std.handlers = &hub_handlers;
	return &self->std;
}

static void release(zend_string *string)
{
	if (string) {
		zend_string_release(string);
	}
}

static void free_hub(zend_object *object)
{
	php_sse_hub *self = hub_from(object);

	release(self->control);
	release(self->listen);
	release(self->path);
	release(self->jwt_secret);
	zval_ptr_dtor(&self->cors);
	sse_redis_config_deinit(&self->redis);
	zend_object_std_dtor(object);
}

void php_sse_setup_hub(zend_class_entry *ce)
{
	ce->create_object = create_hub;
	memcpy(&hub_handlers, &std_object_handlers, sizeof(hub_handlers));
	hub_handlers.offset = XtOffsetOf(php_sse_hub, std);
	hub_handlers.free_obj = free_hub;
	hub_handlers.clone_obj = NULL;
}

/* Options */

static bool get_listen(php_sse_hub *self, const php_sse_option *option)
{
	if (Z_TYPE_P(option->value) == IS_NULL) {
		return true;
	}
	if (Z_TYPE_P(option->value) != IS_STRING) {
		return php_sse_option_wrong_type(option, "?string");
	}
	return php_sse_option_path(option, &self->listen);
}

static bool get_path(php_sse_hub *self, const php_sse_option *option)
{
	if (!php_sse_option_path(option, &self->path)) {
		return false;
	}
	if (ZSTR_VAL(self->path)[0] != '/' || strpbrk(ZSTR_VAL(self->path), "?# ")) {
		return php_sse_option_wrong_value(option, "begin with \"/\" and hold no \"?\", \"#\" or space");
	}
	return true;
}

static bool get_overflow(php_sse_hub *self, const php_sse_option *option)
{
	static const char *const names[] = { "cut", "drop-oldest", "latest" };
	static const hub_overflow values[] = { HUB_OVERFLOW_CUT, HUB_OVERFLOW_DROP_OLDEST, HUB_OVERFLOW_LATEST };

	if (Z_TYPE_P(option->value) != IS_STRING) {
		return php_sse_option_wrong_type(option, "string");
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (sse_str_is(php_sse_str_of(Z_STR_P(option->value)), names[i])) {
			self->overflow = values[i];
			return true;
		}
	}
	return php_sse_option_wrong_value(option, "be \"cut\", \"drop-oldest\" or \"latest\"");
}

static bool get_secret(php_sse_hub *self, const php_sse_option *option)
{
	if (!php_sse_option_string(option, &self->jwt_secret)) {
		return false;
	}
	return !self->jwt_secret || ZSTR_LEN(self->jwt_secret) >= JWT_SECRET_MIN
		|| php_sse_option_wrong_value(option, "have at least 32 bytes");
}

/* "https://app.example:8443": what a browser sends as Origin, which has no path. */
static bool is_origin(const zend_string *origin)
{
	const char *host = strstr(ZSTR_VAL(origin), "://");

	return zend_string_equals_literal(origin, "*")
		|| (host && host > ZSTR_VAL(origin) && host[3] && strlen(ZSTR_VAL(origin)) == ZSTR_LEN(origin)
			&& !strpbrk(host + 3, "/?#, \t\r\n"));
}

static bool add_origin(php_sse_hub *self, const php_sse_option *option, zval *origin)
{
	ZVAL_DEREF(origin);
	if (Z_TYPE_P(origin) != IS_STRING) {
		return php_sse_option_wrong_type(option, "string[]|string|null");
	}
	if (!is_origin(Z_STR_P(origin))) {
		return php_sse_option_wrong_value(option, "hold origins such as \"https://app.example\" (no path), or \"*\"");
	}
	Z_TRY_ADDREF_P(origin);
	zend_hash_next_index_insert(Z_ARRVAL(self->cors), origin);
	return true;
}

static bool get_cors(php_sse_hub *self, const php_sse_option *option)
{
	zval *origin;

	zval_ptr_dtor(&self->cors);
	array_init(&self->cors);
	if (Z_TYPE_P(option->value) == IS_NULL) {
		return true;
	}
	if (Z_TYPE_P(option->value) != IS_ARRAY) {
		return add_origin(self, option, option->value);
	}
	ZEND_HASH_FOREACH_VAL(Z_ARRVAL_P(option->value), origin) {
		if (!add_origin(self, option, origin)) {
			return false;
		}
	} ZEND_HASH_FOREACH_END();
	return true;
}

static bool set_option(php_sse_hub *self, const zend_string *name, zval *value)
{
	const php_sse_option option = { "SseHub option", ZSTR_VAL(name), value };

	if (zend_string_equals_literal(name, "control")) {
		return php_sse_option_path(&option, &self->control);
	}
	if (zend_string_equals_literal(name, "listen")) {
		return get_listen(self, &option);
	}
	if (zend_string_equals_literal(name, "path")) {
		return get_path(self, &option);
	}
	if (zend_string_equals_literal(name, "redis")) {
		sse_redis_config_deinit(&self->redis);
		return php_sse_redis_option(&self->redis, value, "SseHub option \"redis\"");
	}
	if (zend_string_equals_literal(name, "maxClients")) {
		return php_sse_option_count(&option, 1, INT_MAX, &self->max_clients);
	}
	if (zend_string_equals_literal(name, "maxPerUser")) {
		return php_sse_option_count(&option, 0, INT_MAX, &self->max_per_user);
	}
	if (zend_string_equals_literal(name, "maxPerIp")) {
		return php_sse_option_count(&option, 0, INT_MAX, &self->max_per_ip);
	}
	if (zend_string_equals_literal(name, "maxChannels")) {
		return php_sse_option_count(&option, 0, INT_MAX, &self->max_channels);
	}
	if (zend_string_equals_literal(name, "clientBuffer")) {
		return php_sse_option_count(&option, CLIENT_BUFFER_MIN, INT_MAX, &self->client_buffer);
	}
	if (zend_string_equals_literal(name, "overflow")) {
		return get_overflow(self, &option);
	}
	if (zend_string_equals_literal(name, "drain")) {
		return php_sse_option_seconds(&option, &self->drain);
	}
	if (zend_string_equals_literal(name, "jwtSecret")) {
		return get_secret(self, &option);
	}
	if (zend_string_equals_literal(name, "cors")) {
		return get_cors(self, &option);
	}
	if (zend_string_equals_literal(name, "takeover")) {
		return php_sse_option_bool(&option, &self->takeover);
	}
	if (zend_string_equals_literal(name, "workers")) {
		return php_sse_option_count(&option, 1, HUB_WORKERS_MAX, &self->workers);
	}
	zend_value_error("SseHub has no option \"%s\"; it knows control, listen, path, redis, maxClients, maxPerUser, "
					 "maxPerIp, maxChannels, clientBuffer, overflow, drain, jwtSecret, cors, takeover and workers",
		ZSTR_VAL(name));
	return false;
}

static bool set_defaults(php_sse_hub *self, HashTable *given)
{
	self->path = zend_string_init(ZEND_STRL("/sse"), 0);
	self->max_clients = CLIENTS_DEFAULT;
	self->client_buffer = CLIENT_BUFFER_DEFAULT;
	self->overflow = HUB_OVERFLOW_CUT;
	self->drain = DRAIN_DEFAULT_MS;
	self->workers = 1;
	if (zend_hash_str_exists(given, "redis", strlen("redis"))) {
		sse_redis_config_init(&self->redis);
		return true;
	}
	return php_sse_redis_option(&self->redis, NULL, NULL);
}

ZEND_METHOD(SseHub, __construct)
{
	php_sse_hub *self = hub_from(Z_OBJ_P(ZEND_THIS));
	HashTable *options;
	zend_string *name;
	zval *value;

	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_ARRAY_HT(options)
	ZEND_PARSE_PARAMETERS_END();

	if (self->path) {
		php_sse_throw("The hub is constructed already");
		RETURN_THROWS();
	}
	if (!set_defaults(self, options)) {
		RETURN_THROWS();
	}
	ZEND_HASH_FOREACH_STR_KEY_VAL(options, name, value) {
		if (!name) {
			zend_value_error("SseHub options must be an array with string keys");
			RETURN_THROWS();
		}
		ZVAL_DEREF(value);
		if (!set_option(self, name, value)) {
			RETURN_THROWS();
		}
	} ZEND_HASH_FOREACH_END();
	if (!self->control) {
		zend_value_error("SseHub option \"control\" is missing: the path of the hub's control socket");
		RETURN_THROWS();
	}
	if (self->workers > 1 && self->redis.memory) {
		zend_value_error("SseHub option \"workers\" must be 1 with \"memory:\", whose events are in one process");
		RETURN_THROWS();
	}
	self->constructed = true;
}

/* Running */

#ifdef PHP_WIN32

static void serve(const php_sse_hub *self)
{
	php_sse_throw("There is no hub on Windows");
}

#else

static const char *text_of(const zend_string *string)
{
	return string ? ZSTR_VAL(string) : NULL;
}

/* The origins as the hub takes them, to be freed with efree(); the strings stay ours. */
static const char **list_origins(const php_sse_hub *self)
{
	uint32_t count = Z_TYPE(self->cors) == IS_ARRAY ? zend_hash_num_elements(Z_ARRVAL(self->cors)) : 0;
	const char **origins = safe_emalloc(count + 1, sizeof(*origins), 0);
	uint32_t i = 0;
	zval *origin;

	if (count > 0) {
		ZEND_HASH_FOREACH_VAL(Z_ARRVAL(self->cors), origin) {
			origins[i++] = Z_STRVAL_P(origin);
		} ZEND_HASH_FOREACH_END();
	}
	origins[i] = NULL;
	return origins;
}

static void serve(const php_sse_hub *self)
{
	const char **origins = list_origins(self);
	const hub_config config = {
		.control = text_of(self->control),
		.listen = text_of(self->listen),
		.path = text_of(self->path),
		.redis = self->redis,
		.max_clients = (size_t)self->max_clients,
		.max_per_user = (size_t)self->max_per_user,
		.max_per_ip = (size_t)self->max_per_ip,
		.max_channels = (size_t)self->max_channels,
		.client_buffer = (size_t)self->client_buffer,
		.overflow = self->overflow,
		.drain = self->drain,
		.jwt_secret = php_sse_str_of(self->jwt_secret),
		.hmac = php_sse_hmac_sha256,
		.cors = *origins ? origins : NULL,
		.takeover = self->takeover,
		.workers = (size_t)self->workers,
	};
	char error[512];
	hub *hub;

	if (config.workers > 1) {
		if (hub_run_workers(&config, error, sizeof(error)) != 0) {
			php_sse_throw("%s", error);
		}
	} else if ((hub = hub_new(&config, error, sizeof(error))) != NULL) {
		hub_run(hub);
		hub_free(hub);
	} else {
		php_sse_throw("%s", error);
	}
	efree(origins);
}

#endif

ZEND_METHOD(SseHub, run)
{
	php_sse_hub *self = hub_from(Z_OBJ_P(ZEND_THIS));

	ZEND_PARSE_PARAMETERS_NONE();
	if (!self->constructed) {
		php_sse_throw("The hub was not constructed");
		RETURN_THROWS();
	}
	if (php_sse_output_has_http()) {
		php_sse_throw("A hub runs below the command line's PHP, not below %s: it would never give the worker back",
			sapi_module.name);
		RETURN_THROWS();
	}
	if (!self->stop) {
		serve(self);
	}
}

ZEND_METHOD(SseHub, stop)
{
	ZEND_PARSE_PARAMETERS_NONE();
	hub_from(Z_OBJ_P(ZEND_THIS))->stop = true;
}

/* Statistics */

/* False when it is no JSON object. */
static bool decode(zval *result, sse_str json)
{
	/* PHP's scanner reads up to a NUL. */
	zend_string *text = zend_string_init(json.data, json.len, 0);
	bool ok = php_json_decode_ex(result, ZSTR_VAL(text), ZSTR_LEN(text), PHP_JSON_OBJECT_AS_ARRAY,
				  PHP_JSON_PARSER_DEFAULT_DEPTH) == SUCCESS;

	zend_string_release(text);
	if (ok && Z_TYPE_P(result) != IS_ARRAY) {
		zval_ptr_dtor(result);
		ok = false;
	}
	return ok;
}

ZEND_METHOD(SseHub, stats)
{
	zend_string *control;
	sse_hub_call call;
	sse_wire_field json;
	sse_buf message;

	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_PATH_STR(control)
	ZEND_PARSE_PARAMETERS_END();

	if (ZSTR_LEN(control) == 0) {
		zend_argument_value_error(1, "cannot be empty");
		RETURN_THROWS();
	}
	sse_buf_init(&message);
	sse_wire_begin(&message, SSE_WIRE_STATS);
	if (php_sse_hub_ask(&call, ZSTR_VAL(control), (sse_str){ message.data, message.len })
		&& (!php_sse_hub_field(&call, SSE_TAG_BYTES, &json) || !decode(return_value, json.value))) {
		ZVAL_NULL(return_value);
		php_sse_throw("Hub at %s: its answer holds no statistics", ZSTR_VAL(control));
	}
	sse_hub_call_close(&call);
	sse_buf_deinit(&message);
}
