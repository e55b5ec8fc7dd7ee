#include "alloc.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void die_if_exhausted(const void *ptr, size_t size)
{
	if (ptr == NULL) {
		fprintf(stderr, "sse: out of memory (%zu bytes wanted)\n", size);
		abort();
	}
}

/* No object may be larger than PTRDIFF_MAX; refusing here keeps an overflowed size from ever reaching the allocator. */
static void *allocate(void *ptr, size_t size)
{
	/* A size of 0 may yield NULL, which would look like failure, and realloc() may free: ask for one byte instead. */
	size_t wanted = size == 0 ? 1 : size;
	void *result = wanted > (size_t)PTRDIFF_MAX ? NULL : realloc(ptr, wanted);
	die_if_exhausted(result, size);
	return result;
}

void *sse_malloc(size_t size)
{
	return allocate(NULL, size);
}

void *sse_calloc(size_t count, size_t size)
{
	if (count == 0 || size == 0) {
		count = size = 1;
	}
	void *result = count > (size_t)PTRDIFF_MAX / size ? NULL : calloc(count, size);
	die_if_exhausted(result, count > SIZE_MAX / size ? SIZE_MAX : count * size);
	return result;
}

void *sse_realloc(void *ptr, size_t size)
{
	return allocate(ptr, size);
}

void sse_free(void *ptr)
{
	free(ptr);
}

char *sse_memdup(const char *bytes, size_t len)
{
	/* len + 1 would wrap to 0 for SIZE_MAX; SIZE_MAX itself is refused by the allocator. */
	char *copy = sse_malloc(len == SIZE_MAX ? len : len + 1);
	if (len > 0) {
		memcpy(copy, bytes, len);
	}
	copy[len] = '\0';
	return copy;
}
