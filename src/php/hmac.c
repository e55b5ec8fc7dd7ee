#include "php.h"

#include "hmac.h"

#include "ext/hash/php_hash.h"
#include "ext/hash/php_hash_sha.h"

#include <string.h>

#define BLOCK_LEN 64
#define DIGEST_LEN 32

static void update(PHP_SHA256_CTX *context, sse_str bytes)
{
	PHP_SHA256Update(context, (const unsigned char *)bytes.data, bytes.len);
}

/* SHA-256 of a block made of the key and pad, and what follows it. */
static void digest(const unsigned char key[BLOCK_LEN], unsigned char pad, sse_str rest, unsigned char out[DIGEST_LEN])
{
	unsigned char block[BLOCK_LEN];
	PHP_SHA256_CTX context;

	for (size_t i = 0; i < BLOCK_LEN; i++) {
		block[i] = key[i] ^ pad;
	}
	PHP_SHA256InitArgs(&context, NULL);
	update(&context, (sse_str){ (const char *)block, BLOCK_LEN });
	update(&context, rest);
	PHP_SHA256Final(out, &context);
	ZEND_SECURE_ZERO(block, sizeof(block));
}

void php_sse_hmac_sha256(sse_str key, sse_str message, unsigned char mac[32])
{
	unsigned char padded[BLOCK_LEN] = { 0 }, inner[DIGEST_LEN];

	if (key.len > BLOCK_LEN) {
		PHP_SHA256_CTX context;

		PHP_SHA256InitArgs(&context, NULL);
		update(&context, key);
		PHP_SHA256Final(padded, &context);
	} else if (key.len > 0) {
		memcpy(padded, key.data, key.len);
	}
	digest(padded, 0x36, message, inner);
	digest(padded, 0x5c, (sse_str){ (const char *)inner, DIGEST_LEN }, mac);
	ZEND_SECURE_ZERO(padded, sizeof(padded));
}
