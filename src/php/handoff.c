/*
 * The order of things matters, because two processes hold one connection for a while. The hub is reached before anything is
 * begun, so that one that is down costs nothing. What PHP has to write is written before the descriptor is sent. The hub
 * writes nothing until it hears that the worker has let go, and the worker nothing from the moment it has asked. When it is
 * not known who has the connection, it is closed: two writers are worse than a client that comes back.
 */
#include "handoff.h"

#include "classes.h"
#include "client.h"
#include "pool.h"
#include "stream_wire.h"

#include "io/hub_call.h"

#include "SAPI.h"

/* The hub answers in well under a millisecond; a busy machine may take longer, and a worker must not wait for ever. */
#define ACCEPT_MS 1000

static void let_go(php_sse_stream *stream)
{
	php_sse_output_mute();
	stream->client_fd = -1;
}

/* Nobody but us writes yet, and after this nobody can. */
static php_sse_attempt give_up(php_sse_stream *stream, const php_sse_client *client, const char *why)
{
	php_sse_log("sse: hub at %s: %s; it is not known whether it has taken the connection, so that was closed and the client "
				"comes back", ZSTR_VAL(stream->options.hub), why);
	sapi_flush(); /* FPM's log lines travel on that connection too */
	php_sse_client_shut(client);
	stream->output.gone = true;
	let_go(stream);
	return PHP_SSE_ATTEMPT_LOST;
}

static php_sse_attempt release(php_sse_stream *stream, php_sse_client *client, sse_hub_call *call)
{
	sse_buf message;

	if (!php_sse_client_replace(client)) {
		return give_up(stream, client, "the descriptor could not be replaced");
	}
	let_go(stream);
	sse_buf_init(&message);
	sse_wire_begin(&message, SSE_WIRE_RELEASED);
	sse_hub_call_tell(call, (sse_str){ message.data, message.len });
	sse_buf_deinit(&message);
	return PHP_SSE_ATTEMPT_DONE;
}

static php_sse_attempt offer(php_sse_stream *stream, php_sse_client *client, sse_hub_call *call, sse_str message)
{
	sse_hub_outcome outcome;

	if (!php_sse_stream_begin(stream)) {
		return PHP_SSE_ATTEMPT_FAILED;
	}
	php_sse_stream_flush(stream);
	if (stream->output.gone) {
		return PHP_SSE_ATTEMPT_LOST;
	}
	/* A warning that was logged meanwhile waits in FPM's buffer, which from here on goes nowhere. */
	sapi_flush();
	outcome = sse_hub_call_ask(call, message, client->fd, ACCEPT_MS);
	php_sse_pool_note_hub(outcome != SSE_HUB_UNSURE);
	switch (outcome) {
	case SSE_HUB_ANSWERED:
		return call->type == SSE_WIRE_ACCEPTED ? release(stream, client, call)
											   : give_up(stream, client, "its answer does not fit the question");
	case SSE_HUB_UNSURE:
		return give_up(stream, client, call->error);
	case SSE_HUB_REFUSED:
		php_sse_log_rarely("sse: the hub at %s refuses a connection: %s; streaming inline, which holds this worker",
			ZSTR_VAL(stream->options.hub), call->error);
		return PHP_SSE_ATTEMPT_REFUSED;
	case SSE_HUB_DOWN:
		break;
	}
	php_sse_log_hub_down(ZSTR_VAL(stream->options.hub), call->error);
	return PHP_SSE_ATTEMPT_REFUSED;
}

php_sse_attempt php_sse_handoff(php_sse_stream *stream)
{
	php_sse_attempt result = PHP_SSE_ATTEMPT_REFUSED;
	php_sse_client client;
	sse_hub_call call;
	sse_buf message;
	const char *why;

	sse_hub_call_init(&call);
	sse_buf_init(&message);
	if (!php_sse_client_open(&client, &why)) {
		php_sse_log_rarely("sse: a connection cannot be handed over: %s", why);
		result = PHP_SSE_ATTEMPT_IMPOSSIBLE;
	} else if (php_sse_pool_hub_rests()) {
		php_sse_log_hub_down(ZSTR_VAL(stream->options.hub), "it did not answer a moment ago");
	} else if (!sse_hub_call_open(&call, ZSTR_VAL(stream->options.hub))) {
		php_sse_log_hub_down(ZSTR_VAL(stream->options.hub), call.error);
	} else {
		php_sse_stream_write(stream, SSE_WIRE_HANDOFF, (sse_str){ "", 0 }, client.transport, client.request_id, &message);
		result = offer(stream, &client, &call, (sse_str){ message.data, message.len });
	}
	sse_buf_deinit(&message);
	sse_hub_call_close(&call);
	php_sse_client_close(&client);
	return result;
}
