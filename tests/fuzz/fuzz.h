/*
 * What the harnesses share: taking pieces from the fuzzer's bytes, and a check that ends the run with a message.
 */
#ifndef SSE_FUZZ_H
#define SSE_FUZZ_H

#include "core/frame.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPECT(condition)                                                                                                   \
	do {                                                                                                                    \
		if (!(condition)) {                                                                                                 \
			fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition);                                       \
			abort();                                                                                                        \
		}                                                                                                                   \
	} while (0)

typedef struct input {
	const uint8_t *bytes;
	size_t len;
} input;

static inline uint8_t take_byte(input *from)
{
	if (from->len == 0) {
		return 0;
	}
	from->len--;
	return *from->bytes++;
}

static inline uint64_t take_number(input *from, unsigned bytes)
{
	uint64_t number = 0;
	while (bytes-- > 0) {
		number = number << 8 | take_byte(from);
	}
	return number;
}

/* Up to 255 bytes, borrowed; never NULL. */
static inline sse_str take_str(input *from)
{
	size_t len = take_byte(from);
	sse_str str;
	if (len > from->len) {
		len = from->len;
	}
	str.data = from->len > 0 ? (const char *)from->bytes : "";
	str.len = len;
	from->bytes += len;
	from->len -= len;
	return str;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

#endif
