#include "access.h"

#include "core/alloc.h"
#include "core/frame.h"
#include "core/map.h"
#include "core/url.h"

#include <strings.h>

/* A member of the query, decoded; empty is as good as none. False when it cannot be decoded. */
static bool read_member(hub_access *access, sse_str query, const char *name, sse_str *value)
{
	sse_str encoded = sse_url_query_value(query, name);
	size_t begin = access->decoded.len;

	if (encoded.len == 0) {
		return true;
	}
	if (!sse_url_decode(&access->decoded, encoded, true)) {
		return false;
	}
	value->data = access->decoded.data + begin;
	value->len = access->decoded.len - begin;
	return true;
}

/* The token of "Bearer token" (RFC 6750; the scheme in any case). */
static sse_str bearer_of(sse_str authorization)
{
	static const char scheme[] = "Bearer ";
	size_t at = sizeof(scheme) - 1;

	if (authorization.len < at || strncasecmp(authorization.data, scheme, at) != 0) {
		return (sse_str){ NULL, 0 };
	}
	while (at < authorization.len && authorization.data[at] == ' ') {
		at++;
	}
	return sse_str_from(authorization, authorization.data + at);
}

static bool read_credential(hub_access *access, const hub_http *http, sse_str query)
{
	if (!read_member(access, query, "ticket", &access->secret)) {
		return false;
	}
	if (access->secret.len > 0) {
		access->credential = HUB_CREDENTIAL_TICKET;
		return true;
	}
	if (!read_member(access, query, "token", &access->secret)) {
		return false;
	}
	if (access->secret.len == 0) {
		access->secret = bearer_of(hub_http_value(http, HUB_HTTP_AUTHORIZATION));
	}
	if (access->secret.len == 0) {
		access->secret = sse_cookie_value(hub_http_value(http, HUB_HTTP_COOKIE), "sse_token");
	}
	if (access->secret.len > 0) {
		access->credential = HUB_CREDENTIAL_TOKEN;
	}
	return true;
}

static bool read_last_event_id(hub_access *access, const hub_http *http, sse_str query)
{
	sse_str id = hub_http_value(http, HUB_HTTP_LAST_EVENT_ID);

	/* EventSource cannot set the header for its first request, so pages put the id into the address. */
	if (id.len == 0 && !read_member(access, query, "lastEventId", &id)) {
		return false;
	}
	if (id.len == 0 && !read_member(access, query, "last_seen_id", &id)) {
		return false;
	}
	if (id.len > 0 && id.len <= SSE_SUBSCRIPTION_ID_MAX && sse_field_is_safe(id)) {
		access->last_event_id = id;
	}
	return true;
}

bool hub_access_read(hub_access *access, const hub_http *http, sse_str query)
{
	*access = (hub_access){ .credential = HUB_CREDENTIAL_NONE };
	sse_buf_init(&access->decoded);
	/* Decoding makes nothing longer: no value moves when the next one is decoded. */
	sse_buf_reserve(&access->decoded, query.len);
	return read_credential(access, http, query) && read_last_event_id(access, http, query)
		&& read_member(access, query, "topics", &access->topics);
}

void hub_access_deinit(hub_access *access)
{
	sse_buf_deinit(&access->decoded);
}

/* Takes the next name off; empty ones are passed over. False at the end. */
static bool next_name(sse_str *names, sse_str *name)
{
	while (names->len > 0) {
		const char *comma = sse_str_find(*names, ',');

		*name = comma ? sse_str_before(*names, comma) : *names;
		*names = comma ? sse_str_from(*names, comma + 1) : (sse_str){ NULL, 0 };
		if (name->len > 0) {
			return true;
		}
	}
	return false;
}

/* A topic that the token grants. */
typedef struct granted_topic {
	sse_map_node node;
	bool is_wanted;
} granted_topic;

static granted_topic *find(const sse_map *topics, sse_str name)
{
	return SSE_MAP_ENTRY(sse_map_find(topics, 0, name), granted_topic, node);
}

static void drop_unwanted(sse_subscription *granted, const sse_map *topics)
{
	size_t kept = 0;

	for (size_t i = 0; i < granted->count; i++) {
		if (granted->sources[i].kind != SSE_SOURCE_TOPIC || find(topics, granted->sources[i].name)->is_wanted) {
			granted->sources[kept++] = granted->sources[i];
		}
	}
	granted->count = kept;
}

/*
 * By a map: thousands of names that are asked for, each looked for among a thousand that are granted, would hold up all streams.
 * Its names are the application's choice, so it needs no seed.
 */
bool hub_access_narrow(sse_subscription *granted, sse_str topics)
{
	granted_topic *entries = sse_calloc(granted->count + 1, sizeof(*entries));
	sse_str rest = topics, name;
	bool is_allowed = true;
	sse_map map;

	sse_map_init(&map, 0);
	for (size_t i = 0; i < granted->count; i++) {
		const sse_source *source = &granted->sources[i];

		if (source->kind == SSE_SOURCE_TOPIC && !find(&map, source->name)) {
			entries[i].node.key = source->name;
			sse_map_insert(&map, &entries[i].node);
		}
	}
	while (is_allowed && next_name(&rest, &name)) {
		granted_topic *topic = find(&map, name);

		is_allowed = topic != NULL;
		if (topic) {
			topic->is_wanted = true;
		}
	}
	if (is_allowed) {
		drop_unwanted(granted, &map);
	}
	sse_map_deinit(&map);
	sse_free(entries);
	return is_allowed;
}
