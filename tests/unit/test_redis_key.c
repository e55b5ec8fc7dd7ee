#include "core/redis_key.h"
#include "test.h"

static void check_key(sse_str key, const char *expected, size_t expected_len, int line)
{
	test_check_bytes(key.data, key.len, expected, expected_len, __FILE__, line, "key");
	CHECK_INT(key.data[key.len], 0);
	sse_redis_key_free(key);
}

#define CHECK_KEY(key, expected) check_key((key), (expected), sizeof(expected) - 1, __LINE__)

static void keys_without_a_prefix(void)
{
	sse_redis_config config;
	sse_redis_config_init(&config);
	CHECK_KEY(sse_redis_key(&config, LIT("list")), "list");
	CHECK_KEY(sse_redis_key(&config, NONE), "");
	CHECK_KEY(sse_redis_pattern(&config, LIT("a*[b-c]?")), "a*[b-c]?");
	CHECK_KEY(sse_redis_pattern(&config, NONE), "");
	CHECK_KEY(sse_redis_topic_key(&config, LIT("orders")), "sse:orders");
	CHECK_KEY(sse_redis_clock_key(&config), "sse");
	sse_redis_config_deinit(&config);
}

static void keys_with_a_prefix_of_any_bytes(void)
{
	sse_redis_config config;
	char error[200];
	sse_redis_config_init(&config);
	CHECK_INT(sse_redis_config_set(&config, "prefix", LIT("p\0:"), error, sizeof error), 0);
	CHECK_KEY(sse_redis_key(&config, LIT("a\0b")), "p\0:a\0b");
	CHECK_KEY(sse_redis_pattern(&config, LIT("a*")), "p\0:a*");
	CHECK_KEY(sse_redis_topic_key(&config, LIT("t")), "p\0:sse:t");
	CHECK_KEY(sse_redis_clock_key(&config), "p\0:sse");
	sse_redis_config_deinit(&config);
}

static void glob_characters_of_the_prefix_stand_for_themselves(void)
{
	sse_redis_config config;
	char error[200];
	sse_redis_config_init(&config);
	CHECK_INT(sse_redis_config_set(&config, "prefix", LIT("a*?[b]\\"), error, sizeof error), 0);
	CHECK_KEY(sse_redis_pattern(&config, LIT("c*")), "a\\*\\?\\[b\\]\\\\c*");
	CHECK_KEY(sse_redis_key(&config, LIT("c*")), "a*?[b]\\c*");
	sse_redis_config_deinit(&config);
}

void test_redis_key(void)
{
	RUN(keys_without_a_prefix);
	RUN(keys_with_a_prefix_of_any_bytes);
	RUN(glob_characters_of_the_prefix_stand_for_themselves);
}
