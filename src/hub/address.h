/*
 * How many connections of the listener, requests and streams, come from one address. Only where max_per_ip is set, and only
 * from whom the system says they come: behind a proxy that is the proxy, and its headers are anybody's to write.
 */
#ifndef SSE_HUB_ADDRESS_H
#define SSE_HUB_ADDRESS_H

#include "core/map.h"

#include <stdbool.h>
#include <stddef.h>

struct hub;

/* IPv4: all of it. IPv6: the first 64 bits, as whoever has one address there has the whole network. */
#define HUB_ADDRESS_BYTES 8

typedef struct hub_address {
	sse_map_node node;  /* hub->addresses; key: bytes */
	size_t count;
	char bytes[HUB_ADDRESS_BYTES];
} hub_address;

/*
 * Counts a connection, to be given to hub_address_leave() when it is gone. NULL where none is counted: without a limit, and
 * from a Unix socket.
 */
hub_address *hub_address_join(struct hub *hub, int fd);

/* Counts it as refused, and logs it, when there are more than max_per_ip with it. */
bool hub_address_is_crowded(struct hub *hub, const hub_address *address);

/* NULL is allowed. */
void hub_address_leave(struct hub *hub, hub_address *address);

#endif
