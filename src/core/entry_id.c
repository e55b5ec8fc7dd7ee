#include "entry_id.h"

/* The digits of UINT64_MAX: longer numbers are refused even when zeros lead, so that an id that was read always fits. */
#define MAX_DIGITS 20

static bool parse_number(const char *text, size_t len, uint64_t *number)
{
	uint64_t n = 0;
	if (len == 0 || len > MAX_DIGITS) {
		return false;
	}
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9') {
			return false;
		}
		uint64_t digit = (uint64_t)(text[i] - '0');
		/* 19 digits always fit. */
		if (i == MAX_DIGITS - 1 && n > (UINT64_MAX - digit) / 10) {
			return false;
		}
		n = n * 10 + digit;
	}
	*number = n;
	return true;
}

bool sse_entry_id_parse(sse_str text, sse_entry_id *id)
{
	sse_entry_id parsed = {0, 0};
	size_t dash = 0;

	while (dash < text.len && dash <= MAX_DIGITS && text.data[dash] != '-') {
		dash++;
	}
	if (!parse_number(text.data, dash, &parsed.ms)) {
		return false;
	}
	if (dash < text.len && !parse_number(text.data + dash + 1, text.len - dash - 1, &parsed.seq)) {
		return false;
	}
	*id = parsed;
	return true;
}

static size_t format_number(uint64_t n, char *out)
{
	char reversed[MAX_DIGITS];
	size_t len = 0;

	do {
		reversed[len++] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	for (size_t i = 0; i < len; i++) {
		out[i] = reversed[len - 1 - i];
	}
	return len;
}

/* Not snprintf(): this runs once per event and client. */
size_t sse_entry_id_format(sse_entry_id id, char out[SSE_ENTRY_ID_MAX])
{
	size_t len = format_number(id.ms, out);
	out[len++] = '-';
	len += format_number(id.seq, out + len);
	out[len] = '\0';
	return len;
}

int sse_entry_id_compare(sse_entry_id a, sse_entry_id b)
{
	if (a.ms != b.ms) {
		return a.ms < b.ms ? -1 : 1;
	}
	if (a.seq != b.seq) {
		return a.seq < b.seq ? -1 : 1;
	}
	return 0;
}

bool sse_entry_id_is_zero(sse_entry_id id)
{
	return id.ms == 0 && id.seq == 0;
}
