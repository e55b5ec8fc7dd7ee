#define _GNU_SOURCE /* memmem */

#include "publisher.h"

#include "conns.h"
#include "grip.h"
#include "hist.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define LATE_NS 5000000 /* a message published later than this counts from when it was due */

typedef enum publisher_kind { PUBLISHER_REDIS, PUBLISHER_SCRIPT, PUBLISHER_HTTP, PUBLISHER_GRIP } publisher_kind;

struct publisher {
	publisher_kind kind;
	char **names;
	uint32_t channels;
	uint32_t payload;
	int64_t *next; /* of each channel */
	char *message; /* payload bytes */
	uint64_t unanswered, errors;
	/* Redis */
	redisContext *redis;
	char sha[41];
	/* HTTP, GRIP: answers are only counted, by HTTP's status lines. */
	char path[200];
	int port, fd;
	char *out;
	size_t out_len, out_cap;
	char answer[64 * 1024];
	size_t answer_len;
	/* the thread */
	pthread_t thread;
	pace pace;
	atomic_bool stop, done;
	uint64_t sent;
};

static void connect_redis(publisher *publisher, const char *script)
{
	publisher->redis = redisConnect("127.0.0.1", publisher->port);
	if (!publisher->redis || publisher->redis->err) {
		die("no Redis at %d", publisher->port);
	}
	if (script) {
		FILE *file = fopen(script, "r");
		static char body[64 * 1024];
		size_t len = file ? fread(body, 1, sizeof(body), file) : 0;
		redisReply *reply = redisCommand(publisher->redis, "SCRIPT LOAD %b", body, len);

		if (len == 0 || !reply || reply->type != REDIS_REPLY_STRING || reply->len != 40) {
			die("%s cannot be loaded", script);
		}
		memcpy(publisher->sha, reply->str, 41);
		freeReplyObject(reply);
		fclose(file);
	}
	publisher->fd = publisher->redis->fd;
}

static void connect_socket(publisher *publisher)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)publisher->port)};
	int one = 1;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	publisher->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (publisher->fd < 0 || connect(publisher->fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
		die("nobody to publish to at %d", publisher->port);
	}
	setsockopt(publisher->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (publisher->kind == PUBLISHER_GRIP && !grip_begin(publisher->fd)) {
		die("no ZeroMQ at %d", publisher->port);
	}
	fcntl(publisher->fd, F_SETFL, O_NONBLOCK);
}

publisher *publisher_new(const char *where, char **names, uint32_t channels, uint32_t payload)
{
	publisher *publisher = calloc(1, sizeof(*publisher));
	char kind[16], rest[200] = "";

	publisher->names = names;
	publisher->channels = channels;
	publisher->payload = payload;
	publisher->next = calloc(channels, sizeof(*publisher->next));
	publisher->message = malloc(payload + 65);
	memset(publisher->message, 'x', payload + 64);
	if (sscanf(where, "%15[a-z]:%d:%199s", kind, &publisher->port, rest) < 2) {
		die("%s is nowhere to publish to", where);
	}
	if (strcmp(kind, "redis") == 0) {
		publisher->kind = PUBLISHER_REDIS;
		connect_redis(publisher, NULL);
	} else if (strcmp(kind, "script") == 0) {
		publisher->kind = PUBLISHER_SCRIPT;
		connect_redis(publisher, rest);
	} else if (strcmp(kind, "http") == 0 || strcmp(kind, "grip") == 0) {
		publisher->kind = kind[0] == 'h' ? PUBLISHER_HTTP : PUBLISHER_GRIP;
		memcpy(publisher->path, rest, sizeof(publisher->path));
		connect_socket(publisher);
	} else {
		die("%s is no way to publish", kind);
	}
	return publisher;
}

int64_t publisher_next(const publisher *publisher, uint32_t channel)
{
	return publisher->next[channel];
}

uint64_t publisher_errors(const publisher *publisher)
{
	return publisher->errors;
}

static void queue_redis(publisher *publisher, const char *name)
{
	if (publisher->kind == PUBLISHER_REDIS) {
		const char *args[] = {"PUBLISH", name, publisher->message};
		size_t lens[] = {7, strlen(name), publisher->payload};

		redisAppendCommandArgv(publisher->redis, 3, args, lens);
	} else {
		char log[200];
		size_t log_len = (size_t)snprintf(log, sizeof(log), "sse:%s", name);
		/* The keys and arguments of src/io/lua/publish.lua, with the extension's defaults. */
		const char *args[] = {"EVALSHA", publisher->sha, "2", log, "sse", "", publisher->message, "1000", "86400"};
		size_t lens[] = {7, 40, 1, log_len, 3, 0, publisher->payload, 4, 5};

		redisAppendCommandArgv(publisher->redis, 9, args, lens);
	}
}

static void queue_http(publisher *publisher, const char *name)
{
	size_t need = publisher->payload + sizeof(publisher->path) + strlen(name) + GRIP_OVERHEAD;
	char path[400];

	if (publisher->out_len + need > publisher->out_cap) {
		publisher->out_cap = (publisher->out_len + need) * 2;
		publisher->out = realloc(publisher->out, publisher->out_cap);
	}
	if (publisher->kind == PUBLISHER_HTTP) {
		const char *mark = strstr(publisher->path, "%s");

		snprintf(path, sizeof(path), "%.*s%s%s", (int)(mark ? mark - publisher->path : 0), publisher->path, name,
			mark ? mark + 2 : "");
		publisher->out_len += (size_t)sprintf(publisher->out + publisher->out_len,
			"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\nContent-Length: %u\r\n\r\n%.*s", path,
			publisher->payload, (int)publisher->payload, publisher->message);
		return;
	}
	publisher->out_len += grip_message(publisher->out + publisher->out_len, name, publisher->message, publisher->payload);
}

void publisher_send(publisher *publisher, uint32_t channel, int64_t stamp)
{
	char head[64];
	int len = snprintf(head, sizeof(head), "#%lld %lld ", (long long)publisher->next[channel]++, (long long)stamp);

	memset(publisher->message, 'x', sizeof(head));
	memcpy(publisher->message, head, (size_t)len);
	if (publisher->redis) {
		queue_redis(publisher, publisher->names[channel]);
	} else {
		queue_http(publisher, publisher->names[channel]);
	}
	/* Pushpin answers nothing. */
	publisher->unanswered += publisher->kind != PUBLISHER_GRIP;
}

static void flush_redis(publisher *publisher)
{
	struct pollfd watched = {publisher->fd, POLLIN, 0};
	int done = 0;

	while (!done) {
		if (redisBufferWrite(publisher->redis, &done) != REDIS_OK) {
			die("publishing: %s", publisher->redis->errstr);
		}
	}
	while (publisher->unanswered > 0 && poll(&watched, 1, 0) > 0) {
		void *reply = NULL;

		if (redisBufferRead(publisher->redis) != REDIS_OK) {
			die("publishing: %s", publisher->redis->errstr);
		}
		while (redisGetReplyFromReader(publisher->redis, &reply) == REDIS_OK && reply) {
			publisher->unanswered--;
			if (((redisReply *)reply)->type == REDIS_REPLY_ERROR) {
				publisher->errors++;
				fprintf(stderr, "clients: %s\n", ((redisReply *)reply)->str);
			}
			freeReplyObject(reply);
		}
	}
}

static void flush_http(publisher *publisher)
{
	size_t sent = 0;
	char *at, *status;
	ssize_t n;

	while (sent < publisher->out_len &&
		   (n = send(publisher->fd, publisher->out + sent, publisher->out_len - sent, MSG_NOSIGNAL)) > 0) {
		sent += (size_t)n;
	}
	publisher->out_len -= sent;
	memmove(publisher->out, publisher->out + sent, publisher->out_len);
	while ((n = recv(publisher->fd, publisher->answer + publisher->answer_len,
				sizeof(publisher->answer) - publisher->answer_len, 0)) > 0) {
		publisher->answer_len += (size_t)n;
		at = publisher->answer;
		while ((status = memmem(at, (size_t)(publisher->answer + publisher->answer_len - at), "HTTP/1.1 ", 9)) &&
			   status + 10 <= publisher->answer + publisher->answer_len) {
			publisher->unanswered--;
			if (status[9] != '2') {
				publisher->errors++;
			}
			at = status + 10;
		}
		/* What may be the beginning of the next status line. */
		if (publisher->answer + publisher->answer_len - at > 9) {
			at = publisher->answer + publisher->answer_len - 9;
		}
		publisher->answer_len -= (size_t)(at - publisher->answer);
		memmove(publisher->answer, at, publisher->answer_len);
	}
	if (n == 0) {
		die("whom it publishes to has closed the connection");
	}
}

void publisher_flush(publisher *publisher)
{
	if (publisher->redis) {
		flush_redis(publisher);
	} else {
		flush_http(publisher);
	}
}

bool publisher_drain(publisher *publisher, double seconds)
{
	int64_t end = now_ns() + (int64_t)(seconds * 1e9);

	for (publisher_flush(publisher); publisher->unanswered > 0; publisher_flush(publisher)) {
		struct pollfd watched = {publisher->fd, POLLIN, 0};

		if (now_ns() > end) {
			return false;
		}
		poll(&watched, 1, 1);
	}
	return true;
}

static void *run(void *arg)
{
	publisher *publisher = arg;
	pace pace = publisher->pace;
	int64_t start, now;
	double due = 0; /* ns after start */

	prctl(PR_SET_TIMERSLACK, 1UL);
	start = now_ns();
	while (!atomic_load(&publisher->stop) && publisher->sent < pace.limit) {
		now = now_ns();
		while (start + (int64_t)due <= now && publisher->sent < pace.limit) {
			int64_t was_due = start + (int64_t)due;

			publisher_send(
				publisher, (uint32_t)(publisher->sent % publisher->channels), now - was_due > LATE_NS ? was_due : now);
			publisher->sent++;
			due += 1e9 / (pace.doubling > 0 ? pace.rate * exp2(due / 1e9 / pace.doubling) : pace.rate);
			if (publisher->sent % 64 == 0) {
				publisher_flush(publisher);
			}
		}
		publisher_flush(publisher);
		now = start + (int64_t)due;
		if (now > now_ns()) {
			struct timespec until = {now / 1000000000, now % 1000000000};

			clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
		}
	}
	publisher_drain(publisher, 5);
	atomic_store(&publisher->done, true);
	return NULL;
}

void publisher_start(publisher *publisher, const pace *pace)
{
	publisher->pace = *pace;
	publisher->sent = 0;
	atomic_store(&publisher->stop, false);
	atomic_store(&publisher->done, false);
	if (pthread_create(&publisher->thread, NULL, run, publisher) != 0) {
		die("no thread");
	}
}

bool publisher_is_done(const publisher *publisher)
{
	return atomic_load(&publisher->done);
}

uint64_t publisher_stop(publisher *publisher)
{
	atomic_store(&publisher->stop, true);
	pthread_join(publisher->thread, NULL);
	return publisher->sent;
}
