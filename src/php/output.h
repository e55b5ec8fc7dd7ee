/*
 * The response: headers, and bytes that are on the wire when the call returns, whatever output layers PHP has.
 */
#ifndef SSE_PHP_OUTPUT_H
#define SSE_PHP_OUTPUT_H

#include "php.h"

#include <stdbool.h>

typedef struct php_sse_output {
	bool begun;
	bool gone;                 /* a write failed: the client left */
	bool ignore_user_abort;    /* the request's setting, while ours is on */
} php_sse_output;

/*
 * Makes the response an event stream: closes PHP's session so that its lock is free, lifts the time limit, takes output
 * buffers and compression away, sends the headers. Returns false with SseException thrown when the response has already
 * begun as something else. For a HEAD request the headers are all: output->gone is set. Again: does nothing.
 */
bool php_sse_output_begin(php_sse_output *output);

/* The same without a body: one header line ("Location: …") that sends the client elsewhere, and a status; 0 for PHP's own. */
void php_sse_output_redirect(php_sse_output *output, int status, const char *header);

/*
 * Takes the output buffers down where the SAPI is ours to write to, and returns what they held; the caller releases it.
 * A buffer's handler may have thrown.
 */
zend_string *php_sse_output_take_buffered(void);

/* Whether PHP itself sends the headers of a response, as it does not in CLI. */
bool php_sse_output_has_http(void);

/* Writes and flushes. False when the client has left; then nothing is written any more. */
bool php_sse_output_write(php_sse_output *output, const char *bytes, size_t len);

/* Lets a write that fails end the request again, if it did before. Time limit and compression stay off. */
void php_sse_output_end(php_sse_output *output);

/* Whether a write to this request's client has failed, ours or anybody's. */
bool php_sse_output_is_aborted(void);

/*
 * Throws away what the script writes from now on: for a stream that ends with an exception, so that no error page gets in, and
 * for a connection that is not ours any more.
 */
void php_sse_output_mute(void);

#endif
