#include "carry.h"

#include "classes.h"
#include "client.h"
#include "handoff.h"
#include "pool.h"
#include "output.h"
#include "redirect.h"

#include "SAPI.h"

bool php_sse_stream_needs_php(const php_sse_stream *stream)
{
	return php_sse_callback_is_set(&stream->map) || stream->timers.count > 0
		|| zend_hash_num_elements(&stream->histories) > 0;
}

/* NULL, or why it makes no sense to try. */
static const char *handoff_obstacle(const php_sse_stream *stream)
{
	if (php_sse_stream_needs_php(stream)) {
		return PHP_SSE_NEEDS_PHP;
	}
	if (!stream->options.hub) {
		return "no hub is configured: set option hub or ini sse.hub to its control socket";
	}
	if (!php_sse_client_can_move()) {
		return "only PHP-FPM and php -S can pass their connections on";
	}
	return NULL;
}

static const char *redirect_obstacle(const php_sse_stream *stream)
{
	if (php_sse_stream_needs_php(stream)) {
		return PHP_SSE_NEEDS_PHP;
	}
	if (!stream->options.redirect) {
		return "no place is configured: set option redirect or ini sse.redirect";
	}
	if (!php_sse_output_has_http()) {
		return "this PHP does not send its own headers: answer with a ticket of SsePublisher::ticket()";
	}
	if (SG(headers_sent)) {
		return "the response has begun already";
	}
	return NULL;
}

/* Who asked for a mode by name hears why it cannot be; "auto" is silent about what was never meant to be. */
static php_sse_attempt attempt(php_sse_stream *stream)
{
	const php_sse_mode mode = stream->options.mode;
	const char *obstacle = NULL;

	if (mode == PHP_SSE_MODE_AUTO || mode == PHP_SSE_MODE_HANDOFF) {
		obstacle = handoff_obstacle(stream);
		if (!obstacle) {
			php_sse_attempt result = php_sse_handoff(stream);

			if (result != PHP_SSE_ATTEMPT_IMPOSSIBLE || mode == PHP_SSE_MODE_HANDOFF || redirect_obstacle(stream)) {
				return result;
			}
		}
	}
	if (mode == PHP_SSE_MODE_AUTO || mode == PHP_SSE_MODE_REDIRECT) {
		obstacle = redirect_obstacle(stream);
		if (!obstacle) {
			return php_sse_redirect(stream);
		}
	}
	if (mode == PHP_SSE_MODE_HANDOFF || mode == PHP_SSE_MODE_REDIRECT) {
		php_sse_log_rarely("sse: mode \"%s\" is not possible (%s): streaming inline",
			mode == PHP_SSE_MODE_HANDOFF ? "handoff" : "redirect", obstacle);
	}
	stream->meant_to_stay = true;
	return PHP_SSE_ATTEMPT_IMPOSSIBLE;
}

/* A stream that was to be carried elsewhere holds this worker, if it still may. */
static bool turn_away(php_sse_stream *stream, const char **reason)
{
	if (stream->meant_to_stay || !php_sse_output_has_http()) {
		return false;
	}
	if (!php_sse_client_is_alone()) {
		if (php_sse_pool_enter(&stream->inline_slot)) {
			return false;
		}
		php_sse_log_rarely("sse: as many streams as sse.max_inline allows are served inline already: clients are sent away "
						   "until the hub carries streams again");
	}
	php_sse_stream_send_away(stream);
	*reason = EG(exception) ? NULL : "turned away";
	return true;
}

bool php_sse_carry(php_sse_stream *stream, const char **reason)
{
	*reason = NULL;
	stream->meant_to_stay = stream->stop || stream->options.mode == PHP_SSE_MODE_INLINE;
	if (stream->meant_to_stay) {
		return false;
	}
	switch (attempt(stream)) {
	case PHP_SSE_ATTEMPT_DONE:
		*reason = stream->redirected ? "redirected" : "handed over";
		return true;
	case PHP_SSE_ATTEMPT_LOST:
		*reason = "disconnected";
		return true;
	case PHP_SSE_ATTEMPT_FAILED:
		return true;
	case PHP_SSE_ATTEMPT_REFUSED:
	case PHP_SSE_ATTEMPT_IMPOSSIBLE:
		break;
	}
	return turn_away(stream, reason);
}
