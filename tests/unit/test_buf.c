#include "core/buf.h"
#include "test.h"

static void takes_no_memory_before_the_first_byte(void)
{
	sse_buf buf;
	sse_buf_init(&buf);
	sse_buf_append(&buf, NULL, 0);
	sse_buf_append_str(&buf, "");
	sse_buf_consume(&buf, 0);
	sse_buf_reset(&buf, 100);
	CHECK(buf.data == NULL);
	CHECK_INT(buf.cap, 0);
	sse_buf_deinit(&buf);
}

static void reserve_of_nothing_is_a_valid_pointer(void)
{
	sse_buf buf;
	sse_buf_init(&buf);
	char *at = sse_buf_reserve(&buf, 0);
	CHECK(at != NULL);
	CHECK(at == buf.data);
	CHECK_INT(buf.len, 0);
	sse_buf_deinit(&buf);
	CHECK(buf.data == NULL);
}

static void reserve_points_behind_the_contents(void)
{
	sse_buf buf;
	sse_buf_init(&buf);
	sse_buf_append_str(&buf, "abc");
	char *at = sse_buf_reserve(&buf, 5000);
	CHECK(at == buf.data + 3);
	CHECK(buf.cap >= 5003);
	CHECK_INT(buf.len, 3);
	memset(at, 'x', 5000);
	CHECK_BYTES(buf.data, 3, "abc");
	sse_buf_deinit(&buf);
}

static void append_keeps_every_byte_while_it_grows(void)
{
	sse_buf buf;
	sse_buf_init(&buf);
	for (int i = 0; i < 100000; i++) {
		char c = (char)(i % 251);
		sse_buf_append(&buf, &c, 1);
	}
	CHECK_INT(buf.len, 100000);
	for (int i = 0; i < 100000; i++) {
		REQUIRE(buf.data[i] == (char)(i % 251));
	}
	sse_buf_deinit(&buf);
}

static void growth_is_geometric(void)
{
	sse_buf buf;
	sse_buf_init(&buf);
	unsigned growths = 0;
	size_t cap = 0;
	for (int i = 0; i < 1000000; i++) {
		sse_buf_append(&buf, "x", 1);
		if (buf.cap != cap) {
			cap = buf.cap;
			growths++;
		}
	}
	CHECK(growths > 1 && growths < 40);
	CHECK(buf.cap < 2 * buf.len);
	sse_buf_deinit(&buf);
}

static void consume_moves_the_rest_to_the_front(void)
{
	sse_buf buf;
	sse_buf_init(&buf);
	sse_buf_append_str(&buf, "abcdef");
	sse_buf_consume(&buf, 2);
	CHECK_BYTES(buf.data, buf.len, "cdef");
	sse_buf_consume(&buf, 0);
	CHECK_BYTES(buf.data, buf.len, "cdef");
	sse_buf_consume(&buf, 4);
	CHECK_INT(buf.len, 0);
	sse_buf_append_str(&buf, "xy");
	sse_buf_consume(&buf, 3);
	CHECK_INT(buf.len, 0);
	sse_buf_deinit(&buf);
}

static void reset_gives_memory_above_keep_back(void)
{
	sse_buf buf;
	sse_buf_init(&buf);
	sse_buf_reserve(&buf, 100000);
	buf.len = 10;
	sse_buf_reset(&buf, 4096);
	CHECK_INT(buf.len, 0);
	CHECK_INT(buf.cap, 4096);
	char *data = buf.data;
	sse_buf_append_str(&buf, "abc");
	sse_buf_reset(&buf, 4096);
	CHECK(buf.data == data);
	CHECK_INT(buf.len, 0);
	CHECK_INT(buf.cap, 4096);
	sse_buf_reset(&buf, 0);
	CHECK(buf.data == NULL);
	CHECK_INT(buf.cap, 0);
	sse_buf_append_str(&buf, "again");
	CHECK_BYTES(buf.data, buf.len, "again");
	sse_buf_deinit(&buf);
}

static void a_length_that_overflows_aborts(void)
{
	sse_buf buf;
	sse_buf_init(&buf);
	sse_buf_append_str(&buf, "abc");
	CHECK_ABORTS(sse_buf_reserve(&buf, SIZE_MAX));
	CHECK_ABORTS(sse_buf_reserve(&buf, SIZE_MAX - 2));
	CHECK_ABORTS(sse_buf_reserve(&buf, SIZE_MAX - 3));
	sse_buf_deinit(&buf);
}

void test_buf(void)
{
	RUN(takes_no_memory_before_the_first_byte);
	RUN(reserve_of_nothing_is_a_valid_pointer);
	RUN(reserve_points_behind_the_contents);
	RUN(append_keeps_every_byte_while_it_grows);
	RUN(growth_is_geometric);
	RUN(consume_moves_the_rest_to_the_front);
	RUN(reset_gives_memory_above_keep_back);
	RUN(a_length_that_overflows_aborts);
}
