#include "url.h"

void sse_url_split(sse_str target, sse_str *path, sse_str *query)
{
	/* The fragment first: a "?" in it begins no query. */
	sse_str whole = sse_str_take(&target, '#');

	*path = sse_str_take(&whole, '?');
	*query = whole;
}

bool sse_url_decode(sse_buf *out, sse_str text, bool form)
{
	char *at = sse_buf_reserve(out, text.len);

	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];
		if (c == '%') {
			int high = text.len - i > 2 ? sse_hex_digit(text.data[i + 1]) : -1;
			int low = text.len - i > 2 ? sse_hex_digit(text.data[i + 2]) : -1;
			if (high < 0 || low < 0) {
				return false;
			}
			c = (char)(high << 4 | low);
			i += 2;
		} else if (c == '+' && form) {
			c = ' ';
		}
		*at++ = c;
	}
	out->len = (size_t)(at - out->data);
	return true;
}

sse_str sse_url_query_value(sse_str query, const char *name)
{
	while (query.data != NULL) {
		sse_str value = sse_str_take(&query, '&');
		sse_str written = sse_str_take(&value, '=');
		if (sse_str_is(written, name)) {
			/* Without "=" the value is the nothing behind the name: NULL is what a missing member has. */
			return value.data != NULL ? value : (sse_str){written.data + written.len, 0};
		}
	}
	return (sse_str){NULL, 0};
}

static sse_str trim(sse_str text)
{
	while (text.len > 0 && (text.data[0] == ' ' || text.data[0] == '\t')) {
		text.data++;
		text.len--;
	}
	while (text.len > 0 && (text.data[text.len - 1] == ' ' || text.data[text.len - 1] == '\t')) {
		text.len--;
	}
	return text;
}

sse_str sse_cookie_value(sse_str header, const char *name)
{
	while (header.data != NULL) {
		sse_str value = trim(sse_str_take(&header, ';'));
		sse_str written = sse_str_take(&value, '=');
		/* Without "=" it is a value that has no name, as browsers send it. */
		if (value.data == NULL || !sse_str_is(written, name)) {
			continue;
		}
		if (value.len >= 2 && value.data[0] == '"' && value.data[value.len - 1] == '"') {
			return (sse_str){value.data + 1, value.len - 2};
		}
		return value;
	}
	return (sse_str){NULL, 0};
}
