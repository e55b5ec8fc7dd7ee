#include "routes.h"

#include "admit.h"
#include "access.h"
#include "listener.h"
#include "log.h"
#include "respond.h"
#include "state.h"

#include "core/backoff.h"
#include "core/url.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* When clients that could not be served come back, in ms: spread, or they would all come at once again. */
#define RETRY_MIN 2000
#define RETRY_MAX 8000

/* What a proxy or a browser gets to see at once when nothing else is to be said yet: both hold an empty body back. */
#define FIRST_BYTES ":\n\n"

static struct hub *hub_of(const hub_request *request)
{
	return request->listener->hub;
}

static hub_cors cors_of(const hub_request *request)
{
	sse_str origin = { NULL, 0 };

	if (request->http.result == HUB_HTTP_COMPLETE) {
		origin = hub_http_value(&request->http, HUB_HTTP_ORIGIN);
	}
	return hub_cors_check((const char *const *)hub_of(request)->config->cors, origin);
}

static bool is_head(const hub_request *request)
{
	return request->http.method == HUB_HTTP_HEAD;
}

/* Refusals */

static void refuse_with(hub_request *request, unsigned status, const char *headers, const char *code, const char *message)
{
	hub_answer answer = { .status = status, .headers = headers, .cors = cors_of(request), .is_head = is_head(request) };
	sse_buf out;

	hub_of(request)->stats.http_refused++;
	hub_log_seldom(HUB_WARNING, "http_refused",
		(const hub_field[]){ HUB_NUMBER("status", status), HUB_TEXT("error", code), HUB_TEXT("message", message), { 0 } });
	sse_buf_init(&out);
	hub_respond_error(&out, answer, code, message);
	hub_request_answer(request, &out);
}

static void refuse(hub_request *request, unsigned status, const char *code, const char *message)
{
	refuse_with(request, status, NULL, code, message);
}

static void refuse_token(hub_request *request, const char *message)
{
	refuse_with(request, 401, "WWW-Authenticate: Bearer error=\"invalid_token\"\r\n", "invalid_token", message);
}

/* Streams */

static void turn_away(hub_request *request, const char *reason)
{
	struct hub *hub = hub_of(request);
	sse_buf out;

	hub->stats.turned_away++;
	hub_log_seldom(HUB_WARNING, "turned_away", (const hub_field[]){ HUB_TEXT("reason", reason), { 0 } });
	sse_buf_init(&out);
	hub_respond_retry(&out, cors_of(request), is_head(request), sse_jitter(RETRY_MIN, RETRY_MAX, &hub->loop.seed));
	hub_request_answer(request, &out);
}

static const char *reason_of(hub_verdict verdict)
{
	switch (verdict) {
	case HUB_FULL:
		return "full";
	case HUB_CHANNELS_FULL:
		return "too many channels";
	default:
		return "draining";
	}
}

static void begin_stream(hub_request *request, sse_subscription *subscription, uint64_t expires_in)
{
	struct hub *hub = hub_of(request);
	hub_admission admission = { .subscription = subscription, .expires_in = expires_in, .is_http = true };
	hub_verdict verdict;
	sse_buf head;

	if (subscription->initial.len == 0) {
		subscription->initial = (sse_str){ FIRST_BYTES, sizeof(FIRST_BYTES) - 1 };
	}
	sse_buf_init(&head);
	hub_respond_stream_head(&head, cors_of(request), !request->http.is_1_0);
	admission.transport = request->http.is_1_0 ? SSE_TRANSPORT_RAW : SSE_TRANSPORT_CHUNKED;
	admission.head = (sse_str){ head.data, head.len };
	admission.fd = hub_request_give(request);
	admission.address = request->address;
	verdict = hub_admit(hub, &admission);
	if (verdict == HUB_ADMITTED) {
		request->address = NULL;
		hub->stats.http_streams++;
		hub_request_close(request);
	} else {
		hub_request_take_back(request, admission.fd);
		turn_away(request, reason_of(verdict));
	}
	sse_buf_deinit(&head);
}

/* HEAD asks what GET would say, and uses nothing up. */
static void answer_head(hub_request *request)
{
	sse_buf out;

	sse_buf_init(&out);
	hub_respond_stream_head(&out, cors_of(request), false);
	hub_request_answer(request, &out);
}

/* Tickets */

static void on_subscription(hub_request *request, sse_str contents)
{
	sse_subscription subscription;
	sse_wire_reader reader;
	hub_access access;
	sse_str path, query;
	char error[160] = "it is no subscription";
	int type = sse_wire_open(&reader, contents);

	sse_subscription_init(&subscription);
	if (type == -2) {
		/* A deployment is under way: the page gives out another when the client comes back, and by then all are alike. */
		turn_away(request, "a ticket of another version");
	} else if (type != SSE_WIRE_SUBSCRIPTION || sse_subscription_read(&subscription, &reader, error, sizeof(error)) != 0) {
		hub_log_seldom(HUB_ERROR, "ticket_unreadable", (const hub_field[]){ HUB_TEXT("error", error), { 0 } });
		refuse(request, 403, "unknown_ticket", "What this ticket stands for cannot be read; the hub's log says why.");
	} else {
		sse_url_split(hub_http_value(&request->http, HUB_HTTP_TARGET), &path, &query);
		hub_access_read(&access, &request->http, query); /* once more: it was not kept while the broker was asked */
		if (!subscription.last_event_id.data) {
			subscription.last_event_id = access.last_event_id;
		}
		begin_stream(request, &subscription, UINT64_MAX);
		hub_access_deinit(&access);
	}
	sse_subscription_deinit(&subscription);
}

static void on_ticket(void *arg, hub_ticket_result result, sse_str contents)
{
	hub_request *request = arg;

	hub_request_go_on(request);
	switch (result) {
	case HUB_TICKET_OK:
		on_subscription(request, contents);
		break;
	case HUB_TICKET_UNKNOWN:
		refuse(request, 403, "unknown_ticket",
			"This ticket was used or has expired. A ticket is good for one connection: ask the page for another.");
		break;
	case HUB_TICKET_UNSURE:
		hub_route_unsure(request);
		break;
	}
}

static void ask_for_ticket(hub_request *request, sse_str ticket)
{
	hub_broker *broker = hub_of(request)->broker;

	if (ticket.len > HUB_TICKET_MAX) {
		refuse(request, 403, "unknown_ticket", "This is no ticket: it is too long.");
	} else if (request->listener->asking_count >= HUB_ASKING_MAX) {
		turn_away(request, "too many wait for the broker");
	} else {
		hub_request_wait(request);
		broker->ops->take_ticket(broker, ticket, on_ticket, request);
	}
}

void hub_route_unsure(hub_request *request)
{
	turn_away(request, "the broker cannot be asked for the ticket");
}

/* Tokens */

/* For as long as the token lives; one that lives longer than any connection has no end to be watched. */
static uint64_t milliseconds_until(int64_t expires, int64_t now)
{
	return expires - now < 10LL * 365 * 86400 ? (uint64_t)(expires - now) * 1000 : UINT64_MAX;
}

static void check_token(hub_request *request, const hub_access *access)
{
	const hub_config *config = hub_of(request)->config;
	int64_t now = (int64_t)time(NULL);
	sse_jwt_result result;
	sse_jwt jwt;

	if (!config->jwt_secret.data) {
		refuse_token(request, "This hub accepts no tokens: set jwtSecret, or use a ticket.");
		return;
	}
	result = sse_jwt_verify(&jwt, access->secret, config->jwt_secret, config->hmac, now);
	if (result != SSE_JWT_OK) {
		refuse_token(request, sse_jwt_message(result));
	} else if (access->topics.data && !hub_access_narrow(&jwt.subscription, access->topics)) {
		refuse(request, 403, "topic_not_granted",
			"The token does not grant all of the topics asked for: leave out ?topics=, or name them when signing the token.");
	} else if (jwt.subscription.count == 0) {
		refuse(request, 403, "nothing_granted",
			"The token grants nothing: sign it with at least one name in topics, channels, patterns or queues.");
	} else if (is_head(request)) {
		answer_head(request);
	} else {
		jwt.subscription.last_event_id = access->last_event_id;
		begin_stream(request, &jwt.subscription, milliseconds_until(jwt.expires, now));
	}
	sse_jwt_deinit(&jwt);
}

static void route_stream(hub_request *request, sse_str query)
{
	hub_access access;

	if (request->crowded) {
		turn_away(request, request->crowded);
		return;
	}
	if (!hub_access_read(&access, &request->http, query)) {
		refuse(request, 400, "bad_query", "The query holds a % that two hexadecimal digits do not follow: encode it as %25.");
	} else if (access.credential == HUB_CREDENTIAL_NONE) {
		refuse(request, 400, "no_credentials",
			"Say who you are: ?ticket=, ?token=, an Authorization: Bearer header, or the cookie sse_token.");
	} else if (access.credential == HUB_CREDENTIAL_TOKEN) {
		check_token(request, &access);
	} else if (is_head(request)) {
		answer_head(request);
	} else {
		ask_for_ticket(request, access.secret);
	}
	hub_access_deinit(&access);
}

static void route_preflight(hub_request *request)
{
	hub_cors cors = cors_of(request);
	sse_buf out;

	if (!cors.origin.data) {
		refuse(request, 403, "origin_not_allowed", "Pages of this origin may not read streams here: add it to the hub's cors.");
		return;
	}
	sse_buf_init(&out);
	hub_respond_preflight(&out, cors);
	hub_request_answer(request, &out);
}

/* For whoever watches over the hub */

static void answer_text(hub_request *request, const char *type, sse_str body)
{
	hub_answer answer = { 200, type, "Cache-Control: no-store\r\n", cors_of(request), is_head(request) };
	sse_buf out;

	sse_buf_init(&out);
	hub_respond(&out, &answer, body);
	hub_request_answer(request, &out);
}

static void route_health(hub_request *request)
{
	answer_text(request, "text/plain", (sse_str){ "ok\n", 3 });
}

static void route_ready(hub_request *request)
{
	struct hub *hub = hub_of(request);
	hub_answer answer = { .status = 503, .is_head = is_head(request) };
	sse_buf out;

	if (hub->phase == HUB_SERVING && hub->broker_ready) {
		route_health(request);
		return;
	}
	sse_buf_init(&out);
	if (hub->phase != HUB_SERVING) {
		hub_respond_error(&out, answer, "draining", "The hub is about to end and takes no new streams.");
	} else {
		hub_respond_error(&out, answer, "no_broker", "Redis cannot be reached; the hub keeps trying.");
	}
	hub_request_answer(request, &out);
}

static void route_metrics(hub_request *request)
{
	sse_buf body;

	sse_buf_init(&body);
	hub_metrics_write(hub_of(request), &body);
	answer_text(request, "text/plain; version=0.0.4", (sse_str){ body.data, body.len });
	sse_buf_deinit(&body);
}

/* Which is which */

static const struct {
	const char *path;
	void (*route)(hub_request *request);
} pages[] = {
	{ "/healthz", route_health },
	{ "/readyz", route_ready },
	{ "/metrics", route_metrics },
};

static void route_target(hub_request *request)
{
	const char *streams = hub_of(request)->config->path;
	void (*page)(hub_request *request) = NULL;
	sse_str path, query;
	bool is_stream;
	char message[256];

	sse_url_split(hub_http_value(&request->http, HUB_HTTP_TARGET), &path, &query);
	is_stream = sse_str_is(path, streams);
	for (size_t i = 0; !is_stream && i < sizeof(pages) / sizeof(pages[0]); i++) {
		if (sse_str_is(path, pages[i].path)) {
			page = pages[i].route;
		}
	}
	if (!is_stream && !page) {
		snprintf(message, sizeof(message), "There is nothing here; streams are at %.200s.", streams);
		refuse(request, 404, "not_found", message);
	} else if (is_stream && request->http.method == HUB_HTTP_OPTIONS) {
		route_preflight(request);
	} else if (request->http.method != HUB_HTTP_GET && request->http.method != HUB_HTTP_HEAD) {
		refuse_with(request, 405, is_stream ? "Allow: GET, HEAD, OPTIONS\r\n" : "Allow: GET, HEAD\r\n", "method_not_allowed",
			"Only GET and HEAD are answered here.");
	} else if (request->http.has_body) {
		refuse(request, 413, "body_not_allowed", "A request for a stream has no body.");
	} else if (is_stream) {
		route_stream(request, query);
	} else {
		page(request);
	}
}

void hub_route(hub_request *request)
{
	hub_of(request)->stats.http_requests++;
	switch (request->http.result) {
	case HUB_HTTP_COMPLETE:
		route_target(request);
		break;
	case HUB_HTTP_TARGET_LONG:
		refuse(request, 414, "target_too_long", "Path and query may have 8192 bytes: send a token in the Authorization header.");
		break;
	case HUB_HTTP_HEAD_LONG:
		refuse(request, 431, "head_too_long", "The request's head may have 16384 bytes: are there old cookies?");
		break;
	default:
		refuse(request, 400, "bad_request", "This is no HTTP/1.x request. TLS and HTTP/2 are a proxy's to speak.");
	}
}

void hub_route_timeout(hub_request *request)
{
	hub_of(request)->stats.http_requests++;
	refuse(request, 408, "timeout", "The request's head has to be here within 10 seconds.");
}
