#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* struct ucred, POLLRDHUP */
#endif

#include "control_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define LOCK_TRIES 200
#define LOCK_PAUSE_US 10000
#define BACKLOG 1024

/* -1 with a sentence. */
static int lock(const char *path, char *error, size_t error_size)
{
	char name[sizeof(((struct sockaddr_un *)NULL)->sun_path) + sizeof(".lock")];
	int fd;

	snprintf(name, sizeof(name), "%s.lock", path);
	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 && errno == ENOENT) {
		snprintf(error, error_size, "the directory of the control socket %s does not exist", path);
		return -1;
	}
	if (fd < 0) {
		snprintf(error, error_size, "%s cannot be opened: %s", name, strerror(errno));
		return -1;
	}
	for (int i = 0; i < LOCK_TRIES; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
			return fd;
		}
		if (errno != EWOULDBLOCK && errno != EINTR) {
			snprintf(error, error_size, "%s cannot be locked: %s", name, strerror(errno));
			close(fd);
			return -1;
		}
		usleep(LOCK_PAUSE_US);
	}
	snprintf(error, error_size, "another hub is starting or stopping at %s", path);
	close(fd);
	return -1;
}

/* Whether somebody listens at the address; then *other is connected, or -1 when that hub is too busy to be asked. */
static hub_bind_result look_for_another(const struct sockaddr_un *address, int *other, char *error, size_t error_size)
{
	struct stat file;
	int fd;

	if (lstat(address->sun_path, &file) != 0) {
		if (errno == ENOENT) {
			return HUB_BIND_OK;
		}
		snprintf(error, error_size, "%s: %s", address->sun_path, strerror(errno));
		return HUB_BIND_ERROR;
	}
	if (!S_ISSOCK(file.st_mode)) {
		snprintf(error, error_size, "%s is there already, and is no socket", address->sun_path);
		return HUB_BIND_ERROR;
	}
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0) {
		*other = fd;
	} else if (fd >= 0 && errno == EAGAIN) {
		close(fd); /* its backlog is full */
	} else if (fd >= 0 && errno == ECONNREFUSED) {
		close(fd);
		if (unlink(address->sun_path) == 0) {
			return HUB_BIND_OK;
		}
		snprintf(error, error_size, "the stale control socket %s cannot be removed: %s", address->sun_path, strerror(errno));
		return HUB_BIND_ERROR;
	} else {
		/* Another kind of socket, for example: not ours to remove. */
		snprintf(error, error_size, "%s is there already, and is no hub's: %s", address->sun_path, strerror(errno));
		if (fd >= 0) {
			close(fd);
		}
		return HUB_BIND_ERROR;
	}
	snprintf(error, error_size, "another hub is running at %s", address->sun_path);
	return HUB_BIND_TAKEN;
}

static hub_bind_result listen_at(hub_control_socket *control, const struct sockaddr_un *address, char *error,
	size_t error_size)
{
	struct stat file;
	mode_t mask;
	int err;

	control->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (control->fd < 0) {
		goto fail;
	}
	/* chmod() afterwards would leave a moment in which anybody may connect. */
	mask = umask(0177);
	err = bind(control->fd, (const struct sockaddr *)address, sizeof(*address));
	umask(mask);
	if (err != 0 || listen(control->fd, BACKLOG) != 0 || lstat(control->path, &file) != 0) {
		goto fail;
	}
	control->device = file.st_dev;
	control->inode = file.st_ino;
	return HUB_BIND_OK;

fail:
	snprintf(error, error_size, "the control socket %s cannot be made: %s", control->path, strerror(errno));
	if (control->fd >= 0) {
		close(control->fd);
		control->fd = -1;
	}
	return HUB_BIND_ERROR;
}

hub_bind_result hub_control_socket_bind(hub_control_socket *control, const char *path, int *other, char *error,
	size_t error_size)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	hub_bind_result result;
	int lock_fd;

	control->fd = -1;
	control->path = path;
	*other = -1;
	if (strlen(path) == 0 || strlen(path) >= sizeof(address.sun_path)) {
		snprintf(error, error_size, "the control socket's path must have 1 to %zu bytes: %s", sizeof(address.sun_path) - 1, path);
		return HUB_BIND_ERROR;
	}
	memcpy(address.sun_path, path, strlen(path));
	lock_fd = lock(path, error, error_size);
	if (lock_fd < 0) {
		return HUB_BIND_ERROR;
	}
	result = look_for_another(&address, other, error, error_size);
	if (result == HUB_BIND_OK) {
		result = listen_at(control, &address, error, error_size);
	}
	close(lock_fd);
	return result;
}

int hub_control_socket_adopt(hub_control_socket *control, int fd, const char *path, char *error, size_t error_size)
{
	int type = 0, listening = 0;
	socklen_t len = sizeof(int);
	struct stat file;

	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) != 0 || type != SOCK_SEQPACKET
		|| getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) != 0 || listening == 0) {
		snprintf(error, error_size, "what was handed over for %s is no control socket", path);
		return -1;
	}
	/* The file may have been removed meanwhile: then there is none to know again, and none to remove. */
	memset(&file, 0, sizeof(file));
	(void)lstat(path, &file);
	*control = (hub_control_socket){ fd, path, file.st_dev, file.st_ino };
	return 0;
}

void hub_control_socket_leave(hub_control_socket *control)
{
	if (control->fd >= 0) {
		close(control->fd);
		control->fd = -1;
	}
}

void hub_control_socket_close(hub_control_socket *control)
{
	char ignored[256];
	struct stat file;
	int lock_fd;

	if (control->fd < 0) {
		return;
	}
	/* Under the lock nobody can put a socket of theirs there between the look and the removal. */
	lock_fd = lock(control->path, ignored, sizeof(ignored));
	if (lock_fd >= 0) {
		if (lstat(control->path, &file) == 0 && file.st_dev == control->device && file.st_ino == control->inode) {
			unlink(control->path);
		}
		close(lock_fd);
	}
	close(control->fd);
	control->fd = -1;
}

hub_dispatched hub_packet_send(int fd, sse_str packet, const int *fds, size_t fd_count)
{
	union {
		char bytes[CMSG_SPACE(HUB_PACKET_FDS_MAX * sizeof(int))];
		struct cmsghdr align;
	} parts;
	struct iovec bytes = { (void *)packet.data, packet.len };
	struct msghdr head = { .msg_iov = &bytes, .msg_iovlen = 1 };
	ssize_t sent;

	if (fd_count > 0) {
		struct cmsghdr *part;

		memset(&parts, 0, sizeof(parts));
		head.msg_control = parts.bytes;
		head.msg_controllen = CMSG_SPACE(fd_count * sizeof(int));
		part = CMSG_FIRSTHDR(&head);
		part->cmsg_level = SOL_SOCKET;
		part->cmsg_type = SCM_RIGHTS;
		part->cmsg_len = CMSG_LEN(fd_count * sizeof(int));
		memcpy(CMSG_DATA(part), fds, fd_count * sizeof(int));
	}
	do {
		sent = sendmsg(fd, &head, MSG_DONTWAIT | MSG_NOSIGNAL);
	} while (sent < 0 && errno == EINTR);
	if (sent >= 0) {
		return HUB_DISPATCHED;
	}
	/* The kernel counts descriptors that are on their way against the limit of open files. */
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS || errno == ETOOMANYREFS ? HUB_DISPATCHED_NOTHING
																							   : HUB_DISPATCHED_ERROR;
}

void hub_connection_close(int fd)
{
	const struct linger off = { 0, 0 };

	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &off, sizeof(off));
	close(fd);
}

/* The kernel has opened them for this process already: from here on they are the packet's. */
static void collect_fds(hub_packet *packet, struct msghdr *head)
{
	for (struct cmsghdr *part = CMSG_FIRSTHDR(head); part; part = CMSG_NXTHDR(head, part)) {
		size_t count;

		if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) {
			continue;
		}
		count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < count; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(part) + i * sizeof(int), sizeof(int));
			if (packet->fd_count < HUB_PACKET_FDS_MAX) {
				packet->fds[packet->fd_count++] = fd;
			} else {
				hub_connection_close(fd);
				packet->is_cut = true;
			}
		}
	}
}

hub_received hub_packet_receive(hub_packet *packet, int fd, char *buf, size_t size)
{
	union {
		char bytes[CMSG_SPACE(HUB_PACKET_FDS_MAX * sizeof(int))];
		struct cmsghdr align;
	} parts;
	struct iovec bytes = { buf, size };
	struct msghdr head = { .msg_iov = &bytes, .msg_iovlen = 1 };
	ssize_t len;

	memset(packet, 0, sizeof(*packet));
	do {
		head.msg_control = parts.bytes;
		head.msg_controllen = sizeof(parts.bytes);
		len = recvmsg(fd, &head, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	} while (len < 0 && errno == EINTR);
	if (len < 0) {
		return errno == EAGAIN || errno == EWOULDBLOCK ? HUB_RECEIVED_NOTHING : HUB_RECEIVED_END;
	}
	collect_fds(packet, &head);
	if (len == 0) {
		hub_packet_drop(packet);
		return HUB_RECEIVED_END;
	}
	packet->bytes = (sse_str){ buf, (size_t)len };
	packet->is_cut = packet->is_cut || (head.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0;
	return HUB_RECEIVED;
}

int hub_packet_take(hub_packet *packet)
{
	int fd;

	if (packet->fd_count == 0) {
		return -1;
	}
	fd = packet->fds[0];
	packet->fd_count--;
	memmove(packet->fds, packet->fds + 1, packet->fd_count * sizeof(*packet->fds));
	return fd;
}

void hub_packet_drop(hub_packet *packet)
{
	while (packet->fd_count > 0) {
		hub_connection_close(packet->fds[--packet->fd_count]);
	}
}

bool hub_peer_is_trusted(int fd, long *pid)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	*pid = 0;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0) {
		return false;
	}
	*pid = (long)peer.pid;
	return peer.uid == 0 || peer.uid == geteuid();
}

static int socket_option(int fd, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, name, &value, &len) == 0 ? value : -1;
}

const char *hub_connection_problem(int fd)
{
	struct sockaddr_storage peer;
	socklen_t len = sizeof(peer);
	struct pollfd state = { fd, POLLRDHUP, 0 };
	int family = socket_option(fd, SO_DOMAIN);

	if (socket_option(fd, SO_TYPE) != SOCK_STREAM || (family != AF_INET && family != AF_INET6 && family != AF_UNIX)) {
		return "is no stream socket";
	}
	if (socket_option(fd, SO_ACCEPTCONN) != 0) {
		return "is a listening socket";
	}
	if (getpeername(fd, (struct sockaddr *)&peer, &len) != 0) {
		return "is not connected";
	}
	if (socket_option(fd, SO_ERROR) != 0) {
		return "is in error";
	}
	if (poll(&state, 1, 0) != 0) {
		return "was closed by its client";
	}
	return NULL;
}
