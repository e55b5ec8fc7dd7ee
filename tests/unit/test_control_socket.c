#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* SOCK_CLOEXEC */
#endif

#include "hub/control_socket.h"
#include "test.h"

#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char directory[] = "/tmp/sse-control-XXXXXX";
static char path[64];
static char error[300];
static int other;

static bool begin(void)
{
	strcpy(directory + sizeof directory - 7, "XXXXXX");
	error[0] = '\0';
	if (mkdtemp(directory) == NULL) {
		return false;
	}
	snprintf(path, sizeof path, "%s/hub.sock", directory);
	return true;
}

static void end(void)
{
	char lock[80];
	snprintf(lock, sizeof lock, "%s.lock", path);
	unlink(path);
	unlink(lock);
	CHECK_INT(rmdir(directory), 0);
}

static size_t open_descriptors(void)
{
	size_t count = 0;
	DIR *dir = opendir("/proc/self/fd");
	while (dir != NULL && readdir(dir) != NULL) {
		count++;
	}
	closedir(dir);
	return count;
}

static int dial(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	strcpy(address.sun_path, path);
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static hub_bind_result bind_it(hub_control_socket *control)
{
	return hub_control_socket_bind(control, path, &other, error, sizeof error);
}

static void a_socket_is_its_owners_alone_and_gone_at_the_end(void)
{
	hub_control_socket control;
	struct stat file;
	size_t before = open_descriptors();
	REQUIRE(begin());
	mode_t mask = umask(0);
	CHECK_INT(bind_it(&control), HUB_BIND_OK);
	CHECK_INT(umask(mask), 0);
	CHECK_INT(stat(path, &file), 0);
	CHECK(S_ISSOCK(file.st_mode));
	CHECK_INT(file.st_mode & 0777, 0600);
	int fd = dial();
	CHECK(fd >= 0);
	close(fd);
	hub_control_socket_close(&control);
	hub_control_socket_close(&control);
	CHECK_INT(access(path, F_OK), -1);
	CHECK_INT(open_descriptors(), before);
	end();
}

static void a_socket_that_a_dead_hub_left_is_replaced(void)
{
	hub_control_socket control;
	REQUIRE(begin());
	REQUIRE(bind_it(&control) == HUB_BIND_OK);
	close(control.fd);
	CHECK_INT(dial(), -1);
	CHECK_INT(bind_it(&control), HUB_BIND_OK);
	int fd = dial();
	CHECK(fd >= 0);
	close(fd);
	hub_control_socket_close(&control);
	end();
}

static void a_running_hub_is_left_alone(void)
{
	hub_control_socket first, second;
	REQUIRE(begin());
	REQUIRE(bind_it(&first) == HUB_BIND_OK);
	CHECK_INT(bind_it(&second), HUB_BIND_TAKEN);
	CHECK_CONTAINS(error, "another hub is running at /tmp/", true);
	CHECK(other >= 0);
	CHECK_INT(second.fd, -1);
	close(other);
	hub_control_socket_close(&second);
	int fd = dial();
	CHECK(fd >= 0);
	close(fd);
	hub_control_socket_close(&first);
	end();
}

static void the_file_of_a_successor_is_not_removed(void)
{
	hub_control_socket first, second;
	REQUIRE(begin());
	REQUIRE(bind_it(&first) == HUB_BIND_OK);
	unlink(path);
	REQUIRE(bind_it(&second) == HUB_BIND_OK);
	hub_control_socket_close(&first);
	int fd = dial();
	CHECK(fd >= 0);
	close(fd);
	hub_control_socket_close(&second);
	CHECK_INT(access(path, F_OK), -1);
	end();
}

static void what_is_no_hubs_is_left_alone(void)
{
	hub_control_socket control;
	size_t before = open_descriptors();
	REQUIRE(begin());
	int fd = open(path, O_CREAT | O_WRONLY, 0600);
	close(fd);
	CHECK_INT(bind_it(&control), HUB_BIND_ERROR);
	CHECK_CONTAINS(error, "is no socket", true);
	CHECK_INT(access(path, F_OK), 0);
	unlink(path);
	/* A link may point at anything. */
	CHECK_INT(symlink("/tmp", path), 0);
	CHECK_INT(bind_it(&control), HUB_BIND_ERROR);
	CHECK_CONTAINS(error, "is no socket", true);
	unlink(path);
	/* A socket of another kind, as PHP-FPM has one. */
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	CHECK_INT(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	CHECK_INT(listen(fd, 1), 0);
	CHECK_INT(bind_it(&control), HUB_BIND_ERROR);
	CHECK_CONTAINS(error, "is no hub's", true);
	CHECK_INT(access(path, F_OK), 0);
	close(fd);
	CHECK_INT(open_descriptors(), before);
	end();
}

static void impossible_paths_are_named(void)
{
	hub_control_socket control;
	char path_107[108], path_108[109];
	size_t before = open_descriptors();
	REQUIRE(begin());
	snprintf(path, sizeof path, "%s/nowhere/hub.sock", directory);
	CHECK_INT(bind_it(&control), HUB_BIND_ERROR);
	CHECK_CONTAINS(error, "the directory of the control socket /tmp/", true);
	CHECK_CONTAINS(error, "does not exist", true);
	CHECK_INT(hub_control_socket_bind(&control, "", &other, error, sizeof error), HUB_BIND_ERROR);
	CHECK_CONTAINS(error, "1 to 107 bytes", true);

	memset(path_108, 'x', sizeof path_108);
	memcpy(path_108, directory, strlen(directory));
	path_108[strlen(directory)] = '/';
	path_108[108] = '\0';
	CHECK_INT(hub_control_socket_bind(&control, path_108, &other, error, sizeof error), HUB_BIND_ERROR);
	CHECK_CONTAINS(error, "1 to 107 bytes", true);
	memcpy(path_107, path_108, 107);
	path_107[107] = '\0';
	CHECK_INT(hub_control_socket_bind(&control, path_107, &other, error, sizeof error), HUB_BIND_OK);
	hub_control_socket_close(&control);
	char lock[120];
	snprintf(lock, sizeof lock, "%s.lock", path_107);
	CHECK_INT(unlink(lock), 0);
	CHECK_INT(open_descriptors(), before);
	end();
}

static void of_many_that_start_at_once_one_wins(void)
{
	enum { STARTERS = 16 };
	int start[2], finish[2], status, taken = 0;
	hub_control_socket stale;
	REQUIRE(begin());
	REQUIRE(pipe(start) == 0 && pipe(finish) == 0);
	/* A stale file is there too: its removal is where the race would be. */
	REQUIRE(bind_it(&stale) == HUB_BIND_OK);
	close(stale.fd);
	fflush(stdout);
	for (int i = 0; i < STARTERS; i++) {
		if (fork() == 0) {
			hub_control_socket control;
			char byte;
			close(start[1]);
			close(finish[1]);
			(void)!read(start[0], &byte, 1);
			hub_bind_result result = bind_it(&control);
			if (result == HUB_BIND_OK) {
				/* Until the others have tried. */
				(void)!read(finish[0], &byte, 1);
			}
			_exit((int)result);
		}
	}
	close(start[0]);
	close(finish[0]);
	close(start[1]);
	for (int i = 0; i < STARTERS - 1; i++) {
		CHECK(wait(&status) > 0);
		taken += WIFEXITED(status) && WEXITSTATUS(status) == HUB_BIND_TAKEN;
	}
	CHECK_INT(taken, STARTERS - 1);
	close(finish[1]);
	CHECK(wait(&status) > 0);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == HUB_BIND_OK);
	end();
}

static void send_with(int fd, const char *bytes, size_t len, const int *fds, size_t count)
{
	union {
		char bytes[CMSG_SPACE((HUB_PACKET_FDS_MAX + 12) * sizeof(int))];
		struct cmsghdr align;
	} parts = {{0}};
	struct iovec data = {(char *)bytes, len};
	struct msghdr head = {.msg_iov = &data, .msg_iovlen = 1};
	if (count > 0) {
		head.msg_control = parts.bytes;
		head.msg_controllen = CMSG_SPACE(count * sizeof(int));
		struct cmsghdr *part = CMSG_FIRSTHDR(&head);
		part->cmsg_level = SOL_SOCKET;
		part->cmsg_type = SCM_RIGHTS;
		part->cmsg_len = CMSG_LEN(count * sizeof(int));
		memcpy(CMSG_DATA(part), fds, count * sizeof(int));
	}
	CHECK_INT(sendmsg(fd, &head, 0), len);
}

static void a_packet_brings_bytes_and_descriptors(void)
{
	int ends[2], passed[2];
	char buf[64];
	hub_packet packet;
	REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0);
	REQUIRE(pipe(passed) == 0);
	size_t before = open_descriptors();
	CHECK_INT(hub_packet_receive(&packet, ends[1], buf, sizeof buf), HUB_RECEIVED_NOTHING);
	CHECK_INT(packet.fd_count, 0);
	send_with(ends[0], "one", 3, passed, 2);
	send_with(ends[0], "two", 3, NULL, 0);
	CHECK_INT(hub_packet_receive(&packet, ends[1], buf, sizeof buf), HUB_RECEIVED);
	CHECK_BYTES(packet.bytes.data, packet.bytes.len, "one");
	CHECK(!packet.is_cut);
	CHECK_INT(packet.fd_count, 2);
	CHECK(fcntl(packet.fds[0], F_GETFD) == FD_CLOEXEC && fcntl(packet.fds[1], F_GETFD) == FD_CLOEXEC);
	int second = packet.fds[1], first = hub_packet_take(&packet);
	CHECK_INT(packet.fd_count, 1);
	CHECK_INT(packet.fds[0], second);
	hub_packet_drop(&packet);
	CHECK_INT(fcntl(second, F_GETFD), -1);
	CHECK(fcntl(first, F_GETFD) >= 0);
	close(first);
	CHECK_INT(hub_packet_receive(&packet, ends[1], buf, sizeof buf), HUB_RECEIVED);
	CHECK_BYTES(packet.bytes.data, packet.bytes.len, "two");
	CHECK_INT(hub_packet_take(&packet), -1);
	CHECK_INT(open_descriptors(), before);
	close(ends[0]);
	CHECK_INT(hub_packet_receive(&packet, ends[1], buf, sizeof buf), HUB_RECEIVED_END);
	close(ends[1]);
	close(passed[0]);
	close(passed[1]);
}

static void what_does_not_fit_is_told_of_and_leaks_nothing(void)
{
	enum { MOST = HUB_PACKET_FDS_MAX + 12 };
	int ends[2], passed[MOST];
	char buf[8];
	hub_packet packet;
	REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0);
	for (size_t i = 0; i < MOST; i++) {
		passed[i] = ends[0];
	}
	size_t before = open_descriptors();
	for (size_t count = HUB_PACKET_FDS_MAX + 1; count <= MOST; count++) {
		send_with(ends[0], "x", 1, passed, count);
		CHECK_INT(hub_packet_receive(&packet, ends[1], buf, sizeof buf), HUB_RECEIVED);
		CHECK(packet.is_cut);
		hub_packet_drop(&packet);
	}
	send_with(ends[0], "123456789", 9, passed, 1);
	CHECK_INT(hub_packet_receive(&packet, ends[1], buf, sizeof buf), HUB_RECEIVED);
	CHECK(packet.is_cut);
	hub_packet_drop(&packet);
	send_with(ends[0], "12345678", 8, NULL, 0);
	CHECK_INT(hub_packet_receive(&packet, ends[1], buf, sizeof buf), HUB_RECEIVED);
	CHECK(!packet.is_cut);
	/* An empty packet may bring descriptors too. */
	send_with(ends[0], "", 0, passed, 3);
	CHECK_INT(hub_packet_receive(&packet, ends[1], buf, sizeof buf), HUB_RECEIVED_END);
	CHECK_INT(open_descriptors(), before);
	close(ends[0]);
	close(ends[1]);
}

static void one_that_runs_as_the_same_user_is_trusted(void)
{
	int ends[2];
	long pid = 0;
	REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0);
	CHECK(hub_peer_is_trusted(ends[0], &pid));
	CHECK_INT(pid, getpid());
	close(ends[0]);
	close(ends[1]);
	CHECK(!hub_peer_is_trusted(-1, &pid));
}

static int tcp_listener(struct sockaddr_in *address)
{
	socklen_t len = sizeof *address;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	memset(address, 0, sizeof *address);
	address->sin_family = AF_INET;
	address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)address, sizeof *address) != 0 || listen(fd, 4) != 0 ||
		getsockname(fd, (struct sockaddr *)address, &len) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static void only_an_open_connection_is_taken_for_one(void)
{
	int ends[2];
	struct sockaddr_in address;

	REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
	CHECK(hub_connection_problem(ends[0]) == NULL);
	/* Unread input does not matter. */
	CHECK_INT(write(ends[1], "x", 1), 1);
	CHECK(hub_connection_problem(ends[0]) == NULL);
	close(ends[1]);
	CHECK_STR(hub_connection_problem(ends[0]), "was closed by its client");
	close(ends[0]);
	CHECK_STR(hub_connection_problem(ends[0]), "is no stream socket");

	REQUIRE(pipe(ends) == 0);
	CHECK_STR(hub_connection_problem(ends[1]), "is no stream socket");
	close(ends[0]);
	close(ends[1]);
	int file = open("/dev/null", O_RDWR);
	CHECK_STR(hub_connection_problem(file), "is no stream socket");
	close(file);
	REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0);
	CHECK_STR(hub_connection_problem(ends[0]), "is no stream socket");
	close(ends[0]);
	close(ends[1]);

	int listener = tcp_listener(&address);
	REQUIRE(listener >= 0);
	CHECK_STR(hub_connection_problem(listener), "is a listening socket");
	int client = socket(AF_INET, SOCK_STREAM, 0);
	CHECK_STR(hub_connection_problem(client), "is not connected");
	REQUIRE(connect(client, (struct sockaddr *)&address, sizeof address) == 0);
	int server = accept(listener, NULL, NULL);
	CHECK(hub_connection_problem(server) == NULL);
	close(client);
	struct pollfd wait = {server, POLLIN, 0};
	CHECK_INT(poll(&wait, 1, 5000), 1);
	CHECK_STR(hub_connection_problem(server), "was closed by its client");
	close(server);
	close(listener);
}

static void a_connection_that_was_reset_is_in_error(void)
{
	struct sockaddr_in address;
	struct linger at_once = {1, 0};
	int listener = tcp_listener(&address);
	int client = socket(AF_INET, SOCK_STREAM, 0);
	REQUIRE(listener >= 0 && connect(client, (struct sockaddr *)&address, sizeof address) == 0);
	int server = accept(listener, NULL, NULL);
	CHECK_INT(setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
	close(client);
	struct pollfd wait = {server, POLLIN, 0};
	CHECK_INT(poll(&wait, 1, 5000), 1);
	CHECK(hub_connection_problem(server) != NULL);
	close(server);
	close(listener);
}

/* With unsent bytes and SO_LINGER, close() alone would wait for the client that reads nothing. */
static void a_connection_that_lingers_is_closed_at_once(void)
{
	struct linger long_one = {1, 30};
	struct timespec before, after;
	struct sockaddr_in address;
	static char bytes[65536];
	int listener = tcp_listener(&address);
	int client = socket(AF_INET, SOCK_STREAM, 0);

	REQUIRE(listener >= 0 && connect(client, (struct sockaddr *)&address, sizeof address) == 0);
	int server = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
	while (send(server, bytes, sizeof bytes, MSG_DONTWAIT) > 0) {
	}
	CHECK_INT(setsockopt(server, SOL_SOCKET, SO_LINGER, &long_one, sizeof long_one), 0);
	clock_gettime(CLOCK_MONOTONIC, &before);
	hub_connection_close(server);
	clock_gettime(CLOCK_MONOTONIC, &after);
	CHECK(after.tv_sec - before.tv_sec < 10);
	CHECK_INT(fcntl(server, F_GETFD), -1);
	close(client);
	close(listener);
}

void test_control_socket(void)
{
	RUN(a_socket_is_its_owners_alone_and_gone_at_the_end);
	RUN(a_socket_that_a_dead_hub_left_is_replaced);
	RUN(a_running_hub_is_left_alone);
	RUN(the_file_of_a_successor_is_not_removed);
	RUN(what_is_no_hubs_is_left_alone);
	RUN(impossible_paths_are_named);
	RUN(of_many_that_start_at_once_one_wins);
	RUN(a_packet_brings_bytes_and_descriptors);
	RUN(what_does_not_fit_is_told_of_and_leaks_nothing);
	RUN(one_that_runs_as_the_same_user_is_trusted);
	RUN(only_an_open_connection_is_taken_for_one);
	RUN(a_connection_that_was_reset_is_in_error);
	RUN(a_connection_that_lingers_is_closed_at_once);
}
