#include "hub.h"

#include "control.h"
#include "keep.h"
#include "listener.h"
#include "log.h"
#include "peers.h"
#include "presence.h"
#include "workers.h"
#include "state.h"
#include "takeover.h"

#include "core/alloc.h"
#include "core/backoff.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* Descriptors beyond those of the clients: sockets, Redis, the loop, requests under way. */
#define SPARE_FILES 256
/* A client of a hub that ends comes back after so many milliseconds, not all in the same one. */
#define DRAIN_RETRY_MIN_MS 500
#define DRAIN_RETRY_MAX_MS 5000
/* Of several processes: a signal so soon after the first one is the same wish. */
#define SAME_SIGNAL_MS 1000
/* What the clocks and the scheduler make a loop late that has nothing to do. */
#define NOT_LATE_MS 50

/* Starting */

static void raise_file_limit(const hub_config *config)
{
	struct rlimit limit;
	rlim_t wanted = (rlim_t)config->max_clients + SPARE_FILES;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
		return;
	}
	if (limit.rlim_cur < wanted) {
		limit.rlim_cur = limit.rlim_max == RLIM_INFINITY || wanted < limit.rlim_max ? wanted : limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	if (limit.rlim_cur < wanted) {
		hub_log(HUB_WARNING, "few_open_files",
			(hub_field[]){ HUB_NUMBER("limit", limit.rlim_cur), HUB_NUMBER("wanted", wanted),
				HUB_TEXT("do", "raise the limit of open files (ulimit -n, LimitNOFILE) or lower maxClients"),
				HUB_LAST });
	}
}

static void on_signal(uv_signal_t *signal, int number)
{
	struct hub *hub = signal->data;

	hub_log(HUB_INFO, "signal", (hub_field[]){ HUB_NUMBER("number", number), HUB_LAST });
	if (hub->config->peers && hub->phase == HUB_ENDING
		&& sse_loop_now_fresh(&hub->loop) + hub->config->drain < hub->ends_at + SAME_SIGNAL_MS) {
		return; /* a service manager tells each process, and the first one tells the others */
	}
	if (!hub->take && (hub->phase == HUB_SERVING || (hub->give && !hub->told_to_end))) {
		hub_drain(hub);
	} else {
		hub->phase = HUB_ENDED; /* the second one: whoever sent it does not want to wait */
	}
}

static void watch_signals(struct hub *hub)
{
	static const int numbers[] = { SIGTERM, SIGINT };
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		uv_signal_init(&hub->loop.uv, &hub->signals[i]);
		hub->signals[i].data = hub;
		uv_signal_start(&hub->signals[i], on_signal, numbers[i]);
	}
}

/* It is called every SSE_TICK_MS, or as soon as the loop turns again. */
static void note_lateness(sse_ticker *ticker, uint64_t now)
{
	struct hub *hub = SSE_LIST_ENTRY(ticker, struct hub, lateness);
	uint64_t passed = now - hub->ticked;

	hub->ticked = now;
	if (passed >= SSE_TICK_MS + NOT_LATE_MS) {
		hub->stats.late_ms += passed - SSE_TICK_MS;
	}
}

/* hiredis and libuv write without MSG_NOSIGNAL. */
static void ignore_sigpipe(struct sigaction *before)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };

	sigaction(SIGPIPE, &ignore, before);
}

/* Takes over from the hub that was found at the control path, if there is one. */
static int take_over(struct hub *hub, char *error, size_t error_size)
{
	struct sigaction before;
	hub_take *take = hub->take;
	int result;

	if (!take) {
		return 0;
	}
	ignore_sigpipe(&before);
	result = hub_take_run(take, error, error_size);
	sigaction(SIGPIPE, &before, NULL);
	hub->take = NULL;
	hub_take_free(take);
	return result;
}

hub *hub_new(const hub_config *config, char *error, size_t error_size)
{
	hub *hub = sse_calloc(1, sizeof(*hub));
	int err = sse_loop_init(&hub->loop);

	if (err == 0 && (err = hub_watch_init(&hub->watch, &hub->loop.uv, hub_client_ready)) != 0) {
		sse_loop_deinit(&hub->loop);
	}
	if (err != 0) {
		snprintf(error, error_size, "no event loop: %s", uv_strerror(err));
		sse_free(hub);
		return NULL;
	}
	hub->config = config;
	hub->started = hub->ticked = sse_loop_now(&hub->loop);
	hub->lateness.tick = note_lateness;
	sse_loop_add_ticker(&hub->loop, &hub->lateness);
	sse_map_init(&hub->channels, hub->loop.seed);
	sse_map_init(&hub->users, hub->loop.seed + 1);
	sse_map_init(&hub->addresses, hub->loop.seed + 3);
	sse_map_init(&hub->streams, hub->loop.seed + 2);
	sse_list_init(&hub->clients);
	sse_list_init(&hub->dirty);
	sse_list_init(&hub->pending);
	sse_list_init(&hub->opening);
	sse_list_init(&hub->closed);
	hub_wheel_init(&hub->wheel, hub->started);
	raise_file_limit(config);
	watch_signals(hub);
	hub->broker = config->redis.memory ? hub_memory_broker_new(hub) : hub_redis_broker_new(hub);
	hub->control = hub_control_new(hub, error, error_size);
	if (!hub->control || take_over(hub, error, error_size) != 0) {
		hub_free(hub);
		return NULL;
	}
	if (config->listen && !hub->listener && !(hub->listener = hub_listener_new(hub, error, error_size))) {
		hub_free(hub);
		return NULL;
	}
	if (config->takeover && !config->peers) {
		hub_workers_drain(config->control, 1);
	}
	return hub;
}

/* Serving */

/* What a turn brought is written; that may close clients, which may end subscriptions, and so on, but not for ever. */
static void finish_turn(struct hub *hub)
{
	hub_wheel_advance(&hub->wheel, sse_loop_now_fresh(&hub->loop));
	if (hub->keep) {
		hub->broker->ops->flush(hub->broker); /* the clients stay as they are until it is known whose they will be */
		return;
	}
	do {
		hub_channels_flush(hub);
		hub_clients_sweep(hub);
		if (hub->broker->ops->flush) {
			hub->broker->ops->flush(hub->broker);
		}
	} while (!sse_list_is_empty(&hub->dirty) || !sse_list_is_empty(&hub->pending) || !sse_list_is_empty(&hub->closed));
}

void hub_turn(struct hub *hub, uint64_t wake_at)
{
	sse_loop_turn(&hub->loop, wake_at);
	finish_turn(hub);
	hub_peers_note(hub);
}

static void check_end(struct hub *hub)
{
	if (hub->phase == HUB_ENDING
		&& ((hub->client_count == 0 && hub->broker->ops->is_settled(hub->broker) && hub_presence_is_settled(hub))
			|| sse_loop_now(&hub->loop) >= hub->ends_at)) {
		hub->phase = HUB_ENDED;
	}
}

void hub_run(hub *hub)
{
	struct sigaction before;

	ignore_sigpipe(&before);
	hub_log(HUB_INFO, "started",
		(hub_field[]){ HUB_TEXT("control", hub->config->control),
			HUB_TEXT("listen", hub->config->listen ? hub->config->listen : "none"), HUB_NUMBER("pid", getpid()),
			HUB_NUMBER("max_clients", hub->config->max_clients), HUB_LAST });
	while (hub->phase != HUB_ENDED) {
		hub_turn(hub, hub->phase == HUB_ENDING ? hub->ends_at : UINT64_MAX);
		if (hub->give) {
			hub_give_advance(hub->give);
		}
		check_end(hub);
	}
	hub_log(HUB_INFO, "ended", (hub_field[]){ HUB_NUMBER("clients", hub->client_count), HUB_LAST });
	sigaction(SIGPIPE, &before, NULL);
}

void hub_drain(struct hub *hub)
{
	if (hub->give) {
		hub->told_to_end = true; /* it will have no streams in a moment; if that fails they are drained */
		return;
	}
	if (hub->phase != HUB_SERVING) {
		return;
	}
	hub->phase = HUB_ENDING;
	hub->ends_at = sse_loop_now_fresh(&hub->loop) + hub->config->drain;
	hub_log(HUB_INFO, "draining",
		(hub_field[]){ HUB_NUMBER("clients", hub->client_count), HUB_NUMBER("ms", hub->config->drain),
			HUB_LAST });
	/* Workers stream inline from here on; the listener stays and tells who comes when to come back. */
	hub_control_stop(hub->control);
	SSE_LIST_EACH(link, &hub->clients) {
		hub_client *client = SSE_LIST_ENTRY(link, hub_client, everyone);

		hub->stats.drained += !client->ending && !client->closing;
		hub_client_end(client, (int64_t)sse_jitter(DRAIN_RETRY_MIN_MS, DRAIN_RETRY_MAX_MS, &hub->loop.seed));
	}
}

/* Ending */

void hub_free(hub *hub)
{
	size_t i;

	SSE_LIST_EACH(link, &hub->clients) {
		hub_client_close(SSE_LIST_ENTRY(link, hub_client, everyone));
	}
	hub_keep_end(hub);
	hub_clients_sweep(hub);
	hub_give_free(hub->give);
	hub_take_free(hub->take);
	if (hub->listener) {
		hub_listener_free(hub->listener);
	}
	if (hub->control) {
		hub_control_free(hub->control);
	}
	hub->broker->ops->free(hub->broker);
	for (i = 0; i < sizeof(hub->signals) / sizeof(hub->signals[0]); i++) {
		uv_close((uv_handle_t *)&hub->signals[i], NULL);
	}
	hub_watch_deinit(&hub->watch);
	sse_loop_deinit(&hub->loop);
	sse_map_deinit(&hub->channels);
	sse_map_deinit(&hub->users);
	sse_map_deinit(&hub->addresses);
	sse_map_deinit(&hub->streams);
	sse_free(hub);
}
