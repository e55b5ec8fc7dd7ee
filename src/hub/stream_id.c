#include "stream_id.h"

#include "state.h"

#include "core/alloc.h"

static hub_stream_id *find(const struct hub *hub, sse_str id)
{
	return SSE_MAP_ENTRY(sse_map_find(&hub->streams, 0, id), hub_stream_id, node);
}

void hub_stream_id_give(struct hub *hub, sse_str id, hub_client *client)
{
	hub_stream_id *stream = find(hub, id);

	if (stream) {
		stream->client->stream = NULL;
	} else {
		stream = sse_calloc(1, sizeof(*stream));
		stream->node.key = (sse_str){ sse_memdup(id.data, id.len), id.len };
		sse_map_insert(&hub->streams, &stream->node);
	}
	stream->client = client;
	client->stream = stream;
}

void hub_stream_id_take(struct hub *hub, hub_client *client)
{
	hub_stream_id *stream = client->stream;

	if (stream) {
		client->stream = NULL;
		sse_map_remove(&hub->streams, &stream->node);
		sse_free((char *)stream->node.key.data);
		sse_free(stream);
	}
}

hub_client *hub_stream_id_find(const struct hub *hub, sse_str id)
{
	const hub_stream_id *stream = find(hub, id);

	return stream && !stream->client->closing && !stream->client->ending ? stream->client : NULL;
}
