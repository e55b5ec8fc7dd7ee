#include "buf.h"

#include "alloc.h"

#include <stdint.h>
#include <string.h>

/* The first allocation: one ordinary event fits. */
#define MIN_CAP 256

void sse_buf_init(sse_buf *buf)
{
	buf->data = NULL;
	buf->len = 0;
	buf->cap = 0;
}

void sse_buf_deinit(sse_buf *buf)
{
	sse_free(buf->data);
	sse_buf_init(buf);
}

static void grow(sse_buf *buf, size_t extra)
{
	if (extra > SIZE_MAX - buf->len) {
		/* No such size exists: leave by the same door as when memory has run out. */
		sse_realloc(buf->data, SIZE_MAX);
	}
	size_t needed = buf->len + extra;
	/* Half as much again keeps appends amortised and lets an allocator reuse the blocks that were outgrown. */
	size_t cap = buf->cap <= SIZE_MAX - buf->cap / 2 ? buf->cap + buf->cap / 2 : SIZE_MAX;
	if (cap < MIN_CAP) {
		cap = MIN_CAP;
	}
	if (cap < needed) {
		cap = needed;
	}
	buf->data = sse_realloc(buf->data, cap);
	buf->cap = cap;
}

char *sse_buf_reserve(sse_buf *buf, size_t extra)
{
	/* The first test also gives an empty buffer memory for a request of 0: the caller may do arithmetic on the result. */
	if (buf->data == NULL || extra > buf->cap - buf->len) {
		grow(buf, extra);
	}
	return buf->data + buf->len;
}

void sse_buf_append(sse_buf *buf, const char *bytes, size_t len)
{
	/* memcpy() must not see the NULL that an empty string may come with. */
	if (len == 0) {
		return;
	}
	memcpy(sse_buf_reserve(buf, len), bytes, len);
	buf->len += len;
}

void sse_buf_append_str(sse_buf *buf, const char *str)
{
	sse_buf_append(buf, str, strlen(str));
}

void sse_buf_consume(sse_buf *buf, size_t len)
{
	if (len >= buf->len) {
		buf->len = 0;
		return;
	}
	if (len > 0) {
		memmove(buf->data, buf->data + len, buf->len - len);
		buf->len -= len;
	}
}

void sse_buf_reset(sse_buf *buf, size_t keep)
{
	buf->len = 0;
	if (buf->cap <= keep) {
		return;
	}
	/* Not realloc(): there is nothing to carry over, and a large block that shrinks in place would stay where it is. */
	sse_free(buf->data);
	buf->data = keep > 0 ? sse_malloc(keep) : NULL;
	buf->cap = keep;
}
