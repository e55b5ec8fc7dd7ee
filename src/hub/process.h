/*
 * What the system says of a process of this user.
 */
#ifndef SSE_HUB_PROCESS_H
#define SSE_HUB_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

/* In place of a figure that the system does not tell. */
#define HUB_PROCESS_UNKNOWN UINT64_MAX

typedef struct hub_process {
	uint64_t resident_bytes;
	uint64_t open_files;
	uint64_t max_open_files;
	uint64_t cpu_ms;          /* of all its threads, in user and kernel mode */
} hub_process;

hub_process hub_process_read(pid_t pid);

#endif
