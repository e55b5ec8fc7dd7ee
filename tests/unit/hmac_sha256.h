/*
 * HMAC-SHA256 (RFC 2104, FIPS 180-4) for the tests of what takes it as a callback: written to be read, not to be fast.
 */
#ifndef SSE_HMAC_SHA256_H
#define SSE_HMAC_SHA256_H

#include "core/str.h"

void hmac_sha256(sse_str key, sse_str message, unsigned char mac[32]);

#endif
