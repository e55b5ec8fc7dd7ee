/*
 * The client's connection, as far as PHP's SAPIs let it be seen: whether the other side is still there, which PHP itself
 * notices only when it writes; and the descriptor's replacement when the connection goes to the hub.
 */
#ifndef SSE_PHP_CLIENT_H
#define SSE_PHP_CLIENT_H

#include "core/buf.h"
#include "core/subscription.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * The descriptor of the current request's connection (FPM, php -S) or of standard output (CLI); -1 where it is not known.
 * Borrowed from PHP: it may be looked at, never written to, closed or switched to non-blocking. Costs a few system calls:
 * ask once per request.
 */
int php_sse_client_fd(void);

/* Whether the client has closed its side. False when fd is -1. One system call. */
bool php_sse_client_is_gone(int fd);

/* Whether this SAPI's connections can be handed over at all. */
bool php_sse_client_can_move(void);

/* A connection that can be handed over. */
typedef struct php_sse_client {
	int fd;                   /* borrowed from PHP */
	sse_transport transport;
	unsigned request_id;      /* FastCGI's, 0 without it */
	int stand_in;             /* owned: what takes the descriptor's place; -1: none */
	int stand_in_peer;        /* owned: the other end of that; -1: it needs none */
	int kept_fd;              /* owned: the connection itself while writes are kept back; -1 */
	int kept_bytes;           /* owned: where those are read; -1 */
} php_sse_client;

/*
 * Looks for the current request's connection and makes its stand-in ready, so that nothing can fail once the hub has
 * accepted it. False with a sentence in *why. To be closed in any case.
 */
bool php_sse_client_open(php_sse_client *client, const char **why);
void php_sse_client_close(php_sse_client *client);

/*
 * What PHP writes to the connection is kept back until php_sse_client_release_writes() appends it to out. Less than 64 KiB,
 * or the write waits for ever. False, and nothing is kept, when the system refuses.
 */
bool php_sse_client_keep_writes(php_sse_client *client);
/* False when the connection cannot be PHP's again: it is closed then. */
bool php_sse_client_release_writes(php_sse_client *client, sse_buf *out);
/* Writes what was kept, at last. Waits for a client that reads slowly. False: it is gone. */
bool php_sse_client_write(const php_sse_client *client, sse_str bytes);

/*
 * Puts the stand-in where PHP's descriptor was: what PHP writes goes nowhere from now on, and the end of the request leaves
 * the connection alone. False when the system refuses, which it has no reason to.
 */
bool php_sse_client_replace(php_sse_client *client);

/* Ends the connection for everybody who holds it. */
void php_sse_client_shut(const php_sse_client *client);

/* At the end of the request: the stand-in's other end, which had to stay open for what PHP itself writes last. */
void php_sse_client_end_request(void);

/* Whether no other process answers requests while this one holds a stream: php -S without PHP_CLI_SERVER_WORKERS. */
bool php_sse_client_is_alone(void);

/* What tells the worker pools of one FPM from each other; 0 elsewhere. */
uint64_t php_sse_client_pool(void);

#endif
