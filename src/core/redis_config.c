#include "redis_config.h"

#include "alloc.h"
#include "buf.h"

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

#define BEGINNING "begin with redis://, rediss:// or unix://"

/* Without a scheme the text may be anything, a password as well: the message shows nothing of it. */
#define NO_SCHEME "it does not " BEGINNING

static const char default_host[] = "127.0.0.1";

/* Where messages go and how they begin. */
typedef struct report {
	char *error;
	size_t size;
	const char *subject;
	/*
	 * A password may have been written with "/", "?" or "&" as they are, which takes the text apart at the wrong place. Any
	 * part of it may then be a piece of the password: nothing is repeated.
	 */
	bool secretive;
} report;

static int fail(const report *to, const char *sentence)
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
static int fail_value(const report *to, const char *first, sse_str value, const char *last)
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
	return fail(to, sentence);
}

static bool equals(sse_str value, const char *text)
{
	return value.len == strlen(text) && memcmp(value.data, text, value.len) == 0;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Schemes are written in any case; strcasecmp() would follow the locale. */
static bool equals_scheme(sse_str value, const char *scheme)
{
	if (value.len != strlen(scheme)) {
		return false;
	}
	for (size_t i = 0; i < value.len; i++) {
		if (lower(value.data[i]) != scheme[i]) {
			return false;
		}
	}
	return true;
}

static const char *find_char(sse_str text, char c)
{
	return text.len > 0 ? memchr(text.data, c, text.len) : NULL;
}

static const char *find_last_char(sse_str text, char c)
{
	for (size_t i = text.len; i > 0; i--) {
		if (text.data[i - 1] == c) {
			return text.data + i - 1;
		}
	}
	return NULL;
}

static sse_str part_before(sse_str text, const char *at)
{
	sse_str part = {text.data, (size_t)(at - text.data)};
	return part;
}

static sse_str part_from(sse_str text, const char *at)
{
	sse_str part = {at, text.len - (size_t)(at - text.data)};
	return part;
}

static void replace(char **member, size_t *len, const char *bytes, size_t bytes_len)
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
	const char *point = find_char(text, '.');

	if (point != NULL) {
		sse_str digits = part_from(text, point + 1);
		whole = part_before(text, point);
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
	int *member, const char *name, sse_str value, int64_t low, int64_t high, const char *range, const report *to)
{
	int64_t n;
	if (!parse_int(value, low, high, &n)) {
		return fail_value(to, name, value, range);
	}
	*member = (int)n;
	return 0;
}

static int set_int64(int64_t *member, const char *name, sse_str value, const report *to)
{
	if (!parse_int(value, 1, 1000000000, member)) {
		return fail_value(to, name, value, " is not a number from 1 to 1000000000");
	}
	return 0;
}

static int set_seconds(double *member, const char *name, sse_str value, const report *to)
{
	if (!parse_seconds(value, member)) {
		return fail_value(to, name, value, " is not a number of seconds above 0 and up to 3600");
	}
	return 0;
}

static int set_path(sse_redis_config *config, sse_str value, const report *to)
{
	if (value.len == 0) {
		if (config->path != NULL) {
			replace(&config->path, NULL, NULL, 0);
			replace(&config->host, NULL, default_host, sizeof default_host - 1);
		}
		return 0;
	}
	if (find_char(value, '\0') != NULL) {
		return fail(to, "path holds a NUL byte");
	}
	if (value.data[0] != '/' || value.len == 1) {
		return fail(to, "path is not an absolute path to a socket");
	}
	if (value.len > PATH_LEN_MAX) {
		return fail(to, "path is longer than the address of a Unix socket can be");
	}
	replace(&config->path, NULL, value.data, value.len);
	replace(&config->host, NULL, NULL, 0);
	config->tls = false;
	return 0;
}

/* A bare host: a name, an IPv4 address, or an IPv6 address with or without brackets. */
static int set_host(sse_redis_config *config, sse_str value, const report *to)
{
	bool brackets = false;

	if (value.len > 0 && value.data[0] == '[') {
		if (value.len < 2 || value.data[value.len - 1] != ']') {
			return fail(to, "host lacks the closing bracket of an IPv6 address");
		}
		value.data++;
		value.len -= 2;
		brackets = true;
	}
	if (value.len == 0) {
		return fail(to, "host is missing");
	}
	if (find_char(value, '\0') != NULL) {
		return fail(to, "host holds a NUL byte");
	}
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.data[i];
		/* Also what only a DSN that was taken apart at the wrong place would leave here. */
		if (c <= ' ' || c == 0x7F || strchr("/?#@&=+[]\\\"'<>(){}|^`,;*$!~", c) != NULL) {
			return fail(to, "host holds a character that no host name has");
		}
	}
	const char *colon = find_char(value, ':');
	if (brackets && colon == NULL) {
		return fail(to, "host in brackets is not an IPv6 address");
	}
	if (!brackets && colon != NULL && find_char(part_from(value, colon + 1), ':') == NULL) {
		return fail(to, "host holds a port, which has a place of its own");
	}
	/* A path outranks a host, whichever is set first: Laravel's arrays carry a default host next to it. */
	if (config->path == NULL) {
		replace(&config->host, NULL, value.data, value.len);
	}
	return 0;
}

static int set_scheme(sse_redis_config *config, sse_str value, const report *to)
{
	if (equals_scheme(value, "tls") || equals_scheme(value, "rediss")) {
		config->tls = config->path == NULL;
	} else if (equals_scheme(value, "tcp") || equals_scheme(value, "redis") || equals_scheme(value, "unix")) {
		config->tls = false;
	} else {
		return fail_value(to, "scheme", value, " is not tcp, redis, tls, rediss or unix");
	}
	return 0;
}

/* Laravel lets a host carry its scheme, and lets it be the path of a socket. */
static int set_host_or_path(sse_redis_config *config, sse_str value, const report *to)
{
	const char *colon = find_char(value, ':');

	if (colon != NULL && value.len - (size_t)(colon - value.data) >= 3 && memcmp(colon, "://", 3) == 0) {
		sse_str scheme = part_before(value, colon);
		sse_str rest = part_from(value, colon + 3);
		if (equals_scheme(scheme, "unix")) {
			return rest.len > 0 ? set_path(config, rest, to) : fail(to, "path is not an absolute path to a socket");
		}
		if (set_host(config, rest, to) != 0) {
			return -1;
		}
		return set_scheme(config, scheme, to);
	}
	return value.len > 0 && value.data[0] == '/' ? set_path(config, value, to) : set_host(config, value, to);
}

static int set_username(sse_redis_config *config, sse_str value, const report *to)
{
	if (find_char(value, '\0') != NULL) {
		return fail(to, "username holds a NUL byte");
	}
	replace(&config->username, &config->username_len, value.len > 0 ? value.data : NULL, value.len);
	return 0;
}

static int set_password(sse_redis_config *config, sse_str value)
{
	replace(&config->password, &config->password_len, value.len > 0 ? value.data : NULL, value.len);
	return 0;
}

/* The options that an array and a DSN's query share; -2 when name is none of them. */
static int set_option(sse_redis_config *config, sse_str name, sse_str value, const report *to)
{
	if (equals(name, "username")) {
		return set_username(config, value, to);
	}
	if (equals(name, "password")) {
		return set_password(config, value);
	}
	if (equals(name, "prefix")) {
		replace(&config->prefix, &config->prefix_len, value.len > 0 ? value.data : "", value.len);
		return 0;
	}
	if (equals(name, "db") || equals(name, "database")) {
		return set_int(&config->db, "database", value, 0, 65535, " is not a number from 0 to 65535", to);
	}
	if (equals(name, "timeout")) {
		return set_seconds(&config->timeout, "timeout", value, to);
	}
	if (equals(name, "read_timeout")) {
		return set_seconds(&config->read_timeout, "read_timeout", value, to);
	}
	if (equals(name, "maxlen")) {
		return set_int64(&config->maxlen, "maxlen", value, to);
	}
	if (equals(name, "ttl")) {
		return set_int64(&config->ttl, "ttl", value, to);
	}
	return -2;
}

static int set_port(sse_redis_config *config, sse_str value, const report *to)
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
	memset(config, 0, sizeof *config);
}

void sse_redis_config_copy(sse_redis_config *to, const sse_redis_config *from)
{
	*to = *from;
	to->host = from->host != NULL ? sse_memdup(from->host, strlen(from->host)) : NULL;
	to->path = from->path != NULL ? sse_memdup(from->path, strlen(from->path)) : NULL;
	to->username = from->username != NULL ? sse_memdup(from->username, from->username_len) : NULL;
	to->password = from->password != NULL ? sse_memdup(from->password, from->password_len) : NULL;
	to->prefix = from->prefix != NULL ? sse_memdup(from->prefix, from->prefix_len) : NULL;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	c = lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Replaces out's content by text without its percent escapes. A "+" is a plus: this is no HTML form. */
static int decode(sse_buf *out, sse_str text, const char *part, const report *to)
{
	out->len = 0;
	sse_buf_reserve(out, text.len);
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];
		if (c == '%') {
			int high = text.len - i > 2 ? hex(text.data[i + 1]) : -1;
			int low = text.len - i > 2 ? hex(text.data[i + 2]) : -1;
			if (high < 0 || low < 0) {
				char sentence[64];
				snprintf(sentence, sizeof sentence, "%s has a \"%%\" that two hex digits do not follow", part);
				return fail(to, sentence);
			}
			c = (char)(high << 4 | low);
			i += 2;
		}
		out->data[out->len++] = c;
	}
	return 0;
}

static sse_str contents(const sse_buf *buf)
{
	sse_str text = {buf->data, buf->len};
	return text;
}

static int parse_userinfo(sse_redis_config *config, sse_str userinfo, sse_buf *scratch, const report *to)
{
	const char *colon = find_char(userinfo, ':');
	sse_str username = colon != NULL ? part_before(userinfo, colon) : userinfo;

	if (decode(scratch, username, "username", to) != 0 || set_username(config, contents(scratch), to) != 0) {
		return -1;
	}
	if (colon == NULL) {
		return 0;
	}
	if (decode(scratch, part_from(userinfo, colon + 1), "password", to) != 0) {
		return -1;
	}
	return set_password(config, contents(scratch));
}

static int parse_host_port(sse_redis_config *config, sse_str text, sse_buf *scratch, const report *to)
{
	sse_str host = text, port = {NULL, 0};
	const char *colon;

	if (text.len > 0 && text.data[0] == '[') {
		const char *bracket = find_char(text, ']');
		if (bracket == NULL) {
			return fail(to, "host lacks the closing bracket of an IPv6 address");
		}
		host = part_before(text, bracket + 1);
		colon = bracket + 1;
		if (colon < text.data + text.len && *colon != ':') {
			return fail(to, "the closing bracket of an IPv6 address is followed by something other than a port");
		}
		if (colon == text.data + text.len) {
			colon = NULL;
		}
	} else {
		colon = find_char(text, ':');
		if (colon != NULL) {
			host = part_before(text, colon);
		}
	}
	if (colon != NULL) {
		port = part_from(text, colon + 1);
		if (find_char(port, ':') != NULL) {
			return fail(to, "host has more than one \":\"; an IPv6 address goes in [brackets]");
		}
	}
	/* The host first: "redis://:password" has its secret where the port would be, and must not have it repeated. */
	if (decode(scratch, host, "host", to) != 0 || set_host(config, contents(scratch), to) != 0) {
		return -1;
	}
	if (colon == NULL) {
		return 0;
	}
	if (decode(scratch, port, "port", to) != 0) {
		return -1;
	}
	return set_port(config, contents(scratch), to);
}

static int parse_query(sse_redis_config *config, sse_str query, sse_buf *scratch, report *to)
{
	while (query.len > 0) {
		const char *ampersand = find_char(query, '&');
		sse_str pair = ampersand != NULL ? part_before(query, ampersand) : query;
		query.len = ampersand != NULL ? part_from(query, ampersand + 1).len : 0;
		query.data = ampersand != NULL ? ampersand + 1 : NULL;
		if (pair.len == 0) {
			continue;
		}

		const char *sign = find_char(pair, '=');
		sse_str written = sign != NULL ? part_before(pair, sign) : pair;
		char name[32];

		if (decode(scratch, written, "an option's name", to) != 0) {
			return -1;
		}
		/* The name moves out of scratch, which the value needs. All names that exist fit. */
		if (scratch->len >= sizeof name) {
			return fail_value(to, "unknown option", contents(scratch), "");
		}
		sse_str known = {name, scratch->len};
		memcpy(name, scratch->data, scratch->len);

		if (sign == NULL) {
			return fail_value(to, "option", known, " has no value");
		}
		if (decode(scratch, part_from(pair, sign + 1), "an option's value", to) != 0) {
			return -1;
		}
		int result = set_option(config, known, contents(scratch), to);
		if (result == -2) {
			return fail_value(to, "unknown option", known, "");
		}
		if (result != 0) {
			return -1;
		}
		/* What follows may be the rest of a password that has an "&" in it. */
		if (equals(known, "password")) {
			to->secretive = true;
		}
	}
	return 0;
}

/* The part after "unix://", without the query. */
static int parse_unix(sse_redis_config *config, sse_str text, sse_buf *scratch, const report *to)
{
	const char *slash = find_char(text, '/');
	sse_str authority = slash != NULL ? part_before(text, slash) : text;
	sse_str path = slash != NULL ? part_from(text, slash) : (sse_str){"", 0};

	if (authority.len > 0) {
		if (authority.data[authority.len - 1] != '@') {
			return fail(to, "path does not begin with \"/\" (a username and password before it end with \"@\")");
		}
		authority.len--;
		if (parse_userinfo(config, authority, scratch, to) != 0) {
			return -1;
		}
	}
	if (decode(scratch, path, "path", to) != 0) {
		return -1;
	}
	return scratch->len > 0 ? set_path(config, contents(scratch), to) : fail(to, "path is missing");
}

/* The part after "redis://", without the query. */
static int parse_tcp(sse_redis_config *config, sse_str text, sse_buf *scratch, const report *to)
{
	const char *slash = find_char(text, '/');
	sse_str authority = slash != NULL ? part_before(text, slash) : text;
	const char *at = find_last_char(authority, '@');

	if (at != NULL) {
		if (parse_userinfo(config, part_before(authority, at), scratch, to) != 0) {
			return -1;
		}
		authority = part_from(authority, at + 1);
	}
	if (parse_host_port(config, authority, scratch, to) != 0) {
		return -1;
	}
	if (slash == NULL || slash + 1 == text.data + text.len) {
		return 0;
	}
	if (decode(scratch, part_from(text, slash + 1), "database", to) != 0) {
		return -1;
	}
	return set_option(config, (sse_str){"db", 2}, contents(scratch), to);
}

/* Whether an "@" stands where no userinfo can end: the sign of a password that is not percent-encoded. */
static bool has_stray_at(sse_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];
		if (c == '/' || c == '?' || c == '#') {
			return find_char(part_from(text, text.data + i), '@') != NULL;
		}
	}
	return false;
}

static int parse(sse_redis_config *config, sse_str dsn, sse_buf *scratch, report *to)
{
	const char *colon = find_char(dsn, ':');
	sse_str scheme, text, query = {NULL, 0};
	bool local = false; /* a Unix socket */

	if (colon == NULL || dsn.len - (size_t)(colon - dsn.data) < 3 || memcmp(colon, "://", 3) != 0) {
		return fail(to, NO_SCHEME);
	}
	scheme = part_before(dsn, colon);
	text = part_from(dsn, colon + 3);
	to->secretive = has_stray_at(text);

	config->tls = equals_scheme(scheme, "rediss") || equals_scheme(scheme, "tls");
	if (config->tls) {
		local = false;
	} else if (equals_scheme(scheme, "unix") || equals_scheme(scheme, "redis+unix")) {
		local = true;
	} else if (!equals_scheme(scheme, "redis") && !equals_scheme(scheme, "tcp")) {
		/* A password with "://" in it may have made this a scheme. */
		if (find_char(dsn, '@') != NULL) {
			return fail(to, NO_SCHEME);
		}
		return fail_value(to, "unknown scheme", scheme, "; a DSN must " BEGINNING);
	}

	if (find_char(text, '#') != NULL) {
		return fail(to, "a \"#\" must be written as %23");
	}
	const char *mark = find_char(text, '?');
	if (mark != NULL) {
		query = part_from(text, mark + 1);
		text = part_before(text, mark);
		/* A second one stands where an "&" should be, perhaps before the password. */
		to->secretive = to->secretive || find_char(query, '?') != NULL;
	}
	if (!local) {
		replace(&config->path, NULL, NULL, 0);
	}
	if ((local ? parse_unix(config, text, scratch, to) : parse_tcp(config, text, scratch, to)) != 0 ||
		parse_query(config, query, scratch, to) != 0) {
		return -1;
	}
	if (config->username != NULL && config->password == NULL) {
		return fail(to, "a username without a password; a password alone is written redis://:password@host");
	}
	return 0;
}

int sse_redis_config_parse(sse_redis_config *config, sse_str dsn, char *error, size_t error_size)
{
	report to = {error, error_size, "Redis DSN", false};
	sse_redis_config parsed;
	sse_buf scratch;
	int result;

	/* Into a copy: one that was half set when an error came up must not be connected to. */
	sse_redis_config_copy(&parsed, config);
	sse_buf_init(&scratch);
	result = parse(&parsed, dsn, &scratch, &to);
	if (result == 0) {
		sse_redis_config_deinit(config);
		*config = parsed;
	} else {
		sse_redis_config_deinit(&parsed);
	}
	sse_buf_deinit(&scratch);
	return result;
}

int sse_redis_config_set(sse_redis_config *config, const char *name, sse_str value, char *error, size_t error_size)
{
	report to = {error, error_size, "Redis", false};
	sse_str key = {name, strlen(name)};
	bool given = value.data != NULL;

	/* NULL is what an array carries for an environment variable that is not set: the default stays, text is emptied. */
	if (equals(key, "host")) {
		return given ? set_host_or_path(config, value, &to) : 0;
	}
	if (equals(key, "port")) {
		return given ? set_port(config, value, &to) : 0;
	}
	if (equals(key, "scheme")) {
		return value.len > 0 ? set_scheme(config, value, &to) : 0;
	}
	if (equals(key, "path")) {
		return set_path(config, value, &to);
	}
	if (given || equals(key, "username") || equals(key, "password") || equals(key, "prefix")) {
		return set_option(config, key, value, &to);
	}
	/* A number that is not given stays as it is, but its name must still be one that exists. */
	sse_redis_config unused = *config;
	return set_option(&unused, key, (sse_str){"1", 1}, &to);
}

const char *sse_redis_config_address(const sse_redis_config *config, char *out, size_t out_size)
{
	if (config->path != NULL) {
		snprintf(out, out_size, "unix:%s", config->path);
	} else if (strchr(config->host, ':') != NULL) {
		snprintf(out, out_size, "[%s]:%d", config->host, config->port);
	} else {
		snprintf(out, out_size, "%s:%d", config->host, config->port);
	}
	return out;
}
