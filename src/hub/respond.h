/*
 * Answers of the HTTP listener, as bytes. Everything but a stream ends its connection, and says so.
 */
#ifndef SSE_HUB_RESPOND_H
#define SSE_HUB_RESPOND_H

#include "core/buf.h"
#include "core/str.h"

#include <stdbool.h>
#include <stdint.h>

/* What a page of another origin may see. */
typedef struct hub_cors {
	bool matters;    /* origins are configured, so that an answer to one is no answer to another */
	sse_str origin;  /* the request's, when it is let in; NULL data: it is not, or there was none */
	bool is_named;   /* it is configured by name, and so may bring a cookie; "*" lets pages in, not their visitors' cookies */
} hub_cors;

/* allowed: origins or "*", NULL-terminated; NULL: none. origin is borrowed by the result. */
hub_cors hub_cors_check(const char *const *allowed, sse_str origin);

typedef struct hub_answer {
	unsigned status;
	const char *type;     /* Content-Type; NULL: none, and no body */
	const char *headers;  /* more header lines, each with its CRLF; NULL: none */
	hub_cors cors;
	bool is_head;         /* the body is announced but not sent */
} hub_answer;

/* Appends a whole answer. */
void hub_respond(sse_buf *out, const hub_answer *answer, sse_str body);

/* The same with {"error":code,"message":message} as its body; type is set here. */
void hub_respond_error(sse_buf *out, hub_answer answer, const char *code, const char *message);

/*
 * What a client gets that shall come back later: any status but 200 makes EventSource give up for good. retry is in
 * milliseconds.
 */
void hub_respond_retry(sse_buf *out, hub_cors cors, bool is_head, uint64_t retry);

/* What a browser asks before it sends a request of another origin; the origin has been let in. */
void hub_respond_preflight(sse_buf *out, hub_cors cors);

/* Appends the head of a stream: in chunks, or up to the end of the connection. */
void hub_respond_stream_head(sse_buf *out, hub_cors cors, bool chunked);

#endif
