#define _GNU_SOURCE /* IP_BIND_ADDRESS_NO_PORT, strcasestr */

#include "conns.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS 512
#define PER_ADDRESS 10000     /* connections from one source address: far fewer than there are ports */
#define ANSWER_NS 30000000000 /* how long a request may wait for its answer */

conns_tally conns_tally_now;

static const conns_config *config;
static conn *conns;
static int epoll;
static uint32_t opened; /* sockets that were connected, whatever became of them */
static uint32_t unanswered;
static uint32_t *again;     /* connections to be tried once more: EventSource would, too */
static uint32_t again_count, tries_left;
static char buf[256 * 1024];
static broadcast *broadcasts;
static uint32_t broadcast_count;
static int64_t broadcast_first;

void conns_setup(const conns_config *with)
{
	config = with;
	conns = calloc(config->clients, sizeof(*conns));
	again = calloc(config->clients, sizeof(*again));
	tries_left = config->clients / 4 + 4;
	epoll = epoll_create1(EPOLL_CLOEXEC);
	if (!conns || !again || epoll < 0) {
		die("no memory, or no epoll");
	}
}

static void close_conn(conn *conn)
{
	close(conn->fd);
	if (conn->state == CONN_HEAD) {
		unanswered--;
		conns_tally_now.failed++;
		if (tries_left > 0) {
			tries_left--;
			again[again_count++] = (uint32_t)(conn - conns);
		}
	} else {
		conns_tally_now.open--;
		conns_tally_now.cut++;
	}
	conn->state = CONN_CLOSED;
}

static void connect_one(uint32_t index)
{
	conn *conn = &conns[index];
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)config->port)};
	struct sockaddr_in from = {.sin_family = AF_INET};
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = conn};
	const char *path;
	char request[4096];
	int one = 1, small = 4096, len;

	memset(conn, 0, sizeof(*conn));
	conn->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	conn->channel = index % config->channels;
	conn->state = CONN_HEAD;
	conn->expected = -1;
	conn->is_stalled = index < config->stalled;
	path = config->paths[conn->channel];
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + config->address + index / PER_ADDRESS);
	setsockopt(conn->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof(one));
	if (conn->is_stalled) {
		setsockopt(conn->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	}
	/* On the loopback a connect waits for nothing but a full backlog, which in_flight keeps away. */
	if (conn->fd < 0 || bind(conn->fd, (struct sockaddr *)&from, sizeof(from)) != 0 ||
		connect(conn->fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
		die("connection %u: %s", index, strerror(errno));
	}
	fcntl(conn->fd, F_SETFL, O_NONBLOCK);
	len = snprintf(request, sizeof(request),
		"GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAccept: text/event-stream\r\nCache-Control: no-cache\r\n\r\n", path,
		config->port);
	unanswered++;
	if (len >= (int)sizeof(request) || send(conn->fd, request, (size_t)len, MSG_NOSIGNAL) != len ||
		epoll_ctl(epoll, EPOLL_CTL_ADD, conn->fd, &event) != 0) {
		close_conn(conn);
	}
}

double conns_open(uint32_t count)
{
	int64_t start = now_ns(), progress = start;
	uint32_t first = opened, answered = 0;

	while (opened < count || again_count > 0 || unanswered > 0) {
		bool wanted = false;

		while ((wanted = opened < count || again_count > 0) && unanswered < config->in_flight &&
			(config->rate <= 0 || (double)(now_ns() - start) * config->rate >= (double)(opened - first) * 1e9)) {
			connect_one(again_count > 0 ? again[--again_count] : opened++);
		}
		conns_turn(wanted && unanswered < config->in_flight ? 0 : 10);
		if (answered != conns_tally_now.open + conns_tally_now.failed) {
			answered = conns_tally_now.open + conns_tally_now.failed;
			progress = now_ns();
		} else if (now_ns() - progress > ANSWER_NS) {
			die("%u of %u streams were opened, and then none for %.0f s", conns_tally_now.open, count, ANSWER_NS / 1e9);
		}
	}
	return (double)(now_ns() - start) / 1e9;
}

static void on_message(conn *conn, const char *line, uint32_t len, int64_t now)
{
	/* line is at least `data: #` and ends somewhere in a buffer that has a byte after it that is no digit. */
	char *end;
	int64_t number = strtoll(line + 7, &end, 10), sent = strtoll(end, NULL, 10);

	if (len != 6 + config->payload || sent <= 0) {
		conns_tally_now.malformed++;
		return;
	}
	if (conn->expected >= 0 && number != conn->expected) {
		if (number > conn->expected) {
			conns_tally_now.lost += (uint64_t)(number - conn->expected);
		} else if (number == conn->expected - 1) {
			conns_tally_now.doubled++;
			return;
		} else {
			conns_tally_now.disordered++;
			return;
		}
	}
	conn->expected = number + 1;
	conns_tally_now.deliveries++;
	hist_note(&conns_tally_now.all, now - sent);
	hist_note(&conns_tally_now.window, now - sent);
	if (broadcasts && number >= broadcast_first && number - broadcast_first < broadcast_count) {
		broadcast *broadcast = &broadcasts[number - broadcast_first];

		broadcast->published = sent;
		broadcast->last = now;
		broadcast->count++;
	}
}

static void on_line(conn *conn, const char *line, uint32_t len, int64_t now)
{
	if (len > 0 && line[(len < CONN_LINE ? len : CONN_LINE) - 1] == '\r' && len < CONN_LINE) {
		len--;
	}
	if (conn->state == CONN_HEAD) {
		if (len >= 12 && memcmp(line, "HTTP/1.", 7) == 0) {
			conn->is_ok = memcmp(line + 8, " 200", 4) == 0;
		} else if (len >= 26 && strncasecmp(line, "Transfer-Encoding: chunked", 26) == 0) {
			conn->chunk = CHUNK_SIZE;
		} else if (len == 0) {
			if (!conn->is_ok) {
				close_conn(conn);
				return;
			}
			conn->state = CONN_OPEN;
			unanswered--;
			conns_tally_now.open++;
			if (conn->is_stalled) {
				epoll_ctl(epoll, EPOLL_CTL_DEL, conn->fd, NULL);
			}
		}
	} else if (len > 7 && memcmp(line, "data: #", 7) == 0) {
		on_message(conn, line, len, now);
	} else if (len == 10 && memcmp(line, "event: gap", 10) == 0) {
		conns_tally_now.gaps++;
	}
}

/* Feeds lines; stops behind the head, because what follows may be chunked. Returns what was used. */
static size_t feed_lines(conn *conn, const char *at, size_t len, int64_t now)
{
	const char *start = at, *end = at + len;

	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		uint32_t part = (uint32_t)((newline ? newline : end) - at);
		uint8_t state = conn->state;

		if (conn->line_len == 0 && newline) {
			on_line(conn, at, part, now);
		} else {
			if (conn->line_len < CONN_LINE - 1) {
				uint32_t room = CONN_LINE - 1 - conn->line_len;

				memcpy(conn->line + conn->line_len, at, part < room ? part : room);
			}
			conn->line_len += part;
			if (newline) {
				conn->line[conn->line_len < CONN_LINE ? conn->line_len : CONN_LINE - 1] = '\0';
				on_line(conn, conn->line, conn->line_len, now);
				conn->line_len = 0;
			}
		}
		at += part + (newline ? 1 : 0);
		if (conn->state != state) {
			break;
		}
	}
	return (size_t)(at - start);
}

static size_t feed_chunk(conn *conn, const char *at, size_t len, int64_t now)
{
	size_t part = len < conn->chunk_left ? len : conn->chunk_left;
	char c = *at;

	switch (conn->chunk) {
	case CHUNK_SIZE:
		if (c >= '0' && c <= '9') {
			conn->chunk_left = conn->chunk_left * 16 + (uint32_t)(c - '0');
		} else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
			conn->chunk_left = conn->chunk_left * 16 + (uint32_t)((c | 0x20) - 'a' + 10);
		} else if (c == '\n') {
			if (conn->chunk_left == 0) {
				close_conn(conn);
			}
			conn->chunk = CHUNK_DATA;
		} else if (c != '\r') {
			conn->chunk = CHUNK_EXTENSION;
		}
		return 1;
	case CHUNK_EXTENSION:
		conn->chunk = c == '\n' ? CHUNK_DATA : CHUNK_EXTENSION;
		return 1;
	case CHUNK_DATA:
		feed_lines(conn, at, part, now);
		conn->chunk_left -= (uint32_t)part;
		if (conn->chunk_left == 0) {
			conn->chunk = CHUNK_DATA_END;
		}
		return part;
	default:
		if (c == '\n') {
			conn->chunk = CHUNK_SIZE;
		}
		return 1;
	}
}

static void read_conn(conn *conn)
{
	ssize_t got = read(conn->fd, buf, sizeof(buf) - 1);
	int64_t now = now_ns();
	size_t at = 0;

	if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
		return;
	}
	if (got <= 0) {
		close_conn(conn);
		return;
	}
	buf[got] = '\0';
	while (at < (size_t)got && conn->state != CONN_CLOSED) {
		if (conn->state == CONN_OPEN && conn->chunk != CHUNK_NONE) {
			at += feed_chunk(conn, buf + at, (size_t)got - at, now);
		} else {
			at += feed_lines(conn, buf + at, (size_t)got - at, now);
		}
	}
}

void conns_turn(int timeout_ms)
{
	struct epoll_event events[EVENTS];
	int i, count = epoll_wait(epoll, events, EVENTS, timeout_ms);

	for (i = 0; i < count; i++) {
		read_conn(events[i].data.ptr);
	}
}

void conns_serve(double seconds)
{
	int64_t end = now_ns() + (int64_t)(seconds * 1e9), now;

	while ((now = now_ns()) < end) {
		int64_t left = (end - now) / 1000000 + 1;

		conns_turn((int)(left < 100 ? left : 100));
	}
}

uint32_t conns_begun(uint32_t channel)
{
	uint32_t i, begun = 0;

	for (i = channel; i < opened; i += config->channels) {
		begun += conns[i].expected >= 0;
	}
	return begun;
}

void conns_measure(uint32_t count, int64_t first)
{
	conns_tally_now.deliveries = 0;
	hist_clear(&conns_tally_now.all);
	hist_clear(&conns_tally_now.window);
	free(broadcasts);
	broadcasts = count ? calloc(count, sizeof(*broadcasts)) : NULL;
	broadcast_count = count;
	broadcast_first = first;
}

uint32_t conns_broadcasts(hist *last)
{
	uint32_t i, whole = 0;

	hist_clear(last);
	for (i = 0; i < broadcast_count; i++) {
		if (broadcasts[i].count == conns_tally_now.open - config->stalled) {
			hist_note(last, broadcasts[i].last - broadcasts[i].published);
			whole++;
		}
	}
	return whole;
}
