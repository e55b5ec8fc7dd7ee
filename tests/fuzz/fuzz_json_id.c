/*
 * Any text instead of JSON: what is found lies within it and can stand in an `id:` line; an id that was composed is found.
 */
#include "core/json_id.h"
#include "fuzz.h"

static void check_any(sse_str json)
{
	sse_str id = {NULL, 0};
	if (sse_json_id(json, &id)) {
		EXPECT(sse_field_is_safe(id));
		EXPECT(id.data >= json.data && id.len <= json.len);
		EXPECT((size_t)(id.data - json.data) <= json.len - id.len);
	}
}

/* Members with strings of anything, in a nested object of their own as well, before the id. */
static void check_composed(input *from)
{
	sse_buf json;
	sse_str id = {NULL, 0};

	sse_buf_init(&json);
	sse_buf_append_str(&json, "{");
	for (unsigned i = take_byte(from) % 4; i > 0; i--) {
		sse_str value = take_str(from);
		sse_buf_append_str(&json, "\"a\":");
		sse_json_string(&json, value);
		sse_buf_append_str(&json, ",\"b\":{\"id\":[");
		sse_json_string(&json, value);
		sse_buf_append_str(&json, "]},");
	}
	uint64_t number = take_number(from, 8);
	char digits[24];
	size_t len = (size_t)snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
	sse_buf_append_str(&json, number % 2 ? "\"id\":\"" : "\"id\":");
	sse_buf_append(&json, digits, len);
	sse_buf_append_str(&json, number % 2 ? "\"}" : "}");
	EXPECT(sse_json_id((sse_str){json.data, json.len}, &id));
	EXPECT(id.len == len && memcmp(id.data, digits, len) == 0);
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
