/*
 * What the kernel knows of the subject's processes.
 */
#ifndef CLIENTS_PROC_H
#define CLIENTS_PROC_H

#include <stdint.h>
#include <sys/types.h>

#define PROC_MAX 512

typedef struct proc_set {
	int count;
	pid_t pids[PROC_MAX];
} proc_set;

/* "12,13,14"; false if there are too many, or something else. */
int proc_parse(proc_set *set, const char *list);
/* CPU time of all their threads, ns. */
int64_t proc_cpu_ns(const proc_set *set);
/* Proportional set size of all, KiB. */
int64_t proc_pss_kib(const proc_set *set);

#endif
