#include "http_parse.h"

#include <string.h>

/* Headers that matter, beside those whose value is kept. */
#define NO_FIELD (-1)
#define TRANSFER_ENCODING HUB_HTTP_FIELDS

static const char *const names[] = {
	[HUB_HTTP_AUTHORIZATION] = "authorization",
	[HUB_HTTP_COOKIE] = "cookie",
	[HUB_HTTP_LAST_EVENT_ID] = "last-event-id",
	[HUB_HTTP_ORIGIN] = "origin",
	[TRANSFER_ENCODING] = "transfer-encoding",
};

/* Some piece of a value; the pieces of one follow each other. */
static void keep(hub_http *http, int field, const char *at, size_t len)
{
	if (!(http->given & 1u << field)) {
		http->given |= 1u << field;
		http->values[field].off = (uint32_t)http->kept.len;
	}
	sse_buf_append(&http->kept, at, len);
	http->values[field].len += (uint32_t)len;
}

static int on_url(hub_http_parser *parser, const char *at, size_t len)
{
	hub_http *http = parser->data;

	/*
	 * One that is too long is only counted here and refused when the head is complete. To stop at the byte too many would
	 * tell the sender earlier, but which error a request with two of them gets would depend on the pieces it came in.
	 */
	http->target_len += len;
	if (http->target_len <= HUB_HTTP_TARGET_MAX) {
		keep(http, HUB_HTTP_TARGET, at, len);
	}
	return 0;
}

static int on_header_field(hub_http_parser *parser, const char *at, size_t len)
{
	hub_http *http = parser->data;

	if (http->in_value) {
		http->in_value = false;
		http->name_len = 0;
	}
	/* RFC 9112, 5.1: to be refused. What goes before us may take "Transfer-Encoding :" for the header that it looks like. */
	http->has_odd_name |= memchr(at, ' ', len) != NULL;
	/* No name of ours is as long as the room, so one that fills it is none of them. */
	for (size_t i = 0; i < len && http->name_len < sizeof(http->name); i++) {
		char c = at[i];

		http->name[http->name_len++] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
	}
	return 0;
}

static int find_field(const hub_http *http)
{
	sse_str name = { http->name, http->name_len };

	for (int i = HUB_HTTP_TARGET + 1; i <= TRANSFER_ENCODING; i++) {
		if (sse_str_is(name, names[i])) {
			return i;
		}
	}
	return NO_FIELD;
}

static int on_header_value(hub_http_parser *parser, const char *at, size_t len)
{
	hub_http *http = parser->data;

	if (!http->in_value) {
		http->in_value = true;
		http->field = find_field(http);
		if (http->field == TRANSFER_ENCODING) {
			http->has_body = true;
			http->field = NO_FIELD;
		} else if (http->field != NO_FIELD && (http->given & 1u << http->field)) {
			http->field = NO_FIELD;
		}
	}
	if (http->field != NO_FIELD) {
		keep(http, http->field, at, len);
	}
	return 0;
}

static int on_headers_complete(hub_http_parser *parser)
{
	hub_http *http = parser->data;

	http->result = http->target_len > HUB_HTTP_TARGET_MAX ? HUB_HTTP_TARGET_LONG : HUB_HTTP_COMPLETE;
	/* http-parser lets NUL through in values, llhttp does not; RFC 9110, 5.5: "invalid and dangerous". */
	if (parser->http_major != 1 || http->has_odd_name || (http->kept.len > 0 && memchr(http->kept.data, '\0', http->kept.len) != NULL)) {
		http->result = HUB_HTTP_BAD;
	}
	http->is_1_0 = parser->http_minor == 0;
	/* Both parsers say all ones where no length was given. */
	http->has_body |= parser->content_length > 0 && parser->content_length != UINT64_MAX;
	switch (parser->method) {
	case HTTP_GET:
		http->method = HUB_HTTP_GET;
		break;
	case HTTP_HEAD:
		http->method = HUB_HTTP_HEAD;
		break;
	case HTTP_OPTIONS:
		http->method = HUB_HTTP_OPTIONS;
		break;
	default:
		http->method = HUB_HTTP_OTHER;
	}
	return -1; /* an error to the parser: it stops here, and nothing behind the head is looked at */
}

static const hub_http_settings settings = {
	.on_url = on_url,
	.on_header_field = on_header_field,
	.on_header_value = on_header_value,
	.on_headers_complete = on_headers_complete,
};

void hub_http_init(hub_http *http)
{
	memset(http, 0, sizeof(*http));
#ifdef HAVE_LLHTTP
	llhttp_init(&http->parser, HTTP_REQUEST, &settings);
#else
	http_parser_init(&http->parser, HTTP_REQUEST);
#endif
	http->parser.data = http;
	http->field = NO_FIELD;
	http->in_value = true;
	sse_buf_init(&http->kept);
}

void hub_http_deinit(hub_http *http)
{
	sse_buf_deinit(&http->kept);
}

/* Whether the parser takes them all. */
static bool parse(hub_http *http, const char *bytes, size_t len)
{
#ifdef HAVE_LLHTTP
	return llhttp_execute(&http->parser, bytes, len) == HPE_OK;
#else
	return http_parser_execute(&http->parser, &settings, bytes, len) == len
		&& HTTP_PARSER_ERRNO(&http->parser) == HPE_OK;
#endif
}

hub_http_result hub_http_feed(hub_http *http, const char *bytes, size_t len)
{
	size_t room = HUB_HTTP_HEAD_MAX - http->seen;
	size_t take = len < room ? len : room;

	if (take > 0 && !parse(http, bytes, take) && http->result == HUB_HTTP_MORE) {
		http->result = HUB_HTTP_BAD;
	}
	http->seen += take;
	if (http->result == HUB_HTTP_MORE && len > room) {
		http->result = http->target_len > HUB_HTTP_TARGET_MAX ? HUB_HTTP_TARGET_LONG : HUB_HTTP_HEAD_LONG;
	}
	return http->result;
}

sse_str hub_http_value(const hub_http *http, hub_http_field field)
{
	sse_str value = { NULL, http->values[field].len };
	const char *bytes = http->kept.data;

	/* The parsers skip the white space before a value and leave that behind it. */
	while (value.len > 0) {
		char last = bytes[http->values[field].off + value.len - 1];

		if (last != ' ' && last != '\t') {
			value.data = bytes + http->values[field].off;
			break;
		}
		value.len--;
	}
	return value;
}
