/*
 * JSON: what is accepted is what a second parser accepts, which is written in another way; names, values and texts are those
 * that it finds; and whatever was read can be written, read and written again without a difference.
 */
#include "core/json.h"
#include "fuzz.h"

/* The second parser. Each function returns where its part ends, or NULL. */

static const char *naive_space(const char *at, const char *end)
{
	while (at < end && *at != '\0' && strchr(" \t\r\n", *at) != NULL) {
		at++;
	}
	return at;
}

static long naive_hex(const char *at, const char *end)
{
	char digits[5] = "";
	if (end - at < 6 || at[0] != '\\' || at[1] != 'u') {
		return -1;
	}
	memcpy(digits, at + 2, 4);
	return strspn(digits, "0123456789abcdefABCDEF") == 4 ? strtol(digits, NULL, 16) : -1;
}

static void naive_put(sse_buf *text, unsigned long code)
{
	int more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
	static const unsigned lead[] = {0, 0xC0, 0xE0, 0xF0};
	char byte = (char)(lead[more] | code >> 6 * more);
	sse_buf_append(text, &byte, 1);
	while (more-- > 0) {
		byte = (char)(0x80 | (code >> 6 * more & 0x3F));
		sse_buf_append(text, &byte, 1);
	}
}

/* Decodes by arithmetic, and looks at the result instead of at the bytes' ranges. */
static const char *naive_utf8(const char *at, const char *end)
{
	static const unsigned long least[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char lead = (unsigned char)*at;
	int len = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : lead >> 3 == 30 ? 4 : 0;
	unsigned long code = len == 1 ? lead : lead & (0x7FU >> len);
	if (len == 0 || end - at < len) {
		return NULL;
	}
	for (int i = 1; i < len; i++) {
		if (((unsigned char)at[i] & 0xC0) != 0x80) {
			return NULL;
		}
		code = code << 6 | ((unsigned char)at[i] & 0x3F);
	}
	return code < least[len] || code > 0x10FFFF || code >> 11 == 27 ? NULL : at + len;
}

static const char *naive_string(const char *at, const char *end, sse_buf *text)
{
	if (at >= end || *at++ != '"') {
		return NULL;
	}
	while (at < end && *at != '"') {
		if (*at != '\\') {
			const char *next = (unsigned char)*at < ' ' ? NULL : naive_utf8(at, end);
			if (next == NULL) {
				return NULL;
			}
			sse_buf_append(text, at, (size_t)(next - at));
			at = next;
			continue;
		}
		long code = naive_hex(at, end);
		if (code >= 0) {
			at += 6;
			if (code >> 10 == 54) {
				long low = naive_hex(at, end);
				if (low < 0 || low >> 10 != 55) {
					return NULL;
				}
				code = 0x10000 + (code & 0x3FF) * 0x400 + (low & 0x3FF);
				at += 6;
			} else if (code >> 10 == 55) {
				return NULL;
			}
			naive_put(text, (unsigned long)code);
			continue;
		}
		static const char letters[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
		const char *letter = end - at > 1 && at[1] != '\0' ? strchr(letters, at[1]) : NULL;
		if (letter == NULL) {
			return NULL;
		}
		sse_buf_append(text, bytes + (letter - letters), 1);
		at += 2;
	}
	return at < end ? at + 1 : NULL;
}

static const char *naive_number(const char *at, const char *end)
{
	char copy[2100];
	size_t len = 0, n = 0, digits;
	while (at + len < end && len < sizeof copy - 1 && at[len] != '\0' && strchr("+-.eE0123456789", at[len]) != NULL) {
		copy[len] = at[len];
		len++;
	}
	copy[len] = '\0';
	n += copy[n] == '-';
	digits = strspn(copy + n, "0123456789");
	if (digits == 0 || (copy[n] == '0' && digits > 1)) {
		return NULL;
	}
	n += digits;
	if (copy[n] == '.') {
		digits = strspn(copy + n + 1, "0123456789");
		if (digits == 0) {
			return NULL;
		}
		n += 1 + digits;
	}
	if (copy[n] == 'e' || copy[n] == 'E') {
		n++;
		n += copy[n] == '-' || copy[n] == '+';
		digits = strspn(copy + n, "0123456789");
		if (digits == 0) {
			return NULL;
		}
		n += digits;
	}
	return at + n;
}

static const char *naive_value(const char *at, const char *end, int depth)
{
	static const char *const literals[] = {"null", "true", "false"};
	sse_buf text;

	at = naive_space(at, end);
	if (at >= end || depth > SSE_JSON_DEPTH_MAX) {
		return NULL;
	}
	if (*at == '"') {
		sse_buf_init(&text);
		at = naive_string(at, end, &text);
		sse_buf_deinit(&text);
		return at;
	}
	if (*at == '{' || *at == '[') {
		bool object = *at == '{';
		if (depth == SSE_JSON_DEPTH_MAX) {
			return NULL;
		}
		for (bool first = true;; first = false) {
			at = naive_space(at + 1, end);
			if (first && at < end && *at == (object ? '}' : ']')) {
				return at + 1;
			}
			if (object) {
				sse_buf_init(&text);
				at = naive_string(at, end, &text);
				sse_buf_deinit(&text);
				at = at != NULL ? naive_space(at, end) : NULL;
				if (at == NULL || at >= end || *at++ != ':') {
					return NULL;
				}
			}
			at = naive_value(at, end, depth + 1);
			at = at != NULL ? naive_space(at, end) : NULL;
			if (at == NULL || at >= end) {
				return NULL;
			}
			if (*at != ',') {
				return *at == (object ? '}' : ']') ? at + 1 : NULL;
			}
		}
	}
	for (size_t i = 0; i < 3; i++) {
		size_t len = strlen(literals[i]);
		if ((size_t)(end - at) >= len && memcmp(at, literals[i], len) == 0) {
			return at + len;
		}
	}
	return naive_number(at, end);
}

/* The last member of that name, by the second parser. */
static sse_str naive_member(const sse_json *object, const char *wanted)
{
	const char *at = object->text.data, *end = at + object->text.len;
	sse_str found = {NULL, 0};
	sse_buf name;

	sse_buf_init(&name);
	while (*at != '}') {
		name.len = 0;
		at = naive_space(at + 1, end);
		if (*at == '}') {
			break;
		}
		at = naive_space(naive_string(at, end, &name), end);
		const char *start = naive_space(at + 1, end);
		at = naive_value(start, end, 0);
		if (sse_str_is((sse_str){name.data, name.len}, wanted)) {
			found = (sse_str){start, (size_t)(at - start)};
		}
		at = naive_space(at, end);
	}
	sse_buf_deinit(&name);
	return found;
}

/* As it is written, with the quotes. */
static sse_str whole(const sse_json *value)
{
	bool quoted = value->type == SSE_JSON_STRING;
	return (sse_str){value->text.data - quoted, value->text.len + 2 * quoted};
}

static void unescape(const sse_json *string, sse_buf *text)
{
	sse_buf expected;
	sse_str written = whole(string);

	sse_buf_init(&expected);
	EXPECT(naive_string(written.data, written.data + written.len, &expected) == written.data + written.len);
	sse_json_unescape(text, string);
	EXPECT(text->len <= string->text.len);
	EXPECT(sse_str_equals((sse_str){text->data, text->len}, (sse_str){expected.data, expected.len}));
	sse_buf_deinit(&expected);
}

static void check_integer(const sse_json *number)
{
	int64_t value = 77, part = 77;
	bool is_whole = sse_json_integer(number, &value), fits = sse_json_whole_part(number, &part);

	EXPECT((is_whole || value == 77) && (fits || part == 77));
	EXPECT(!is_whole || (fits && part == value));
	if (number->type != SSE_JSON_NUMBER) {
		EXPECT(!fits);
		return;
	}
	char *copy = malloc(number->text.len + 1);
	memcpy(copy, number->text.data, number->text.len);
	copy[number->text.len] = '\0';
	/* 64 bits of mantissa at least: a 64-bit integer is exact. */
	long double expected = strtold(copy, NULL);
	if (is_whole) {
		EXPECT(expected == (long double)value);
	} else if (fits) {
		EXPECT(expected - (long double)part < 1.000001L && expected - (long double)part > -1.000001L);
	} else {
		EXPECT(expected >= 9223372036854775807.0L || expected <= -9223372036854775808.0L);
	}
	free(copy);
}

static void serialise(sse_buf *out, const sse_json *value);

static void serialise_string(sse_buf *out, const sse_json *string)
{
	sse_buf text;
	sse_buf_init(&text);
	unescape(string, &text);
	sse_json_string(out, (sse_str){text.data, text.len});
	sse_buf_deinit(&text);
}

static void serialise_members(sse_buf *out, const sse_json *object)
{
	sse_json name, value, last;
	size_t at = 0, previous = 0;

	while (sse_json_next_member(object, &at, &name, &value)) {
		sse_buf text;
		sse_buf_append_str(out, previous > 0 ? "," : "");
		EXPECT(at > previous && at < object->text.len && name.type == SSE_JSON_STRING);
		previous = at;
		serialise_string(out, &name);
		sse_buf_append_str(out, ":");
		serialise(out, &value);

		sse_buf_init(&text);
		sse_json_unescape(&text, &name);
		sse_buf_append(&text, "", 1);
		if (strlen(text.data) == text.len - 1) {
			EXPECT(sse_json_string_is(&name, text.data));
			EXPECT(sse_json_member(object, text.data, &last));
			sse_str expected = naive_member(object, text.data);
			EXPECT(whole(&last).data == expected.data && whole(&last).len == expected.len);
		}
		sse_buf_deinit(&text);
	}
	EXPECT(!sse_json_next_member(object, &at, &name, &value));
}

static void serialise(sse_buf *out, const sse_json *value)
{
	sse_str written = whole(value);
	sse_json element, again;
	size_t at = 0, previous = 0;

	/* A part is JSON of its own, and the same value. */
	EXPECT(naive_value(written.data, written.data + written.len, 0) == written.data + written.len);
	EXPECT(sse_json_parse(written, &again));
	EXPECT(again.type == value->type && again.text.data == value->text.data && again.text.len == value->text.len);
	check_integer(value);
	switch (value->type) {
	case SSE_JSON_STRING:
		serialise_string(out, value);
		break;
	case SSE_JSON_OBJECT:
		sse_buf_append_str(out, "{");
		serialise_members(out, value);
		sse_buf_append_str(out, "}");
		break;
	case SSE_JSON_ARRAY:
		sse_buf_append_str(out, "[");
		while (sse_json_element(value, &at, &element)) {
			sse_buf_append_str(out, previous > 0 ? "," : "");
			EXPECT(at > previous && at < value->text.len);
			previous = at;
			serialise(out, &element);
		}
		sse_buf_append_str(out, "]");
		break;
	default:
		sse_buf_append(out, value->text.data, value->text.len);
	}
}

static void check_any(sse_str text)
{
	sse_json value, again;
	sse_buf once, twice;
	const char *end = text.data + text.len;
	const char *naive = naive_value(text.data, end, 0);

	bool parsed = sse_json_parse(text, &value);
	EXPECT(parsed == (naive != NULL && naive_space(naive, end) == end));
	if (!parsed) {
		return;
	}
	EXPECT(whole(&value).data == naive_space(text.data, end) && whole(&value).data + whole(&value).len == naive);
	sse_buf_init(&once);
	sse_buf_init(&twice);
	serialise(&once, &value);
	EXPECT(sse_json_parse((sse_str){once.data, once.len}, &again));
	EXPECT(again.type == value.type);
	serialise(&twice, &again);
	EXPECT(sse_str_equals((sse_str){once.data, once.len}, (sse_str){twice.data, twice.len}));
	sse_buf_deinit(&once);
	sse_buf_deinit(&twice);
}

/* Strings of any bytes, as our own writer makes them. */
static void check_composed(input *from)
{
	sse_buf json;
	sse_buf_init(&json);
	sse_buf_append_str(&json, "{");
	do {
		sse_json_string(&json, take_str(from));
		sse_buf_append_str(&json, ": [ ");
		sse_json_string(&json, take_str(from));
		sse_buf_append_str(&json, from->len > 0 ? " ], " : ",0 ] }");
	} while (json.data[json.len - 1] != '}');
	sse_json value;
	EXPECT(sse_json_parse((sse_str){json.data, json.len}, &value));
	check_any((sse_str){json.data, json.len});
	sse_buf_deinit(&json);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	input from = {bytes, len};
	if (take_byte(&from) % 4 == 0) {
		check_composed(&from);
	} else {
		check_any((sse_str){(const char *)from.bytes, from.len});
	}
	return 0;
}
