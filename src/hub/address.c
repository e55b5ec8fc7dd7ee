#include "address.h"

#include "log.h"
#include "state.h"

#include "core/alloc.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#define IPV4_BYTES 4
/* Where the IPv4 address is in ::ffff:a.b.c.d, as a socket that listens at [::] sees it. */
#define MAPPED_OFFSET 12

/* The number of bytes; 0: it has no address. */
static size_t read_address(int fd, char bytes[HUB_ADDRESS_BYTES])
{
	struct sockaddr_storage peer;
	socklen_t len = sizeof(peer);

	memset(&peer, 0, sizeof(peer));
	if (getpeername(fd, (struct sockaddr *)&peer, &len) != 0) {
		return 0;
	}
	if (peer.ss_family == AF_INET) {
		memcpy(bytes, &((struct sockaddr_in *)&peer)->sin_addr, IPV4_BYTES);
		return IPV4_BYTES;
	}
	if (peer.ss_family == AF_INET6) {
		const struct in6_addr *address = &((struct sockaddr_in6 *)&peer)->sin6_addr;

		if (IN6_IS_ADDR_V4MAPPED(address)) {
			memcpy(bytes, address->s6_addr + MAPPED_OFFSET, IPV4_BYTES);
			return IPV4_BYTES;
		}
		memcpy(bytes, address->s6_addr, HUB_ADDRESS_BYTES);
		return HUB_ADDRESS_BYTES;
	}
	return 0;
}

hub_address *hub_address_join(struct hub *hub, int fd)
{
	char bytes[HUB_ADDRESS_BYTES];
	hub_address *address;
	size_t len;

	if (hub->config->max_per_ip == 0 || (len = read_address(fd, bytes)) == 0) {
		return NULL;
	}
	address = SSE_MAP_ENTRY(sse_map_find(&hub->addresses, 0, (sse_str){ bytes, len }), hub_address, node);
	if (!address) {
		address = sse_calloc(1, sizeof(*address));
		memcpy(address->bytes, bytes, len);
		address->node.key = (sse_str){ address->bytes, len };
		sse_map_insert(&hub->addresses, &address->node);
	}
	address->count++;
	return address;
}

static const char *format(const hub_address *address, char text[INET6_ADDRSTRLEN])
{
	struct in6_addr network;

	if (address->node.key.len == IPV4_BYTES) {
		return inet_ntop(AF_INET, address->bytes, text, INET6_ADDRSTRLEN);
	}
	memset(&network, 0, sizeof(network));
	memcpy(&network, address->bytes, HUB_ADDRESS_BYTES);
	return inet_ntop(AF_INET6, &network, text, INET6_ADDRSTRLEN);
}

bool hub_address_is_crowded(struct hub *hub, const hub_address *address)
{
	char text[INET6_ADDRSTRLEN];

	if (!address || address->count <= hub->config->max_per_ip) {
		return false;
	}
	hub->stats.per_ip_refused++;
	hub_log_seldom(HUB_WARNING, "http_per_ip", (const hub_field[]){ HUB_TEXT("address", format(address, text)), HUB_LAST });
	return true;
}

void hub_address_leave(struct hub *hub, hub_address *address)
{
	if (address && --address->count == 0) {
		sse_map_remove(&hub->addresses, &address->node);
		sse_free(address);
	}
}
