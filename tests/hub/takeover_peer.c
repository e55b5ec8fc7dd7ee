/*
 * A new hub that takes the streams of a running one and then fails it. For tests of what the old hub does about that.
 *
 *     cc -std=gnu11 -o takeover_peer takeover_peer.c
 *     takeover_peer PATH REDIS MODE      REDIS: the identity that the hub is asked for
 *
 *     MODE ready     leaves after READY, in the middle of everything
 *     MODE done      leaves when all streams have come, without having accepted them
 *     MODE silent    stays when all streams have come, without a word, until the hub closes the connection
 *
 * Prints each message that comes: "TYPE LENGTH DESCRIPTORS"; then "left", or "closed" when the hub has closed the connection.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PACKET_MAX 131072
/* core/wire.h */
#define TAKEOVER 9
#define READY 10
#define CHANNELS 71
#define DONE 76
#define TAG_REDIS 1
#define TAG_FOLLOW 2
#define TAG_SUBSCRIBE 4
#define TAG_PSUBSCRIBE 5
#define TAG_COUNT 27
#define TAG_NONCE 28
#define TAG_BROKER_READY 29

static unsigned char packet[PACKET_MAX];
static size_t packet_len;

static void fail(const char *what)
{
	fprintf(stderr, "takeover_peer: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void begin(unsigned type)
{
	const unsigned char head[] = {'S', 'S', 'E', 1, 0, (unsigned char)type, 0, 0};

	memcpy(packet, head, sizeof(head));
	packet_len = sizeof(head);
}

static void put(unsigned tag, const void *bytes, size_t len)
{
	const unsigned char head[] = {0, (unsigned char)tag, 0, 0, 0, 0, (unsigned char)(len >> 8), (unsigned char)len};

	memcpy(packet + packet_len, head, sizeof(head));
	memcpy(packet + packet_len + sizeof(head), bytes, len);
	packet_len += sizeof(head) + len;
}

static void put_number(unsigned tag, unsigned char number)
{
	const unsigned char bytes[8] = {0, 0, 0, 0, 0, 0, 0, number};

	put(tag, bytes, sizeof(bytes));
}

static void send_packet(int hub)
{
	if (send(hub, packet, packet_len, MSG_NOSIGNAL) != (ssize_t)packet_len) {
		fail("send");
	}
}

/* The type of the next message, 0 at the end. Descriptors stay open: a real hub would hold them as well. */
static unsigned receive(int hub)
{
	union {
		char bytes[CMSG_SPACE(64 * sizeof(int))];
		struct cmsghdr align;
	} parts;
	struct iovec bytes = {packet, sizeof(packet)};
	struct msghdr head = {.msg_iov = &bytes, .msg_iovlen = 1, .msg_control = parts.bytes, .msg_controllen = sizeof(parts.bytes)};
	ssize_t len = recvmsg(hub, &head, 0);
	struct cmsghdr *part;
	size_t fds = 0;

	if (len <= 0) {
		return 0;
	}
	packet_len = (size_t)len;
	for (part = CMSG_FIRSTHDR(&head); part; part = CMSG_NXTHDR(&head, part)) {
		fds += (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	}
	printf("%d %zd %zu\n", packet[5], len, fds);
	return packet[5];
}

static unsigned count_channels(void)
{
	unsigned count = 0;
	size_t at = 8;

	while (at < packet_len) {
		unsigned tag = packet[at + 1];

		count += tag == TAG_FOLLOW || tag == TAG_SUBSCRIBE || tag == TAG_PSUBSCRIBE;
		at += 8 + ((size_t)packet[at + 6] << 8 | packet[at + 7]);
	}
	return count;
}

int main(int argc, char **argv)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int hub = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	unsigned type = 0;

	if (argc != 4 || strlen(argv[1]) >= sizeof(address.sun_path)) {
		fprintf(stderr, "usage: takeover_peer PATH REDIS ready|done|silent\n");
		return 1;
	}
	strcpy(address.sun_path, argv[1]);
	if (connect(hub, (struct sockaddr *)&address, sizeof(address)) != 0) {
		fail(argv[1]);
	}
	begin(TAKEOVER);
	put(TAG_REDIS, argv[2], strlen(argv[2]));
	send_packet(hub);
	while (type != CHANNELS && (type = receive(hub)) != 0) {
	}
	if (type == CHANNELS) {
		unsigned count = count_channels();

		begin(READY);
		put_number(TAG_NONCE, 42);
		put_number(TAG_COUNT, (unsigned char)count);
		put_number(TAG_BROKER_READY, 1);
		send_packet(hub);
	}
	if (strcmp(argv[3], "ready") != 0) {
		while (type != DONE && (type = receive(hub)) != 0) {
		}
	}
	if (strcmp(argv[3], "silent") == 0) {
		while ((type = receive(hub)) != 0) {
		}
	}
	puts(type == 0 ? "closed" : "left");
	return 0;
}
