#include "core/redis_config.h"
#include "test.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

static sse_redis_config config;
static char error[300];

/* Every test starts from the defaults; what the previous one left is freed. */
static void fresh(void)
{
	static bool used;
	if (used) {
		sse_redis_config_deinit(&config);
	}
	used = true;
	sse_redis_config_init(&config);
	memset(error, 0, sizeof error);
}

static int parse(sse_str dsn)
{
	/* In memory of just that size, so that a sanitizer sees a read past the end. */
	char *copy = malloc(dsn.len > 0 ? dsn.len : 1);
	memcpy(copy, dsn.data, dsn.len);
	fresh();
	int result = sse_redis_config_parse(&config, (sse_str){copy, dsn.len}, error, sizeof error);
	free(copy);
	return result;
}

static int set(const char *name, sse_str value)
{
	memset(error, 0, sizeof error);
	return sse_redis_config_set(&config, name, value, error, sizeof error);
}

static void check_good(const char *dsn, int line)
{
	if (!test_check_int(parse(STR(dsn)), 0, __FILE__, line, dsn)) {
		printf("\t%s\n", error);
	}
}

static void check_bad(sse_str dsn, const char *expected, int line)
{
	test_check_int(parse(dsn), -1, __FILE__, line, "result");
	test_check_str(error, expected, __FILE__, line, "error");
}

#define GOOD(dsn) check_good((dsn), __LINE__)
#define BAD(dsn, expected) check_bad(LIT(dsn), (expected), __LINE__)

static void check_is_default(void)
{
	CHECK_STR(config.host, "127.0.0.1");
	CHECK_INT(config.port, 6379);
	CHECK_STR(config.path, NULL);
	CHECK_STR(config.username, NULL);
	CHECK_STR(config.password, NULL);
	CHECK_INT(config.db, 0);
	CHECK_STR(config.prefix, "");
	CHECK_INT(config.prefix_len, 0);
	CHECK(!config.tls);
	CHECK(!config.memory);
	CHECK(config.timeout == 3.0);
	CHECK(config.read_timeout == 5.0);
	CHECK_INT(config.maxlen, 1000);
	CHECK_INT(config.ttl, 86400);
}

static void starts_with_the_defaults(void)
{
	fresh();
	check_is_default();
}

static void parses_a_host_alone(void)
{
	GOOD("redis://127.0.0.1");
	check_is_default();
	GOOD("redis://cache.internal");
	CHECK_STR(config.host, "cache.internal");
	GOOD("redis://h/");
	CHECK_STR(config.host, "h");
	GOOD("redis://h?");
	CHECK_STR(config.host, "h");
}

static void parses_everything_at_once(void)
{
	GOOD("rediss://us%40er:p%3Aa:ss@h.example:6380/7?prefix=app%3A&timeout=1.5&read_timeout=30&maxlen=50&ttl=60");
	CHECK_STR(config.host, "h.example");
	CHECK_INT(config.port, 6380);
	CHECK_STR(config.path, NULL);
	CHECK_STR(config.username, "us@er");
	CHECK_INT(config.username_len, 5);
	CHECK_STR(config.password, "p:a:ss");
	CHECK_INT(config.password_len, 6);
	CHECK_INT(config.db, 7);
	CHECK_STR(config.prefix, "app:");
	CHECK_INT(config.prefix_len, 4);
	CHECK(config.tls);
	CHECK(config.timeout == 1.5);
	CHECK(config.read_timeout == 30.0);
	CHECK_INT(config.maxlen, 50);
	CHECK_INT(config.ttl, 60);
}

static void schemes_say_whether_tls(void)
{
	GOOD("redis://h");
	CHECK(!config.tls);
	GOOD("tcp://h");
	CHECK(!config.tls);
	GOOD("rediss://h");
	CHECK(config.tls);
	GOOD("tls://h");
	CHECK(config.tls);
	GOOD("REDISS://h");
	CHECK(config.tls);
}

static void parses_unix_sockets(void)
{
	GOOD("unix:///run/redis.sock");
	CHECK_STR(config.path, "/run/redis.sock");
	CHECK_STR(config.host, NULL);
	CHECK_INT(config.db, 0);
	GOOD("redis+unix:///run/redis@1%20.sock?db=3");
	CHECK_STR(config.path, "/run/redis@1 .sock");
	CHECK_INT(config.db, 3);
	GOOD("unix://u:p@/run/r.sock");
	CHECK_STR(config.username, "u");
	CHECK_STR(config.password, "p");
	CHECK_STR(config.path, "/run/r.sock");
	GOOD("unix://:p@/run/r.sock");
	CHECK_STR(config.username, NULL);
	CHECK_STR(config.password, "p");
}

static void refuses_bad_unix_sockets(void)
{
	char dsn[8 + 107] = "unix:///";
	BAD("unix://", "Redis DSN: path is missing");
	BAD("unix:///", "Redis DSN: path is not an absolute path to a socket");
	BAD("unix://?db=1", "Redis DSN: path is missing");
	BAD("unix://run/redis.sock",
		"Redis DSN: path does not begin with \"/\" (a username and password before it end with \"@\")");
	BAD("unix://:%@/a", "Redis DSN: password has a \"%\" that two hex digits do not follow");
	BAD("unix:///a%00b", "Redis DSN: path holds a NUL byte");
	memset(dsn + 8, 'x', 107);
	/* What every system takes. */
	CHECK_INT(parse((sse_str){dsn, 7 + 103}), 0);
#ifdef __linux__
	CHECK_INT(parse((sse_str){dsn, 7 + 107}), 0);
#endif
	check_bad((sse_str){dsn, sizeof dsn}, "Redis DSN: path is longer than the address of a Unix socket can be", __LINE__);
}

static void ipv6_hosts_are_in_brackets(void)
{
	char out[60];
	GOOD("redis://[::1]");
	CHECK_STR(config.host, "::1");
	CHECK_INT(config.port, 6379);
	GOOD("redis://:p@[fe80::1%25eth0]:7000/2");
	CHECK_STR(config.host, "fe80::1%eth0");
	CHECK_INT(config.port, 7000);
	CHECK_INT(config.db, 2);
	CHECK_STR(sse_redis_config_address(&config, out, sizeof out), "[fe80::1%eth0]:7000");
	BAD("redis://::1", "Redis DSN: host has more than one \":\"; an IPv6 address goes in [brackets]");
	BAD("redis://[::1", "Redis DSN: host lacks the closing bracket of an IPv6 address");
	BAD("redis://[::1]6379", "Redis DSN: the closing bracket of an IPv6 address is followed by something other than a port");
	BAD("redis://[]", "Redis DSN: host is missing");
	BAD("redis://[localhost]", "Redis DSN: host in brackets is not an IPv6 address");
	BAD("redis://[::1]:", "Redis DSN: port \"\" is not a number from 1 to 65535");
}

static void refuses_bad_hosts(void)
{
	BAD("redis://", "Redis DSN: host is missing");
	BAD("redis:///0", "Redis DSN: host is missing");
	BAD("redis://:6379", "Redis DSN: host is missing");
	BAD("redis://:p@", "Redis DSN: host is missing");
	BAD("redis://a%00b", "Redis DSN: host holds a NUL byte");
	BAD("redis://a\0b", "Redis DSN: host holds a NUL byte");
	BAD("redis://a%7Fb", "Redis DSN: host holds a character that no host name has");
	BAD("redis://a b", "Redis DSN: host holds a character that no host name has");
	BAD("redis://a%0Ab", "Redis DSN: host holds a character that no host name has");
	BAD("redis://%2Frun%2Fredis.sock", "Redis DSN: host holds a character that no host name has");
	BAD("redis://a%3A1", "Redis DSN: host holds a port, which has a place of its own");
}

static void refuses_bad_ports(void)
{
	BAD("redis://h:abc", "Redis DSN: port \"abc\" is not a number from 1 to 65535");
	BAD("redis://h:", "Redis DSN: port \"\" is not a number from 1 to 65535");
	BAD("redis://h:0", "Redis DSN: port \"0\" is not a number from 1 to 65535");
	BAD("redis://h:65536", "Redis DSN: port \"65536\" is not a number from 1 to 65535");
	BAD("redis://h:-1", "Redis DSN: port \"-1\" is not a number from 1 to 65535");
	BAD("redis://h:+1", "Redis DSN: port \"+1\" is not a number from 1 to 65535");
	BAD("redis://h: 1", "Redis DSN: port \" 1\" is not a number from 1 to 65535");
	BAD("redis://h:0x10", "Redis DSN: port \"0x10\" is not a number from 1 to 65535");
	BAD("redis://h:99999999999999999999", "Redis DSN: port \"99999999999999999999\" is not a number from 1 to 65535");
	BAD("redis://h:1%00", "Redis DSN: port \"1?\" is not a number from 1 to 65535");
	GOOD("redis://h:65535");
	CHECK_INT(config.port, 65535);
	GOOD("redis://h:1");
	CHECK_INT(config.port, 1);
}

static void refuses_bad_databases(void)
{
	BAD("redis://h/x", "Redis DSN: database \"x\" is not a number from 0 to 65535");
	BAD("redis://h/-1", "Redis DSN: database \"-1\" is not a number from 0 to 65535");
	BAD("redis://h/65536", "Redis DSN: database \"65536\" is not a number from 0 to 65535");
	BAD("redis://h/1/2", "Redis DSN: database \"1/2\" is not a number from 0 to 65535");
	BAD("redis://h?db=", "Redis DSN: database \"\" is not a number from 0 to 65535");
	GOOD("redis://h/65535");
	CHECK_INT(config.db, 65535);
	GOOD("redis://h?database=4");
	CHECK_INT(config.db, 4);
	GOOD("redis://h/3?db=4&db=5");
	CHECK_INT(config.db, 5);
}

static void refuses_bad_schemes(void)
{
	BAD("", "Redis DSN: it does not begin with redis://, rediss:// or unix://");
	BAD("127.0.0.1:6379", "Redis DSN: it does not begin with redis://, rediss:// or unix://");
	BAD("redis:/h", "Redis DSN: it does not begin with redis://, rediss:// or unix://");
	BAD("http://h", "Redis DSN: unknown scheme \"http\"; a DSN must begin with redis://, rediss:// or unix://");
	fresh();
	CHECK_INT(sse_redis_config_parse(&config, NONE, error, sizeof error), -1);
}

static void refuses_unknown_options(void)
{
	BAD("redis://h?foo=1", "Redis DSN: unknown option \"foo\"");
	BAD("redis://h?host=x", "Redis DSN: unknown option \"host\"");
	BAD("redis://h?=x", "Redis DSN: unknown option \"\"");
	BAD("redis://h?db=1&DB=2", "Redis DSN: unknown option \"DB\"");
	BAD("redis://h?db%00=1", "Redis DSN: unknown option \"db?\"");
	BAD("redis://h?db", "Redis DSN: option \"db\" has no value");
	BAD("redis://h?a_very_long_name_that_goes_on_and_on_and_on_and_on_and_on_and_on_and_on=1",
		"Redis DSN: unknown option \"a_very_long_name_that_goes_on_and_on_and_on_and_on_and_on_and_on...\"");
	GOOD("redis://h?&db=1&&ttl=2&");
	CHECK_INT(config.db, 1);
	CHECK_INT(config.ttl, 2);
}

static void refuses_bad_timeouts(void)
{
	static const char *const bad[] = {"", "0", "0.0", "0.0000000001", "-1", "+1", "nan", "inf", "1e3", "0x1", "1,5", "1.",
		".5", "1.5s", "1.2.3", " 1", "1 ", "3601", "3600.5", "99999999999999999999999", "1.x"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		char expected[200];
		fresh();
		if (!CHECK(set("timeout", STR(bad[i])) == -1)) {
			CHECK_STR(bad[i], "a timeout that is refused");
		}
		CHECK(config.timeout == 3.0);
		snprintf(
			expected, sizeof expected, "Redis: timeout \"%s\" is not a number of seconds above 0 and up to 3600", bad[i]);
		CHECK_STR(error, expected);
		CHECK_INT(set("read_timeout", STR(bad[i])), -1);
	}
}

static void reads_timeouts(void)
{
	fresh();
	CHECK_INT(set("timeout", LIT("2")), 0);
	CHECK(config.timeout == 2.0);
	CHECK_INT(set("timeout", LIT("0.1")), 0);
	CHECK(config.timeout == 0.1);
	CHECK_INT(set("read_timeout", LIT("0.00000000999")), 0);
	CHECK(config.read_timeout > 0.0 && config.read_timeout < 0.00000001);
	CHECK_INT(set("read_timeout", LIT("3600.000")), 0);
	CHECK(config.read_timeout == 3600.0);
	CHECK_INT(set("read_timeout", LIT("2.50000000000000000000000000000000000000001")), 0);
	CHECK(config.read_timeout == 2.5);
}

static void numbers_do_not_follow_the_locale(void)
{
	/* Where no such locale is installed this tests no more than the line before. */
	static const char *const names[] = {"de_DE.UTF-8", "de_DE", "fr_FR.UTF-8", "ru_RU.UTF-8"};
	for (size_t i = 0; i < 4 && setlocale(LC_ALL, names[i]) == NULL; i++) {
	}
	GOOD("redis://h?timeout=1.5");
	CHECK(config.timeout == 1.5);
	CHECK_INT(set("timeout", LIT("1,5")), -1);
	setlocale(LC_ALL, "C");
}

static void refuses_bad_maxlen_and_ttl(void)
{
	BAD("redis://h?maxlen=0", "Redis DSN: maxlen \"0\" is not a number from 1 to 1000000000");
	BAD("redis://h?maxlen=1000000001", "Redis DSN: maxlen \"1000000001\" is not a number from 1 to 1000000000");
	BAD("redis://h?ttl=-1", "Redis DSN: ttl \"-1\" is not a number from 1 to 1000000000");
	BAD("redis://h?ttl=1.5", "Redis DSN: ttl \"1.5\" is not a number from 1 to 1000000000");
	GOOD("redis://h?maxlen=1000000000&ttl=1");
	CHECK_INT(config.maxlen, 1000000000);
	CHECK_INT(config.ttl, 1);
}

static void broken_percent_escapes_are_errors(void)
{
	BAD("redis://:a%@h", "Redis DSN: password has a \"%\" that two hex digits do not follow");
	BAD("redis://:a%4@h", "Redis DSN: password has a \"%\" that two hex digits do not follow");
	BAD("redis://:a%zz@h", "Redis DSN: password has a \"%\" that two hex digits do not follow");
	BAD("redis://u%G0:a@h", "Redis DSN: username has a \"%\" that two hex digits do not follow");
	BAD("redis://%h", "Redis DSN: host has a \"%\" that two hex digits do not follow");
	BAD("redis://h:%", "Redis DSN: port has a \"%\" that two hex digits do not follow");
	BAD("redis://h/%", "Redis DSN: database has a \"%\" that two hex digits do not follow");
	BAD("unix:///%1", "Redis DSN: path has a \"%\" that two hex digits do not follow");
	BAD("redis://h?db%=1", "Redis DSN: an option's name has a \"%\" that two hex digits do not follow");
	BAD("redis://h?prefix=%", "Redis DSN: an option's value has a \"%\" that two hex digits do not follow");
}

static void a_plus_is_a_plus(void)
{
	GOOD("redis://:a+b@h?prefix=c+d%2B");
	CHECK_STR(config.password, "a+b");
	CHECK_STR(config.prefix, "c+d+");
}

static void password_and_prefix_may_hold_any_byte(void)
{
	GOOD("redis://:%00%FF%0A%99@h?prefix=%00x%2f%2F");
	CHECK_BYTES(config.password, config.password_len, "\0\xFF\n\x99");
	CHECK_BYTES(config.prefix, config.prefix_len, "\0x//");
	BAD("redis://u%00:p@h", "Redis DSN: username holds a NUL byte");
}

static void empty_credentials_are_none(void)
{
	GOOD("redis://:@h");
	CHECK_STR(config.password, NULL);
	CHECK_STR(config.username, NULL);
	GOOD("redis://@h");
	CHECK_STR(config.username, NULL);
	GOOD("redis://u:p@h?username=&password=");
	CHECK_STR(config.username, NULL);
	CHECK_STR(config.password, NULL);
	CHECK_INT(config.password_len, 0);
}

static void credentials_may_be_options(void)
{
	GOOD("redis://h?username=u&password=p%26q");
	CHECK_STR(config.username, "u");
	CHECK_STR(config.password, "p&q");
	GOOD("redis://u@h?password=p");
	CHECK_STR(config.username, "u");
	CHECK_STR(config.password, "p");
}

static void a_username_alone_is_refused_with_a_hint(void)
{
	static const char hint[] =
		"Redis DSN: a username without a password; a password alone is written redis://:password@host";
	BAD("redis://secret@h", hint);
	BAD("redis://secret:@h", hint);
	BAD("redis://h?username=secret", hint);
	BAD("unix://secret@/run/r.sock", hint);
}

static void errors_never_repeat_the_password(void)
{
	/* Passwords as people write them, unescaped, so that the text falls apart at the wrong places. */
	static const char *const dsns[] = {
		"redis://:SECRET@h:x",
		"redis://:SECRET",
		"redis://:SECRET/SECRET@h",
		"redis://u:SECRET/SECRET@h",
		"redis://:SECRET?SECRET@h",
		"redis://u:1?SECRET@h",
		"redis://u:1?SECRET=1@h",
		"redis://:1#SECRET@h",
		"redis://:a@b/SECRET@h",
		"redis://SECRET@h",
		"redis://SECRET%@h",
		"SECRET@h",
		"redis:SECRET@h",
		"SECRET://@h",
		":SECRET://x@h",
		"?password=SECRET://x",
		"unix://:SECRET/x@/run/r.sock",
		"unix://:SECRET@run/r.sock",
		"unix://:SECRET?x@/run/r.sock?foo=1",
		"redis://h?password=SECRET&foo=1",
		"redis://h?password=a&SECRET=1",
		"redis://h?password=a&SECRET",
		"redis://h?password=a&db=SECRET",
		"redis://h?password=SECRET%",
		"redis://h?db=1?password=SECRET",
		"redis://h?prefix=1?password=a&SECRET=1",
		"redis://h&password=SECRET",
		"redis://h:1&password=SECRET",
		"redis://h/1&password=SECRET",
		"memory:SECRET@h",
		"memory://:SECRET@h",
		"memory:?SECRET@h",
		"memory:?password=SECRET&foo=1",
		"memory:?password=a&SECRET=1",
		"memory:?db=1?password=SECRET",
		"memory:?db=SECRET&x@h",
	};
	for (size_t i = 0; i < sizeof dsns / sizeof *dsns; i++) {
		if (!CHECK_INT(parse(STR(dsns[i])), -1)) {
			printf("\t%s\n", dsns[i]);
		}
		CHECK_CONTAINS(error, "Redis DSN: ", true);
		CHECK_CONTAINS(error, "SECRET", false);
	}
}

static void an_unescaped_password_gets_a_hint(void)
{
	BAD("redis://u:pa/ss@h",
		"Redis DSN: port is not a number from 1 to 65535; \"/\", \"?\", \"#\", \"&\" and \"@\" in a username "
		"or password must be percent-encoded");
	BAD("redis://h#x", "Redis DSN: a \"#\" must be written as %23");
	GOOD("redis://:p@ss@h");
	CHECK_STR(config.password, "p@ss");
}

static void a_failed_parse_changes_nothing(void)
{
	GOOD("redis://u:p@h:1/2?prefix=x");
	CHECK_INT(sse_redis_config_parse(&config, LIT("rediss://a:b@c:4/5?prefix=y&ttl=0"), error, sizeof error), -1);
	CHECK_STR(config.host, "h");
	CHECK_INT(config.port, 1);
	CHECK_INT(config.db, 2);
	CHECK_STR(config.username, "u");
	CHECK_STR(config.password, "p");
	CHECK_STR(config.prefix, "x");
	CHECK(!config.tls);
}

static void what_a_dsn_does_not_name_stays(void)
{
	GOOD("unix://u:p@/r.sock?prefix=x&timeout=1&db=9");
	CHECK_INT(sse_redis_config_parse(&config, LIT("redis://h?timeout=2"), error, sizeof error), 0);
	CHECK_STR(config.path, NULL);
	CHECK_STR(config.host, "h");
	CHECK_STR(config.password, "p");
	CHECK_STR(config.prefix, "x");
	CHECK_INT(config.db, 9);
	CHECK(config.timeout == 2.0);
	CHECK_INT(sse_redis_config_parse(&config, LIT("rediss://:q@h/1"), error, sizeof error), 0);
	CHECK(config.tls);
	CHECK_STR(config.password, "q");
	CHECK_INT(config.db, 1);
	CHECK_INT(sse_redis_config_parse(&config, LIT("redis://h"), error, sizeof error), 0);
	CHECK(!config.tls);
}

static void errors_fit_any_room(void)
{
	char small[10];
	fresh();
	memset(small, 'z', sizeof small);
	CHECK_INT(sse_redis_config_parse(&config, LIT("redis://h:x"), small, 6), -1);
	CHECK_BYTES(small, sizeof small, "Redis\0zzzz");
	CHECK_INT(sse_redis_config_parse(&config, LIT("redis://h:x"), NULL, 0), -1);
}

static void sets_every_member(void)
{
	fresh();
	CHECK_INT(set("host", LIT("h")), 0);
	CHECK_INT(set("port", LIT("7000")), 0);
	CHECK_INT(set("username", LIT("u")), 0);
	CHECK_INT(set("password", LIT("p\0q")), 0);
	CHECK_INT(set("database", LIT("3")), 0);
	CHECK_INT(set("prefix", LIT("x\0y")), 0);
	CHECK_INT(set("timeout", LIT("1")), 0);
	CHECK_INT(set("read_timeout", LIT("2")), 0);
	CHECK_INT(set("maxlen", LIT("4")), 0);
	CHECK_INT(set("ttl", LIT("5")), 0);
	CHECK_INT(set("scheme", LIT("tls")), 0);
	CHECK_STR(config.host, "h");
	CHECK_INT(config.port, 7000);
	CHECK_STR(config.username, "u");
	CHECK_INT(config.username_len, 1);
	CHECK_BYTES(config.password, config.password_len, "p\0q");
	CHECK_INT(config.db, 3);
	CHECK_BYTES(config.prefix, config.prefix_len, "x\0y");
	CHECK(config.timeout == 1.0);
	CHECK(config.read_timeout == 2.0);
	CHECK_INT(config.maxlen, 4);
	CHECK_INT(config.ttl, 5);
	CHECK(config.tls);
	CHECK_INT(set("scheme", LIT("redis")), 0);
	CHECK(!config.tls);
	CHECK_INT(set("scheme", LIT("REDISS")), 0);
	CHECK(config.tls);
	CHECK_INT(set("scheme", LIT("tcp")), 0);
	CHECK(!config.tls);
	CHECK_INT(set("scheme", LIT("unix")), 0);
	CHECK(!config.tls);
	CHECK_INT(set("db", LIT("6")), 0);
	CHECK_INT(config.db, 6);
}

static void set_refuses_bad_values(void)
{
	fresh();
	CHECK_INT(set("port", LIT("abc")), -1);
	CHECK_STR(error, "Redis: port \"abc\" is not a number from 1 to 65535");
	CHECK_INT(set("port", LIT("")), -1);
	CHECK_INT(set("host", LIT("")), -1);
	CHECK_STR(error, "Redis: host is missing");
	CHECK_INT(set("host", LIT("[::1")), -1);
	CHECK_STR(error, "Redis: host lacks the closing bracket of an IPv6 address");
	CHECK_INT(set("host", LIT("[")), -1);
	CHECK_INT(set("host", LIT("h:6379")), -1);
	CHECK_STR(error, "Redis: host holds a port, which has a place of its own");
	CHECK_INT(set("host", LIT("a\0b")), -1);
	CHECK_INT(set("path", LIT("a/b")), -1);
	CHECK_INT(set("path", LIT("/a\0b")), -1);
	CHECK_INT(set("username", LIT("a\0b")), -1);
	CHECK_INT(set("scheme", LIT("http")), -1);
	CHECK_STR(error, "Redis: scheme \"http\" is not tcp, redis, tls, rediss, unix, memory, redis-sentinel or redis-cluster");
	CHECK_INT(set("db", LIT("65536")), -1);
	CHECK_INT(set("maxlen", LIT("0")), -1);
	CHECK_INT(set("ttl", LIT("1000000001")), -1);
	check_is_default();
}

static void set_knows_which_names_exist(void)
{
	fresh();
	CHECK_INT(set("cluster", LIT("x")), -2);
	CHECK_INT(set("cluster", NONE), -2);
	CHECK_INT(set("", LIT("x")), -2);
	CHECK_INT(set("Port", LIT("1")), -2);
	check_is_default();
}

static void null_is_not_given(void)
{
	static const char *const names[] = {"host", "port", "path", "username", "password", "db", "database", "prefix",
		"timeout", "read_timeout", "maxlen", "ttl", "scheme"};
	fresh();
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		CHECK_INT(set(names[i], NONE), 0);
	}
	check_is_default();
	GOOD("redis://u:p@h:1/2?prefix=x&ttl=3");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		CHECK_INT(set(names[i], NONE), 0);
	}
	CHECK_STR(config.host, "h");
	CHECK_INT(config.port, 1);
	CHECK_INT(config.db, 2);
	CHECK_INT(config.ttl, 3);
	CHECK_STR(config.username, NULL);
	CHECK_STR(config.password, NULL);
	CHECK_STR(config.prefix, "");
}

static void empty_text_is_none(void)
{
	GOOD("redis://u:p@h?prefix=x");
	CHECK_INT(set("username", LIT("")), 0);
	CHECK_INT(set("password", LIT("")), 0);
	CHECK_INT(set("prefix", LIT("")), 0);
	CHECK_INT(set("path", LIT("")), 0);
	CHECK_INT(set("scheme", LIT("")), 0);
	CHECK_STR(config.username, NULL);
	CHECK_STR(config.password, NULL);
	CHECK_STR(config.prefix, "");
	CHECK_STR(config.path, NULL);
	CHECK_STR(config.host, "h");
}

static void a_host_may_carry_its_scheme(void)
{
	fresh();
	CHECK_INT(set("host", LIT("tls://h")), 0);
	CHECK_STR(config.host, "h");
	CHECK(config.tls);
	CHECK_INT(set("host", LIT("tcp://g")), 0);
	CHECK_STR(config.host, "g");
	CHECK(!config.tls);
	CHECK_INT(set("host", LIT("rediss://[::1]")), 0);
	CHECK_STR(config.host, "::1");
	CHECK(config.tls);
	CHECK_INT(set("host", LIT("::2")), 0);
	CHECK_STR(config.host, "::2");
	CHECK_INT(set("host", LIT("http://h")), -1);
	CHECK_STR(error, "Redis: scheme \"http\" is not tcp, redis, tls, rediss, unix, memory, redis-sentinel or redis-cluster");
	CHECK_INT(set("host", LIT("tls://h:6379")), -1);
	CHECK_INT(set("host", LIT("tls://")), -1);
}

static void a_host_may_be_a_socket(void)
{
	fresh();
	CHECK_INT(set("host", LIT("unix:///run/r.sock")), 0);
	CHECK_STR(config.path, "/run/r.sock");
	CHECK_STR(config.host, NULL);
	fresh();
	CHECK_INT(set("host", LIT("/run/r.sock")), 0);
	CHECK_STR(config.path, "/run/r.sock");
	CHECK_INT(set("host", LIT("unix://")), -1);
	CHECK_INT(set("host", LIT("unix://run")), -1);
	CHECK_STR(config.path, "/run/r.sock");
}

static void a_path_outranks_host_and_tls_in_any_order(void)
{
	fresh();
	CHECK_INT(set("path", LIT("/r.sock")), 0);
	CHECK_INT(set("host", LIT("127.0.0.1")), 0);
	CHECK_INT(set("scheme", LIT("tls")), 0);
	CHECK_STR(config.path, "/r.sock");
	CHECK_STR(config.host, NULL);
	CHECK(!config.tls);
	fresh();
	CHECK_INT(set("scheme", LIT("tls")), 0);
	CHECK_INT(set("host", LIT("h")), 0);
	CHECK_INT(set("path", LIT("/r.sock")), 0);
	CHECK_STR(config.path, "/r.sock");
	CHECK_STR(config.host, NULL);
	CHECK(!config.tls);
	CHECK_INT(set("path", LIT("")), 0);
	CHECK_STR(config.path, NULL);
	CHECK_STR(config.host, "127.0.0.1");
}

static void a_copy_is_independent(void)
{
	sse_redis_config copy;
	GOOD("rediss://u:p%00q@h:1/2?prefix=x%00y&timeout=1.5");
	sse_redis_config_copy(&copy, &config);
	CHECK(copy.host != config.host);
	sse_redis_config_deinit(&config);
	sse_redis_config_init(&config);
	CHECK_STR(copy.host, "h");
	CHECK_STR(copy.path, NULL);
	CHECK_INT(copy.port, 1);
	CHECK_STR(copy.username, "u");
	CHECK_BYTES(copy.password, copy.password_len, "p\0q");
	CHECK_BYTES(copy.prefix, copy.prefix_len, "x\0y");
	CHECK_INT(copy.db, 2);
	CHECK(copy.tls);
	CHECK(copy.timeout == 1.5);
	sse_redis_config_deinit(&copy);
	GOOD("unix:///r.sock");
	sse_redis_config_copy(&copy, &config);
	CHECK_STR(copy.path, "/r.sock");
	CHECK_STR(copy.host, NULL);
	CHECK_STR(copy.password, NULL);
	sse_redis_config_deinit(&copy);
}

static void addresses_are_for_messages(void)
{
	char out[100];
	GOOD("redis://:p@h:7");
	CHECK_STR(sse_redis_config_address(&config, out, sizeof out), "h:7");
	GOOD("unix://:p@/run/r.sock");
	CHECK_STR(sse_redis_config_address(&config, out, sizeof out), "unix:/run/r.sock");
	CHECK_STR(sse_redis_config_address(&config, out, 5), "unix");
	GOOD("redis://[::1]");
	CHECK(sse_redis_config_address(&config, out, sizeof out) == out);
	CHECK_STR(out, "[::1]:6379");
	GOOD("memory:?prefix=x");
	CHECK_STR(sse_redis_config_address(&config, out, sizeof out), "memory:");
}

static void check_is_memory(void)
{
	CHECK(config.memory);
	CHECK(!config.tls);
	CHECK_STR(config.path, NULL);
	CHECK_STR(config.host, "127.0.0.1");
}

static void memory_is_no_redis(void)
{
	GOOD("memory:");
	check_is_memory();
	CHECK_INT(config.maxlen, 1000);
	CHECK_STR(config.prefix, "");
	GOOD("Memory:?");
	check_is_memory();
	GOOD("MEMORY:?prefix=app%3A&maxlen=5&ttl=6");
	check_is_memory();
	CHECK_STR(config.prefix, "app:");
	CHECK_INT(config.maxlen, 5);
	CHECK_INT(config.ttl, 6);
}

static void memory_has_no_address(void)
{
	static const char wrong[] = "Redis DSN: \"memory:\" has no host and no path, only options behind a \"?\"";
	BAD("memory:h", wrong);
	BAD("memory://", wrong);
	BAD("memory://127.0.0.1:6379/0", wrong);
	BAD("memory:/run/redis.sock", wrong);
	BAD("memory:&prefix=x", wrong);
	BAD("memory", "Redis DSN: it does not begin with redis://, rediss:// or unix://");
	BAD("memory:?ttl=0", "Redis DSN: ttl \"0\" is not a number from 1 to 1000000000");
	BAD("memory:?host=h", "Redis DSN: unknown option \"host\"");
	BAD("memory:?prefix=a#b", "Redis DSN: a \"#\" must be written as %23");
	CHECK(!config.memory);
}

static void a_dsn_decides_whether_it_is_memory(void)
{
	GOOD("unix:///r.sock?prefix=x");
	CHECK_INT(sse_redis_config_parse(&config, LIT("memory:"), error, sizeof error), 0);
	check_is_memory();
	CHECK_STR(config.prefix, "x");
	CHECK_INT(sse_redis_config_parse(&config, LIT("memory:/x"), error, sizeof error), -1);
	check_is_memory();
	CHECK_INT(sse_redis_config_parse(&config, LIT("rediss://h"), error, sizeof error), 0);
	CHECK(!config.memory);
	CHECK(config.tls);
	CHECK_STR(config.host, "h");
	CHECK_INT(sse_redis_config_parse(&config, LIT("memory:"), error, sizeof error), 0);
	check_is_memory();
	CHECK_INT(sse_redis_config_parse(&config, LIT("unix:///r.sock"), error, sizeof error), 0);
	CHECK(!config.memory);
	CHECK_STR(config.path, "/r.sock");
	/* Somebody's name is left over, but nobody logs in. */
	GOOD("redis://u:p@h");
	CHECK_INT(set("password", NONE), 0);
	CHECK_INT(sse_redis_config_parse(&config, LIT("memory:"), error, sizeof error), 0);
	check_is_memory();
}

static void the_scheme_memory_lasts_until_the_next_address(void)
{
	static const struct {
		const char *name, *value;
	} addresses[] = {{"host", "h"}, {"host", "127.0.0.1"}, {"host", "/r.sock"}, {"host", "tls://h"}, {"path", "/r.sock"},
		{"scheme", "tcp"}, {"scheme", "tls"}, {"scheme", "unix"}};
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
		fresh();
		CHECK_INT(set("path", LIT("/old.sock")), 0);
		CHECK_INT(set("scheme", LIT("Memory")), 0);
		check_is_memory();
		CHECK_INT(set("port", LIT("7")), 0);
		CHECK_INT(set("prefix", LIT("x")), 0);
		/* Not given, and not valid. */
		CHECK_INT(set("host", NONE), 0);
		CHECK_INT(set("path", NONE), 0);
		CHECK_INT(set("path", LIT("")), 0);
		CHECK_INT(set("scheme", LIT("")), 0);
		CHECK_INT(set("host", LIT("h:1")), -1);
		CHECK_INT(set("path", LIT("r.sock")), -1);
		CHECK_INT(set("scheme", LIT("http")), -1);
		check_is_memory();
		CHECK_INT(set(addresses[i].name, STR(addresses[i].value)), 0);
		if (!CHECK(!config.memory)) {
			CHECK_STR(addresses[i].value, "an address");
		}
		CHECK(config.path == NULL || strcmp(config.path, "/r.sock") == 0);
	}
	fresh();
	CHECK_INT(set("host", LIT("memory://h")), -1);
	CHECK_STR(error, "Redis: host carries the scheme memory, which has no host");
	check_is_default();
}

static void check_identity(const char *dsn, const char *expected, int line)
{
	test_check_int(parse(STR(dsn)), 0, __FILE__, line, dsn);
	/* Appended, and the same of a copy. */
	for (int i = 0; i < 2; i++) {
		sse_redis_config copy;
		sse_buf out;
		sse_buf_init(&out);
		sse_buf_append_str(&out, ">");
		sse_redis_config_copy(&copy, &config);
		sse_redis_config_identity(i ? &copy : &config, &out);
		test_check_bytes(out.data, out.len, expected, strlen(expected), __FILE__, line, "identity");
		sse_redis_config_deinit(&copy);
		sse_buf_deinit(&out);
	}
}

#define IDENTITY(dsn, expected) check_identity((dsn), ">" expected, __LINE__)

static void an_identity_is_address_database_and_prefix(void)
{
	IDENTITY("redis://127.0.0.1", "tcp://127.0.0.1:6379/0?prefix=");
	IDENTITY("redis://localhost:6379/0", "tcp://127.0.0.1:6379/0?prefix=");
	IDENTITY("tcp://LocalHost:7/3?prefix=a%3F%0Ab", "tcp://127.0.0.1:7/3?prefix=a?\nb");
	IDENTITY("rediss://Cache.Example", "tcp://cache.example:6379/0?prefix=");
	IDENTITY("redis://[FE80::1%25eth0]", "tcp://[fe80::1%eth0]:6379/0?prefix=");
	IDENTITY("unix:///run/redis.sock?db=4&prefix=x", "unix:///run/redis.sock/4?prefix=x");
	IDENTITY("unix:///Run/a%3Fb%25", "unix:///Run/a%3Fb%25/0?prefix=");
	IDENTITY("memory:", "memory:?prefix=");
	IDENTITY("memory:?prefix=app%3A&db=3", "memory:?prefix=app:");
}

static void an_identity_holds_no_secrets(void)
{
	IDENTITY("redis://USER:SECRET@h", "tcp://h:6379/0?prefix=");
	IDENTITY("unix://USER:SECRET@/r.sock", "unix:///r.sock/0?prefix=");
	IDENTITY("memory:?username=USER&password=SECRET", "memory:?prefix=");
}

static void an_identity_holds_the_whole_prefix(void)
{
	sse_buf out;
	sse_buf_init(&out);
	GOOD("redis://h?prefix=a%00b%00");
	sse_redis_config_identity(&config, &out);
	CHECK_BYTES(out.data, out.len, "tcp://h:6379/0?prefix=a\0b\0");
	sse_buf_deinit(&out);
}

void test_redis_config(void)
{
	RUN(starts_with_the_defaults);
	RUN(parses_a_host_alone);
	RUN(parses_everything_at_once);
	RUN(schemes_say_whether_tls);
	RUN(parses_unix_sockets);
	RUN(refuses_bad_unix_sockets);
	RUN(ipv6_hosts_are_in_brackets);
	RUN(refuses_bad_hosts);
	RUN(refuses_bad_ports);
	RUN(refuses_bad_databases);
	RUN(refuses_bad_schemes);
	RUN(refuses_unknown_options);
	RUN(refuses_bad_timeouts);
	RUN(reads_timeouts);
	RUN(numbers_do_not_follow_the_locale);
	RUN(refuses_bad_maxlen_and_ttl);
	RUN(broken_percent_escapes_are_errors);
	RUN(a_plus_is_a_plus);
	RUN(password_and_prefix_may_hold_any_byte);
	RUN(empty_credentials_are_none);
	RUN(credentials_may_be_options);
	RUN(a_username_alone_is_refused_with_a_hint);
	RUN(errors_never_repeat_the_password);
	RUN(an_unescaped_password_gets_a_hint);
	RUN(a_failed_parse_changes_nothing);
	RUN(what_a_dsn_does_not_name_stays);
	RUN(errors_fit_any_room);
	RUN(sets_every_member);
	RUN(set_refuses_bad_values);
	RUN(set_knows_which_names_exist);
	RUN(null_is_not_given);
	RUN(empty_text_is_none);
	RUN(a_host_may_carry_its_scheme);
	RUN(a_host_may_be_a_socket);
	RUN(a_path_outranks_host_and_tls_in_any_order);
	RUN(a_copy_is_independent);
	RUN(addresses_are_for_messages);
	RUN(memory_is_no_redis);
	RUN(memory_has_no_address);
	RUN(a_dsn_decides_whether_it_is_memory);
	RUN(the_scheme_memory_lasts_until_the_next_address);
	RUN(an_identity_is_address_database_and_prefix);
	RUN(an_identity_holds_no_secrets);
	RUN(an_identity_holds_the_whole_prefix);
	sse_redis_config_deinit(&config);
}
