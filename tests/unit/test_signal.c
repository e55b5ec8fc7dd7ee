#include "core/signal.h"
#include "test.h"

static void parses_a_whole_event(void)
{
	sse_signal signal;
	sse_str payload = LIT("1718-2 1717-5\nupdate\n{\"a\":1}");
	REQUIRE(sse_signal_parse(payload, &signal));
	CHECK_INT(signal.id.ms, 1718);
	CHECK_INT(signal.id.seq, 2);
	CHECK_INT(signal.previous.ms, 1717);
	CHECK_INT(signal.previous.seq, 5);
	CHECK_BYTES(signal.id_text.data, signal.id_text.len, "1718-2");
	CHECK_BYTES(signal.event.data, signal.event.len, "update");
	CHECK_BYTES(signal.data.data, signal.data.len, "{\"a\":1}");
	CHECK(signal.id_text.data == payload.data);
}

static void an_empty_event_name_is_not_given(void)
{
	sse_signal signal;
	REQUIRE(sse_signal_parse(LIT("1-2 0-0\n\nx"), &signal));
	CHECK(signal.event.data == NULL);
	CHECK_INT(signal.event.len, 0);
	CHECK_BYTES(signal.data.data, signal.data.len, "x");
}

static void data_may_be_empty_or_hold_anything(void)
{
	sse_signal signal;
	REQUIRE(sse_signal_parse(LIT("1-2 0-0\n\n"), &signal));
	CHECK(signal.data.data != NULL);
	CHECK_INT(signal.data.len, 0);
	REQUIRE(sse_signal_parse(LIT("1-2 0-0\ne\na\nb\r\0\n"), &signal));
	CHECK_BYTES(signal.data.data, signal.data.len, "a\nb\r\0\n");
}

static void anything_else_is_a_hint(void)
{
	static const char *const bad[] = {"", "1", "1-2", "1-2\n", "1-2 1-1\n", "1-2 1-1\nevent", "\n\n", "\n\nx", "1-2\n\nx",
		"1 1-1\n\nx", "1- 1-1\n\nx", "-1 1-1\n\nx", "1-2 \n\nx", "1-2 1\n\nx", "1-2 x\n\nx", "1-2  1-1\n\nx",
		"1-2 1-1 \n\nx", " 1-2 1-1\n\nx", "1-2 1-1\r\n\nx", "x-2 1-1\n\nx", "{\"event\":\"a\"}\n\n",
		"99999999999999999999-0 1-1\n\nx", "1-2 99999999999999999999-0\n\nx"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		sse_signal signal;
		memset(&signal, 7, sizeof signal);
		sse_signal before = signal;
		if (!CHECK(!sse_signal_parse(STR(bad[i]), &signal))) {
			CHECK_STR(bad[i], "a payload that is refused");
		}
		CHECK(memcmp(&signal, &before, sizeof signal) == 0);
	}
	sse_signal signal;
	CHECK(!sse_signal_parse(NONE, &signal));
}

static void an_event_name_that_would_forge_a_field_is_refused(void)
{
	sse_signal signal;
	CHECK(!sse_signal_parse(LIT("1-2 0-0\nup\rdata: forged\nx"), &signal));
	CHECK(!sse_signal_parse(LIT("1-2 0-0\nup\0\nx"), &signal));
}

void test_signal(void)
{
	RUN(parses_a_whole_event);
	RUN(an_empty_event_name_is_not_given);
	RUN(data_may_be_empty_or_hold_anything);
	RUN(anything_else_is_a_hint);
	RUN(an_event_name_that_would_forge_a_field_is_refused);
}
