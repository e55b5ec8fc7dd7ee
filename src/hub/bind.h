/*
 * Listening stream sockets: what "127.0.0.1:8088", "[::1]:8088" and "unix:/path" mean.
 */
#ifndef SSE_HUB_BIND_H
#define SSE_HUB_BIND_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What the system lets wait to be accepted: a restart brings all clients at once. net.core.somaxconn may lower it. */
#define HUB_BACKLOG 4096

typedef struct hub_bound {
	int fd;            /* non-blocking, close-on-exec */
	char *path;        /* Unix: the file, owned; else NULL */
	dev_t dev;         /* of that file: another's is not removed */
	ino_t ino;
} hub_bound;

/*
 * Binds and listens. is_shared: other processes of this user listen on the same port, and the system spreads connections. A
 * Unix socket that nobody serves any more is replaced; anything else at its path is left alone. 0, or -1
 * with a sentence in error.
 */
int hub_bind(hub_bound *bound, const char *address, bool is_shared, char *error, size_t error_size);

/* Makes one of a socket that listens already, and shares its port if it has to. -1 leaves fd to the caller. */
int hub_bind_adopt(hub_bound *bound, int fd, bool is_shared, char *error, size_t error_size);

/*
 * A TCP connection whose other end is gone without a word, or takes nothing, ends after a minute rather than a quarter of an hour.
 * What a listening socket accepts inherits it.
 */
void hub_bind_watch_silence(int fd);

/* Closes it; keep_file: somebody else goes on serving the Unix socket. */
void hub_bind_close(hub_bound *bound, bool keep_file);

/* "127.0.0.1:8088" or "unix:/path" as it really is, for messages: port 0 has become one. */
const char *hub_bind_address(const hub_bound *bound, char *out, size_t out_size);

#endif
