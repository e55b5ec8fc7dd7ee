/*
 * FastCGI: raw bytes against a second reader written as the standard's structure, and streams whose answer is known.
 */
#include "core/fcgi.h"
#include "fuzz.h"

/* FCGI_Record, section 3.3. */
typedef struct record {
	uint8_t version, type, request_id[2], content_length[2], padding_length, reserved;
} record;

static bool reference(const uint8_t *bytes, size_t len)
{
	record header;
	if (len < sizeof header) {
		return false;
	}
	memcpy(&header, bytes, sizeof header);
	size_t whole = sizeof header + header.content_length[0] * 256u + header.content_length[1] + header.padding_length;
	if (header.version != 1 || len < whole) {
		return false;
	}
	return header.type == 2 || reference(bytes + whole, len - whole);
}

static void check_raw(input from)
{
	EXPECT(sse_fcgi_has_abort(from.bytes, from.len) == reference(from.bytes, from.len));
}

/* Whole records of any type but ABORT_REQUEST, then perhaps one of those, then anything; every cut of it. */
static void check_composed(input *from)
{
	sse_buf stream;
	size_t abort_ends = SIZE_MAX;

	sse_buf_init(&stream);
	uint8_t shape = take_byte(from);
	for (unsigned i = shape % 8; i > 0; i--) {
		record header = {.version = 1, .type = take_byte(from), .request_id = {0, 1}};
		header.padding_length = take_byte(from) % 16;
		sse_str content = take_str(from);
		header.content_length[1] = (uint8_t)content.len;
		if (header.type == SSE_FCGI_ABORT_REQUEST) {
			header.type = 5;
		}
		sse_buf_append(&stream, (const char *)&header, sizeof header);
		sse_buf_append(&stream, content.data, content.len);
		sse_buf_append(&stream, "\1\2\0\1\0\0\0\0\1\2\0\1\0\0\0", header.padding_length);
	}
	if (shape & 8) {
		sse_buf_append(&stream, "\1\2\0\1\0\0\0", 8);
		abort_ends = stream.len;
	}
	for (size_t cut = 0; cut <= stream.len; cut++) {
		/* Memory of just that size: a read behind the cut is seen. */
		unsigned char *copy = malloc(cut > 0 ? cut : 1);
		if (cut > 0) {
			memcpy(copy, stream.data, cut);
		}
		EXPECT(sse_fcgi_has_abort(copy, cut) == (cut >= abort_ends));
		free(copy);
	}
	sse_buf_deinit(&stream);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	input from = {bytes, len};
	if (take_byte(&from) % 4 == 0) {
		check_composed(&from);
	} else {
		check_raw(from);
	}
	return 0;
}
