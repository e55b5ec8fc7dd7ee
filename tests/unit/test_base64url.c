#include "core/base64url.h"
#include "../fuzz/base64url_encode.h"
#include "test.h"

#include <stdlib.h>

/* In memory of just that size, so that a sanitizer sees a read past the end. expected == NULL: it must be refused. */
static void check_decode(sse_str text, const char *expected, size_t expected_len, int line)
{
	char *copy = malloc(text.len > 0 ? text.len : 1);
	sse_buf out;

	sse_buf_init(&out);
	sse_buf_append_str(&out, "before");
	memcpy(copy, text.data, text.len);
	bool ok = sse_base64url_decode(&out, (sse_str){copy, text.len});
	if (test_check_int(ok, expected != NULL, __FILE__, line, text.data)) {
		test_check_bytes(out.data, 6, "before", 6, __FILE__, line, "what was there");
		test_check_bytes(out.data + 6, out.len - 6, expected, expected_len, __FILE__, line, text.data);
	}
	sse_buf_deinit(&out);
	free(copy);
}

#define DECODES(text, expected) check_decode(LIT(text), (expected), sizeof(expected) - 1, __LINE__)
#define REFUSED(text) check_decode(LIT(text), NULL, 0, __LINE__)

static void decodes_without_padding(void)
{
	/* RFC 4648, section 10. */
	DECODES("", "");
	DECODES("Zg", "f");
	DECODES("Zm8", "fo");
	DECODES("Zm9v", "foo");
	DECODES("Zm9vYg", "foob");
	DECODES("Zm9vYmE", "fooba");
	DECODES("Zm9vYmFy", "foobar");
}

static void decodes_the_alphabet_for_urls(void)
{
	DECODES("-_-_", "\xFB\xFF\xBF");
	DECODES("AAAA", "\0\0\0");
	DECODES("AA", "\0");
	DECODES("____", "\xFF\xFF\xFF");
	REFUSED("+/+/");
	REFUSED("Zm9v+w");
}

static void refuses_padding_and_space(void)
{
	REFUSED("Zg==");
	REFUSED("Zm8=");
	REFUSED("=");
	REFUSED("Zm9v====");
	REFUSED("Zg\n");
	REFUSED(" Zg");
	REFUSED("Zm 9v");
	REFUSED("Zm9v\0");
	REFUSED("Zm9\xC3");
}

static void refuses_a_single_character_over(void)
{
	REFUSED("Z");
	REFUSED("A");
	REFUSED("Zm9vY");
	REFUSED("Zm9vA");
}

static void refuses_stray_bits(void)
{
	/* All of these would be "f" and "fo" to whoever does not look. */
	REFUSED("Zh");
	REFUSED("Zo");
	REFUSED("Zv");
	REFUSED("Zm9");
	REFUSED("Zm-");
	REFUSED("Zm_");
}

static void every_byte_survives_the_round_trip(void)
{
	char bytes[258];
	sse_buf text, out;

	for (size_t i = 0; i < sizeof bytes; i++) {
		bytes[i] = (char)(i * 7);
	}
	sse_buf_init(&text);
	sse_buf_init(&out);
	for (size_t len = 0; len <= sizeof bytes; len++) {
		text.len = out.len = 0;
		base64url_encode(&text, (sse_str){bytes, len});
		CHECK(sse_base64url_decode(&out, (sse_str){text.data, text.len}));
		CHECK(out.len == len && memcmp(out.data, bytes, len) == 0);
	}
	sse_buf_deinit(&text);
	sse_buf_deinit(&out);
}

void test_base64url(void)
{
	RUN(decodes_without_padding);
	RUN(decodes_the_alphabet_for_urls);
	RUN(refuses_padding_and_space);
	RUN(refuses_a_single_character_over);
	RUN(refuses_stray_bits);
	RUN(every_byte_survives_the_round_trip);
}
