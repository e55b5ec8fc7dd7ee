/*
 * Targets, queries and cookies: parts lie where they were, what was composed is found, and what was encoded comes back.
 */
#include "core/url.h"
#include "fuzz.h"

#include <ctype.h>

static void check_split(sse_str target)
{
	sse_str path = {"?", 1}, query = {"?", 1};
	sse_url_split(target, &path, &query);

	EXPECT(sse_str_find(path, '?') == NULL && sse_str_find(path, '#') == NULL && sse_str_find(query, '#') == NULL);
	EXPECT(path.data == target.data);
	size_t used = path.len;
	if (query.data != NULL) {
		EXPECT(query.data == path.data + path.len + 1 && query.data[-1] == '?');
		used += 1 + query.len;
	}
	EXPECT(used == target.len || (used < target.len && target.data[used] == '#'));
}

static void check_decode(sse_str text, bool form)
{
	sse_buf out;
	size_t at = 0, n = 0;

	sse_buf_init(&out);
	sse_buf_append_str(&out, "x");
	if (!sse_url_decode(&out, text, form)) {
		EXPECT(out.len == 1);
		while (at < text.len && (text.data[at] != '%' || (text.len - at > 2 && isxdigit((unsigned char)text.data[at + 1]) &&
															 isxdigit((unsigned char)text.data[at + 2])))) {
			at += text.data[at] == '%' ? 3 : 1;
		}
		EXPECT(at < text.len);
		sse_buf_deinit(&out);
		return;
	}
	while (at < text.len) {
		char expected = form && text.data[at] == '+' ? ' ' : text.data[at];
		if (text.data[at] == '%') {
			char digits[3] = {text.data[at + 1], text.data[at + 2], '\0'};
			EXPECT(text.len - at > 2 && strspn(digits, "0123456789abcdefABCDEF") == 2);
			expected = (char)strtol(digits, NULL, 16);
			at += 2;
		}
		at++;
		n++;
		EXPECT(out.len > n && out.data[n] == expected);
	}
	EXPECT(out.len == n + 1);
	sse_buf_deinit(&out);
}

/* What belongs to the separators stays out of a part. */
static void append_part(sse_buf *out, sse_str part, const char *excluded)
{
	for (size_t i = 0; i < part.len; i++) {
		char c = part.data[i];
		sse_buf_append(out, c != '\0' && strchr(excluded, c) != NULL ? "_" : &c, 1);
	}
}

/* Members with names of a few, and one that is looked for: the first of that name is found. */
static void check_members(input *from, bool cookies)
{
	static const char *const names[] = {"a", "ab", "A", "sse_token", ""};
	const char *wanted = names[take_byte(from) % 4];
	const char *separator = "";
	bool found = false, quoted, bare;
	sse_buf text, first;

	sse_buf_init(&text);
	sse_buf_init(&first);
	while (from->len > 0) {
		uint8_t shape = take_byte(from);
		const char *name = names[shape % 5];
		quoted = cookies && shape & 0x40;
		bare = shape & 0x80;
		sse_buf_append_str(&text, separator);
		separator = cookies ? "; " : "&";
		sse_buf_append_str(&text, name);
		size_t start = text.len;
		if (!bare) {
			sse_buf_append_str(&text, quoted ? "=\"" : "=");
			start = text.len;
			append_part(&text, take_str(from), cookies ? ";\" \t" : "&");
		}
		/* A cookie without a sign is a value without a name. */
		if (!found && strcmp(name, wanted) == 0 && !(cookies && bare)) {
			found = true;
			sse_buf_append(&first, text.data + start, text.len - start);
		}
		sse_buf_append_str(&text, quoted && !bare ? "\"" : "");
	}
	sse_str all = {text.data, text.len};
	sse_str value = cookies ? sse_cookie_value(all, wanted) : sse_url_query_value(all, wanted);
	EXPECT((value.data != NULL) == found);
	EXPECT(sse_str_equals(value, (sse_str){first.data, first.len}));
	sse_buf_deinit(&text);
	sse_buf_deinit(&first);
}

static void check_any(sse_str text)
{
	sse_str value = sse_url_query_value(text, "a");
	if (value.data != NULL) {
		EXPECT(value.data > text.data && value.data + value.len <= text.data + text.len);
		EXPECT(sse_str_find(value, '&') == NULL);
		EXPECT(value.data[-1] == 'a' || (value.data[-1] == '=' && value.data[-2] == 'a'));
	}
	value = sse_cookie_value(text, "a");
	if (value.data != NULL) {
		EXPECT(value.data >= text.data + 2 && value.data + value.len <= text.data + text.len);
		EXPECT(sse_str_find(value, ';') == NULL);
		EXPECT(value.data[-1] == '=' || (value.data[-1] == '"' && value.data[value.len] == '"' && value.data[-2] == '='));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	input from = {bytes, len};
	uint8_t mode = take_byte(&from);
	sse_str rest = {(const char *)from.bytes, from.len};
	switch (mode % 5) {
	case 0:
		check_split(rest);
		break;
	case 1:
		check_decode(rest, mode & 0x80);
		break;
	case 2:
	case 3:
		check_members(&from, mode % 5 == 3);
		break;
	default:
		check_any(rest);
	}
	return 0;
}
