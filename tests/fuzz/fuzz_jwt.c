/*
 * Tokens: nothing that is not signed, or is signed in another way than HS256, gets as far as its claims; what comes out of
 * claims keeps the limits; and what was composed is read as it was meant.
 */
#include "base64url_encode.h"
#include "core/base64url.h"
#include "core/json.h"
#include "core/jwt.h"
#include "fuzz.h"

#define NOW 1718000000

static const sse_str secret = {"secret", 6};

/* Stands in for HMAC-SHA256, which costs too much here: what counts is that every byte changes it. */
static void mac_of(sse_str key, sse_str message, unsigned char mac[32])
{
	uint64_t state = 0xCBF29CE484222325;
	for (size_t i = 0; i < key.len + message.len; i++) {
		unsigned char byte = (unsigned char)(i < key.len ? key.data[i] : message.data[i - key.len]);
		state = (state ^ byte) * 0x100000001B3;
	}
	for (size_t i = 0; i < 32; i++) {
		state = (state ^ i) * 0x100000001B3;
		mac[i] = (unsigned char)(state >> 24);
	}
}

static void sign(sse_buf *token, sse_str header, sse_str payload)
{
	unsigned char mac[32];
	base64url_encode(token, header);
	sse_buf_append_str(token, ".");
	base64url_encode(token, payload);
	mac_of(secret, (sse_str){token->data, token->len}, mac);
	sse_buf_append_str(token, ".");
	base64url_encode(token, (sse_str){(char *)mac, sizeof mac});
}

static sse_jwt_result verify(sse_jwt *jwt, const sse_buf *token, int64_t now)
{
	/* The token is gone when the claims are looked at. */
	char *copy = malloc(token->len + 1);
	memcpy(copy, token->data != NULL ? token->data : "", token->len);
	sse_jwt_result result = sse_jwt_verify(jwt, (sse_str){copy, token->len}, secret, mac_of, now);
	free(copy);
	EXPECT(strlen(sse_jwt_message(result)) > 0);
	return result;
}

static sse_jwt_result result_of(const sse_buf *token, int64_t now)
{
	sse_jwt jwt;
	sse_jwt_result result = verify(&jwt, token, now);
	sse_jwt_deinit(&jwt);
	return result;
}

static bool is_past_signature(sse_jwt_result result)
{
	return result == SSE_JWT_OK || result == SSE_JWT_EXPIRED || result == SSE_JWT_NO_EXPIRY;
}

static void check_limits(const sse_jwt *jwt)
{
	const sse_subscription *subscription = &jwt->subscription;
	EXPECT(jwt->expires > NOW);
	EXPECT(subscription->count <= SSE_SUBSCRIPTION_NAMES_MAX);
	EXPECT(subscription->user.data == NULL || subscription->user.len > 0);
	EXPECT(subscription->user.len <= SSE_SUBSCRIPTION_USER_MAX);
	for (size_t i = 0; i < subscription->count; i++) {
		const sse_source *source = &subscription->sources[i];
		EXPECT(source->name.len > 0 && source->name.len <= SSE_SUBSCRIPTION_NAME_MAX);
		EXPECT(!source->has_cursor && source->last == -1 && source->kind != SSE_SOURCE_HISTORY);
		/* In one piece, and still there. */
		EXPECT(source->name.data >= jwt->strings.data);
		EXPECT(source->name.data + source->name.len <= jwt->strings.data + jwt->strings.len);
	}
}

static void check_raw(sse_str text)
{
	sse_buf token, decoded;
	sse_jwt jwt;

	sse_buf_init(&token);
	sse_buf_init(&decoded);
	sse_buf_append(&token, text.data, text.len);
	if (verify(&jwt, &token, NOW) == SSE_JWT_OK) {
		check_limits(&jwt);
	}
	sse_jwt_deinit(&jwt);

	/* What decodes has no other form. */
	if (sse_base64url_decode(&decoded, text)) {
		token.len = 0;
		base64url_encode(&token, (sse_str){decoded.data, decoded.len});
		EXPECT(sse_str_equals((sse_str){token.data, token.len}, text));
	} else {
		EXPECT(decoded.len == 0);
	}
	sse_buf_deinit(&token);
	sse_buf_deinit(&decoded);
}

/* Any header and any claims under a signature that is right. */
static void check_signed(input *from)
{
	static const sse_str usual = {"{\"alg\":\"HS256\",\"typ\":\"JWT\"}", 27};
	uint8_t shape = take_byte(from);
	sse_str header = shape & 1 ? take_str(from) : usual;
	sse_str payload = {(const char *)from->bytes, from->len};
	sse_json object, alg;
	sse_buf token;
	sse_jwt jwt;

	sse_buf_init(&token);
	sign(&token, header, payload);
	sse_jwt_result result = verify(&jwt, &token, NOW);
	EXPECT(result != SSE_JWT_SIGNATURE);
	EXPECT(header.data != usual.data || result != SSE_JWT_ALGORITHM);
	if (is_past_signature(result)) {
		EXPECT(sse_json_parse(header, &object) && sse_json_member(&object, "alg", &alg));
		EXPECT(sse_json_string_is(&alg, "HS256") && !sse_json_member(&object, "crit", &alg));
		EXPECT(sse_json_parse(payload, &object) && object.type == SSE_JSON_OBJECT);
		EXPECT((result == SSE_JWT_NO_EXPIRY) == !sse_json_member(&object, "exp", &alg));
	}
	if (result == SSE_JWT_OK) {
		check_limits(&jwt);
		EXPECT(result_of(&token, jwt.expires - 1) == SSE_JWT_OK);
		EXPECT(result_of(&token, jwt.expires) == SSE_JWT_EXPIRED);
	}
	sse_jwt_deinit(&jwt);

	/* One bit elsewhere, anywhere. */
	size_t at = (size_t)((shape >> 1) * 7919u + payload.len) % token.len;
	token.data[at] = (char)(token.data[at] ^ 1 << (shape >> 1) % 8);
	EXPECT(!is_past_signature(result_of(&token, NOW)));
	sse_buf_deinit(&token);
}

/* Whether text, written as JSON, is what was put in. */
static void expect_same(sse_str actual, sse_str put)
{
	sse_buf one, other;
	sse_buf_init(&one);
	sse_buf_init(&other);
	sse_json_string(&one, actual);
	sse_json_string(&other, put);
	EXPECT(sse_str_equals((sse_str){one.data, one.len}, (sse_str){other.data, other.len}));
	sse_buf_deinit(&one);
	sse_buf_deinit(&other);
}

static void check_claims(input *from)
{
	static const char *const claims[] = {"topics", "channels", "patterns", "queues"};
	sse_str names[4][8], user = take_str(from);
	size_t counts[4], total = 0;
	int64_t expires = (int64_t)take_number(from, 5);
	bool valid = user.len > 0;
	char number[32];
	sse_buf payload, token;
	sse_jwt jwt;

	sse_buf_init(&payload);
	sse_buf_init(&token);
	sse_buf_append_str(&payload, "{\"sub\":");
	sse_json_string(&payload, user);
	for (size_t i = 0; i < 4; i++) {
		counts[i] = take_byte(from) % 8;
		total += counts[i];
		sse_buf_append_str(&payload, ",\"");
		sse_buf_append_str(&payload, claims[i]);
		sse_buf_append_str(&payload, counts[i] == 1 ? "\":" : "\":[");
		for (size_t j = 0; j < counts[i]; j++) {
			names[i][j] = take_str(from);
			valid = valid && names[i][j].len > 0;
			sse_buf_append_str(&payload, j > 0 ? "," : "");
			sse_json_string(&payload, names[i][j]);
		}
		sse_buf_append_str(&payload, counts[i] == 1 ? "" : "]");
	}
	snprintf(number, sizeof number, ",\"exp\":%lld}", (long long)expires);
	sse_buf_append_str(&payload, number);
	sign(&token, (sse_str){"{\"alg\":\"HS256\"}", 15}, (sse_str){payload.data, payload.len});

	sse_jwt_result result = verify(&jwt, &token, NOW);
	if (result == SSE_JWT_OK) {
		EXPECT(valid && expires > NOW && jwt.expires == expires);
		EXPECT(jwt.subscription.count == total);
		check_limits(&jwt);
		expect_same(jwt.subscription.user, user);
		for (size_t i = 0, n = 0; i < 4; i++) {
			for (size_t j = 0; j < counts[i]; j++, n++) {
				EXPECT(jwt.subscription.sources[n].kind == (sse_source_kind)i);
				expect_same(jwt.subscription.sources[n].name, names[i][j]);
			}
		}
	} else if (result == SSE_JWT_EXPIRED) {
		EXPECT(expires <= NOW);
	} else {
		/* Bytes that are no UTF-8 became three each: a user may have grown too long. */
		EXPECT(
			result == SSE_JWT_MALFORMED && (!valid || token.len > SSE_JWT_MAX || user.len > SSE_SUBSCRIPTION_USER_MAX / 3));
	}
	sse_jwt_deinit(&jwt);
	sse_buf_deinit(&payload);
	sse_buf_deinit(&token);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	input from = {bytes, len};
	switch (take_byte(&from) % 3) {
	case 0:
		check_raw((sse_str){(const char *)from.bytes, from.len});
		break;
	case 1:
		check_signed(&from);
		break;
	default:
		check_claims(&from);
	}
	return 0;
}
