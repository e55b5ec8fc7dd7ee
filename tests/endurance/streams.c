/*
 * Thousands of EventSource clients for hours: they come, go, come back with their Last-Event-ID, and stop reading for a while.
 *
 *     streams FILE
 *
 * FILE has a line for each client that may be online:
 *
 *     PORT PAGE slow|fast TOPIC[,TOPIC…] PATH      topics and pages are numbers
 *
 * Each event is of a topic's log, `#TOPIC NUMBER NS xxx…`: NUMBER counts up by one on its topic, NS is CLOCK_MONOTONIC when it was
 * published. So a client knows what it must get next, from the first event that it had; what it remembers does not grow.
 *
 * Commands on standard input, each answered with one line of JSON:
 *
 *     online N           N more are online
 *     replace N          N leave for good, N others take their place
 *     reload PAGE        all of a page break off and come back at once
 *     stall N MS         N slow ones stop reading for so long
 *     status             all counts; p99Ms is that of fast ones since the last status
 *     behind FILE        the numbers of the last event of each topic, one a line: how many times it is missing; of
 *                        these: to clients with an open stream, to slow ones, to those that never had one
 */
#define _GNU_SOURCE

#include "command_lines.h"
#include "event_stream.h"
#include "hist.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define TOPICS 4      /* of one client */
#define IN_FLIGHT 128 /* connections without an answer */
#define DEFAULT_RETRY_NS 1000000000
#define SCAN_NS 50000000
#define EVENTS 512

typedef enum client_state { CLIENT_OFFLINE, CLIENT_WAITING, CLIENT_CONNECTING, CLIENT_HEAD, CLIENT_OPEN } client_state;

typedef struct client {
	int port, page, fd;
	char *path;
	bool is_slow, is_stalled, resumes;
	unsigned topics[TOPICS], topic_count;
	client_state state;
	int64_t due; /* when it comes back, or reads on; of an open one when it began */
	int64_t newest[TOPICS]; /* -1: none yet */
	event_stream stream;
	char last_id[64];
} client;

static client *clients;
static size_t client_count;
static int epoll;
static uint32_t online_count, open_count, in_flight, stalled_count;
static uint64_t received, lost, doubled, gaps, malformed, begun, resumed, refused, failed, cut;
static hist window;
static char buf[256 * 1024];

static void die(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "streams: ");
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "\n");
	exit(1);
}

/* Connections */

static void watch(client *client, int operation, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = client };

	if (epoll_ctl(epoll, operation, client->fd, &event) != 0) {
		die("epoll: %s", strerror(errno));
	}
}

static void leave(client *client, int64_t wait_ns)
{
	if (client->state == CLIENT_OPEN) {
		open_count--;
	} else if (client->state > CLIENT_WAITING) {
		in_flight--;
	}
	if (client->state > CLIENT_WAITING) {
		close(client->fd);
	}
	if (client->is_stalled) {
		client->is_stalled = false;
		stalled_count--;
	}
	client->state = CLIENT_WAITING;
	client->due = now_ns() + wait_ns;
}

static void fail(client *client)
{
	failed++;
	leave(client, client->stream.retry_ns);
}

static void dial(client *client)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)client->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int receive = 4096, segment = 1400, on = 1;

	client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (client->fd < 0) {
		die("no socket: %s", strerror(errno));
	}
	client->state = CLIENT_CONNECTING;
	event_stream_begin(&client->stream);
	in_flight++;
	if (client->is_slow) {
		/* With segments as on Ethernet, and not of 64 KiB as on loopback, the system keeps less for those that do not read. */
		setsockopt(client->fd, SOL_SOCKET, SO_RCVBUF, &receive, sizeof(receive));
		setsockopt(client->fd, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof(segment));
	}
	setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(client->fd, (struct sockaddr *)&to, sizeof(to)) != 0 && errno != EINPROGRESS) {
		fail(client);
		return;
	}
	watch(client, EPOLL_CTL_ADD, EPOLLOUT);
}

static void ask(client *client)
{
	char request[4096], id[96] = "";
	int len, error = 0;
	socklen_t size = sizeof(error);

	getsockopt(client->fd, SOL_SOCKET, SO_ERROR, &error, &size);
	client->resumes = client->last_id[0] != '\0';
	if (client->resumes) {
		snprintf(id, sizeof(id), "Last-Event-ID: %s\r\n", client->last_id);
	}
	len = snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n%s\r\n", client->path, id);
	if (error != 0 || len >= (int)sizeof(request) || send(client->fd, request, (size_t)len, MSG_NOSIGNAL) != len) {
		fail(client);
		return;
	}
	client->state = CLIENT_HEAD;
	watch(client, EPOLL_CTL_MOD, EPOLLIN);
}

static void on_event(client *client, unsigned topic, int64_t number, int64_t sent)
{
	for (unsigned i = 0; i < client->topic_count; i++) {
		int64_t newest = client->newest[i];

		if (client->topics[i] != topic) {
			continue;
		}
		if (newest >= 0 && number <= newest) {
			doubled++; /* or out of order: then it was counted as lost before */
			return;
		}
		if (newest >= 0) {
			lost += (uint64_t)(number - newest - 1);
		}
		client->newest[i] = number;
		received++;
		/* Who was away is late by that, and who did not read by what has to be read first. */
		if (!client->is_slow && client->due < sent) {
			hist_note(&window, now_ns() - sent);
		}
		return;
	}
	malformed++;
}

static void on_frame(void *arg)
{
	client *client = arg;
	event_stream *stream = &client->stream;
	unsigned topic;
	long long number, sent;

	if (stream->has_id) {
		memcpy(client->last_id, stream->id, sizeof(stream->id));
	}
	if (strcmp(stream->event, "gap") == 0) {
		gaps++;
	} else if (stream->has_data && stream->event[0] == '\0') {
		if (stream->has_id && sscanf(stream->data, "#%u %lld %lld", &topic, &number, &sent) == 3) {
			on_event(client, topic, number, sent);
		} else {
			malformed++;
		}
	}
}

static void on_answer(client *client)
{
	if (client->stream.phase == STREAM_REFUSED) {
		refused++;
		leave(client, client->stream.retry_ns);
		return;
	}
	in_flight--;
	open_count++;
	client->state = CLIENT_OPEN;
	client->due = now_ns();
	if (client->resumes) {
		resumed++;
	} else {
		begun++;
	}
}

static void read_some(client *client)
{
	ssize_t got = read(client->fd, buf, sizeof(buf));

	if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
		return;
	}
	if (got <= 0 && client->state == CLIENT_HEAD) {
		fail(client);
		return;
	}
	if (got > 0) {
		event_stream_feed(&client->stream, buf, (size_t)got, on_frame, client);
		if (client->state == CLIENT_HEAD && client->stream.phase != STREAM_HEAD) {
			on_answer(client);
		}
	}
	if (client->state == CLIENT_OPEN && (got <= 0 || client->stream.phase == STREAM_ENDED)) {
		cut++;
		leave(client, client->stream.retry_ns);
	}
}

static void scan(int64_t now)
{
	for (size_t i = 0; i < client_count; i++) {
		client *client = &clients[i];

		if (client->state == CLIENT_WAITING && client->due <= now && in_flight < IN_FLIGHT) {
			dial(client);
		} else if (client->is_stalled && client->due <= now) {
			client->is_stalled = false;
			stalled_count--;
			watch(client, EPOLL_CTL_MOD, EPOLLIN);
		}
	}
}

static void turn(void)
{
	static int64_t scanned;
	struct epoll_event events[EVENTS];
	int count = epoll_wait(epoll, events, EVENTS, 50);
	int64_t now;

	for (int i = 0; i < count; i++) {
		client *client = events[i].data.ptr;

		if (client && client->state == CLIENT_CONNECTING) {
			ask(client);
		} else if (client && client->state >= CLIENT_HEAD) {
			read_some(client);
		}
	}
	now = now_ns();
	if (now - scanned >= SCAN_NS) {
		scanned = now;
		scan(now);
	}
}

/* Commands */

static client *any(client_state state)
{
	for (;;) {
		client *client = &clients[(size_t)random() % client_count];

		if (client->state == state && !client->is_stalled) {
			return client;
		}
	}
}

/* As somebody new. */
static void come(uint32_t count)
{
	if (count > client_count - online_count) {
		die("no more than %zu", client_count);
	}
	for (online_count += count; count > 0; count--) {
		client *client = any(CLIENT_OFFLINE);

		client->state = CLIENT_WAITING;
		client->due = 0;
		client->last_id[0] = '\0';
		client->stream.retry_ns = DEFAULT_RETRY_NS;
		for (unsigned i = 0; i < TOPICS; i++) {
			client->newest[i] = -1;
		}
	}
}

static void replace(uint32_t count)
{
	if (count > open_count - stalled_count) {
		count = open_count - stalled_count;
	}
	come(count);
	for (online_count -= count; count > 0; count--) {
		client *client = any(CLIENT_OPEN);

		leave(client, 0);
		client->state = CLIENT_OFFLINE;
	}
}

static void reload(int page)
{
	for (size_t i = 0; i < client_count; i++) {
		if (clients[i].page == page && clients[i].state == CLIENT_OPEN) {
			leave(&clients[i], 0);
		}
	}
}

static void stall(uint32_t count, int64_t ms)
{
	for (size_t i = 0; i < client_count && count > 0; i++) {
		client *client = &clients[i];

		if (client->is_slow && client->state == CLIENT_OPEN && !client->is_stalled) {
			client->is_stalled = true;
			client->due = now_ns() + ms * 1000000;
			stalled_count++;
			watch(client, EPOLL_CTL_MOD, 0);
			count--;
		}
	}
}

static void behind(const char *file_name)
{
	FILE *file = fopen(file_name, "r");
	int64_t *last = NULL;
	size_t count = 0;
	unsigned found = 0, open = 0, slow = 0, never = 0;
	long long number;

	if (!file) {
		die("%s: %s", file_name, strerror(errno));
	}
	while (fscanf(file, "%lld", &number) == 1) {
		last = realloc(last, (count + 1) * sizeof(*last));
		last[count++] = number;
	}
	fclose(file);
	for (size_t i = 0; i < client_count; i++) {
		for (unsigned j = 0; clients[i].state != CLIENT_OFFLINE && j < clients[i].topic_count; j++) {
			if (clients[i].newest[j] != last[clients[i].topics[j]]) {
				found++;
				open += clients[i].state == CLIENT_OPEN;
				slow += clients[i].is_slow;
				never += clients[i].newest[j] < 0;
			}
		}
	}
	free(last);
	printf("{\"behind\":%u,\"open\":%u,\"slow\":%u,\"never\":%u}\n", found, open, slow, never);
}

static void status(void)
{
	printf("{\"online\":%u,\"open\":%u,\"stalled\":%u,\"received\":%lu,\"lost\":%lu,\"doubled\":%lu,\"gaps\":%lu,\"malformed\":%lu,"
		"\"begun\":%lu,\"resumed\":%lu,\"refused\":%lu,\"failed\":%lu,\"cut\":%lu,\"p99Ms\":%.1f}\n",
		online_count, open_count, stalled_count, received, lost, doubled, gaps, malformed, begun, resumed, refused, failed, cut,
		(double)hist_at(&window, 0.99) / 1e6);
	hist_clear(&window);
}

static void obey(char *line)
{
	char file[4096];
	unsigned count, ms;
	int page;

	if (strcmp(line, "status") == 0) {
		status();
	} else if (sscanf(line, "behind %4095s", file) == 1) {
		behind(file);
	} else {
		if (sscanf(line, "online %u", &count) == 1) {
			come(count);
		} else if (sscanf(line, "replace %u", &count) == 1) {
			replace(count);
		} else if (sscanf(line, "reload %d", &page) == 1) {
			reload(page);
		} else if (sscanf(line, "stall %u %u", &count, &ms) == 2) {
			stall(count, ms);
		} else {
			die("what is \"%s\"", line);
		}
		printf("{}\n");
	}
	fflush(stdout);
}

static void declare(const char *file_name)
{
	FILE *file = fopen(file_name, "r");
	char line[4096], how[8], of[64], path[3900];
	client new;

	if (!file) {
		die("%s: %s", file_name, strerror(errno));
	}
	while (fgets(line, sizeof(line), file)) {
		char *rest = of, *topic;

		memset(&new, 0, sizeof(new));
		if (sscanf(line, "%d %d %7s %63s %3899s", &new.port, &new.page, how, of, path) != 5) {
			die("what is %s", line);
		}
		new.is_slow = strcmp(how, "slow") == 0;
		new.path = strdup(path);
		while (new.topic_count < TOPICS && (topic = strsep(&rest, ","))) {
			new.topics[new.topic_count++] = (unsigned)atoi(topic);
		}
		clients = realloc(clients, (client_count + 1) * sizeof(*clients));
		clients[client_count++] = new;
	}
	fclose(file);
}

int main(int argc, char **argv)
{
	struct rlimit files;
	struct epoll_event input = { .events = EPOLLIN, .data.ptr = NULL };

	if (argc != 2) {
		die("usage: streams FILE");
	}
	signal(SIGPIPE, SIG_IGN);
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	declare(argv[1]);
	epoll = epoll_create1(EPOLL_CLOEXEC);
	if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &input) != 0) {
		die("epoll: %s", strerror(errno));
	}
	while (command_lines_read(obey)) {
		turn();
	}
	return 0;
}
