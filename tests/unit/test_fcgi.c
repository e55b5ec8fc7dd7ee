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

void test_fcgi(void)
{
	RUN(finds_an_abort_at_the_front);
	RUN(skips_whole_records_before_it);
	RUN(content_is_not_searched);
	RUN(no_abort_is_none);
	RUN(a_record_that_is_cut_off_ends_the_search);
	RUN(bytes_that_are_no_fastcgi_end_the_search);
}
