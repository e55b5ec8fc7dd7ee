#include "core/alloc.h"
#include "test.h"

static void zero_bytes_yield_a_pointer(void)
{
	void *a = sse_malloc(0);
	void *b = sse_calloc(0, 8);
	void *d = sse_calloc(8, 0);
	void *c = sse_realloc(sse_malloc(4), 0);
	CHECK(a != NULL);
	CHECK(b != NULL);
	CHECK(c != NULL);
	CHECK(d != NULL);
	sse_free(a);
	sse_free(b);
	sse_free(c);
	sse_free(d);
	sse_free(NULL);
}

static void calloc_zeroes(void)
{
	unsigned char *bytes = sse_calloc(10, 10);
	for (size_t i = 0; i < 100; i++) {
		CHECK_INT(bytes[i], 0);
	}
	sse_free(bytes);
}

static void realloc_keeps_contents(void)
{
	char *bytes = sse_memdup("abc", 3);
	bytes = sse_realloc(bytes, 100000);
	CHECK_BYTES(bytes, 3, "abc");
	sse_free(bytes);
}

static void memdup_terminates_and_keeps_nuls(void)
{
	char *copy = sse_memdup("a\0b", 3);
	CHECK_BYTES(copy, 4, "a\0b\0");
	sse_free(copy);
	copy = sse_memdup(NULL, 0);
	CHECK_STR(copy, "");
	sse_free(copy);
}

static void impossible_sizes_abort(void)
{
	CHECK_ABORTS(sse_malloc(SIZE_MAX));
	CHECK_ABORTS(sse_malloc((size_t)PTRDIFF_MAX + 1));
	CHECK_ABORTS(sse_calloc(SIZE_MAX / 2, 4));
	CHECK_ABORTS(sse_calloc(SIZE_MAX, SIZE_MAX));
	CHECK_ABORTS(sse_realloc(NULL, SIZE_MAX));
	CHECK_ABORTS(sse_memdup("", SIZE_MAX));
	CHECK_ABORTS(sse_memdup("", SIZE_MAX - 1));
}

void test_alloc(void)
{
	RUN(zero_bytes_yield_a_pointer);
	RUN(calloc_zeroes);
	RUN(realloc_keeps_contents);
	RUN(memdup_terminates_and_keeps_nuls);
	RUN(impossible_sizes_abort);
}
