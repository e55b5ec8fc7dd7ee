#include "json.h"

#include "json_scan.h"
#include "utf8.h"

static bool check_value(sse_json_scan *scan, unsigned depth);

static bool check_literal(sse_json_scan *scan, const char *literal)
{
	while (*literal != '\0') {
		if (!sse_json_skip(scan, *literal++)) {
			return false;
		}
	}
	return true;
}

static bool take_digits(sse_json_scan *scan)
{
	const char *start = scan->at;

	while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9') {
		scan->at++;
	}
	return scan->at > start;
}

static bool check_number(sse_json_scan *scan)
{
	sse_json_skip(scan, '-');
	/* A digit behind a leading zero is left over, and refused by whoever looks at what comes next. */
	if (!sse_json_skip(scan, '0') && !take_digits(scan)) {
		return false;
	}
	if (sse_json_skip(scan, '.') && !take_digits(scan)) {
		return false;
	}
	if (sse_json_skip(scan, 'e') || sse_json_skip(scan, 'E')) {
		if (!sse_json_skip(scan, '+')) {
			sse_json_skip(scan, '-');
		}
		return take_digits(scan);
	}
	return true;
}

/* Takes the four digits of a "\u". */
static bool take_unit(sse_json_scan *scan, unsigned *unit)
{
	unsigned value = 0;

	if (scan->end - scan->at < 4) {
		return false;
	}
	for (int i = 0; i < 4; i++) {
		int digit = sse_hex_digit(*scan->at++);
		if (digit < 0) {
			return false;
		}
		value = value << 4 | (unsigned)digit;
	}
	*unit = value;
	return true;
}

/* Takes the digits behind a "\u", and the whole other escape when the character needs two. */
static bool take_code_point(sse_json_scan *scan, unsigned *code)
{
	unsigned low;

	if (!take_unit(scan, code)) {
		return false;
	}
	if (*code < 0xD800 || *code > 0xDFFF) {
		return true;
	}
	/* Half a surrogate pair stands for nothing that UTF-8 can hold. */
	if (*code > 0xDBFF || !sse_json_skip(scan, '\\') || !sse_json_skip(scan, 'u') || !take_unit(scan, &low) ||
		low < 0xDC00 || low > 0xDFFF) {
		return false;
	}
	*code = 0x10000 + ((*code - 0xD800) << 10) + (low - 0xDC00);
	return true;
}

/* The byte that a letter behind a backslash stands for; 0 when it stands for none. */
static char escaped(char letter)
{
	switch (letter) {
	case '"':
	case '\\':
	case '/':
		return letter;
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	default:
		return 0;
	}
}

static bool check_escape(sse_json_scan *scan)
{
	unsigned ignored;

	if (scan->at >= scan->end) {
		return false;
	}
	if (sse_json_skip(scan, 'u')) {
		return take_code_point(scan, &ignored);
	}
	return escaped(*scan->at++) != 0;
}

static bool check_string(sse_json_scan *scan)
{
	if (!sse_json_skip(scan, '"')) {
		return false;
	}
	while (scan->at < scan->end) {
		unsigned char c = (unsigned char)*scan->at;
		size_t len = 1, ignored;

		if (c == '"') {
			scan->at++;
			return true;
		}
		if (c == '\\') {
			scan->at++;
			if (!check_escape(scan)) {
				return false;
			}
			continue;
		}
		if (c >= 0x80) {
			len = sse_utf8_char(scan->at, (size_t)(scan->end - scan->at), &ignored);
		}
		if (c < 0x20 || len == 0) {
			return false;
		}
		scan->at += len;
	}
	return false;
}

static bool check_member(sse_json_scan *scan, unsigned depth)
{
	sse_json_skip_space(scan);
	if (!check_string(scan)) {
		return false;
	}
	sse_json_skip_space(scan);
	return sse_json_skip(scan, ':') && check_value(scan, depth);
}

/* Behind the opening bracket of what ends with close. */
static bool check_list(sse_json_scan *scan, unsigned depth, char close, bool (*check)(sse_json_scan *, unsigned))
{
	if (depth > SSE_JSON_DEPTH_MAX) {
		return false;
	}
	sse_json_skip_space(scan);
	if (sse_json_skip(scan, close)) {
		return true;
	}
	do {
		if (!check(scan, depth)) {
			return false;
		}
		sse_json_skip_space(scan);
	} while (sse_json_skip(scan, ','));
	return sse_json_skip(scan, close);
}

/* depth is how many objects and arrays are open around it. */
static bool check_value(sse_json_scan *scan, unsigned depth)
{
	sse_json_skip_space(scan);
	if (scan->at >= scan->end) {
		return false;
	}
	switch (*scan->at) {
	case '{':
		scan->at++;
		return check_list(scan, depth + 1, '}', check_member);
	case '[':
		scan->at++;
		return check_list(scan, depth + 1, ']', check_value);
	case '"':
		return check_string(scan);
	case 'n':
		return check_literal(scan, "null");
	case 't':
		return check_literal(scan, "true");
	case 'f':
		return check_literal(scan, "false");
	default:
		return check_number(scan);
	}
}

/* The value that begins at start and ends, perhaps with white space behind it, at end. */
static sse_json value_of(const char *start, const char *end)
{
	sse_json value;

	while (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\n' || end[-1] == '\r') {
		end--;
	}
	switch (*start) {
	case '{':
		value.type = SSE_JSON_OBJECT;
		break;
	case '[':
		value.type = SSE_JSON_ARRAY;
		break;
	case '"':
		value.type = SSE_JSON_STRING;
		start++;
		end--;
		break;
	case 'n':
		value.type = SSE_JSON_NULL;
		break;
	case 't':
		value.type = SSE_JSON_TRUE;
		break;
	case 'f':
		value.type = SSE_JSON_FALSE;
		break;
	default:
		value.type = SSE_JSON_NUMBER;
	}
	value.text = (sse_str){start, (size_t)(end - start)};
	return value;
}

bool sse_json_parse(sse_str text, sse_json *value)
{
	sse_json_scan scan = sse_json_scan_of(text);
	const char *start;

	sse_json_skip_space(&scan);
	start = scan.at;
	if (!check_value(&scan, 0)) {
		return false;
	}
	sse_json_skip_space(&scan);
	if (scan.at < scan.end) {
		return false;
	}
	*value = value_of(start, scan.end);
	return true;
}

/* Where a walk goes on: behind the opening bracket, or behind the comma after what was taken last. */
static sse_json_scan resume(const sse_json *value, size_t at)
{
	sse_json_scan scan = sse_json_scan_of(value->text);

	scan.at += at > 0 ? at : 1;
	sse_json_skip_space(&scan);
	return scan;
}

/* Takes a value and the comma behind it. The bracket that closes the whole stays, for the next call to find. */
static sse_json take_value(sse_json_scan *scan)
{
	const char *start = scan->at;
	sse_json value;

	sse_json_skip_value(scan);
	value = value_of(start, scan->at);
	sse_json_skip(scan, ',');
	return value;
}

bool sse_json_next_member(const sse_json *object, size_t *at, sse_json *name, sse_json *value)
{
	sse_json_scan scan;
	sse_str written;

	if (object->type != SSE_JSON_OBJECT) {
		return false;
	}
	scan = resume(object, *at);
	if (!sse_json_scan_name(&scan, &written)) {
		return false;
	}
	*name = (sse_json){SSE_JSON_STRING, written};
	*value = take_value(&scan);
	*at = (size_t)(scan.at - object->text.data);
	return true;
}

bool sse_json_element(const sse_json *array, size_t *at, sse_json *value)
{
	sse_json_scan scan;

	if (array->type != SSE_JSON_ARRAY) {
		return false;
	}
	scan = resume(array, *at);
	if (*scan.at == ']') {
		return false;
	}
	*value = take_value(&scan);
	*at = (size_t)(scan.at - array->text.data);
	return true;
}

bool sse_json_member(const sse_json *object, const char *name, sse_json *value)
{
	sse_json written, member;
	bool found = false;
	size_t at = 0;

	while (sse_json_next_member(object, &at, &written, &member)) {
		if (sse_json_string_is(&written, name)) {
			*value = member;
			found = true;
		}
	}
	return found;
}

static void append_utf8(sse_buf *out, unsigned code)
{
	char bytes[4];
	size_t len = 0;

	if (code < 0x80) {
		bytes[len++] = (char)code;
	} else if (code < 0x800) {
		bytes[len++] = (char)(0xC0 | code >> 6);
	} else if (code < 0x10000) {
		bytes[len++] = (char)(0xE0 | code >> 12);
		bytes[len++] = (char)(0x80 | (code >> 6 & 0x3F));
	} else {
		bytes[len++] = (char)(0xF0 | code >> 18);
		bytes[len++] = (char)(0x80 | (code >> 12 & 0x3F));
		bytes[len++] = (char)(0x80 | (code >> 6 & 0x3F));
	}
	if (code >= 0x80) {
		bytes[len++] = (char)(0x80 | (code & 0x3F));
	}
	sse_buf_append(out, bytes, len);
}

void sse_json_unescape(sse_buf *out, const sse_json *string)
{
	sse_json_scan scan = sse_json_scan_of(string->text);

	sse_buf_reserve(out, string->text.len);
	while (scan.at < scan.end) {
		const char *run = scan.at;
		const char *backslash = memchr(run, '\\', (size_t)(scan.end - run));
		unsigned code;

		scan.at = backslash != NULL ? backslash : scan.end;
		sse_buf_append(out, run, (size_t)(scan.at - run));
		if (!sse_json_skip(&scan, '\\')) {
			break;
		}
		if (!sse_json_skip(&scan, 'u')) {
			code = (unsigned)escaped(*scan.at++);
		} else if (!take_code_point(&scan, &code)) {
			break; /* not of a validated text */
		}
		append_utf8(out, code);
	}
}

bool sse_json_string_is(const sse_json *string, const char *text)
{
	sse_buf plain;
	bool same;

	if (string->type != SSE_JSON_STRING) {
		return false;
	}
	/* Hardly any name needs the buffer. */
	if (sse_str_find(string->text, '\\') == NULL) {
		return sse_str_is(string->text, text);
	}
	sse_buf_init(&plain);
	sse_json_unescape(&plain, string);
	same = sse_str_is((sse_str){plain.data, plain.len}, text);
	sse_buf_deinit(&plain);
	return same;
}

/* More than any text has digits, so that a sum of two such numbers is still one that cannot overflow. */
#define EXPONENT_MAX (INT64_MAX / 4)

/* The exponent behind the "e", or the nearest that can make no difference. */
static int64_t read_exponent(sse_json_scan *scan)
{
	int64_t exponent = 0;
	bool negative = sse_json_skip(scan, '-');

	if (!negative) {
		sse_json_skip(scan, '+');
	}
	while (scan->at < scan->end) {
		if (exponent < EXPONENT_MAX / 10) {
			exponent = exponent * 10 + (*scan->at - '0');
		}
		scan->at++;
	}
	return negative ? -exponent : exponent;
}

/* The whole part, and whether anything but zeros stands behind it. Not by way of a double, which has 53 bits. */
static bool read_number(const sse_json *number, int64_t *value, bool *fraction)
{
	if (number->type != SSE_JSON_NUMBER) {
		return false;
	}

	sse_json_scan scan = sse_json_scan_of(number->text);
	bool negative = sse_json_skip(&scan, '-');
	uint64_t limit = (uint64_t)INT64_MAX + (negative ? 1 : 0), magnitude = 0;
	sse_str whole = {scan.at, 0}, part = {scan.at, 0};
	int64_t point; /* how many of the digits, or zeros behind them, stand before the point once the exponent has moved it */

	take_digits(&scan);
	whole.len = (size_t)(scan.at - whole.data);
	if (sse_json_skip(&scan, '.')) {
		part.data = scan.at;
		take_digits(&scan);
		part.len = (size_t)(scan.at - part.data);
	}
	point = (int64_t)whole.len;
	if (sse_json_skip(&scan, 'e') || sse_json_skip(&scan, 'E')) {
		point += read_exponent(&scan);
	}

	*fraction = false;
	for (size_t i = 0; i < whole.len + part.len; i++) {
		uint64_t digit = (uint64_t)((i < whole.len ? whole.data[i] : part.data[i - whole.len]) - '0');
		if ((int64_t)i >= point) {
			*fraction = *fraction || digit != 0;
		} else if (magnitude > (limit - digit) / 10) {
			return false;
		} else {
			magnitude = magnitude * 10 + digit;
		}
	}
	/* At most 19 rounds: a number that is not 0 grows out of the limit. */
	for (int64_t i = (int64_t)(whole.len + part.len); i < point && magnitude > 0; i++) {
		if (magnitude > limit / 10) {
			return false;
		}
		magnitude *= 10;
	}
	*value = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
	return true;
}

bool sse_json_integer(const sse_json *number, int64_t *value)
{
	int64_t whole;
	bool fraction;

	if (!read_number(number, &whole, &fraction) || fraction) {
		return false;
	}
	*value = whole;
	return true;
}

bool sse_json_whole_part(const sse_json *number, int64_t *value)
{
	bool ignored;

	return read_number(number, value, &ignored);
}
