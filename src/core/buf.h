/*
 * A growable byte buffer: what frames are written into and sockets are fed from.
 */
#ifndef SSE_CORE_BUF_H
#define SSE_CORE_BUF_H

#include <stddef.h>

typedef struct sse_buf {
	char *data;  /* owned; NULL while cap is 0 */
	size_t len;  /* bytes in use */
	size_t cap;  /* bytes allocated */
} sse_buf;

/* An empty buffer; no memory is taken until the first byte. */
void sse_buf_init(sse_buf *buf);
void sse_buf_deinit(sse_buf *buf);

/* Makes room for extra more bytes and returns where they go (buf->data + buf->len); never NULL, even when extra is 0. */
char *sse_buf_reserve(sse_buf *buf, size_t extra);

void sse_buf_append(sse_buf *buf, const char *bytes, size_t len);
void sse_buf_append_str(sse_buf *buf, const char *str);

/* Drops the first len bytes, or all when there are fewer; the rest moves to the front. */
void sse_buf_consume(sse_buf *buf, size_t len);

/* Empties the buffer; memory above keep bytes is given back so that one huge event does not stay for the whole stream. */
void sse_buf_reset(sse_buf *buf, size_t keep);

#endif
