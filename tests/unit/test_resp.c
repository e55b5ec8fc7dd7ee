#include "core/resp.h"
#include "test.h"

static void a_command_is_an_array_of_its_words(void)
{
	sse_buf out;

	sse_buf_init(&out);
	sse_resp_command(&out, 3);
	sse_resp_word(&out, LIT("SET"));
	sse_resp_word(&out, LIT("a\r\nb"));
	sse_resp_word(&out, LIT("\0"));
	CHECK_BYTES(out.data, out.len, "*3\r\n$3\r\nSET\r\n$4\r\na\r\nb\r\n$1\r\n\0\r\n");
	sse_buf_deinit(&out);
}

static void an_empty_word_may_have_no_bytes(void)
{
	sse_buf out;

	sse_buf_init(&out);
	sse_resp_word(&out, NONE);
	CHECK_BYTES(out.data, out.len, "$0\r\n\r\n");
	sse_buf_deinit(&out);
}

static void heads_hold_any_number(void)
{
	sse_buf out;

	sse_buf_init(&out);
	sse_resp_command(&out, 0);
	sse_resp_command(&out, 10);
	sse_resp_command(&out, 1234567890);
	sse_resp_command(&out, UINT64_MAX);
	CHECK_BYTES(out.data, out.len, "*0\r\n*10\r\n*1234567890\r\n*18446744073709551615\r\n");
	sse_buf_deinit(&out);
}

void test_resp(void)
{
	RUN(a_command_is_an_array_of_its_words);
	RUN(an_empty_word_may_have_no_bytes);
	RUN(heads_hold_any_number);
}
