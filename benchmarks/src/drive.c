/*
 * Drives one subscriber: starts it with its standard output in a pipe, publishes, and reads what it writes.
 *
 *     drive latency    PORT CHANNEL COUNT RATE BYTES -- COMMAND…   prints p50 p99 max in microseconds
 *     drive throughput PORT CHANNEL COUNT BYTES      -- COMMAND…   prints events per second, and the subscriber's CPU
 *                                                                  seconds per million events
 *
 * Every message carries a number and the time at which it was published; the time of arrival is when the pipe brings the
 * last byte of its line. The subscriber is ready when Redis counts it, and it is ended by SIGTERM to its pid.
 */
#define _GNU_SOURCE /* F_SETPIPE_SZ, wait4 */

#include <errno.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MARK "data: #"

typedef struct subject {
	pid_t pid;
	int fd;
	char buf[1 << 20];
	size_t len;
} subject;

static subject sub;

static void die(const char *what)
{
	fprintf(stderr, "drive: %s (%s)\n", what, strerror(errno));
	if (sub.pid > 0) {
		kill(sub.pid, SIGKILL);
	}
	exit(1);
}

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static void start_subject(char **command)
{
	int ends[2];

	if (pipe(ends) != 0) {
		die("pipe");
	}
	sub.pid = fork();
	if (sub.pid == 0) {
		dup2(ends[1], 1);
		close(ends[0]);
		close(ends[1]);
		execvp(command[0], command);
		_exit(127);
	}
	fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
	close(ends[1]);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	sub.fd = ends[0];
}

static void await_subscriber(redisContext *redis, const char *channel)
{
	int tries;

	for (tries = 0; tries < 500; tries++) {
		redisReply *reply = redisCommand(redis, "PUBSUB NUMSUB %s", channel);
		long long count = reply && reply->elements == 2 ? reply->element[1]->integer : 0;

		freeReplyObject(reply);
		if (count > 0) {
			return;
		}
		usleep(10000);
	}
	die("the subscriber never subscribed");
}

/* Reads what is there; calls back with the number and the publishing time of each whole message. Returns false at the end. */
static int read_messages(void (*message)(long number, int64_t sent))
{
	ssize_t got = read(sub.fd, sub.buf + sub.len, sizeof(sub.buf) - sub.len - 1);
	char *at = sub.buf, *mark, *line_end;

	if (got < 0 && errno == EAGAIN) {
		return 1;
	}
	if (got <= 0) {
		return 0;
	}
	sub.len += (size_t)got;
	sub.buf[sub.len] = '\0';
	while ((mark = strstr(at, MARK)) && (line_end = strchr(mark, '\n'))) {
		/* Not sscanf(): it measures the rest of the buffer first, and the driver would be the bottleneck. */
		char *end;
		long number = strtol(mark + strlen(MARK), &end, 10);

		message(number, strtoll(end, NULL, 10));
		at = line_end + 1;
	}
	/* Without a mark ahead, the whole rest but a possible beginning of one is done with. */
	if (!strstr(at, MARK) && sub.buf + sub.len - at > 16) {
		at = sub.buf + sub.len - 16;
	}
	sub.len -= (size_t)(at - sub.buf);
	memmove(sub.buf, at, sub.len);
	return 1;
}

static long received;
static int64_t *latencies;

static void note_latency(long number, int64_t sent)
{
	latencies[received++] = now_ns() - sent;
}

static void note_arrival(long number, int64_t sent)
{
	received++;
}

static void wait_readable(int ms)
{
	struct pollfd watched = { sub.fd, POLLIN, 0 };

	poll(&watched, 1, ms);
}

static double end_subject(void)
{
	struct rusage usage;
	int status;

	kill(sub.pid, SIGTERM);
	if (wait4(sub.pid, &status, 0, &usage) != sub.pid) {
		die("wait4");
	}
	return (double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec
		+ (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void run_latency(redisContext *redis, const char *channel, long count, long rate, char *payload)
{
	int64_t start, give_up;
	long sent;

	latencies = calloc((size_t)count, sizeof(*latencies));
	start = now_ns();
	for (sent = 0; sent < count; sent++) {
		int64_t due = start + sent * (1000000000 / rate);
		char head[64];
		size_t head_len;

		while (now_ns() < due) {
			if (due - now_ns() > 200000) {
				wait_readable(0);
			}
			read_messages(note_latency);
		}
		head_len = (size_t)snprintf(head, sizeof(head), "#%ld %lld ", sent, (long long)now_ns());
		memcpy(payload, head, head_len);
		freeReplyObject(redisCommand(redis, "PUBLISH %s %s", channel, payload));
		read_messages(note_latency);
	}
	give_up = now_ns() + 5000000000;
	while (received < count && now_ns() < give_up) {
		wait_readable(10);
		if (!read_messages(note_latency)) {
			break;
		}
	}
	if (received < count) {
		die("messages are missing");
	}
	qsort(latencies, (size_t)count, sizeof(*latencies), compare);
	end_subject();
	printf("%.1f %.1f %.1f\n", (double)latencies[count / 2] / 1e3, (double)latencies[count * 99 / 100] / 1e3,
		(double)latencies[count - 1] / 1e3);
}

/*
 * The subscriber is stopped while Redis takes all messages into its output buffer, and then let go: what is measured is how
 * fast it drains them, not how fast Redis publishes.
 */
static void fill_redis(redisContext *redis, const char *channel, long count, char *payload)
{
	long sent, pending = 0;
	void *reply;

	freeReplyObject(redisCommand(redis, "CONFIG SET client-output-buffer-limit %s", "pubsub 0 0 0"));
	kill(sub.pid, SIGSTOP);
	for (sent = 0; sent < count; sent++) {
		char head[64];
		size_t head_len = (size_t)snprintf(head, sizeof(head), "#%ld %lld ", sent, 0LL);

		memcpy(payload, head, head_len);
		redisAppendCommand(redis, "PUBLISH %s %s", channel, payload);
		if (++pending == 500 || sent + 1 == count) {
			while (pending > 0) {
				if (redisGetReply(redis, &reply) != REDIS_OK) {
					die("PUBLISH");
				}
				freeReplyObject(reply);
				pending--;
			}
		}
	}
}

static double cpu_seconds_so_far(void)
{
	char path[64], line[1024];
	unsigned long user = 0, system = 0;
	FILE *stat;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)sub.pid);
	stat = fopen(path, "r");
	if (stat && fgets(line, sizeof(line), stat)) {
		sscanf(strrchr(line, ')'), ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
	}
	if (stat) {
		fclose(stat);
	}
	return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static void run_throughput(redisContext *redis, const char *channel, long count, char *payload)
{
	int64_t start, give_up;
	double seconds, before, cpu;

	fill_redis(redis, channel, count, payload);
	before = cpu_seconds_so_far();
	start = now_ns();
	give_up = start + 120000000000;
	kill(sub.pid, SIGCONT);
	while (received < count && now_ns() < give_up) {
		wait_readable(100);
		if (!read_messages(note_arrival)) {
			break;
		}
	}
	seconds = (double)(now_ns() - start) / 1e9;
	cpu = end_subject() - before;
	if (received < count) {
		fprintf(stderr, "drive: %ld of %ld arrived\n", received, count);
		exit(1);
	}
	printf("%.0f %.3f\n", (double)count / seconds, cpu / (double)count * 1e6);
}

int main(int argc, char **argv)
{
	int latency = argc > 1 && strcmp(argv[1], "latency") == 0, command = latency ? 8 : 7, port;
	redisContext *redis;
	long count, bytes;
	char *payload;

	if (argc <= command || strcmp(argv[command - 1], "--") != 0) {
		fprintf(stderr, "usage: see the head of drive.c\n");
		return 2;
	}
	port = atoi(argv[2]);
	count = atol(argv[4]);
	bytes = atol(argv[latency ? 6 : 5]);
	payload = malloc((size_t)bytes + 65);
	memset(payload, 'x', (size_t)bytes + 64);
	payload[bytes > 64 ? bytes : 64] = '\0';
	redis = redisConnect("127.0.0.1", port);
	if (!redis || redis->err) {
		die("no Redis");
	}
	start_subject(argv + command);
	await_subscriber(redis, argv[3]);
	if (latency) {
		run_latency(redis, argv[3], count, atol(argv[5]), payload);
	} else {
		run_throughput(redis, argv[3], count, payload);
	}
	return 0;
}
