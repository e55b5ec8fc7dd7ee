/*
 * What a hub and the processes beside it have to tell each other. hub_run_workers() is in hub.h.
 */
#ifndef SSE_HUB_WORKERS_H
#define SSE_HUB_WORKERS_H

#include <stddef.h>

/* Tells the processes from that number (0 is the first) on to drain, as the hub that runs now has fewer. */
void hub_workers_drain(const char *control, size_t from);

#endif
