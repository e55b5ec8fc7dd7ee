#include "core/broadcast.h"
#include "core/json.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

static void check(sse_str channel, sse_str payload, const char *data, int line)
{
	/* In memory of just that size, so that a sanitizer sees a read past the end. */
	char *copy = malloc(payload.len > 0 ? payload.len : 1);
	sse_json value;
	sse_buf out;

	memcpy(copy, payload.data, payload.len);
	sse_buf_init(&out);
	sse_broadcast_data(&out, channel, (sse_str){copy, payload.len});
	sse_buf_append(&out, "", 1);
	test_check_str(out.data, data, __FILE__, line, "data");
	CHECK(sse_json_parse((sse_str){out.data, out.len - 1}, &value) && value.type == SSE_JSON_OBJECT);
	sse_buf_deinit(&out);
	free(copy);
}

#define BECOMES(payload, data) check(LIT("c"), LIT(payload), (data), __LINE__)

static void an_object_gets_the_channel_first(void)
{
	BECOMES("{\"event\":\"E\",\"data\":{\"a\":[1,{}]},\"socket\":null}",
		"{\"channel\":\"c\",\"event\":\"E\",\"data\":{\"a\":[1,{}]},\"socket\":null}");
	BECOMES("{}", "{\"channel\":\"c\"}");
	check(LIT("a\"b\n\xFF"), LIT("{\"a\":1}"), "{\"channel\":\"a\\\"b\\n\xEF\xBF\xBD\",\"a\":1}", __LINE__);
	check(LIT(""), LIT("{}"), "{\"channel\":\"\"}", __LINE__);
}

static void space_and_line_breaks_do_no_harm(void)
{
	BECOMES(" \r\n\t{ \n }\n", "{\"channel\":\"c\"}");
	BECOMES("\n{\n\"a\"\r\n:\n1\r,\"b\":\"\\n\"}\n", "{\"channel\":\"c\",\"a\"  : 1 ,\"b\":\"\\n\"}");
}

static void anything_else_is_a_string(void)
{
	BECOMES("", "{\"channel\":\"c\",\"payload\":\"\"}");
	BECOMES("text", "{\"channel\":\"c\",\"payload\":\"text\"}");
	BECOMES("[1]", "{\"channel\":\"c\",\"payload\":\"[1]\"}");
	BECOMES("\"{}\"", "{\"channel\":\"c\",\"payload\":\"\\\"{}\\\"\"}");
	BECOMES("{\"a\":1", "{\"channel\":\"c\",\"payload\":\"{\\\"a\\\":1\"}");
	BECOMES("{\"a\":1}}", "{\"channel\":\"c\",\"payload\":\"{\\\"a\\\":1}}\"}");
	BECOMES("{\"a\":\"\xFF\"}", "{\"channel\":\"c\",\"payload\":\"{\\\"a\\\":\\\"\xEF\xBF\xBD\\\"}\"}");
	BECOMES("a\nb\r\0", "{\"channel\":\"c\",\"payload\":\"a\\nb\\r\\u0000\"}");
}

void test_broadcast(void)
{
	RUN(an_object_gets_the_channel_first);
	RUN(space_and_line_breaks_do_no_harm);
	RUN(anything_else_is_a_string);
}
