/*
 * The hub: one process that holds thousands of streams over one Redis connection. This is all that src/php sees of it.
 */
#ifndef SSE_HUB_HUB_H
#define SSE_HUB_HUB_H

#include "core/jwt.h"
#include "core/redis_config.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What happens to a client that does not read as fast as events come, once client_buffer bytes wait for it. */
typedef enum hub_overflow {
	HUB_OVERFLOW_CUT,          /* the connection is closed; the client comes back and resumes from its id */
	HUB_OVERFLOW_DROP_OLDEST,  /* the oldest waiting events are dropped, and a gap announces it */
	HUB_OVERFLOW_LATEST        /* of each event name only the newest is kept */
} hub_overflow;

typedef struct hub_config {
	const char *control;       /* path of the control socket */
	const char *listen;        /* "127.0.0.1:8088", "[::1]:8088", "unix:/path" or NULL: no HTTP listener */
	const char *path;          /* of the streams, "/sse" */
	sse_redis_config redis;
	size_t max_clients;
	size_t max_per_user;       /* 0: no limit */
	size_t max_per_ip;         /* connections of the listener; 0: no limit */
	size_t max_channels;       /* topics, channels, patterns and lists; 0: no limit */
	size_t client_buffer;      /* bytes */
	hub_overflow overflow;
	uint64_t drain;            /* ms that the end may take */
	sse_str jwt_secret;        /* NULL data: tokens are not accepted */
	sse_hmac_sha256 hmac;      /* for jwt_secret */
	const char **cors;         /* origins ("https://app.example"), or "*"; NULL-terminated; NULL: none */
	bool takeover;             /* take the streams of the hub that is running at control, if there is one */
	size_t workers;            /* processes, 1 to HUB_WORKERS_MAX */
	struct hub_peers *peers;   /* hub_run_workers() sets it, for each of several processes; else NULL */
	size_t number;             /* of this process among those, from 0 on */
} hub_config;

#define HUB_WORKERS_MAX 64

typedef struct hub hub;

/*
 * Binds the sockets. config and all that it points to are borrowed until hub_free(). NULL with a sentence in error: another
 * hub is running there, the address is in use, a path is too long, the listener is not built in, …
 */
hub *hub_new(const hub_config *config, char *error, size_t error_size);

/* Serves until SIGTERM or SIGINT (drain, then return; a second one ends at once) or until another hub has taken over. */
void hub_run(hub *hub);

/*
 * Serves with config->workers processes until all of them have ended, as hub_run() has it: signals are for all. A process that
 * dies is replaced. The first listens at config->control, number n at "<control>.n", so that each can be taken over by the
 * one of its number; TCP listeners share their port. What a hub before this one had more is drained. -1 with a sentence in
 * error: one of them could not begin, and none is left. Forks: to be called from a process with one thread, without a loop.
 */
int hub_run_workers(const hub_config *config, char *error, size_t error_size);

/* Closes what is left. */
void hub_free(hub *hub);

/* Whether this build has an HTTP parser, and so the listener. */
bool hub_has_listener(void);

#endif
