/*
 * Asks for one page after the other, each on a connection of its own: pages PORT PATH COUNT PID
 *
 * Prints p50, p99 and maximum (microseconds), the CPU time that process PID took for each (microseconds), and how many were
 * not answered with 200.
 */
#include "clients/hist.h"
#include "clients/proc.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static hist latencies;

static int ask(int port, const char *path)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	char request[1024], answer[4096] = "";
	int fd = socket(AF_INET, SOCK_STREAM, 0), ok = 0;
	ssize_t got;
	size_t len;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	len =
		(size_t)snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", path);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 && write(fd, request, len) == (ssize_t)len &&
		(got = read(fd, answer, sizeof(answer) - 1)) > 12) {
		ok = memcmp(answer + 8, " 200", 4) == 0;
		while (read(fd, answer, sizeof(answer)) > 0) {
		}
	}
	close(fd);
	return ok;
}

int main(int argc, char **argv)
{
	int i, count, failed = 0;
	proc_set process;
	int64_t cpu;

	if (argc < 5 || !proc_parse(&process, argv[4])) {
		return 2;
	}
	count = atoi(argv[3]);
	for (i = 0; i < 50; i++) {
		ask(atoi(argv[1]), argv[2]);
	}
	cpu = proc_cpu_ns(&process);
	for (i = 0; i < count; i++) {
		int64_t start = now_ns();

		failed += !ask(atoi(argv[1]), argv[2]);
		hist_note(&latencies, now_ns() - start);
	}
	cpu = proc_cpu_ns(&process) - cpu;
	printf("p50_us %.1f\np99_us %.1f\nmax_us %.1f\ncpu_us %.1f\nfailed %d\n", (double)hist_at(&latencies, 0.5) / 1e3,
		(double)hist_at(&latencies, 0.99) / 1e3, (double)latencies.max / 1e3, (double)cpu / 1e3 / count, failed);
	return 0;
}
