/*
 * Messages between workers and the hub: anything can be opened and walked, anything can be read as a subscription, and
 * whatever was read or composed comes back the same when it is written again.
 */
#include "core/subscription.h"
#include "fuzz.h"

static char error[100];

/* A second walk, written as the header's drawing. */
static int reference(const uint8_t *bytes, size_t len, size_t *fields)
{
	*fields = 0;
	while (len > 0) {
		if (len < 8) {
			return -1;
		}
		uint64_t whole = 8 + ((uint64_t)bytes[4] << 24 | (uint64_t)bytes[5] << 16 | (uint64_t)bytes[6] << 8 | bytes[7]);
		if (whole > len) {
			return -1;
		}
		bytes += whole;
		len -= (size_t)whole;
		++*fields;
	}
	return 0;
}

static int open_and_walk(sse_str message)
{
	sse_wire_reader reader;
	sse_wire_field field;
	size_t count = 0, expected;
	int more;

	int type = sse_wire_open(&reader, message);
	if (message.len >= 4 && memcmp(message.data, "SSE", 3) == 0 && message.data[3] != SSE_WIRE_VERSION) {
		EXPECT(type == -2);
	} else if (message.len < SSE_WIRE_HEAD_LEN || memcmp(message.data, "SSE", 3) != 0) {
		EXPECT(type == -1);
	} else {
		EXPECT(type == ((uint8_t)message.data[4] << 8 | (uint8_t)message.data[5]));
	}
	const char *at = reader.at;
	while ((more = sse_wire_next(&reader, &field)) > 0) {
		uint64_t number;
		EXPECT(field.value.data == at + 8);
		EXPECT(field.tag == (unsigned)((uint8_t)at[0] << 8 | (uint8_t)at[1]));
		EXPECT(sse_wire_number(&field, &number) == (field.value.len == 8));
		at = field.value.data + field.value.len;
		EXPECT(at <= message.data + message.len);
		count++;
	}
	EXPECT(more == 0 || more == -1);
	EXPECT(sse_wire_next(&reader, &field) == more);
	if (type < 0) {
		EXPECT(count == 0 && more == 0);
	} else {
		EXPECT(more == reference((const uint8_t *)message.data + 8, message.len - 8, &expected) && count == expected);
	}
	return type;
}

static bool same(sse_str a, sse_str b)
{
	return (a.data == NULL) == (b.data == NULL) && sse_str_equals(a, b);
}

static void expect_equal(const sse_subscription *a, const sse_subscription *b)
{
	EXPECT(same(a->redis, b->redis) && same(a->last_event_id, b->last_event_id));
	EXPECT(same(a->user, b->user) && same(a->initial, b->initial) && same(a->stream, b->stream) && same(a->head, b->head));
	EXPECT(a->heartbeat == b->heartbeat && a->heartbeat_comment == b->heartbeat_comment && a->retry == b->retry);
	EXPECT(a->max_lifetime == b->max_lifetime && a->transport == b->transport && a->request_id == b->request_id);
	EXPECT(a->count == b->count);
	for (size_t i = 0; i < a->count; i++) {
		const sse_source *x = &a->sources[i], *y = &b->sources[i];
		EXPECT(x->kind == y->kind && same(x->name, y->name) && x->last == y->last);
		EXPECT(same(x->member_user, y->member_user) && same(x->member, y->member));
		EXPECT(same(x->member_id, y->member_id) && x->member_told == y->member_told);
		EXPECT(x->has_cursor == y->has_cursor && sse_entry_id_compare(x->cursor, y->cursor) == 0);
	}
}

static int read_message(sse_subscription *subscription, sse_str message)
{
	sse_wire_reader reader;

	sse_subscription_init(subscription);
	memset(error, 0, sizeof error);
	EXPECT(sse_wire_open(&reader, message) == SSE_WIRE_HANDOFF);
	int result = sse_subscription_read(subscription, &reader, error, sizeof error);
	EXPECT(result == 0 ? error[0] == '\0' : result == -1 && strlen(error) > 5 && strlen(error) < sizeof error - 1);
	return result;
}

static void check_written_again(const sse_subscription *subscription)
{
	sse_subscription again;
	sse_buf out;

	sse_buf_init(&out);
	sse_subscription_write(&out, SSE_WIRE_HANDOFF, subscription);
	EXPECT(open_and_walk((sse_str){out.data, out.len}) == SSE_WIRE_HANDOFF);
	EXPECT(read_message(&again, (sse_str){out.data, out.len}) == 0);
	expect_equal(&again, subscription);
	sse_subscription_deinit(&again);
	sse_buf_deinit(&out);
}

/* What the hub relies on. */
static void check_promises(const sse_subscription *subscription)
{
	EXPECT(subscription->count <= SSE_SUBSCRIPTION_NAMES_MAX);
	for (size_t i = 0; i < subscription->count; i++) {
		const sse_source *source = &subscription->sources[i];
		EXPECT(source->name.len > 0 && source->name.len <= SSE_SUBSCRIPTION_NAME_MAX);
		EXPECT(!source->has_cursor || source->kind == SSE_SOURCE_TOPIC);
		EXPECT((source->member_user.len > 0) == (source->member.len > 0));
		EXPECT(source->member_user.len == 0 || source->kind == SSE_SOURCE_TOPIC);
		EXPECT(source->member_user.len <= SSE_SUBSCRIPTION_USER_MAX && source->member.len <= SSE_SUBSCRIPTION_MEMBER_MAX);
		EXPECT(source->last == -1 || (source->last > 0 && source->kind == SSE_SOURCE_HISTORY));
	}
	EXPECT(sse_field_is_safe(subscription->last_event_id) && subscription->last_event_id.len <= SSE_SUBSCRIPTION_ID_MAX);
	EXPECT(subscription->user.len <= SSE_SUBSCRIPTION_USER_MAX);
	EXPECT(subscription->stream.data == NULL || sse_stream_id_is_valid(subscription->stream));
	EXPECT(subscription->heartbeat <= SSE_SUBSCRIPTION_MS_MAX && subscription->max_lifetime <= SSE_SUBSCRIPTION_MS_MAX);
	EXPECT(subscription->retry >= -1 && subscription->request_id <= 65535);
	EXPECT(subscription->transport <= SSE_TRANSPORT_FCGI);
	EXPECT(subscription->transport != SSE_TRANSPORT_FCGI || subscription->request_id > 0);
}

/* The head is given, so that the fuzzer's bytes are the fields. */
static void check_any_subscription(const input *from)
{
	sse_subscription subscription;
	sse_buf message;

	sse_buf_init(&message);
	sse_wire_begin(&message, SSE_WIRE_HANDOFF);
	sse_buf_append(&message, (const char *)from->bytes, from->len);
	/* Memory of just that size: a read behind the message is seen. */
	char *copy = malloc(message.len);
	memcpy(copy, message.data, message.len);
	if (read_message(&subscription, (sse_str){copy, message.len}) == 0) {
		check_promises(&subscription);
		check_written_again(&subscription);
	}
	sse_subscription_deinit(&subscription);
	free(copy);
	sse_buf_deinit(&message);
}

static sse_str take_name(input *from)
{
	sse_str name = take_str(from);
	return name.len > 0 ? name : (sse_str){"n", 1};
}

static sse_str take_optional(input *from)
{
	sse_str text = take_str(from);
	return text.len > 0 ? text : (sse_str){NULL, 0};
}

static void check_composed(input *from)
{
	sse_subscription subscription;

	sse_subscription_init(&subscription);
	uint8_t shape = take_byte(from);
	if (shape & 1) {
		subscription.redis = take_str(from);
	}
	for (unsigned i = take_byte(from) % 16; i > 0; i--) {
		sse_source_kind kind = take_byte(from) % 6;
		sse_source *source = sse_subscription_add(&subscription, kind, take_name(from));
		if (kind == SSE_SOURCE_TOPIC && (shape & 2)) {
			source->has_cursor = true;
			source->cursor = (sse_entry_id){take_number(from, 8), take_number(from, 8)};
		} else if (kind == SSE_SOURCE_TOPIC && (shape & 32)) {
			source->member_user = take_name(from);
			source->member = (sse_str){"{\"id\":1}", 8};
			source->member_told = shape & 64;
		} else if (kind == SSE_SOURCE_HISTORY && (shape & 4)) {
			source->last = (int64_t)(take_number(from, 4) + 1);
		}
	}
	subscription.last_event_id = take_optional(from);
	if (!sse_field_is_safe(subscription.last_event_id)) {
		subscription.last_event_id = (sse_str){NULL, 0};
	}
	subscription.user = take_optional(from);
	subscription.initial = take_optional(from);
	subscription.heartbeat = take_number(from, 4);
	subscription.heartbeat_comment = shape & 8;
	subscription.retry = shape & 16 ? (int64_t)(take_number(from, 8) & INT64_MAX) : -1;
	subscription.max_lifetime = take_number(from, 4);
	subscription.transport = take_byte(from) % 3;
	subscription.request_id = (unsigned)take_number(from, 2);
	if (subscription.transport == SSE_TRANSPORT_FCGI && subscription.request_id == 0) {
		subscription.request_id = 1;
	}
	subscription.head = take_optional(from);
	check_promises(&subscription);
	check_written_again(&subscription);
	sse_subscription_deinit(&subscription);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	input from = {bytes, len};
	switch (take_byte(&from) % 3) {
	case 0:
		open_and_walk((sse_str){(const char *)from.bytes, from.len});
		break;
	case 1:
		check_any_subscription(&from);
		break;
	default:
		check_composed(&from);
	}
	return 0;
}
