/*
 * DSNs: no crash, an error that says something, never a piece of the password, and a configuration that keeps its promises.
 */
#include "core/redis_config.h"
#include "fuzz.h"

static char error[400];

static void check_config(const sse_redis_config *config)
{
	char address[300];
	EXPECT((config->host == NULL) != (config->path == NULL));
	EXPECT(config->host == NULL || config->host[0] != '\0');
	EXPECT(config->path == NULL || (config->path[0] == '/' && !config->tls));
	EXPECT(!config->memory || (config->path == NULL && !config->tls));
	EXPECT(config->port >= 1 && config->port <= 65535);
	EXPECT(config->db >= 0 && config->db <= 65535);
	EXPECT(config->timeout > 0 && config->timeout <= 3600);
	EXPECT(config->read_timeout > 0 && config->read_timeout <= 3600);
	EXPECT(config->maxlen >= 1 && config->maxlen <= 1000000000);
	EXPECT(config->ttl >= 1 && config->ttl <= 1000000000);
	EXPECT(config->username == NULL || (config->username_len > 0 && strlen(config->username) == config->username_len));
	EXPECT((config->password == NULL) == (config->password_len == 0));
	EXPECT(config->prefix != NULL && config->prefix[config->prefix_len] == '\0');

	/* In full, so that a sanitizer sees whether the strings are there. */
	sse_redis_config copy;
	sse_redis_config_copy(&copy, config);
	EXPECT(copy.password_len == 0 || memcmp(copy.password, config->password, copy.password_len) == 0);
	EXPECT(memcmp(copy.prefix, config->prefix, copy.prefix_len + 1) == 0);
	EXPECT(strlen(sse_redis_config_address(&copy, address, sizeof address)) > 0);
	EXPECT((strcmp(address, "memory:") == 0) == copy.memory);
	sse_redis_config_check(&copy, address, sizeof address);
	EXPECT(sse_redis_config_slot(&copy) < 16384);
	char host[SSE_REDIS_HOST_MAX];
	int port = 0;
	for (size_t i = 0; copy.path == NULL && sse_redis_config_seed(&copy, i, host, &port); i++) {
		EXPECT(port >= 1 && port <= 65535 && host[0] != '\0');
	}
	sse_buf identity;
	sse_buf_init(&identity);
	sse_redis_config_identity(&copy, &identity);
	/* The prefix is behind the first question mark. */
	sse_str text = {identity.data, identity.len};
	sse_str prefix = sse_str_from(text, sse_str_find(text, '?'));
	EXPECT(prefix.len == 8 + copy.prefix_len && memcmp(prefix.data, "?prefix=", 8) == 0);
	EXPECT(memcmp(prefix.data + 8, copy.prefix, copy.prefix_len) == 0);
	sse_buf_deinit(&identity);
	sse_redis_config_deinit(&copy);
}

/* One sentence of plain text, however wild the DSN. */
static void check_error(const char *subject)
{
	EXPECT(strncmp(error, subject, strlen(subject)) == 0);
	EXPECT(strlen(error) > strlen(subject) + 5 && strlen(error) < sizeof error - 1);
	for (const char *at = error; *at != '\0'; at++) {
		EXPECT(*at >= ' ' && *at <= '~');
	}
}

static int parse(sse_str dsn)
{
	sse_redis_config config;
	sse_redis_config_init(&config);
	memset(error, 0, sizeof error);
	int result = sse_redis_config_parse(&config, dsn, error, sizeof error);
	EXPECT(result == 0 || result == -1);
	check_config(&config);
	if (result != 0) {
		char small[20];
		check_error("Redis DSN: ");
		EXPECT(config.port == 6379 && strcmp(config.host, "127.0.0.1") == 0 && !config.memory);
		memset(small, 'z', sizeof small);
		EXPECT(sse_redis_config_parse(&config, dsn, small, 8) == -1);
		EXPECT(small[7] == '\0' && small[8] == 'z');
	}
	sse_redis_config_deinit(&config);
	return result;
}

static void set_members(input *from)
{
	static const char *const names[] = {"host", "port", "path", "username", "password", "db", "database", "prefix",
		"timeout", "read_timeout", "maxlen", "ttl", "scheme", "seeds", "master", "sentinel_username", "sentinel_password", "other"};
	sse_redis_config config;

	sse_redis_config_init(&config);
	while (from->len > 0) {
		const char *name = names[take_byte(from) % (sizeof names / sizeof *names)];
		sse_str value = take_str(from);
		if (value.len == 0 && take_byte(from) % 2) {
			value.data = NULL;
		}
		memset(error, 0, sizeof error);
		int result = sse_redis_config_set(&config, name, value, error, sizeof error);
		EXPECT((result == -2) == (strcmp(name, "other") == 0));
		if (result == -1) {
			check_error("Redis: ");
		}
		check_config(&config);
	}
	sse_redis_config_deinit(&config);
}

/*
 * The password's letters stand nowhere else, in no message and in no other part, so that one of them in an error is a leak.
 * The rest of its alphabet is what takes a DSN apart at the wrong places when nobody has encoded it.
 */
static void append_password(sse_buf *dsn, sse_str password)
{
	static const char alphabet[] = "QXZQXZQXZQXZ/?@:&=#%[]+.-1 ";
	for (size_t i = 0; i < password.len; i++) {
		sse_buf_append(dsn, &alphabet[(unsigned char)password.data[i] % (sizeof alphabet - 1)], 1);
	}
}

static void append_other(sse_buf *dsn, sse_str part)
{
	for (size_t i = 0; i < part.len; i++) {
		char c = part.data[i];
		/* No escapes: %51 is a Q. What they do is the other mode's business. */
		if (c == 'Q' || c == 'X' || c == 'Z' || c == '%') {
			c = 'q';
		}
		sse_buf_append(dsn, &c, 1);
	}
}

static void parse_with_password(input *from)
{
	static const char *const schemes[] = {
		"redis://", "rediss://", "unix://", "redis+unix://", "tcp://", "http://", "redis:", ""};
	sse_buf dsn;

	sse_buf_init(&dsn);
	uint8_t shape = take_byte(from);
	sse_buf_append_str(&dsn, shape & 64 ? "memory:" : schemes[shape % 8]);
	if (shape & 8) {
		append_other(&dsn, take_str(from));
		sse_buf_append_str(&dsn, "?password=");
		append_password(&dsn, take_str(from));
	} else {
		/* With a username, without one, and in the place of one. */
		if (shape & 16) {
			sse_buf_append_str(&dsn, "user");
		}
		if (shape & 32) {
			append_password(&dsn, take_str(from));
		} else {
			sse_buf_append_str(&dsn, ":");
			append_password(&dsn, take_str(from));
		}
		sse_buf_append_str(&dsn, "@");
	}
	append_other(&dsn, take_str(from));
	parse((sse_str){dsn.data, dsn.len});
	EXPECT(strpbrk(error, "QXZ") == NULL);
	sse_buf_deinit(&dsn);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	input from = {bytes, len};
	switch (take_byte(&from) % 3) {
	case 0:
		parse((sse_str){(const char *)from.bytes, from.len});
		break;
	case 1:
		parse_with_password(&from);
		break;
	default:
		set_members(&from);
	}
	return 0;
}
