#include "base64url.h"

#include <stdint.h>

static int digit(char c)
{
	if (c >= 'A' && c <= 'Z') {
		return c - 'A';
	}
	if (c >= 'a' && c <= 'z') {
		return c - 'a' + 26;
	}
	if (c >= '0' && c <= '9') {
		return c - '0' + 52;
	}
	if (c == '-') {
		return 62;
	}
	return c == '_' ? 63 : -1;
}

bool sse_base64url_decode(sse_buf *out, sse_str text)
{
	char *at = sse_buf_reserve(out, text.len / 4 * 3 + 2);
	uint32_t bits = 0;
	unsigned count = 0; /* of bits that are read and not yet written */

	for (size_t i = 0; i < text.len; i++) {
		int value = digit(text.data[i]);
		if (value < 0) {
			return false;
		}
		bits = bits << 6 | (uint32_t)value;
		count += 6;
		if (count >= 8) {
			count -= 8;
			*at++ = (char)(bits >> count & 0xFF);
			bits &= (1U << count) - 1;
		}
	}
	/* Six bits over are a whole character that stands for nothing. */
	if (count == 6 || bits != 0) {
		return false;
	}
	out->len = (size_t)(at - out->data);
	return true;
}
