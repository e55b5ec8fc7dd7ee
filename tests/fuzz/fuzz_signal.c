/*
 * Signals and entry ids: what a publisher composes is read back, and anything that is accepted means what it says.
 */
#include "core/entry_id.h"
#include "core/signal.h"
#include "fuzz.h"

#include <inttypes.h>

static void check_id(sse_str text)
{
	sse_entry_id id = {1, 2}, again;
	char formatted[SSE_ENTRY_ID_MAX];

	if (!sse_entry_id_parse(text, &id)) {
		EXPECT(id.ms == 1 && id.seq == 2);
		return;
	}
	EXPECT(text.len > 0 && text.len < SSE_ENTRY_ID_MAX);
	for (size_t i = 0; i < text.len; i++) {
		EXPECT((text.data[i] >= '0' && text.data[i] <= '9') || text.data[i] == '-');
	}
	size_t len = sse_entry_id_format(id, formatted);
	EXPECT(len == strlen(formatted));
	EXPECT(sse_entry_id_parse((sse_str){formatted, len}, &again));
	EXPECT(sse_entry_id_compare(id, again) == 0);
}

static void check_round_trip(input *from)
{
	sse_entry_id id = {take_number(from, 8), take_number(from, 8)};
	sse_entry_id previous = {take_number(from, 8), take_number(from, 8)};
	sse_str event = take_str(from), data = take_str(from);
	char text[SSE_ENTRY_ID_MAX], before[SSE_ENTRY_ID_MAX], expected[64];
	sse_buf payload;
	sse_signal signal;

	EXPECT(
		sse_entry_id_format(id, text) == (size_t)snprintf(expected, sizeof expected, "%" PRIu64 "-%" PRIu64, id.ms, id.seq));
	EXPECT(strcmp(text, expected) == 0);
	EXPECT(sse_entry_id_is_zero(id) == (strcmp(text, "0-0") == 0));
	check_id((sse_str){text, strlen(text)});

	bool safe = sse_field_is_safe(event);
	bool has_lf = memchr(event.data, '\n', event.len) != NULL;
	sse_buf_init(&payload);
	sse_buf_append_str(&payload, text);
	sse_buf_append(&payload, " ", 1);
	sse_entry_id_format(previous, before);
	sse_buf_append_str(&payload, before);
	sse_buf_append(&payload, "\n", 1);
	sse_buf_append(&payload, event.data, event.len);
	sse_buf_append(&payload, "\n", 1);
	sse_buf_append(&payload, data.data, data.len);
	bool parsed = sse_signal_parse((sse_str){payload.data, payload.len}, &signal);
	/* A name with an LF of its own shifts what follows into the data; one with CR or NUL is refused. */
	EXPECT(has_lf || parsed == safe);
	if (safe) {
		EXPECT(sse_entry_id_compare(signal.id, id) == 0);
		EXPECT(sse_entry_id_compare(signal.previous, previous) == 0);
		EXPECT(signal.id_text.len == strlen(text) && memcmp(signal.id_text.data, text, signal.id_text.len) == 0);
		EXPECT((signal.event.data == NULL) == (event.len == 0));
		EXPECT(signal.event.len == event.len && (event.len == 0 || memcmp(signal.event.data, event.data, event.len) == 0));
		EXPECT(signal.data.len == data.len && memcmp(signal.data.data, data.data, data.len) == 0);
	}
	sse_buf_deinit(&payload);
}

static void check_any_payload(sse_str payload)
{
	sse_signal signal;
	if (sse_signal_parse(payload, &signal)) {
		sse_entry_id id;
		EXPECT(sse_field_is_safe(signal.id_text) && sse_field_is_safe(signal.event));
		EXPECT(sse_entry_id_parse(signal.id_text, &id) && sse_entry_id_compare(id, signal.id) == 0);
		/* Data, event and the line of the ids are the whole payload. */
		const char *first_break = memchr(payload.data, '\n', payload.len);
		EXPECT(signal.id_text.data == payload.data && signal.id_text.data + signal.id_text.len < first_break);
		EXPECT(first_break + 1 + signal.event.len + 1 == signal.data.data);
		EXPECT(signal.data.data + signal.data.len == payload.data + payload.len);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	input from = {bytes, len};
	switch (take_byte(&from) % 3) {
	case 0:
		check_round_trip(&from);
		break;
	case 1:
		check_any_payload((sse_str){(const char *)from.bytes, from.len});
		break;
	default:
		check_id((sse_str){(const char *)from.bytes, from.len});
	}
	return 0;
}
