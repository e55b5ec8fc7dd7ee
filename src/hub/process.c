#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* prlimit() */
#endif

#include "process.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef char proc_path[64];

static const char *path_of(proc_path path, pid_t pid, const char *what)
{
	snprintf(path, sizeof(proc_path), "/proc/%ld/%s", (long)pid, what);
	return path;
}

static uint64_t resident_bytes(pid_t pid)
{
	proc_path path;
	FILE *file = fopen(path_of(path, pid, "statm"), "re");
	uint64_t pages;
	bool found;

	if (!file) {
		return HUB_PROCESS_UNKNOWN;
	}
	found = fscanf(file, "%*u %" SCNu64, &pages) == 1;
	fclose(file);
	return found ? pages * (uint64_t)sysconf(_SC_PAGESIZE) : HUB_PROCESS_UNKNOWN;
}

/* About a millisecond for each thousand of them. */
static uint64_t count_entries(const char *path)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;
	uint64_t count = 0;

	if (!directory) {
		return HUB_PROCESS_UNKNOWN;
	}
	while ((entry = readdir(directory))) {
		count += entry->d_name[0] != '.';
	}
	closedir(directory);
	return count;
}

static uint64_t open_files(pid_t pid)
{
	struct stat info;
	proc_path path;
	uint64_t count;

	/* Linux 6.2 and newer know the number without a list. */
	if (stat(path_of(path, pid, "fd"), &info) == 0 && info.st_size > 0) {
		return (uint64_t)info.st_size;
	}
	count = count_entries(path);
	return count != HUB_PROCESS_UNKNOWN && pid == getpid() ? count - 1 : count; /* the list was open itself */
}

static uint64_t max_open_files(pid_t pid)
{
	struct rlimit limit;

	return prlimit(pid, RLIMIT_NOFILE, NULL, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY ? (uint64_t)limit.rlim_cur
																							 : HUB_PROCESS_UNKNOWN;
}

static uint64_t cpu_ms(pid_t pid)
{
	struct timespec used;
	clockid_t clock;

	return clock_getcpuclockid(pid, &clock) == 0 && clock_gettime(clock, &used) == 0
		? (uint64_t)used.tv_sec * 1000 + (uint64_t)used.tv_nsec / 1000000
		: HUB_PROCESS_UNKNOWN;
}

hub_process hub_process_read(pid_t pid)
{
	return (hub_process){ resident_bytes(pid), open_files(pid), max_open_files(pid), cpu_ms(pid) };
}
