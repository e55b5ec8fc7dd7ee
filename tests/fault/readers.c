/*
 * Thousands of EventSource clients that count: what was received, lost, doubled, out of order, and how long nothing came. They come
 * back when their stream ends, with their Last-Event-ID, after the `retry:` that they were told.
 *
 *     readers FILE
 *
 * FILE declares sources and readers, a line each:
 *
 *     source topic|channel NAME
 *     readers COUNT HOST PORT reading|stalled SOURCE[,SOURCE…] PATH      sources by their number, from 0
 *
 * An event's data is `#SOURCE NUMBER NS xxx…`: NUMBER counts up on its source, NS is CLOCK_MONOTONIC when it was published.
 *
 * Commands on standard input, each answered with one line of JSON:
 *
 *     open               opens all that are not, and answers when they are
 *     status             streams that are open, events received
 *     expect SOURCE FILE the numbers that were published, one a line; without it nothing counts as lost
 *     report             all counts; may be asked again
 *     drop N             N streams are broken off, at random, and come back
 *     wake               those that are stalled read from now on, as slowly as all others
 *
 * A loss is `told` when the reader had an `event: gap` of that source between the event before it and the event behind it,
 * `away` when the reader's own connection ended there, else silent.
 */
#define _GNU_SOURCE

#include "command_lines.h"
#include "event_stream.h"
#include "hist.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define SOURCES 16
#define IN_FLIGHT 128      /* connections without an answer */
#define DEFAULT_RETRY_MS 1000
/* As browsers ask whether somebody is still there, but sooner: Chromium does after 45 s. */
#define KEEPALIVE_IDLE_S 5
#define KEEPALIVE_INTERVAL_S 1
#define SCAN_NS 5000000
#define EVENTS 512

typedef struct bits {
	uint64_t *words;
	size_t count;
} bits;

/* Where something happened: behind this number. */
typedef struct marks {
	int64_t *at;
	size_t count, cap;
} marks;

typedef struct source {
	bool is_topic;
	char name[128];
	bits expected;
	bool is_expected;
	hist latency;
	/* What goes on per reader is summed up in a report; these are noted at once. */
	uint64_t received, doubled, disordered, gaps;
} source;

typedef struct reader_sub {
	unsigned source;
	bits seen;
	int64_t newest;        /* number; -1: none */
	int64_t heard;         /* ns */
	int64_t pause;         /* the longest between two events */
	marks told, away;
} reader_sub;

typedef enum conn_state { CONN_WAITING, CONN_QUEUED, CONN_CONNECTING, CONN_HEAD, CONN_OPEN } conn_state;

typedef struct group {
	struct sockaddr_in to;
	char *path;
	bool is_stalled;
	unsigned sources[SOURCES], source_count;
} group;

typedef struct reader {
	group *group;
	reader_sub *subs;
	int fd;
	conn_state state;
	bool was_open;
	int64_t due; /* when it comes back */
	uint64_t max_ms, max_seq;  /* the newest id of all of its topics */
	event_stream stream;
	char last_id[64];
} reader;

static source sources[SOURCES];
static unsigned source_count;
static reader *readers;
static size_t reader_count;
static int epoll;
static uint32_t open_count, in_flight;
static uint64_t reconnects, refused, failed, ended, malformed, connections;
static bool awake, opening;
static char buf[256 * 1024];

static void die(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "readers: ");
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "\n");
	exit(1);
}

static void *grow(void *what, size_t size)
{
	void *grown = realloc(what, size);

	if (!grown) {
		die("no memory");
	}
	return grown;
}

/* Returns whether it was set before. */
static bool set_bit(bits *bits, uint64_t number)
{
	size_t word = number / 64;
	uint64_t bit = (uint64_t)1 << (number % 64);
	bool was_set;

	if (word >= bits->count) {
		size_t count = word + word / 2 + 16;

		bits->words = grow(bits->words, count * sizeof(uint64_t));
		memset(bits->words + bits->count, 0, (count - bits->count) * sizeof(uint64_t));
		bits->count = count;
	}
	was_set = bits->words[word] & bit;
	bits->words[word] |= bit;
	return was_set;
}

static void mark(marks *marks, int64_t at)
{
	if (marks->count > 0 && marks->at[marks->count - 1] == at) {
		return;
	}
	if (marks->count == marks->cap) {
		marks->cap = marks->cap ? marks->cap * 2 : 4;
		marks->at = grow(marks->at, marks->cap * sizeof(int64_t));
	}
	marks->at[marks->count++] = at;
}

static bool is_marked(const marks *marks, int64_t from, int64_t below)
{
	for (size_t i = 0; i < marks->count; i++) {
		if (marks->at[i] >= from && marks->at[i] < below) {
			return true;
		}
	}
	return false;
}

/* Connections */

static bool is_deaf(const reader *reader)
{
	return reader->group->is_stalled && !awake;
}

static void leave(reader *reader, int64_t wait_ns)
{
	if (reader->state == CONN_OPEN) {
		open_count--;
		for (unsigned i = 0; i < reader->group->source_count; i++) {
			mark(&reader->subs[i].away, reader->subs[i].newest);
		}
	} else {
		in_flight--;
	}
	close(reader->fd);
	reader->state = CONN_WAITING;
	reader->due = now_ns() + wait_ns;
	if (reader->was_open) {
		reconnects++;
	}
}

static void watch(reader *reader, int operation, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = reader };

	if (epoll_ctl(epoll, operation, reader->fd, &event) != 0) {
		die("epoll: %s", strerror(errno));
	}
}

static void fail(reader *reader)
{
	failed++;
	leave(reader, reader->stream.retry_ns);
}

static void dial(reader *reader)
{
	int small = 4096, on = 1, idle = KEEPALIVE_IDLE_S, interval = KEEPALIVE_INTERVAL_S;

	reader->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (reader->fd < 0) {
		die("no socket: %s", strerror(errno));
	}
	reader->state = CONN_CONNECTING;
	event_stream_begin(&reader->stream);
	in_flight++;
	connections++;
	if (is_deaf(reader)) {
		setsockopt(reader->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	}
	setsockopt(reader->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(reader->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	setsockopt(reader->fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
	setsockopt(reader->fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof(interval));
	if (connect(reader->fd, (struct sockaddr *)&reader->group->to, sizeof(reader->group->to)) != 0 && errno != EINPROGRESS) {
		fail(reader);
		return;
	}
	watch(reader, EPOLL_CTL_ADD, EPOLLOUT);
}

static void ask(reader *reader)
{
	char request[4096], id[96] = "";
	int len, error = 0;
	socklen_t size = sizeof(error);

	getsockopt(reader->fd, SOL_SOCKET, SO_ERROR, &error, &size);
	if (error != 0) {
		fail(reader);
		return;
	}
	if (reader->last_id[0]) {
		snprintf(id, sizeof(id), "Last-Event-ID: %s\r\n", reader->last_id);
	}
	len = snprintf(request, sizeof(request),
		"GET %s HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nCache-Control: no-cache\r\n%s\r\n", reader->group->path, id);
	if (len >= (int)sizeof(request) || send(reader->fd, request, (size_t)len, MSG_NOSIGNAL) != len) {
		fail(reader);
		return;
	}
	reader->state = CONN_HEAD;
	watch(reader, EPOLL_CTL_MOD, EPOLLIN);
}

/* Frames */

static bool parse_id(const char *text, uint64_t *ms, uint64_t *seq)
{
	char *end;

	*ms = strtoull(text, &end, 10);
	if (end == text || *end != '-') {
		return false;
	}
	*seq = strtoull(end + 1, &end, 10);
	return *end == '\0';
}

static void on_gap(reader *reader)
{
	char name[128] = "";
	const char *start = strstr(reader->stream.data, "\"source\":\"");

	if (start) {
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(start + 10, "\""), start + 10);
	}
	for (unsigned i = 0; i < reader->group->source_count; i++) {
		reader_sub *sub = &reader->subs[i];

		if (name[0] == '\0' || strcmp(name, sources[sub->source].name) == 0) {
			sources[sub->source].gaps++;
			mark(&sub->told, sub->newest);
		}
	}
}

static void on_number(reader *reader, unsigned index, int64_t number, int64_t sent)
{
	reader_sub *sub = NULL;
	source *source = &sources[index];
	uint64_t ms, seq;
	int64_t now = now_ns();
	bool is_late = false;

	for (unsigned i = 0; i < reader->group->source_count; i++) {
		if (reader->group->sources[i] == index) {
			sub = &reader->subs[i];
		}
	}
	if (!sub) {
		malformed++; /* an event that it did not ask for */
		return;
	}
	if (source->is_topic) {
		if (!reader->stream.has_id || !parse_id(reader->stream.id, &ms, &seq)) {
			malformed++;
			return;
		}
		is_late = ms < reader->max_ms || (ms == reader->max_ms && seq <= reader->max_seq);
		if (!is_late) {
			reader->max_ms = ms;
			reader->max_seq = seq;
		}
	}
	if (set_bit(&sub->seen, (uint64_t)number)) {
		source->doubled++;
		return;
	}
	if (is_late || number < sub->newest) {
		source->disordered++;
	}
	source->received++;
	if (number > sub->newest) {
		sub->newest = number;
	}
	hist_note(&source->latency, now - sent);
	if (sub->heard > 0 && now - sub->heard > sub->pause) {
		sub->pause = now - sub->heard;
	}
	sub->heard = now;
}

static void on_frame(void *arg)
{
	reader *reader = arg;
	unsigned index;
	long long number, sent;

	if (reader->stream.has_id) {
		memcpy(reader->last_id, reader->stream.id, sizeof(reader->stream.id));
	}
	if (reader->stream.has_data && strcmp(reader->stream.event, "gap") == 0) {
		on_gap(reader);
	} else if (reader->stream.has_data && reader->stream.event[0] == '\0') {
		if (sscanf(reader->stream.data, "#%u %lld %lld", &index, &number, &sent) == 3 && index < source_count && number >= 0) {
			on_number(reader, index, number, sent);
		} else {
			malformed++;
		}
	}
}

static void on_answer(reader *reader)
{
	if (reader->stream.phase == STREAM_REFUSED) {
		refused++;
		leave(reader, reader->stream.retry_ns); /* EventSource would give up; SseClient of js/ comes back */
		return;
	}
	in_flight--;
	open_count++;
	reader->state = CONN_OPEN;
	reader->was_open = true;
	if (is_deaf(reader)) {
		watch(reader, EPOLL_CTL_MOD, 0);
	}
}

static void read_some(reader *reader)
{
	ssize_t got = read(reader->fd, buf, sizeof(buf));

	if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
		return;
	}
	if (got <= 0) {
		if (reader->state == CONN_OPEN) {
			leave(reader, reader->stream.retry_ns);
		} else {
			fail(reader);
		}
		return;
	}
	event_stream_feed(&reader->stream, buf, (size_t)got, on_frame, reader);
	if (reader->state == CONN_HEAD && reader->stream.phase != STREAM_HEAD) {
		on_answer(reader);
	}
	if (reader->stream.phase == STREAM_ENDED) {
		ended++;
		leave(reader, reader->stream.retry_ns);
	}
}

static void turn(int timeout_ms)
{
	static int64_t scanned;
	struct epoll_event events[EVENTS];
	int count = epoll_wait(epoll, events, EVENTS, timeout_ms);
	int64_t now;

	for (int i = 0; i < count; i++) {
		reader *reader = events[i].data.ptr;

		if (!reader) {
			continue; /* standard input */
		}
		if (reader->state == CONN_CONNECTING) {
			ask(reader);
		} else if (reader->state >= CONN_HEAD) {
			read_some(reader);
		}
	}
	now = now_ns();
	if (opening && now - scanned >= SCAN_NS) {
		scanned = now;
		for (size_t i = 0; i < reader_count && in_flight < IN_FLIGHT; i++) {
			if (readers[i].state == CONN_WAITING && readers[i].due <= now) {
				dial(&readers[i]);
			}
		}
	}
}

/* What is declared */

static void add_source(const char *kind, const char *name)
{
	source *source = &sources[source_count++];

	if (source_count > SOURCES) {
		die("more than %d sources", SOURCES);
	}
	source->is_topic = strcmp(kind, "topic") == 0;
	snprintf(source->name, sizeof(source->name), "%s", name);
}

static void add_readers(size_t count, const char *host, int port, const char *how, char *of, const char *path)
{
	group *group = calloc(1, sizeof(*group));
	char *rest = of, *number;

	group->to.sin_family = AF_INET;
	group->to.sin_port = htons((uint16_t)port);
	inet_pton(AF_INET, host, &group->to.sin_addr);
	group->path = strdup(path);
	group->is_stalled = strcmp(how, "stalled") == 0;
	while ((number = strsep(&rest, ","))) {
		group->sources[group->source_count++] = (unsigned)atoi(number);
	}
	readers = grow(readers, (reader_count + count) * sizeof(*readers));
	for (size_t i = 0; i < count; i++) {
		reader *reader = &readers[reader_count++];

		memset(reader, 0, sizeof(*reader));
		reader->group = group;
		reader->stream.retry_ns = DEFAULT_RETRY_MS * (int64_t)1000000;
		reader->subs = calloc(group->source_count, sizeof(*reader->subs));
		for (unsigned j = 0; j < group->source_count; j++) {
			reader->subs[j].source = group->sources[j];
			reader->subs[j].newest = -1;
		}
	}
}

static void declare(const char *file_name)
{
	FILE *file = fopen(file_name, "r");
	char line[8192], a[128], b[128], how[16], of[64], path[7000];
	unsigned long count;
	int port;

	if (!file) {
		die("%s: %s", file_name, strerror(errno));
	}
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "source %127s %127s", a, b) == 2) {
			add_source(a, b);
		} else if (sscanf(line, "readers %lu %127s %d %15s %63s %6999s", &count, a, &port, how, of, path) == 6) {
			add_readers(count, a, port, how, of, path);
		} else {
			die("what is %s", line);
		}
	}
	fclose(file);
}

/* Commands */

static void expect(unsigned index, const char *file_name)
{
	FILE *file = fopen(file_name, "r");
	source *source = &sources[index];
	long long number;

	if (!file || index >= source_count) {
		die("expect: %s", file_name);
	}
	memset(source->expected.words, 0, source->expected.count * sizeof(uint64_t));
	source->is_expected = true;
	while (fscanf(file, "%lld", &number) == 1) {
		set_bit(&source->expected, (uint64_t)number);
	}
	fclose(file);
	printf("{}\n");
}

typedef struct losses {
	uint64_t lost, told, away;
} losses;

static void count_losses(const reader_sub *sub, losses *losses)
{
	const bits *expected = &sources[sub->source].expected;
	int64_t before = -1;

	for (size_t word = 0; word < expected->count; word++) {
		uint64_t seen = word < sub->seen.count ? sub->seen.words[word] : 0, missing = expected->words[word] & ~seen;

		if (missing == 0) {
			if (seen) {
				before = (int64_t)word * 64 + 63 - __builtin_clzll(seen);
			}
			continue;
		}
		for (int bit = 0; bit < 64; bit++) {
			int64_t number = (int64_t)word * 64 + bit;

			if (seen >> bit & 1) {
				before = number;
			} else if (missing >> bit & 1) {
				losses->lost++;
				if (is_marked(&sub->told, before, number)) {
					losses->told++;
				} else if (is_marked(&sub->away, before, number)) {
					losses->away++;
				}
			}
		}
	}
}

static void report(void)
{
	printf("{\"readers\":%zu,\"open\":%u,\"connections\":%lu,\"reconnects\":%lu,\"refused\":%lu,\"failed\":%lu,\"ended\":%lu,"
		"\"malformed\":%lu,\"sources\":[",
		reader_count, open_count, connections, reconnects, refused, failed, ended, malformed);
	for (unsigned i = 0; i < source_count; i++) {
		source *source = &sources[i];
		losses losses = { 0, 0, 0 };
		int64_t pause = 0;
		size_t count = 0;

		for (size_t j = 0; j < reader_count; j++) {
			for (unsigned k = 0; k < readers[j].group->source_count; k++) {
				reader_sub *sub = &readers[j].subs[k];

				if (sub->source != i || is_deaf(&readers[j])) {
					continue;
				}
				count++;
				if (sub->pause > pause) {
					pause = sub->pause;
				}
				if (source->is_expected) {
					count_losses(sub, &losses);
				}
			}
		}
		printf("%s{\"name\":\"%s\",\"kind\":\"%s\",\"readers\":%zu,\"received\":%lu,\"lost\":%lu,\"told\":%lu,\"away\":%lu,"
			"\"doubled\":%lu,\"disordered\":%lu,\"gaps\":%lu,\"pauseMs\":%.0f,\"p99Ms\":%.1f,\"maxMs\":%.1f}",
			i ? "," : "", source->name, source->is_topic ? "topic" : "channel", count, source->received, losses.lost, losses.told,
			losses.away, source->doubled, source->disordered, source->gaps, (double)pause / 1e6,
			(double)hist_at(&source->latency, 0.99) / 1e6, (double)source->latency.max / 1e6);
	}
	printf("]}\n");
}

static void drop(long count)
{
	uint32_t all = open_count;

	if (count > (long)all) {
		count = all;
	}
	for (long left = count; left > 0;) {
		reader *reader = &readers[(size_t)random() % reader_count];

		if (reader->state == CONN_OPEN) {
			leave(reader, random() % 100 * 1000000);
			left--;
		}
	}
	printf("{\"dropped\":%ld}\n", count);
}

static void wake(void)
{
	awake = true;
	for (size_t i = 0; i < reader_count; i++) {
		if (readers[i].group->is_stalled && readers[i].state == CONN_OPEN) {
			watch(&readers[i], EPOLL_CTL_MOD, EPOLLIN);
		}
	}
	printf("{}\n");
}

static void open_all(void)
{
	opening = true;
	while (open_count < reader_count) {
		turn(20);
	}
	printf("{\"open\":%u}\n", open_count);
}

static void obey(char *line)
{
	char file[4096];
	unsigned index;
	long count;

	if (strcmp(line, "open") == 0) {
		open_all();
	} else if (strcmp(line, "status") == 0) {
		uint64_t received = 0;

		for (unsigned i = 0; i < source_count; i++) {
			received += sources[i].received;
		}
		printf("{\"open\":%u,\"received\":%lu,\"reconnects\":%lu}\n", open_count, received, reconnects);
	} else if (sscanf(line, "expect %u %4095s", &index, file) == 2) {
		expect(index, file);
	} else if (strcmp(line, "report") == 0) {
		report();
	} else if (sscanf(line, "drop %ld", &count) == 1) {
		drop(count);
	} else if (strcmp(line, "wake") == 0) {
		wake();
	} else {
		die("what is \"%s\"", line);
	}
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct rlimit files;
	struct epoll_event input = { .events = EPOLLIN, .data.ptr = NULL };

	if (argc != 2) {
		die("usage: readers FILE");
	}
	signal(SIGPIPE, SIG_IGN);
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	srandom((unsigned)getpid());
	declare(argv[1]);
	epoll = epoll_create1(EPOLL_CLOEXEC);
	if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &input) != 0) {
		die("epoll: %s", strerror(errno));
	}
	while (command_lines_read(obey)) {
		turn(5);
	}
	return 0;
}
