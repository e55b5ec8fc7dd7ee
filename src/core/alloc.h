/*
 * The one seam through which core, io and hub take memory, so that tests can count it and let it fail.
 * Everything below aborts the process when memory has run out: a streaming process has no better answer.
 */
#ifndef SSE_CORE_ALLOC_H
#define SSE_CORE_ALLOC_H

#include <stddef.h>

/* A size of 0 is allowed everywhere and yields a pointer that sse_free() takes; sse_free(NULL) does nothing. */
void *sse_malloc(size_t size);
void *sse_calloc(size_t count, size_t size);
void *sse_realloc(void *ptr, size_t size);
void sse_free(void *ptr);

/* A NUL-terminated copy of len bytes (which may hold NULs themselves); the caller frees it with sse_free(). */
char *sse_memdup(const char *bytes, size_t len);

#endif
