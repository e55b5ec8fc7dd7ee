#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* SOCK_NONBLOCK, SOCK_CLOEXEC */
#endif

#include "bind.h"

#include "core/alloc.h"
#include "core/str.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* Seconds that a connection may be kept from us while it has sent nothing. */
#define DEFER_S 1

/* A client that acknowledges nothing for so long is gone, or as good as; one with nothing to acknowledge is asked. */
#define SILENCE_MS 60000
#define ASK_AFTER_S 30
#define ASK_EVERY_S 10

static int new_socket(int family)
{
	return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/* Keeps errno. */
static void close_socket(int fd)
{
	int saved = errno;

	close(fd);
	errno = saved;
}

/* TCP */

static bool parse_port(const char *text, in_port_t *port)
{
	char *end;
	long number = strtol(text, &end, 10);

	if (*text < '0' || *text > '9' || *end != '\0' || number > 65535) {
		return false;
	}
	*port = htons((uint16_t)number);
	return true;
}

/* Addresses only: a name could mean several, and asking a resolver can take as long as it likes. */
static socklen_t parse_address(const char *text, struct sockaddr_storage *address)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)address;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)address;
	const char *colon = strrchr(text, ':');
	char host[INET6_ADDRSTRLEN];
	bool bracketed = text[0] == '[';
	size_t len;

	memset(address, 0, sizeof(*address));
	if (!colon || (bracketed && colon[-1] != ']')) {
		return 0;
	}
	len = (size_t)(colon - text) - (bracketed ? 2 : 0);
	if (len >= sizeof(host)) {
		return 0;
	}
	memcpy(host, text + bracketed, len);
	host[len] = '\0';
	if (bracketed) {
		v6->sin6_family = AF_INET6;
		return inet_pton(AF_INET6, host, &v6->sin6_addr) == 1 && parse_port(colon + 1, &v6->sin6_port) ? sizeof(*v6) : 0;
	}
	v4->sin_family = AF_INET;
	return inet_pton(AF_INET, host, &v4->sin_addr) == 1 && parse_port(colon + 1, &v4->sin_port) ? sizeof(*v4) : 0;
}

void hub_bind_watch_silence(int fd)
{
	int on = 1, silence = SILENCE_MS, after = ASK_AFTER_S, every = ASK_EVERY_S;

	/* All are favours: a Unix socket knows none of them, and needs none. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &silence, sizeof(silence));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &after, sizeof(after));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &every, sizeof(every));
	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
}

static int bind_tcp(hub_bound *bound, const char *address, bool is_shared, char *error, size_t error_size)
{
	struct sockaddr_storage sockaddr;
	socklen_t len = parse_address(address, &sockaddr);
	int on = 1, defer = DEFER_S;

	if (len == 0) {
		snprintf(error, error_size, "listen: \"%s\" is none of address:port, [address]:port, unix:/path", address);
		return -1;
	}
	bound->fd = new_socket(sockaddr.ss_family);
	if (bound->fd < 0 || setsockopt(bound->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0
		|| (is_shared && setsockopt(bound->fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) != 0)
		|| bind(bound->fd, (struct sockaddr *)&sockaddr, len) != 0 || listen(bound->fd, HUB_BACKLOG) != 0) {
		snprintf(error, error_size, "listen: cannot listen on %s: %s", address, strerror(errno));
		return -1;
	}
	/* What is accepted inherits it: an event shall leave when it is written. */
	(void)setsockopt(bound->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	/*
	 * The system hands a connection over when its request is there, so that most are accepted, read and answered in one go
	 * and never watched. It is a favour only: where it is not to be had, they are.
	 */
	(void)setsockopt(bound->fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &defer, sizeof(defer));
	hub_bind_watch_silence(bound->fd);
	return 0;
}

/* Unix */

/* 1: somebody serves it; 0: nobody does any more; -1 with errno: who knows. */
static int is_served(const struct sockaddr_un *sockaddr)
{
	int fd = new_socket(AF_UNIX), served = -1;

	if (fd < 0) {
		return -1;
	}
	/* A queue that is full is somebody's. */
	if (connect(fd, (const struct sockaddr *)sockaddr, sizeof(*sockaddr)) == 0 || errno == EAGAIN) {
		served = 1;
	} else if (errno == ECONNREFUSED) {
		served = 0;
	}
	close_socket(fd);
	return served;
}

/* Connecting needs the right to write: whoever gets into the folder may, as anybody may who reaches a port. */
#define SOCKET_MODE 0666

static int bind_path(hub_bound *bound, const struct sockaddr_un *sockaddr)
{
	struct stat file;

	if (bind(bound->fd, (const struct sockaddr *)sockaddr, sizeof(*sockaddr)) != 0) {
		return -1;
	}
	bound->path = sse_memdup(sockaddr->sun_path, strlen(sockaddr->sun_path));
	if (stat(bound->path, &file) != 0) {
		return -1;
	}
	bound->dev = file.st_dev;
	bound->ino = file.st_ino;
	return chmod(bound->path, SOCKET_MODE) == 0 ? listen(bound->fd, HUB_BACKLOG) : -1;
}

static int bind_unix(hub_bound *bound, const char *path, char *error, size_t error_size)
{
	struct sockaddr_un sockaddr = { .sun_family = AF_UNIX };
	struct stat file;
	int served;

	if (path[0] == '\0' || strlen(path) >= sizeof(sockaddr.sun_path)) {
		snprintf(error, error_size, "listen: the path of a Unix socket has 1 to %zu bytes", sizeof(sockaddr.sun_path) - 1);
		return -1;
	}
	strcpy(sockaddr.sun_path, path);
	bound->fd = new_socket(AF_UNIX);
	if (bound->fd < 0) {
		goto fail;
	}
	if (bind_path(bound, &sockaddr) == 0) {
		return 0;
	}
	if (errno != EADDRINUSE || bound->path || lstat(path, &file) != 0) {
		goto fail;
	}
	if (!S_ISSOCK(file.st_mode)) {
		snprintf(error, error_size, "listen: %s is there and is no socket", path);
		return -1;
	}
	served = is_served(&sockaddr);
	if (served > 0) {
		snprintf(error, error_size, "listen: another process is listening on %s", path);
		return -1;
	}
	if (served == 0 && unlink(path) == 0 && bind_path(bound, &sockaddr) == 0) {
		return 0;
	}

fail:
	snprintf(error, error_size, "listen: cannot listen on %s: %s", path, strerror(errno));
	return -1;
}

int hub_bind(hub_bound *bound, const char *address, bool is_shared, char *error, size_t error_size)
{
	static const char prefix[] = "unix:";
	int result;

	memset(bound, 0, sizeof(*bound));
	bound->fd = -1;
	if (strncmp(address, prefix, sizeof(prefix) - 1) == 0) {
		result = bind_unix(bound, address + sizeof(prefix) - 1, error, error_size);
	} else {
		result = bind_tcp(bound, address, is_shared, error, error_size);
	}
	if (result != 0) {
		hub_bind_close(bound, false);
	}
	return result;
}

int hub_bind_adopt(hub_bound *bound, int fd, bool is_shared, char *error, size_t error_size)
{
	struct sockaddr_un sockaddr;
	struct stat file;
	socklen_t len = sizeof(sockaddr), option_len;
	int option = 0, flags;

	memset(bound, 0, sizeof(*bound));
	memset(&sockaddr, 0, sizeof(sockaddr));
	option_len = sizeof(option);
	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &option, &option_len) != 0 || !option
		|| getsockname(fd, (struct sockaddr *)&sockaddr, &len) != 0) {
		snprintf(error, error_size, "listen: what the other hub handed over is no listening socket");
		return -1;
	}
	option_len = sizeof(option);
	if (is_shared && sockaddr.sun_family != AF_UNIX
		&& (getsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &option, &option_len) != 0 || !option)) {
		snprintf(error, error_size, "listen: the other hub has one process, which shares its port with nobody: end that hub first");
		return -1;
	}
	flags = fcntl(fd, F_GETFL);
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
		snprintf(error, error_size, "listen: %s", strerror(errno));
		return -1;
	}
	if (sockaddr.sun_family == AF_UNIX) {
		bound->path = sse_memdup(sockaddr.sun_path, strnlen(sockaddr.sun_path, sizeof(sockaddr.sun_path)));
		/* A file that is gone meanwhile has no number that it could be taken for. */
		if (stat(bound->path, &file) == 0) {
			bound->dev = file.st_dev;
			bound->ino = file.st_ino;
		}
	}
	hub_bind_watch_silence(fd);
	bound->fd = fd;
	return 0;
}

void hub_bind_close(hub_bound *bound, bool keep_file)
{
	struct stat file;

	if (bound->path && !keep_file && lstat(bound->path, &file) == 0 && file.st_dev == bound->dev
		&& file.st_ino == bound->ino) {
		unlink(bound->path);
	}
	if (bound->fd >= 0) {
		close_socket(bound->fd);
	}
	sse_free(bound->path);
	bound->path = NULL;
	bound->fd = -1;
}

const char *hub_bind_address(const hub_bound *bound, char *out, size_t out_size)
{
	struct sockaddr_storage address;
	socklen_t len = sizeof(address);
	char host[INET6_ADDRSTRLEN] = "";

	if (bound->path) {
		snprintf(out, out_size, "unix:%s", bound->path);
		return out;
	}
	memset(&address, 0, sizeof(address));
	getsockname(bound->fd, (struct sockaddr *)&address, &len);
	if (address.ss_family == AF_INET6) {
		const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&address;

		inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof(host));
		snprintf(out, out_size, "[%s]:%u", host, ntohs(v6->sin6_port));
	} else {
		const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address;

		inet_ntop(AF_INET, &v4->sin_addr, host, sizeof(host));
		snprintf(out, out_size, "%s:%u", host, ntohs(v4->sin_port));
	}
	return out;
}
