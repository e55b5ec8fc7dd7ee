/*
 * What the processes of one hub know of each other: figures in memory that they share, so that whichever is asked answers
 * for all of them. Each writes its own place only.
 */
#ifndef SSE_HUB_PEERS_H
#define SSE_HUB_PEERS_H

#include "process.h"
#include "stats.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct hub;

typedef enum hub_peer_state { HUB_PEER_STARTING, HUB_PEER_SERVING, HUB_PEER_FAILED, HUB_PEER_GONE } hub_peer_state;

typedef struct hub_peer {
	_Atomic int state;      /* hub_peer_state */
	pid_t pid;
	hub_gauges gauges;
	hub_stats stats;        /* with those of the processes that had this place before */
	hub_stats before;
	uint64_t looked;        /* ms, its loop's clock: when the backlog was summed up */
	char error[512];        /* FAILED: a sentence */
} hub_peer;

typedef struct hub_peers {
	size_t count;
	pid_t parent;           /* who starts them, and hears SIGTERM for all */
	hub_peer all[];
} hub_peers;

/* In memory that is shared with processes that are forked later; NULL with errno. */
hub_peers *hub_peers_new(size_t count);
void hub_peers_free(hub_peers *peers);

/* Writes what hub counts into its place. Nothing to do for a hub that is alone. */
void hub_peers_note(const struct hub *hub);

/* Adds what the other processes have written to this one's figures. */
void hub_peers_add(const struct hub *hub, hub_gauges *gauges, hub_process *process, hub_stats *stats);

#endif
