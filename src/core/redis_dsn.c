/* The DSN of redis_config.h: taken apart, decoded, and set member by member. */
#include "redis_config_internal.h"

#include "buf.h"
#include "url.h"

#include <stdio.h>
#include <string.h>

#define BEGINNING "begin with redis://, rediss:// or unix://"

/* Without a scheme the text may be anything, a password as well: the message shows nothing of it. */
#define NO_SCHEME "it does not " BEGINNING

#define NO_HASH "a \"#\" must be written as %23"

/* Replaces out's content by text without its percent escapes. A "+" is a plus: this is no HTML form. */
static int decode(sse_buf *out, sse_str text, const char *part, const sse_report *to)
{
	char sentence[64];

	out->len = 0;
	if (sse_url_decode(out, text, false)) {
		return 0;
	}
	snprintf(sentence, sizeof sentence, "%s has a \"%%\" that two hex digits do not follow", part);
	return sse_report_fail(to, sentence);
}

static sse_str contents(const sse_buf *buf)
{
	sse_str text = {buf->data, buf->len};
	return text;
}

static int parse_userinfo(sse_redis_config *config, sse_str userinfo, sse_buf *scratch, const sse_report *to)
{
	const char *colon = sse_str_find(userinfo, ':');
	sse_str username = colon != NULL ? sse_str_before(userinfo, colon) : userinfo;

	if (decode(scratch, username, "username", to) != 0 || sse_config_set_username(config, contents(scratch), to) != 0) {
		return -1;
	}
	if (colon == NULL) {
		return 0;
	}
	if (decode(scratch, sse_str_from(userinfo, colon + 1), "password", to) != 0) {
		return -1;
	}
	return sse_config_set_password(config, contents(scratch));
}

static int parse_host_port(sse_redis_config *config, sse_str text, sse_buf *scratch, const sse_report *to)
{
	sse_str host, port;

	if (sse_config_split_host(text, &host, &port, to) != 0) {
		return -1;
	}
	/* The host first: "redis://:password" has its secret where the port would be, and must not have it repeated. */
	if (decode(scratch, host, "host", to) != 0 || sse_config_set_host(config, contents(scratch), to) != 0) {
		return -1;
	}
	if (port.data == NULL) {
		return 0;
	}
	if (decode(scratch, port, "port", to) != 0) {
		return -1;
	}
	return sse_config_set_port(config, contents(scratch), to);
}

static int parse_query(sse_redis_config *config, sse_str query, sse_buf *scratch, sse_report *to)
{
	while (query.len > 0) {
		sse_str pair = sse_str_take(&query, '&');
		if (pair.len == 0) {
			continue;
		}

		const char *sign = sse_str_find(pair, '=');
		sse_str written = sign != NULL ? sse_str_before(pair, sign) : pair;
		char name[32];

		if (decode(scratch, written, "an option's name", to) != 0) {
			return -1;
		}
		/* The name moves out of scratch, which the value needs. All names that exist fit. */
		if (scratch->len >= sizeof name) {
			return sse_report_value(to, "unknown option", contents(scratch), "");
		}
		sse_str known = {name, scratch->len};
		memcpy(name, scratch->data, scratch->len);

		if (sign == NULL) {
			return sse_report_value(to, "option", known, " has no value");
		}
		if (decode(scratch, sse_str_from(pair, sign + 1), "an option's value", to) != 0) {
			return -1;
		}
		int result = sse_config_set_option(config, known, contents(scratch), to);
		if (result == -2) {
			return sse_report_value(to, "unknown option", known, "");
		}
		if (result != 0) {
			return -1;
		}
		/* What follows may be the rest of a password that has an "&" in it. */
		if (sse_str_is(known, "password")) {
			to->secretive = true;
		}
	}
	return 0;
}

/* The part after "unix://", without the query. */
static int parse_unix(sse_redis_config *config, sse_str text, sse_buf *scratch, const sse_report *to)
{
	const char *slash = sse_str_find(text, '/');
	sse_str authority = slash != NULL ? sse_str_before(text, slash) : text;
	sse_str path = slash != NULL ? sse_str_from(text, slash) : (sse_str){"", 0};

	if (authority.len > 0) {
		if (authority.data[authority.len - 1] != '@') {
			return sse_report_fail(to, "path does not begin with \"/\" (a username and password before it end with \"@\")");
		}
		authority.len--;
		if (parse_userinfo(config, authority, scratch, to) != 0) {
			return -1;
		}
	}
	if (decode(scratch, path, "path", to) != 0) {
		return -1;
	}
	return scratch->len > 0 ? sse_config_set_path(config, contents(scratch), to) : sse_report_fail(to, "path is missing");
}

/* The part after "redis://", without the query. */
static int parse_tcp(sse_redis_config *config, sse_str text, sse_buf *scratch, const sse_report *to)
{
	const char *slash = sse_str_find(text, '/');
	sse_str authority = slash != NULL ? sse_str_before(text, slash) : text;
	const char *at = sse_str_find_last(authority, '@');

	if (at != NULL) {
		if (parse_userinfo(config, sse_str_before(authority, at), scratch, to) != 0) {
			return -1;
		}
		authority = sse_str_from(authority, at + 1);
	}
	if (config->kind == SSE_REDIS_SINGLE) {
		if (parse_host_port(config, authority, scratch, to) != 0) {
			return -1;
		}
	} else if (authority.len == 0) {
		return sse_report_fail(to, "host is missing");
	} else if (decode(scratch, authority, "host", to) != 0 || sse_config_set_seeds(config, contents(scratch), to) != 0) {
		return -1;
	}
	if (slash == NULL || slash + 1 == text.data + text.len) {
		return 0;
	}
	if (decode(scratch, sse_str_from(text, slash + 1), "database", to) != 0) {
		return -1;
	}
	return sse_config_set_option(config, (sse_str){"db", 2}, contents(scratch), to);
}

/* Whether an "@" stands where no userinfo can end: the sign of a password that is not percent-encoded. */
static bool has_stray_at(sse_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];
		if (c == '/' || c == '?' || c == '#') {
			return sse_str_find(sse_str_from(text, text.data + i), '@') != NULL;
		}
	}
	return false;
}

/* The part after "memory:". */
static int parse_memory(sse_redis_config *config, sse_str text, sse_buf *scratch, sse_report *to)
{
	if (text.len > 0 && text.data[0] != '?') {
		return sse_report_fail(to, "\"memory:\" has no host and no path, only options behind a \"?\"");
	}
	if (sse_str_find(text, '#') != NULL) {
		return sse_report_fail(to, NO_HASH);
	}
	sse_config_set_memory(config);
	if (text.len == 0) {
		return 0;
	}
	sse_str query = sse_str_from(text, text.data + 1);
	to->secretive = has_stray_at(text) || sse_str_find(query, '?') != NULL;
	return parse_query(config, query, scratch, to);
}

static int parse(sse_redis_config *config, sse_str dsn, sse_buf *scratch, sse_report *to)
{
	const char *colon = sse_str_find(dsn, ':');
	sse_str scheme, text, query = {NULL, 0};
	bool local = false; /* a Unix socket */

	if (colon != NULL && sse_config_is_scheme(sse_str_before(dsn, colon), "memory")) {
		return parse_memory(config, sse_str_from(dsn, colon + 1), scratch, to);
	}
	if (colon == NULL || dsn.len - (size_t)(colon - dsn.data) < 3 || memcmp(colon, "://", 3) != 0) {
		return sse_report_fail(to, NO_SCHEME);
	}
	scheme = sse_str_before(dsn, colon);
	text = sse_str_from(dsn, colon + 3);
	to->secretive = has_stray_at(text);

	config->tls = sse_config_is_scheme(scheme, "rediss") || sse_config_is_scheme(scheme, "tls");
	config->kind = SSE_REDIS_SINGLE;
	if (sse_config_find_kind(scheme, &config->kind, &config->tls)) {
		config->memory = false;
	} else if (config->tls) {
		local = false;
	} else if (sse_config_is_scheme(scheme, "unix") || sse_config_is_scheme(scheme, "redis+unix")) {
		local = true;
	} else if (!sse_config_is_scheme(scheme, "redis") && !sse_config_is_scheme(scheme, "tcp")) {
		/* A password with "://" in it may have made this a scheme. */
		if (sse_str_find(dsn, '@') != NULL) {
			return sse_report_fail(to, NO_SCHEME);
		}
		return sse_report_value(to, "unknown scheme", scheme, "; a DSN must " BEGINNING);
	}

	if (sse_str_find(text, '#') != NULL) {
		return sse_report_fail(to, NO_HASH);
	}
	const char *mark = sse_str_find(text, '?');
	if (mark != NULL) {
		query = sse_str_from(text, mark + 1);
		text = sse_str_before(text, mark);
		/* A second one stands where an "&" should be, perhaps before the password. */
		to->secretive = to->secretive || sse_str_find(query, '?') != NULL;
	}
	if (!local) {
		sse_config_replace(&config->path, NULL, NULL, 0);
	}
	if ((local ? parse_unix(config, text, scratch, to) : parse_tcp(config, text, scratch, to)) != 0 ||
		parse_query(config, query, scratch, to) != 0) {
		return -1;
	}
	if (config->username != NULL && config->password == NULL) {
		return sse_report_fail(to, "a username without a password; a password alone is written redis://:password@host");
	}
	return 0;
}

int sse_redis_config_parse(sse_redis_config *config, sse_str dsn, char *error, size_t error_size)
{
	sse_report to = {error, error_size, "Redis DSN", false};
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
