/*
 * Tickets: names that cannot be guessed, good for one request to the hub's listener, which stand for a subscription.
 */
#ifndef SSE_PHP_TICKET_H
#define SSE_PHP_TICKET_H

#include "php.h"

#include "core/redis_config.h"
#include "core/subscription.h"
#include "io/redis_sync.h"

#include <stdbool.h>

/* 32 random bytes as base64url, and a NUL. */
#define PHP_SSE_TICKET_SIZE 44

/* Where tickets are kept. */
typedef struct php_sse_ticket_store {
	const sse_redis_config *redis;
	sse_redis_sync **asker;         /* *asker is made when it is first needed, and the owner's to free */
	const char *hub;                /* its control socket, which keeps them itself when redis is memory:; NULL: not known */
} php_sse_ticket_store;

/*
 * Makes a ticket for contents, a SUBSCRIPTION message, that is good for ttl seconds. False with a sentence in error, and no
 * exception.
 */
bool php_sse_ticket_put(const php_sse_ticket_store *store, char ticket[PHP_SSE_TICKET_SIZE], sse_str contents, zend_long ttl,
	char *error, size_t error_size);

/* Whether a ticket may live for so many seconds; else ValueError is thrown for that argument. */
bool php_sse_ticket_lives(zend_long ttl, uint32_t argument);

/*
 * Appends the SUBSCRIPTION message for the array that SsePublisher::ticket() takes. False with a ValueError or TypeError
 * that names the key, or SseException for presence without Redis.
 */
bool php_sse_ticket_describe(HashTable *given, const sse_redis_config *redis, sse_buf *out);

#endif
