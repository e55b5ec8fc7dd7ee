#include "proc.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int proc_parse(proc_set *set, const char *list)
{
	char *end;

	for (set->count = 0; *list; list = *end ? end + 1 : end) {
		long pid = strtol(list, &end, 10);

		if (end == list || (*end && *end != ',') || set->count == PROC_MAX) {
			return 0;
		}
		set->pids[set->count++] = (pid_t)pid;
	}
	return 1;
}

static int64_t first_number(const char *path)
{
	FILE *file = fopen(path, "r");
	long long number = 0;

	if (file) {
		if (fscanf(file, "%lld", &number) != 1) {
			number = 0;
		}
		fclose(file);
	}
	return number;
}

int64_t proc_cpu_ns(const proc_set *set)
{
	int64_t sum = 0;
	int i;

	for (i = 0; i < set->count; i++) {
		char path[300];
		struct dirent *task;
		DIR *tasks;

		snprintf(path, sizeof(path), "/proc/%d/task", (int)set->pids[i]);
		tasks = opendir(path);
		while (tasks && (task = readdir(tasks))) {
			/* The process' own schedstat is that of its first thread only. */
			if (task->d_name[0] != '.') {
				snprintf(path, sizeof(path), "/proc/%d/task/%.20s/schedstat", (int)set->pids[i], task->d_name);
				sum += first_number(path);
			}
		}
		if (tasks) {
			closedir(tasks);
		}
	}
	return sum;
}

int64_t proc_pss_kib(const proc_set *set)
{
	int64_t sum = 0;
	int i;

	for (i = 0; i < set->count; i++) {
		char path[64], line[256];
		long long kib;
		FILE *file;

		snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)set->pids[i]);
		file = fopen(path, "r");
		while (file && fgets(line, sizeof(line), file)) {
			if (sscanf(line, "Pss: %lld kB", &kib) == 1) {
				sum += kib;
				break;
			}
		}
		if (file) {
			fclose(file);
		}
	}
	return sum;
}
