/*
 * Thousands of EventSource clients and the publisher of what they read: the load of benchmarks/run hub.
 *
 *     clients CASE OPTION...
 *
 *     idle            opens 1 connection, then --small, then --clients, and says what each costs in memory
 *     rate            publishes --messages at --rate per second
 *     ramp            publishes at --rate, doubled every --doubling seconds, until p99 of a quarter of a second passes 1 s
 *     hold            opens the connections, says so, and holds them until its standard input ends; with --publish,
 *                     each has had a message before
 *
 *     --port N        where the subject listens            --paths FILE    a line "CHANNEL PATH" for each channel
 *     --clients N     client i is on channel i % channels  --stalled N     the first N clients stop reading
 *     --publish WHERE see publisher.h                      --payload N     bytes of a message
 *     --pids N,N      the subject's processes              --connect-rate N   connections per second
 *     --in-flight N   connections without an answer        --messages N  --rate N  --doubling SECONDS  --small N
 *     --address N     source addresses from 127.0.0.(1 + N) on: programs that run beside each other need their own
 *     --wait 1        rate: says "ready 1", publishes after a line from standard input, and holds the connections until that ends
 *
 * The result is lines "NAME VALUE". Times are in the units that their names end with.
 */
#include "conns.h"
#include "hist.h"
#include "proc.h"
#include "publisher.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define WINDOW_NS 250000000
#define LIMIT_NS 1000000000 /* p99 that ends a ramp */

static conns_config config = {.channels = 0, .in_flight = 64, .payload = 100, .clients = 1, .address = 1};
static proc_set subject;
static char **names;
static publisher *publishing;
static double rate = 1000, doubling = 2;
static uint64_t messages = 1000;
static uint32_t small = 1000;
static bool waits;

void die(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "clients: ");
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "\n");
	exit(1);
}

static void read_paths(const char *file_name)
{
	FILE *file = fopen(file_name, "r");
	char *line = NULL, *space;
	size_t size = 0;
	ssize_t len;

	while (file && (len = getline(&line, &size, file)) > 0) {
		line[strcspn(line, "\n")] = '\0';
		space = strchr(line, ' ');
		if (!space) {
			die("%s: not a channel and a path", line);
		}
		*space = '\0';
		names = realloc(names, (config.channels + 1) * sizeof(*names));
		config.paths = realloc(config.paths, (config.channels + 1) * sizeof(*config.paths));
		names[config.channels] = strdup(line);
		config.paths[config.channels++] = strdup(space + 1);
	}
	if (config.channels == 0) {
		die("no paths in %s", file_name);
	}
	fclose(file);
	free(line);
}

static void say(const char *name, double value)
{
	printf("%s %.9g\n", name, value);
	fflush(stdout);
}

static void say_ns(const char *name, int64_t ns)
{
	say(name, (double)ns / 1e3);
}

static void say_faults(void)
{
	const conns_tally *tally = &conns_tally_now;

	say("lost", (double)tally->lost);
	say("doubled", (double)tally->doubled);
	say("disordered", (double)tally->disordered);
	say("malformed", (double)tally->malformed);
	say("gaps", (double)tally->gaps);
	say("failed", tally->failed);
	say("cut", tally->cut);
	say("publish_errors", publishing ? (double)publisher_errors(publishing) : 0);
}

/*
 * A subject may answer before it is subscribed: each channel gets a message again and again until all of its clients had one.
 * That also warms everything up.
 */
static void begin(void)
{
	char *ready = calloc(config.channels, 1);
	int64_t give_up = now_ns() + 20000000000;
	uint32_t i, left = config.channels, reading = config.clients - config.stalled;

	while (left > 0) {
		for (i = 0; i < config.channels; i++) {
			if (!ready[i]) {
				publisher_send(publishing, i, now_ns());
			}
			if (i % 50 == 49) { /* Nothing says that a subject takes a thousand at once. */
				publisher_flush(publishing);
				conns_serve(0.005);
			}
		}
		publisher_drain(publishing, 5);
		conns_serve(0.5);
		for (left = i = 0; i < config.channels; i++) {
			uint32_t mine = (config.clients - i + config.channels - 1) / config.channels;
			uint32_t deaf = config.stalled > i ? (config.stalled - i + config.channels - 1) / config.channels : 0;

			ready[i] = conns_begun(i) >= mine - deaf;
			left += !ready[i];
		}
		if (left > 0 && now_ns() > give_up) {
			die("%u of %u channels, with %u clients, are not served (%u open, %u failed, %u cut)", left, config.channels,
				reading, conns_tally_now.open, conns_tally_now.failed, conns_tally_now.cut);
		}
	}
	free(ready);
}

static void open_all(void)
{
	double seconds = conns_open(config.clients);

	say("connect_seconds", seconds);
	say("connections_per_second", config.clients / seconds);
	if (conns_tally_now.open < config.clients) {
		die("only %u of %u connections were opened (%u failed, %u cut)", conns_tally_now.open, config.clients, conns_tally_now.failed,
			conns_tally_now.cut);
	}
}

/* What runs still settles: garbage is collected, buffers of the last request are freed. */
static int64_t settled_pss(void)
{
	conns_serve(1.5);
	return proc_pss_kib(&subject);
}

static void run_idle(void)
{
	uint32_t steps[] = {1, small, config.clients};
	int64_t pss[3], cpu = 0;
	double seconds[3];
	int i, last = config.clients > small ? 2 : 1;

	for (i = 0; i <= last; i++) {
		cpu = proc_cpu_ns(&subject);
		seconds[i] = conns_open(steps[i]);
		cpu = proc_cpu_ns(&subject) - cpu;
		pss[i] = settled_pss();
		if (conns_tally_now.open < steps[i]) {
			die("only %u of %u connections were opened", conns_tally_now.open, steps[i]);
		}
	}
	say("connections_per_second", (steps[last] - steps[last - 1]) / seconds[last]);
	say("connect_cpu_us", (double)cpu / 1e3 / (steps[last] - steps[last - 1]));
	say("pss_kib", (double)pss[last]);
	say("small_kib_each", (double)(pss[1] - pss[0]) / (steps[1] - steps[0]));
	say("kib_each", (double)(pss[last] - pss[0]) / (steps[last] - steps[0]));
	say_faults();
}

/* Serves until there is a byte on standard input, or its end: false. */
static bool await_input(void)
{
	struct pollfd input = {0, POLLIN, 0};
	char c;

	while (poll(&input, 1, 0) == 0) {
		conns_turn(20);
	}
	return read(0, &c, 1) > 0;
}

static void run_rate(void)
{
	uint32_t each = config.clients / config.channels, deaf = config.stalled;
	pace pace = {.rate = rate, .limit = messages};
	uint64_t expected;
	int64_t cpu, give_up = 0;
	static hist last;

	open_all();
	begin();
	if (waits) {
		say("ready", 1);
		await_input();
	}
	conns_measure(config.channels == 1 ? (uint32_t)messages : 0, publisher_next(publishing, 0));
	expected = messages * (config.channels == 1 ? config.clients - deaf : each);
	cpu = proc_cpu_ns(&subject);
	publisher_start(publishing, &pace);
	while (conns_tally_now.deliveries < expected && (give_up == 0 || now_ns() < give_up)) {
		conns_turn(20);
		if (give_up == 0 && publisher_is_done(publishing)) {
			give_up = now_ns() + 10000000000;
		}
	}
	cpu = proc_cpu_ns(&subject) - cpu;
	publisher_stop(publishing);
	say("deliveries", (double)conns_tally_now.deliveries);
	say("missing", (double)expected - (double)conns_tally_now.deliveries);
	say("cpu_per_million", (double)cpu / 1e3 / (double)conns_tally_now.deliveries);
	say_ns("p50_us", hist_at(&conns_tally_now.all, 0.5));
	say_ns("p99_us", hist_at(&conns_tally_now.all, 0.99));
	say_ns("max_us", conns_tally_now.all.max);
	if (config.channels == 1) {
		say("broadcasts", conns_broadcasts(&last));
		say_ns("last_p50_us", hist_at(&last, 0.5));
		say_ns("last_max_us", last.max);
	}
	say("pss_kib", (double)proc_pss_kib(&subject));
	say_faults();
	while (waits && await_input()) {
		/* until all have measured */
	}
}

static void run_ramp(void)
{
	pace pace = {.rate = rate, .doubling = doubling, .limit = UINT64_MAX};
	uint64_t recent[4] = {0}, before = 0, best = 0, deliveries;
	int64_t window_end, cpu, silent = 0;
	const char *why = NULL;
	unsigned windows;

	open_all();
	begin();
	conns_measure(0, 0);
	cpu = proc_cpu_ns(&subject);
	publisher_start(publishing, &pace);
	window_end = now_ns() + WINDOW_NS;
	for (windows = 0; !why;) {
		int64_t now = now_ns(), p99;

		if (now < window_end) {
			conns_turn((int)((window_end - now) / 1000000) + 1);
			continue;
		}
		p99 = hist_at(&conns_tally_now.window, 0.99);
		deliveries = conns_tally_now.deliveries - before;
		before = conns_tally_now.deliveries;
		/* A window lasts until the turn that was under way has ended. */
		recent[windows++ % 4] = (uint64_t)((double)deliveries * WINDOW_NS / (double)(now - window_end + WINDOW_NS));
		if (windows >= 4 && recent[0] + recent[1] + recent[2] + recent[3] > best) {
			best = recent[0] + recent[1] + recent[2] + recent[3];
		}
		if (getenv("CLIENTS_TRACE")) {
			fprintf(stderr, "%.2f s: %.0f deliveries/s, p99 %.1f ms\n", windows * 0.25,
				(double)recent[(windows - 1) % 4] * 4, (double)p99 / 1e6);
		}
		silent = deliveries > 0 ? 0 : silent + WINDOW_NS;
		if (p99 > LIMIT_NS) {
			why = "late";
		} else if (conns_tally_now.cut > 0) {
			why = "cut";
		} else if (silent > 5 * (int64_t)LIMIT_NS) {
			why = "silent";
		} else if (conns_tally_now.lost > 0) {
			why = "lost";
		}
		hist_clear(&conns_tally_now.window);
		window_end = now + WINDOW_NS;
	}
	cpu = proc_cpu_ns(&subject) - cpu;
	say("per_second", (double)best);
	say("seconds", (double)windows * WINDOW_NS / 1e9);
	say("cpu_per_million", (double)cpu / 1e3 / (double)conns_tally_now.deliveries);
	printf("why %s\n", why);
	say_faults();
	fflush(stdout);
	/* The publisher may be waiting for a subject that has given up: nothing is left to be said to it. */
	_exit(0);
}

static void run_hold(void)
{
	int64_t cpu = proc_cpu_ns(&subject);

	open_all();
	say("connect_cpu_us", (double)(proc_cpu_ns(&subject) - cpu) / 1e3 / config.clients);
	if (publishing) {
		begin();
	}
	say("open", conns_tally_now.open);
	while (await_input()) {
		/* what it says is of no interest here */
	}
	say_faults();
}

static void read_options(int argc, char **argv)
{
	static const struct option known[] = {{"port", 1, NULL, 'p'}, {"paths", 1, NULL, 'f'}, {"clients", 1, NULL, 'c'},
		{"stalled", 1, NULL, 's'}, {"publish", 1, NULL, 'u'}, {"payload", 1, NULL, 'b'}, {"pids", 1, NULL, 'i'},
		{"connect-rate", 1, NULL, 'n'}, {"in-flight", 1, NULL, 'l'}, {"messages", 1, NULL, 'm'}, {"rate", 1, NULL, 'r'},
		{"doubling", 1, NULL, 'd'}, {"small", 1, NULL, 'a'},
		{"address", 1, NULL, 'o'}, {"wait", 1, NULL, 'w'}, {NULL, 0, NULL, 0}};
	const char *where = NULL, *pids = "";
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 'p':
			config.port = atoi(optarg);
			break;
		case 'f':
			read_paths(optarg);
			break;
		case 'c':
			config.clients = (uint32_t)atoi(optarg);
			break;
		case 's':
			config.stalled = (uint32_t)atoi(optarg);
			break;
		case 'u':
			where = optarg;
			break;
		case 'b':
			config.payload = (size_t)atoi(optarg);
			break;
		case 'i':
			pids = optarg;
			break;
		case 'n':
			config.rate = atof(optarg);
			break;
		case 'l':
			config.in_flight = (uint32_t)atoi(optarg);
			break;
		case 'm':
			messages = (uint64_t)atoll(optarg);
			break;
		case 'r':
			rate = atof(optarg);
			break;
		case 'a':
			small = (uint32_t)atoi(optarg);
			break;
		case 'o':
			config.address = (uint32_t)atoi(optarg);
			break;
		case 'w':
			waits = atoi(optarg) != 0;
			break;
		case 'd':
			doubling = atof(optarg);
			break;
		default:
			die("usage: see the head of main.c");
		}
	}
	if (!config.port || !config.channels || config.clients < config.channels || config.payload < 64) {
		die("--port and --paths are needed, a client for each channel, and 64 bytes for each message");
	}
	if (!proc_parse(&subject, pids)) {
		die("%s are no pids", pids);
	}
	if (where) {
		publishing = publisher_new(where, names, config.channels, (uint32_t)config.payload);
	}
}

int main(int argc, char **argv)
{
	struct rlimit files;
	const char *which = argc > 1 ? argv[1] : "";

	signal(SIGPIPE, SIG_IGN);
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	read_options(argc - 1, argv + 1);
	conns_setup(&config);
	if (strcmp(which, "idle") == 0) {
		run_idle();
	} else if (strcmp(which, "hold") == 0) {
		run_hold();
	} else if (strcmp(which, "rate") == 0 && publishing) {
		run_rate();
	} else if (strcmp(which, "ramp") == 0 && publishing) {
		run_ramp();
	} else {
		die("%s is no case, or it needs --publish", which);
	}
	return 0;
}
