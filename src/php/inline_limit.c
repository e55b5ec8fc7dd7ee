#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* MAP_ANONYMOUS, syscall() */
#endif

#include "inline_limit.h"

#include "php_sse.h"

#ifdef PHP_WIN32

void php_sse_inline_limit_setup(void)
{
}

void php_sse_inline_limit_teardown(void)
{
}

bool php_sse_inline_limit_enter(php_sse_inline_slot **slot)
{
	return true;
}

void php_sse_inline_limit_leave(php_sse_inline_slot **slot)
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
#ifdef ZTS
#include <sys/syscall.h>
#endif

/* One FPM seldom has more pools; those that find no row of their own share one. */
#define POOLS 64

struct php_sse_inline_slot {
	atomic_int owner; /* 0: free */
};

typedef struct pool_row {
	atomic_ullong pool; /* 0: nobody's yet */
	php_sse_inline_slot slots[PHP_SSE_INLINE_MAX];
} pool_row;

/* A megabyte of addresses; the system gives memory for the few pages that are written to. */
static pool_row *rows;

void php_sse_inline_limit_setup(void)
{
	if (php_sse_output_has_http()) {
		void *memory = mmap(NULL, POOLS * sizeof(*rows), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

		rows = memory == MAP_FAILED ? NULL : memory;
	}
}

void php_sse_inline_limit_teardown(void)
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

static bool take(php_sse_inline_slot *slot, int self)
{
	int owner = atomic_load(&slot->owner);

	/* Our own number stands there when this process, or one that had its number, was interrupted before it left. */
	if (owner != 0 && owner != self && (kill(owner, 0) == 0 || errno != ESRCH)) {
		return false;
	}
	return atomic_compare_exchange_strong(&slot->owner, &owner, self);
}

bool php_sse_inline_limit_enter(php_sse_inline_slot **slot)
{
	const zend_long limit = MIN(SSE_G(max_inline), PHP_SSE_INLINE_MAX);
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

void php_sse_inline_limit_leave(php_sse_inline_slot **slot)
{
	if (*slot) {
		int self = own_number();

		/* A child that was forked meanwhile leaves its parent's slot alone. */
		atomic_compare_exchange_strong(&(*slot)->owner, &self, 0);
		*slot = NULL;
	}
}

#endif
