#include "presence.h"

#include "event.h"
#include "zstr.h"

#include "core/alloc.h"
#include "core/json.h"

#include <string.h>

/* How long the end of a stream may wait for Redis. */
#define FINISH_MS 1000
/* So many times a list that events have overtaken is asked for again. */
#define STALE_MAX 4
/* Of a member in stream->members, an array. */
#define USER 0
#define JSON 1

/* Members */

zend_string *php_sse_member_json(zval *member, const char **why)
{
	zend_string *json = php_sse_json_encode(member);
	sse_json value;

	*why = NULL;
	if (!json) {
		return NULL;
	}
	if (ZSTR_LEN(json) > SSE_SUBSCRIPTION_MEMBER_MAX) {
		*why = "must not be longer than 4096 bytes as JSON";
	} else if (!sse_json_parse(php_sse_str_of(json), &value)) {
		*why = "must not be nested deeper than 32 levels";
	} else {
		return json;
	}
	zend_string_release(json);
	return NULL;
}

void php_sse_member_put(HashTable *members, zend_string *topic, zend_string *user, zend_string *json)
{
	zval member;

	array_init_size(&member, 2);
	add_index_str(&member, USER, zend_string_copy(user));
	add_index_str(&member, JSON, json);
	zend_hash_update(members, topic, &member);
}

bool php_sse_member_find(const HashTable *members, zend_string *topic, sse_str *user, sse_str *json)
{
	zval *member = zend_hash_find(members, topic);

	if (member) {
		*user = php_sse_str_of(Z_STR_P(zend_hash_index_find(Z_ARRVAL_P(member), USER)));
		*json = php_sse_str_of(Z_STR_P(zend_hash_index_find(Z_ARRVAL_P(member), JSON)));
	}
	return member != NULL;
}

/* Options */

static bool wrong_shape(const php_sse_option *option)
{
	zend_type_error("%s \"%s\" must hold ['user' => string, 'member' => mixed] for each topic", option->subject, option->name);
	return false;
}

static bool add_member(const php_sse_option *option, sse_source *topic, HashTable *given, zval *owned)
{
	zval *user = zend_hash_str_find_deref(given, ZEND_STRL("user"));
	zval *member = zend_hash_str_find_deref(given, ZEND_STRL("member"));
	const char *why;
	zend_string *json;

	if (!user || !member || Z_TYPE_P(user) != IS_STRING || zend_hash_num_elements(given) != 2) {
		return wrong_shape(option);
	}
	if (Z_STRLEN_P(user) == 0 || Z_STRLEN_P(user) > SSE_SUBSCRIPTION_USER_MAX) {
		return php_sse_option_wrong_value(option, "hold users of 1 to 256 bytes");
	}
	json = php_sse_member_json(member, &why);
	if (!json) {
		if (why) {
			zend_value_error("%s \"%s\": a member %s", option->subject, option->name, why);
		}
		return false;
	}
	add_next_index_str(owned, json);
	topic->member_user = php_sse_str_of(Z_STR_P(user));
	topic->member = php_sse_str_of(json);
	return true;
}

bool php_sse_presence_option(const php_sse_option *option, sse_subscription *to, zval *owned)
{
	zend_ulong index;
	zend_string *name;
	zval *given;

	if (Z_TYPE_P(option->value) != IS_ARRAY) {
		return php_sse_option_wrong_type(option, "array");
	}
	ZEND_HASH_FOREACH_KEY_VAL(Z_ARRVAL_P(option->value), index, name, given) {
		ZVAL_DEREF(given);
		if (Z_TYPE_P(given) != IS_ARRAY) {
			return wrong_shape(option);
		}
		name = name ? zend_string_copy(name) : zend_long_to_str((zend_long)index); /* PHP makes numbers of such keys */
		add_next_index_str(owned, name);
		if (ZSTR_LEN(name) == 0 || ZSTR_LEN(name) > SSE_SUBSCRIPTION_NAME_MAX) {
			return php_sse_option_wrong_value(option, "hold names of 1 to 1024 bytes");
		}
		if (to->count >= SSE_SUBSCRIPTION_NAMES_MAX) {
			return php_sse_option_wrong_value(option, "not make it more than 1024 names");
		}
		if (!add_member(option, sse_subscription_add(to, SSE_SOURCE_TOPIC, php_sse_str_of(name)), Z_ARRVAL_P(given), owned)) {
			return false;
		}
	} ZEND_HASH_FOREACH_END();
	return true;
}

/* Inline streams: what the loop brings */

static void on_listed(void *owner, const sse_presence_list *list)
{
	php_sse_stream *stream = owner;
	sse_message message = { .kind = SSE_MESSAGE_PUBSUB, .name = list->topic, .event = { "broadcast", 9 }, .payload = list->text };
	size_t i;

	for (i = 0; i < list->count; i++) {
		sse_seat *seat = list->seats[i];

		if (!stream->members_live) {
			continue;
		}
		if (sse_entry_id_compare(stream->members_seen, list->clock) > 0 && ++seat->attempts < STALE_MAX) {
			sse_seat_ready(seat); /* the log was read meanwhile, and may have brought who came after the list was made */
			continue;
		}
		sse_seat_told(seat);
		sse_inbox_put(&stream->reactor.inbox, &message);
	}
}

static void on_wanted(void *owner, sse_seat *seat)
{
	const php_sse_stream *stream = owner;

	if (stream->members_live) {
		sse_seat_ready(seat);
	}
}

static void on_failed(void *owner, sse_seat *seat, const char *error)
{
	php_sse_stream *stream = owner;

	php_sse_reactor_failed(&stream->reactor, error, true);
}

static const sse_presence_events events = { on_listed, on_wanted, on_failed };

void php_sse_stream_add_members(php_sse_stream *stream)
{
	zend_string *topic;
	sse_str user, json;

	if (zend_hash_num_elements(&stream->members) == 0) {
		return;
	}
	stream->presence = sse_presence_new(
		&stream->reactor.loop, &stream->options.redis, php_sse_reactor_pubsub(&stream->reactor), &events, stream);
	stream->seats = sse_calloc(zend_hash_num_elements(&stream->members), sizeof(*stream->seats));
	ZEND_HASH_FOREACH_STR_KEY(&stream->members, topic) {
		php_sse_member_find(&stream->members, topic, &user, &json);
		stream->seats[stream->seat_count++] =
			sse_presence_enter(stream->presence, php_sse_str_of(topic), (sse_str){ "", 0 }, user, json, NULL);
	} ZEND_HASH_FOREACH_END();
}

void php_sse_stream_members_live(php_sse_stream *stream)
{
	if (stream->presence) {
		stream->members_live = true;
		sse_presence_recheck(stream->presence);
	}
}

void php_sse_stream_members_lost(php_sse_stream *stream)
{
	size_t i;

	stream->members_live = false;
	for (i = 0; i < stream->seat_count; i++) {
		sse_seat_not_ready(stream->seats[i]);
	}
}

void php_sse_stream_members_seen(php_sse_stream *stream, sse_str id)
{
	if (stream->presence) {
		sse_entry_id_parse(id, &stream->members_seen);
	}
}

void php_sse_stream_members_gap(php_sse_stream *stream, sse_str topic)
{
	size_t i;

	for (i = 0; i < stream->seat_count; i++) {
		sse_seat *seat = stream->seats[i];

		if (seat->state == SSE_SEAT_TOLD && sse_str_equals(seat->topic, topic)) {
			sse_seat_untold(seat); /* the logs are being read: when that is done, it is live again */
		}
	}
}

void php_sse_stream_members_leave(php_sse_stream *stream)
{
	size_t i;

	if (!stream->presence || stream->reactor.pid != uv_os_getpid()) {
		return;
	}
	for (i = 0; i < stream->seat_count; i++) {
		sse_presence_leave(stream->seats[i], SSE_PRESENCE_GRACE_MS);
	}
	stream->seat_count = 0;
	sse_presence_finish(stream->presence, FINISH_MS);
}

void php_sse_stream_free_members(php_sse_stream *stream)
{
	if (stream->presence) {
		sse_presence_free(stream->presence);
		stream->presence = NULL;
	}
	sse_free(stream->seats);
	stream->seats = NULL;
	stream->seat_count = 0;
}
