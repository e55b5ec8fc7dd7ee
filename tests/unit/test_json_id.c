#include "core/json_id.h"
#include "test.h"

#include <stdlib.h>

/* In memory of just that size, so that a sanitizer sees a read past the end. expected == NULL: there is none. */
static void check_id(const char *json, size_t len, const char *expected, int line)
{
	char *copy = malloc(len > 0 ? len : 1);
	sse_str id = NONE;
	memcpy(copy, json, len);
	bool found = sse_json_id((sse_str){copy, len}, &id);
	if (test_check_int(found, expected != NULL, __FILE__, line, json) && found) {
		test_check_bytes(id.data, id.len, expected, strlen(expected), __FILE__, line, json);
	}
	free(copy);
}

#define ID(json, expected) check_id((json), sizeof(json) - 1, (expected), __LINE__)
#define NO_ID(json) check_id((json), sizeof(json) - 1, NULL, __LINE__)

static void finds_strings_and_numbers(void)
{
	ID("{\"id\":\"abc\"}", "abc");
	ID("{\"id\":42}", "42");
	ID("{\"id\":-4.5e+3}", "-4.5e+3");
	ID(" { \"id\" : \"a b\" , \"x\" : 1 } ", "a b");
	ID("{\n\t\"id\"\r: 7\n}", "7");
	ID("{\"id\":\"\xC3\xA9\"}", "\xC3\xA9");
}

static void skips_what_comes_before(void)
{
	ID("{\"a\":1,\"id\":2}", "2");
	ID("{\"a\":\"x,\\\"id\\\":9}\",\"id\":2}", "2");
	ID("{\"a\":{\"id\":1,\"b\":[1,2,{\"id\":3}]},\"id\":2}", "2");
	ID("{\"a\":[\"]\",\"}\"],\"id\":2}", "2");
	ID("{\"a\":null,\"b\":true,\"c\":\"\\\\\",\"id\":2}", "2");
}

static void only_the_top_level_counts(void)
{
	NO_ID("{\"a\":{\"id\":1}}");
	NO_ID("[{\"id\":1}]");
	NO_ID("{\"a\":\"id\"}");
	NO_ID("{\"ID\":1,\"idx\":2,\"i\":3}");
	NO_ID("\"id\"");
}

static void only_text_and_numbers_are_ids(void)
{
	NO_ID("{\"id\":null}");
	NO_ID("{\"id\":true}");
	NO_ID("{\"id\":{}}");
	NO_ID("{\"id\":[1]}");
	NO_ID("{\"id\":}");
	NO_ID("{\"id\":+1}");
	NO_ID("{\"id\":.5}");
}

static void an_id_that_cannot_be_a_line_is_none(void)
{
	NO_ID("{\"id\":\"a\nb\"}");
	NO_ID("{\"id\":\"a\rb\"}");
	NO_ID("{\"id\":\"a\0b\"}");
	NO_ID("{\"id\":\"a\\nb\"}");
	NO_ID("{\"id\":\"a\\u0000b\"}");
}

static void survives_what_is_no_json(void)
{
	static const char whole[] = "{\"a\":{\"b\":[\"c\\\"\",1]},\"id\":\"x\"}";
	/* Up to the id's closing quote there is no id in it; after that the rest is not looked at. */
	for (size_t len = 0; len < sizeof whole - 2; len++) {
		check_id(whole, len, NULL, __LINE__);
	}
	ID("{\"a\":{\"b\":[\"c\\\"\",1]},\"id\":\"x\"", "x");
	NO_ID("");
	NO_ID("text");
	NO_ID("{");
	NO_ID("{}");
	NO_ID("{\"id\"");
	NO_ID("{\"id\":");
	NO_ID("{\"id\":\"");
	NO_ID("{\"id\":\"\"}");
	NO_ID("{\"id\":\"\\");
	NO_ID("{\"a\":1");
	NO_ID("{\"a\":1,");
	NO_ID("{\"a\":1,}");
	NO_ID("{\"a\":]]]]");
	NO_ID("{id:1}");
}

void test_json_id(void)
{
	RUN(finds_strings_and_numbers);
	RUN(skips_what_comes_before);
	RUN(only_the_top_level_counts);
	RUN(only_text_and_numbers_are_ids);
	RUN(an_id_that_cannot_be_a_line_is_none);
	RUN(survives_what_is_no_json);
}
