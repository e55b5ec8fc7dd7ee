#include "subscription.h"

#include "alloc.h"
#include "json.h"

#include <stdio.h>
#include <string.h>

#define HEARTBEAT_DEFAULT_MS 25000

void sse_subscription_init(sse_subscription *subscription)
{
	memset(subscription, 0, sizeof *subscription);
	subscription->heartbeat = HEARTBEAT_DEFAULT_MS;
	subscription->retry = -1;
}

void sse_subscription_deinit(sse_subscription *subscription)
{
	sse_free(subscription->sources);
	memset(subscription, 0, sizeof *subscription);
}

sse_source *sse_subscription_add(sse_subscription *subscription, sse_source_kind kind, sse_str name)
{
	size_t count = subscription->count;

	/* The room is the next power of two, so that it needs no member: most clients have one source, a few have hundreds. */
	if ((count & (count - 1)) == 0) {
		size_t room = count == 0 ? 1 : 2 * count;
		subscription->sources = sse_realloc(subscription->sources, room * sizeof *subscription->sources);
	}
	sse_source *source = &subscription->sources[subscription->count++];
	memset(source, 0, sizeof *source);
	source->kind = kind;
	source->name = name;
	source->last = -1;
	return source;
}

bool sse_stream_id_is_valid(sse_str id)
{
	for (size_t i = 0; i < id.len; i++) {
		const char c = id.data[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-')) {
			return false;
		}
	}
	return id.len > 0 && id.len <= SSE_STREAM_ID_MAX;
}

bool sse_subscription_has_members(const sse_subscription *subscription)
{
	for (size_t i = 0; i < subscription->count; i++) {
		if (subscription->sources[i].member_user.len > 0) {
			return true;
		}
	}
	return false;
}

static sse_wire_tag tag_of(sse_source_kind kind)
{
	switch (kind) {
	case SSE_SOURCE_CHANNEL:
		return SSE_TAG_SUBSCRIBE;
	case SSE_SOURCE_PATTERN:
		return SSE_TAG_PSUBSCRIBE;
	case SSE_SOURCE_LIST:
		return SSE_TAG_QUEUE;
	case SSE_SOURCE_HISTORY:
		return SSE_TAG_HISTORY;
	case SSE_SOURCE_BROADCAST:
		return SSE_TAG_BROADCAST;
	case SSE_SOURCE_TOPIC:
		break;
	}
	return SSE_TAG_FOLLOW;
}

static void write_member(sse_buf *out, const sse_source *topic)
{
	sse_wire_put(out, SSE_TAG_MEMBER_USER, topic->member_user);
	sse_wire_put(out, SSE_TAG_MEMBER, topic->member);
	if (topic->member_id.len > 0) {
		sse_wire_put(out, SSE_TAG_MEMBER_ID, topic->member_id);
	}
	if (topic->member_told) {
		sse_wire_put_number(out, SSE_TAG_MEMBER_TOLD, 1);
	}
}

static void write_source(sse_buf *out, const sse_source *source)
{
	sse_wire_put(out, tag_of(source->kind), source->name);
	if (source->kind == SSE_SOURCE_TOPIC && source->has_cursor) {
		char text[SSE_ENTRY_ID_MAX];
		size_t len = sse_entry_id_format(source->cursor, text);
		sse_wire_put(out, SSE_TAG_CURSOR, (sse_str){text, len});
	}
	if (source->kind == SSE_SOURCE_TOPIC && source->member_user.len > 0) {
		write_member(out, source);
	}
	if (source->kind == SSE_SOURCE_HISTORY && source->last >= 0) {
		sse_wire_put_number(out, SSE_TAG_LAST, (uint64_t)source->last);
	}
}

void sse_subscription_write(sse_buf *out, sse_wire_type type, const sse_subscription *subscription)
{
	sse_wire_begin(out, type);
	if (subscription->redis.data != NULL) {
		sse_wire_put(out, SSE_TAG_REDIS, subscription->redis);
	}
	for (size_t i = 0; i < subscription->count; i++) {
		write_source(out, &subscription->sources[i]);
	}
	if (subscription->last_event_id.len > 0) {
		sse_wire_put(out, SSE_TAG_LAST_EVENT_ID, subscription->last_event_id);
	}
	/* Always, so that two versions with different defaults mean the same. */
	sse_wire_put_number(out, SSE_TAG_HEARTBEAT, subscription->heartbeat);
	if (subscription->heartbeat_comment) {
		sse_wire_put_number(out, SSE_TAG_HEARTBEAT_COMMENT, 1);
	}
	if (subscription->retry >= 0) {
		sse_wire_put_number(out, SSE_TAG_RETRY, (uint64_t)subscription->retry);
	}
	if (subscription->max_lifetime > 0) {
		sse_wire_put_number(out, SSE_TAG_MAX_LIFETIME, subscription->max_lifetime);
	}
	if (subscription->user.len > 0) {
		sse_wire_put(out, SSE_TAG_USER, subscription->user);
	}
	if (subscription->stream.len > 0) {
		sse_wire_put(out, SSE_TAG_STREAM, subscription->stream);
	}
	if (subscription->initial.len > 0) {
		sse_wire_put(out, SSE_TAG_INITIAL, subscription->initial);
	}
	if (type == SSE_WIRE_HANDOFF) {
		if (subscription->head.len > 0) {
			sse_wire_put(out, SSE_TAG_HEAD, subscription->head);
		}
		sse_wire_put_number(out, SSE_TAG_TRANSPORT, (uint64_t)subscription->transport);
		if (subscription->request_id != 0) {
			sse_wire_put_number(out, SSE_TAG_REQUEST_ID, subscription->request_id);
		}
	}
}

/* Readers of one field: NULL, or a sentence that says what is wrong with it. */

static const char *read_source(sse_subscription *subscription, sse_source_kind kind, sse_str name)
{
	if (name.len == 0) {
		return "a name is empty";
	}
	if (name.len > SSE_SUBSCRIPTION_NAME_MAX) {
		return "a name is longer than 1024 bytes";
	}
	if (subscription->count == SSE_SUBSCRIPTION_NAMES_MAX) {
		return "more than 1024 names";
	}
	sse_subscription_add(subscription, kind, name);
	return NULL;
}

/* The source that an attribute belongs to: the one before it, when it is of the right kind. */
static sse_source *newest(const sse_subscription *subscription, sse_source_kind kind)
{
	sse_source *source = subscription->count > 0 ? &subscription->sources[subscription->count - 1] : NULL;

	return source != NULL && source->kind == kind ? source : NULL;
}

static const char *read_cursor(sse_subscription *subscription, sse_str value)
{
	sse_source *topic = newest(subscription, SSE_SOURCE_TOPIC);

	if (topic == NULL) {
		return "a cursor stands behind no topic";
	}
	if (!sse_entry_id_parse(value, &topic->cursor)) {
		return "a cursor is not an entry id";
	}
	topic->has_cursor = true;
	return NULL;
}

static const char *read_last(sse_subscription *subscription, uint64_t number)
{
	sse_source *history = newest(subscription, SSE_SOURCE_HISTORY);

	if (history == NULL) {
		return "a number of items stands behind no history";
	}
	/* Redis would take 0 for "all". */
	if (number == 0 || number > INT64_MAX) {
		return "a history's number of items is out of range";
	}
	history->last = (int64_t)number;
	return NULL;
}

/* An entry's name is told from what follows it in Redis by the space behind it. */
static bool is_member_id(sse_str id)
{
	for (size_t i = 0; i < id.len; i++) {
		char c = id.data[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_')) {
			return false;
		}
	}
	return id.len > 0 && id.len <= SSE_SUBSCRIPTION_MEMBER_ID_MAX;
}

static const char *read_member(sse_subscription *subscription, unsigned tag, sse_str value)
{
	sse_source *topic = newest(subscription, SSE_SOURCE_TOPIC);
	sse_json json;

	if (topic == NULL) {
		return "a member stands behind no topic";
	}
	if (tag == SSE_TAG_MEMBER_USER) {
		topic->member_user = value;
		return value.len > 0 && value.len <= SSE_SUBSCRIPTION_USER_MAX ? NULL : "a member's user does not have 1 to 256 bytes";
	}
	if (tag == SSE_TAG_MEMBER_ID) {
		topic->member_id = value;
		return is_member_id(value) ? NULL : "a member's id does not have 1 to 64 characters of A-Z, a-z, 0-9, - and _";
	}
	topic->member = value;
	if (value.len > SSE_SUBSCRIPTION_MEMBER_MAX) {
		return "a member is longer than 4096 bytes";
	}
	/* It becomes part of what all others get. */
	return sse_json_parse(value, &json) ? NULL : "a member is not JSON";
}

static const char *check_members(const sse_subscription *subscription)
{
	for (size_t i = 0; i < subscription->count; i++) {
		const sse_source *source = &subscription->sources[i];

		if ((source->member_user.len > 0) != (source->member.len > 0)
			|| (source->member_user.len == 0 && (source->member_id.len > 0 || source->member_told))) {
			return "a member is told without its user, or a user without a member";
		}
	}
	return NULL;
}

static const char *read_number(sse_subscription *subscription, unsigned tag, uint64_t number)
{
	switch (tag) {
	case SSE_TAG_MEMBER_TOLD:
		if (newest(subscription, SSE_SOURCE_TOPIC) == NULL) {
			return "a member stands behind no topic";
		}
		newest(subscription, SSE_SOURCE_TOPIC)->member_told = number != 0;
		return NULL;
	case SSE_TAG_LAST:
		return read_last(subscription, number);
	case SSE_TAG_HEARTBEAT:
		subscription->heartbeat = number;
		return number > SSE_SUBSCRIPTION_MS_MAX ? "the heartbeat is longer than a year" : NULL;
	case SSE_TAG_HEARTBEAT_COMMENT:
		subscription->heartbeat_comment = number != 0;
		return NULL;
	case SSE_TAG_RETRY:
		if (number > INT64_MAX) {
			return "the retry time is out of range";
		}
		subscription->retry = (int64_t)number;
		return NULL;
	case SSE_TAG_MAX_LIFETIME:
		subscription->max_lifetime = number;
		return number > SSE_SUBSCRIPTION_MS_MAX ? "the lifetime is longer than a year" : NULL;
	case SSE_TAG_TRANSPORT:
		if (number > SSE_TRANSPORT_FCGI) {
			return "the transport is unknown";
		}
		subscription->transport = (sse_transport)number;
		return NULL;
	case SSE_TAG_REQUEST_ID:
		if (number > UINT16_MAX) {
			return "the FastCGI request id is out of range";
		}
		subscription->request_id = (unsigned)number;
		return NULL;
	}
	return NULL;
}

/* Bytes that mean nothing when there are none. */
static sse_str given(sse_str value)
{
	return value.len > 0 ? value : (sse_str){NULL, 0};
}

static const char *read_field(sse_subscription *subscription, const sse_wire_field *field)
{
	sse_str value = field->value;
	uint64_t number;

	switch (field->tag) {
	case SSE_TAG_REDIS:
		subscription->redis = value;
		return NULL;
	case SSE_TAG_FOLLOW:
		return read_source(subscription, SSE_SOURCE_TOPIC, value);
	case SSE_TAG_CURSOR:
		return read_cursor(subscription, value);
	case SSE_TAG_SUBSCRIBE:
		return read_source(subscription, SSE_SOURCE_CHANNEL, value);
	case SSE_TAG_PSUBSCRIBE:
		return read_source(subscription, SSE_SOURCE_PATTERN, value);
	case SSE_TAG_QUEUE:
		return read_source(subscription, SSE_SOURCE_LIST, value);
	case SSE_TAG_HISTORY:
		return read_source(subscription, SSE_SOURCE_HISTORY, value);
	case SSE_TAG_BROADCAST:
		return read_source(subscription, SSE_SOURCE_BROADCAST, value);
	case SSE_TAG_LAST_EVENT_ID:
		if (value.len > SSE_SUBSCRIPTION_ID_MAX) {
			return "the last event id is longer than 512 bytes";
		}
		/* It may go into an "id:" line as it is. */
		if (!sse_field_is_safe(value)) {
			return "the last event id holds a line break or a NUL byte";
		}
		subscription->last_event_id = given(value);
		return NULL;
	case SSE_TAG_USER:
		if (value.len > SSE_SUBSCRIPTION_USER_MAX) {
			return "the user is longer than 256 bytes";
		}
		subscription->user = given(value);
		return NULL;
	case SSE_TAG_STREAM:
		if (!sse_stream_id_is_valid(value)) {
			return "the stream's id has other characters than A-Z, a-z, 0-9, _ and -, or not 1 to 64 of them";
		}
		subscription->stream = value;
		return NULL;
	case SSE_TAG_INITIAL:
		subscription->initial = given(value);
		return NULL;
	case SSE_TAG_HEAD:
		subscription->head = given(value);
		return NULL;
	case SSE_TAG_MEMBER_USER:
	case SSE_TAG_MEMBER:
	case SSE_TAG_MEMBER_ID:
		return read_member(subscription, field->tag, value);
	case SSE_TAG_MEMBER_TOLD:
	case SSE_TAG_LAST:
	case SSE_TAG_HEARTBEAT:
	case SSE_TAG_HEARTBEAT_COMMENT:
	case SSE_TAG_RETRY:
	case SSE_TAG_MAX_LIFETIME:
	case SSE_TAG_TRANSPORT:
	case SSE_TAG_REQUEST_ID:
		if (!sse_wire_number(field, &number)) {
			return "a number is not one of 8 bytes";
		}
		return read_number(subscription, field->tag, number);
	}
	return NULL;
}

int sse_subscription_read(sse_subscription *subscription, sse_wire_reader *reader, char *error, size_t error_size)
{
	sse_wire_field field;
	const char *wrong = NULL;
	int more;

	while ((more = sse_wire_next(reader, &field)) > 0 && (wrong = read_field(subscription, &field)) == NULL) {
	}
	if (more < 0) {
		wrong = "the message is broken";
	} else if (wrong == NULL && subscription->transport == SSE_TRANSPORT_FCGI && subscription->request_id == 0) {
		wrong = "a FastCGI request has no id";
	} else if (wrong == NULL) {
		wrong = check_members(subscription);
	}
	if (wrong == NULL) {
		return 0;
	}
	if (error_size > 0) {
		snprintf(error, error_size, "%s", wrong);
	}
	return -1;
}
