/*
 * The floor: the least that serves SSE from Redis. epoll, hiredis, one thread; no timeouts, no limits, no heartbeat, no
 * buffer for a client that does not read (it is cut).
 *
 *     floor PORT REDIS_PORT each|joined
 *
 * each: one write per delivery. joined: what one turn of the loop brings to a channel is one write per client.
 * GET /sse?c=CHANNEL is all that it understands.
 */
#define _GNU_SOURCE /* accept4 */

#include <arpa/inet.h>
#include <errno.h>
#include <hiredis/hiredis.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define SLOTS 32768 /* of the table of channels */
#define FDS 20000
#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n\r\n"

typedef struct channel {
	char *name;
	int *fds;
	int count, cap;
	char *bytes; /* joined: of this turn */
	size_t len, size;
	struct channel *dirty;
} channel;

static channel *table[SLOTS];
static channel *of_fd[FDS];
static channel *dirty;
static redisContext *redis;
static int epoll;
static bool is_joined;

static channel *find(const char *name, size_t len)
{
	uint32_t hash = 2166136261u;
	size_t i;

	for (i = 0; i < len; i++) {
		hash = (hash ^ (unsigned char)name[i]) * 16777619u;
	}
	for (hash %= SLOTS; table[hash]; hash = (hash + 1) % SLOTS) {
		if (strncmp(table[hash]->name, name, len) == 0 && table[hash]->name[len] == '\0') {
			return table[hash];
		}
	}
	table[hash] = calloc(1, sizeof(channel));
	table[hash]->name = strndup(name, len);
	return table[hash];
}

static void drop(int fd)
{
	channel *channel = of_fd[fd];
	int i;

	for (i = 0; channel && i < channel->count; i++) {
		if (channel->fds[i] == fd) {
			channel->fds[i] = channel->fds[--channel->count];
			break;
		}
	}
	of_fd[fd] = NULL;
	close(fd);
}

static void join(int fd)
{
	char request[4096];
	ssize_t got = read(fd, request, sizeof(request) - 1);
	char *name, *end;
	channel *channel;

	if (got <= 0 || of_fd[fd]) {
		drop(fd);
		return;
	}
	request[got] = '\0';
	name = strstr(request, "/sse?c=");
	end = name ? strchr(name, ' ') : NULL;
	if (!end || write(fd, HEAD, strlen(HEAD)) != (ssize_t)strlen(HEAD)) {
		drop(fd);
		return;
	}
	name += 7;
	channel = find(name, (size_t)(end - name));
	if (channel->count == channel->cap) {
		channel->cap = channel->cap ? channel->cap * 2 : 1;
		channel->fds = realloc(channel->fds, (size_t)channel->cap * sizeof(int));
	}
	channel->fds[channel->count++] = fd;
	of_fd[fd] = channel;
	if (channel->count == 1) {
		int done = 0;

		redisAppendCommand(redis, "SUBSCRIBE %s", channel->name);
		while (!done && redisBufferWrite(redis, &done) == REDIS_OK) {
		}
	}
}

static void write_all(channel *channel, const char *bytes, size_t len)
{
	int i;

	for (i = channel->count - 1; i >= 0; i--) {
		if (write(channel->fds[i], bytes, len) != (ssize_t)len) {
			drop(channel->fds[i]);
		}
	}
}

static void deliver(const redisReply *name, const redisReply *message)
{
	channel *channel = find(name->str, name->len);
	size_t need = message->len + 8;
	char *at;

	if (channel->len + need > channel->size) {
		channel->size = (channel->len + need) * 2;
		channel->bytes = realloc(channel->bytes, channel->size);
	}
	at = channel->bytes + channel->len;
	memcpy(at, "data: ", 6);
	memcpy(at + 6, message->str, message->len);
	memcpy(at + 6 + message->len, "\n\n", 2);
	if (!is_joined) {
		write_all(channel, at, need);
		return;
	}
	if (channel->len == 0) {
		channel->dirty = dirty;
		dirty = channel;
	}
	channel->len += need;
}

static void read_redis(void)
{
	int reads;

	/* hiredis reads 16 KiB at a time: a turn takes up to 256 KiB. */
	for (reads = 0; reads < 16; reads++) {
		size_t had = redis->reader->len;
		void *reply = NULL;

		if (redisBufferRead(redis) != REDIS_OK) {
			exit(1);
		}
		if (redis->reader->len == had) {
			break;
		}
		while (redisGetReplyFromReader(redis, &reply) == REDIS_OK && reply) {
			redisReply *push = reply;

			if (push->elements == 3 && push->element[0]->str[0] == 'm') {
				deliver(push->element[1], push->element[2]);
			}
			freeReplyObject(reply);
		}
	}
	for (; dirty; dirty = dirty->dirty) {
		write_all(dirty, dirty->bytes, dirty->len);
		dirty->len = 0;
	}
}

static void watch(int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
		exit(1);
	}
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	struct rlimit files;
	int listener, one = 1, connected;

	if (argc < 4) {
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	is_joined = strcmp(argv[3], "joined") == 0;
	epoll = epoll_create1(EPOLL_CLOEXEC);
	listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	address.sin_port = htons((uint16_t)atoi(argv[1]));
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) != 0 || listen(listener, 4096) != 0) {
		perror("floor");
		return 1;
	}
	redis = redisConnectNonBlock("127.0.0.1", atoi(argv[2]));
	if (!redis || redis->err) {
		return 1;
	}
	usleep(100000); /* until it is connected */
	watch(listener);
	watch(redis->fd);
	for (;;) {
		struct epoll_event events[512];
		int i, count = epoll_wait(epoll, events, 512, -1);

		for (i = 0; i < count; i++) {
			int fd = events[i].data.fd;

			if (fd == redis->fd) {
				read_redis();
			} else if (fd != listener) {
				join(fd);
			} else {
				while ((connected = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
					setsockopt(connected, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
					watch(connected);
				}
			}
		}
	}
}
