#include "core/fcgi.h"
#include "test.h"

#include <stdlib.h>

/* In memory of just that size, so that a sanitizer sees a read past the end. */
static bool has_abort(const char *bytes, size_t len)
{
	unsigned char *copy = malloc(len > 0 ? len : 1);
	memcpy(copy, bytes, len);
	bool result = sse_fcgi_has_abort(copy, len);
	free(copy);
	return result;
}

#define HAS_ABORT(literal) has_abort((literal), sizeof(literal) - 1)

#define ABORT "\x01\x02\x00\x01\x00\x00\x00\x00"
#define EMPTY_STDIN "\x01\x05\x00\x01\x00\x00\x00\x00"

static void finds_an_abort_at_the_front(void)
{
	CHECK(HAS_ABORT(ABORT));
	CHECK(HAS_ABORT(ABORT "\x01\x05"));
}

static void skips_whole_records_before_it(void)
{
	CHECK(HAS_ABORT(EMPTY_STDIN ABORT));
	CHECK(HAS_ABORT("\x01\x05\x00\x01\x00\x03\x05\x00"
					"abc"
					"-----" ABORT));
	static char big[8 + 0x1234 + 0xFF + 8] = "\x01\x05\x00\x01\x12\x34\xFF\x00";
	memcpy(big + 8 + 0x1234 + 0xFF, ABORT, 8);
	CHECK(has_abort(big, sizeof big));
	CHECK(!has_abort(big, sizeof big - 1));
}

static void content_is_not_searched(void)
{
	CHECK(!HAS_ABORT("\x01\x05\x00\x01\x00\x08\x00\x00" ABORT));
	CHECK(!HAS_ABORT("\x01\x05\x00\x01\x00\x00\x08\x00" ABORT));
}

static void no_abort_is_none(void)
{
	CHECK(!sse_fcgi_has_abort(NULL, 0));
	CHECK(!HAS_ABORT(EMPTY_STDIN));
	CHECK(!HAS_ABORT(EMPTY_STDIN EMPTY_STDIN));
}

static void a_record_that_is_cut_off_ends_the_search(void)
{
	for (size_t len = 0; len < 8; len++) {
		CHECK(!has_abort(ABORT, len));
		CHECK(!has_abort(EMPTY_STDIN ABORT, 8 + len));
	}
	CHECK(!HAS_ABORT("\x01\x02\x00\x01\x00\x01\x00\x00"));
	CHECK(HAS_ABORT("\x01\x02\x00\x01\x00\x01\x00\x00x"));
	CHECK(!HAS_ABORT("\x01\x05\x00\x01\xFF\xFF\xFF\x00" ABORT));
}

static void bytes_that_are_no_fastcgi_end_the_search(void)
{
	CHECK(!HAS_ABORT("GET / HTTP/1.1\r\n\r\n"));
	CHECK(!HAS_ABORT("\x02\x02\x00\x01\x00\x00\x00\x00"));
	CHECK(!HAS_ABORT("\x00\x00\x00\x00\x00\x00\x00\x00" ABORT));
}

static void a_header_is_written_as_the_standard_has_it(void)
{
	unsigned char out[SSE_FCGI_HEADER_LEN];
	sse_fcgi_header(out, SSE_FCGI_STDOUT, 0x1234, 0xABCD);
	CHECK_BYTES((char *)out, sizeof out, "\x01\x06\x12\x34\xAB\xCD\x00\x00");
	sse_fcgi_header(out, SSE_FCGI_STDOUT, 1, 0);
	CHECK_BYTES((char *)out, sizeof out, "\x01\x06\x00\x01\x00\x00\x00\x00");
	sse_fcgi_header(out, SSE_FCGI_STDOUT, 65535, SSE_FCGI_CONTENT_MAX);
	CHECK_BYTES((char *)out, sizeof out, "\x01\x06\xFF\xFF\xFF\xFF\x00\x00");
}

static void an_end_is_an_empty_record_and_a_status(void)
{
	unsigned char out[SSE_FCGI_END_LEN];
	memset(out, 'x', sizeof out);
	sse_fcgi_end(out, 0x0203);
	CHECK_BYTES((char *)out, sizeof out,
		"\x01\x06\x02\x03\x00\x00\x00\x00"
		"\x01\x03\x02\x03\x00\x08\x00\x00"
		"\x00\x00\x00\x00\x00\x00\x00\x00");
}

static sse_fcgi_event feed(sse_fcgi_reader *reader, const char *bytes, size_t len, unsigned request_id)
{
	unsigned char *copy = malloc(len > 0 ? len : 1);
	memcpy(copy, bytes, len);
	sse_fcgi_event event = sse_fcgi_read(reader, copy, len, request_id);
	free(copy);
	return event;
}

/*
 * Fed at once, byte by byte, and in every two pieces: the event must be the same, and must come with the byte before which
 * there was none.
 */
static void check_event(const char *bytes, size_t len, unsigned request_id, sse_fcgi_event expected, size_t after, int line)
{
	sse_fcgi_reader at_once = {{0}, 0, 0}, single = {{0}, 0, 0};
	test_check_int(feed(&at_once, bytes, len, request_id), expected, __FILE__, line, "the event of all at once");
	test_check_int(feed(&at_once, bytes, len, request_id), expected, __FILE__, line, "the event of all at once, again");
	for (size_t i = 0; i < len; i++) {
		sse_fcgi_event wanted = i + 1 < after ? SSE_FCGI_NOTHING : expected;
		test_check_int(feed(&single, bytes + i, 1, request_id), wanted, __FILE__, line, "the event of a byte");
	}
	for (size_t cut = 0; cut <= len; cut++) {
		sse_fcgi_reader reader = {{0}, 0, 0};
		sse_fcgi_event wanted = cut < after ? SSE_FCGI_NOTHING : expected;
		test_check_int(feed(&reader, bytes, cut, request_id), wanted, __FILE__, line, "the event of the first piece");
		test_check_int(
			feed(&reader, bytes + cut, len - cut, request_id), expected, __FILE__, line, "the event of the second piece");
	}
}

#define EVENT(literal, expected, after) check_event((literal), sizeof(literal) - 1, 1, (expected), (after), __LINE__)
/* Nothing at any byte. */
#define QUIET(literal) EVENT(literal, SSE_FCGI_NOTHING, SIZE_MAX)

#define PADDED_STDIN                                                                                                        \
	"\x01\x05\x00\x01\x00\x03\x05\x00"                                                                                      \
	"abc"                                                                                                                   \
	"-----"

static void a_reader_drops_whole_records(void)
{
	QUIET("");
	QUIET(EMPTY_STDIN);
	QUIET(PADDED_STDIN EMPTY_STDIN PADDED_STDIN);
	/* Content and padding that look like an abort. */
	QUIET("\x01\x05\x00\x01\x00\x08\x08\x00" ABORT ABORT EMPTY_STDIN);
	/* A type that nobody knows, and a management record. */
	QUIET("\x01\xC8\x00\x01\x00\x01\x00\x00x"
		  "\x01\x09\x00\x00\x00\x00\x00\x00");
}

static void a_reader_sees_the_abort_of_its_request(void)
{
	EVENT(ABORT, SSE_FCGI_ABORTED, 8);
	EVENT(ABORT EMPTY_STDIN "rubbish", SSE_FCGI_ABORTED, 8);
	EVENT(EMPTY_STDIN ABORT, SSE_FCGI_ABORTED, 16);
	EVENT(PADDED_STDIN ABORT, SSE_FCGI_ABORTED, 24);
	/* With the header: its content and padding need not come. */
	EVENT("\x01\x02\x00\x01\x00\x01\x02\x00", SSE_FCGI_ABORTED, 8);
}

static void the_abort_of_another_request_is_dropped(void)
{
	QUIET("\x01\x02\x00\x02\x00\x00\x00\x00");
	QUIET("\x01\x02\x01\x01\x00\x02\x01\x00"
		  "ab-");
	EVENT("\x01\x02\x00\x02\x00\x00\x00\x00" ABORT, SSE_FCGI_ABORTED, 16);
	check_event("\x01\x02\xAB\xCD\x00\x00\x00\x00", 8, 0xABCD, SSE_FCGI_ABORTED, 8, __LINE__);
}

static void a_new_request_on_the_connection_breaks_it(void)
{
	EVENT("\x01\x01\x00\x02\x00\x08\x00\x00"
		  "\0\1\1\0\0\0\0\0",
		SSE_FCGI_BROKEN, 8);
	EVENT(PADDED_STDIN "\x01\x01\x00\x01\x00\x08\x00\x00", SSE_FCGI_BROKEN, 24);
}

static void what_is_no_fastcgi_is_broken_with_its_first_byte(void)
{
	EVENT("GET / HTTP/1.1\r\n\r\n", SSE_FCGI_BROKEN, 1);
	EVENT("\0" ABORT, SSE_FCGI_BROKEN, 1);
	EVENT(EMPTY_STDIN "\x02\x02\x00\x01\x00\x00\x00\x00", SSE_FCGI_BROKEN, 9);
}

static void a_reader_drops_the_largest_record(void)
{
	static char big[8 + 65535 + 255 + 8] = "\x01\x05\x00\x01\xFF\xFF\xFF\x00";
	static const size_t pieces[] = {sizeof big, 1, 7, 4096, 65543};
	memcpy(big + sizeof big - 8, ABORT, 8);
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		sse_fcgi_reader reader = {{0}, 0, 0};
		sse_fcgi_event event = SSE_FCGI_NOTHING;
		size_t at = 0;
		while (at < sizeof big) {
			CHECK_INT(event, SSE_FCGI_NOTHING);
			size_t len = sizeof big - at < pieces[i] ? sizeof big - at : pieces[i];
			event = feed(&reader, big + at, len, 1);
			at += len;
		}
		CHECK_INT(event, SSE_FCGI_ABORTED);
	}
}

/* From another hub's message: the next byte would be written behind the header. */
static void a_whole_header_that_is_no_event_breaks_it(void)
{
	sse_fcgi_reader reader = {{1, 5, 0, 1, 0, 1, 0, 0}, SSE_FCGI_HEADER_LEN, 3};

	CHECK_INT(feed(&reader, "xxxx", 4, 1), SSE_FCGI_BROKEN);
	CHECK_INT(reader.head_len, SSE_FCGI_HEADER_LEN);
	CHECK_INT(reader.skip, 3);
	reader.head_len = 9;
	CHECK_INT(feed(&reader, "xxxx", 4, 1), SSE_FCGI_BROKEN);
	CHECK_INT(reader.head_len, 9);
	/* One that is stays what it is. */
	reader = (sse_fcgi_reader){{1, 2, 0, 1, 0, 0, 0, 0}, SSE_FCGI_HEADER_LEN, 0};
	CHECK_INT(feed(&reader, "xxxx", 4, 1), SSE_FCGI_ABORTED);
}

static void a_reader_is_small(void)
{
	CHECK_INT(sizeof(sse_fcgi_reader), 16);
}

void test_fcgi(void)
{
	RUN(finds_an_abort_at_the_front);
	RUN(skips_whole_records_before_it);
	RUN(content_is_not_searched);
	RUN(no_abort_is_none);
	RUN(a_record_that_is_cut_off_ends_the_search);
	RUN(bytes_that_are_no_fastcgi_end_the_search);
	RUN(a_header_is_written_as_the_standard_has_it);
	RUN(an_end_is_an_empty_record_and_a_status);
	RUN(a_reader_drops_whole_records);
	RUN(a_reader_sees_the_abort_of_its_request);
	RUN(the_abort_of_another_request_is_dropped);
	RUN(a_new_request_on_the_connection_breaks_it);
	RUN(what_is_no_fastcgi_is_broken_with_its_first_byte);
	RUN(a_reader_drops_the_largest_record);
	RUN(a_whole_header_that_is_no_event_breaks_it);
	RUN(a_reader_is_small);
}
