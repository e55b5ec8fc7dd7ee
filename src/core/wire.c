#include "wire.h"

#include <string.h>

static const char magic[] = {'S', 'S', 'E'};

#define FIELD_HEAD_LEN 8
#define NUMBER_LEN 8

static char *put_big_endian(char *at, uint64_t number, unsigned bytes)
{
	while (bytes > 0) {
		bytes--;
		*at++ = (char)(unsigned char)(number >> (8 * bytes) & 0xFF);
	}
	return at;
}

static uint64_t get_big_endian(const char *at, unsigned bytes)
{
	uint64_t number = 0;

	for (unsigned i = 0; i < bytes; i++) {
		number = number << 8 | (unsigned char)at[i];
	}
	return number;
}

void sse_wire_begin(sse_buf *out, sse_wire_type type)
{
	char *at = sse_buf_reserve(out, SSE_WIRE_HEAD_LEN);

	memcpy(at, magic, sizeof magic);
	at += sizeof magic;
	*at++ = SSE_WIRE_VERSION;
	at = put_big_endian(at, type, 2);
	put_big_endian(at, 0, 2);
	out->len += SSE_WIRE_HEAD_LEN;
}

/* The reservation for the value comes with it: one field moves the buffer at most once. */
static void put_field_head(sse_buf *out, sse_wire_tag tag, size_t len)
{
	char *at = sse_buf_reserve(out, FIELD_HEAD_LEN + len);

	at = put_big_endian(at, tag, 2);
	at = put_big_endian(at, 0, 2);
	put_big_endian(at, len, 4);
	out->len += FIELD_HEAD_LEN;
}

void sse_wire_put(sse_buf *out, sse_wire_tag tag, sse_str value)
{
	put_field_head(out, tag, value.len);
	sse_buf_append(out, value.data, value.len);
}

void sse_wire_put_number(sse_buf *out, sse_wire_tag tag, uint64_t value)
{
	put_field_head(out, tag, NUMBER_LEN);
	put_big_endian(out->data + out->len, value, NUMBER_LEN);
	out->len += NUMBER_LEN;
}

int sse_wire_open(sse_wire_reader *reader, sse_str message)
{
	/* One that is refused reads as one without fields, should anybody go on with it. */
	reader->at = reader->end = message.data;
	if (message.len <= sizeof magic || memcmp(message.data, magic, sizeof magic) != 0) {
		return -1;
	}
	/* Only magic and version are the same for all times: another version's head may be shorter. */
	if ((unsigned char)message.data[sizeof magic] != SSE_WIRE_VERSION) {
		return -2;
	}
	if (message.len < SSE_WIRE_HEAD_LEN) {
		return -1;
	}
	reader->at = message.data + SSE_WIRE_HEAD_LEN;
	reader->end = message.data + message.len;
	return (int)get_big_endian(message.data + sizeof magic + 1, 2);
}

int sse_wire_next(sse_wire_reader *reader, sse_wire_field *field)
{
	size_t left = (size_t)(reader->end - reader->at);

	if (left == 0) {
		return 0;
	}
	if (left < FIELD_HEAD_LEN) {
		return -1;
	}
	size_t len = (size_t)get_big_endian(reader->at + 4, 4);
	if (len > left - FIELD_HEAD_LEN) {
		return -1;
	}
	field->tag = (unsigned)get_big_endian(reader->at, 2);
	field->value.data = reader->at + FIELD_HEAD_LEN;
	field->value.len = len;
	reader->at += FIELD_HEAD_LEN + len;
	return 1;
}

bool sse_wire_number(const sse_wire_field *field, uint64_t *value)
{
	if (field->value.len != NUMBER_LEN) {
		return false;
	}
	*value = get_big_endian(field->value.data, NUMBER_LEN);
	return true;
}
