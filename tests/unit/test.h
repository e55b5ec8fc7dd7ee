/*
 * The whole test framework: a test is a function, RUN() runs and counts it, a CHECK that fails prints and marks it.
 * A test goes on after a failed CHECK, so that one run shows everything; REQUIRE leaves the test.
 */
#ifndef SSE_TEST_H
#define SSE_TEST_H

#include "core/frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A string literal (which may hold NULs) or a C string as sse_str. */
#define LIT(literal) ((sse_str){(literal), sizeof(literal) - 1})
#define STR(string) test_str(string)
#define NONE ((sse_str){NULL, 0})

#define RUN(test) test_run(#test, test)

#define CHECK(condition) test_check((condition), __FILE__, __LINE__, #condition)
#define CHECK_INT(actual, expected) test_check_int((int64_t)(actual), (int64_t)(expected), __FILE__, __LINE__, #actual)
#define CHECK_BYTES(actual, actual_len, expected)                                                                           \
	test_check_bytes((actual), (actual_len), (expected), sizeof(expected) - 1, __FILE__, __LINE__, #actual)
#define CHECK_STR(actual, expected) test_check_str((actual), (expected), __FILE__, __LINE__, #actual)
#define CHECK_CONTAINS(text, part, wanted) test_check_contains((text), (part), (wanted), __FILE__, __LINE__)
/* The statement must end the process by abort(), in a child of its own. */
#define CHECK_ABORTS(statement)                                                                                             \
	do {                                                                                                                    \
		if (test_in_child()) {                                                                                              \
			statement;                                                                                                      \
			test_child_survived();                                                                                          \
		}                                                                                                                   \
		test_check_aborted(__FILE__, __LINE__, #statement);                                                                 \
	} while (0)
#define REQUIRE(condition)                                                                                                  \
	do {                                                                                                                    \
		if (!CHECK(condition)) {                                                                                            \
			return;                                                                                                         \
		}                                                                                                                   \
	} while (0)

void test_run(const char *name, void (*test)(void));
/* Prints the last line, "N passed, N failed"; returns what main() returns. */
int test_summary(void);
bool test_check(bool ok, const char *file, int line, const char *what);
bool test_check_int(int64_t actual, int64_t expected, const char *file, int line, const char *what);
bool test_check_bytes(const char *actual, size_t actual_len, const char *expected, size_t expected_len, const char *file,
	int line, const char *what);
bool test_check_str(const char *actual, const char *expected, const char *file, int line, const char *what);
bool test_check_contains(const char *text, const char *part, bool wanted, const char *file, int line);
bool test_in_child(void);
void test_child_survived(void);
void test_check_aborted(const char *file, int line, const char *what);
sse_str test_str(const char *string);

/* One per module, in test_<module>.c. */
void test_access(void);
void test_alloc(void);
void test_backoff(void);
void test_base64url(void);
void test_broadcast(void);
void test_buf(void);
void test_control_socket(void);
void test_entry_id(void);
void test_eventsource_parser(void);
void test_fcgi(void);
void test_frame(void);
void test_glob(void);
void test_hmac_sha256(void);
void test_http_parse(void);
void test_inbox(void);
void test_includes(void);
void test_json(void);
void test_json_id(void);
void test_jwt(void);
void test_list(void);
void test_log(void);
void test_map(void);
void test_redis_config(void);
void test_redis_seeds(void);
void test_redis_key(void);
void test_resp(void);
void test_respond(void);
void test_signal(void);
void test_subscription(void);
void test_url(void);
void test_wheel(void);
void test_wire(void);

#endif
