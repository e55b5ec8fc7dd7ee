#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* MAP_ANONYMOUS, syscall() */
#endif

#include "pool.h"

#include "php_sse.h"

#ifdef PHP_WIN32

void php_sse_pool_setup(void)
{
}

void php_sse_pool_teardown(void)
{
}

bool php_sse_pool_enter(php_sse_pool_slot **slot)
{
	return true;
}

void php_sse_pool_leave(php_sse_pool_slot **slot)
{
}

bool php_sse_pool_hub_rests(void)
{
	return false;
}

void php_sse_pool_note_hub(bool answers)
{
}

#else

#include "client.h"
#include "output.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>
#include <uv.h>
#ifdef ZTS
#include <sys/syscall.h>
#endif

/* One FPM seldom has more pools; those that find no row of their own share one. */
#define POOLS 64
/* How long a silent hub is left alone, ms. */
#define HUB_REST_MS 5000

struct php_sse_pool_slot {
	atomic_int owner; /* 0: free */
};

typedef struct pool_row {
	atomic_ullong pool;      /* 0: nobody's yet */
	atomic_ullong hub_rests; /* until then, ms of the monotonic clock; 0: it answers */
	php_sse_pool_slot slots[PHP_SSE_POOL_MAX];
} pool_row;

/* A megabyte of addresses; the system gives memory for the few pages that are written to. */
static pool_row *rows;

void php_sse_pool_setup(void)
{
	if (php_sse_output_has_http()) {
		void *memory = mmap(NULL, POOLS * sizeof(*rows), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

		rows = memory == MAP_FAILED ? NULL : memory;
	}
}

void php_sse_pool_teardown(void)
{
	if (rows) {
		munmap(rows, POOLS * sizeof(*rows));
		rows = NULL;
	}
}

/* A worker that serves one request at a time: a process, or a thread where PHP has threads. */
static int own_number(void)
{
#if defined(ZTS) && defined(SYS_gettid)
	return (int)syscall(SYS_gettid);
#else
	return (int)getpid();
#endif
}

static pool_row *own_row(void)
{
	const unsigned long long pool = php_sse_client_pool() + 1; /* 0 is nobody's */

	for (unsigned i = 0; i < POOLS; i++) {
		pool_row *row = &rows[(pool + i) % POOLS];
		unsigned long long nobody = 0;

		if (atomic_load(&row->pool) == pool || atomic_compare_exchange_strong(&row->pool, &nobody, pool) || nobody == pool) {
			return row;
		}
	}
	return &rows[pool % POOLS];
}

static bool take(php_sse_pool_slot *slot, int self)
{
	int owner = atomic_load(&slot->owner);

	/* Our own number stands there when this process, or one that had its number, was interrupted before it left. */
	if (owner != 0 && owner != self && (kill(owner, 0) == 0 || errno != ESRCH)) {
		return false;
	}
	return atomic_compare_exchange_strong(&slot->owner, &owner, self);
}

bool php_sse_pool_enter(php_sse_pool_slot **slot)
{
	const zend_long limit = MIN(SSE_G(max_inline), PHP_SSE_POOL_MAX);
	const int self = own_number();
	pool_row *row;

	if (limit == 0 || !rows) {
		return true;
	}
	row = own_row();
	for (zend_long i = 0; i < limit; i++) {
		if (take(&row->slots[i], self)) {
			*slot = &row->slots[i];
			return true;
		}
	}
	return false;
}

void php_sse_pool_leave(php_sse_pool_slot **slot)
{
	if (*slot) {
		int self = own_number();

		/* A child that was forked meanwhile leaves its parent's slot alone. */
		atomic_compare_exchange_strong(&(*slot)->owner, &self, 0);
		*slot = NULL;
	}
}

/* Of the same clock in all workers. */
static unsigned long long now_ms(void)
{
	return uv_hrtime() / 1000000;
}

bool php_sse_pool_hub_rests(void)
{
	unsigned long long now = now_ms(), until;
	pool_row *row;

	if (!rows) {
		return false;
	}
	row = own_row();
	until = atomic_load(&row->hub_rests);
	if (until == 0 || now < until) {
		return until != 0;
	}
	/* Whoever moves the time on is the one that tries. */
	return !atomic_compare_exchange_strong(&row->hub_rests, &until, now + HUB_REST_MS);
}

void php_sse_pool_note_hub(bool answers)
{
	if (rows) {
		pool_row *row = own_row();

		if (!answers || atomic_load(&row->hub_rests) != 0) {
			atomic_store(&row->hub_rests, answers ? 0 : now_ms() + HUB_REST_MS);
		}
	}
}

#endif
