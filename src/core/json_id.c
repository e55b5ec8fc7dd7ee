#include "json_id.h"

#include <string.h>

typedef struct cursor {
	const char *at;
	const char *end;
} cursor;

static void skip_space(cursor *c)
{
	while (c->at < c->end && (*c->at == ' ' || *c->at == '\t' || *c->at == '\n' || *c->at == '\r')) {
		c->at++;
	}
}

/* At the opening quote. text is what stands between the quotes, escapes as they are. */
static bool read_string(cursor *c, sse_str *text)
{
	const char *start = ++c->at;

	while (c->at < c->end && *c->at != '"') {
		c->at += *c->at == '\\' ? 2 : 1;
	}
	if (c->at >= c->end) {
		return false;
	}
	*text = (sse_str){ start, (size_t)(c->at - start) };
	c->at++;
	return true;
}

/* Up to the comma or brace that ends the value on the top level. */
static bool skip_value(cursor *c)
{
	int depth = 0;
	sse_str ignored;

	while (c->at < c->end) {
		char byte = *c->at;

		if (byte == '"') {
			if (!read_string(c, &ignored)) {
				return false;
			}
			continue;
		}
		if (depth == 0 && (byte == ',' || byte == '}')) {
			return true;
		}
		if (byte == '{' || byte == '[') {
			depth++;
		} else if (byte == '}' || byte == ']') {
			depth--;
		}
		c->at++;
	}
	return false;
}

static bool read_id(cursor *c, sse_str *id)
{
	const char *start = c->at;

	if (start >= c->end) {
		return false;
	}
	if (*start == '"') {
		return read_string(c, id) && id->len > 0 && !memchr(id->data, '\\', id->len) && sse_field_is_safe(*id);
	}
	while (c->at < c->end && (*c->at == '-' || *c->at == '+' || *c->at == '.' || (*c->at >= '0' && *c->at <= '9')
			|| *c->at == 'e' || *c->at == 'E')) {
		c->at++;
	}
	*id = (sse_str){ start, (size_t)(c->at - start) };
	return id->len > 0 && (*start == '-' || (*start >= '0' && *start <= '9'));
}

bool sse_json_id(sse_str json, sse_str *id)
{
	cursor c = { json.data, json.data + json.len };

	skip_space(&c);
	if (c.at >= c.end || *c.at++ != '{') {
		return false;
	}
	for (;;) {
		sse_str name;

		skip_space(&c);
		if (c.at >= c.end || *c.at != '"' || !read_string(&c, &name)) {
			return false;
		}
		skip_space(&c);
		if (c.at >= c.end || *c.at++ != ':') {
			return false;
		}
		skip_space(&c);
		if (name.len == 2 && memcmp(name.data, "id", 2) == 0) {
			return read_id(&c, id);
		}
		if (!skip_value(&c) || *c.at++ != ',') {
			return false;
		}
	}
}
