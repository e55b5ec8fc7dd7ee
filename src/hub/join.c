#include "join.h"

#include "log.h"
#include "presence.h"
#include "replay.h"
#include "state.h"
#include "stream_id.h"
#include "user.h"

#include "core/alloc.h"
#include "core/redis_key.h"

#include <string.h>

/* A stream that is no user's. */
#define NOBODY ((sse_str){ "", 0 })
/*
 * What waiting joins of one stream may take, in bytes: while Redis is away one could be made again and again. Each counts for
 * JOINING_COST besides its names, so that there are not many of few names either.
 */
#define JOININGS_MAX 1048576
#define JOINING_COST 1024

/* Who may */

static const char *problem_with(const struct hub *hub, const hub_client *client, const sse_subscription *names)
{
	if (hub->keep || hub->phase != HUB_SERVING) {
		return "the hub is ending or handing its streams over";
	}
	if (!client) {
		return "no such stream is here";
	}
	if (!sse_str_equals(client->user ? client->user->node.key : NOBODY, names->user.len > 0 ? names->user : NOBODY)) {
		return "the stream is another user's";
	}
	if (!hub->presence && sse_subscription_has_members(names)) {
		return "presence needs Redis";
	}
	return NULL;
}

static bool refuse(struct hub *hub, const char *what, const sse_subscription *names, const char *reason)
{
	hub->stats.joins_refused++;
	hub_log_seldom(HUB_WARNING, what,
		(hub_field[]){ HUB_STR("stream", names->stream), HUB_STR("user", names->user), HUB_TEXT("reason", reason), HUB_LAST });
	return false;
}

static hub_sub *find(const hub_client *client, const sse_source *source)
{
	hub_sub *sub = client->subs;

	while (sub && (HUB_CHANNEL_KIND(sub->channel) != source->kind || !sse_str_equals(sub->channel->node.key, source->name))) {
		sub = sub->next;
	}
	return sub;
}

/* What hubs say to each other is nobody's to hear, and cannot be left from within: see sse_pubsub_remove(). */
static bool is_open(const sse_source *source)
{
	return source->kind != SSE_SOURCE_HISTORY
		&& (source->kind == SSE_SOURCE_TOPIC || !sse_str_equals(source->name, SSE_HUB_CHANNEL));
}

static bool has_topics(const hub_client *client)
{
	const hub_sub *sub = client->subs;

	while (sub && HUB_CHANNEL_KIND(sub->channel) != SSE_SOURCE_TOPIC) {
		sub = sub->next;
	}
	return sub != NULL;
}

/* Telling */

static void tell(hub_client *client, const hub_joining *joining)
{
	sse_event event = SSE_EVENT_INIT;
	hub_block *block = hub_block_new();
	sse_buf frame;

	if (!joining->has_topics || client->replay) {
		/* No id, or, as what was joined has been left, none but that of the replay, when it is over. */
	} else if (!client->told_position) {
		hub_client_tell_position(client, client->position);
	} else if (has_topics(client)) {
		/* Else it would come back with an id of before the join, and get what was published until then as well. */
		sse_entry_id position = hub_client_handed_out(client);

		if (sse_entry_id_compare(position, client->position) > 0) {
			hub_client_tell(client, position);
		}
	}
	sse_buf_init(&frame);
	event.event = (sse_str){ "sse:joined", 10 };
	event.data = (sse_str){ joining->names.data, joining->names.len };
	sse_frame_event(&frame, &event);
	hub_block_bytes(block, (sse_str){ frame.data, frame.len }, false); /* nothing that overflow may drop */
	hub_client_add(client, block, 0, (uint32_t)block->bytes.len);
	hub_block_unref(block);
	sse_buf_deinit(&frame);
}

static void free_joining(hub_joining *joining)
{
	sse_buf_deinit(&joining->names);
	sse_free(joining->awaited);
	sse_free(joining);
}

static bool is_live(const hub_sub *sub)
{
	return sub->channel->live && !sub->client->replay;
}

static bool is_waiting(const hub_joining *joining)
{
	size_t i;

	for (i = 0; i < joining->awaited_count; i++) {
		if (joining->awaited[i] && !is_live(joining->awaited[i])) {
			return true;
		}
	}
	return false;
}

void hub_joins_check(hub_client *client)
{
	hub_joining **at = &client->joinings, *joining;
	size_t i;

	if (client->hub->keep || client->closing || client->ending) {
		return;
	}
	while ((joining = *at) != NULL) {
		if (is_waiting(joining)) {
			at = &joining->next;
			continue;
		}
		*at = joining->next;
		for (i = 0; i < joining->awaited_count; i++) {
			if (joining->awaited[i]) {
				joining->awaited[i]->is_joining = false;
			}
		}
		tell(client, joining);
		free_joining(joining);
	}
}

void hub_joins_free(hub_client *client)
{
	while (client->joinings) {
		hub_joining *next = client->joinings->next;

		free_joining(client->joinings);
		client->joinings = next;
	}
}

/* Joining */

static hub_joining *add_joining(hub_client *client, size_t names)
{
	hub_joining **last = &client->joinings;

	while (*last) {
		last = &(*last)->next;
	}
	*last = sse_calloc(1, sizeof(**last));
	(*last)->awaited = sse_calloc(names + 1, sizeof(*(*last)->awaited));
	sse_buf_init(&(*last)->names);
	sse_buf_append_str(&(*last)->names, "{\"channels\":[");
	return *last;
}

static void add_name(hub_joining *joining, sse_str name)
{
	if (joining->names.data[joining->names.len - 1] != '[') {
		sse_buf_append_str(&joining->names, ",");
	}
	sse_json_string(&joining->names, name);
}

/* As a topic and as a broadcast channel of the same name, say. */
static bool is_named_before(const sse_subscription *names, size_t index)
{
	size_t i = 0;

	while (i < index && !sse_str_equals(names->sources[i].name, names->sources[index].name)) {
		i++;
	}
	return i < index;
}

/* It has the source, though that may not be live yet: an earlier join may still wait for it. */
static void join_again(hub_client *client, hub_joining *joining, const sse_source *source, hub_sub *sub)
{
	if (source->member_user.len > 0 && client->is_alone) {
		hub_channel_mix(sub); /* as one who is present from the beginning: see admit.c */
	}
	hub_presence_join(client, source);
	if (source->kind == SSE_SOURCE_TOPIC && !is_live(sub)) {
		joining->awaited[joining->awaited_count++] = sub;
	}
}

static void join_one(hub_client *client, hub_joining *joining, const sse_source *source)
{
	hub_sub *sub = find(client, source);

	if (sub) {
		join_again(client, joining, source, sub);
		return;
	}
	if (client->is_alone) {
		hub_channel_mix(client->subs);
	}
	if (source->kind == SSE_SOURCE_TOPIC && !has_topics(client)) {
		client->told_position = false; /* now there is one to tell */
	}
	sub = hub_client_join(client, source->kind, source->name, false);
	if (source->kind != SSE_SOURCE_TOPIC) {
		return;
	}
	hub_presence_join(client, source);
	joining->has_topics = true;
	joining->awaited[joining->awaited_count++] = sub;
	sub->is_joining = true;
	if (client->replay) {
		hub_replay_add(client->replay, sub->channel);
	}
}

static size_t waiting_bytes(const hub_client *client)
{
	const hub_joining *joining;
	size_t bytes = 0;

	for (joining = client->joinings; joining; joining = joining->next) {
		bytes += JOINING_COST + joining->names.len + joining->awaited_count * sizeof(*joining->awaited);
	}
	return bytes;
}

bool hub_join(struct hub *hub, const sse_subscription *names)
{
	hub_client *client = hub_stream_id_find(hub, names->stream);
	const char *problem = problem_with(hub, client, names);
	hub_joining *joining;
	const hub_sub *sub;
	size_t count = 0, i;

	for (sub = problem ? NULL : client->subs; sub; sub = sub->next) {
		count++;
	}
	if (!problem && waiting_bytes(client) >= JOININGS_MAX) {
		problem = "too many joins of the stream wait";
	}
	for (i = 0; i < names->count && !problem; i++) {
		count += !find(client, &names->sources[i]);
		if (!is_open(&names->sources[i])) {
			problem = "this is no channel to join";
		} else if (count > SSE_SUBSCRIPTION_NAMES_MAX) {
			problem = "the stream has too many names";
		}
	}
	if (!problem && !hub_channels_have_room(hub, names)) {
		problem = "the hub has too many channels";
	}
	if (problem) {
		return refuse(hub, "join_refused", names, problem);
	}
	hub->stats.joins++;
	joining = add_joining(client, names->count);
	for (i = 0; i < names->count; i++) {
		if (!is_named_before(names, i)) {
			add_name(joining, names->sources[i].name);
		}
		join_one(client, joining, &names->sources[i]);
	}
	sse_buf_append_str(&joining->names, "]}");
	hub_joins_check(client);
	for (i = 0; i < names->count; i++) {
		hub_presence_live(find(client, &names->sources[i]));
	}
	return true;
}

/* Leaving */

static void forget_awaited(hub_client *client, const hub_sub *sub)
{
	hub_joining *joining;
	size_t i;

	for (joining = client->joinings; joining; joining = joining->next) {
		for (i = 0; i < joining->awaited_count; i++) {
			if (joining->awaited[i] == sub) {
				joining->awaited[i] = NULL;
			}
		}
	}
}

static void leave_one(hub_client *client, hub_sub *sub)
{
	const bool is_topic = HUB_CHANNEL_KIND(sub->channel) == SSE_SOURCE_TOPIC;

	if (client->is_alone) {
		hub_channel_mix(sub); /* what came before is its still */
	}
	if (is_topic && client->replay) {
		hub_replay_remove(client->replay, sub->channel);
	}
	forget_awaited(client, sub);
	hub_client_leave(client, sub);
	if (is_topic && !client->replay && !client->told_position) {
		/* It may be what the others waited for. */
		if (has_topics(client)) {
			hub_client_tell_position(client, client->position);
		} else {
			client->told_position = true;
		}
	}
}

bool hub_leave(struct hub *hub, const sse_subscription *names)
{
	hub_client *client = hub_stream_id_find(hub, names->stream);
	const char *problem = problem_with(hub, client, names);
	size_t i;

	if (problem) {
		return refuse(hub, "leave_refused", names, problem);
	}
	hub->stats.leaves++;
	for (i = 0; i < names->count; i++) {
		hub_sub *sub = find(client, &names->sources[i]);

		if (sub && is_open(&names->sources[i])) {
			leave_one(client, sub);
		}
	}
	hub_joins_check(client);
	return true;
}

void hub_join_heard(struct hub *hub, int type, sse_wire_reader *reader)
{
	sse_subscription names;
	char error[128];

	sse_subscription_init(&names);
	if (sse_subscription_read(&names, reader, error, sizeof(error)) != 0) {
		hub->stats.joins_refused++;
		hub_log_seldom(HUB_WARNING, "join_unreadable", (hub_field[]){ HUB_TEXT("error", error), HUB_LAST });
	} else if (!hub_stream_id_find(hub, names.stream)) {
		/* All hubs hear it, and one at most has the stream. */
	} else if (type == SSE_WIRE_JOIN) {
		hub_join(hub, &names);
	} else {
		hub_leave(hub, &names);
	}
	sse_subscription_deinit(&names);
}
