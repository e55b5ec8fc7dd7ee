/*
 * Sending a client to the hub's listener with a ticket that stands for its stream.
 */
#ifndef SSE_PHP_REDIRECT_H
#define SSE_PHP_REDIRECT_H

#include "carry.h"

/*
 * Stores the ticket and answers with X-Accel-Redirect (option redirect is a path) or 307 (it is a URL). Precondition: option
 * redirect is there, no headers were sent, and nothing of the stream needs PHP.
 */
php_sse_attempt php_sse_redirect(php_sse_stream *stream);

#endif
