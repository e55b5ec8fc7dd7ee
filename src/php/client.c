#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* POLLRDHUP, dup3 */
#endif

#include "client.h"

#include "php_sse.h"

#include "SAPI.h"

#include <string.h>

bool php_sse_client_is_alone(void)
{
	const char *workers = getenv("PHP_CLI_SERVER_WORKERS");

	/* php -S forks from 2 on: sapi/cli/php_cli_server.c, php_cli_server_startup_workers(). */
	return strcmp(sapi_module.name, "cli-server") == 0 && (!workers || ZEND_STRTOL(workers, NULL, 10) < 2);
}

#ifdef PHP_WIN32

int php_sse_client_fd(void)
{
	return -1;
}

bool php_sse_client_is_gone(int fd)
{
	return false;
}

bool php_sse_client_can_move(void)
{
	return false;
}

bool php_sse_client_open(php_sse_client *client, const char **why)
{
	*why = "Windows passes no connections";
	return false;
}

void php_sse_client_close(php_sse_client *client)
{
}

bool php_sse_client_keep_writes(php_sse_client *client)
{
	return false;
}

bool php_sse_client_release_writes(php_sse_client *client, sse_buf *out)
{
	return false;
}

bool php_sse_client_write(const php_sse_client *client, sse_str bytes)
{
	return false;
}

bool php_sse_client_replace(php_sse_client *client)
{
	return false;
}

void php_sse_client_shut(const php_sse_client *client)
{
}

void php_sse_client_end_request(void)
{
}

uint64_t php_sse_client_pool(void)
{
	return 0;
}

#else

#include "core/fcgi.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
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
	int nodelay;
	int ended;   /* fastcgi_finish_request() was called */
	int in_len;  /* what of the current record of the request's body PHP has not read yet; the padding behind it goes with the
					last of it */
} fcgi_request_head;

/* The head of php_cli_server_client in sapi/cli/php_cli_server.c; its server's first member is the listening socket. */
typedef struct cli_server_client_head {
	const int *server;
	int sock;
} cli_server_client_head;

/* Finding */

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

static bool is_sapi(const char *name)
{
	return SG(server_context) && strcmp(sapi_module.name, name) == 0;
}

/* Nothing vouches for the layout, so everything that can be told about it is checked before it is believed. */
static bool read_fpm_head(fcgi_request_head *head)
{
	memcpy(head, SG(server_context), sizeof(*head));
	return head->id >= 1 && head->id <= 65535 && (head->keep == 0 || head->keep == 1) && is_listening(head->listen_socket);
}

static int fpm_fd(void)
{
	fcgi_request_head head;

	return read_fpm_head(&head) && is_connected_stream(head.fd) ? head.fd : -1;
}

static int cli_server_fd(void)
{
	cli_server_client_head head;

	memcpy(&head, SG(server_context), sizeof(head));
	return is_connected_stream(head.sock) ? head.sock : -1;
}

int php_sse_client_fd(void)
{
	if (strcmp(sapi_module.name, "cli") == 0) {
		return STDOUT_FILENO;
	}
	if (is_sapi("fpm-fcgi")) {
		return fpm_fd();
	}
	if (is_sapi("cli-server")) {
		return cli_server_fd();
	}
	return -1;
}

uint64_t php_sse_client_pool(void)
{
	fcgi_request_head head;
	struct stat listener;

	/* Each pool listens on a socket of its own, whose inode all of its workers see. */
	return is_sapi("fpm-fcgi") && read_fpm_head(&head) && fstat(head.listen_socket, &listener) == 0 ? listener.st_ino : 0;
}

/* Watching */

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

/* Moving */

bool php_sse_client_can_move(void)
{
	return strcmp(sapi_module.name, "fpm-fcgi") == 0 || strcmp(sapi_module.name, "cli-server") == 0;
}

/* Whether two sockets have the same address here, as one that listens and one that it accepted have. */
static bool is_accepted_by(int listener, int fd)
{
	struct sockaddr_storage one = { 0 }, other = { 0 };
	socklen_t one_len = sizeof(one), other_len = sizeof(other);

	/* What listens on any address has none of its own, so the family has to do. */
	return getsockname(listener, (struct sockaddr *)&one, &one_len) == 0
		&& getsockname(fd, (struct sockaddr *)&other, &other_len) == 0 && one.ss_family == other.ss_family;
}

static bool find_fpm(php_sse_client *client, const char **why)
{
	fcgi_request_head head;

	if (!read_fpm_head(&head) || !is_connected_stream(head.fd) || !is_accepted_by(head.listen_socket, head.fd)) {
		*why = "this PHP-FPM keeps its connections in a way that the extension does not know";
		return false;
	}
	if (head.ended != 0) {
		*why = "fastcgi_finish_request() was called before";
		return false;
	}
	if (head.in_len != 0) {
		/* The hub reads records from their beginning. in_pad says nothing: it stays from one request to the next. */
		*why = "the request's body was not read to its end";
		return false;
	}
	client->fd = head.fd;
	client->transport = SSE_TRANSPORT_FCGI;
	client->request_id = (unsigned)head.id;
	/* FPM's last record goes nowhere, and its shutdown() of what is no socket does no harm. */
	client->stand_in = open("/dev/null", O_RDWR | O_CLOEXEC);
	return true;
}

static bool find_cli_server(php_sse_client *client, const char **why)
{
	cli_server_client_head head;
	int ends[2];

	memcpy(&head, SG(server_context), sizeof(head));
	if (!is_connected_stream(head.sock) || !head.server || !is_listening(*head.server)
		|| !is_accepted_by(*head.server, head.sock)) {
		*why = "this PHP keeps the connections of its server in a way that the extension does not know";
		return false;
	}
	client->fd = head.sock;
	client->transport = SSE_TRANSPORT_RAW;
	/* It writes with send(), which would fail on anything but a connected socket, and that aborts the script. */
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0) {
		client->stand_in = ends[0];
		client->stand_in_peer = ends[1];
	}
	return true;
}

bool php_sse_client_open(php_sse_client *client, const char **why)
{
	bool found = false;

	*client = (php_sse_client){ .fd = -1, .stand_in = -1, .stand_in_peer = -1, .kept_fd = -1, .kept_bytes = -1 };
	*why = "connections of this SAPI cannot be passed on";
	if (is_sapi("fpm-fcgi")) {
		found = find_fpm(client, why);
	} else if (is_sapi("cli-server")) {
		found = find_cli_server(client, why);
	}
	if (found && client->stand_in < 0) {
		*why = "the process has no descriptor left";
		return false;
	}
	return found;
}

static void close_one(int *fd)
{
	if (*fd >= 0) {
		close(*fd);
		*fd = -1;
	}
}

void php_sse_client_close(php_sse_client *client)
{
	close_one(&client->stand_in);
	close_one(&client->stand_in_peer);
	close_one(&client->kept_fd);
	close_one(&client->kept_bytes);
}

/* Puts a descriptor where PHP's is. */
static bool put(int fd, const php_sse_client *client)
{
	while (dup3(fd, client->fd, O_CLOEXEC) < 0) {
		if (errno != EINTR && errno != EBUSY) {
			return false;
		}
	}
	return true;
}

bool php_sse_client_keep_writes(php_sse_client *client)
{
	int ends[2];
	bool kept;

	client->kept_fd = fcntl(client->fd, F_DUPFD_CLOEXEC, 0);
	if (client->kept_fd < 0) {
		return false;
	}
	kept = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0;
	if (kept) {
		client->kept_bytes = ends[1];
		kept = put(ends[0], client);
		close(ends[0]);
	}
	if (!kept) {
		close_one(&client->kept_fd);
		close_one(&client->kept_bytes);
	}
	return kept;
}

bool php_sse_client_release_writes(php_sse_client *client, sse_buf *out)
{
	char bytes[8192];
	bool restored = put(client->kept_fd, client);
	ssize_t got;

	while ((got = recv(client->kept_bytes, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0 || (got < 0 && errno == EINTR)) {
		if (got > 0) {
			sse_buf_append(out, bytes, (size_t)got);
		}
	}
	if (!restored) {
		shutdown(client->kept_fd, SHUT_RDWR);
	}
	close_one(&client->kept_fd);
	close_one(&client->kept_bytes);
	return restored;
}

bool php_sse_client_write(const php_sse_client *client, sse_str bytes)
{
	while (bytes.len > 0) {
		ssize_t sent = send(client->fd, bytes.data, bytes.len, MSG_NOSIGNAL);

		if (sent > 0) {
			bytes.data += sent;
			bytes.len -= (size_t)sent;
		} else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			struct pollfd watched = { client->fd, POLLOUT, 0 }; /* php -S has it non-blocking */

			poll(&watched, 1, -1);
		} else if (errno != EINTR) {
			return false;
		}
	}
	return true;
}

bool php_sse_client_replace(php_sse_client *client)
{
	if (!put(client->stand_in, client)) {
		return false;
	}
	if (client->transport == SSE_TRANSPORT_FCGI) {
		/* Or FPM would wait for the next request on /dev/null. */
		((fcgi_request_head *)SG(server_context))->keep = 0;
	}
	php_sse_client_end_request();
	SSE_G(stand_in_peer) = client->stand_in_peer;
	client->stand_in_peer = -1;
	return true;
}

void php_sse_client_shut(const php_sse_client *client)
{
	shutdown(client->fd, SHUT_RDWR);
}

void php_sse_client_end_request(void)
{
	if (SSE_G(stand_in_peer) >= 0) {
		close(SSE_G(stand_in_peer));
		SSE_G(stand_in_peer) = -1;
	}
}

#endif
