/*
 * The one thing that a stream has to know of a JSON payload: the "id" by which a client names the item it saw last.
 */
#ifndef SSE_CORE_JSON_ID_H
#define SSE_CORE_JSON_ID_H

#include "frame.h"

#include <stdbool.h>

/*
 * Finds the top-level member "id" of a JSON object. A string without escapes gives its text, a number its digits as they are
 * written. False for anything else, such as an id that could not stand in an `id:` line. *id is borrowed from json. The
 * rest of the text is skipped, not validated.
 */
bool sse_json_id(sse_str json, sse_str *id);

#endif
