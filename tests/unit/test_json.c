#include "core/json.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

/* In memory of just that size, so that a sanitizer sees a read past the end. */
static void check_valid(sse_str text, bool expected, int line)
{
	char *copy = malloc(text.len > 0 ? text.len : 1);
	sse_json value = {SSE_JSON_NULL, {"untouched", 9}};

	memcpy(copy, text.data, text.len);
	bool ok = sse_json_parse((sse_str){copy, text.len}, &value);
	test_check_int(ok, expected, __FILE__, line, text.data);
	if (!ok) {
		test_check_bytes(value.text.data, value.text.len, "untouched", 9, __FILE__, line, text.data);
	}
	free(copy);
}

#define VALID(text) check_valid(LIT(text), true, __LINE__)
#define INVALID(text) check_valid(LIT(text), false, __LINE__)

static sse_json parsed(const char *text)
{
	sse_json value = {SSE_JSON_NULL, {"", 0}};
	CHECK(sse_json_parse(STR(text), &value));
	return value;
}

static void every_type_is_told_apart(void)
{
	static const struct {
		const char *text, *inner;
		sse_json_type type;
	} values[] = {{"null", "null", SSE_JSON_NULL}, {"false", "false", SSE_JSON_FALSE}, {"true", "true", SSE_JSON_TRUE},
		{"-1.5e3", "-1.5e3", SSE_JSON_NUMBER}, {"\"a\\n\"", "a\\n", SSE_JSON_STRING}, {"\"\"", "", SSE_JSON_STRING},
		{"[1, 2 ]", "[1, 2 ]", SSE_JSON_ARRAY}, {"{\"a\":1}", "{\"a\":1}", SSE_JSON_OBJECT}};

	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		char spaced[64];
		snprintf(spaced, sizeof spaced, " \t\r\n%s\n\r\t ", values[i].text);
		for (int j = 0; j < 2; j++) {
			sse_json value = parsed(j ? spaced : values[i].text);
			CHECK_INT(value.type, values[i].type);
			test_check_bytes(value.text.data, value.text.len, values[i].inner, strlen(values[i].inner), __FILE__, __LINE__,
				values[i].text);
		}
	}
}

static void accepts_numbers_of_the_grammar_only(void)
{
	VALID("0");
	VALID("-0");
	VALID("10");
	VALID("1.50");
	VALID("0.0");
	VALID("1e5");
	VALID("1E+05");
	VALID("-1.5e-0");
	VALID("123456789012345678901234567890");
	INVALID("01");
	INVALID("-01");
	INVALID("00");
	INVALID("+1");
	INVALID("-");
	INVALID("1.");
	INVALID(".5");
	INVALID("-.5");
	INVALID("1e");
	INVALID("1e+");
	INVALID("1e+-1");
	INVALID("1e1.5");
	INVALID("1.e1");
	INVALID("0x1");
	INVALID("1a");
	INVALID("1 2");
	INVALID("--1");
	INVALID("NaN");
	INVALID("Infinity");
	INVALID("-Infinity");
}

static void accepts_strings_of_the_grammar_only(void)
{
	VALID("\"\"");
	VALID("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uABCD\\uabcd\"");
	VALID("\"\x7F\"");
	VALID("\"\\u0000\"");
	INVALID("\"");
	INVALID("\"a");
	INVALID("'a'");
	INVALID("\"\\");
	INVALID("\"\\\"");
	INVALID("\"\\a\"");
	INVALID("\"\\U0041\"");
	INVALID("\"\\0\"");
	INVALID("\"\\\0\"");
	INVALID("\"\\x41\"");
	INVALID("\"\\'\"");
	INVALID("\"\\u\"");
	INVALID("\"\\u12\"");
	INVALID("\"\\u123");
	INVALID("\"\\u12G4\"");
	INVALID("\"\\u-123\"");
	INVALID("\"\n\"");
	INVALID("\"\t\"");
	INVALID("\"\0\"");
	INVALID("\"\x1F\"");
	INVALID("\"a\"b");
	INVALID("\"a\"\"b\"");
}

static void half_a_surrogate_pair_is_refused(void)
{
	VALID("\"\\uD800\\uDC00\"");
	VALID("\"\\udbff\\udfff\"");
	VALID("\"\\uD7FF\\uE000\"");
	INVALID("\"\\uD800\"");
	INVALID("\"\\uDBFFa\"");
	INVALID("\"\\uDC00\"");
	INVALID("\"\\uDFFF\\uD800\"");
	INVALID("\"\\uDC00\\uDC00\"");
	INVALID("\"\\uD800\\uD800\"");
	INVALID("\"\\uD800\\uDBFF\"");
	INVALID("\"\\uD800\\uE000\"");
	INVALID("\"\\uD800\\n\"");
	INVALID("\"\\uD800uDC00\"");
	INVALID("\"\\uD800\\uDC0\"");
	INVALID("\"\\uD800\\uDC00");
	INVALID("\"\\uD800\\");
	INVALID("\"\\uD800\\u");
}

static void what_is_no_utf8_is_refused(void)
{
	VALID("\"\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\"");
	INVALID("\"\x80\"");
	INVALID("\"\xFF\"");
	INVALID("\"\xC3\"");
	INVALID("\"\xC3");
	INVALID("\"\xE2\x82\"");
	INVALID("\"\xE2\x82");
	INVALID("\"\xC0\xAF\"");
	INVALID("\"\xC1\xBF\"");
	INVALID("\"\xE0\x9F\xBF\"");
	INVALID("\"\xED\xA0\x80\"");
	INVALID("\"\xF0\x8F\xBF\xBF\"");
	INVALID("\"\xF4\x90\x80\x80\"");
	INVALID("\"\xF5\x80\x80\x80\"");
	INVALID("\"\\\xC3\xA9\"");
	INVALID("\xEF\xBB\xBF{}");
	INVALID("\xC2\xA0{}");
}

static void literals_are_whole_and_lower_case(void)
{
	INVALID("nul");
	INVALID("nulL");
	INVALID("Null");
	INVALID("nullx");
	INVALID("TRUE");
	INVALID("tru");
	INVALID("fals");
	INVALID("false0");
	INVALID("undefined");
}

static void arrays_and_objects_are_closed_and_separated(void)
{
	VALID("[]");
	VALID("[ ]");
	VALID("{}");
	VALID("{ }");
	VALID("[1,\"a\",null,[],{}]");
	VALID("{\"\":1}");
	VALID("{ \"a\" : 1 , \"b\" : [ ] }");
	VALID("{\"a\":1,\"a\":2}");
	INVALID("[");
	INVALID("]");
	INVALID("{");
	INVALID("}");
	INVALID("[1");
	INVALID("[1,");
	INVALID("[1,]");
	INVALID("[,1]");
	INVALID("[1,,2]");
	INVALID("[1 2]");
	INVALID("[1}");
	INVALID("[]]");
	INVALID("[1:2]");
	INVALID("{\"a\"}");
	INVALID("{\"a\":}");
	INVALID("{\"a\":1,}");
	INVALID("{,\"a\":1}");
	INVALID("{\"a\":1 \"b\":2}");
	INVALID("{\"a\":1,,\"b\":2}");
	INVALID("{\"a\" 1}");
	INVALID("{\"a\"::1}");
	INVALID("{\"a\":1]");
	INVALID("{a:1}");
	INVALID("{1:1}");
	INVALID("{null:1}");
	INVALID("{\"a\":1}}");
	INVALID("{\"a\":1}{}");
}

static void other_texts_are_no_json(void)
{
	INVALID("");
	INVALID(" ");
	INVALID("\0");
	INVALID("{}\0");
	INVALID("\v{}");
	INVALID("\f{}");
	INVALID("{}//");
	INVALID("/**/{}");
	INVALID("{},");
	INVALID("text");
	sse_json value;
	CHECK(!sse_json_parse(NONE, &value));
}

static void no_beginning_of_a_text_is_valid(void)
{
	static const char whole[] = " {\"a\\u00e9\":[1.5e+3,\"\xC3\xA9\\uD83D\\uDE00\",null,true,false,{}],\"b\":-0}";
	for (size_t len = 0; len < sizeof whole - 1; len++) {
		check_valid((sse_str){whole, len}, false, __LINE__);
	}
	VALID(" {\"a\\u00e9\":[1.5e+3,\"\xC3\xA9\\uD83D\\uDE00\",null,true,false,{}],\"b\":-0}");
}

static void check_depth(size_t depth, const char *open, const char *inner, const char *close, bool expected)
{
	sse_buf text;
	sse_buf_init(&text);
	for (size_t i = 0; i < depth; i++) {
		sse_buf_append_str(&text, open);
	}
	sse_buf_append_str(&text, inner);
	for (size_t i = 0; i < depth; i++) {
		sse_buf_append_str(&text, close);
	}
	sse_json value;
	CHECK_INT(sse_json_parse((sse_str){text.data, text.len}, &value), expected);
	sse_buf_deinit(&text);
}

static void depth_has_a_limit(void)
{
	check_depth(SSE_JSON_DEPTH_MAX, "[", "1", "]", true);
	check_depth(SSE_JSON_DEPTH_MAX, "[", "", "]", true);
	check_depth(SSE_JSON_DEPTH_MAX + 1, "[", "", "]", false);
	check_depth(SSE_JSON_DEPTH_MAX, "{\"a\":", "1", "}", true);
	check_depth(SSE_JSON_DEPTH_MAX + 1, "{\"a\":", "1", "}", false);
	check_depth(SSE_JSON_DEPTH_MAX / 2, "[{\"a\":", "1", "}]", true);
	check_depth(SSE_JSON_DEPTH_MAX / 2 + 1, "[{\"a\":", "1", "}]", false);
	/* What is closed again does not count; and what is never closed must not exhaust the stack. */
	check_depth(SSE_JSON_DEPTH_MAX * 2, "[[],", "1", "]", false);
	check_depth(SSE_JSON_DEPTH_MAX - 1, "[[],", "1", "]", true);
	check_depth(1000000, "[", "", "", false);
}

static void check_member(const char *text, const char *name, const char *expected, int line)
{
	sse_json object = parsed(text), value = {SSE_JSON_NULL, NONE};
	bool found = sse_json_member(&object, name, &value);
	if (test_check_int(found, expected != NULL, __FILE__, line, text)) {
		test_check_bytes(value.text.data, value.text.len, expected, found ? strlen(expected) : 0, __FILE__, line, text);
	}
}

#define MEMBER(text, name, expected) check_member((text), (name), (expected), __LINE__)

static void finds_members_by_name(void)
{
	MEMBER("{\"a\":1}", "a", "1");
	MEMBER("{\"a\":1,\"b\":2,\"c\":3}", "b", "2");
	MEMBER(" { \"a\" : 1 , \"b\" : [ 2 ] \n} ", "a", "1");
	MEMBER(" { \"a\" : 1 , \"b\" : [ 2 ] \n} ", "b", "[ 2 ]");
	MEMBER("{\"x\":{\"a\":1},\"y\":[\"a\",{\"a\":2}],\"z\":\"\\\"a\\\":3\",\"a\":4}", "a", "4");
	MEMBER("{\"\":1}", "", "1");
	MEMBER("{\"x\":\",}]\",\"a\":\"\"}", "a", "");
}

static void other_members_are_not_it(void)
{
	MEMBER("{}", "a", NULL);
	MEMBER("{\"ab\":1,\"\":2,\"A\":3}", "a", NULL);
	MEMBER("{\"x\":\"a\"}", "a", NULL);
	MEMBER("{\"x\":{\"a\":1}}", "a", NULL);
	MEMBER("{\"a\\u0000\":1}", "a", NULL);
	MEMBER("[\"a\",1]", "a", NULL);
	MEMBER("\"a\"", "a", NULL);
	MEMBER("null", "a", NULL);
}

static void the_last_of_two_members_counts(void)
{
	MEMBER("{\"a\":1,\"a\":2}", "a", "2");
	MEMBER("{\"a\":1,\"b\":3,\"\\u0061\":2,\"c\":4}", "a", "2");
}

static void names_are_compared_unescaped(void)
{
	MEMBER("{\"\\u0061lg\":1}", "alg", "1");
	MEMBER("{\"a\\/b\":1}", "a/b", "1");
	MEMBER("{\"\\\"\":1}", "\"", "1");
	MEMBER("{\"\\u00E9\":1}", "\xC3\xA9", "1");
	MEMBER("{\"a\\u0062\":1}", "a\\u0062", NULL);
}

static void steps_through_members_in_order(void)
{
	sse_json object = parsed("{ \"a\" : 1, \"b\":[2,{}] ,\"a\":\"x\" }"), name, value;
	size_t at = 0;

	REQUIRE(sse_json_next_member(&object, &at, &name, &value));
	CHECK_INT(name.type, SSE_JSON_STRING);
	CHECK_BYTES(name.text.data, name.text.len, "a");
	CHECK_BYTES(value.text.data, value.text.len, "1");
	REQUIRE(sse_json_next_member(&object, &at, &name, &value));
	CHECK_BYTES(name.text.data, name.text.len, "b");
	CHECK_BYTES(value.text.data, value.text.len, "[2,{}]");
	CHECK_INT(value.type, SSE_JSON_ARRAY);
	REQUIRE(sse_json_next_member(&object, &at, &name, &value));
	CHECK_BYTES(name.text.data, name.text.len, "a");
	CHECK_BYTES(value.text.data, value.text.len, "x");
	CHECK(!sse_json_next_member(&object, &at, &name, &value));
	CHECK(!sse_json_next_member(&object, &at, &name, &value));
}

static void steps_through_an_array(void)
{
	static const char *const expected[] = {"1", "a,]", "[2,[3]]", "{\"b\":[]}", "null"};
	sse_json array = parsed("[1 , \"a,]\",[2,[3]], {\"b\":[]},null ]"), value;
	size_t at = 0, count = 0;

	while (sse_json_element(&array, &at, &value)) {
		REQUIRE(count < 5);
		test_check_bytes(
			value.text.data, value.text.len, expected[count], strlen(expected[count]), __FILE__, __LINE__, expected[count]);
		count++;
	}
	CHECK_INT(count, 5);
	CHECK(!sse_json_element(&array, &at, &value));
}

static void what_is_empty_or_of_another_type_has_no_steps(void)
{
	static const char *const texts[] = {"[]", "[ ]", "{}", "{ \n}", "1", "\"[1]\"", "\"\"", "null"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		sse_json whole = parsed(texts[i]), name, value;
		size_t at = 0;
		CHECK(!sse_json_element(&whole, &at, &value));
		at = 0;
		CHECK(!sse_json_next_member(&whole, &at, &name, &value));
	}
	sse_json array = parsed("[1]"), object = parsed("{\"a\":1}"), name, value;
	size_t at = 0;
	CHECK(!sse_json_next_member(&array, &at, &name, &value));
	CHECK(!sse_json_element(&object, &at, &value));
}

static void check_text(const char *json, const char *expected, size_t len, int line)
{
	sse_json string = parsed(json);
	sse_buf out;
	sse_buf_init(&out);
	sse_buf_append_str(&out, ">");
	sse_json_unescape(&out, &string);
	test_check_bytes(out.data, out.len, expected, len, __FILE__, line, json);
	sse_buf_deinit(&out);
}

#define UNESCAPES(json, expected) check_text((json), (">" expected), sizeof(expected), __LINE__)

static void resolves_escapes(void)
{
	UNESCAPES("\"\"", "");
	UNESCAPES("\"abc\"", "abc");
	UNESCAPES("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t");
	UNESCAPES("\"a\\u0000b\"", "a\0b");
	UNESCAPES("\"\\u007f\\u0080\\u07FF\\u0800\\uFFFF\"", "\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF");
	UNESCAPES("\"\\uD800\\uDC00\\uD83D\\uDE00\\uDBFF\\uDFFF\"", "\xF0\x90\x80\x80\xF0\x9F\x98\x80\xF4\x8F\xBF\xBF");
	UNESCAPES("\"x\\\\u0041\\u0041\xC3\xA9y\"", "x\\u0041A\xC3\xA9y");
}

static void a_string_is_compared_unescaped(void)
{
	sse_json string = parsed("\"HS\\u0032\\u00356\""), nul = parsed("\"HS256\\u0000\""), number = parsed("256"),
			 empty = parsed("\"\"");
	CHECK(sse_json_string_is(&string, "HS256"));
	CHECK(!sse_json_string_is(&string, "HS25"));
	CHECK(!sse_json_string_is(&nul, "HS256"));
	CHECK(!sse_json_string_is(&number, "256"));
	CHECK(sse_json_string_is(&empty, ""));
	CHECK(!sse_json_string_is(&empty, "a"));
}

static void check_integer(const char *text, bool found, int64_t expected, int line)
{
	sse_json number = parsed(text);
	int64_t value = 77;
	test_check_int(sse_json_integer(&number, &value), found, __FILE__, line, text);
	test_check_int(value, found ? expected : 77, __FILE__, line, text);
}

#define INTEGER(text, expected) check_integer((text), true, (expected), __LINE__)
#define NO_INTEGER(text) check_integer((text), false, 0, __LINE__)

static void whole_numbers_are_integers_however_they_are_written(void)
{
	INTEGER("0", 0);
	INTEGER("-0", 0);
	INTEGER("42", 42);
	INTEGER("-42", -42);
	INTEGER("1.0", 1);
	INTEGER("1e3", 1000);
	INTEGER("1E+3", 1000);
	INTEGER("1.25e2", 125);
	INTEGER("1.250e2", 125);
	INTEGER("1200e-2", 12);
	INTEGER("-1.5e1", -15);
	INTEGER("0.001e3", 1);
	INTEGER("0e999999999999999999999999", 0);
	INTEGER("0.000e-999999999999999999999999", 0);
	INTEGER("1e18", 1000000000000000000);
}

static void integers_have_64_bits(void)
{
	INTEGER("9007199254740993", 9007199254740993); /* no double has this value */
	INTEGER("9223372036854775807", INT64_MAX);
	INTEGER("-9223372036854775808", INT64_MIN);
	INTEGER("922337203685477580.7e1", INT64_MAX);
	INTEGER("9223372036854775807000e-3", INT64_MAX);
	NO_INTEGER("9223372036854775808");
	NO_INTEGER("-9223372036854775809");
	NO_INTEGER("1e19");
	NO_INTEGER("1e400");
	NO_INTEGER("1e999999999999999999999999");
	NO_INTEGER("-1e999999999999999999999999");
	NO_INTEGER("99999999999999999999999999");
}

static void fractions_and_other_types_are_no_integers(void)
{
	NO_INTEGER("1.5");
	NO_INTEGER("1.50");
	NO_INTEGER("-0.1");
	NO_INTEGER("1e-1");
	NO_INTEGER("1.0000000000000000000000000000001");
	NO_INTEGER("1e-999999999999999999999999");
	NO_INTEGER("\"1\"");
	NO_INTEGER("true");
	NO_INTEGER("null");
	NO_INTEGER("[1]");
	NO_INTEGER("{}");
}

static void the_whole_part_drops_the_fraction(void)
{
	static const struct {
		const char *text;
		bool found;
		int64_t expected;
	} numbers[] = {{"1718000000.999999", true, 1718000000}, {"-1.9", true, -1}, {"0.9", true, 0}, {"1.99e1", true, 19},
		{"7", true, 7}, {"9223372036854775807.9", true, INT64_MAX}, {"1e-999999999999999999999999", true, 0},
		{"9223372036854775808.0", false, 0}, {"1e30", false, 0}, {"\"1\"", false, 0}, {"null", false, 0}};

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		sse_json number = parsed(numbers[i].text);
		int64_t value = 77;
		CHECK_INT(sse_json_whole_part(&number, &value), numbers[i].found);
		CHECK_INT(value, numbers[i].found ? numbers[i].expected : 77);
	}
}

void test_json(void)
{
	RUN(every_type_is_told_apart);
	RUN(accepts_numbers_of_the_grammar_only);
	RUN(accepts_strings_of_the_grammar_only);
	RUN(half_a_surrogate_pair_is_refused);
	RUN(what_is_no_utf8_is_refused);
	RUN(literals_are_whole_and_lower_case);
	RUN(arrays_and_objects_are_closed_and_separated);
	RUN(other_texts_are_no_json);
	RUN(no_beginning_of_a_text_is_valid);
	RUN(depth_has_a_limit);
	RUN(finds_members_by_name);
	RUN(other_members_are_not_it);
	RUN(the_last_of_two_members_counts);
	RUN(names_are_compared_unescaped);
	RUN(steps_through_members_in_order);
	RUN(steps_through_an_array);
	RUN(what_is_empty_or_of_another_type_has_no_steps);
	RUN(resolves_escapes);
	RUN(a_string_is_compared_unescaped);
	RUN(whole_numbers_are_integers_however_they_are_written);
	RUN(integers_have_64_bits);
	RUN(fractions_and_other_types_are_no_integers);
	RUN(the_whole_part_drops_the_fraction);
}
