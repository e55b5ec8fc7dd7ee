#include "control_message.h"

#include "control.h"
#include "join.h"
#include "peers.h"
#include "presence.h"
#include "state.h"
#include "user.h"

#include "core/frame.h"
#include "core/subscription.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

/* A ticket is for the next request of a browser. A day is more than anybody needs, and keeps the arithmetic in range. */
#define TICKET_TTL_MAX 86400
#define TICKET_NAME_MAX 256

/* The fields that these messages have; what is not given has NULL data. */
typedef struct fields {
	sse_str target;             /* TOPIC, CHANNEL or QUEUE */
	sse_source_kind kind;
	size_t target_count;
	sse_str event;
	sse_str data;
	sse_str user;
	sse_str ticket;
	sse_str bytes;
	uint64_t ttl;               /* 0: not given */
} fields;

static void set_target(fields *fields, sse_source_kind kind, sse_str name)
{
	fields->kind = kind;
	fields->target = name;
	fields->target_count++;
}

static int set_field(fields *fields, const sse_wire_field *field)
{
	switch (field->tag) {
	case SSE_TAG_TOPIC:
		set_target(fields, SSE_SOURCE_TOPIC, field->value);
		break;
	case SSE_TAG_CHANNEL:
		set_target(fields, SSE_SOURCE_CHANNEL, field->value);
		break;
	case SSE_TAG_QUEUE:
		set_target(fields, SSE_SOURCE_LIST, field->value);
		break;
	case SSE_TAG_EVENT:
		fields->event = field->value;
		break;
	case SSE_TAG_DATA:
		fields->data = field->value;
		break;
	case SSE_TAG_USER:
		fields->user = field->value;
		break;
	case SSE_TAG_TICKET:
		fields->ticket = field->value;
		break;
	case SSE_TAG_BYTES:
		fields->bytes = field->value;
		break;
	case SSE_TAG_TTL:
		return sse_wire_number(field, &fields->ttl) ? 0 : -1;
	}
	return 0; /* a field of a later version is none of this message's business */
}

static int read_fields(fields *fields, sse_wire_reader *reader, char *reason, size_t reason_size)
{
	sse_wire_field field;
	int result;

	memset(fields, 0, sizeof(*fields));
	while ((result = sse_wire_next(reader, &field)) > 0) {
		if (set_field(fields, &field) != 0) {
			result = -1;
			break;
		}
	}
	if (result < 0) {
		snprintf(reason, reason_size, "the message is broken");
	}
	return result;
}

static int require(const char *what, sse_str value, size_t max, char *reason, size_t reason_size)
{
	if (!value.data || value.len == 0 || value.len > max) {
		snprintf(reason, reason_size, "%s must have 1 to %zu bytes", what, max);
		return -1;
	}
	return 0;
}

/* NULL when the events are not the hub's own. */
static const hub_broker_store *store_of(const struct hub *hub, char *reason, size_t reason_size)
{
	char address[256];

	if (!hub->broker->store) {
		snprintf(reason, reason_size, "this hub's broker is Redis: ask the one at %s",
			sse_redis_config_address(&hub->config->redis, address, sizeof(address)));
	}
	return hub->broker->store;
}

static void reply_id(sse_buf *answer, sse_entry_id id)
{
	char text[SSE_ENTRY_ID_MAX];
	size_t len = sse_entry_id_format(id, text);

	sse_wire_begin(answer, SSE_WIRE_REPLY);
	sse_wire_put(answer, SSE_TAG_ID, (sse_str){ text, len });
}

static int publish(struct hub *hub, const fields *fields, sse_buf *answer, char *reason, size_t reason_size)
{
	const hub_broker_store *store = store_of(hub, reason, reason_size);
	sse_entry_id id = { 0, 0 };
	const char *refusal;

	if (!store || require("a name", fields->target, SSE_SUBSCRIPTION_NAME_MAX, reason, reason_size) != 0) {
		return -1;
	}
	if (fields->target_count != 1 || !fields->data.data) {
		snprintf(reason, reason_size, "an event goes to one topic, channel or list, and has data");
		return -1;
	}
	if (!sse_field_is_safe(fields->event)) {
		snprintf(reason, reason_size, "an event's name must not hold line breaks or NUL");
		return -1;
	}
	refusal = store->publish(hub->broker, (int)fields->kind, fields->target, fields->event, fields->data, &id);
	if (refusal) {
		snprintf(reason, reason_size, "%s", refusal);
		return -1;
	}
	if (fields->kind == SSE_SOURCE_TOPIC) {
		reply_id(answer, id);
	} else {
		sse_wire_begin(answer, SSE_WIRE_REPLY);
	}
	return 0;
}

static int cursor(struct hub *hub, const fields *fields, sse_buf *answer, char *reason, size_t reason_size)
{
	const hub_broker_store *store = store_of(hub, reason, reason_size);

	if (!store || require("a topic", fields->target, SSE_SUBSCRIPTION_NAME_MAX, reason, reason_size) != 0) {
		return -1;
	}
	if (fields->target_count != 1 || fields->kind != SSE_SOURCE_TOPIC) {
		snprintf(reason, reason_size, "a cursor is that of one topic");
		return -1;
	}
	reply_id(answer, store->cursor(hub->broker, fields->target));
	return 0;
}

static int put_ticket(struct hub *hub, const fields *fields, sse_buf *answer, char *reason, size_t reason_size)
{
	const hub_broker_store *store = store_of(hub, reason, reason_size);
	sse_subscription subscription;
	sse_wire_reader reader;
	const char *refusal;
	int result = -1;

	if (!store || require("a ticket", fields->ticket, TICKET_NAME_MAX, reason, reason_size) != 0) {
		return -1;
	}
	if (fields->ttl < 1 || fields->ttl > TICKET_TTL_MAX) {
		snprintf(reason, reason_size, "a ticket lives for 1 to %d seconds", TICKET_TTL_MAX);
		return -1;
	}
	/* Whoever made it shall hear what is wrong with it, rather than the browser that comes with it. */
	sse_subscription_init(&subscription);
	if (sse_wire_open(&reader, fields->bytes) != SSE_WIRE_SUBSCRIPTION) {
		snprintf(reason, reason_size, "a ticket stands for a subscription");
	} else {
		result = sse_subscription_read(&subscription, &reader, reason, reason_size);
	}
	if (result == 0 && sse_subscription_has_members(&subscription)) {
		snprintf(reason, reason_size, HUB_PRESENCE_NEEDS_REDIS);
		result = -1;
	}
	sse_subscription_deinit(&subscription);
	if (result != 0) {
		return -1;
	}
	refusal = store->put_ticket(hub->broker, fields->ticket, fields->bytes, fields->ttl * 1000);
	if (refusal) {
		snprintf(reason, reason_size, "%s", refusal);
		return -1;
	}
	sse_wire_begin(answer, SSE_WIRE_REPLY);
	return 0;
}

static int disconnect(struct hub *hub, const fields *fields, sse_buf *answer, char *reason, size_t reason_size)
{
	size_t count;

	if (hub->keep) {
		snprintf(reason, reason_size, "the hub is handing its streams over: ask again");
		return -1;
	}
	if (require("a user", fields->user, SSE_SUBSCRIPTION_USER_MAX, reason, reason_size) != 0) {
		return -1;
	}
	/* A handoff that is under way would bring the user back a moment later. */
	count = hub_user_disconnect(hub, fields->user) + hub_control_disconnect(hub->control, fields->user);
	sse_wire_begin(answer, SSE_WIRE_REPLY);
	sse_wire_put_number(answer, SSE_TAG_COUNT, count);
	return 0;
}

static int join(struct hub *hub, int type, sse_wire_reader *reader, sse_buf *answer, char *reason, size_t reason_size)
{
	sse_subscription names;
	bool done = false;
	int result;

	sse_subscription_init(&names);
	result = sse_subscription_read(&names, reader, reason, reason_size);
	if (result != 0) {
		hub->stats.joins_refused++;
	} else {
		done = type == SSE_WIRE_JOIN ? hub_join(hub, &names) : hub_leave(hub, &names);
		sse_wire_begin(answer, SSE_WIRE_REPLY);
		sse_wire_put_number(answer, SSE_TAG_COUNT, done);
	}
	sse_subscription_deinit(&names);
	return result;
}

static void stats(const struct hub *hub, sse_buf *answer)
{
	sse_buf json;

	sse_buf_init(&json);
	hub_stats_json(hub, &json);
	sse_wire_begin(answer, SSE_WIRE_REPLY);
	sse_wire_put(answer, SSE_TAG_BYTES, (sse_str){ json.data, json.len });
	sse_buf_deinit(&json);
}

int hub_control_answer(struct hub *hub, int type, sse_wire_reader *reader, sse_buf *answer, char *reason, size_t reason_size)
{
	fields fields;

	if (type == SSE_WIRE_JOIN || type == SSE_WIRE_LEAVE) {
		return join(hub, type, reader, answer, reason, reason_size);
	}
	if (read_fields(&fields, reader, reason, reason_size) != 0) {
		return -1;
	}
	switch (type) {
	case SSE_WIRE_PUBLISH:
		return publish(hub, &fields, answer, reason, reason_size);
	case SSE_WIRE_CURSOR:
		return cursor(hub, &fields, answer, reason, reason_size);
	case SSE_WIRE_TICKET:
		return put_ticket(hub, &fields, answer, reason, reason_size);
	case SSE_WIRE_DISCONNECT:
		return disconnect(hub, &fields, answer, reason, reason_size);
	case SSE_WIRE_STATS:
		stats(hub, answer);
		return 0;
	case SSE_WIRE_DRAIN:
		/* Of several processes, the one that started them ends all. */
		if (!hub->config->peers || getppid() != hub->config->peers->parent || kill(getppid(), SIGTERM) != 0) {
			hub_drain(hub);
		}
		sse_wire_begin(answer, SSE_WIRE_REPLY);
		return 0;
	default:
		snprintf(reason, reason_size, "this hub knows no message of type %d", type);
		return -1;
	}
}
