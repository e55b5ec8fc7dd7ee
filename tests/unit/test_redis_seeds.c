/* Configurations that name sentinels or nodes of a cluster. */
#include "test.h"

#include "core/redis_config.h"

#include <string.h>

static sse_redis_config config;
static char error[256];

static int parse(const char *dsn)
{
	sse_redis_config_deinit(&config);
	sse_redis_config_init(&config);
	memset(error, 0, sizeof error);
	return sse_redis_config_parse(&config, STR(dsn), error, sizeof error);
}

static int set(const char *name, const char *value)
{
	return sse_redis_config_set(&config, name, STR(value), error, sizeof error);
}

static void check_seed(size_t index, const char *host, int port, int line)
{
	char found[SSE_REDIS_HOST_MAX] = "";
	int at = 0;

	sse_redis_config_seed(&config, index, found, &at);
	test_check_str(found, host, __FILE__, line, "host");
	test_check_int(at, port, __FILE__, line, "port");
}

#define SEED(index, host, port) check_seed((index), (host), (port), __LINE__)

static void reads_sentinels(void)
{
	char host[SSE_REDIS_HOST_MAX], out[128];
	int port;

	CHECK_INT(parse("redis-sentinel://ann:pw@h1:7000,[::1],h3/2?master=main&sentinel_username=s&sentinel_password=p%40q&prefix=x"), 0);
	CHECK_INT(config.kind, SSE_REDIS_SENTINEL);
	CHECK(!config.tls);
	SEED(0, "h1", 7000);
	SEED(1, "::1", 26379);
	SEED(2, "h3", 26379);
	CHECK(!sse_redis_config_seed(&config, 3, host, &port));
	CHECK_STR(sse_redis_config_master(&config), "main");
	CHECK_STR(config.username, "ann");
	CHECK_STR(config.sentinel_username, "s");
	CHECK_STR(config.sentinel_password, "p@q");
	CHECK_INT(config.db, 2);
	CHECK_INT(sse_redis_config_check(&config, error, sizeof error), 0);
	CHECK_STR(sse_redis_config_address(&config, out, sizeof out), "sentinel:main@h1:7000,[::1]:26379,h3:26379");
	CHECK_INT(parse("REDISS-SENTINEL://h"), 0);
	CHECK(config.tls);
	CHECK_STR(sse_redis_config_master(&config), "mymaster");
}

static void reads_clusters(void)
{
	char out[128];

	CHECK_INT(parse("redis-cluster://:pw@h1:7000,h2/?prefix=%7Bshop%7D:"), 0);
	CHECK_INT(config.kind, SSE_REDIS_CLUSTER);
	SEED(0, "h1", 7000);
	SEED(1, "h2", 6379);
	CHECK_STR(sse_redis_config_address(&config, out, sizeof out), "cluster@h1:7000,h2:6379");
	CHECK_INT(sse_redis_config_check(&config, error, sizeof error), 0);
	CHECK_INT(parse("rediss-cluster://h?prefix={a}"), 0);
	CHECK(config.tls);
}

static void refuses_bad_seeds(void)
{
	CHECK_INT(parse("redis-cluster://?prefix={a}"), -1);
	CHECK_STR(error, "Redis DSN: host is missing");
	CHECK_INT(parse("redis-cluster://h1,,h2"), -1);
	CHECK_STR(error, "Redis DSN: host is missing");
	CHECK_INT(parse("redis-sentinel://h1:0"), -1);
	CHECK_STR(error, "Redis DSN: port \"0\" is not a number from 1 to 65535");
	CHECK_INT(parse("redis-sentinel://h1:1:2,h2"), -1);
	CHECK_STR(error, "Redis DSN: host has more than one \":\"; an IPv6 address goes in [brackets]");
}

static void demands_what_a_cluster_needs(void)
{
	CHECK_INT(parse("redis-cluster://h?prefix=shop:"), 0);
	CHECK_INT(sse_redis_config_check(&config, error, sizeof error), -1);
	CHECK_STR(error, "Redis Cluster: all keys must be in one slot, so the prefix needs a hash tag: set prefix to \"{shop}:\", say");
	CHECK_INT(parse("redis-cluster://h?prefix={}x{y}"), 0); /* an empty tag is none */
	CHECK_INT(sse_redis_config_check(&config, error, sizeof error), -1);
	CHECK_INT(parse("redis-cluster://h/1?prefix={a}"), 0);
	CHECK_INT(sse_redis_config_check(&config, error, sizeof error), -1);
	CHECK_STR(error, "Redis Cluster: a cluster has database 0 only");
	CHECK_INT(set("database", "0"), 0);
	CHECK_INT(set("path", "/run/redis.sock"), 0);
	CHECK_INT(sse_redis_config_check(&config, error, sizeof error), -1);
	CHECK_INT(parse("redis://h/1?prefix=shop:"), 0);
	CHECK_INT(sse_redis_config_check(&config, error, sizeof error), 0);
}

static void members_say_the_same(void)
{
	CHECK_INT(parse("redis://h:1"), 0);
	CHECK_INT(set("seeds", "h1:1,h2"), 0);
	CHECK_INT(config.kind, SSE_REDIS_SINGLE);
	CHECK_INT(set("scheme", "redis-cluster"), 0);
	CHECK_INT(config.kind, SSE_REDIS_CLUSTER);
	SEED(1, "h2", 6379);
	CHECK_INT(set("scheme", "rediss-sentinel"), 0);
	CHECK(config.tls);
	SEED(1, "h2", 26379);
	CHECK_INT(set("master", "m"), 0);
	CHECK_INT(set("sentinel_password", "p"), 0);
	CHECK_INT(set("seeds", ""), 0);
	SEED(0, "h", 1); /* the host is the only one */
	CHECK_INT(set("seeds", "h1:x"), -1);
	CHECK_INT(set("master", "a b"), -1);
	CHECK_STR(error, "Redis: master \"a b\" has other characters than letters, digits, \".\", \"-\" and \"_\"");
	CHECK_INT(set("scheme", "redis"), 0);
	CHECK_INT(config.kind, SSE_REDIS_SINGLE);
	/* Not given: as if they had never been set. */
	CHECK_INT(sse_redis_config_set(&config, "master", (sse_str){NULL, 0}, error, sizeof error), 0);
	CHECK_STR(config.master, NULL);
}

static void the_next_dsn_is_another_kind(void)
{
	CHECK_INT(parse("redis-sentinel://h1,h2"), 0);
	CHECK_INT(sse_redis_config_parse(&config, LIT("redis://h3"), error, sizeof error), 0);
	CHECK_INT(config.kind, SSE_REDIS_SINGLE);
	CHECK_INT(sse_redis_config_parse(&config, LIT("redis-cluster://h4"), error, sizeof error), 0);
	CHECK_INT(sse_redis_config_parse(&config, LIT("memory:"), error, sizeof error), 0);
	CHECK_INT(config.kind, SSE_REDIS_SINGLE);
}

static void check_identity(const char *dsn, const char *expected, int line)
{
	sse_redis_config copy;
	sse_buf out;

	test_check_int(parse(dsn), 0, __FILE__, line, "result");
	sse_redis_config_copy(&copy, &config);
	sse_buf_init(&out);
	sse_redis_config_identity(&copy, &out);
	sse_buf_append(&out, "", 1);
	test_check_str(out.data, expected, __FILE__, line, "identity");
	sse_buf_deinit(&out);
	sse_redis_config_deinit(&copy);
}

static void identities_name_seeds_and_no_secrets(void)
{
	check_identity("redis-sentinel://u:p@LocalHost:1,h2/3?master=m&sentinel_password=s&prefix=x",
		"sentinel:m@127.0.0.1:1,h2:26379/3?prefix=x", __LINE__);
	check_identity("redis-cluster://u:p@h1,[::1]:2/?prefix={a}", "cluster@h1:6379,[::1]:2/0?prefix={a}", __LINE__);
}

/* As CLUSTER KEYSLOT says. */
static void a_prefix_has_a_slot(void)
{
	CHECK_INT(parse("redis-cluster://h?prefix={123456789}"), 0);
	CHECK_INT((int)sse_redis_config_slot(&config), 12739);
	CHECK_INT(parse("redis-cluster://h?prefix=a{foo}b{bar}"), 0);
	CHECK_INT((int)sse_redis_config_slot(&config), 12182);
	CHECK_INT(parse("redis-cluster://h?prefix={bar}:"), 0);
	CHECK_INT((int)sse_redis_config_slot(&config), 5061);
}

void test_redis_seeds(void)
{
	sse_redis_config_init(&config);
	RUN(reads_sentinels);
	RUN(reads_clusters);
	RUN(refuses_bad_seeds);
	RUN(demands_what_a_cluster_needs);
	RUN(members_say_the_same);
	RUN(the_next_dsn_is_another_kind);
	RUN(identities_name_seeds_and_no_secrets);
	RUN(a_prefix_has_a_slot);
	sse_redis_config_deinit(&config);
}
