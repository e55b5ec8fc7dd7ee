#include "redirect.h"

#include "classes.h"
#include "event.h"
#include "hub_choice.h"
#include "stream_wire.h"
#include "ticket.h"

#include "zend_exceptions.h"

#include <string.h>

/* As long as a browser takes to follow a redirect, and a slow network. */
#define TICKET_SECONDS 30

/* Whether the hub is there, as far as this machine can tell: a client that is sent to nobody gives up for good. */
static bool hub_is_up(const php_sse_stream *stream, char *error, size_t error_size)
{
	php_sse_hub_choice choice;
	sse_hub_call call;
	bool up;

	if (!stream->options.hub) {
		return true; /* it runs elsewhere */
	}
	sse_hub_call_init(&call);
	php_sse_hub_choose(&choice, ZSTR_VAL(stream->options.hub));
	up = php_sse_hub_open_next(&choice, &call);
	if (!up) {
		snprintf(error, error_size, "%s", call.error);
	}
	sse_hub_call_close(&call);
	return up;
}

static bool store_ticket(
	php_sse_stream *stream, zend_long seconds, char ticket[PHP_SSE_TICKET_SIZE], char *error, size_t error_size)
{
	php_sse_ticket_store store = { &stream->options.redis, &stream->asker,
		stream->options.hub ? ZSTR_VAL(stream->options.hub) : NULL };
	sse_buf initial, message;
	bool stored;

	sse_buf_init(&initial);
	sse_buf_init(&message);
	if (stream->options.retry >= 0) {
		php_sse_retry_append(&initial, stream->options.retry);
	}
	if (stream->out.len > 0) {
		sse_buf_append(&initial, stream->out.data, stream->out.len);
	}
	php_sse_stream_write(
		stream, SSE_WIRE_SUBSCRIPTION, &(php_sse_beginning){ .initial = { initial.data, initial.len } }, &message);
	stored = php_sse_ticket_put(&store, ticket, (sse_str){ message.data, message.len }, seconds, error, error_size);
	sse_buf_deinit(&message);
	sse_buf_deinit(&initial);
	return stored;
}

static void answer(php_sse_stream *stream, const char *ticket)
{
	const char *place = ZSTR_VAL(stream->options.redirect);
	const bool internal = *place == '/';
	zend_string *header = zend_strpprintf(0, "%s: %s%cticket=%s", internal ? "X-Accel-Redirect" : "Location", place,
		strchr(place, '?') ? '&' : '?', ticket);

	php_sse_output_redirect(&stream->output, internal ? 0 : 307, ZSTR_VAL(header));
	zend_string_release(header);
}

php_sse_attempt php_sse_redirect(php_sse_stream *stream)
{
	char ticket[PHP_SSE_TICKET_SIZE], error[320];

	if (!hub_is_up(stream, error, sizeof(error))) {
		php_sse_log_hub_down(ZSTR_VAL(stream->options.hub), error);
		return PHP_SSE_ATTEMPT_REFUSED;
	}
	if (!php_sse_stream_take_buffered(stream)) {
		return PHP_SSE_ATTEMPT_FAILED;
	}
	if (!store_ticket(stream, TICKET_SECONDS, ticket, error, sizeof(error))) {
		php_sse_log_rarely("sse: no ticket could be stored (%s): %s", error, php_sse_instead_of_hub());
		return PHP_SSE_ATTEMPT_REFUSED;
	}
	answer(stream, ticket);
	stream->redirected = true;
	sse_buf_reset(&stream->out, 0);
	return PHP_SSE_ATTEMPT_DONE;
}

ZEND_METHOD(SseStream, ticket)
{
	php_sse_stream *stream = php_sse_stream_from(Z_OBJ_P(ZEND_THIS));
	char ticket[PHP_SSE_TICKET_SIZE], error[320];
	zend_long ttl = TICKET_SECONDS;

	ZEND_PARSE_PARAMETERS_START(0, 1)
		Z_PARAM_OPTIONAL
		Z_PARAM_LONG(ttl)
	ZEND_PARSE_PARAMETERS_END();
	if (!php_sse_stream_is_new(stream)) {
		RETURN_THROWS();
	}
	if (!php_sse_ticket_lives(ttl, 1)) {
		/* thrown */
	} else if (php_sse_stream_needs_php(stream)) {
		php_sse_throw("A ticket cannot stand for this stream: " PHP_SSE_NEEDS_PHP);
	} else if (!hub_is_up(stream, error, sizeof(error))) {
		php_sse_throw("No ticket was made, as the hub at %s is not there: %s", ZSTR_VAL(stream->options.hub), error);
	} else if (!store_ticket(stream, ttl, ticket, error, sizeof(error))) {
		php_sse_throw("No ticket could be stored: %s", error);
	} else {
		stream->state = STREAM_ENDED;
		RETVAL_STRINGL(ticket, PHP_SSE_TICKET_SIZE - 1);
	}
}
