/*
 * One event loop, as long as one run() or one command connection lives. Never uv_default_loop(), never shared: a process
 * that forks, or runs a stream inside another object's callback, must not meet somebody else's handles.
 */
#ifndef SSE_IO_LOOP_H
#define SSE_IO_LOOP_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

/*
 * The longest sleep of a turn, in milliseconds. libuv goes back to sleep after EINTR, so nothing but the end of a turn lets
 * PHP see a signal or the stream see a client that left: half a second for the first and a second for the second are
 * promised. Three wake-ups a second cost nothing that can be seen.
 */
#define SSE_TICK_MS 350

/* Called about every SSE_TICK_MS, also under load, after the turn's input was read. */
typedef struct sse_ticker {
	void (*tick)(struct sse_ticker *ticker, uint64_t now);
	struct sse_ticker *next;
} sse_ticker;

typedef struct sse_loop {
	uv_loop_t uv;
	uv_timer_t alarm;      /* bounds the sleep of the current turn */
	sse_ticker *tickers;   /* borrowed; each leaves with sse_loop_remove_ticker() */
	uint64_t last_tick;    /* ms, uv clock */
	uint64_t seed;         /* jitter, see core/backoff.h */
} sse_loop;

/* 0, or a negative libuv code. The loop must stay where it is in memory. */
int sse_loop_init(sse_loop *loop);

/*
 * Waits for input, at most until wake_at (ms, uv clock; UINT64_MAX: no wish) and never longer than SSE_TICK_MS; calls what
 * is due. Not re-entrant.
 */
void sse_loop_turn(sse_loop *loop, uint64_t wake_at);

/* The clock of wake_at: milliseconds, monotonic, as of the current turn. */
uint64_t sse_loop_now(sse_loop *loop);

/* The same clock, read anew: after PHP code ran for who knows how long. */
uint64_t sse_loop_now_fresh(sse_loop *loop);

void sse_loop_add_ticker(sse_loop *loop, sse_ticker *ticker);
void sse_loop_remove_ticker(sse_loop *loop, sse_ticker *ticker);

/*
 * How many forks lie between the first process that asked and this one: what was made at another count belongs to the parent.
 * Where there is no fork(), always 0. Asking costs no system call, as getpid() would.
 */
unsigned sse_loop_forks(void);

/*
 * In a forked child, before anything else is done with the loop: detaches it from the parent's epoll instance. After that
 * the child may only close what hangs on it.
 */
void sse_loop_detach_after_fork(sse_loop *loop);

/* Waits for the close callbacks of all handles, which their owners have asked for, and frees the loop. */
void sse_loop_deinit(sse_loop *loop);

#endif
