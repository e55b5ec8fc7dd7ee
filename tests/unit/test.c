#include "test.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned passed, failed;
static bool current_failed;
static const char *current;

void test_run(const char *name, void (*test)(void))
{
	current = name;
	current_failed = false;
	test();
	if (current_failed) {
		failed++;
	} else {
		passed++;
	}
}

static void complain(const char *file, int line)
{
	current_failed = true;
	printf("%s:%d: %s: ", file, line, current);
}

static void print_bytes(const char *bytes, size_t len)
{
	if (bytes == NULL) {
		printf("NULL");
		return;
	}
	putchar('"');
	for (size_t i = 0; i < len && i < 300; i++) {
		unsigned char c = (unsigned char)bytes[i];
		if (c == '\n') {
			printf("\\n");
		} else if (c == '\r') {
			printf("\\r");
		} else if (c < ' ' || c > '~') {
			printf("\\x%02X", c);
		} else {
			putchar(c);
		}
	}
	printf(len > 300 ? "\"... (%zu bytes)" : "\" (%zu bytes)", len);
}

bool test_check(bool ok, const char *file, int line, const char *what)
{
	if (!ok) {
		complain(file, line);
		printf("not true: %s\n", what);
	}
	return ok;
}

bool test_check_int(int64_t actual, int64_t expected, const char *file, int line, const char *what)
{
	if (actual != expected) {
		complain(file, line);
		printf("%s is %" PRId64 ", expected %" PRId64 "\n", what, actual, expected);
	}
	return actual == expected;
}

bool test_check_bytes(const char *actual, size_t actual_len, const char *expected, size_t expected_len, const char *file,
	int line, const char *what)
{
	bool ok =
		actual_len == expected_len && (expected_len == 0 || (actual != NULL && memcmp(actual, expected, expected_len) == 0));
	if (!ok) {
		complain(file, line);
		printf("%s is\n\t", what);
		print_bytes(actual, actual_len);
		printf(", expected\n\t");
		print_bytes(expected, expected_len);
		putchar('\n');
	}
	return ok;
}

bool test_check_str(const char *actual, const char *expected, const char *file, int line, const char *what)
{
	bool ok = actual == NULL || expected == NULL ? actual == expected : strcmp(actual, expected) == 0;
	if (!ok) {
		complain(file, line);
		printf("%s is\n\t", what);
		print_bytes(actual, actual != NULL ? strlen(actual) : 0);
		printf(", expected\n\t");
		print_bytes(expected, expected != NULL ? strlen(expected) : 0);
		putchar('\n');
	}
	return ok;
}

bool test_check_contains(const char *text, const char *part, bool wanted, const char *file, int line)
{
	bool ok = (strstr(text, part) != NULL) == wanted;
	if (!ok) {
		complain(file, line);
		printf("\"%s\" %s \"%s\"\n", text, wanted ? "lacks" : "must not hold", part);
	}
	return ok;
}

static pid_t child;

bool test_in_child(void)
{
	fflush(stdout);
	child = fork();
	if (child == 0) {
		/* The message that goes with the abort is not the test's business. */
		if (freopen("/dev/null", "w", stderr) == NULL) {
			_exit(0);
		}
		return true;
	}
	return false;
}

void test_child_survived(void)
{
	_exit(0);
}

void test_check_aborted(const char *file, int line, const char *what)
{
	int status = 0;
	if (child < 0 || waitpid(child, &status, 0) != child || !WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT) {
		complain(file, line);
		printf("did not abort: %s (status %d)\n", what, status);
	}
}

sse_str test_str(const char *string)
{
	return (sse_str){string, strlen(string)};
}

int test_summary(void)
{
	printf("%u passed, %u failed\n", passed, failed);
	return failed > 0 ? 1 : 0;
}
