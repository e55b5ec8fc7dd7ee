/*
 * The order of things matters, because two processes hold one connection for a while. The hub is reached before anything is
 * begun, so that one that is down costs nothing. The head, which only PHP can write, is kept back and goes to the hub: that
 * writes it when the stream's sources are attached, so that who sees it may publish, and has to see that arrive. The hub
 * writes nothing until it hears that the worker has let go, and the worker nothing from the moment it has asked. When it is
 * not known who has the connection, it is closed: two writers are worse than a client that comes back.
 */
#include "handoff.h"

#include "classes.h"
#include "client.h"
#include "hub_choice.h"
#include "pool.h"
#include "stream_wire.h"

#include "SAPI.h"

/* What is longer is written by the worker: a message has an end, and a client that reads slowly costs the hub its memory. */
#define HEAD_MAX 16384
#define INITIAL_MAX 32768
/* The hub answers in well under a millisecond; a busy machine may take longer, and a worker must not wait for ever. */
#define ACCEPT_MS 1000

/* Why the process that was asked last has not taken the connection. */
typedef struct refusal {
	sse_hub_outcome outcome;
	char why[sizeof(((sse_hub_call *)0)->error)];
} refusal;

static void let_go(php_sse_stream *stream)
{
	php_sse_output_mute();
	sse_buf_reset(&stream->out, 0);
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

static size_t head_length(void)
{
	zend_llist_position at;
	size_t length = 0;

	for (const sapi_header_struct *header = zend_llist_get_first_ex(&SG(sapi_headers).headers, &at); header;
		header = zend_llist_get_next_ex(&SG(sapi_headers).headers, &at)) {
		length += header->header_len + 2;
	}
	return length;
}

/* Begins the response. head: what of it the hub is to write, with what is queued behind it; empty: nothing, it is written. */
static php_sse_attempt begin(php_sse_stream *stream, php_sse_client *client, sse_buf *head)
{
	bool begun, is_kept;

	if (!php_sse_stream_take_buffered(stream)) {
		return PHP_SSE_ATTEMPT_FAILED;
	}
	is_kept = head_length() <= HEAD_MAX && stream->out.len <= INITIAL_MAX && php_sse_client_keep_writes(client);
	begun = php_sse_stream_begin(stream);
	if (!is_kept && begun) {
		php_sse_stream_flush(stream);
	}
	/* A warning that was logged meanwhile waits in FPM's buffer, which from here on goes nowhere. */
	sapi_flush();
	if (is_kept && !php_sse_client_release_writes(client, head)) {
		stream->output.gone = true;
	} else if (is_kept && (!begun || stream->output.gone)) { /* HEAD has no more than a head */
		php_sse_client_write(client, (sse_str){ head->data, head->len });
	}
	if (!begun) {
		return PHP_SSE_ATTEMPT_FAILED;
	}
	return stream->output.gone ? PHP_SSE_ATTEMPT_LOST : PHP_SSE_ATTEMPT_DONE;
}

/* refusal: set when the answer is REFUSED. */
static php_sse_attempt ask(
	php_sse_stream *stream, php_sse_client *client, sse_hub_call *call, const sse_buf *head, refusal *refusal)
{
	const php_sse_beginning beginning = {
		.head = { head->data, head->len },
		.initial = { stream->out.data, stream->out.len },
		.transport = client->transport,
		.request_id = client->request_id,
	};
	sse_buf message;
	sse_hub_outcome outcome;

	sse_buf_init(&message);
	php_sse_stream_write(stream, SSE_WIRE_HANDOFF, &beginning, &message);
	outcome = sse_hub_call_ask(call, (sse_str){ message.data, message.len }, client->fd, ACCEPT_MS);
	sse_buf_deinit(&message);
	php_sse_pool_note_hub(outcome != SSE_HUB_UNSURE);
	switch (outcome) {
	case SSE_HUB_ANSWERED:
		return call->type == SSE_WIRE_ACCEPTED ? release(stream, client, call)
											   : give_up(stream, client, "its answer does not fit the question");
	case SSE_HUB_UNSURE:
		return give_up(stream, client, call->error);
	case SSE_HUB_REFUSED:
	case SSE_HUB_DOWN:
		break;
	}
	refusal->outcome = outcome;
	memcpy(refusal->why, call->error, sizeof(refusal->why));
	return PHP_SSE_ATTEMPT_REFUSED;
}

static void log_refusal(const php_sse_stream *stream, const refusal *refusal)
{
	if (refusal->outcome == SSE_HUB_REFUSED) {
		php_sse_log_rarely("sse: the hub at %s refuses a connection: %s; %s", ZSTR_VAL(stream->options.hub), refusal->why,
			php_sse_instead_of_hub());
	} else {
		php_sse_log_hub_down(ZSTR_VAL(stream->options.hub), refusal->why);
	}
}

/* Of several processes one that is full or about to end refuses: the next one is asked. */
static php_sse_attempt offer(php_sse_stream *stream, php_sse_client *client, php_sse_hub_choice *choice, sse_hub_call *call)
{
	refusal refusal = { .outcome = SSE_HUB_DOWN };
	php_sse_attempt result;
	sse_buf head;

	sse_buf_init(&head);
	result = begin(stream, client, &head);
	if (result == PHP_SSE_ATTEMPT_DONE) {
		do {
			result = ask(stream, client, call, &head, &refusal);
		} while (result == PHP_SSE_ATTEMPT_REFUSED && php_sse_hub_open_next(choice, call));
		if (result == PHP_SSE_ATTEMPT_REFUSED) {
			log_refusal(stream, &refusal);
		}
	}
	if (result == PHP_SSE_ATTEMPT_REFUSED && !php_sse_client_write(client, (sse_str){ head.data, head.len })) {
		stream->output.gone = true;
		result = PHP_SSE_ATTEMPT_LOST;
	}
	sse_buf_deinit(&head);
	return result;
}

php_sse_attempt php_sse_handoff(php_sse_stream *stream)
{
	php_sse_attempt result = PHP_SSE_ATTEMPT_REFUSED;
	php_sse_hub_choice choice;
	php_sse_client client;
	sse_hub_call call;
	const char *why;

	sse_hub_call_init(&call);
	php_sse_hub_choose(&choice, ZSTR_VAL(stream->options.hub));
	if (!php_sse_client_open(&client, &why)) {
		php_sse_log_rarely("sse: a connection cannot be handed over: %s", why);
		result = PHP_SSE_ATTEMPT_IMPOSSIBLE;
	} else if (php_sse_pool_hub_rests()) {
		php_sse_log_hub_down(ZSTR_VAL(stream->options.hub), "it did not answer a moment ago");
	} else if (!php_sse_hub_open_next(&choice, &call)) {
		php_sse_log_hub_down(ZSTR_VAL(stream->options.hub), call.error);
	} else {
		result = offer(stream, &client, &choice, &call);
	}
	sse_hub_call_close(&call);
	php_sse_client_close(&client);
	return result;
}
