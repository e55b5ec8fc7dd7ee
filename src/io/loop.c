#include "loop.h"

#include "core/alloc.h"

#include <string.h>

#ifndef _WIN32
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>
#endif

static void on_alarm(uv_timer_t *timer)
{
	/* Nothing to do: it fired to end the turn. */
}

/*
 * libuv aborts when one of its descriptors is 0, 1 or 2, and so would be what echo writes to. Daemons close these; here they
 * are filled with /dev/null before the loop can get them.
 */
static void fill_standard_descriptors(void)
{
#ifndef _WIN32
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0) {
		close(fd);
	}
#endif
}

int sse_loop_init(sse_loop *loop)
{
	int err;

	memset(loop, 0, sizeof(*loop));
	fill_standard_descriptors();
	err = uv_loop_init(&loop->uv);
	if (err != 0) {
		return err;
	}
	uv_timer_init(&loop->uv, &loop->alarm);
	loop->last_tick = uv_now(&loop->uv);
	loop->seed = uv_hrtime() ^ ((uint64_t)(uintptr_t)loop << 16) ^ (uint64_t)uv_os_getpid();
	if (loop->seed == 0) {
		loop->seed = 1;
	}
	return 0;
}

static void run_tickers(sse_loop *loop)
{
	uint64_t now = uv_now(&loop->uv);
	sse_ticker *ticker, *next;

	if (now - loop->last_tick < SSE_TICK_MS) {
		return;
	}
	loop->last_tick = now;
	for (ticker = loop->tickers; ticker; ticker = next) {
		next = ticker->next; /* one that is removed meanwhile keeps its memory until a later turn */
		ticker->tick(ticker, now);
	}
}

void sse_loop_turn(sse_loop *loop, uint64_t wake_at)
{
	uint64_t now, sleep_ms, since_tick;

	uv_update_time(&loop->uv);
	now = uv_now(&loop->uv);
	since_tick = now - loop->last_tick;
	sleep_ms = since_tick < SSE_TICK_MS ? SSE_TICK_MS - since_tick : 0;
	if (wake_at != UINT64_MAX && wake_at < now + sleep_ms) {
		sleep_ms = wake_at > now ? wake_at - now : 0;
	}

	if (sleep_ms == 0) {
		uv_run(&loop->uv, UV_RUN_NOWAIT);
	} else {
		/* uv_run() looks at timers before it sleeps: one that is due by then would leave the sleep without an end. */
		uv_timer_start(&loop->alarm, on_alarm, sleep_ms, 1);
		uv_run(&loop->uv, UV_RUN_ONCE);
		uv_timer_stop(&loop->alarm);
	}
	run_tickers(loop);
}

uint64_t sse_loop_now(sse_loop *loop)
{
	return uv_now(&loop->uv);
}

uint64_t sse_loop_now_fresh(sse_loop *loop)
{
	uv_update_time(&loop->uv);
	return uv_now(&loop->uv);
}

void sse_loop_add_ticker(sse_loop *loop, sse_ticker *ticker)
{
	ticker->next = loop->tickers;
	loop->tickers = ticker;
}

void sse_loop_remove_ticker(sse_loop *loop, sse_ticker *ticker)
{
	sse_ticker **link = &loop->tickers;

	while (*link && *link != ticker) {
		link = &(*link)->next;
	}
	if (*link) {
		*link = ticker->next;
	}
}

#ifdef _WIN32
unsigned sse_loop_forks(void)
{
	return 0;
}
#else
static unsigned forks;

static void count_fork(void)
{
	forks++;
}

static void watch_forks(void)
{
	pthread_atfork(NULL, NULL, count_fork);
}

unsigned sse_loop_forks(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, watch_forks);
	return forks;
}
#endif

void sse_loop_detach_after_fork(sse_loop *loop)
{
	/* Without this, closing a handle here would take the parent's descriptor out of the epoll set that both share. */
	uv_loop_fork(&loop->uv);
}

void sse_loop_deinit(sse_loop *loop)
{
	uv_close((uv_handle_t *)&loop->alarm, NULL);
	while (uv_run(&loop->uv, UV_RUN_NOWAIT) != 0) {
		/* only close callbacks are left, each takes a turn at most */
	}
	uv_loop_close(&loop->uv);
}
