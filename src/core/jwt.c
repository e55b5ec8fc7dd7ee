#include "jwt.h"

#include "base64url.h"
#include "json.h"

#include <inttypes.h>
#include <stdio.h>

#define MAC_LEN 32

/* The longest that a 64-bit number becomes as text. */
#define INTEGER_LEN 20

static sse_str contents(const sse_buf *buf)
{
	return (sse_str){buf->data, buf->len};
}

/* Replaces scratch's content by what a part of the token stands for; false when it is no JSON object. */
static bool decode_object(sse_buf *scratch, sse_str part, sse_json *object)
{
	scratch->len = 0;
	return sse_base64url_decode(scratch, part) && sse_json_parse(contents(scratch), object) &&
		   object->type == SSE_JSON_OBJECT;
}

/*
 * The token must not choose how it is checked. Another parser may take the first of two "alg", and "crit" says that the token
 * means nothing to whoever ignores the rest of the header, as we do.
 */
static bool is_hs256(const sse_json *header)
{
	sse_json name, value;
	size_t at = 0;
	unsigned named = 0;

	while (sse_json_next_member(header, &at, &name, &value)) {
		if (sse_json_string_is(&name, "crit")) {
			return false;
		}
		if (sse_json_string_is(&name, "alg")) {
			named++;
			if (!sse_json_string_is(&value, "HS256")) {
				return false;
			}
		}
	}
	return named == 1;
}

/* Takes the same time wherever they differ, so that a signature cannot be guessed byte by byte. */
static bool same_mac(const unsigned char *a, const unsigned char *b)
{
	volatile unsigned char difference = 0;

	for (size_t i = 0; i < MAC_LEN; i++) {
		difference = (unsigned char)(difference | (a[i] ^ b[i]));
	}
	return difference == 0;
}

/* strings has room for all that the claims hold, so that what is borrowed from it does not move. */
static sse_str keep(sse_buf *strings, const sse_json *string)
{
	size_t start = strings->len;

	sse_json_unescape(strings, string);
	return (sse_str){strings->data + start, strings->len - start};
}

static bool read_user(sse_jwt *jwt, const sse_json *claims)
{
	sse_str *user = &jwt->subscription.user;
	sse_json value;
	int64_t number;

	if (!sse_json_member(claims, "sub", &value) && !sse_json_member(claims, "user", &value)) {
		return true;
	}
	if (sse_json_integer(&value, &number)) {
		char text[INTEGER_LEN + 1];
		int len = snprintf(text, sizeof text, "%" PRId64, number);
		*user = (sse_str){jwt->strings.data + jwt->strings.len, (size_t)len};
		sse_buf_append(&jwt->strings, text, (size_t)len);
		return true;
	}
	if (value.type != SSE_JSON_STRING) {
		return false;
	}
	*user = keep(&jwt->strings, &value);
	return user->len > 0 && user->len <= SSE_SUBSCRIPTION_USER_MAX;
}

static bool add_source(sse_jwt *jwt, sse_source_kind kind, const sse_json *value)
{
	sse_str name;

	if (value->type != SSE_JSON_STRING || jwt->subscription.count >= SSE_SUBSCRIPTION_NAMES_MAX) {
		return false;
	}
	name = keep(&jwt->strings, value);
	if (name.len == 0 || name.len > SSE_SUBSCRIPTION_NAME_MAX) {
		return false;
	}
	sse_subscription_add(&jwt->subscription, kind, name);
	return true;
}

static bool read_sources(sse_jwt *jwt, const sse_json *claims, const char *claim, sse_source_kind kind)
{
	sse_json names, name;
	size_t at = 0;

	if (!sse_json_member(claims, claim, &names)) {
		return true;
	}
	if (names.type != SSE_JSON_ARRAY) {
		return add_source(jwt, kind, &names);
	}
	while (sse_json_element(&names, &at, &name)) {
		if (!add_source(jwt, kind, &name)) {
			return false;
		}
	}
	return true;
}

static sse_jwt_result read_claims(sse_jwt *jwt, const sse_json *claims, int64_t now)
{
	sse_json value;
	int64_t begins;

	if (!sse_json_member(claims, "exp", &value)) {
		return SSE_JWT_NO_EXPIRY;
	}
	if (!sse_json_whole_part(&value, &jwt->expires)) {
		return SSE_JWT_MALFORMED;
	}
	if (now >= jwt->expires) {
		return SSE_JWT_EXPIRED;
	}
	if (sse_json_member(claims, "nbf", &value)) {
		if (!sse_json_whole_part(&value, &begins)) {
			return SSE_JWT_MALFORMED;
		}
		if (now < begins) {
			return SSE_JWT_EXPIRED;
		}
	}
	/* Text is never longer than it is written; a number like 1e18 is. */
	sse_buf_reserve(&jwt->strings, claims->text.len + INTEGER_LEN);
	if (!read_user(jwt, claims) || !read_sources(jwt, claims, "topics", SSE_SOURCE_TOPIC) ||
		!read_sources(jwt, claims, "channels", SSE_SOURCE_CHANNEL) ||
		!read_sources(jwt, claims, "patterns", SSE_SOURCE_PATTERN) ||
		!read_sources(jwt, claims, "broadcast", SSE_SOURCE_BROADCAST) ||
		!read_sources(jwt, claims, "queues", SSE_SOURCE_LIST)) {
		return SSE_JWT_MALFORMED;
	}
	return SSE_JWT_OK;
}

static sse_jwt_result verify(
	sse_jwt *jwt, sse_str token, sse_str secret, sse_hmac_sha256 hmac, int64_t now, sse_buf *scratch)
{
	sse_str rest = token, header, payload, signed_part;
	unsigned char mac[MAC_LEN];
	sse_json object;

	header = sse_str_take(&rest, '.');
	payload = sse_str_take(&rest, '.');
	/* The third part is all that is left: NULL when there is none, and no base64url when it has a "." of its own. */
	if (token.len > SSE_JWT_MAX || rest.data == NULL || !decode_object(scratch, header, &object)) {
		return SSE_JWT_MALFORMED;
	}
	if (!is_hs256(&object)) {
		return SSE_JWT_ALGORITHM;
	}

	scratch->len = 0;
	if (!sse_base64url_decode(scratch, rest)) {
		return SSE_JWT_MALFORMED;
	}
	/* Anybody can sign with an empty secret. */
	if (scratch->len != MAC_LEN || secret.len == 0) {
		return SSE_JWT_SIGNATURE;
	}
	signed_part = sse_str_before(token, payload.data + payload.len);
	hmac(secret, signed_part, mac);
	if (!same_mac(mac, (const unsigned char *)scratch->data)) {
		return SSE_JWT_SIGNATURE;
	}

	if (!decode_object(scratch, payload, &object)) {
		return SSE_JWT_MALFORMED;
	}
	return read_claims(jwt, &object, now);
}

sse_jwt_result sse_jwt_verify(sse_jwt *jwt, sse_str token, sse_str secret, sse_hmac_sha256 hmac, int64_t now)
{
	sse_jwt_result result;
	sse_buf scratch;

	sse_buf_init(&jwt->strings);
	sse_subscription_init(&jwt->subscription);
	jwt->expires = 0;

	sse_buf_init(&scratch);
	result = verify(jwt, token, secret, hmac, now, &scratch);
	sse_buf_deinit(&scratch);
	return result;
}

void sse_jwt_deinit(sse_jwt *jwt)
{
	sse_subscription_deinit(&jwt->subscription);
	sse_buf_deinit(&jwt->strings);
}

const char *sse_jwt_message(sse_jwt_result result)
{
	switch (result) {
	case SSE_JWT_OK:
		return "the token is valid";
	case SSE_JWT_ALGORITHM:
		return "the token is not one that is signed with HS256";
	case SSE_JWT_SIGNATURE:
		return "the token's signature is wrong";
	case SSE_JWT_EXPIRED:
		return "the token has expired or is not valid yet";
	case SSE_JWT_NO_EXPIRY:
		return "the token has no expiry (exp)";
	case SSE_JWT_MALFORMED:
		break;
	}
	return "the token is malformed";
}
