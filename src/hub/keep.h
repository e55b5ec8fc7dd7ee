/*
 * While a takeover moves the streams from one hub to the other, neither gives its clients anything: what comes is kept, in
 * order, and given in the end by the one that has them then.
 */
#ifndef SSE_HUB_KEEP_H
#define SSE_HUB_KEEP_H

#include "core/str.h"

#include <stdint.h>

struct hub;
struct hub_channel;
typedef struct hub_keep hub_keep;

/* Writes what came until now; from here on clients are neither written nor swept. Precondition: hub->keep is NULL. */
void hub_keep_begin(struct hub *hub);

/*
 * Gives all that was kept to whoever is a client now, and goes on as before. Entries of topics that a client knows already
 * are left out. Does nothing when nothing is kept.
 */
void hub_keep_end(struct hub *hub);

/* The mark of that number was added to channel->block. */
void hub_keep_frame(hub_keep *keep, struct hub_channel *channel, uint32_t mark);
/* All streams of that user are to be ended, once it is known whose they are. */
void hub_keep_disconnect(hub_keep *keep, sse_str user);

#endif
