#include "stats.h"

#include "peers.h"
#include "process.h"
#include "state.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

typedef enum figure_type { FIGURE_COUNTER, FIGURE_GAUGE, FIGURE_FLAG, FIGURE_PHASE } figure_type;

/* One figure; the writers below are handed all of them, one by one. */
typedef struct figure {
	const char *name;
	const char *help;
	figure_type type;
	uint64_t value;
} figure;

typedef void (*figure_writer)(sse_buf *out, const figure *figure);

static const char *const phase_names[] = {
	[HUB_SERVING] = "serving",
	[HUB_ENDING] = "ending",
	[HUB_HANDING_OVER] = "handing over",
	[HUB_ENDED] = "ended",
};

__attribute__((format(printf, 2, 3))) static void put(sse_buf *out, const char *format, ...)
{
	char text[512];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (len > 0) {
		sse_buf_append(out, text, (size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1);
	}
}

hub_backlog hub_backlog_of(const struct hub *hub)
{
	hub_backlog sum = { 0, 0 };

	for (const sse_link *link = hub->clients.next; link != &hub->clients; link = link->next) {
		const hub_client *client = SSE_LIST_ENTRY(link, hub_client, everyone);

		if (client->out.is_blocked) {
			sum.clients++;
			sum.bytes += client->out.bytes;
		}
	}
	return sum;
}

hub_gauges hub_gauges_of(const struct hub *hub)
{
	return (hub_gauges){
		.processes = 1,
		.clients = hub->client_count,
		.max_clients = hub->config->max_clients,
		.channels = hub->channels.count,
		.users = hub->users.count,
		.presences = hub->presences,
		.broker_ready = hub->broker_ready,
	};
}

static void write_figures(const struct hub *hub, sse_buf *out, figure_writer writer)
{
	hub_process process = hub_process_read(getpid());
	hub_gauges now = hub_gauges_of(hub);
	hub_stats stats = hub->stats;

	now.backlog = hub_backlog_of(hub);
	hub_peers_add(hub, &now, &process, &stats);
	const figure figures[] = {
		{ "processes", "Processes of this hub that are serving", FIGURE_GAUGE, now.processes },
		{ "clients", "Streams that are open", FIGURE_GAUGE, now.clients },
		{ "max_clients", "Streams that may be open", FIGURE_GAUGE, now.max_clients },
		{ "backlogs", "Streams whose client has not read what was sent", FIGURE_GAUGE, now.backlog.clients },
		{ "backlog_bytes", "Bytes that wait for such clients", FIGURE_GAUGE, now.backlog.bytes },
		{ "channels", "Topics, channels, patterns and lists that somebody listens to", FIGURE_GAUGE, now.channels },
		{ "users", "Users with open streams", FIGURE_GAUGE, now.users },
		{ "presences", "Members of presence channels here, one for each stream and channel", FIGURE_GAUGE, now.presences },
		{ "broker_ready", "Whether the broker can be reached: 1 or 0", FIGURE_FLAG, now.broker_ready },
		{ "phase", "0: serving, 1: ending, 2: handing over, 3: ended", FIGURE_PHASE, hub->phase },
		{ "uptime_seconds", "Seconds since the hub started", FIGURE_GAUGE, (uv_now(&hub->loop.uv) - hub->started) / 1000 },
		{ "resident_bytes", "Memory of the processes", FIGURE_GAUGE, process.resident_bytes },
		{ "open_files", "Descriptors that are open: one for each stream, and some", FIGURE_GAUGE, process.open_files },
		{ "max_open_files", "Descriptors that may be open", FIGURE_GAUGE, process.max_open_files },
		{ "cpu_ms", "Milliseconds of processor time; 1,000 in a second are all that a process can use", FIGURE_COUNTER, process.cpu_ms },
#define HUB_COUNTER_FIGURE(name, help) { #name, help, FIGURE_COUNTER, stats.name },
		HUB_COUNTERS(HUB_COUNTER_FIGURE)
#undef HUB_COUNTER_FIGURE
	};

	for (size_t i = 0; i < sizeof(figures) / sizeof(*figures); i++) {
		if (figures[i].value != HUB_PROCESS_UNKNOWN) {
			writer(out, &figures[i]);
		}
	}
}

static void write_metric(sse_buf *out, const figure *figure)
{
	const char *suffix = figure->type == FIGURE_COUNTER ? "_total" : "";

	put(out, "# HELP sse_hub_%s%s %s\n", figure->name, suffix, figure->help);
	put(out, "# TYPE sse_hub_%s%s %s\n", figure->name, suffix, figure->type == FIGURE_COUNTER ? "counter" : "gauge");
	put(out, "sse_hub_%s%s %" PRIu64 "\n", figure->name, suffix, figure->value);
}

/* In quotes, as Prometheus and JSON both read it. Addresses are plain text, but for the path of a socket. */
static void write_quoted(sse_buf *out, const char *text)
{
	sse_buf_append_str(out, "\"");
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\') {
			sse_buf_append_str(out, "\\");
		}
		sse_buf_append(out, *text >= ' ' && *text <= '~' ? text : "?", 1);
	}
	sse_buf_append_str(out, "\"");
}

static void write_address(sse_buf *out, const char *address)
{
	put(out, "# HELP sse_hub_redis_info The address of the Redis that the hub is connected to\n# TYPE sse_hub_redis_info gauge\n");
	sse_buf_append_str(out, "sse_hub_redis_info{address=");
	write_quoted(out, address);
	sse_buf_append_str(out, "} 1\n");
}

void hub_metrics_write(const struct hub *hub, sse_buf *out)
{
	write_figures(hub, out, write_metric);
	if (hub->broker_address[0] != '\0') {
		write_address(out, hub->broker_address);
	}
}

static void write_member(sse_buf *out, const figure *figure)
{
	switch (figure->type) {
	case FIGURE_FLAG:
		put(out, ",\"%s\":%s", figure->name, figure->value ? "true" : "false");
		break;
	case FIGURE_PHASE:
		put(out, ",\"%s\":\"%s\"", figure->name, phase_names[figure->value]);
		break;
	default:
		put(out, ",\"%s\":%" PRIu64, figure->name, figure->value);
	}
}

void hub_stats_json(const struct hub *hub, sse_buf *out)
{
	put(out, "{\"pid\":%ld,\"broker\":\"%s\"", (long)getpid(), hub->config->redis.memory ? "memory" : "redis");
	if (hub->broker_address[0] != '\0') {
		put(out, ",\"redis\":");
		write_quoted(out, hub->broker_address);
	}
	write_figures(hub, out, write_member);
	put(out, "}");
}
