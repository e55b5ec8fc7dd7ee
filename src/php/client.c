#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* POLLRDHUP */
#endif

#include "client.h"

#include "SAPI.h"
#include "php.h"

#ifdef PHP_WIN32

int php_sse_client_fd(void)
{
	return -1;
}

bool php_sse_client_is_gone(int fd)
{
	return false;
}

#else

#include "core/fcgi.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef POLLRDHUP
#define POLLRDHUP 0
#endif

/* The head of fcgi_request in main/fastcgi.c, which is not exported; the same in PHP 8.1, 8.2 and 8.4. */
typedef struct fcgi_request_head {
	int listen_socket;
	int tcp;
	int fd;
	int id;
	int keep;
} fcgi_request_head;

/* The head of php_cli_server_client in sapi/cli/php_cli_server.c. */
typedef struct cli_server_client_head {
	void *server;
	int sock;
} cli_server_client_head;

static bool is_connected_stream(int fd)
{
	struct sockaddr_storage peer;
	socklen_t len = sizeof(peer);
	int type = 0;
	socklen_t type_len = sizeof(type);

	return fd > 2 && getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &type_len) == 0 && type == SOCK_STREAM
		&& getpeername(fd, (struct sockaddr *)&peer, &len) == 0;
}

static bool is_listening(int fd)
{
	int listening = 0;
	socklen_t len = sizeof(listening);

	return fd >= 0 && getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) == 0 && listening;
}

static int fpm_fd(const void *context)
{
	fcgi_request_head head;

	/* Nothing vouches for the layout, so everything that can be told about it is checked before it is believed. */
	memcpy(&head, context, sizeof(head));
	if (head.id < 1 || head.id > 65535 || (head.keep != 0 && head.keep != 1) || !is_listening(head.listen_socket)) {
		return -1;
	}
	return is_connected_stream(head.fd) ? head.fd : -1;
}

static int cli_server_fd(const void *context)
{
	cli_server_client_head head;

	memcpy(&head, context, sizeof(head));
	return is_connected_stream(head.sock) ? head.sock : -1;
}

int php_sse_client_fd(void)
{
	if (strcmp(sapi_module.name, "cli") == 0) {
		return STDOUT_FILENO;
	}
	if (SG(server_context) && strcmp(sapi_module.name, "fpm-fcgi") == 0) {
		return fpm_fd(SG(server_context));
	}
	if (SG(server_context) && strcmp(sapi_module.name, "cli-server") == 0) {
		return cli_server_fd(SG(server_context));
	}
	return -1;
}

static bool has_abort_record(int fd)
{
	unsigned char bytes[256];
	ssize_t len = recv(fd, bytes, sizeof(bytes), MSG_PEEK | MSG_DONTWAIT);

	return len > 0 && sse_fcgi_has_abort(bytes, (size_t)len);
}

bool php_sse_client_is_gone(int fd)
{
	struct pollfd watched = { fd, POLLIN | POLLRDHUP, 0 };

	if (fd < 0) {
		return false;
	}
	if (fd == STDOUT_FILENO) {
		watched.events = 0; /* the reader of a pipe closed it: POLLERR; a terminal's input is none of our business */
	}
	if (poll(&watched, 1, 0) <= 0) {
		return false;
	}
	if (watched.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) {
		return true;
	}
	/* Readable is not gone: nginx leaves an empty FCGI_STDIN record unread. */
	return (watched.revents & POLLIN) && strcmp(sapi_module.name, "fpm-fcgi") == 0 && has_abort_record(fd);
}

#endif
