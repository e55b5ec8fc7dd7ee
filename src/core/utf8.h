/*
 * UTF-8 (RFC 3629), as browsers decode it.
 */
#ifndef SSE_CORE_UTF8_H
#define SSE_CORE_UTF8_H

#include <stddef.h>

/*
 * Bytes of the character at the front of a non-empty text, or 0 when there is none; *skip is then how many bytes one U+FFFD
 * stands for: the longest start of a character that was broken off.
 */
size_t sse_utf8_char(const char *at, size_t len, size_t *skip);

#endif
