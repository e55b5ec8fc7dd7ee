/*
 * How a stream is carried: handed over to the hub, redirected to its listener, or served by the worker itself.
 */
#ifndef SSE_PHP_CARRY_H
#define SSE_PHP_CARRY_H

#include "stream.h"

#include <stdbool.h>

/* What became of the attempt to be rid of a stream. The log has the reason wherever the stream stays. */
typedef enum php_sse_attempt {
	PHP_SSE_ATTEMPT_DONE,        /* it is not this worker's any more; what the script writes goes nowhere */
	PHP_SSE_ATTEMPT_LOST,        /* the client is gone */
	PHP_SSE_ATTEMPT_REFUSED,     /* it stays; the response may have begun */
	PHP_SSE_ATTEMPT_IMPOSSIBLE,  /* it stays, as any stream of this request would; nothing was begun */
	PHP_SSE_ATTEMPT_FAILED       /* an exception is pending */
} php_sse_attempt;

/* What no hub can do, as it runs no PHP; and history(), which this version reads inline only. */
bool php_sse_stream_needs_php(const php_sse_stream *stream);
#define PHP_SSE_NEEDS_PHP "a stream with onMessage(), every() or history() stays in the worker"

/*
 * For run(): true when the stream is settled, *reason being the class constant to return, or NULL with an exception
 * pending. False when it is to be served inline.
 */
bool php_sse_carry(php_sse_stream *stream, const char **reason);

#endif
