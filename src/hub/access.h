/*
 * What a request for a stream brings along: its credentials, the topics that it wants of them, the id it was left at.
 */
#ifndef SSE_HUB_ACCESS_H
#define SSE_HUB_ACCESS_H

#include "http_parse.h"

#include "core/subscription.h"

/* Longer ones are none that anybody gave out. */
#define HUB_TICKET_MAX 256

typedef enum hub_credential {
	HUB_CREDENTIAL_NONE,
	HUB_CREDENTIAL_TICKET,
	HUB_CREDENTIAL_TOKEN
} hub_credential;

typedef struct hub_access {
	hub_credential credential;
	sse_str secret;         /* the ticket or the token */
	sse_str topics;         /* names with commas between; NULL data: all that the token grants */
	sse_str last_event_id;  /* NULL data: none */
	sse_buf decoded;        /* owned: what was percent-encoded of these; the rest is borrowed from the request */
} hub_access;

/*
 * Of several credentials the first counts: ?ticket=, ?token=, Authorization: Bearer, the cookie sse_token. An id that no frame
 * could hold, or that is longer than SSE_SUBSCRIPTION_ID_MAX, counts as none. False when what is needed of the query is not
 * percent-encoded as it should be. To be deinitialised in any case.
 */
bool hub_access_read(hub_access *access, const hub_http *http, sse_str query);
void hub_access_deinit(hub_access *access);

/*
 * Takes all topics but these (names with commas between) out of what a token grants. False when one of them is not among
 * them; the subscription is then not to be used.
 */
bool hub_access_narrow(sse_subscription *granted, sse_str topics);

#endif
