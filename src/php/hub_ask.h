/*
 * Questions to the hub on behalf of PHP code, with SseException for whatever goes wrong.
 */
#ifndef SSE_PHP_HUB_ASK_H
#define SSE_PHP_HUB_ASK_H

#include "php.h"

#include "io/hub_call.h"

#include <stdbool.h>

/* How long the hub may take to answer. It does one thing at a time, but none that takes long. */
#define PHP_SSE_HUB_ANSWER_MS 5000

/*
 * Sends message to the hub at path (NULL or "": none is configured) and waits for its REPLY. call, not yet initialised, holds
 * the answer's fields; to be closed in any case. False with SseException thrown.
 */
bool php_sse_hub_ask(sse_hub_call *call, const char *path, sse_str message);

/* The same, for answers whose ID or COUNT is all that is wanted. NULL and -1 with SseException thrown. */
zend_string *php_sse_hub_ask_id(const char *path, sse_str message);
zend_long php_sse_hub_ask_count(const char *path, sse_str message);

/* The newest field of that tag in an answer; false when there is none. */
bool php_sse_hub_field(const sse_hub_call *call, sse_wire_tag tag, sse_wire_field *field);

#endif
