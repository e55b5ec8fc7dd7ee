#include "respond.h"

#include "core/frame.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define STREAM_TYPE "text/event-stream; charset=utf-8"
/* nginx and others would else wait for more before they pass on what came. */
#define STREAM_HEADERS "Cache-Control: no-cache, no-transform\r\nX-Accel-Buffering: no\r\n"

static const char *reason_of(unsigned status)
{
	static const struct {
		unsigned status;
		const char *reason;
	} reasons[] = {
		{ 200, "OK" },
		{ 204, "No Content" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 408, "Request Timeout" },
		{ 413, "Content Too Large" },
		{ 414, "URI Too Long" },
		{ 431, "Request Header Fields Too Large" },
		{ 503, "Service Unavailable" },
	};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (reasons[i].status == status) {
			return reasons[i].reason;
		}
	}
	return "";
}

static void append_str(sse_buf *out, sse_str str)
{
	sse_buf_append(out, str.data, str.len);
}

/* Only visible ASCII goes back: an origin has nothing else. */
static bool is_plain(sse_str origin)
{
	for (size_t i = 0; i < origin.len; i++) {
		if (origin.data[i] <= ' ' || origin.data[i] > '~') {
			return false;
		}
	}
	return origin.len > 0;
}

hub_cors hub_cors_check(const char *const *allowed, sse_str origin)
{
	hub_cors cors = { allowed && *allowed, { NULL, 0 }, false };

	if (!cors.matters || !is_plain(origin)) {
		return cors;
	}
	for (; *allowed; allowed++) {
		if (strcmp(*allowed, "*") == 0) {
			cors.origin = origin;
		} else if (sse_str_is(origin, *allowed)) { /* what calls itself "*" is named by nobody */
			cors.origin = origin;
			cors.is_named = true;
		}
	}
	return cors;
}

static void append_cors(sse_buf *out, hub_cors cors)
{
	if (cors.origin.data) {
		sse_buf_append_str(out, "Access-Control-Allow-Origin: ");
		append_str(out, cors.origin);
		sse_buf_append_str(out, cors.is_named ? "\r\nAccess-Control-Allow-Credentials: true\r\n" : "\r\n");
	}
	if (cors.matters) {
		sse_buf_append_str(out, "Vary: Origin\r\n");
	}
}

/* strftime() has names in the language of whoever called setlocale() last. */
static void append_date(sse_buf *out)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t now = time(NULL);
	struct tm t;
	char line[64];

	gmtime_r(&now, &t);
	snprintf(line, sizeof(line), "Date: %.3s, %02d %.3s %d %02d:%02d:%02d GMT\r\n", days + 3 * t.tm_wday, t.tm_mday,
		months + 3 * t.tm_mon, t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
	sse_buf_append_str(out, line);
}

static void append_status(sse_buf *out, unsigned status)
{
	char line[64];

	snprintf(line, sizeof(line), "HTTP/1.1 %u %s\r\n", status, reason_of(status));
	sse_buf_append_str(out, line);
	append_date(out);
}

static void append_header(sse_buf *out, const char *name, const char *value)
{
	sse_buf_append_str(out, name);
	sse_buf_append_str(out, ": ");
	sse_buf_append_str(out, value);
	sse_buf_append_str(out, "\r\n");
}

void hub_respond(sse_buf *out, const hub_answer *answer, sse_str body)
{
	append_status(out, answer->status);
	if (answer->type) {
		char length[24];

		snprintf(length, sizeof(length), "%zu", body.len);
		append_header(out, "Content-Type", answer->type);
		append_header(out, "Content-Length", length);
	}
	if (answer->headers) {
		sse_buf_append_str(out, answer->headers);
	}
	append_cors(out, answer->cors);
	sse_buf_append_str(out, "Connection: close\r\n\r\n");
	if (!answer->is_head) {
		append_str(out, body);
	}
}

void hub_respond_error(sse_buf *out, hub_answer answer, const char *code, const char *message)
{
	sse_buf body;

	sse_buf_init(&body);
	sse_buf_append_str(&body, "{\"error\":");
	sse_json_string(&body, (sse_str){ code, strlen(code) });
	sse_buf_append_str(&body, ",\"message\":");
	sse_json_string(&body, (sse_str){ message, strlen(message) });
	sse_buf_append_str(&body, "}\n");
	answer.type = "application/json";
	hub_respond(out, &answer, (sse_str){ body.data, body.len });
	sse_buf_deinit(&body);
}

void hub_respond_retry(sse_buf *out, hub_cors cors, bool is_head, uint64_t retry)
{
	hub_answer answer = { 200, STREAM_TYPE, STREAM_HEADERS, cors, is_head };
	sse_event event = SSE_EVENT_INIT;
	sse_buf body;

	event.retry = (int64_t)retry;
	sse_buf_init(&body);
	sse_frame_event(&body, &event);
	hub_respond(out, &answer, (sse_str){ body.data, body.len });
	sse_buf_deinit(&body);
}

void hub_respond_preflight(sse_buf *out, hub_cors cors)
{
	hub_answer answer = { .status = 204, .cors = cors };

	answer.headers = "Access-Control-Allow-Methods: GET\r\n"
		"Access-Control-Allow-Headers: Authorization, Last-Event-ID, Cache-Control\r\n"
		"Access-Control-Max-Age: 86400\r\n";
	hub_respond(out, &answer, (sse_str){ NULL, 0 });
}

void hub_respond_stream_head(sse_buf *out, hub_cors cors, bool chunked)
{
	append_status(out, 200);
	sse_buf_append_str(out, "Content-Type: " STREAM_TYPE "\r\n" STREAM_HEADERS);
	append_cors(out, cors);
	sse_buf_append_str(out, chunked ? "Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n"
									: "Connection: close\r\n\r\n");
}
