#include "redis.h"
#include "tests.h"

#include "../unit/test.h"

int main(void)
{
	bool has_redis = redis_start();

	test_memory_logs();
	test_memory_broker();
	if (has_redis) {
		test_redis_lists();
	}
	redis_stop();
	return test_summary() != 0 || !has_redis ? 1 : 0;
}
