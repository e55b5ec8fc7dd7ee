#include "stats.h"

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

/* False where there is no /proc. */
static bool resident_bytes(uint64_t *bytes)
{
	FILE *file = fopen("/proc/self/statm", "re");
	uint64_t pages;
	bool found;

	if (!file) {
		return false;
	}
	found = fscanf(file, "%*u %" SCNu64, &pages) == 1;
	fclose(file);
	if (found) {
		*bytes = pages * (uint64_t)sysconf(_SC_PAGESIZE);
	}
	return found;
}

static void write_figures(const struct hub *hub, sse_buf *out, figure_writer writer)
{
	const figure gauges[] = {
		{ "clients", "Streams that are open", FIGURE_GAUGE, hub->client_count },
		{ "max_clients", "Streams that may be open", FIGURE_GAUGE, hub->config->max_clients },
		{ "channels", "Topics, channels, patterns and lists that somebody listens to", FIGURE_GAUGE, hub->channels.count },
		{ "users", "Users with open streams", FIGURE_GAUGE, hub->users.count },
		{ "broker_ready", "Whether the broker can be reached: 1 or 0", FIGURE_FLAG, hub->broker_ready },
		{ "phase", "0: serving, 1: ending, 2: handing over, 3: ended", FIGURE_PHASE, hub->phase },
		{ "uptime_seconds", "Seconds since the hub started", FIGURE_GAUGE, (uv_now(&hub->loop.uv) - hub->started) / 1000 },
	};
	const figure counters[] = {
#define HUB_COUNTER_FIGURE(name, help) { #name, help, FIGURE_COUNTER, hub->stats.name },
		HUB_COUNTERS(HUB_COUNTER_FIGURE)
#undef HUB_COUNTER_FIGURE
	};
	figure resident = { "resident_bytes", "Memory of the process", FIGURE_GAUGE, 0 };

	for (size_t i = 0; i < sizeof(gauges) / sizeof(*gauges); i++) {
		writer(out, &gauges[i]);
	}
	if (resident_bytes(&resident.value)) {
		writer(out, &resident);
	}
	for (size_t i = 0; i < sizeof(counters) / sizeof(*counters); i++) {
		writer(out, &counters[i]);
	}
}

static void write_metric(sse_buf *out, const figure *figure)
{
	const char *suffix = figure->type == FIGURE_COUNTER ? "_total" : "";

	put(out, "# HELP sse_hub_%s%s %s\n", figure->name, suffix, figure->help);
	put(out, "# TYPE sse_hub_%s%s %s\n", figure->name, suffix, figure->type == FIGURE_COUNTER ? "counter" : "gauge");
	put(out, "sse_hub_%s%s %" PRIu64 "\n", figure->name, suffix, figure->value);
}

void hub_metrics_write(const struct hub *hub, sse_buf *out)
{
	write_figures(hub, out, write_metric);
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
	put(out, "{\"pid\":%ld", (long)getpid());
	write_figures(hub, out, write_member);
	put(out, "}");
}
