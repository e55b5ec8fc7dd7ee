/*
 * Preloaded into a hub: writes how many bytes of malloc() are in use, each second, to the file SOAK_HEAP.PID. What the system says
 * of a process' memory hides a leak for as long as it fits into what was free already; this hides none.
 */
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int file;

static void *watch(void *unused)
{
	char line[32];

	for (;;) {
		struct mallinfo2 info = mallinfo2();
		int len = snprintf(line, sizeof(line), "%-20zu\n", info.uordblks + info.hblkhd);

		(void)!pwrite(file, line, (size_t)len, 0);
		sleep(1);
	}
	return unused;
}

__attribute__((constructor)) static void begin(void)
{
	char name[4096];
	pthread_t thread;
	sigset_t all, before;

	snprintf(name, sizeof(name), "%s.%d", getenv("SOAK_HEAP"), (int)getpid());
	file = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before); /* signals are the hub's */
	pthread_create(&thread, NULL, watch, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}
