/*
 * Composes tokens for tests; core itself only reads them.
 */
#ifndef SSE_BASE64URL_ENCODE_H
#define SSE_BASE64URL_ENCODE_H

#include "core/buf.h"
#include "core/str.h"

/* Appends bytes as base64url without padding. */
static inline void base64url_encode(sse_buf *out, sse_str bytes)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

	for (size_t i = 0; i < bytes.len; i += 3) {
		size_t len = bytes.len - i < 3 ? bytes.len - i : 3;
		unsigned group = 0;
		for (size_t j = 0; j < 3; j++) {
			group = group << 8 | (j < len ? (unsigned char)bytes.data[i + j] : 0);
		}
		for (size_t j = 0; j <= len; j++) {
			sse_buf_append(out, &alphabet[group >> (18 - 6 * j) & 63], 1);
		}
	}
}

#endif
