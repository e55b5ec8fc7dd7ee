#include "hub_ask.h"

#include "classes.h"

bool php_sse_hub_ask(sse_hub_call *call, const char *path, sse_str message)
{
	sse_hub_outcome outcome;

	sse_hub_call_init(call);
	if (!path || !*path) {
		php_sse_throw("No hub is configured: set ini sse.hub to the path of its control socket");
		return false;
	}
	outcome = sse_hub_call_once(call, path, message, PHP_SSE_HUB_ANSWER_MS);
	if (outcome == SSE_HUB_ANSWERED && call->type != SSE_WIRE_REPLY) {
		php_sse_throw("Hub at %s: its answer does not fit the question", path);
		return false;
	}
	if (outcome == SSE_HUB_UNSURE) {
		php_sse_throw("Hub at %s: %s; whether it has done what it was asked for is not known", path, call->error);
	} else if (outcome != SSE_HUB_ANSWERED) {
		php_sse_throw("Hub at %s: %s", path, call->error);
	}
	return outcome == SSE_HUB_ANSWERED;
}

bool php_sse_hub_field(const sse_hub_call *call, sse_wire_tag tag, sse_wire_field *field)
{
	sse_wire_reader reader = call->answer;
	sse_wire_field next;
	bool found = false;

	while (sse_wire_next(&reader, &next) > 0) {
		if (next.tag == tag) {
			*field = next;
			found = true;
		}
	}
	return found;
}

zend_string *php_sse_hub_ask_id(const char *path, sse_str message)
{
	sse_hub_call call;
	sse_wire_field field;
	zend_string *id = NULL;

	if (php_sse_hub_ask(&call, path, message)) {
		if (php_sse_hub_field(&call, SSE_TAG_ID, &field)) {
			id = zend_string_init(field.value.data, field.value.len, 0);
		} else {
			php_sse_throw("Hub at %s: its answer has no id", path);
		}
	}
	sse_hub_call_close(&call);
	return id;
}

zend_long php_sse_hub_ask_count(const char *path, sse_str message)
{
	sse_hub_call call;
	sse_wire_field field;
	uint64_t count;
	zend_long result = -1;

	if (php_sse_hub_ask(&call, path, message)) {
		if (php_sse_hub_field(&call, SSE_TAG_COUNT, &field) && sse_wire_number(&field, &count)) {
			result = (zend_long)count;
		} else {
			php_sse_throw("Hub at %s: its answer has no count", path);
		}
	}
	sse_hub_call_close(&call);
	return result;
}
