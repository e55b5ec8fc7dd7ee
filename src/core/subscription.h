/*
 * What one stream is to be served: the message with which a worker hands a connection over, and what a ticket stands for.
 */
#ifndef SSE_CORE_SUBSCRIPTION_H
#define SSE_CORE_SUBSCRIPTION_H

#include "entry_id.h"
#include "redis_config.h"
#include "wire.h"

/*
 * Limits of what one client may ask for: 1024 names of at most 1024 bytes, a user of at most 256, a last event id of at most
 * 512, an id of its own of at most 64, a heartbeat and a lifetime of a year: more than any client stays, little enough for
 * arithmetic in milliseconds. What others are told of a member goes to each of them, as part of a list: 4096 bytes.
 */
#define SSE_SUBSCRIPTION_NAMES_MAX 1024
#define SSE_SUBSCRIPTION_NAME_MAX 1024
#define SSE_SUBSCRIPTION_USER_MAX 256
#define SSE_SUBSCRIPTION_ID_MAX 512
#define SSE_STREAM_ID_MAX 64
#define SSE_SUBSCRIPTION_MEMBER_MAX 4096
#define SSE_SUBSCRIPTION_MEMBER_ID_MAX 64
#define SSE_SUBSCRIPTION_MS_MAX (366 * UINT64_C(86400000))

typedef enum sse_transport {
	SSE_TRANSPORT_RAW,      /* the bytes as they are, the end is the end of the connection: php -S, HTTP/1.0 */
	SSE_TRANSPORT_CHUNKED,  /* HTTP/1.1 chunks */
	SSE_TRANSPORT_FCGI      /* FastCGI STDOUT records */
} sse_transport;

typedef enum sse_source_kind {
	SSE_SOURCE_TOPIC,
	SSE_SOURCE_CHANNEL,
	SSE_SOURCE_PATTERN,
	SSE_SOURCE_LIST,
	SSE_SOURCE_HISTORY,
	SSE_SOURCE_BROADCAST  /* a channel whose messages are Laravel's broadcasts */
} sse_source_kind;

typedef struct sse_source {
	sse_source_kind kind;
	sse_str name;          /* without prefix */
	bool has_cursor;       /* topics: continue after cursor, whatever Last-Event-ID says */
	sse_entry_id cursor;
	int64_t last;          /* histories: how many of the newest, at least 1; -1 for all */
	sse_str member_user;   /* topics: who is present there while the stream is open; NULL: nobody */
	sse_str member;        /* JSON: what others are told; there when member_user is */
	sse_str member_id;     /* takeovers: the entry that is in Redis already; NULL: none */
	bool member_told;      /* takeovers: the client knows who is there */
} sse_source;

/* Strings are borrowed: from whoever fills it in, or from the message it was read from. */
typedef struct sse_subscription {
	sse_str redis;              /* sse_redis_config_identity() of the worker; NULL: not checked */
	sse_source *sources;        /* owned */
	size_t count;
	sse_str last_event_id;      /* NULL or empty: none */
	uint64_t heartbeat;         /* ms, 0: none */
	bool heartbeat_comment;
	int64_t retry;              /* ms, -1: none */
	uint64_t max_lifetime;      /* ms, 0: none */
	sse_str user;               /* NULL or empty: nobody in particular */
	sse_str stream;             /* its id; NULL or empty: none */
	sse_str head;               /* handoff only: bytes before everything, as they are, may be empty */
	sse_str initial;            /* frames to be sent first, may be empty */
	sse_transport transport;    /* handoff only */
	unsigned request_id;        /* FastCGI's, 1..65535; 0 for other transports */
} sse_subscription;

/* 25 s heartbeat as an event, no retry, no lifetime, no sources. */
void sse_subscription_init(sse_subscription *subscription);
void sse_subscription_deinit(sse_subscription *subscription);
/* The new source, zeroed but for kind and name (and last, which is -1); it stays there until the next one is added. */
sse_source *sse_subscription_add(sse_subscription *subscription, sse_source_kind kind, sse_str name);

/* Whether it can be a stream's id: 1 to 64 characters of A-Z, a-z, 0-9, _ and -. */
bool sse_stream_id_is_valid(sse_str id);
/* Whether somebody is to be present in one of its topics. */
bool sse_subscription_has_members(const sse_subscription *subscription);

/* Appends a whole message of that type: HANDOFF, or SUBSCRIPTION, which knows no transport. Checks nothing. */
void sse_subscription_write(sse_buf *out, sse_wire_type type, const sse_subscription *subscription);

/*
 * Reads the fields behind the head, into an initialised subscription; to be deinitialised in any case. Checks the limits
 * above, that names are not empty, that the id is safe for a frame, that a member is JSON and that of a user, and that a
 * FastCGI request has an id. 0, or -1 with a sentence in error. Unknown fields are skipped; of a field that may be there once the last one counts.
 */
int sse_subscription_read(sse_subscription *subscription, sse_wire_reader *reader, char *error, size_t error_size);

#endif
