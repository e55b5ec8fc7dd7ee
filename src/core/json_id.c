#include "json_id.h"

#include "json_scan.h"

#include <string.h>

static bool is_of_number(char c)
{
	return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

static bool read_id(sse_json_scan *scan, sse_str *id)
{
	const char *start = scan->at;

	if (start >= scan->end) {
		return false;
	}
	if (*start == '"') {
		return sse_json_scan_string(scan, id) && id->len > 0 && !memchr(id->data, '\\', id->len) && sse_field_is_safe(*id);
	}
	while (scan->at < scan->end && is_of_number(*scan->at)) {
		scan->at++;
	}
	*id = (sse_str){start, (size_t)(scan->at - start)};
	return id->len > 0 && (*start == '-' || (*start >= '0' && *start <= '9'));
}

bool sse_json_id(sse_str json, sse_str *id)
{
	sse_json_scan scan = sse_json_scan_of(json);
	sse_str name;

	sse_json_skip_space(&scan);
	if (!sse_json_skip(&scan, '{')) {
		return false;
	}
	while (sse_json_scan_name(&scan, &name)) {
		if (sse_str_is(name, "id")) {
			return read_id(&scan, id);
		}
		if (!sse_json_skip_value(&scan) || !sse_json_skip(&scan, ',')) {
			return false;
		}
	}
	return false;
}
