/*
 * HMAC-SHA256 (RFC 2104) with the SHA-256 of PHP's hash extension, for the tokens that the hub accepts.
 */
#ifndef SSE_PHP_HMAC_H
#define SSE_PHP_HMAC_H

#include "core/jwt.h"

/* Calls nothing of PHP that allocates, throws or leaves by longjmp: the hub calls it from inside its loop. */
void php_sse_hmac_sha256(sse_str key, sse_str message, unsigned char mac[32]);

#endif
