#include "peers.h"

#include "state.h"

#include <sys/mman.h>
#include <unistd.h>

/* Between two sums of the backlog, ms. */
#define LOOK_MS 1000

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
	uint64_t now = uv_now(&hub->loop.uv);
	hub_backlog backlog;
	hub_peer *own;

	if (hub->config->peers) {
		own = &hub->config->peers->all[hub->config->number];
		backlog = own->gauges.backlog;
		if (now - own->looked >= LOOK_MS) {
			own->looked = now;
			backlog = hub_backlog_of(hub);
		}
		own->gauges = hub_gauges_of(hub);
		own->gauges.backlog = backlog;
		own->stats = own->before;
		add_counters(&own->stats, &hub->stats);
	}
}

static void add_gauges(hub_gauges *to, const hub_gauges *from)
{
	to->processes++;
	to->clients += from->clients;
	to->max_clients += from->max_clients;
	to->channels += from->channels;
	to->users += from->users;
	to->presences += from->presences;
	to->backlog.clients += from->backlog.clients;
	to->backlog.bytes += from->backlog.bytes;
	to->broker_ready = to->broker_ready && from->broker_ready;
}

static void add_known(uint64_t *to, uint64_t value)
{
	if (*to != HUB_PROCESS_UNKNOWN && value != HUB_PROCESS_UNKNOWN) {
		*to += value;
	}
}

static void add_process(hub_process *to, hub_process from)
{
	add_known(&to->resident_bytes, from.resident_bytes);
	add_known(&to->open_files, from.open_files);
	add_known(&to->max_open_files, from.max_open_files);
	add_known(&to->cpu_ms, from.cpu_ms);
}

void hub_peers_add(const struct hub *hub, hub_gauges *gauges, hub_process *process, hub_stats *stats)
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
			add_gauges(gauges, &peer->gauges);
			add_process(process, hub_process_read(peer->pid));
		}
	}
}
