/*
 * A peer of a hub's control socket that means harm. tests/hub/control_client.c sends one packet and reads one answer; this one
 * sends many and reads none, or passes what no worker would.
 *
 *     cc -std=gnu11 -o control_attacker control_attacker.c
 *     control_attacker PATH HEXBYTES flood N       the packet N times on one connection, reading nothing; again on another when the
 *                                                  hub closes it
 *     control_attacker PATH HEXBYTES self N        N connections, each of which passes itself
 *     control_attacker PATH HEXBYTES fds N         N connections, each with 250 descriptors of the same file
 *     control_attacker PATH HEXBYTES keep N        passes N ends of stream sockets, and goes on using them: reads, writes, shuts and
 *                                                  makes them blocking while the hub has them
 *     control_attacker PATH HEXBYTES kinds N       N times each kind of descriptor that is no client's connection
 *     control_attacker PATH HEXBYTES linger N      N connections, each with two TCP sockets that have unsent bytes and whose close()
 *                                                  is to wait for half a minute
 *     control_attacker PATH HEXBYTES random N      N packets of chance, half of them behind a good head (HEXBYTES is not sent)
 *     control_attacker PATH HEXBYTES connections N opens N connections and says nothing on them; then the packet on one more, and
 *                                                  prints "answered" or "closed"
 *     control_attacker PATH HEXBYTES as UID        connects as another user; prints "refused", "answered" or "no access"
 *
 * Ends with 0 when all was sent, or with a sentence and 1.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define FDS_MAX 250
#define PACKET_MAX 4096
#define ACCEPTED 64

static char packet[PACKET_MAX];
static size_t packet_len;
static const char released[] = {'S', 'S', 'E', 1, 0, 2, 0, 0};

__attribute__((noreturn)) static void fail(const char *what)
{
	fprintf(stderr, "control_attacker: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void read_hex(const char *text)
{
	packet_len = strlen(text) / 2;
	if (packet_len > PACKET_MAX) {
		fail("HEXBYTES");
	}
	for (size_t i = 0; i < packet_len; i++) {
		unsigned byte;

		if (sscanf(text + 2 * i, "%2x", &byte) != 1) {
			fail("HEXBYTES");
		}
		packet[i] = (char)byte;
	}
}

/* -1 when it is not let in. */
static int dial(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	if (fd < 0 || strlen(path) >= sizeof(address.sun_path)) {
		fail("PATH");
	}
	strcpy(address.sun_path, path);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static int dial_or_fail(const char *path)
{
	int fd = dial(path);

	if (fd < 0) {
		fail(path);
	}
	return fd;
}

static ssize_t send_with(int control, const int *fds, size_t count)
{
	static union {
		char bytes[CMSG_SPACE(FDS_MAX * sizeof(int))];
		struct cmsghdr align;
	} parts;
	struct iovec data = {packet, packet_len};
	struct msghdr head = {.msg_iov = &data, .msg_iovlen = 1};

	if (count > 0) {
		head.msg_control = parts.bytes;
		head.msg_controllen = CMSG_SPACE(count * sizeof(int));
		parts.align.cmsg_level = SOL_SOCKET;
		parts.align.cmsg_type = SCM_RIGHTS;
		parts.align.cmsg_len = CMSG_LEN(count * sizeof(int));
		memcpy(CMSG_DATA(&parts.align), fds, count * sizeof(int));
	}
	return sendmsg(control, &head, MSG_NOSIGNAL);
}

static void flood(const char *path, long n)
{
	int control = dial_or_fail(path);

	for (long i = 0; i < n; i++) {
		struct pollfd writable = {control, POLLOUT, 0};

		/* A hub that neither takes packets nor closes would be waited for in vain. */
		if (poll(&writable, 1, 5000) <= 0) {
			errno = ETIMEDOUT;
			fail("flood");
		}
		if (send_with(control, NULL, 0) < 0) {
			close(control);
			control = dial_or_fail(path);
		}
	}
	close(control);
}

static void pass(const char *path, long n, size_t count)
{
	int fds[FDS_MAX];

	for (long i = 0; i < n; i++) {
		int control = dial_or_fail(path), file = count > 1 ? open("/dev/null", O_RDONLY) : control;

		for (size_t at = 0; at < count; at++) {
			fds[at] = file;
		}
		if (send_with(control, fds, count) < 0 && errno != EPIPE && errno != ETOOMANYREFS) {
			fail("sendmsg");
		}
		if (file != control) {
			close(file);
		}
		close(control);
	}
}

static void keep(const char *path, long n)
{
	for (long i = 0; i < n; i++) {
		int control = dial_or_fail(path), ends[2];
		char answer[PACKET_MAX];

		if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0 || send_with(control, ends, 1) < 0) {
			fail("keep");
		}
		if (recv(control, answer, sizeof(answer), 0) < 6 || answer[5] != ACCEPTED) {
			fail("no handoff");
		}
		if (send(control, released, sizeof(released), MSG_NOSIGNAL) < 0) {
			fail("release");
		}
		/* The hub's end is still ours too. */
		if (i % 3 == 0) {
			fcntl(ends[0], F_SETFL, 0);
			(void)!send(ends[1], packet, packet_len, MSG_NOSIGNAL | MSG_DONTWAIT);
			(void)!recv(ends[0], answer, sizeof(answer), MSG_DONTWAIT);
		} else if (i % 3 == 1) {
			shutdown(ends[0], SHUT_WR);
		} else {
			(void)!send(ends[0], "id: 9-9\n\n", 9, MSG_NOSIGNAL | MSG_DONTWAIT);
		}
		usleep(1000);
		/* First the client's end, so that the hub closes its own, and events of ours come behind that. */
		close(ends[1]);
		usleep(500);
		shutdown(ends[0], SHUT_RDWR);
		close(ends[0]);
		close(control);
	}
}

static int tcp_listener(struct sockaddr_in *address)
{
	socklen_t len = sizeof(*address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	*address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	if (fd < 0 || bind(fd, (struct sockaddr *)address, sizeof(*address)) != 0 || listen(fd, 8) != 0 ||
		getsockname(fd, (struct sockaddr *)address, &len) != 0) {
		fail("listener");
	}
	return fd;
}

static void pass_one(const char *path, int fd)
{
	int control = dial_or_fail(path);

	if (fd < 0 || (send_with(control, &fd, 1) < 0 && errno != EPIPE && errno != ETOOMANYREFS)) {
		fail("kinds");
	}
	close(control);
}

static void kinds(const char *path, long n)
{
	struct sockaddr_in address;
	int pipes[2], packets[2], datagrams[2], gone[2];

	if (pipe(pipes) != 0 || socketpair(AF_UNIX, SOCK_SEQPACKET, 0, packets) != 0 ||
		socketpair(AF_UNIX, SOCK_DGRAM, 0, datagrams) != 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, gone) != 0) {
		fail("kinds");
	}
	close(gone[1]);
	const int all[] = {open("/dev/null", O_RDWR), open("/dev/zero", O_RDONLY), open("/", O_PATH), open("/proc/self/mem", O_RDWR),
		memfd_create("attack", 0), epoll_create1(0), eventfd(0, 0), pipes[0], pipes[1], packets[0], datagrams[0], gone[0],
		tcp_listener(&address), socket(AF_INET, SOCK_STREAM, 0), socket(AF_INET, SOCK_DGRAM, 0), socket(AF_UNIX, SOCK_STREAM, 0)};

	for (long i = 0; i < n; i++) {
		for (size_t at = 0; at < sizeof(all) / sizeof(*all); at++) {
			pass_one(path, all[at]);
		}
	}
}

static void linger(const char *path, long n)
{
	static const char bytes[65536];
	const struct linger half_a_minute = {1, 30};
	struct sockaddr_in address;
	int listener = tcp_listener(&address);

	for (long i = 0; i < n; i++) {
		int control = dial_or_fail(path), fds[2];

		for (int at = 0; at < 2; at++) {
			/* Stays open, and is not read. */
			int client = socket(AF_INET, SOCK_STREAM, 0);

			if (connect(client, (struct sockaddr *)&address, sizeof(address)) != 0 || (fds[at] = accept(listener, NULL, NULL)) < 0 ||
				setsockopt(fds[at], SOL_SOCKET, SO_LINGER, &half_a_minute, sizeof(half_a_minute)) != 0) {
				fail("linger");
			}
			while (send(fds[at], bytes, sizeof(bytes), MSG_DONTWAIT) > 0) {
			}
		}
		if (send_with(control, fds, 2) < 0) {
			fail("linger");
		}
		/* Before the hub, most of the times, so that its close() is the last. */
		close(fds[0]);
		close(fds[1]);
		close(control);
	}
}

static void random_packets(const char *path, long n)
{
	static const char head[] = {'S', 'S', 'E', 1, 0};
	int control = dial_or_fail(path);

	srandom(1);
	for (long i = 0; i < n; i++) {
		packet_len = 1 + (size_t)random() % 300;
		for (size_t at = 0; at < packet_len; at++) {
			/* Small bytes make lengths that fit. */
			packet[at] = (char)(random() % 4 == 0 ? random() : random() % 3 == 0 ? random() % 50 : 0);
		}
		if (i % 2 == 0 && packet_len > 8) {
			memcpy(packet, head, sizeof(head));
			/* All types but DRAIN, which is no attack. */
			packet[5] = (char)(1 + random() % 80);
			packet[5] = packet[5] == 8 ? 80 : packet[5];
		}
		if (send_with(control, NULL, 0) < 0) {
			close(control);
			control = dial_or_fail(path);
		}
	}
	close(control);
}

static void connections(const char *path, long n)
{
	const struct rlimit files = {65536, 65536};
	struct pollfd answered;
	int control;

	(void)setrlimit(RLIMIT_NOFILE, &files);
	for (long i = 0; i < n; i++) {
		dial_or_fail(path);
	}
	control = dial_or_fail(path);
	(void)!send_with(control, NULL, 0);
	answered = (struct pollfd){control, POLLIN, 0};
	puts(poll(&answered, 1, 5000) == 1 && recv(control, packet, sizeof(packet), 0) > 0 ? "answered" : "closed");
}

static void as_user(const char *path, long uid)
{
	char answer[PACKET_MAX];
	ssize_t len;
	int control;

	if (setgid((gid_t)uid) != 0 || setuid((uid_t)uid) != 0) {
		fail("setuid");
	}
	control = dial(path);
	if (control < 0) {
		puts("no access");
		return;
	}
	(void)!send_with(control, NULL, 0);
	len = recv(control, answer, sizeof(answer), 0);
	if (len < 0 && errno == ECONNRESET) {
		/* Told first where our packet was not read; the refusal is behind it. */
		len = recv(control, answer, sizeof(answer), 0);
	}
	puts(len >= 6 && answer[5] == ACCEPTED + 1 ? "refused" : len > 0 ? "answered" : "closed");
}

int main(int argc, char **argv)
{
	long n = argc == 5 ? atol(argv[4]) : 0;

	if (argc != 5) {
		fprintf(stderr, "usage: control_attacker PATH HEXBYTES flood|self|fds|keep|kinds|linger|random|connections N | as UID\n");
		return 1;
	}
	signal(SIGPIPE, SIG_IGN);
	read_hex(argv[2]);
	if (strcmp(argv[3], "flood") == 0) {
		flood(argv[1], n);
	} else if (strcmp(argv[3], "self") == 0) {
		pass(argv[1], n, 1);
	} else if (strcmp(argv[3], "fds") == 0) {
		pass(argv[1], n, FDS_MAX);
	} else if (strcmp(argv[3], "keep") == 0) {
		keep(argv[1], n);
	} else if (strcmp(argv[3], "kinds") == 0) {
		kinds(argv[1], n);
	} else if (strcmp(argv[3], "linger") == 0) {
		linger(argv[1], n);
	} else if (strcmp(argv[3], "random") == 0) {
		random_packets(argv[1], n);
	} else if (strcmp(argv[3], "connections") == 0) {
		connections(argv[1], n);
	} else {
		as_user(argv[1], n);
	}
	return 0;
}
