#include "ticket.h"

#include "classes.h"
#include "event.h"
#include "hub_ask.h"
#include "names.h"
#include "presence.h"
#include "publisher.h"
#include "zstr.h"

#include "core/redis_key.h"

#include "ext/standard/base64.h"
#include "ext/standard/php_random.h"
#include "zend_exceptions.h"

#include <string.h>

#define RANDOM_BYTES 32
#define SECONDS_MAX 3600
#define ARGUMENT "SsePublisher::ticket(): Argument #1 ($subscription)"

/* Storing */

static bool make_name(char ticket[PHP_SSE_TICKET_SIZE], char *error, size_t error_size)
{
	unsigned char bytes[RANDOM_BYTES];
	zend_string *encoded;
	size_t i;

	if (php_random_bytes_silent(bytes, sizeof(bytes)) != SUCCESS) {
		snprintf(error, error_size, "the system gives no random bytes");
		return false;
	}
	encoded = php_base64_encode(bytes, sizeof(bytes));
	/* 44 characters, the last of which is padding. */
	for (i = 0; i < PHP_SSE_TICKET_SIZE - 1; i++) {
		const char c = ZSTR_VAL(encoded)[i];

		ticket[i] = c == '+' ? '-' : c == '/' ? '_' : c;
	}
	ticket[i] = '\0';
	zend_string_release(encoded);
	return true;
}

static bool put_into_hub(const php_sse_ticket_store *store, const char *ticket, sse_str contents, zend_long ttl, char *error,
	size_t error_size)
{
	sse_hub_call call;
	sse_buf message;
	bool stored = false;

	if (!store->hub) {
		snprintf(error, error_size, "memory: needs a hub, and none is configured: set ini sse.hub to its control socket");
		return false;
	}
	sse_buf_init(&message);
	sse_wire_begin(&message, SSE_WIRE_TICKET);
	sse_wire_put(&message, SSE_TAG_TICKET, (sse_str){ ticket, strlen(ticket) });
	sse_wire_put_number(&message, SSE_TAG_TTL, (uint64_t)ttl);
	sse_wire_put(&message, SSE_TAG_BYTES, contents);
	sse_hub_call_init(&call);
	if (sse_hub_call_once(&call, store->hub, (sse_str){ message.data, message.len }, PHP_SSE_HUB_ANSWER_MS)
		!= SSE_HUB_ANSWERED) {
		snprintf(error, error_size, "hub at %s: %s", store->hub, call.error);
	} else {
		stored = true;
	}
	sse_hub_call_close(&call);
	sse_buf_deinit(&message);
	return stored;
}

static bool put_into_redis(const php_sse_ticket_store *store, const char *ticket, sse_str contents, zend_long ttl, char *error,
	size_t error_size)
{
	char seconds[24];
	const sse_reply *reply;
	sse_str key;

	if (!*store->asker) {
		*store->asker = sse_redis_sync_new(store->redis, error, error_size);
		if (!*store->asker) {
			return false;
		}
	}
	snprintf(seconds, sizeof(seconds), ZEND_LONG_FMT, ttl);
	key = sse_redis_ticket_key(store->redis, (sse_str){ ticket, strlen(ticket) });
	reply = sse_redis_sync_command(*store->asker, 6,
		(sse_str[]){ { "SET", 3 }, key, contents, { "EX", 2 }, { seconds, strlen(seconds) }, { "NX", 2 } }, error, error_size);
	sse_redis_key_free(key);
	if (!reply) {
		return false;
	}
	if (reply->type != REDIS_REPLY_STATUS) {
		snprintf(error, error_size, "Redis: %s", reply->type == REDIS_REPLY_ERROR ? reply->str.data : "the ticket exists already");
		return false;
	}
	return true;
}

bool php_sse_ticket_put(const php_sse_ticket_store *store, char ticket[PHP_SSE_TICKET_SIZE], sse_str contents, zend_long ttl,
	char *error, size_t error_size)
{
	return make_name(ticket, error, error_size)
		&& (store->redis->memory ? put_into_hub(store, ticket, contents, ttl, error, error_size)
								 : put_into_redis(store, ticket, contents, ttl, error, error_size));
}

bool php_sse_ticket_lives(zend_long ttl, uint32_t argument)
{
	if (ttl < 1 || ttl > SECONDS_MAX) {
		zend_argument_value_error(argument, "must be between 1 and %d", SECONDS_MAX);
		return false;
	}
	return true;
}

/* Describing */

/* What a subscription borrows from while it is described. */
typedef struct description {
	sse_subscription subscription;
	zend_string *user;
	zend_string *stream;
	zend_string *last_event_id;
	zend_long retry;
	zval members;  /* strings of key presence, an array */
} description;

static bool is_within(const php_sse_option *option, const zend_string *string, size_t most)
{
	if (string && ZSTR_LEN(string) > most) {
		zend_value_error("%s \"%s\" must not be longer than %zu bytes", option->subject, option->name, most);
		return false;
	}
	return true;
}

static bool set_member(description *to, const zend_string *name, zval *value)
{
	const php_sse_option option = { ARGUMENT ": key", ZSTR_VAL(name), value };
	sse_source_kind kind;

	if (php_sse_names_kind(name, &kind)) {
		return php_sse_names_add(&to->subscription, kind, &option, ARGUMENT);
	}
	if (zend_string_equals_literal(name, "presence")) {
		return php_sse_presence_option(&option, &to->subscription, &to->members);
	}
	if (zend_string_equals_literal(name, "user")) {
		return php_sse_option_string(&option, &to->user) && is_within(&option, to->user, SSE_SUBSCRIPTION_USER_MAX);
	}
	if (zend_string_equals_literal(name, "id")) {
		return php_sse_option_stream(&option, &to->stream);
	}
	if (zend_string_equals_literal(name, "heartbeat")) {
		return php_sse_option_seconds(&option, &to->subscription.heartbeat);
	}
	if (zend_string_equals_literal(name, "heartbeatStyle")) {
		return php_sse_option_style(&option, &to->subscription.heartbeat_comment);
	}
	if (zend_string_equals_literal(name, "retry")) {
		return php_sse_option_retry(&option, &to->retry);
	}
	if (zend_string_equals_literal(name, "maxLifetime")) {
		return php_sse_option_seconds(&option, &to->subscription.max_lifetime);
	}
	if (zend_string_equals_literal(name, "lastEventId")) {
		return php_sse_option_id(&option, &to->last_event_id)
			&& is_within(&option, to->last_event_id, SSE_SUBSCRIPTION_ID_MAX);
	}
	zend_value_error(ARGUMENT " has no key \"%s\"; it knows " PHP_SSE_NAMES_KEYS ", presence, user, id, heartbeat, "
					 "heartbeatStyle, retry, maxLifetime and lastEventId",
		ZSTR_VAL(name));
	return false;
}

static bool read_members(description *to, HashTable *given)
{
	zend_string *name;
	zval *value;

	ZEND_HASH_FOREACH_STR_KEY_VAL(given, name, value) {
		if (!name) {
			zend_value_error(ARGUMENT " must be an array with string keys");
			return false;
		}
		ZVAL_DEREF(value);
		if (!set_member(to, name, value)) {
			return false;
		}
	} ZEND_HASH_FOREACH_END();
	if (to->subscription.count == 0) {
		zend_value_error(ARGUMENT " must name something to " PHP_SSE_NAMES_VERBS);
		return false;
	}
	return true;
}

static void write_description(description *from, const sse_redis_config *redis, sse_buf *out)
{
	sse_subscription *subscription = &from->subscription;
	sse_buf identity, initial;

	sse_buf_init(&identity);
	sse_buf_init(&initial);
	sse_redis_config_identity(redis, &identity);
	if (from->retry >= 0) {
		php_sse_retry_append(&initial, from->retry);
	}
	subscription->redis = (sse_str){ identity.data, identity.len };
	subscription->retry = from->retry;
	subscription->user = php_sse_str_of(from->user);
	subscription->stream = php_sse_str_of(from->stream);
	subscription->last_event_id = php_sse_str_of(from->last_event_id);
	subscription->initial = (sse_str){ initial.data, initial.len };
	sse_subscription_write(out, SSE_WIRE_SUBSCRIPTION, subscription);
	sse_buf_deinit(&initial);
	sse_buf_deinit(&identity);
}

bool php_sse_ticket_describe(HashTable *given, const sse_redis_config *redis, sse_buf *out)
{
	description description = { .retry = -1 };
	bool ok;

	sse_subscription_init(&description.subscription);
	array_init(&description.members);
	ok = read_members(&description, given);
	if (ok && redis->memory && sse_subscription_has_members(&description.subscription)) {
		php_sse_throw(PHP_SSE_PUBLISHER_NO_PRESENCE);
		ok = false;
	}
	if (ok) {
		write_description(&description, redis, out);
	}
	sse_subscription_deinit(&description.subscription);
	zval_ptr_dtor(&description.members);
	if (description.user) {
		zend_string_release(description.user);
	}
	if (description.stream) {
		zend_string_release(description.stream);
	}
	if (description.last_event_id) {
		zend_string_release(description.last_event_id);
	}
	return ok;
}
