/*
 * JSON Web Tokens (RFC 7519) signed with HS256 (RFC 7518, section 3.2): the credentials of clients that talk to the hub
 * without a PHP page between.
 *
 * Claims: exp (required) and nbf, in seconds, parts of which are dropped; sub, or user where there is no sub: a string that is
 * not empty or a whole number; topics, channels, patterns, queues: a name or a list of names. Of a claim that is there twice
 * the last counts. Limits are those of subscription.h.
 */
#ifndef SSE_CORE_JWT_H
#define SSE_CORE_JWT_H

#include "subscription.h"

/* HMAC-SHA256; core has none of its own, whoever calls brings one. */
typedef void (*sse_hmac_sha256)(sse_str key, sse_str message, unsigned char mac[32]);

/* Longer tokens are refused unread. */
#define SSE_JWT_MAX 8192

typedef enum sse_jwt_result {
	SSE_JWT_OK,
	SSE_JWT_MALFORMED,    /* not three parts of base64url, no JSON, a claim of the wrong type, more names than allowed */
	SSE_JWT_ALGORITHM,    /* no "alg", two of them, any but "HS256", or "crit"; all else in the header is ignored */
	SSE_JWT_SIGNATURE,    /* or an empty secret, with which nothing is valid */
	SSE_JWT_EXPIRED,      /* or not yet valid */
	SSE_JWT_NO_EXPIRY
} sse_jwt_result;

typedef struct sse_jwt {
	sse_buf strings;              /* owned: what subscription borrows from */
	sse_subscription subscription; /* sources, of which there may be none, and user */
	int64_t expires;              /* seconds since 1970 */
} sse_jwt;

/*
 * The algorithm is looked at first, then the signature (compared in constant time), and the claims only after that. now is in
 * seconds since 1970, leeway none. To be deinitialised in any case; jwt means something only with SSE_JWT_OK.
 */
sse_jwt_result sse_jwt_verify(sse_jwt *jwt, sse_str token, sse_str secret, sse_hmac_sha256 hmac, int64_t now);
void sse_jwt_deinit(sse_jwt *jwt);

/* A sentence for the answer and the log; never holds any of the token. */
const char *sse_jwt_message(sse_jwt_result result);

#endif
