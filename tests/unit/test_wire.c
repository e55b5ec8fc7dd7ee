#include "core/wire.h"
#include "test.h"

#include <stdlib.h>

#define HEAD "SSE\x01\x00\x03\x00\x00"

/* What a message says: its type, or what open() says; then what next() said last, and how many fields there were. */
typedef struct walked {
	int type;
	int end;
	size_t fields;
} walked;

/* In memory of just that size, so that a sanitizer sees a read past the end. */
static walked walk(const char *bytes, size_t len)
{
	char *copy = malloc(len > 0 ? len : 1);
	sse_wire_reader reader;
	sse_wire_field field;
	walked result = {0, 0, 0};

	memcpy(copy, bytes, len);
	result.type = sse_wire_open(&reader, (sse_str){copy, len});
	while ((result.end = sse_wire_next(&reader, &field)) > 0) {
		CHECK(field.value.data >= copy + 16 && field.value.data + field.value.len <= copy + len);
		result.fields++;
	}
	CHECK_INT(sse_wire_next(&reader, &field), result.end);
	free(copy);
	return result;
}

#define TYPE_OF(literal) (walk((literal), sizeof(literal) - 1).type)

static void a_message_is_written_as_documented(void)
{
	sse_buf out;
	sse_buf_init(&out);
	sse_wire_begin(&out, SSE_WIRE_SUBSCRIPTION);
	sse_wire_put(&out, SSE_TAG_USER, LIT("u\0v"));
	sse_wire_put_number(&out, SSE_TAG_RETRY, UINT64_C(0x0102030405060708));
	sse_wire_put(&out, SSE_TAG_DATA, NONE);
	CHECK_BYTES(out.data, out.len,
		"SSE\x01\x00\x80\x00\x00"
		"\x00\x0E\x00\x00\x00\x00\x00\x03u\0v"
		"\x00\x0C\x00\x00\x00\x00\x00\x08\x01\x02\x03\x04\x05\x06\x07\x08"
		"\x00\x15\x00\x00\x00\x00\x00\x00");
	sse_buf_deinit(&out);
}

static void the_numbers_of_tags_are_fixed(void)
{
	CHECK_INT(SSE_TAG_REDIS, 1);
	CHECK_INT(SSE_TAG_LAST_EVENT_ID, 9);
	CHECK_INT(SSE_TAG_REQUEST_ID, 17);
	CHECK_INT(SSE_TAG_COUNT, 27);
}

static void a_message_begins_where_the_buffer_ends(void)
{
	sse_buf out;
	sse_buf_init(&out);
	sse_buf_append_str(&out, "xy");
	sse_wire_begin(&out, SSE_WIRE_PUBLISH);
	CHECK_BYTES(out.data, out.len, "xy" HEAD);
	sse_buf_deinit(&out);
}

static void fields_come_back_as_they_were_written(void)
{
	static char big[70000];
	sse_wire_reader reader;
	sse_wire_field field;
	uint64_t number = 0;
	sse_buf out;

	memset(big, 0x80, sizeof big);
	sse_buf_init(&out);
	sse_wire_begin(&out, SSE_WIRE_REPLY);
	sse_wire_put(&out, SSE_TAG_BYTES, (sse_str){big, sizeof big});
	sse_wire_put(&out, SSE_TAG_EVENT, LIT(""));
	sse_wire_put_number(&out, SSE_TAG_COUNT, UINT64_MAX);
	sse_wire_put_number(&out, SSE_TAG_COUNT, 0);
	CHECK_INT(sse_wire_open(&reader, (sse_str){out.data, out.len}), SSE_WIRE_REPLY);
	REQUIRE(sse_wire_next(&reader, &field) == 1);
	CHECK_INT(field.tag, SSE_TAG_BYTES);
	CHECK_INT(field.value.len, sizeof big);
	CHECK(memcmp(field.value.data, big, sizeof big) == 0);
	CHECK(!sse_wire_number(&field, &number));
	REQUIRE(sse_wire_next(&reader, &field) == 1);
	CHECK_INT(field.tag, SSE_TAG_EVENT);
	CHECK(field.value.data != NULL && field.value.len == 0);
	REQUIRE(sse_wire_next(&reader, &field) == 1);
	CHECK(sse_wire_number(&field, &number) && number == UINT64_MAX);
	REQUIRE(sse_wire_next(&reader, &field) == 1);
	CHECK(sse_wire_number(&field, &number) && number == 0);
	CHECK_INT(sse_wire_next(&reader, &field), 0);
	CHECK_INT(sse_wire_next(&reader, &field), 0);
	sse_buf_deinit(&out);
}

static void a_number_has_eight_bytes(void)
{
	for (size_t len = 0; len < 20; len++) {
		sse_wire_field field = {SSE_TAG_COUNT, {"\0\0\0\0\0\0\1\2xxxxxxxxxxxxx", len}};
		uint64_t number = 99;
		CHECK(sse_wire_number(&field, &number) == (len == 8));
		CHECK_INT(number, len == 8 ? 258 : 99);
	}
}

static void unknown_types_and_tags_can_be_read(void)
{
	sse_wire_reader reader;
	sse_wire_field field;
	CHECK_INT(sse_wire_open(&reader, LIT("SSE\x01\xFF\xFE\x00\x00\xAB\xCD\x00\x00\x00\x00\x00\x01x")), 0xFFFE);
	REQUIRE(sse_wire_next(&reader, &field) == 1);
	CHECK_INT(field.tag, 0xABCD);
	CHECK_BYTES(field.value.data, field.value.len, "x");
	CHECK_INT(sse_wire_next(&reader, &field), 0);
}

static void reserved_bytes_are_not_looked_at(void)
{
	walked result = walk("SSE\x01\x00\x03\xFF\xFF\x00\x01\xFF\xFF\x00\x00\x00\x01x", 17);
	CHECK_INT(result.type, SSE_WIRE_PUBLISH);
	CHECK_INT(result.end, 0);
	CHECK_INT(result.fields, 1);
}

static void what_is_not_ours_is_refused(void)
{
	sse_wire_reader reader;
	sse_wire_field field;
	CHECK_INT(sse_wire_open(&reader, NONE), -1);
	CHECK_INT(sse_wire_next(&reader, &field), 0);
	CHECK_INT(TYPE_OF(""), -1);
	CHECK_INT(TYPE_OF("SSD\x01\x00\x03\x00\x00"), -1);
	CHECK_INT(TYPE_OF("sse\x01\x00\x03\x00\x00"), -1);
	CHECK_INT(TYPE_OF("GET / HTTP/1.1\r\n\r\n"), -1);
	CHECK_INT(TYPE_OF("\0\0\0\0\0\0\0\0"), -1);
}

static void another_version_is_told_from_rubbish(void)
{
	CHECK_INT(TYPE_OF("SSE\x02\x00\x03\x00\x00"), -2);
	CHECK_INT(TYPE_OF("SSE\x00\x00\x03\x00\x00"), -2);
	CHECK_INT(TYPE_OF("SSE\xFF\x00\x03\x00\x00"), -2);
	CHECK_INT(TYPE_OF("SSE\x02"), -2);
	CHECK_INT(walk("SSE\x02\x00\x03\x00\x00\x00\x01\x00\x00\x00\x00\x00\x01x", 17).fields, 0);
}

static void every_truncation_is_noticed_but_at_the_end_of_a_field(void)
{
	static const char message[] = HEAD "\x00\x01\x00\x00\x00\x00\x00\x02"
									   "ab"
									   "\x00\x02\x00\x00\x00\x00\x00\x00"
									   "\x00\x03\x00\x00\x00\x00\x00\x08"
									   "12345678";
	for (size_t len = 0; len < sizeof message; len++) {
		walked result = walk(message, len);
		size_t fields = len == 8 ? 0 : len == 18 ? 1 : len == 26 ? 2 : 3;
		bool whole = len == 8 || len == 18 || len == 26 || len == sizeof message - 1;
		CHECK_INT(result.type, len < 8 ? -1 : SSE_WIRE_PUBLISH);
		CHECK_INT(result.end, len < 8 || whole ? 0 : -1);
		if (whole) {
			CHECK_INT(result.fields, fields);
		}
	}
}

static void a_length_beyond_the_message_is_broken(void)
{
	CHECK_INT(walk(HEAD "\x00\x01\x00\x00\x00\x00\x00\x02x", 17).end, -1);
	CHECK_INT(walk(HEAD "\x00\x01\x00\x00\xFF\xFF\xFF\xFFx", 17).end, -1);
	CHECK_INT(walk(HEAD "\x00\x01\x00\x00\xFF\xFF\xFF\xF8x", 17).end, -1);
	CHECK_INT(walk(HEAD "\x00\x01\x00\x00\x80\x00\x00\x01x", 17).end, -1);
}

void test_wire(void)
{
	RUN(a_message_is_written_as_documented);
	RUN(the_numbers_of_tags_are_fixed);
	RUN(a_message_begins_where_the_buffer_ends);
	RUN(fields_come_back_as_they_were_written);
	RUN(a_number_has_eight_bytes);
	RUN(unknown_types_and_tags_can_be_read);
	RUN(reserved_bytes_are_not_looked_at);
	RUN(what_is_not_ours_is_refused);
	RUN(another_version_is_told_from_rubbish);
	RUN(every_truncation_is_noticed_but_at_the_end_of_a_field);
	RUN(a_length_beyond_the_message_is_broken);
}
