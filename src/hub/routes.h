/*
 * What each request is answered with, and which become streams.
 *
 *     GET {config->path}             a stream: ?ticket=, ?token=, Authorization: Bearer, cookie sse_token; ?topics=a,b narrows a
 *                                    token; Last-Event-ID, ?lastEventId= or ?last_seen_id= resumes
 *     GET /healthz /readyz /metrics  for whoever watches over the hub; not to be let through by a proxy
 */
#ifndef SSE_HUB_ROUTES_H
#define SSE_HUB_ROUTES_H

#include "request.h"

/* Answers a request whose head is complete, or cannot be read. It may be gone then. */
void hub_route(hub_request *request);

/* Its head did not come in time. */
void hub_route_timeout(hub_request *request);

/* Nobody could say what its ticket is worth. */
void hub_route_unsure(hub_request *request);

#endif
