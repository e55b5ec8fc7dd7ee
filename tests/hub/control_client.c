/*
 * Sends one packet to a hub's control socket, whatever is in it, with whatever descriptors, and prints what comes back. For
 * tests of what a hub does with a peer that PHP would never be.
 *
 *     cc -std=gnu11 -o control_client control_client.c
 *     control_client PATH HEXBYTES [--fd KIND]... [--release] [--read MS] [--hold MS] [--timeout MS] [--dial N] [--pad N]
 *
 *     --fd KIND      passes a descriptor: file, pipe, listening, closedpeer, packets, stream (a socketpair), tcp (a connection)
 *     --release      after an answer: closes the passed descriptors and sends RELEASED; else they stay open until the end
 *     --read MS      then reads what the hub writes to the last stream or tcp, for so long or to its end
 *     --hold MS      keeps the control connection open for so long, at most until the hub closes it
 *     --timeout MS   how long an answer may take; 2000
 *     --pad N        as many zero bytes behind HEXBYTES, for more than an argument may hold
 *     --dial N       opens N connections before that, which say nothing and stay open until the end
 *
 * Prints the answer as hex, or "closed", or "silent"; then, with descriptors, "blocking" or "nonblocking" for the last one; with
 * --read "stream HEX open" or "stream HEX closed"; with --hold "held" or "dropped"; with --dial "N of N closed". Ends with 0 if all could be done, else
 * with 1 and a sentence.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* More than the hub takes; Linux sends 253 at most. */
#define FDS_MAX 253
#define DIALS_MAX 4000
#define PACKET_MAX 200000

/* SSE_WIRE_RELEASED, version 1. */
static const char released[] = {'S', 'S', 'E', 1, 0, 2, 0, 0};

static char packet[PACKET_MAX];

__attribute__((noreturn)) static void fail(const char *what)
{
	fprintf(stderr, "control_client: %s: %s\n", what, errno != 0 ? strerror(errno) : "not understood");
	exit(1);
}

static size_t read_hex(const char *text, char *out)
{
	size_t len = strlen(text) / 2;

	errno = 0;
	if (strlen(text) % 2 != 0 || len > PACKET_MAX) {
		fail("HEXBYTES");
	}
	for (size_t i = 0; i < len; i++) {
		unsigned byte;

		if (sscanf(text + 2 * i, "%2x", &byte) != 1) {
			fail("HEXBYTES");
		}
		out[i] = (char)byte;
	}
	return len;
}

static void print_hex(const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		printf("%02x", (unsigned char)bytes[i]);
	}
}

static int listening(struct sockaddr_in *address)
{
	socklen_t len = sizeof(*address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	memset(address, 0, sizeof(*address));
	address->sin_family = AF_INET;
	address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)address, sizeof(*address)) != 0 || listen(fd, 1) != 0 ||
		getsockname(fd, (struct sockaddr *)address, &len) != 0) {
		fail("listening");
	}
	return fd;
}

static void tcp_pair(int ends[2])
{
	struct sockaddr_in address;
	int listener = listening(&address);

	ends[1] = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(ends[1], (struct sockaddr *)&address, sizeof(address)) != 0) {
		fail("tcp");
	}
	ends[0] = accept(listener, NULL, NULL);
	close(listener);
}

/* The descriptor to pass; *other is the end that stays here, if it is one that can be read. */
static int make(const char *kind, int *other)
{
	struct sockaddr_in address;
	int ends[2] = {-1, -1};

	errno = 0;
	if (strcmp(kind, "file") == 0) {
		return open("/dev/null", O_RDWR);
	}
	if (strcmp(kind, "listening") == 0) {
		return listening(&address);
	}
	if (strcmp(kind, "pipe") == 0) {
		/* The other end stays open, unused. */
		return pipe(ends) == 0 ? ends[1] : -1;
	}
	if (strcmp(kind, "packets") == 0) {
		return socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0 ? ends[0] : -1;
	}
	if (strcmp(kind, "tcp") == 0) {
		tcp_pair(ends);
	} else if (strcmp(kind, "stream") != 0 && strcmp(kind, "closedpeer") != 0) {
		fail(kind);
	} else if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) {
		return -1;
	}
	if (strcmp(kind, "closedpeer") == 0) {
		close(ends[1]);
	} else {
		*other = ends[1];
	}
	return ends[0];
}

static int dial(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	errno = 0;
	if (strlen(path) >= sizeof(address.sun_path)) {
		fail("PATH");
	}
	strcpy(address.sun_path, path);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		fail(path);
	}
	return fd;
}

static size_t count_closed(const int *dialled, size_t count)
{
	size_t closed = 0;

	for (size_t i = 0; i < count; i++) {
		closed += recv(dialled[i], packet, sizeof(packet), MSG_DONTWAIT) == 0;
	}
	return closed;
}

static void send_packet(int control, const char *bytes, size_t len, const int *fds, size_t count)
{
	static union {
		char bytes[CMSG_SPACE(FDS_MAX * sizeof(int))];
		struct cmsghdr align;
	} parts;
	struct iovec data = {(char *)bytes, len};
	struct msghdr head = {.msg_iov = &data, .msg_iovlen = 1};

	if (count > 0) {
		struct cmsghdr *part = &parts.align;

		head.msg_control = parts.bytes;
		head.msg_controllen = CMSG_SPACE(count * sizeof(int));
		part->cmsg_level = SOL_SOCKET;
		part->cmsg_type = SCM_RIGHTS;
		part->cmsg_len = CMSG_LEN(count * sizeof(int));
		memcpy(CMSG_DATA(part), fds, count * sizeof(int));
	}
	if (sendmsg(control, &head, MSG_NOSIGNAL) != (ssize_t)len) {
		fail("sendmsg");
	}
}

/* Whether there is something to read, or the end, within ms. */
static bool wait_for(int fd, long ms)
{
	struct pollfd watched = {fd, POLLIN, 0};

	return poll(&watched, 1, (int)ms) > 0;
}

/* False when no answer came. */
static bool print_answer(int control, long timeout)
{
	ssize_t len;

	if (!wait_for(control, timeout)) {
		puts("silent");
		return false;
	}
	len = recv(control, packet, sizeof(packet), 0);
	if (len <= 0) {
		puts("closed");
		return false;
	}
	print_hex(packet, (size_t)len);
	putchar('\n');
	return true;
}

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void print_stream(int fd, long ms)
{
	long end = now_ms() + ms;
	bool open = true;

	printf("stream ");
	while (open && now_ms() < end && wait_for(fd, end - now_ms())) {
		char bytes[4096];
		ssize_t len = read(fd, bytes, sizeof(bytes));

		if (len > 0) {
			print_hex(bytes, (size_t)len);
		} else {
			open = false;
		}
	}
	puts(open ? " open" : " closed");
}

static void print_hold(int control, long ms)
{
	long end = now_ms() + ms;

	while (now_ms() < end && wait_for(control, end - now_ms())) {
		if (recv(control, packet, sizeof(packet), 0) <= 0) {
			puts("dropped");
			return;
		}
	}
	puts("held");
}

int main(int argc, char **argv)
{
	static int dialled[DIALS_MAX];
	int fds[FDS_MAX], other = -1, control;
	size_t count = 0, len, dials = 0, pad = 0;
	long read_ms = -1, hold_ms = -1, timeout = 2000;
	bool release = false, answered;

	if (argc < 3) {
		fprintf(stderr, "usage: control_client PATH HEXBYTES [--fd KIND]... [--release] [--read MS] [--hold MS] [--timeout MS] [--dial N] [--pad N]\n");
		return 1;
	}
	signal(SIGPIPE, SIG_IGN);
	for (int i = 3; i < argc; i++) {
		errno = 0;
		if (strcmp(argv[i], "--release") == 0) {
			release = true;
		} else if (i + 1 == argc) {
			fail(argv[i]);
		} else if (strcmp(argv[i], "--fd") == 0 && count < FDS_MAX) {
			fds[count] = make(argv[++i], &other);
			if (fds[count++] < 0) {
				fail(argv[i]);
			}
		} else if (strcmp(argv[i], "--read") == 0) {
			read_ms = atol(argv[++i]);
		} else if (strcmp(argv[i], "--hold") == 0) {
			hold_ms = atol(argv[++i]);
		} else if (strcmp(argv[i], "--timeout") == 0) {
			timeout = atol(argv[++i]);
		} else if (strcmp(argv[i], "--pad") == 0 && atol(argv[i + 1]) <= PACKET_MAX) {
			pad = (size_t)atol(argv[++i]);
		} else if (strcmp(argv[i], "--dial") == 0 && atol(argv[i + 1]) <= DIALS_MAX) {
			dials = (size_t)atol(argv[++i]);
		} else {
			fail(argv[i]);
		}
	}

	for (size_t i = 0; i < dials; i++) {
		dialled[i] = dial(argv[1]);
	}
	control = dial(argv[1]);
	len = read_hex(argv[2], packet);
	if (len + pad > PACKET_MAX) {
		fail("--pad");
	}
	send_packet(control, packet, len + pad, fds, count);
	answered = print_answer(control, timeout);
	if (count > 0) {
		puts(fcntl(fds[count - 1], F_GETFL) & O_NONBLOCK ? "nonblocking" : "blocking");
	}
	if (release && answered) {
		for (size_t i = 0; i < count; i++) {
			close(fds[i]);
		}
		send_packet(control, released, sizeof(released), NULL, 0);
	}
	if (read_ms >= 0 && other >= 0) {
		print_stream(other, read_ms);
	}
	if (hold_ms >= 0) {
		print_hold(control, hold_ms);
	}
	if (dials > 0) {
		printf("%zu of %zu closed\n", count_closed(dialled, dials), dials);
	}
	return 0;
}
