/*
 * The client's connection, as far as PHP's SAPIs let it be seen: whether the other side is still there. PHP itself notices
 * only when it writes.
 */
#ifndef SSE_PHP_CLIENT_H
#define SSE_PHP_CLIENT_H

#include <stdbool.h>

/*
 * The descriptor of the current request's connection (FPM, php -S) or of standard output (CLI); -1 where it is not known.
 * Borrowed from PHP: it may be looked at, never written to, closed or switched to non-blocking. Costs a few system calls:
 * ask once per request.
 */
int php_sse_client_fd(void);

/* Whether the client has closed its side. False when fd is -1. One system call. */
bool php_sse_client_is_gone(int fd);

#endif
