/* One per module, in test_<module>.c. */
#ifndef SSE_TEST_TESTS_H
#define SSE_TEST_TESTS_H

void test_memory_broker(void);
void test_memory_logs(void);
void test_redis_lists(void);

#endif
