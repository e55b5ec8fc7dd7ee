/*
 * The head of one HTTP request, read by llhttp where the build has it and by http-parser otherwise. Bytes in, fields out: no
 * socket, no loop, no hub. Unit tests and a fuzzer link it.
 */
#ifndef SSE_HUB_HTTP_PARSE_H
#define SSE_HUB_HTTP_PARSE_H

#include "core/buf.h"
#include "core/str.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#if defined(HAVE_LLHTTP)
#include <llhttp.h>
typedef llhttp_t hub_http_parser;
typedef llhttp_settings_t hub_http_settings;
#elif defined(HAVE_HTTP_PARSER)
#include <http_parser.h>
typedef http_parser hub_http_parser;
typedef http_parser_settings hub_http_settings;
#else
#error "no HTTP parser: config.m4 leaves this file out then"
#endif

/* A head that is longer, or a target (path and query), is refused. A ticket or token takes the most of it. */
#define HUB_HTTP_HEAD_MAX 16384
#define HUB_HTTP_TARGET_MAX 8192

/* What is kept of a request. */
typedef enum hub_http_field {
	HUB_HTTP_TARGET,
	HUB_HTTP_AUTHORIZATION,
	HUB_HTTP_COOKIE,
	HUB_HTTP_LAST_EVENT_ID,
	HUB_HTTP_ORIGIN,
	HUB_HTTP_FIELDS
} hub_http_field;

typedef enum hub_http_method { HUB_HTTP_GET, HUB_HTTP_HEAD, HUB_HTTP_OPTIONS, HUB_HTTP_OTHER } hub_http_method;

typedef enum hub_http_result {
	HUB_HTTP_MORE,         /* the head is not complete */
	HUB_HTTP_COMPLETE,
	HUB_HTTP_BAD,          /* no HTTP/1.x */
	HUB_HTTP_TARGET_LONG,
	HUB_HTTP_HEAD_LONG
} hub_http_result;

typedef struct hub_http {
	hub_http_parser parser;
	hub_http_result result;
	size_t seen;            /* bytes of the head so far */
	size_t target_len;      /* also where it is too long to be kept */
	sse_buf kept;           /* the values, one behind the other */
	struct { uint32_t off, len; } values[HUB_HTTP_FIELDS];
	unsigned given;         /* bits of the fields that were there */
	int field;              /* which one the parser is in, or none of them */
	bool in_value;
	bool has_odd_name;      /* a header's name with a space: some read it as the name without */
	uint8_t name_len;
	char name[24];          /* of the header that the parser is in */
	/* Once it is complete: */
	hub_http_method method;
	bool is_1_0;            /* no chunks, and the end of the answer is the end of the connection */
	bool has_body;          /* announced, not read */
} hub_http;

/* Stays where it is in memory from here on. */
void hub_http_init(hub_http *http);
void hub_http_deinit(hub_http *http);

/*
 * Takes the next bytes, in whatever pieces they come: what comes out does not depend on that. To be called until the result
 * is another than HUB_HTTP_MORE; what follows the head is ignored.
 */
hub_http_result hub_http_feed(hub_http *http, const char *bytes, size_t len);

/* A value without the white space around it, the first one where there are several; NULL data: not given, or empty. */
sse_str hub_http_value(const hub_http *http, hub_http_field field);

#endif
