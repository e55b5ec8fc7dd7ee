/*
 * Handing a client's connection over to the hub, after which the worker is free.
 */
#ifndef SSE_PHP_HANDOFF_H
#define SSE_PHP_HANDOFF_H

#include "carry.h"

/*
 * Begins the response, sends what is queued, and hands the rest over. Precondition: a hub is configured, this SAPI's
 * connections can move, and nothing of the stream needs PHP.
 */
php_sse_attempt php_sse_handoff(php_sse_stream *stream);

#endif
