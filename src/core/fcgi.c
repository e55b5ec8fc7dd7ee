#include "fcgi.h"

#include <string.h>

#define REQUEST_COMPLETE 0

bool sse_fcgi_has_abort(const unsigned char *bytes, size_t len)
{
	while (len >= SSE_FCGI_HEADER_LEN && bytes[0] == SSE_FCGI_VERSION_1) {
		size_t content = (size_t)bytes[4] << 8 | bytes[5];
		size_t record = SSE_FCGI_HEADER_LEN + content + bytes[6];
		if (record > len) {
			return false;
		}
		if (bytes[1] == SSE_FCGI_ABORT_REQUEST) {
			return true;
		}
		bytes += record;
		len -= record;
	}
	return false;
}

void sse_fcgi_header(unsigned char out[SSE_FCGI_HEADER_LEN], unsigned type, unsigned request_id, size_t content_len)
{
	out[0] = SSE_FCGI_VERSION_1;
	out[1] = (unsigned char)type;
	out[2] = (unsigned char)(request_id >> 8);
	out[3] = (unsigned char)request_id;
	out[4] = (unsigned char)(content_len >> 8);
	out[5] = (unsigned char)content_len;
	out[6] = 0;
	out[7] = 0;
}

void sse_fcgi_end(unsigned char out[SSE_FCGI_END_LEN], unsigned request_id)
{
	unsigned char *body = out + 2 * SSE_FCGI_HEADER_LEN;

	sse_fcgi_header(out, SSE_FCGI_STDOUT, request_id, 0);
	sse_fcgi_header(out + SSE_FCGI_HEADER_LEN, SSE_FCGI_END_REQUEST, request_id, 8);
	memset(body, 0, 8); /* the application's status, in four bytes */
	body[4] = REQUEST_COMPLETE;
}

/* What the header means, as far as it is there; it stays in the reader when it is an event, and the event with it. */
static sse_fcgi_event event_of(const sse_fcgi_reader *reader, unsigned request_id)
{
	const unsigned char *head = reader->head;

	/* With the first byte, not with the eighth: who speaks something else may never send that many. */
	if (reader->head_len > 0 && head[0] != SSE_FCGI_VERSION_1) {
		return SSE_FCGI_BROKEN;
	}
	if (reader->head_len < SSE_FCGI_HEADER_LEN) {
		return SSE_FCGI_NOTHING;
	}
	if (head[1] == SSE_FCGI_BEGIN_REQUEST) {
		return SSE_FCGI_BROKEN;
	}
	if (head[1] == SSE_FCGI_ABORT_REQUEST && ((unsigned)head[2] << 8 | head[3]) == request_id) {
		return SSE_FCGI_ABORTED;
	}
	return SSE_FCGI_NOTHING;
}

sse_fcgi_event sse_fcgi_read(sse_fcgi_reader *reader, const unsigned char *bytes, size_t len, unsigned request_id)
{
	sse_fcgi_event event;

	/* A whole header stays only with its event. One that came otherwise, from another hub, has no room behind it. */
	if (reader->head_len > SSE_FCGI_HEADER_LEN ||
		(reader->head_len == SSE_FCGI_HEADER_LEN && event_of(reader, request_id) == SSE_FCGI_NOTHING)) {
		return SSE_FCGI_BROKEN;
	}
	while ((event = event_of(reader, request_id)) == SSE_FCGI_NOTHING && len > 0) {
		size_t taken = 1;
		if (reader->skip > 0) {
			taken = len < reader->skip ? len : reader->skip;
			reader->skip -= (uint32_t)taken;
		} else {
			reader->head[reader->head_len++] = *bytes;
		}
		bytes += taken;
		len -= taken;
		if (reader->head_len == SSE_FCGI_HEADER_LEN && event_of(reader, request_id) == SSE_FCGI_NOTHING) {
			reader->skip = ((uint32_t)reader->head[4] << 8 | reader->head[5]) + reader->head[6];
			reader->head_len = 0;
		}
	}
	return event;
}
