#include "redis_config_internal.h"

#include "alloc.h"

#include <stdio.h>
#include <string.h>

/* What sun_path holds besides its NUL; hiredis would cut a longer path off without a word. */
#ifdef __linux__
#define PATH_LEN_MAX 107
#else
#define PATH_LEN_MAX 103
#endif

/* How much of a bad value a message repeats. */
#define QUOTE_MAX 64

static const char default_host[] = "127.0.0.1";

int sse_report_fail(const sse_report *to, const char *sentence)
{
	if (to->size > 0) {
		snprintf(to->error, to->size, "%s: %s%s", to->subject, sentence,
			to->secretive ? "; \"/\", \"?\", \"#\", \"&\" and \"@\" in a username or password must be percent-encoded" : "");
	}
	return -1;
}

static bool has_any(sse_str text, const char *characters)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] != '\0' && strchr(characters, text.data[i]) != NULL) {
			return true;
		}
	}
	return false;
}

/* A sentence about a value, which stands in quotes between its two parts when it may be shown. */
int sse_report_value(const sse_report *to, const char *first, sse_str value, const char *last)
{
	char shown[QUOTE_MAX + 8] = "";
	char sentence[256];

	/* "db=1?password=..." has its separators mixed up; what goes wrong with the first part must not show the second. */
	if (!to->secretive && !has_any(value, "?&=#@")) {
		size_t len = value.len < QUOTE_MAX ? value.len : QUOTE_MAX;
		size_t at = 0;
		shown[at++] = ' ';
		shown[at++] = '"';
		for (size_t i = 0; i < len; i++) {
			/* Messages end up in logs and terminals: nothing but plain text gets through. */
			char c = value.data[i];
			shown[at++] = c >= ' ' && c <= '~' ? c : '?';
		}
		if (len < value.len) {
			memcpy(shown + at, "...", 3);
			at += 3;
		}
		shown[at++] = '"';
		shown[at] = '\0';
	}
	snprintf(sentence, sizeof sentence, "%s%s%s", first, shown, last);
	return sse_report_fail(to, sentence);
}

char sse_config_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Schemes are written in any case; strcasecmp() would follow the locale. */
bool sse_config_is_scheme(sse_str value, const char *scheme)
{
	if (value.len != strlen(scheme)) {
		return false;
	}
	for (size_t i = 0; i < value.len; i++) {
		if (sse_config_lower(value.data[i]) != scheme[i]) {
			return false;
		}
	}
	return true;
}

void sse_config_replace(char **member, size_t *len, const char *bytes, size_t bytes_len)
{
	/* Copied first: bytes may lie in what is freed. */
	char *copy = bytes != NULL ? sse_memdup(bytes, bytes_len) : NULL;
	sse_free(*member);
	*member = copy;
	if (len != NULL) {
		*len = copy != NULL ? bytes_len : 0;
	}
}

/* Digits only, so that neither signs, spaces nor the locale have a say. */
static bool parse_int(sse_str text, int64_t low, int64_t high, int64_t *number)
{
	int64_t n = 0;
	/* 18 digits cannot overflow; more are never needed, not even for zeros in front. */
	if (text.len == 0 || text.len > 18) {
		return false;
	}
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] < '0' || text.data[i] > '9') {
			return false;
		}
		n = n * 10 + (text.data[i] - '0');
	}
	if (n < low || n > high) {
		return false;
	}
	*number = n;
	return true;
}

/* "3", "0.25": strtod() would follow the locale's decimal point and take "inf", "nan" and "0x1". */
static bool parse_seconds(sse_str text, double *seconds)
{
	sse_str whole = text;
	int64_t n, fraction = 0, scale = 1;
	const char *point = sse_str_find(text, '.');

	if (point != NULL) {
		sse_str digits = sse_str_from(text, point + 1);
		whole = sse_str_before(text, point);
		if (digits.len == 0) {
			return false;
		}
		for (size_t i = 0; i < digits.len; i++) {
			if (digits.data[i] < '0' || digits.data[i] > '9') {
				return false;
			}
			/* Past nanoseconds digits no longer matter. */
			if (i < 9) {
				fraction = fraction * 10 + (digits.data[i] - '0');
				scale *= 10;
			}
		}
	}
	if (!parse_int(whole, 0, 3600, &n)) {
		return false;
	}
	double value = (double)n + (double)fraction / (double)scale;
	if (!(value > 0.0 && value <= 3600.0)) {
		return false;
	}
	*seconds = value;
	return true;
}

static int set_int(
	int *member, const char *name, sse_str value, int64_t low, int64_t high, const char *range, const sse_report *to)
{
	int64_t n;
	if (!parse_int(value, low, high, &n)) {
		return sse_report_value(to, name, value, range);
	}
	*member = (int)n;
	return 0;
}

static int set_int64(int64_t *member, const char *name, sse_str value, const sse_report *to)
{
	if (!parse_int(value, 1, 1000000000, member)) {
		return sse_report_value(to, name, value, " is not a number from 1 to 1000000000");
	}
	return 0;
}

static int set_seconds(double *member, const char *name, sse_str value, const sse_report *to)
{
	if (!parse_seconds(value, member)) {
		return sse_report_value(to, name, value, " is not a number of seconds above 0 and up to 3600");
	}
	return 0;
}

int sse_config_set_path(sse_redis_config *config, sse_str value, const sse_report *to)
{
	if (value.len == 0) {
		if (config->path != NULL) {
			sse_config_replace(&config->path, NULL, NULL, 0);
			sse_config_replace(&config->host, NULL, default_host, sizeof default_host - 1);
		}
		return 0;
	}
	if (sse_str_find(value, '\0') != NULL) {
		return sse_report_fail(to, "path holds a NUL byte");
	}
	if (value.data[0] != '/' || value.len == 1) {
		return sse_report_fail(to, "path is not an absolute path to a socket");
	}
	if (value.len > PATH_LEN_MAX) {
		return sse_report_fail(to, "path is longer than the address of a Unix socket can be");
	}
	sse_config_replace(&config->path, NULL, value.data, value.len);
	sse_config_replace(&config->host, NULL, NULL, 0);
	config->tls = false;
	config->memory = false;
	return 0;
}

/* A bare host: a name, an IPv4 address, or an IPv6 address with or without brackets. */
int sse_config_set_host(sse_redis_config *config, sse_str value, const sse_report *to)
{
	bool brackets = false;

	if (value.len > 0 && value.data[0] == '[') {
		if (value.len < 2 || value.data[value.len - 1] != ']') {
			return sse_report_fail(to, "host lacks the closing bracket of an IPv6 address");
		}
		value.data++;
		value.len -= 2;
		brackets = true;
	}
	if (value.len == 0) {
		return sse_report_fail(to, "host is missing");
	}
	if (sse_str_find(value, '\0') != NULL) {
		return sse_report_fail(to, "host holds a NUL byte");
	}
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.data[i];
		/* Also what only a DSN that was taken apart at the wrong place would leave here. */
		if (c <= ' ' || c == 0x7F || strchr("/?#@&=+[]\\\"'<>(){}|^`,;*$!~", c) != NULL) {
			return sse_report_fail(to, "host holds a character that no host name has");
		}
	}
	const char *colon = sse_str_find(value, ':');
	if (brackets && colon == NULL) {
		return sse_report_fail(to, "host in brackets is not an IPv6 address");
	}
	if (!brackets && colon != NULL && sse_str_find(sse_str_from(value, colon + 1), ':') == NULL) {
		return sse_report_fail(to, "host holds a port, which has a place of its own");
	}
	/* A path outranks a host, whichever is set first: Laravel's arrays carry a default host next to it. */
	if (config->path == NULL) {
		sse_config_replace(&config->host, NULL, value.data, value.len);
	}
	config->memory = false;
	return 0;
}

/* An address that is left over would be taken for the one to connect to, should the next scheme be that of a Redis. */
void sse_config_set_memory(sse_redis_config *config)
{
	sse_config_replace(&config->path, NULL, NULL, 0);
	sse_config_replace(&config->host, NULL, default_host, sizeof default_host - 1);
	config->tls = false;
	config->memory = true;
	config->kind = SSE_REDIS_SINGLE;
}

static int set_scheme(sse_redis_config *config, sse_str value, const sse_report *to)
{
	sse_redis_kind kind;
	bool tls;

	if (sse_config_is_scheme(value, "memory")) {
		sse_config_set_memory(config);
		return 0;
	}
	if (sse_config_find_kind(value, &kind, &tls)) {
		config->kind = kind;
		config->tls = tls;
		config->memory = false;
		return 0;
	}
	if (sse_config_is_scheme(value, "tls") || sse_config_is_scheme(value, "rediss")) {
		config->tls = config->path == NULL;
	} else if (sse_config_is_scheme(value, "tcp") || sse_config_is_scheme(value, "redis") || sse_config_is_scheme(value, "unix")) {
		config->tls = false;
	} else {
		return sse_report_value(to, "scheme", value, " is not tcp, redis, tls, rediss, unix, memory, redis-sentinel or redis-cluster");
	}
	config->kind = SSE_REDIS_SINGLE;
	config->memory = false;
	return 0;
}

/* Laravel lets a host carry its scheme, and lets it be the path of a socket. */
static int set_host_or_path(sse_redis_config *config, sse_str value, const sse_report *to)
{
	const char *colon = sse_str_find(value, ':');

	if (colon != NULL && value.len - (size_t)(colon - value.data) >= 3 && memcmp(colon, "://", 3) == 0) {
		sse_str scheme = sse_str_before(value, colon);
		sse_str rest = sse_str_from(value, colon + 3);
		if (sse_config_is_scheme(scheme, "unix")) {
			return rest.len > 0 ? sse_config_set_path(config, rest, to) : sse_report_fail(to, "path is not an absolute path to a socket");
		}
		if (sse_config_is_scheme(scheme, "memory")) {
			return sse_report_fail(to, "host carries the scheme memory, which has no host");
		}
		if (sse_config_set_host(config, rest, to) != 0) {
			return -1;
		}
		return set_scheme(config, scheme, to);
	}
	return value.len > 0 && value.data[0] == '/' ? sse_config_set_path(config, value, to) : sse_config_set_host(config, value, to);
}

int sse_config_set_username(sse_redis_config *config, sse_str value, const sse_report *to)
{
	if (sse_str_find(value, '\0') != NULL) {
		return sse_report_fail(to, "username holds a NUL byte");
	}
	sse_config_replace(&config->username, &config->username_len, value.len > 0 ? value.data : NULL, value.len);
	return 0;
}

int sse_config_set_password(sse_redis_config *config, sse_str value)
{
	sse_config_replace(&config->password, &config->password_len, value.len > 0 ? value.data : NULL, value.len);
	return 0;
}

/* What sentinels allow. */
static int set_master(sse_redis_config *config, sse_str value, const sse_report *to)
{
	for (size_t i = 0; i < value.len; i++) {
		char c = sse_config_lower(value.data[i]);
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_')) {
			return sse_report_value(to, "master", value, " has other characters than letters, digits, \".\", \"-\" and \"_\"");
		}
	}
	sse_config_replace(&config->master, NULL, value.len > 0 ? value.data : NULL, value.len);
	return 0;
}

/* The options that an array and a DSN's query share; -2 when name is none of them. */
int sse_config_set_option(sse_redis_config *config, sse_str name, sse_str value, const sse_report *to)
{
	if (sse_str_is(name, "username")) {
		return sse_config_set_username(config, value, to);
	}
	if (sse_str_is(name, "password")) {
		return sse_config_set_password(config, value);
	}
	if (sse_str_is(name, "seeds")) {
		return sse_config_set_seeds(config, value, to);
	}
	if (sse_str_is(name, "master")) {
		return set_master(config, value, to);
	}
	if (sse_str_is(name, "sentinel_username")) {
		if (sse_str_find(value, '\0') != NULL) {
			return sse_report_fail(to, "sentinel_username holds a NUL byte");
		}
		sse_config_replace(
			&config->sentinel_username, &config->sentinel_username_len, value.len > 0 ? value.data : NULL, value.len);
		return 0;
	}
	if (sse_str_is(name, "sentinel_password")) {
		sse_config_replace(
			&config->sentinel_password, &config->sentinel_password_len, value.len > 0 ? value.data : NULL, value.len);
		return 0;
	}
	if (sse_str_is(name, "prefix")) {
		sse_config_replace(&config->prefix, &config->prefix_len, value.len > 0 ? value.data : "", value.len);
		return 0;
	}
	if (sse_str_is(name, "db") || sse_str_is(name, "database")) {
		return set_int(&config->db, "database", value, 0, 65535, " is not a number from 0 to 65535", to);
	}
	if (sse_str_is(name, "timeout")) {
		return set_seconds(&config->timeout, "timeout", value, to);
	}
	if (sse_str_is(name, "read_timeout")) {
		return set_seconds(&config->read_timeout, "read_timeout", value, to);
	}
	if (sse_str_is(name, "maxlen")) {
		return set_int64(&config->maxlen, "maxlen", value, to);
	}
	if (sse_str_is(name, "ttl")) {
		return set_int64(&config->ttl, "ttl", value, to);
	}
	return -2;
}

int sse_config_set_port(sse_redis_config *config, sse_str value, const sse_report *to)
{
	return set_int(&config->port, "port", value, 1, 65535, " is not a number from 1 to 65535", to);
}

void sse_redis_config_init(sse_redis_config *config)
{
	memset(config, 0, sizeof *config);
	config->host = sse_memdup(default_host, sizeof default_host - 1);
	config->port = 6379;
	config->prefix = sse_memdup("", 0);
	config->timeout = SSE_REDIS_TIMEOUT_DEFAULT;
	config->read_timeout = SSE_REDIS_READ_TIMEOUT_DEFAULT;
	config->maxlen = SSE_REDIS_MAXLEN_DEFAULT;
	config->ttl = SSE_REDIS_TTL_DEFAULT;
}

void sse_redis_config_deinit(sse_redis_config *config)
{
	sse_free(config->host);
	sse_free(config->path);
	sse_free(config->username);
	sse_free(config->password);
	sse_free(config->prefix);
	sse_free(config->seeds);
	sse_free(config->master);
	sse_free(config->sentinel_username);
	sse_free(config->sentinel_password);
	memset(config, 0, sizeof *config);
}

static char *copy_bytes(const char *bytes, size_t len)
{
	return bytes != NULL ? sse_memdup(bytes, len) : NULL;
}

static char *copy_text(const char *text)
{
	return text != NULL ? copy_bytes(text, strlen(text)) : NULL;
}

/* What a value that is not given empties. */
static bool is_text(sse_str name)
{
	static const char *const names[] = {
		"username", "password", "prefix", "seeds", "master", "sentinel_username", "sentinel_password"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (sse_str_is(name, names[i])) {
			return true;
		}
	}
	return false;
}

void sse_redis_config_copy(sse_redis_config *to, const sse_redis_config *from)
{
	*to = *from;
	to->host = copy_text(from->host);
	to->path = copy_text(from->path);
	to->username = copy_bytes(from->username, from->username_len);
	to->password = copy_bytes(from->password, from->password_len);
	to->prefix = copy_bytes(from->prefix, from->prefix_len);
	to->seeds = copy_text(from->seeds);
	to->master = copy_text(from->master);
	to->sentinel_username = copy_bytes(from->sentinel_username, from->sentinel_username_len);
	to->sentinel_password = copy_bytes(from->sentinel_password, from->sentinel_password_len);
}

int sse_redis_config_set(sse_redis_config *config, const char *name, sse_str value, char *error, size_t error_size)
{
	sse_report to = {error, error_size, "Redis", false};
	sse_str key = {name, strlen(name)};
	bool given = value.data != NULL;

	/* NULL is what an array carries for an environment variable that is not set: the default stays, text is emptied. */
	if (sse_str_is(key, "host")) {
		return given ? set_host_or_path(config, value, &to) : 0;
	}
	if (sse_str_is(key, "port")) {
		return given ? sse_config_set_port(config, value, &to) : 0;
	}
	if (sse_str_is(key, "scheme")) {
		return value.len > 0 ? set_scheme(config, value, &to) : 0;
	}
	if (sse_str_is(key, "path")) {
		return sse_config_set_path(config, value, &to);
	}
	if (given || is_text(key)) {
		return sse_config_set_option(config, key, value, &to);
	}
	/* A number that is not given stays as it is, but its name must still be one that exists. */
	sse_redis_config unused = *config;
	return sse_config_set_option(&unused, key, (sse_str){"1", 1}, &to);
}
