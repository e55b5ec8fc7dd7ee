#include "core/glob.h"
#include "test.h"

typedef struct glob_case {
	sse_str pattern;
	sse_str text;
	bool matches;
} glob_case;

#define CASE(pattern, text, matches) {{(pattern), sizeof(pattern) - 1}, {(text), sizeof(text) - 1}, (matches)}

static void check_all(const glob_case *cases, size_t count, int line)
{
	for (size_t i = 0; i < count; i++) {
		if (sse_glob_matches(cases[i].pattern, cases[i].text) != cases[i].matches) {
			test_check_bytes(cases[i].pattern.data, cases[i].pattern.len, "another answer", 14, __FILE__, line,
				cases[i].matches ? "a pattern that must match" : "a pattern that must not match");
		}
	}
}

#define CHECK_ALL(cases) check_all((cases), sizeof(cases) / sizeof *(cases), __LINE__)

static void plain_bytes_stand_for_themselves(void)
{
	static const glob_case cases[] = {
		CASE("news", "news", true),
		CASE("news", "new", false),
		CASE("news", "newsy", false),
		CASE("news", "News", false),
		CASE("", "", true),
		CASE("", "a", false),
		CASE("a", "", false),
		CASE("a\0b", "a\0b", true),
		CASE("a\0b", "a\0c", false),
		CASE("\xC3\xBC", "\xC3\xBC", true),
	};
	CHECK_ALL(cases);
	CHECK(sse_glob_matches(NONE, NONE));
}

static void a_star_is_any_bytes(void)
{
	static const glob_case cases[] = {
		CASE("*", "", true),
		CASE("*", "anything", true),
		CASE("***", "", true),
		CASE("a*", "a", true),
		CASE("a*", "ba", false),
		CASE("*a", "ba", true),
		CASE("*a", "ab", false),
		CASE("a*c*e", "abcde", true),
		CASE("a*c*e", "abcdef", false),
		CASE("*abc", "ababc", true),
		CASE("*ab*abc*", "abxababcx", true),
		CASE("user.*.orders", "user.7.orders", true),
		CASE("user.*.orders", "user.7.order", false),
		CASE("a*b", "a\0\n\xFF" "b", true),
	};
	CHECK_ALL(cases);
}

static void a_question_mark_is_one_byte(void)
{
	static const glob_case cases[] = {
		CASE("?", "a", true),
		CASE("?", "", false),
		CASE("?", "ab", false),
		CASE("??", "\xC3\xBC", true),
		CASE("a?c", "a\0c", true),
		CASE("*?", "", false),
		CASE("*?", "a", true),
		CASE("?*?", "ab", true),
		CASE("?*?", "a", false),
	};
	CHECK_ALL(cases);
}

static void sets_are_one_of_their_bytes(void)
{
	static const glob_case cases[] = {
		CASE("h[ae]llo", "hello", true),
		CASE("h[ae]llo", "hallo", true),
		CASE("h[ae]llo", "hillo", false),
		CASE("h[^e]llo", "hallo", true),
		CASE("h[^e]llo", "hello", false),
		CASE("h[^e]llo", "hllo", false),
		CASE("h[a-b]llo", "hbllo", true),
		CASE("h[a-b]llo", "hcllo", false),
		CASE("h[b-a]llo", "hallo", true),
		CASE("[a-cx-z]", "y", true),
		CASE("[a-cx-z]", "-", false),
		CASE("[^a-c]", "b", false),
		CASE("[^a-c]", "d", true),
		CASE("[\x80-\xFF]", "\xC3", true),
		CASE("[\x01-\x7F]", "\xC3", false),
		CASE("[\\]]", "]", true),
		CASE("[\\^a]", "^", true),
		CASE("[a^]", "^", true),
		CASE("[a\\-c]", "-", true),
		CASE("[a\\-c]", "b", false),
		CASE("*[0-9]", "order7", true),
		CASE("*[0-9]", "order", false),
	};
	CHECK_ALL(cases);
}

/* Nobody wants these, but whoever sends them gets the same from Redis. */
static void broken_sets_mean_what_they_mean_to_redis(void)
{
	static const glob_case cases[] = {
		CASE("[]", "a", false),
		CASE("[]", "]", false),
		CASE("[^]", "a", true),
		CASE("[]a]", "a", false),
		CASE("[^]a]", "xa]", true),
		CASE("[abc", "b", true),
		CASE("[abc", "d", false),
		CASE("[", "[", false),
		CASE("[^", "a", true),
		CASE("[a-", "a", true),
		CASE("[a-", "-", true),
		CASE("[a-]", "]", true),
		CASE("[a-]", "a", true),
		CASE("[a\\", "\\", true),
		CASE("a]", "a]", true),
	};
	CHECK_ALL(cases);
}

static void a_backslash_takes_the_meaning_away(void)
{
	static const glob_case cases[] = {
		CASE("a\\*", "a*", true),
		CASE("a\\*", "ab", false),
		CASE("a\\?", "a?", true),
		CASE("a\\[b]", "a[b]", true),
		CASE("\\\\", "\\", true),
		CASE("\\a", "a", true),
		CASE("a\\", "a\\", true),
		CASE("*\\*", "ab*", true),
	};
	CHECK_ALL(cases);
}

/* With a stack of stars that are tried anew one by one, this takes longer than the universe. */
static void many_stars_take_no_time(void)
{
	char pattern[2048], text[2048];
	for (size_t i = 0; i + 2 <= sizeof pattern; i += 2) {
		pattern[i] = 'a';
		pattern[i + 1] = '*';
	}
	memset(text, 'a', sizeof text);
	CHECK(sse_glob_matches((sse_str){pattern, sizeof pattern}, (sse_str){text, sizeof text}));
	pattern[sizeof pattern - 1] = 'b';
	CHECK(!sse_glob_matches((sse_str){pattern, sizeof pattern}, (sse_str){text, sizeof text}));
}

void test_glob(void)
{
	RUN(plain_bytes_stand_for_themselves);
	RUN(a_star_is_any_bytes);
	RUN(a_question_mark_is_one_byte);
	RUN(sets_are_one_of_their_bytes);
	RUN(broken_sets_mean_what_they_mean_to_redis);
	RUN(a_backslash_takes_the_meaning_away);
	RUN(many_stars_take_no_time);
}
