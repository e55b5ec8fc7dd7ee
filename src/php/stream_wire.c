#include "stream_wire.h"

#include "presence.h"
#include "zstr.h"

static void add_names(sse_subscription *subscription, sse_source_kind kind, HashTable *names)
{
	zend_string *name;

	ZEND_HASH_FOREACH_STR_KEY(names, name) {
		sse_subscription_add(subscription, kind, php_sse_str_of(name));
	} ZEND_HASH_FOREACH_END();
}

static void add_topics(sse_subscription *subscription, HashTable *names, HashTable *cursors, const HashTable *members)
{
	zend_string *name;

	ZEND_HASH_FOREACH_STR_KEY(names, name) {
		sse_source *topic = sse_subscription_add(subscription, SSE_SOURCE_TOPIC, php_sse_str_of(name));
		zval *cursor = zend_hash_find(cursors, name);

		topic->has_cursor = cursor && sse_entry_id_parse(php_sse_str_of(Z_STR_P(cursor)), &topic->cursor);
		php_sse_member_find(members, name, &topic->member_user, &topic->member);
	} ZEND_HASH_FOREACH_END();
}

void php_sse_stream_write(
	const php_sse_stream *stream, sse_wire_type type, const php_sse_beginning *beginning, sse_buf *out)
{
	zend_string *last_event_id = php_sse_stream_last_event_id(stream);
	sse_subscription subscription;
	sse_buf identity;

	sse_buf_init(&identity);
	sse_redis_config_identity(&stream->options.redis, &identity);
	sse_subscription_init(&subscription);
	subscription.redis = (sse_str){ identity.data, identity.len };
	add_names(&subscription, SSE_SOURCE_CHANNEL, (HashTable *)&stream->channels);
	add_names(&subscription, SSE_SOURCE_PATTERN, (HashTable *)&stream->patterns);
	add_names(&subscription, SSE_SOURCE_BROADCAST, (HashTable *)&stream->broadcasts);
	add_topics(&subscription, (HashTable *)&stream->topics, (HashTable *)&stream->cursors, &stream->members);
	add_names(&subscription, SSE_SOURCE_LIST, (HashTable *)&stream->lists);
	subscription.last_event_id = php_sse_str_of(last_event_id);
	subscription.heartbeat = stream->options.heartbeat;
	subscription.heartbeat_comment = stream->options.heartbeat_comment;
	subscription.retry = stream->options.retry;
	subscription.max_lifetime = stream->options.max_lifetime;
	subscription.user = php_sse_str_of(stream->options.user);
	subscription.stream = php_sse_str_of(stream->options.id);
	subscription.initial = beginning->initial;
	subscription.head = beginning->head;
	subscription.transport = beginning->transport;
	subscription.request_id = beginning->request_id;
	sse_subscription_write(out, type, &subscription);
	sse_subscription_deinit(&subscription);
	sse_buf_deinit(&identity);
	if (last_event_id) {
		zend_string_release(last_event_id);
	}
}
