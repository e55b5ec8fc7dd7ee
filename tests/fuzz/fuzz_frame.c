/*
 * Whatever is encoded, an EventSource reads back: the same events, last event id, reconnection time and comments, however
 * the network cuts the stream. The reader is eventsource_parser.c, which shares no code with the writer.
 */
#include "eventsource_parser.h"
#include "fuzz.h"

#define OPERATIONS_MAX 24

typedef struct text {
	char *bytes;
	size_t len;
} text;

typedef struct seen_event {
	text type, data, id;
} seen_event;

typedef struct story {
	seen_event events[OPERATIONS_MAX];
	size_t count;
	text comments; /* all of them, each closed by LF */
	text last_id;
	int64_t retry;
} story;

static text copy_of(const char *bytes, size_t len)
{
	text copy = {malloc(len + 1), len};
	memcpy(copy.bytes, bytes, len);
	return copy;
}

static bool same(text a, text b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.bytes, b.bytes, a.len) == 0);
}

/* CR and CRLF become LF: all that an event stream does not carry of its data. Byte by byte, unlike the encoder. */
static text normalised(sse_str from)
{
	text to = {malloc(from.len + 1), 0};
	for (size_t i = 0; i < from.len; i++) {
		if (from.data[i] == '\n' && i > 0 && from.data[i - 1] == '\r') {
			continue;
		}
		to.bytes[to.len++] = from.data[i] == '\r' ? '\n' : from.data[i];
	}
	return to;
}

static void add(text *to, const char *bytes, size_t len)
{
	to->bytes = realloc(to->bytes, to->len + len + 1);
	memcpy(to->bytes + to->len, bytes, len);
	to->len += len;
}

static void free_story(story *of)
{
	for (size_t i = 0; i < of->count; i++) {
		free(of->events[i].type.bytes);
		free(of->events[i].data.bytes);
		free(of->events[i].id.bytes);
	}
	free(of->comments.bytes);
	free(of->last_id.bytes);
}

static bool can_be_a_field(sse_str value)
{
	for (size_t i = 0; i < value.len; i++) {
		if (value.data[i] == '\n' || value.data[i] == '\r' || value.data[i] == '\0') {
			return false;
		}
	}
	return true;
}

/* Ids and names come from applications; the check before the encoder is part of what is tested. */
static sse_str take_field(input *from)
{
	sse_str value = take_str(from);
	bool safe = sse_field_is_safe(value);
	EXPECT(safe == can_be_a_field(value));
	if (!safe) {
		value.len = 0;
	}
	return value;
}

static void write_event(sse_buf *out, input *from, story *expected)
{
	sse_event event = SSE_EVENT_INIT;
	uint8_t has = take_byte(from);

	if (has & 1) {
		event.data = take_str(from);
	}
	if (has & 2) {
		event.event = take_field(from);
	}
	if (has & 4) {
		event.id = take_field(from);
		free(expected->last_id.bytes);
		expected->last_id = copy_of(event.id.data, event.id.len);
	}
	if (has & 8) {
		event.retry = (int64_t)(take_number(from, 1 + take_byte(from) % 8) & INT64_MAX);
		expected->retry = event.retry;
	}
	if (has & 1) {
		seen_event *seen = &expected->events[expected->count++];
		seen->data = normalised(event.data);
		seen->type = event.event.len > 0 ? copy_of(event.event.data, event.event.len) : copy_of("message", 7);
		seen->id = copy_of(expected->last_id.bytes, expected->last_id.len);
	}
	sse_frame_event(out, &event);
}

static void write_comment(sse_buf *out, input *from, story *expected)
{
	sse_str comment = take_str(from);
	text lines = normalised(comment);
	size_t start = 0;

	/* The writer puts a space before each line that has text. */
	for (size_t i = 0; i <= lines.len; i++) {
		if (i == lines.len || lines.bytes[i] == '\n') {
			if (i > start) {
				add(&expected->comments, " ", 1);
				add(&expected->comments, lines.bytes + start, i - start);
			}
			add(&expected->comments, "\n", 1);
			start = i + 1;
		}
	}
	free(lines.bytes);
	sse_frame_comment(out, comment);
}

/* The number of the character at *at, which moves behind it; -1 when there is none. Decodes first and asks after. */
static int32_t decode_utf8(const char *bytes, size_t len, size_t *at)
{
	static const int32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char lead = (unsigned char)bytes[*at];
	unsigned count = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : lead >> 3 == 30 ? 4 : 0;
	if (count == 0 || count > len - *at) {
		return -1;
	}
	int32_t number = count == 1 ? lead : lead & (0xFF >> (count + 1));
	for (unsigned i = 1; i < count; i++) {
		unsigned char next = (unsigned char)bytes[*at + i];
		if (next >> 6 != 2) {
			return -1;
		}
		number = number << 6 | (next & 0x3F);
	}
	if (number < least[count] || number > 0x10FFFF || (number >= 0xD800 && number <= 0xDFFF)) {
		return -1;
	}
	*at += count;
	return number;
}

static bool is_utf8(const char *bytes, size_t len)
{
	for (size_t at = 0; at < len;) {
		if (decode_utf8(bytes, len, &at) < 0) {
			return false;
		}
	}
	return true;
}

/* Whether some character begins with these bytes: the least or the greatest continuation makes it whole. */
static bool begins_character(const char *bytes, size_t len)
{
	for (size_t whole = len + 1; whole <= 4; whole++) {
		char low[4], high[4];
		memset(low, 0x80, sizeof low);
		memset(high, 0xBF, sizeof high);
		memcpy(low, bytes, len);
		memcpy(high, bytes, len);
		size_t low_end = 0, high_end = 0;
		if ((decode_utf8(low, whole, &low_end) >= 0 && low_end == whole) ||
			(decode_utf8(high, whole, &high_end) >= 0 && high_end == whole)) {
			return true;
		}
	}
	return false;
}

/* As browsers decode: one U+FFFD for the longest beginning of a character, or else for one byte (Unicode, table 3-8). */
static text replaced(sse_str from)
{
	text to = {malloc(from.len * 3 + 1), 0};
	for (size_t at = 0; at < from.len;) {
		size_t start = at;
		if (decode_utf8(from.data, from.len, &at) >= 0) {
			add(&to, from.data + start, at - start);
			continue;
		}
		size_t skip = from.len - at < 3 ? from.len - at : 3;
		while (skip > 1 && !begins_character(from.data + at, skip)) {
			skip--;
		}
		add(&to, "\xEF\xBF\xBD", 3);
		at += skip;
	}
	return to;
}

/* Read back, a JSON string is what went in, with U+FFFD for what was no UTF-8. */
static void check_json(sse_str value)
{
	sse_buf out;
	text back = {NULL, 0};
	sse_buf_init(&out);
	sse_json_string(&out, value);

	EXPECT(out.len >= 2 && out.data[0] == '"' && out.data[out.len - 1] == '"');
	EXPECT(is_utf8(out.data, out.len));
	back.bytes = malloc(out.len);
	for (size_t i = 1; i < out.len - 1; i++) {
		char c = out.data[i];
		EXPECT((unsigned char)c >= ' ' && c != '"');
		if (c == '\\') {
			c = out.data[++i];
			EXPECT(i < out.len - 1);
			switch (c) {
			case 'b':
				c = '\b';
				break;
			case 'f':
				c = '\f';
				break;
			case 'n':
				c = '\n';
				break;
			case 'r':
				c = '\r';
				break;
			case 't':
				c = '\t';
				break;
			case 'u': {
				char digits[5] = "";
				EXPECT(out.len - 1 - i > 4);
				memcpy(digits, out.data + i + 1, 4);
				c = (char)strtol(digits, NULL, 16);
				EXPECT((unsigned char)c < ' ' && digits[0] == '0' && digits[1] == '0');
				i += 4;
				break;
			}
			default:
				EXPECT(c == '"' || c == '\\');
			}
		}
		back.bytes[back.len++] = c;
	}
	text expected = replaced(value);
	EXPECT(same(back, expected));
	free(expected.bytes);
	free(back.bytes);
	sse_buf_deinit(&out);
}

static void write_gap(sse_buf *out, input *from, story *expected)
{
	sse_str source = take_str(from);
	sse_buf json;

	check_json(source);
	sse_buf_init(&json);
	sse_buf_append_str(&json, "{\"source\":");
	sse_json_string(&json, source);
	sse_buf_append_str(&json, ",\"reason\":\"trimmed\"}");

	seen_event *seen = &expected->events[expected->count++];
	seen->type = copy_of("gap", 3);
	seen->data = copy_of(json.data, json.len);
	seen->id = copy_of(expected->last_id.bytes, expected->last_id.len);
	sse_buf_deinit(&json);
	sse_frame_gap(out, source, (sse_str){"trimmed", 7});
}

static void on_event(void *context, const es_event *event)
{
	story *read = context;
	EXPECT(read->count < OPERATIONS_MAX);
	seen_event *seen = &read->events[read->count++];
	seen->type = copy_of(event->type, event->type_len);
	seen->data = copy_of(event->data, event->data_len);
	seen->id = copy_of(event->last_event_id, event->last_event_id_len);
}

static void on_comment(void *context, const char *bytes, size_t len)
{
	story *read = context;
	add(&read->comments, bytes, len);
	add(&read->comments, "\n", 1);
}

static void check_reading(const sse_buf *stream, const story *expected, size_t chunk_max, uint64_t seed)
{
	story read = {.retry = -1};
	es_parser parser;

	es_parser_init(&parser, on_event, &read);
	parser.on_comment = on_comment;
	for (size_t at = 0; at < stream->len;) {
		seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
		size_t chunk = 1 + (size_t)(seed >> 33) % chunk_max;
		if (chunk > stream->len - at) {
			chunk = stream->len - at;
		}
		es_parser_feed(&parser, stream->data + at, chunk);
		at += chunk;
	}
	es_parser_finish(&parser);

	EXPECT(read.count == expected->count);
	for (size_t i = 0; i < read.count; i++) {
		EXPECT(same(read.events[i].type, expected->events[i].type));
		EXPECT(same(read.events[i].data, expected->events[i].data));
		EXPECT(same(read.events[i].id, expected->events[i].id));
	}
	EXPECT(same(read.comments, expected->comments));
	EXPECT(parser.last_event_id.len == expected->last_id.len);
	EXPECT(memcmp(parser.last_event_id.bytes, expected->last_id.bytes, expected->last_id.len) == 0);
	EXPECT(parser.retry == expected->retry);

	es_parser_deinit(&parser);
	free_story(&read);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	input from = {bytes, len};
	story expected = {.retry = -1};
	sse_buf stream;
	uint64_t seed = take_number(&from, 2);

	expected.last_id = copy_of("", 0);
	expected.comments = copy_of("", 0);
	sse_buf_init(&stream);
	for (unsigned i = 0; i < OPERATIONS_MAX && from.len > 0; i++) {
		switch (take_byte(&from) % 8) {
		case 0:
			write_comment(&stream, &from, &expected);
			break;
		case 1:
			write_gap(&stream, &from, &expected);
			break;
		default:
			write_event(&stream, &from, &expected);
		}
		/* Every event is closed: a reader that joins here starts a new one. */
		EXPECT(stream.data[stream.len - 1] == '\n' && (stream.len == 1 || stream.data[stream.len - 2] == '\n'));
	}
	check_reading(&stream, &expected, SIZE_MAX, 0);
	check_reading(&stream, &expected, 1, seed);
	check_reading(&stream, &expected, 1 + seed % 40, seed);
	sse_buf_deinit(&stream);
	free_story(&expected);
	return 0;
}
