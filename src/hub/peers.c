#include "peers.h"

#include "state.h"

#include <sys/mman.h>
#include <unistd.h>

#define COUNTERS (sizeof(hub_stats) / sizeof(uint64_t))

static size_t size_of(size_t count)
{
	return sizeof(hub_peers) + count * sizeof(hub_peer);
}

hub_peers *hub_peers_new(size_t count)
{
	hub_peers *peers = mmap(NULL, size_of(count), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (peers == MAP_FAILED) {
		return NULL;
	}
	peers->count = count;
	peers->parent = getpid();
	return peers;
}

void hub_peers_free(hub_peers *peers)
{
	munmap(peers, size_of(peers->count));
}

static void add_counters(hub_stats *to, const hub_stats *from)
{
	const uint64_t *source = (const uint64_t *)from;
	uint64_t *target = (uint64_t *)to;
	size_t i;

	for (i = 0; i < COUNTERS; i++) {
		target[i] += source[i];
	}
}

void hub_peers_note(const struct hub *hub)
{
	hub_peer *own;

	if (hub->config->peers) {
		own = &hub->config->peers->all[hub->config->number];
		own->gauges = hub_gauges_of(hub);
		own->stats = own->before;
		add_counters(&own->stats, &hub->stats);
	}
}

void hub_peers_add(const struct hub *hub, hub_gauges *gauges, hub_stats *stats)
{
	const hub_peers *peers = hub->config->peers;
	size_t i;

	if (!peers) {
		return;
	}
	add_counters(stats, &peers->all[hub->config->number].before);
	for (i = 0; i < peers->count; i++) {
		const hub_peer *peer = &peers->all[i];

		if (i == hub->config->number) {
			continue;
		}
		add_counters(stats, &peer->stats);
		if (peer->state == HUB_PEER_SERVING) {
			gauges->processes++;
			gauges->clients += peer->gauges.clients;
			gauges->max_clients += peer->gauges.max_clients;
			gauges->channels += peer->gauges.channels;
			gauges->users += peer->gauges.users;
			gauges->broker_ready = gauges->broker_ready && peer->gauges.broker_ready;
			gauges->resident_bytes += hub_resident_bytes(peer->pid);
		}
	}
}
