/*
 * A Redis of the tests' own, on a Unix socket in a directory of its own, and the commands of somebody else's.
 */
#ifndef SSE_TEST_REDIS_H
#define SSE_TEST_REDIS_H

#include "core/redis_config.h"

#include <stdbool.h>

/* False, with a line on standard output, when there is none to be had. */
bool redis_start(void);
void redis_stop(void);

/* Where it is. */
void redis_configure(sse_redis_config *config);

/* Runs a command and waits; the answer as text (arrays joined by spaces, "(nil)"), good until the next one. */
const char *redis(const char *format, ...);

#endif
