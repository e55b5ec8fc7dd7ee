#include "core/entry_id.h"
#include "test.h"

static void parses_both_forms(void)
{
	sse_entry_id id = {9, 9};
	CHECK(sse_entry_id_parse(LIT("1718000000000-3"), &id));
	CHECK_INT(id.ms, 1718000000000);
	CHECK_INT(id.seq, 3);
	CHECK(sse_entry_id_parse(LIT("5"), &id));
	CHECK_INT(id.ms, 5);
	CHECK_INT(id.seq, 0);
	CHECK(sse_entry_id_parse(LIT("0-0"), &id));
	CHECK(sse_entry_id_is_zero(id));
	CHECK(sse_entry_id_parse(LIT("007-0010"), &id));
	CHECK_INT(id.ms, 7);
	CHECK_INT(id.seq, 10);
}

static void parses_up_to_the_last_number(void)
{
	sse_entry_id id = {0, 0};
	CHECK(sse_entry_id_parse(LIT("18446744073709551615-18446744073709551615"), &id));
	CHECK(id.ms == UINT64_MAX);
	CHECK(id.seq == UINT64_MAX);
	CHECK(!sse_entry_id_parse(LIT("18446744073709551616-0"), &id));
	CHECK(!sse_entry_id_parse(LIT("0-18446744073709551616"), &id));
	CHECK(!sse_entry_id_parse(LIT("99999999999999999999"), &id));
	CHECK(!sse_entry_id_parse(LIT("000000000000000000001"), &id));
}

static void refuses_everything_else_and_leaves_the_id(void)
{
	static const char *const bad[] = {"", "-", "5-", "-5", "--5", "5--5", "5-5-5", "+5", "5-+5", " 5", "5 ", "5- 5", "5\n",
		"a", "5-a", "0x5", "1e3", "1.5", "$", "*", "5-*"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		sse_entry_id id = {11, 12};
		if (!CHECK(!sse_entry_id_parse(STR(bad[i]), &id))) {
			CHECK_STR(bad[i], "an id that is refused");
		}
		CHECK_INT(id.ms, 11);
		CHECK_INT(id.seq, 12);
	}
	sse_entry_id id;
	CHECK(!sse_entry_id_parse(LIT("5-5\0"), &id));
	CHECK(!sse_entry_id_parse(LIT("\0"), &id));
	CHECK(!sse_entry_id_parse(NONE, &id));
}

static void formats(void)
{
	char out[SSE_ENTRY_ID_MAX];
	CHECK_INT(sse_entry_id_format((sse_entry_id){0, 0}, out), 3);
	CHECK_STR(out, "0-0");
	CHECK_INT(sse_entry_id_format((sse_entry_id){1718000000000, 10}, out), 16);
	CHECK_STR(out, "1718000000000-10");
	CHECK_INT(sse_entry_id_format((sse_entry_id){UINT64_MAX, UINT64_MAX}, out), SSE_ENTRY_ID_MAX - 1);
	CHECK_STR(out, "18446744073709551615-18446744073709551615");
}

static void compares_numbers_not_text(void)
{
	CHECK(sse_entry_id_compare((sse_entry_id){9, 0}, (sse_entry_id){10, 0}) < 0);
	CHECK(sse_entry_id_compare((sse_entry_id){10, 0}, (sse_entry_id){9, 99}) > 0);
	CHECK(sse_entry_id_compare((sse_entry_id){5, 9}, (sse_entry_id){5, 10}) < 0);
	CHECK(sse_entry_id_compare((sse_entry_id){5, 10}, (sse_entry_id){5, 9}) > 0);
	CHECK_INT(sse_entry_id_compare((sse_entry_id){5, 9}, (sse_entry_id){5, 9}), 0);
	CHECK(sse_entry_id_compare((sse_entry_id){UINT64_MAX, 0}, (sse_entry_id){0, 0}) > 0);
	CHECK(sse_entry_id_compare((sse_entry_id){0, UINT64_MAX}, (sse_entry_id){0, 0}) > 0);
}

static void zero_is_both_numbers(void)
{
	CHECK(sse_entry_id_is_zero((sse_entry_id){0, 0}));
	CHECK(!sse_entry_id_is_zero((sse_entry_id){1, 0}));
	CHECK(!sse_entry_id_is_zero((sse_entry_id){0, 1}));
}

void test_entry_id(void)
{
	RUN(parses_both_forms);
	RUN(parses_up_to_the_last_number);
	RUN(refuses_everything_else_and_leaves_the_id);
	RUN(formats);
	RUN(compares_numbers_not_text);
	RUN(zero_is_both_numbers);
}
