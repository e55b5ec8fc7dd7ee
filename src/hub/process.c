#include "process.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define DESCRIPTORS "/proc/self/fd"

static uint64_t resident_bytes(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
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
static uint64_t count_descriptors(void)
{
	DIR *directory = opendir(DESCRIPTORS);
	const struct dirent *entry;
	uint64_t count = 0;

	if (!directory) {
		return HUB_PROCESS_UNKNOWN;
	}
	while ((entry = readdir(directory))) {
		count += entry->d_name[0] != '.';
	}
	closedir(directory);
	return count - 1; /* its own */
}

static uint64_t open_files(void)
{
	struct stat info;

	/* Linux 6.2 and newer know the number without a list. */
	if (stat(DESCRIPTORS, &info) == 0 && info.st_size > 0) {
		return (uint64_t)info.st_size;
	}
	return count_descriptors();
}

static uint64_t max_open_files(void)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY ? (uint64_t)limit.rlim_cur
																					: HUB_PROCESS_UNKNOWN;
}

static uint64_t ms_of(struct timeval time)
{
	return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_usec / 1000;
}

static uint64_t cpu_ms(void)
{
	struct rusage usage;

	return getrusage(RUSAGE_SELF, &usage) == 0 ? ms_of(usage.ru_utime) + ms_of(usage.ru_stime) : HUB_PROCESS_UNKNOWN;
}

hub_process hub_process_read(void)
{
	return (hub_process){ resident_bytes(), open_files(), max_open_files(), cpu_ms() };
}
