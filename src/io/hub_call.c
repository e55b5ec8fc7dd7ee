#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* MSG_TRUNC's length, SOCK_CLOEXEC */
#endif

#include "hub_call.h"

#include <stdio.h>
#include <string.h>

#ifndef _WIN32
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <uv.h>
#endif

void sse_hub_call_init(sse_hub_call *call)
{
	memset(call, 0, sizeof(*call));
	call->sock = -1;
	sse_buf_init(&call->bytes);
}

sse_hub_outcome sse_hub_call_once(sse_hub_call *call, const char *path, sse_str message, uint64_t timeout)
{
	return sse_hub_call_open(call, path) ? sse_hub_call_ask(call, message, -1, timeout) : SSE_HUB_DOWN;
}

#ifdef _WIN32

void sse_hub_call_close(sse_hub_call *call)
{
	sse_buf_deinit(&call->bytes);
}

bool sse_hub_call_open(sse_hub_call *call, const char *path)
{
	snprintf(call->error, sizeof(call->error), "there is no hub on Windows");
	return false;
}

sse_hub_outcome sse_hub_call_ask(sse_hub_call *call, sse_str message, int fd, uint64_t timeout)
{
	return SSE_HUB_DOWN;
}

void sse_hub_call_tell(sse_hub_call *call, sse_str message)
{
}

#else

/* Connecting */

void sse_hub_call_close(sse_hub_call *call)
{
	if (call->sock >= 0) {
		close(call->sock);
		call->sock = -1;
	}
	sse_buf_deinit(&call->bytes);
}

static bool fail(sse_hub_call *call, int err)
{
	snprintf(call->error, sizeof(call->error), "%s",
		err == EAGAIN ? "it does not keep up: its backlog is full" : strerror(err));
	return false;
}

bool sse_hub_call_open(sse_hub_call *call, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(address.sun_path)) {
		return fail(call, ENAMETOOLONG);
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	call->sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (call->sock < 0) {
		return fail(call, errno);
	}
	/* Connecting to a Unix socket is done at once or not at all: EAGAIN says that the backlog is full. */
	while (connect(call->sock, (struct sockaddr *)&address, sizeof(address)) != 0) {
		if (errno != EINTR) {
			return fail(call, errno);
		}
	}
	return true;
}

/* Sending */

static uint64_t now_ms(void)
{
	return uv_hrtime() / 1000000;
}

/* False when the deadline has passed. */
static bool wait_for(int sock, short events, uint64_t deadline)
{
	for (;;) {
		struct pollfd watched = { sock, events, 0 };
		uint64_t now = now_ms();
		int found;

		/* A signal handler that keeps coming must not make the wait endless: what is left is computed anew. */
		found = poll(&watched, 1, now < deadline ? (int)(deadline - now) : 0);
		if (found > 0) {
			return true;
		}
		if ((found == 0 || errno != EINTR) && now >= deadline) {
			return false;
		}
	}
}

/* 0, or an errno: then nothing was sent, as a packet goes whole or not at all. */
static int send_packet(int sock, sse_str message, int fd, uint64_t deadline)
{
	union {
		struct cmsghdr head; /* for the alignment */
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec part = { (void *)message.data, message.len };
	struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1 };

	if (fd >= 0) {
		struct cmsghdr *rights;

		memset(&control, 0, sizeof(control));
		header.msg_control = control.bytes;
		header.msg_controllen = sizeof(control.bytes);
		rights = CMSG_FIRSTHDR(&header);
		rights->cmsg_level = SOL_SOCKET;
		rights->cmsg_type = SCM_RIGHTS;
		rights->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(rights), &fd, sizeof(int));
	}
	while (sendmsg(sock, &header, MSG_NOSIGNAL) < 0) {
		int err = errno;

		if (err != EINTR && (err != EAGAIN || !wait_for(sock, POLLOUT, deadline))) {
			return err;
		}
	}
	return 0;
}

/* Receiving */

/* The length of the packet, which is then in call->bytes; 0 at the end of the connection; or a negative errno. */
static ssize_t receive_packet(sse_hub_call *call, uint64_t deadline)
{
	ssize_t len;

	for (;;) {
		/* With MSG_TRUNC the length is the packet's own: the buffer is made as long as the answer and not as the longest. */
		len = recv(call->sock, NULL, 0, MSG_PEEK | MSG_TRUNC);
		if (len >= 0) {
			break;
		}
		if (errno != EINTR && errno != EAGAIN) {
			return -errno;
		}
		if (!wait_for(call->sock, POLLIN, deadline)) {
			return -ETIMEDOUT;
		}
	}
	sse_buf_reset(&call->bytes, SIZE_MAX);
	if (len == 0) {
		return 0;
	}
	len = recv(call->sock, sse_buf_reserve(&call->bytes, (size_t)len), (size_t)len, 0);
	if (len > 0) {
		call->bytes.len = (size_t)len;
	}
	return len < 0 ? -errno : len;
}

/* What the hub says is for the log: one line of it. */
static void take_reason(sse_hub_call *call, sse_wire_reader fields)
{
	sse_wire_field field;

	snprintf(call->error, sizeof(call->error), "it gave no reason");
	while (sse_wire_next(&fields, &field) > 0) {
		if (field.tag == SSE_TAG_REASON) {
			const int most = sizeof(call->error) - 1;

			snprintf(call->error, sizeof(call->error), "%.*s",
				field.value.len < (size_t)most ? (int)field.value.len : most, field.value.data);
		}
	}
	for (char *c = call->error; *c; c++) {
		if ((unsigned char)*c < 0x20 || *c == 0x7f) {
			*c = '?';
		}
	}
}

static sse_hub_outcome read_answer(sse_hub_call *call)
{
	call->type = sse_wire_open(&call->answer, (sse_str){ call->bytes.data, call->bytes.len });
	if (call->type == SSE_WIRE_REFUSED) {
		take_reason(call, call->answer);
		return SSE_HUB_REFUSED;
	}
	if (call->type == -2) {
		/* It would have answered in our version had it understood ours. */
		snprintf(call->error, sizeof(call->error), "it is of another version than this extension: restart it");
		return SSE_HUB_REFUSED;
	}
	if (call->type < 0) {
		snprintf(call->error, sizeof(call->error), "its answer is no message of a hub");
		return SSE_HUB_UNSURE;
	}
	return SSE_HUB_ANSWERED;
}

sse_hub_outcome sse_hub_call_ask(sse_hub_call *call, sse_str message, int fd, uint64_t timeout)
{
	uint64_t deadline = now_ms() + timeout;
	ssize_t len;
	int err;

	if (message.len > SSE_WIRE_MAX) {
		snprintf(call->error, sizeof(call->error), "a message of %zu bytes is longer than the %d that it takes",
			message.len, SSE_WIRE_MAX);
		return SSE_HUB_REFUSED;
	}
	err = send_packet(call->sock, message, fd, deadline);
	if (err != 0) {
		fail(call, err);
		return SSE_HUB_DOWN;
	}
	len = receive_packet(call, deadline);
	if (len > 0) {
		return read_answer(call);
	}
	if (len == -ECONNRESET) {
		/* The kernel says so when the other end closed with our packet unread: whatever became of the hub, it has nothing. */
		fail(call, ECONNRESET);
		return SSE_HUB_DOWN;
	}
	if (len == 0) {
		snprintf(call->error, sizeof(call->error), "it closed the connection without an answer");
	} else if (len == -ETIMEDOUT) {
		snprintf(call->error, sizeof(call->error), "it did not answer within %llu ms", (unsigned long long)timeout);
	} else {
		fail(call, (int)-len);
	}
	return SSE_HUB_UNSURE;
}

void sse_hub_call_tell(sse_hub_call *call, sse_str message)
{
	send_packet(call->sock, message, -1, now_ms());
}

#endif
