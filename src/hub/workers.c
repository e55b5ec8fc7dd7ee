/*
 * A hub of several processes: hub_run_workers() of hub.h. Each is a whole hub with a control socket of its own. What they
 * share is the port of a TCP listener, over which the system spreads connections, and the figures of peers.h.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* asprintf() */
#endif

#include "workers.h"

#include "hub.h"
#include "log.h"
#include "peers.h"

#include "core/alloc.h"
#include "io/hub_call.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Between two looks at the processes when no signal comes, ms: while they begin, and later. */
#define LOOK_SOON_MS 5
#define LOOK_MS 1000
/* Pauses before a process that died is replaced, ms: longer each time, unless it lived for LIVED_MS. */
#define PAUSE_MIN_MS 500
#define PAUSE_MAX_MS 30000
#define LIVED_MS 30000

typedef struct process {
	hub_config config;
	char *control;        /* owned; NULL: the hub's */
	char *listen;         /* owned; NULL: the hub's */
	pid_t pid;            /* 0: not running */
	bool has_ended;       /* as it was told to: it is not replaced */
	uint64_t started;     /* ms */
	uint64_t again_at;    /* ms: when it is replaced */
	uint64_t pause;       /* ms */
} process;

typedef struct processes {
	hub_peers *peers;
	size_t count;
	bool ending;
	sigset_t waited_for;
	sigset_t before;
	process all[];
} processes;

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* In the process: does not return. */
static void serve(const processes *self, process *process)
{
	hub_peer *own = &self->peers->all[process->config.number];
	hub *hub;

	sigprocmask(SIG_SETMASK, &self->before, NULL);
	setpgid(0, 0); /* Ctrl-C is for the first process, which tells all */
	hub = hub_new(&process->config, own->error, sizeof(own->error));
	if (!hub) {
		own->state = HUB_PEER_FAILED;
		_exit(EXIT_FAILURE);
	}
	own->state = HUB_PEER_SERVING;
	hub_run(hub);
	own->state = HUB_PEER_GONE;
	hub_free(hub);
	_exit(EXIT_SUCCESS); /* the script goes on in the first process only */
}

static void start(processes *self, process *process)
{
	hub_peer *peer = &self->peers->all[process->config.number];

	peer->before = peer->stats;
	peer->state = HUB_PEER_STARTING;
	process->started = now_ms();
	process->again_at = 0;
	process->pid = fork();
	if (process->pid == 0) {
		peer->pid = getpid();
		serve(self, process);
	}
	if (process->pid < 0) {
		hub_log(HUB_ERROR, "no_process", (hub_field[]){ HUB_TEXT("error", strerror(errno)), HUB_LAST });
		process->pid = 0;
		process->again_at = process->started + PAUSE_MAX_MS;
	}
}

static void tell_all(const processes *self, int number)
{
	size_t i;

	for (i = 0; i < self->count; i++) {
		if (self->all[i].pid > 0) {
			kill(self->all[i].pid, number);
		}
	}
}

static void died(processes *self, process *process, int status)
{
	hub_peer *peer = &self->peers->all[process->config.number];
	uint64_t now = now_ms();
	bool lived = now - process->started >= LIVED_MS;

	process->pid = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS) {
		process->has_ended = true;
		return;
	}
	process->pause = lived || process->pause == 0 ? PAUSE_MIN_MS : process->pause * 2;
	if (process->pause > PAUSE_MAX_MS) {
		process->pause = PAUSE_MAX_MS;
	}
	process->again_at = now + process->pause;
	hub_log(HUB_ERROR, "process_died",
		(hub_field[]){ HUB_NUMBER("process", process->config.number + 1),
			WIFSIGNALED(status) ? (hub_field)HUB_NUMBER("signal", WTERMSIG(status))
								: (hub_field)HUB_TEXT("error", peer->error),
			HUB_NUMBER("again_in_ms", process->pause), HUB_LAST });
	if (peer->state != HUB_PEER_FAILED) {
		peer->state = HUB_PEER_GONE;
	}
}

static void reap(processes *self)
{
	size_t i;
	int status;

	/* One by one: the script may have other children. */
	for (i = 0; i < self->count; i++) {
		process *process = &self->all[i];

		if (process->pid > 0 && waitpid(process->pid, &status, WNOHANG) == process->pid) {
			died(self, process, status);
		}
	}
}

/* Waits for a signal; SIGCHLD says no more than that it is time to look. */
static void wait_ms(processes *self, uint64_t ms)
{
	const struct timespec patience = { (time_t)(ms / 1000), (long)(ms % 1000) * 1000000 };
	int number = sigtimedwait(&self->waited_for, NULL, &patience);

	if (number == SIGTERM || number == SIGINT) {
		self->ending = true;
		tell_all(self, SIGTERM); /* those that end already do so at once */
	}
	reap(self);
}

/* 0: it serves. The first one only: what keeps that from beginning keeps all, and nothing is lost yet. */
static int await_first(processes *self, char *error, size_t error_size)
{
	const hub_peer *first = &self->peers->all[0];

	while (self->all[0].pid > 0 && first->state == HUB_PEER_STARTING) {
		wait_ms(self, LOOK_SOON_MS);
	}
	if (first->state == HUB_PEER_SERVING || self->all[0].has_ended || self->ending) {
		return 0;
	}
	snprintf(error, error_size, "%s", first->error[0] ? first->error : "the hub's first process died as it began");
	return -1;
}

void hub_workers_drain(const char *control, size_t from)
{
	char path[256];
	sse_hub_call call;
	sse_buf message;
	size_t i;

	sse_buf_init(&message);
	sse_wire_begin(&message, SSE_WIRE_DRAIN);
	for (i = from; i < HUB_WORKERS_MAX; i++) {
		snprintf(path, sizeof(path), "%s.%zu", control, i + 1);
		if (access(path, F_OK) == 0) {
			sse_hub_call_init(&call);
			sse_hub_call_once(&call, path, (sse_str){ message.data, message.len }, 1000);
			sse_hub_call_close(&call);
		}
	}
	sse_buf_deinit(&message);
}

static bool is_running(const processes *self)
{
	size_t i;

	for (i = 0; i < self->count; i++) {
		if (self->all[i].pid > 0 || (!self->ending && !self->all[i].has_ended)) {
			return true;
		}
	}
	return false;
}

/* Starts what is missing; the time until it has to be called again, ms. */
static uint64_t start_missing(processes *self)
{
	uint64_t now = now_ms(), wait = LOOK_MS;
	size_t i;

	for (i = 0; i < self->count && !self->ending; i++) {
		process *process = &self->all[i];

		if (process->pid == 0 && !process->has_ended && process->again_at <= now) {
			start(self, process);
		} else if (process->again_at > now && process->again_at - now < wait) {
			wait = process->again_at - now;
		}
	}
	return wait;
}

static bool have_all_begun(const processes *self)
{
	size_t i;

	for (i = 0; i < self->count; i++) {
		if (self->peers->all[i].state == HUB_PEER_STARTING) {
			return false;
		}
	}
	return true;
}

static void keep_running(processes *self, const hub_config *config)
{
	bool drains = config->takeover;

	while (is_running(self)) {
		uint64_t wait = start_missing(self);

		if (drains && !self->ending) {
			wait = LOOK_SOON_MS;
			if (have_all_begun(self)) {
				hub_workers_drain(config->control, self->count);
				drains = false;
			}
		}
		wait_ms(self, wait);
	}
}

static void configure(processes *self, size_t i, const hub_config *config)
{
	process *process = &self->all[i];

	process->config = *config;
	process->config.peers = self->peers;
	process->config.number = i;
	process->config.max_clients = (config->max_clients + self->count - 1) / self->count;
	if (i == 0) {
		return;
	}
	if (asprintf(&process->control, "%s.%zu", config->control, i + 1) >= 0) {
		process->config.control = process->control;
	}
	if (config->listen && strncmp(config->listen, "unix:", 5) == 0
		&& asprintf(&process->listen, "%s.%zu", config->listen, i + 1) >= 0) {
		process->config.listen = process->listen;
	}
}

int hub_run_workers(const hub_config *config, char *error, size_t error_size)
{
	processes *self = sse_calloc(1, sizeof(*self) + config->workers * sizeof(self->all[0]));
	int result = -1;
	size_t i;

	self->count = config->workers;
	self->peers = hub_peers_new(config->workers);
	if (!self->peers) {
		snprintf(error, error_size, "no memory to share between processes: %s", strerror(errno));
		sse_free(self);
		return -1;
	}
	for (i = 0; i < self->count; i++) {
		configure(self, i, config);
	}
	sigemptyset(&self->waited_for);
	sigaddset(&self->waited_for, SIGCHLD);
	sigaddset(&self->waited_for, SIGTERM);
	sigaddset(&self->waited_for, SIGINT);
	sigprocmask(SIG_BLOCK, &self->waited_for, &self->before);
	start(self, &self->all[0]);
	if (await_first(self, error, error_size) == 0) {
		keep_running(self, config);
		result = 0;
	}
	sigprocmask(SIG_SETMASK, &self->before, NULL);
	for (i = 0; i < self->count; i++) {
		free(self->all[i].control);
		free(self->all[i].listen);
	}
	hub_peers_free(self->peers);
	sse_free(self);
	return result;
}
