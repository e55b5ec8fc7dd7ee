/*
 * Base64 with the alphabet for URLs (RFC 4648, section 5), as tokens are written in it (RFC 7515, section 2).
 */
#ifndef SSE_CORE_BASE64URL_H
#define SSE_CORE_BASE64URL_H

#include "buf.h"
#include "str.h"

#include <stdbool.h>

/*
 * Appends what text stands for. Every run of bytes has one form only, so that a token cannot be written in two ways: no
 * padding, no white space, and the bits that the last character has over are 0. False otherwise; out then holds nothing of it.
 */
bool sse_base64url_decode(sse_buf *out, sse_str text);

#endif
