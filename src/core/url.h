/*
 * Request targets, queries and cookies, as far as the hub's listener reads them.
 */
#ifndef SSE_CORE_URL_H
#define SSE_CORE_URL_H

#include "buf.h"
#include "str.h"

#include <stdbool.h>

/* Splits "/path?query#fragment"; a missing query has NULL data. */
void sse_url_split(sse_str target, sse_str *path, sse_str *query);

/*
 * Appends text percent-decoded ("+" is a space when form is set). False for a "%" without two hex digits; out then holds
 * nothing of it.
 */
bool sse_url_decode(sse_buf *out, sse_str text, bool form);

/*
 * The value of the first member of that name in a query, still encoded; names are compared as they are. NULL data: there is
 * none. A member without "=" has an empty value.
 */
sse_str sse_url_query_value(sse_str query, const char *name);

/* The value of a cookie in a Cookie header (RFC 6265); surrounding quotes are dropped. NULL data: there is none. */
sse_str sse_cookie_value(sse_str header, const char *name);

#endif
