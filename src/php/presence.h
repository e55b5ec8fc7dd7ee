/*
 * Presence as PHP has it: a user and what others are told of them, for a topic; and the presence of an inline stream.
 */
#ifndef SSE_PHP_PRESENCE_H
#define SSE_PHP_PRESENCE_H

#include "option.h"
#include "stream.h"

#include "core/subscription.h"

/*
 * What others are told, as JSON. NULL with *why set to what is wrong with it ("must …"), or NULL and *why NULL with
 * JsonException thrown.
 */
zend_string *php_sse_member_json(zval *member, const char **why);

/*
 * Key "presence" of a subscription: topic => ['user' => string, 'member' => mixed]. Adds a topic for each; owned, an array,
 * keeps what they borrow. False with an exception thrown.
 */
bool php_sse_presence_option(const php_sse_option *option, sse_subscription *to, zval *owned);

/* A member as SseStream::presence() keeps it, in stream->members. */
void php_sse_member_put(HashTable *members, zend_string *topic, zend_string *user, zend_string *json);
/* False when nobody is to be present in the topic. */
bool php_sse_member_find(const HashTable *members, zend_string *topic, sse_str *user, sse_str *json);

/* Inline streams; all do nothing for a stream without members. */

/* Before the subscriptions are started. */
void php_sse_stream_add_members(php_sse_stream *stream);
/* From within a turn: its topics are live; they are not; an entry came; some may be missing. */
void php_sse_stream_members_live(php_sse_stream *stream);
void php_sse_stream_members_lost(php_sse_stream *stream);
void php_sse_stream_members_seen(php_sse_stream *stream, sse_str id);
void php_sse_stream_members_gap(php_sse_stream *stream, sse_str topic);
/* The end: they leave, as far as Redis can be told in a second; a forked child says nothing. Before the reactor disconnects. */
void php_sse_stream_members_leave(php_sse_stream *stream);
/* After it did. */
void php_sse_stream_free_members(php_sse_stream *stream);

#endif
