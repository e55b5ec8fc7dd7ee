#include "core/url.h"
#include "test.h"

#include <stdlib.h>

/* A copy in memory of just that size, so that a sanitizer sees a read past the end. */
static sse_str exact(sse_str text)
{
	char *copy = malloc(text.len > 0 ? text.len : 1);
	memcpy(copy, text.data, text.len);
	return (sse_str){copy, text.len};
}

static void check_str(sse_str actual, const char *expected, int line, const char *what)
{
	test_check_int(actual.data != NULL, expected != NULL, __FILE__, line, what);
	test_check_bytes(actual.data, actual.len, expected, expected != NULL ? strlen(expected) : 0, __FILE__, line, what);
}

static void check_split(sse_str target, const char *path, const char *query, int line)
{
	sse_str copy = exact(target), actual_path = LIT("?"), actual_query = LIT("?");

	sse_url_split(copy, &actual_path, &actual_query);
	check_str(actual_path, path, line, target.data);
	check_str(actual_query, query, line, target.data);
	free((char *)copy.data);
}

#define SPLITS(target, path, query) check_split(LIT(target), (path), (query), __LINE__)

static void splits_path_and_query(void)
{
	SPLITS("/sse?ticket=1", "/sse", "ticket=1");
	SPLITS("/sse", "/sse", NULL);
	SPLITS("/sse?", "/sse", "");
	SPLITS("/sse?a?b", "/sse", "a?b");
	SPLITS("?a", "", "a");
	SPLITS("", "", NULL);
}

static void drops_the_fragment(void)
{
	SPLITS("/sse?a#b", "/sse", "a");
	SPLITS("/sse#b", "/sse", NULL);
	SPLITS("/sse#b?c", "/sse", NULL);
	SPLITS("/sse?a#b#c?d", "/sse", "a");
	SPLITS("/sse?#", "/sse", "");
}

static void check_decode(sse_str text, bool form, const char *expected, size_t expected_len, int line)
{
	sse_str copy = exact(text);
	sse_buf out;

	sse_buf_init(&out);
	sse_buf_append_str(&out, "before");
	bool ok = sse_url_decode(&out, copy, form);
	test_check_int(ok, expected != NULL, __FILE__, line, text.data);
	test_check_bytes(out.data, out.len < 6 ? out.len : 6, "before", 6, __FILE__, line, "what was there");
	test_check_bytes(out.data + 6, out.len - 6, expected, expected_len, __FILE__, line, text.data);
	sse_buf_deinit(&out);
	free((char *)copy.data);
}

#define DECODES(text, form, expected) check_decode(LIT(text), (form), (expected), sizeof(expected) - 1, __LINE__)
#define REFUSED(text) check_decode(LIT(text), false, NULL, 0, __LINE__)

static void decodes_escapes_of_either_case(void)
{
	DECODES("a%20b%2Fc%2f", false, "a b/c/");
	DECODES("%00%FF%ff%7E", false, "\0\xFF\xFF~");
	DECODES("%2525", false, "%25");
	DECODES("", false, "");
	DECODES("\xC3\xA9", false, "\xC3\xA9");
}

static void a_plus_is_a_space_in_forms_only(void)
{
	DECODES("a+b", true, "a b");
	DECODES("a+b", false, "a+b");
	DECODES("a%2Bb", true, "a+b");
}

static void refuses_what_is_no_escape(void)
{
	REFUSED("%");
	REFUSED("a%2");
	REFUSED("a%");
	REFUSED("%%20");
	REFUSED("%2G");
	REFUSED("%G2");
	REFUSED("%-1");
	REFUSED("% 1");
	REFUSED("ab%20%x1");
	/* The digit behind the end does not count. */
	check_decode((sse_str){"%20", 2}, false, NULL, 0, __LINE__);
}

static void check_query(sse_str query, const char *name, const char *expected, int line)
{
	sse_str copy = exact(query);
	check_str(sse_url_query_value(copy, name), expected, line, query.data);
	free((char *)copy.data);
}

#define QUERY(query, name, expected) check_query(LIT(query), (name), (expected), __LINE__)

static void finds_a_member_of_a_query(void)
{
	QUERY("ticket=abc", "ticket", "abc");
	QUERY("a=1&ticket=abc&b=2", "ticket", "abc");
	QUERY("a=1&b=2", "b", "2");
	QUERY("a=%20+", "a", "%20+");
	QUERY("a=b=c", "a", "b=c");
	QUERY("&&a=1", "a", "1");
}

static void the_first_of_two_members_counts(void)
{
	QUERY("a=1&a=2", "a", "1");
	QUERY("a&a=2", "a", "");
}

static void a_member_without_a_sign_is_empty(void)
{
	QUERY("a", "a", "");
	QUERY("a=", "a", "");
	QUERY("b=1&a", "a", "");
	QUERY("a&b=1", "a", "");
}

static void names_are_compared_as_a_whole(void)
{
	QUERY("", "a", NULL);
	QUERY("ab=1&ba=2&A=3", "a", NULL);
	QUERY("x=a&y=a=1", "a", NULL);
	QUERY("%61=1", "a", NULL);
	QUERY("=1", "a", NULL);
	QUERY("b=1;a=2", "a", NULL);
	CHECK(sse_url_query_value(NONE, "a").data == NULL);
}

static void check_cookie(sse_str header, const char *name, const char *expected, int line)
{
	sse_str copy = exact(header);
	check_str(sse_cookie_value(copy, name), expected, line, header.data);
	free((char *)copy.data);
}

#define COOKIE(header, name, expected) check_cookie(LIT(header), (name), (expected), __LINE__)

static void finds_a_cookie(void)
{
	COOKIE("sse_token=abc", "sse_token", "abc");
	COOKIE("a=1; sse_token=abc; b=2", "sse_token", "abc");
	COOKIE("a=1;b=2", "b", "2");
	COOKIE(" a=1 ;\tb=2\t", "a", "1");
	COOKIE(" a=1 ;\tb=2\t", "b", "2");
	COOKIE("a=b=c==", "a", "b=c==");
	COOKIE("a=; b=2", "a", "");
	COOKIE("a=1; a=2", "a", "1");
	COOKIE("a; a=1", "a", "1");
	COOKIE(";; a=1", "a", "1");
	COOKIE("a=%20", "a", "%20");
}

static void drops_the_quotes_around_a_cookie(void)
{
	COOKIE("a=\"b c\"; d=1", "a", "b c");
	COOKIE("a=\"\"", "a", "");
	COOKIE("a=\"", "a", "\"");
	COOKIE("a=\"b", "a", "\"b");
	COOKIE("a=b\"", "a", "b\"");
	COOKIE("a=\"\"b\"\"", "a", "\"b\"");
}

static void other_cookies_are_not_it(void)
{
	COOKIE("", "a", NULL);
	COOKIE("ab=1; ba=2; A=3", "a", NULL);
	COOKIE("x=a=1", "a", NULL);
	COOKIE("a; b=1", "a", NULL);
	COOKIE("a", "a", NULL);
	COOKIE("x=\"; a=1", "b", NULL);
	COOKIE("=1", "a", NULL);
	CHECK(sse_cookie_value(NONE, "a").data == NULL);
}

void test_url(void)
{
	RUN(splits_path_and_query);
	RUN(drops_the_fragment);
	RUN(decodes_escapes_of_either_case);
	RUN(a_plus_is_a_space_in_forms_only);
	RUN(refuses_what_is_no_escape);
	RUN(finds_a_member_of_a_query);
	RUN(the_first_of_two_members_counts);
	RUN(a_member_without_a_sign_is_empty);
	RUN(names_are_compared_as_a_whole);
	RUN(finds_a_cookie);
	RUN(drops_the_quotes_around_a_cookie);
	RUN(other_cookies_are_not_it);
}
