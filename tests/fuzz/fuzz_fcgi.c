/*
 * FastCGI: raw bytes against a second reader written as the standard's structure, streams whose answer is known, and the
 * incremental reader, which must not care into which pieces its bytes fall.
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

/* The first event of a stream, and after how many bytes it is known; len + 1 when there is none. */
static sse_fcgi_event reference_event(const uint8_t *bytes, size_t len, unsigned request_id, size_t *after)
{
	size_t at = 0;
	while (at < len) {
		record header;
		if (bytes[at] != 1) {
			*after = at + 1;
			return SSE_FCGI_BROKEN;
		}
		if (len - at < sizeof header) {
			break;
		}
		memcpy(&header, bytes + at, sizeof header);
		*after = at + sizeof header;
		if (header.type == 1) {
			return SSE_FCGI_BROKEN;
		}
		if (header.type == 2 && header.request_id[0] * 256u + header.request_id[1] == request_id) {
			return SSE_FCGI_ABORTED;
		}
		at += sizeof header + header.content_length[0] * 256u + header.content_length[1] + header.padding_length;
	}
	*after = len + 1;
	return SSE_FCGI_NOTHING;
}

/* Feeds the stream in pieces whose sizes are the bytes of splits, over and over; one at a time when there are none. */
static void check_pieces(input from, unsigned request_id, sse_str splits)
{
	sse_fcgi_reader reader = {{0}, 0, 0};
	size_t after, at = 0, turn = 0;
	sse_fcgi_event expected = reference_event(from.bytes, from.len, request_id, &after);

	while (at < from.len) {
		size_t piece = splits.len > 0 ? (uint8_t)splits.data[turn++ % splits.len] : 1;
		if (piece > from.len - at) {
			piece = from.len - at;
		} else if (piece == 0 && turn > 2 * from.len) {
			piece = 1; /* nothing but empty pieces would take for ever */
		}
		unsigned char *copy = malloc(piece > 0 ? piece : 1);
		memcpy(copy, from.bytes + at, piece);
		sse_fcgi_event event = sse_fcgi_read(&reader, copy, piece, request_id);
		free(copy);
		at += piece;
		EXPECT(event == (at >= after ? expected : SSE_FCGI_NOTHING));
	}
}

static void check_reader(input *from)
{
	unsigned request_id = take_byte(from) % 4;
	sse_str splits = take_str(from);
	size_t after;

	check_pieces(*from, request_id, splits);
	check_pieces(*from, request_id, (sse_str){NULL, 0});
	sse_fcgi_reader reader = {{0}, 0, 0};
	EXPECT(sse_fcgi_read(&reader, from->bytes, from->len, request_id) ==
		   reference_event(from->bytes, from->len, request_id, &after));
}

/* What is written is read as what it is. */
static void check_header(input *from)
{
	unsigned char bytes[SSE_FCGI_HEADER_LEN + SSE_FCGI_END_LEN];
	unsigned type = take_byte(from), request_id = (unsigned)take_number(from, 2),
			 content_len = (unsigned)take_number(from, 2);
	record header;

	sse_fcgi_header(bytes, type, request_id, content_len);
	memcpy(&header, bytes, sizeof header);
	EXPECT(header.version == 1 && header.type == type && header.padding_length == 0 && header.reserved == 0);
	EXPECT(header.request_id[0] * 256u + header.request_id[1] == request_id);
	EXPECT(header.content_length[0] * 256u + header.content_length[1] == content_len);
	/* Records that end a response are no event to a reader, and end where they say. */
	sse_fcgi_end(bytes, request_id);
	sse_fcgi_header(bytes + SSE_FCGI_END_LEN, SSE_FCGI_ABORT_REQUEST, request_id, 0);
	sse_fcgi_reader reader = {{0}, 0, 0};
	EXPECT(sse_fcgi_read(&reader, bytes, SSE_FCGI_END_LEN, request_id) == SSE_FCGI_NOTHING);
	EXPECT(sse_fcgi_read(&reader, bytes + SSE_FCGI_END_LEN, SSE_FCGI_HEADER_LEN, request_id) == SSE_FCGI_ABORTED);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	input from = {bytes, len};
	switch (take_byte(&from) % 4) {
	case 0:
		check_composed(&from);
		break;
	case 1:
		check_raw(from);
		break;
	case 2:
		check_header(&from);
		break;
	default:
		check_reader(&from);
	}
	return 0;
}
