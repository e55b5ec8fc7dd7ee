/*
 * What redis_config.c and redis_dsn.c share: messages, and setting one member with its checks.
 */
#ifndef SSE_CORE_REDIS_CONFIG_INTERNAL_H
#define SSE_CORE_REDIS_CONFIG_INTERNAL_H

#include "redis_config.h"

/* Where messages go and how they begin. */
typedef struct sse_report {
	char *error;
	size_t size;
	const char *subject;
	/*
	 * A password may have been written with "/", "?" or "&" as they are, which takes the text apart at the wrong place. Any
	 * part of it may then be a piece of the password: nothing is repeated.
	 */
	bool secretive;
} sse_report;

/* Both write the message and return -1: a sentence; a sentence around a value, which is quoted when it may be shown. */
int sse_report_fail(const sse_report *to, const char *sentence);
int sse_report_value(const sse_report *to, const char *first, sse_str value, const char *last);

/* Each checks a value and sets the member of that name: 0, or -1 with the message. */
int sse_config_set_host(sse_redis_config *config, sse_str value, const sse_report *to);
int sse_config_set_port(sse_redis_config *config, sse_str value, const sse_report *to);
int sse_config_set_path(sse_redis_config *config, sse_str value, const sse_report *to);
int sse_config_set_username(sse_redis_config *config, sse_str value, const sse_report *to);
int sse_config_set_password(sse_redis_config *config, sse_str value);

/* redis_seeds.c */
/* Takes "host", "host:port", "[::1]:port" apart, unchecked; port.data is NULL where there is none. */
int sse_config_split_host(sse_str text, sse_str *host, sse_str *port, const sse_report *to);
int sse_config_set_seeds(sse_redis_config *config, sse_str value, const sse_report *to);
/* Whether the scheme is one of those with seeds. */
bool sse_config_find_kind(sse_str scheme, sse_redis_kind *kind, bool *tls);

/* From now on it is no Redis at all. */
void sse_config_set_memory(sse_redis_config *config);

/* The same for a member of the DSN's query: db, prefix, timeout, … */
int sse_config_set_option(sse_redis_config *config, sse_str name, sse_str value, const sse_report *to);

/* Puts an owned copy of bytes (NULL: nothing) in the place of *member; *len, where len is given, is its length. */
void sse_config_replace(char **member, size_t *len, const char *bytes, size_t bytes_len);

/* Schemes and hosts are written in any case; tolower() would follow the locale. */
char sse_config_lower(char c);
/* Whether value is this scheme in any case. */
bool sse_config_is_scheme(sse_str value, const char *scheme);

#endif
