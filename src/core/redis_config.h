/*
 * Where Redis is and how to talk to it, and the DSN that says so:
 *
 *     redis://[user[:password]@]host[:port][/db][?option=value&…]      TCP, port 6379, database 0
 *     rediss://…                                                       the same over TLS
 *     tcp://… and tls://…                                              what Laravel calls these two
 *     unix://[user[:password]@]/path/to/socket[?option=value&…]        also redis+unix://
 *     redis-sentinel://[user[:password]@]host[:port],host[:port],…[/db][?master=mymaster&…]         also rediss-sentinel://
 *     redis-cluster://[user[:password]@]host[:port],host[:port],…[/]?prefix={shop}:[&…]              also rediss-cluster://
 *
 * The last two name where to ask for the address of the Redis: sentinels (port 26379), which are asked for a master of that name;
 * or nodes of a cluster (port 6379), which are asked who serves the slot of the prefix. Everything here shares one clock, so all keys
 * must be in one slot, and the prefix must say which: with a hash tag. user and password are those of the Redis;
 * sentinel_username and sentinel_password those of the sentinels.
 *
 * options: prefix, db (or database), timeout, read_timeout, maxlen, ttl, username, password, master, sentinel_username,
 * sentinel_password. The last one given wins, also
 * over the userinfo and the database before it. Everything is percent-decoded; "+" is a plus. IPv6 hosts are in [brackets].
 * "redis://:password@host" and "redis://password@host" (as redis-cli does not, but Laravel's users write) differ: the
 * second names a user without a password and is refused with a hint.
 *
 * "memory:" (also "memory:?prefix=…") is no Redis at all: the hub keeps logs and channels itself, for development. Of the
 * options prefix, maxlen and ttl mean something then; the others are checked and kept.
 */
#ifndef SSE_CORE_REDIS_CONFIG_H
#define SSE_CORE_REDIS_CONFIG_H

#include "frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum sse_redis_kind {
	SSE_REDIS_SINGLE,    /* it is at host or path */
	SSE_REDIS_SENTINEL,  /* the seeds are sentinels, which know where it is */
	SSE_REDIS_CLUSTER    /* the seeds are nodes of a cluster, one of which it is */
} sse_redis_kind;

/* Of a host's name and its NUL. */
#define SSE_REDIS_HOST_MAX 256

typedef struct sse_redis_config {
	sse_redis_kind kind;
	char *seeds;            /* "host:port,[::1]:port,host"; NULL: host and port are the only one */
	char *master;           /* NULL: "mymaster" */
	char *sentinel_username;
	char *sentinel_password;  /* NULL: no AUTH there; may hold NULs */
	size_t sentinel_username_len;
	size_t sentinel_password_len;
	char *host;             /* NULL with path; an IPv6 address is without brackets */
	int port;               /* 1..65535 */
	char *path;             /* Unix socket, NULL with host */
	char *username;         /* NULL: the default user; means nothing while password is NULL */
	char *password;         /* NULL: no AUTH; may hold NULs */
	size_t username_len;
	size_t password_len;
	int db;                 /* 0..65535 */
	char *prefix;           /* before every key, channel and pattern; may hold any byte; "" by default */
	size_t prefix_len;
	bool tls;
	bool memory;            /* "memory:": no Redis at all, the hub is the broker; host is the default one, and means nothing */
	double timeout;         /* seconds to connect and log in; above 0, up to 3600, as the next */
	double read_timeout;    /* seconds that Redis may be silent after a PING or a command */
	int64_t maxlen;         /* entries that a topic's log keeps; 1..10^9, as the next */
	int64_t ttl;            /* seconds that a topic's log outlives its newest entry */
} sse_redis_config;

#define SSE_REDIS_TIMEOUT_DEFAULT 3.0
#define SSE_REDIS_READ_TIMEOUT_DEFAULT 5.0
#define SSE_REDIS_MAXLEN_DEFAULT 1000
#define SSE_REDIS_TTL_DEFAULT 86400

/* 127.0.0.1:6379, database 0, the defaults above. Owns its strings; free with _deinit. */
void sse_redis_config_init(sse_redis_config *config);
void sse_redis_config_deinit(sse_redis_config *config);
/* Makes *to, which holds nothing yet, an independent copy. */
void sse_redis_config_copy(sse_redis_config *to, const sse_redis_config *from);

/*
 * Sets config (already initialised) from a DSN; what the DSN does not name stays as it was, but for TLS, the socket's path
 * and memory. Returns 0, or -1 with a sentence in error that names what is wrong and never repeats the password, not even a
 * piece of one that should have been percent-encoded. On -1 config is unchanged.
 */
int sse_redis_config_parse(sse_redis_config *config, sse_str dsn, char *error, size_t error_size);

/*
 * Sets one member by its name, as the DSN's query and Laravel's array name it: host, port, path, username, password, db or
 * database, prefix, timeout, read_timeout, maxlen, ttl, scheme (tcp, redis, tls, rediss, unix, memory, redis-sentinel,
 * rediss-sentinel, redis-cluster, rediss-cluster), seeds, master, sentinel_username, sentinel_password. Numbers are read from text. Returns 0, -1 with error (bad value; config is still valid), or -2 (no such name).
 *
 * value.data == NULL means "not given": numbers, host and scheme stay, path, username, password and prefix are emptied; an
 * empty string does that too for the latter four. A host may be what Laravel lets it be: "tls://host", "unix:///path" or
 * "/path". What seeds says counts with the schemes that need it only. A path outranks a host and TLS in whichever order they come; an empty path brings the default host back. The
 * scheme memory drops host, path and TLS; a host, a path or another scheme after it ends it.
 */
int sse_redis_config_set(sse_redis_config *config, const char *name, sse_str value, char *error, size_t error_size);

/*
 * What no member can tell by itself, when all are set: a cluster's prefix has a hash tag, and its database is 0; sentinels and nodes
 * are no Unix sockets. 0, or -1 with a sentence that says what to set.
 */
int sse_redis_config_check(const sse_redis_config *config, char *error, size_t error_size);

/* The seed of that number; false when there are not so many. */
bool sse_redis_config_seed(const sse_redis_config *config, size_t index, char host[SSE_REDIS_HOST_MAX], int *port);
const char *sse_redis_config_master(const sse_redis_config *config);
/* The slot of a cluster in which all keys with the prefix are, 0 to 16383. */
unsigned sse_redis_config_slot(const sse_redis_config *config);

/*
 * "127.0.0.1:6379", "unix:/run/redis.sock", "memory:", "sentinel:mymaster@h1:26379,h2:26379" or "cluster@h1:7000,h2:7000", for
 * messages; borrowed until the next call with the same out.
 */
const char *sse_redis_config_address(const sse_redis_config *config, char *out, size_t out_size);

/*
 * Appends what tells whether two configurations name the same keys of the same Redis; no secrets in it:
 *
 *     tcp://host:port/db?prefix=…    unix:///path/db?prefix=…    memory:?prefix=…
 *     sentinel:mymaster@host:port,…/db?prefix=…    cluster@host:port,…/0?prefix=…
 *
 * Hosts are in lower case, IPv6 in brackets, localhost is 127.0.0.1, TLS makes no difference; "%" and "?" of a path are
 * percent-encoded. Seeds are as they are, in their order. The prefix is as it is, so that the whole may hold any byte.
 */
void sse_redis_config_identity(const sse_redis_config *config, sse_buf *out);

#endif
