#include "core/base64url.h"
#include "core/jwt.h"
#include "../fuzz/base64url_encode.h"
#include "hmac_sha256.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#define SECRET "0123456789abcdef0123456789abcdef"
#define HEADER "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"
/* A minute before the tokens below expire. */
#define NOW 1718000000
#define EXP "\"exp\":1718000060"

/* Signed with SECRET by Node 18's crypto, like every token below that is written out. */
#define OF_NODE                                                                                                             \
	"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."                                                                                 \
	"eyJzdWIiOiJhbGljZSIsImV4cCI6MTcxODAwMDA2MCwibmJmIjoxNzE4MDAwMDAwLCJ0b3BpY3MiOlsib3JkZXJzIiwiZ3LDvMOfZS83Il0sImNoYW5uZ" \
	"WxzIjoibmV3cyIsInBhdHRlcm5zIjpbInJvb206KiJdLCJxdWV1ZXMiOlsiam9icyJdfQ."                                                \
	"JShnXqEM4vmpZGIoptrXdWmLxxy6TvuXTYmmWu_oAJQ"

/* In memory of just that size, so that a sanitizer sees a read past the end. The caller deinitialises. */
static sse_jwt_result verify_with(sse_jwt *jwt, sse_str token, sse_str secret, int64_t now)
{
	char *copy = malloc(token.len > 0 ? token.len : 1);
	if (token.len > 0) {
		memcpy(copy, token.data, token.len);
	}
	sse_jwt_result result = sse_jwt_verify(jwt, (sse_str){copy, token.len}, secret, hmac_sha256, now);
	/* Nothing may be borrowed from the token. */
	free(copy);
	return result;
}

static void check_token(sse_str token, sse_jwt_result expected, int line)
{
	sse_jwt jwt;
	test_check_int(verify_with(&jwt, token, LIT(SECRET), NOW), expected, __FILE__, line, token.data);
	sse_jwt_deinit(&jwt);
}

#define TOKEN(token, expected) check_token(LIT(token), (expected), __LINE__)

/* Appends a token that is signed as it should be, whatever its header says. */
static void sign(sse_buf *token, sse_str header, sse_str payload)
{
	unsigned char mac[32];
	base64url_encode(token, header);
	sse_buf_append_str(token, ".");
	base64url_encode(token, payload);
	hmac_sha256(LIT(SECRET), (sse_str){token->data, token->len}, mac);
	sse_buf_append_str(token, ".");
	base64url_encode(token, (sse_str){(char *)mac, sizeof mac});
}

static sse_jwt_result verify_signed(sse_jwt *jwt, sse_str header, sse_str payload)
{
	sse_buf token;
	sse_buf_init(&token);
	sign(&token, header, payload);
	sse_jwt_result result = verify_with(jwt, (sse_str){token.data, token.len}, LIT(SECRET), NOW);
	sse_buf_deinit(&token);
	return result;
}

static void check_signed(sse_str header, sse_str payload, sse_jwt_result expected, int line)
{
	sse_jwt jwt;
	test_check_int(verify_signed(&jwt, header, payload), expected, __FILE__, line, expected ? payload.data : header.data);
	sse_jwt_deinit(&jwt);
}

#define HEADED(header, expected) check_signed(LIT(header), LIT("{" EXP "}"), (expected), __LINE__)
#define CLAIMS(payload, expected) check_signed(LIT(HEADER), LIT(payload), (expected), __LINE__)

#define CHECK_SOURCE(jwt, index, expected_kind, expected_name)                                                              \
	do {                                                                                                                    \
		REQUIRE((jwt).subscription.count > (index));                                                                        \
		CHECK_INT((jwt).subscription.sources[index].kind, (expected_kind));                                                 \
		CHECK_BYTES(                                                                                                        \
			(jwt).subscription.sources[index].name.data, (jwt).subscription.sources[index].name.len, expected_name);        \
	} while (0)

static void reads_a_token_of_another_implementation(void)
{
	sse_jwt jwt;
	CHECK_INT(verify_with(&jwt, LIT(OF_NODE), LIT(SECRET), NOW), SSE_JWT_OK);
	CHECK_INT(jwt.expires, 1718000060);
	CHECK_BYTES(jwt.subscription.user.data, jwt.subscription.user.len, "alice");
	CHECK_INT(jwt.subscription.count, 5);
	CHECK_SOURCE(jwt, 0, SSE_SOURCE_TOPIC, "orders");
	CHECK_SOURCE(jwt, 1, SSE_SOURCE_TOPIC,
		"gr\xC3\xBC\xC3\x9F"
		"e/7");
	CHECK_SOURCE(jwt, 2, SSE_SOURCE_CHANNEL, "news");
	CHECK_SOURCE(jwt, 3, SSE_SOURCE_PATTERN, "room:*");
	CHECK_SOURCE(jwt, 4, SSE_SOURCE_LIST, "jobs");
	CHECK(!jwt.subscription.sources[0].has_cursor);
	sse_jwt_deinit(&jwt);
}

static void reads_the_token_of_rfc_7515(void)
{
	static const char token[] =
		"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
		"eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
		"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
	sse_buf key;
	sse_jwt jwt;

	sse_buf_init(&key);
	REQUIRE(sse_base64url_decode(
		&key, LIT("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")));
	CHECK_INT(verify_with(&jwt, LIT(token), (sse_str){key.data, key.len}, 1300819379), SSE_JWT_OK);
	CHECK_INT(jwt.expires, 1300819380);
	CHECK_INT(jwt.subscription.count, 0);
	CHECK(jwt.subscription.user.data == NULL);
	sse_jwt_deinit(&jwt);
	CHECK_INT(verify_with(&jwt, LIT(token), (sse_str){key.data, key.len}, 1300819380), SSE_JWT_EXPIRED);
	sse_jwt_deinit(&jwt);
	sse_buf_deinit(&key);
}

static void an_unsigned_token_is_refused(void)
{
	/* alg none, with no signature, a signature of something, and one that would be right. */
	TOKEN("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiIsImV4cCI6MTcxODAwMDA2MH0.", SSE_JWT_ALGORITHM);
	TOKEN("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiIsImV4cCI6MTcxODAwMDA2MH0.AAAA", SSE_JWT_ALGORITHM);
	TOKEN("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiIsImV4cCI6MTcxODAwMDA2MH0", SSE_JWT_MALFORMED);
	HEADED("{\"alg\":\"none\"}", SSE_JWT_ALGORITHM);
	HEADED("{\"alg\":\"None\"}", SSE_JWT_ALGORITHM);
	HEADED("{\"alg\":\"NONE\"}", SSE_JWT_ALGORITHM);
	HEADED("{\"alg\":\"nOnE\"}", SSE_JWT_ALGORITHM);
	HEADED("{\"alg\":\"\"}", SSE_JWT_ALGORITHM);
	/* The right header without a signature. */
	TOKEN("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZG1pbiIsImV4cCI6MTcxODAwMDA2MH0.", SSE_JWT_SIGNATURE);
}

static void other_algorithms_are_refused(void)
{
	/* Valid ones: RS256, and HS384 and HS512 with our secret. */
	TOKEN("eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZSIsImV4cCI6MTcxODAwMDA2MH0."
		  "pL4kvOC3y3aPJe1Y87m8Kseuxw4PKPmVkI9oktjSq5kiZCnYGkdqxYvatmx9umD4IM8rvZwBJL7sAQzWiGQtRp1NWZditJ3GglxfoAPGn9UTw9Ss"
		  "_qd3vtfK90Ox8JfGoBT2Zgk99KIYQHLJeut60n6UCODa7NKb_Wb5OMVm1PY",
		SSE_JWT_ALGORITHM);
	TOKEN("eyJhbGciOiJIUzM4NCIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZSIsImV4cCI6MTcxODAwMDA2MH0."
		  "fdZUwhAvOYyYc3igqNN7uXZ3T3LWvTulVcV4xWKPEkHBR_z3IXrHqbvmkDc2VLl3",
		SSE_JWT_ALGORITHM);
	TOKEN("eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZSIsImV4cCI6MTcxODAwMDA2MH0."
		  "5xmx4SiTpJ2oUOevXwtjOt3oxe9JB3J0T_zcQmNVU5ve8reE6GADa51LWzzqVZKfDCrRy5E_ah17jiOJwsJ_wg",
		SSE_JWT_ALGORITHM);
	HEADED("{\"alg\":\"HS384\"}", SSE_JWT_ALGORITHM);
	HEADED("{\"alg\":\"HS512\"}", SSE_JWT_ALGORITHM);
	HEADED("{\"alg\":\"RS256\"}", SSE_JWT_ALGORITHM);
	HEADED("{\"alg\":\"ES256\"}", SSE_JWT_ALGORITHM);
	HEADED("{\"alg\":\"PS256\"}", SSE_JWT_ALGORITHM);
	HEADED("{\"alg\":\"EdDSA\"}", SSE_JWT_ALGORITHM);
}

static void the_algorithm_is_compared_exactly(void)
{
	HEADED("{\"alg\":\"HS256\"}", SSE_JWT_OK);
	HEADED(" {\n\"alg\" : \"HS256\" } ", SSE_JWT_OK);
	HEADED("{\"\\u0061lg\":\"HS\\u0032\\u0035\\u0036\"}", SSE_JWT_OK);
	HEADED("{\"alg\":\"hs256\"}", SSE_JWT_ALGORITHM);
	HEADED("{\"alg\":\"Hs256\"}", SSE_JWT_ALGORITHM);
	HEADED("{\"alg\":\"HS256 \"}", SSE_JWT_ALGORITHM);
	HEADED("{\"alg\":\"HS256\\u0000\"}", SSE_JWT_ALGORITHM);
	HEADED("{\"alg\":\"HS25\"}", SSE_JWT_ALGORITHM);
	HEADED("{\"alg\":[\"HS256\"]}", SSE_JWT_ALGORITHM);
	HEADED("{\"alg\":{\"alg\":\"HS256\"}}", SSE_JWT_ALGORITHM);
	HEADED("{\"alg\":null}", SSE_JWT_ALGORITHM);
	HEADED("{\"alg\":true}", SSE_JWT_ALGORITHM);
	HEADED("{\"alg\":256}", SSE_JWT_ALGORITHM);
}

static void a_header_names_the_algorithm_once(void)
{
	HEADED("{}", SSE_JWT_ALGORITHM);
	HEADED("{\"typ\":\"JWT\"}", SSE_JWT_ALGORITHM);
	HEADED("{\"Alg\":\"HS256\"}", SSE_JWT_ALGORITHM);
	HEADED("{\"alg\\u0000\":\"HS256\"}", SSE_JWT_ALGORITHM);
	HEADED("{\"x\":{\"alg\":\"HS256\"}}", SSE_JWT_ALGORITHM);
	HEADED("{\"alg\":\"none\",\"alg\":\"HS256\"}", SSE_JWT_ALGORITHM);
	HEADED("{\"alg\":\"HS256\",\"alg\":\"none\"}", SSE_JWT_ALGORITHM);
	HEADED("{\"alg\":\"HS256\",\"alg\":\"HS256\"}", SSE_JWT_ALGORITHM);
	HEADED("{\"alg\":\"HS256\",\"typ\":\"JWT\",\"\\u0061lg\":\"HS256\"}", SSE_JWT_ALGORITHM);
}

static void critical_extensions_are_refused_and_others_ignored(void)
{
	HEADED("{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}", SSE_JWT_ALGORITHM);
	HEADED("{\"crit\":[\"exp\"],\"alg\":\"HS256\"}", SSE_JWT_ALGORITHM);
	HEADED("{\"alg\":\"HS256\",\"crit\":[]}", SSE_JWT_ALGORITHM);
	HEADED("{\"alg\":\"HS256\",\"crit\":null}", SSE_JWT_ALGORITHM);
	HEADED("{\"alg\":\"HS256\",\"c\\u0072it\":[\"x\"]}", SSE_JWT_ALGORITHM);
	HEADED("{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}", SSE_JWT_OK);
	HEADED("{\"alg\":\"HS256\",\"typ\":7,\"kid\":\"../../dev/null\",\"jku\":\"https://evil.example/\"}", SSE_JWT_OK);
}

static void the_key_never_comes_from_the_token(void)
{
	/* Signed with the RSA public key as if it were a secret, and with a key that lies in the header. */
	TOKEN("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhZG1pbiIsImV4cCI6MTcxODAwMDA2MCwidG9waWNzIjoiYWxsIn0."
		  "0cpKYBks9VlL-j0WKTyhkXEs2xugIq3sCY6c8oASAAU",
		SSE_JWT_SIGNATURE);

	unsigned char mac[32];
	sse_buf token;
	sse_buf_init(&token);
	base64url_encode(&token, LIT("{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"a2V5\"}}"));
	sse_buf_append_str(&token, ".");
	base64url_encode(&token, LIT("{" EXP "}"));
	hmac_sha256(LIT("key"), (sse_str){token.data, token.len}, mac);
	sse_buf_append_str(&token, ".");
	base64url_encode(&token, (sse_str){(char *)mac, sizeof mac});
	check_token((sse_str){token.data, token.len}, SSE_JWT_SIGNATURE, __LINE__);
	sse_buf_deinit(&token);
}

static void an_empty_secret_verifies_nothing(void)
{
	unsigned char mac[32];
	sse_buf token;
	sse_jwt jwt;

	sse_buf_init(&token);
	base64url_encode(&token, LIT(HEADER));
	sse_buf_append_str(&token, ".");
	base64url_encode(&token, LIT("{" EXP "}"));
	hmac_sha256(LIT(""), (sse_str){token.data, token.len}, mac);
	sse_buf_append_str(&token, ".");
	base64url_encode(&token, (sse_str){(char *)mac, sizeof mac});
	CHECK_INT(verify_with(&jwt, (sse_str){token.data, token.len}, LIT(""), NOW), SSE_JWT_SIGNATURE);
	sse_jwt_deinit(&jwt);
	CHECK_INT(verify_with(&jwt, (sse_str){token.data, token.len}, NONE, NOW), SSE_JWT_SIGNATURE);
	sse_jwt_deinit(&jwt);
	sse_buf_deinit(&token);
}

static void any_other_bit_breaks_the_token(void)
{
	char token[] = OF_NODE;
	for (size_t i = 0; i < sizeof token - 1; i++) {
		for (int bit = 0; bit < 8; bit++) {
			sse_jwt jwt;
			token[i] = (char)(token[i] ^ 1 << bit);
			if (!CHECK(verify_with(&jwt, (sse_str){token, sizeof token - 1}, LIT(SECRET), NOW) != SSE_JWT_OK)) {
				CHECK_INT(i, -1);
			}
			CHECK_INT(jwt.subscription.count, 0);
			sse_jwt_deinit(&jwt);
			token[i] = (char)(token[i] ^ 1 << bit);
		}
	}
	TOKEN(OF_NODE, SSE_JWT_OK);
}

static void a_signature_is_whole(void)
{
	static const char token[] = OF_NODE;
	for (size_t len = 0; len < sizeof token - 1; len++) {
		sse_jwt jwt;
		CHECK(verify_with(&jwt, (sse_str){token, len}, LIT(SECRET), NOW) != SSE_JWT_OK);
		sse_jwt_deinit(&jwt);
	}
	/* 40 of its 43 characters are 30 bytes, which are compared with nothing; 44 are 33. */
	check_token((sse_str){token, sizeof token - 4}, SSE_JWT_SIGNATURE, __LINE__);
	TOKEN(OF_NODE "A", SSE_JWT_SIGNATURE);
	TOKEN("eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3MTgwMDAwNjB9.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", SSE_JWT_SIGNATURE);
	TOKEN("eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3MTgwMDAwNjB9.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", SSE_JWT_SIGNATURE);
}

static void a_token_has_one_form_only(void)
{
	char token[sizeof OF_NODE] = OF_NODE;

	TOKEN(OF_NODE "=", SSE_JWT_MALFORMED);
	TOKEN(OF_NODE "\n", SSE_JWT_MALFORMED);
	TOKEN(" " OF_NODE, SSE_JWT_MALFORMED);
	TOKEN("Bearer " OF_NODE, SSE_JWT_MALFORMED);
	/* The last character holds four bits of the signature: Q, R, S and T are the same to a lax decoder. */
	token[sizeof token - 2] = 'R';
	check_token((sse_str){token, sizeof token - 1}, SSE_JWT_MALFORMED, __LINE__);
	token[sizeof token - 2] = 'Q';
	check_token((sse_str){token, sizeof token - 1}, SSE_JWT_OK, __LINE__);
	/* The signature has an "_" in it. */
	char *underscore = strrchr(token, '_');
	REQUIRE(underscore != NULL);
	*underscore = '/';
	check_token((sse_str){token, sizeof token - 1}, SSE_JWT_MALFORMED, __LINE__);
}

static void a_token_has_three_parts(void)
{
	TOKEN("", SSE_JWT_MALFORMED);
	TOKEN(".", SSE_JWT_MALFORMED);
	TOKEN("..", SSE_JWT_MALFORMED);
	TOKEN("...", SSE_JWT_MALFORMED);
	TOKEN("eyJhbGciOiJIUzI1NiJ9", SSE_JWT_MALFORMED);
	TOKEN("eyJhbGciOiJIUzI1NiJ9.e30", SSE_JWT_MALFORMED);
	TOKEN(OF_NODE ".", SSE_JWT_MALFORMED);
	TOKEN(OF_NODE ".AAAA", SSE_JWT_MALFORMED);
	TOKEN(OF_NODE ".AAAA.AAAA", SSE_JWT_MALFORMED);
	TOKEN("." OF_NODE, SSE_JWT_MALFORMED);
	check_token(NONE, SSE_JWT_MALFORMED, __LINE__);
}

static void header_and_claims_are_json_objects(void)
{
	HEADED("", SSE_JWT_MALFORMED);
	HEADED("[]", SSE_JWT_MALFORMED);
	HEADED("\"HS256\"", SSE_JWT_MALFORMED);
	HEADED("{\"alg\":\"HS256\"", SSE_JWT_MALFORMED);
	HEADED("{\"alg\":\"HS256\"}x", SSE_JWT_MALFORMED);
	HEADED("{\"alg\":\"HS256\",}", SSE_JWT_MALFORMED);
	HEADED("{\"alg\":\"HS256\"}\0", SSE_JWT_MALFORMED);
	CLAIMS("", SSE_JWT_MALFORMED);
	CLAIMS("[{" EXP "}]", SSE_JWT_MALFORMED);
	CLAIMS("null", SSE_JWT_MALFORMED);
	CLAIMS("{" EXP, SSE_JWT_MALFORMED);
	CLAIMS("{" EXP ",\"sub\":\"\xFF\"}", SSE_JWT_MALFORMED);
	CLAIMS("{" EXP "}{}", SSE_JWT_MALFORMED);
}

static void claims_are_not_looked_at_before_the_signature(void)
{
	/* {"exp":1} and "x", signed with another secret. */
	TOKEN("eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjF9.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", SSE_JWT_SIGNATURE);
	TOKEN("eyJhbGciOiJIUzI1NiJ9.eA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", SSE_JWT_SIGNATURE);
	/* And the signature not before the algorithm. */
	TOKEN("eyJhbGciOiJub25lIn0.!.!", SSE_JWT_ALGORITHM);
}

static void a_token_must_expire(void)
{
	CLAIMS("{}", SSE_JWT_NO_EXPIRY);
	CLAIMS("{\"sub\":\"a\",\"Exp\":1718000060}", SSE_JWT_NO_EXPIRY);
	CLAIMS("{\"x\":{" EXP "}}", SSE_JWT_NO_EXPIRY);
	CLAIMS("{\"exp\":null}", SSE_JWT_MALFORMED);
	CLAIMS("{\"exp\":\"1718000060\"}", SSE_JWT_MALFORMED);
	CLAIMS("{\"exp\":true}", SSE_JWT_MALFORMED);
	CLAIMS("{\"exp\":[1718000060]}", SSE_JWT_MALFORMED);
	CLAIMS("{\"exp\":1e300}", SSE_JWT_MALFORMED);
	CLAIMS("{\"exp\":9223372036854775808}", SSE_JWT_MALFORMED);
	CLAIMS("{\"exp\":9223372036854775807}", SSE_JWT_OK);
}

static void is_valid_before_its_expiry_only(void)
{
	CLAIMS("{\"exp\":1718000001}", SSE_JWT_OK);
	CLAIMS("{\"exp\":1718000000}", SSE_JWT_EXPIRED);
	CLAIMS("{\"exp\":1717999999}", SSE_JWT_EXPIRED);
	CLAIMS("{\"exp\":0}", SSE_JWT_EXPIRED);
	CLAIMS("{\"exp\":-1}", SSE_JWT_EXPIRED);
	CLAIMS("{\"exp\":-9223372036854775808}", SSE_JWT_EXPIRED);
	CLAIMS("{\"exp\":1.718000001e9}", SSE_JWT_OK);
	/* As some libraries write it. Parts of a second are dropped, so that nothing is valid for longer than it says. */
	CLAIMS("{\"exp\":1718000001.25}", SSE_JWT_OK);
	CLAIMS("{\"exp\":1718000000.999999}", SSE_JWT_EXPIRED);
	/* The last of two. */
	CLAIMS("{\"exp\":1,\"exp\":1718000001}", SSE_JWT_OK);
	CLAIMS("{\"exp\":1718000001,\"exp\":1}", SSE_JWT_EXPIRED);
}

static void is_not_valid_before_nbf(void)
{
	CLAIMS("{" EXP ",\"nbf\":1718000000}", SSE_JWT_OK);
	CLAIMS("{" EXP ",\"nbf\":1718000000.75}", SSE_JWT_OK);
	CLAIMS("{" EXP ",\"nbf\":-5}", SSE_JWT_OK);
	CLAIMS("{" EXP ",\"nbf\":1718000001}", SSE_JWT_EXPIRED);
	CLAIMS("{" EXP ",\"nbf\":\"0\"}", SSE_JWT_MALFORMED);
	CLAIMS("{" EXP ",\"nbf\":null}", SSE_JWT_MALFORMED);
	CLAIMS("{" EXP ",\"iat\":9718000001}", SSE_JWT_OK);
}

static void check_user(sse_str payload, const char *expected, int line)
{
	sse_jwt jwt;
	test_check_int(verify_signed(&jwt, LIT(HEADER), payload), SSE_JWT_OK, __FILE__, line, payload.data);
	test_check_bytes(jwt.subscription.user.data, jwt.subscription.user.len, expected,
		expected != NULL ? strlen(expected) : 0, __FILE__, line, payload.data);
	test_check_int(jwt.subscription.user.data != NULL, expected != NULL, __FILE__, line, payload.data);
	sse_jwt_deinit(&jwt);
}

#define USER(claims, expected) check_user(LIT("{" EXP claims "}"), (expected), __LINE__)

static void the_user_is_text_or_a_whole_number(void)
{
	USER("", NULL);
	USER(",\"sub\":\"alice\"", "alice");
	USER(",\"user\":\"alice\"", "alice");
	USER(",\"user\":\"bob\",\"sub\":\"alice\"", "alice");
	USER(",\"sub\":\"\\u0061l\\/\\uD83D\\uDE00\"", "al/\xF0\x9F\x98\x80");
	USER(",\"sub\":42", "42");
	USER(",\"user\":-42", "-42");
	USER(",\"sub\":1e18", "1000000000000000000");
	USER(",\"sub\":-9223372036854775808", "-9223372036854775808");
	CLAIMS("{" EXP ",\"sub\":\"\"}", SSE_JWT_MALFORMED);
	CLAIMS("{" EXP ",\"sub\":1.5}", SSE_JWT_MALFORMED);
	CLAIMS("{" EXP ",\"sub\":1e30}", SSE_JWT_MALFORMED);
	CLAIMS("{" EXP ",\"sub\":null,\"user\":\"a\"}", SSE_JWT_MALFORMED);
	CLAIMS("{" EXP ",\"sub\":true}", SSE_JWT_MALFORMED);
	CLAIMS("{" EXP ",\"user\":[\"a\"]}", SSE_JWT_MALFORMED);
	CLAIMS("{" EXP ",\"user\":{}}", SSE_JWT_MALFORMED);
}

static void sources_are_a_name_or_a_list_of_names(void)
{
	sse_jwt jwt;
	CHECK_INT(verify_signed(&jwt, LIT(HEADER),
				  LIT("{\"queues\":\"q\",\"patterns\":[],\"topics\":[\"b\",\"a\\u0000\",\"b\"],\"sub\":7," EXP
					  ",\"channels\":[\"\\u00e9\\n\"],\"other\":[1]}")),
		SSE_JWT_OK);
	CHECK_INT(jwt.subscription.count, 5);
	CHECK_SOURCE(jwt, 0, SSE_SOURCE_TOPIC, "b");
	CHECK_SOURCE(jwt, 1, SSE_SOURCE_TOPIC, "a\0");
	CHECK_SOURCE(jwt, 2, SSE_SOURCE_TOPIC, "b");
	CHECK_SOURCE(jwt, 3, SSE_SOURCE_CHANNEL, "\xC3\xA9\n");
	CHECK_SOURCE(jwt, 4, SSE_SOURCE_LIST, "q");
	CHECK_BYTES(jwt.subscription.user.data, jwt.subscription.user.len, "7");
	sse_jwt_deinit(&jwt);
}

static void other_sources_are_malformed(void)
{
	static const char *const claims[] = {"topics", "channels", "patterns", "queues", "broadcast"};
	static const char *const values[] = {
		"\"\"", "[\"a\",\"\"]", "null", "1", "true", "{}", "{\"a\":\"b\"}", "[1]", "[\"a\",null]", "[[\"a\"]]"};

	for (size_t i = 0; i < sizeof claims / sizeof *claims; i++) {
		for (size_t j = 0; j < sizeof values / sizeof *values; j++) {
			char payload[100];
			snprintf(payload, sizeof payload, "{" EXP ",\"%s\":%s}", claims[i], values[j]);
			check_signed(LIT(HEADER), STR(payload), SSE_JWT_MALFORMED, __LINE__);
		}
	}
}

/* {"exp":…,"claim":"xxx"} with a name of that length. */
static sse_jwt_result verify_length(const char *claim, size_t len)
{
	sse_buf payload;
	sse_jwt jwt;

	sse_buf_init(&payload);
	sse_buf_append_str(&payload, "{" EXP ",\"");
	sse_buf_append_str(&payload, claim);
	sse_buf_append_str(&payload, "\":\"");
	memset(sse_buf_reserve(&payload, len), 'x', len);
	payload.len += len;
	sse_buf_append_str(&payload, "\"}");
	sse_jwt_result result = verify_signed(&jwt, LIT(HEADER), (sse_str){payload.data, payload.len});
	sse_jwt_deinit(&jwt);
	sse_buf_deinit(&payload);
	return result;
}

static void lengths_have_limits(void)
{
	CHECK_INT(verify_length("topics", SSE_SUBSCRIPTION_NAME_MAX), SSE_JWT_OK);
	CHECK_INT(verify_length("topics", SSE_SUBSCRIPTION_NAME_MAX + 1), SSE_JWT_MALFORMED);
	CHECK_INT(verify_length("queues", SSE_SUBSCRIPTION_NAME_MAX + 1), SSE_JWT_MALFORMED);
	CHECK_INT(verify_length("sub", SSE_SUBSCRIPTION_USER_MAX), SSE_JWT_OK);
	CHECK_INT(verify_length("sub", SSE_SUBSCRIPTION_USER_MAX + 1), SSE_JWT_MALFORMED);
	CHECK_INT(verify_length("user", SSE_SUBSCRIPTION_USER_MAX + 1), SSE_JWT_MALFORMED);
}

/* So many topics, and a channel. */
static sse_jwt_result verify_count(size_t topics)
{
	sse_buf payload;
	sse_jwt jwt;

	sse_buf_init(&payload);
	sse_buf_append_str(&payload, "{" EXP ",\"channels\":\"c\",\"topics\":[\"a\"");
	for (size_t i = 1; i < topics; i++) {
		sse_buf_append_str(&payload, ",\"b\"");
	}
	sse_buf_append_str(&payload, "]}");
	sse_jwt_result result = verify_signed(&jwt, LIT(HEADER), (sse_str){payload.data, payload.len});
	if (result == SSE_JWT_OK) {
		CHECK_INT(jwt.subscription.count, topics + 1);
		CHECK_BYTES(jwt.subscription.sources[0].name.data, jwt.subscription.sources[0].name.len, "a");
		CHECK_BYTES(jwt.subscription.sources[topics].name.data, jwt.subscription.sources[topics].name.len, "c");
	}
	sse_jwt_deinit(&jwt);
	sse_buf_deinit(&payload);
	return result;
}

static void the_number_of_names_has_a_limit(void)
{
	CHECK_INT(verify_count(SSE_SUBSCRIPTION_NAMES_MAX - 1), SSE_JWT_OK);
	/* One more than allowed, though no claim has too many on its own. */
	CHECK_INT(verify_count(SSE_SUBSCRIPTION_NAMES_MAX), SSE_JWT_MALFORMED);
}

static unsigned macs;

static void count_macs(sse_str key, sse_str message, unsigned char mac[32])
{
	macs++;
	hmac_sha256(key, message, mac);
}

static void a_long_token_is_refused_unread(void)
{
	sse_buf payload, token;
	sse_jwt jwt;

	sse_buf_init(&payload);
	sse_buf_init(&token);
	sse_buf_append_str(&payload, "{" EXP "}");
	/* White space, so that the token grows by small steps and stays valid. */
	while (token.len <= SSE_JWT_MAX) {
		bool fits;
		token.len = 0;
		sse_buf_append_str(&payload, payload.len < 6000 ? "                    " : " ");
		sign(&token, LIT(HEADER), (sse_str){payload.data, payload.len});
		fits = token.len <= SSE_JWT_MAX;
		macs = 0;
		CHECK_INT(sse_jwt_verify(&jwt, (sse_str){token.data, token.len}, LIT(SECRET), count_macs, NOW),
			fits ? SSE_JWT_OK : SSE_JWT_MALFORMED);
		CHECK_INT(macs, fits ? 1 : 0);
		sse_jwt_deinit(&jwt);
	}
	sse_buf_deinit(&payload);
	sse_buf_deinit(&token);
}

static void every_result_has_a_sentence_of_its_own(void)
{
	for (int i = SSE_JWT_OK; i <= SSE_JWT_NO_EXPIRY; i++) {
		CHECK(strlen(sse_jwt_message((sse_jwt_result)i)) > 10);
		for (int j = SSE_JWT_OK; j < i; j++) {
			CHECK(strcmp(sse_jwt_message((sse_jwt_result)i), sse_jwt_message((sse_jwt_result)j)) != 0);
		}
	}
}

void test_jwt(void)
{
	RUN(reads_a_token_of_another_implementation);
	RUN(reads_the_token_of_rfc_7515);
	RUN(an_unsigned_token_is_refused);
	RUN(other_algorithms_are_refused);
	RUN(the_algorithm_is_compared_exactly);
	RUN(a_header_names_the_algorithm_once);
	RUN(critical_extensions_are_refused_and_others_ignored);
	RUN(the_key_never_comes_from_the_token);
	RUN(an_empty_secret_verifies_nothing);
	RUN(any_other_bit_breaks_the_token);
	RUN(a_signature_is_whole);
	RUN(a_token_has_one_form_only);
	RUN(a_token_has_three_parts);
	RUN(header_and_claims_are_json_objects);
	RUN(claims_are_not_looked_at_before_the_signature);
	RUN(a_token_must_expire);
	RUN(is_valid_before_its_expiry_only);
	RUN(is_not_valid_before_nbf);
	RUN(the_user_is_text_or_a_whole_number);
	RUN(sources_are_a_name_or_a_list_of_names);
	RUN(other_sources_are_malformed);
	RUN(lengths_have_limits);
	RUN(the_number_of_names_has_a_limit);
	RUN(a_long_token_is_refused_unread);
	RUN(every_result_has_a_sentence_of_its_own);
}
