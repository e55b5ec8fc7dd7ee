/*
 * Redis' patterns, as PSUBSCRIBE takes them: "*" any bytes, "?" one byte, "[abc]" and "[a-c]" one of these, "[^a]" one that is
 * not among them, and a backslash before a byte that stands for itself. Bytes are compared, not characters.
 */
#ifndef SSE_CORE_GLOB_H
#define SSE_CORE_GLOB_H

#include "str.h"

#include <stdbool.h>

/* Whether the whole of text matches. Takes at most about pattern.len * text.len steps, whatever somebody made up. */
bool sse_glob_matches(sse_str pattern, sse_str text);

#endif
