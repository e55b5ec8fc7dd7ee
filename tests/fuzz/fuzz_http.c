/*
 * The head of a request: whatever pieces the bytes come in, the same comes out; and what comes out can be trusted to hold
 * no line break.
 */
#include "fuzz.h"
#include "hub/http_parse.h"

/* In memory of just that size: a read behind a piece is seen. */
static hub_http_result feed(hub_http *http, const uint8_t *bytes, size_t len)
{
	char *copy = malloc(len > 0 ? len : 1);
	memcpy(copy, bytes, len);
	hub_http_result result = hub_http_feed(http, copy, len);
	free(copy);
	return result;
}

/* Pieces of sizes that the fuzzer chooses, over and over; none: all at once. */
static void parse(hub_http *http, input from, sse_str sizes)
{
	hub_http_init(http);
	for (size_t i = 0; from.len > 0 && http->result == HUB_HTTP_MORE; i++) {
		size_t len = sizes.len > 0 ? (uint8_t)sizes.data[i % sizes.len] + 1u : from.len;
		if (len > from.len) {
			len = from.len;
		}
		feed(http, from.bytes, len);
		from.bytes += len;
		from.len -= len;
	}
}

static void check_same(const hub_http *a, const hub_http *b)
{
	EXPECT(a->result == b->result);
	if (a->result != HUB_HTTP_COMPLETE) {
		return;
	}
	EXPECT(a->method == b->method && a->is_1_0 == b->is_1_0 && a->has_body == b->has_body);
	for (hub_http_field field = 0; field < HUB_HTTP_FIELDS; field++) {
		sse_str x = hub_http_value(a, field), y = hub_http_value(b, field);
		EXPECT(sse_str_equals(x, y) && (x.data == NULL) == (x.len == 0));
		EXPECT(sse_field_is_safe(x));
	}
	sse_str target = hub_http_value(a, HUB_HTTP_TARGET);
	EXPECT(target.len > 0 && target.len <= HUB_HTTP_TARGET_MAX && sse_str_find(target, ' ') == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	input from = {bytes, len};
	hub_http whole, pieces, single;
	sse_buf filled;

	sse_str sizes = take_str(&from);
	/* Heads that reach the limits are longer than what the fuzzer makes: a byte of it stands for many. */
	sse_buf_init(&filled);
	/* What lies beyond the limit is not read. */
	for (size_t i = 0; i < from.len && filled.len <= 2 * HUB_HTTP_HEAD_MAX; i++) {
		char c = (char)from.bytes[i];
		size_t count = c == '\x01' ? 4000 : 1;
		memset(sse_buf_reserve(&filled, count), count > 1 ? 'a' : c, count);
		filled.len += count;
	}
	from = (input){(const uint8_t *)filled.data, filled.len};

	parse(&whole, from, (sse_str){NULL, 0});
	parse(&pieces, from, sizes);
	parse(&single, from, (sse_str){"\0", 1});
	check_same(&whole, &pieces);
	check_same(&whole, &single);
	EXPECT(whole.result != HUB_HTTP_MORE || from.len <= HUB_HTTP_HEAD_MAX);
	hub_http_deinit(&whole);
	hub_http_deinit(&pieces);
	hub_http_deinit(&single);
	sse_buf_deinit(&filled);
	return 0;
}
