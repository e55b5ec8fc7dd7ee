#include "hmac_sha256.h"
#include "test.h"

#include <stdio.h>

static void check_mac(sse_str key, sse_str message, const char *expected, int line)
{
	unsigned char mac[32];
	char hex[65];

	hmac_sha256(key, message, mac);
	for (size_t i = 0; i < sizeof mac; i++) {
		snprintf(hex + 2 * i, 3, "%02x", mac[i]);
	}
	test_check_str(hex, expected, __FILE__, line, "mac");
}

#define MAC(key, message, expected) check_mac((key), (message), (expected), __LINE__)

/* RFC 4231, test cases 1 to 4, 6 and 7; the fifth has a truncated result. */
static void agrees_with_rfc_4231(void)
{
	char key[131], bytes[50];

	memset(key, 0x0B, 20);
	MAC(((sse_str){key, 20}), LIT("Hi There"), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	MAC(LIT("Jefe"), LIT("what do ya want for nothing?"),
		"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xAA, sizeof key);
	memset(bytes, 0xDD, sizeof bytes);
	MAC(((sse_str){key, 20}), ((sse_str){bytes, 50}), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
	for (int i = 0; i < 25; i++) {
		key[i] = (char)(i + 1);
	}
	memset(bytes, 0xCD, sizeof bytes);
	MAC(((sse_str){key, 25}), ((sse_str){bytes, 50}), "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
	memset(key, 0xAA, sizeof key);
	MAC(((sse_str){key, 131}), LIT("Test Using Larger Than Block-Size Key - Hash Key First"),
		"60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
	MAC(((sse_str){key, 131}),
		LIT("This is a test using a larger than block-size key and a larger than block-size data. "
			"The key needs to be hashed before being used by the HMAC algorithm."),
		"9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

void test_hmac_sha256(void)
{
	RUN(agrees_with_rfc_4231);
}
