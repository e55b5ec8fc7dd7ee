#include "hmac_sha256.h"

#include <stdint.h>
#include <string.h>

#define BLOCK 64

typedef struct sha256 {
	uint32_t state[8];
	unsigned char block[BLOCK];
	uint64_t len;
} sha256;

static const uint32_t constants[64] = {0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
	0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1,
	0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
	0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354,
	0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585,
	0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee,
	0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate(uint32_t x, unsigned by)
{
	return x >> by | x << (32 - by);
}

static void compress(sha256 *hash)
{
	uint32_t w[64], s[8];

	for (int i = 0; i < 16; i++) {
		const unsigned char *at = hash->block + 4 * i;
		w[i] = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
	}
	for (int i = 16; i < 64; i++) {
		uint32_t low = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
		uint32_t high = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;
		w[i] = w[i - 16] + low + w[i - 7] + high;
	}
	memcpy(s, hash->state, sizeof s);
	for (int i = 0; i < 64; i++) {
		uint32_t choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
		uint32_t majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
		uint32_t first = s[7] + (rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25)) + choice + constants[i] + w[i];
		uint32_t second = (rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22)) + majority;
		memmove(s + 1, s, 7 * sizeof *s);
		s[4] += first;
		s[0] = first + second;
	}
	for (int i = 0; i < 8; i++) {
		hash->state[i] += s[i];
	}
}

static void start(sha256 *hash)
{
	static const uint32_t initial[8] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

	memcpy(hash->state, initial, sizeof initial);
	hash->len = 0;
}

static void update(sha256 *hash, const void *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		hash->block[hash->len++ % BLOCK] = ((const unsigned char *)bytes)[i];
		if (hash->len % BLOCK == 0) {
			compress(hash);
		}
	}
}

static void finish(sha256 *hash, unsigned char digest[32])
{
	uint64_t bits = hash->len * 8;
	unsigned char length[8];

	for (int i = 0; i < 8; i++) {
		length[i] = (unsigned char)(bits >> (56 - 8 * i));
	}
	update(hash, "\x80", 1);
	while (hash->len % BLOCK != BLOCK - sizeof length) {
		update(hash, "", 1);
	}
	update(hash, length, sizeof length);
	for (int i = 0; i < 32; i++) {
		digest[i] = (unsigned char)(hash->state[i / 4] >> (24 - 8 * (i % 4)));
	}
}

void hmac_sha256(sse_str key, sse_str message, unsigned char mac[32])
{
	unsigned char padded[BLOCK] = {0}, inner[BLOCK], outer[BLOCK];
	sha256 hash;

	if (key.len > BLOCK) {
		start(&hash);
		update(&hash, key.data, key.len);
		finish(&hash, padded);
	} else if (key.len > 0) {
		memcpy(padded, key.data, key.len);
	}
	for (int i = 0; i < BLOCK; i++) {
		inner[i] = padded[i] ^ 0x36;
		outer[i] = padded[i] ^ 0x5C;
	}
	start(&hash);
	update(&hash, inner, BLOCK);
	update(&hash, message.data, message.len);
	finish(&hash, mac);
	start(&hash);
	update(&hash, outer, BLOCK);
	update(&hash, mac, 32);
	finish(&hash, mac);
}
