/*
 * Messages between PHP workers and the hub, and what a ticket holds: a head of 8 bytes and fields. Both ends run on one
 * machine or share one Redis, and may be of different versions while a deployment lasts.
 *
 *     "SSE" version(1) type(2) 0(2)   then fields: tag(2) 0(2) length(4) bytes   numbers are big-endian
 *
 * What is written as 0 is not looked at when it is read.
 */
#ifndef SSE_CORE_WIRE_H
#define SSE_CORE_WIRE_H

#include "buf.h"
#include "str.h"

#include <stdbool.h>
#include <stdint.h>

#define SSE_WIRE_VERSION 1
#define SSE_WIRE_HEAD_LEN 8
/* The longest message over the control socket: what the default socket buffer of Linux takes in one packet. */
#define SSE_WIRE_MAX 131072

typedef enum sse_wire_type {
	/* Worker to hub. */
	SSE_WIRE_HANDOFF = 1,     /* a subscription, with the client's descriptor beside it */
	SSE_WIRE_RELEASED = 2,    /* the worker has let go of that descriptor */
	SSE_WIRE_PUBLISH = 3,     /* TOPIC or CHANNEL, DATA, EVENT: for a hub that is its own broker */
	SSE_WIRE_CURSOR = 4,      /* TOPIC: the same */
	SSE_WIRE_TICKET = 5,      /* TICKET (its name), TTL, BYTES (a subscription): the same */
	SSE_WIRE_DISCONNECT = 6,  /* USER */
	SSE_WIRE_STATS = 7,
	SSE_WIRE_DRAIN = 8,
	/* STREAM, USER (that of the stream, none if it has none) and sources; over the broker, as DISCONNECT, or the socket. */
	SSE_WIRE_JOIN = 12,
	SSE_WIRE_LEAVE = 13,
	/* Hub to hub, see hub/takeover.h; these two come from the new one. */
	SSE_WIRE_TAKEOVER = 9,    /* REDIS: asks for all streams */
	SSE_WIRE_READY = 10,      /* NONCE, COUNT (of channels that were told so far), BROKER_READY */
	/* Over the broker, to all hubs: what comes before it is the old hub's to hand out, what comes after it the new one's. */
	SSE_WIRE_MARK = 11,       /* NONCE */
	/* Hub to worker. */
	SSE_WIRE_ACCEPTED = 64,
	SSE_WIRE_REFUSED = 65,    /* REASON */
	SSE_WIRE_REPLY = 66,      /* ID, COUNT or BYTES, as the question wants it */
	/* Old hub to new hub. */
	SSE_WIRE_WELCOME = 70,    /* LISTEN, AGENT: the takeover begins */
	SSE_WIRE_CHANNELS = 71,   /* FOLLOW with CURSOR, SUBSCRIBE, PSUBSCRIBE, BROADCAST, any number of them: what its clients listen to */
	SSE_WIRE_FROZEN = 72,     /* MARKED, CLOCK: nothing is handed out any more */
	SSE_WIRE_SOCKETS = 73,    /* with descriptors: the control socket, and the HTTP listener when LISTEN is there */
	SSE_WIRE_CLIENTS = 74,    /* streams: a descriptor for each, and BYTES, the beginning of a message that describes it */
	SSE_WIRE_MORE = 75,       /* the next BYTES of the last of them, when they are too long for one message */
	SSE_WIRE_DONE = 76,       /* COUNT: that were all; to be answered with ACCEPTED */
	/* A ticket's contents. */
	SSE_WIRE_SUBSCRIPTION = 128
} sse_wire_type;

typedef enum sse_wire_tag {
	SSE_TAG_REDIS = 1,        /* which Redis the names belong to: sse_subscription.redis */
	SSE_TAG_FOLLOW,           /* a topic; a CURSOR right behind it is where it continues */
	SSE_TAG_CURSOR,           /* an entry id as text */
	SSE_TAG_SUBSCRIBE,
	SSE_TAG_PSUBSCRIBE,
	SSE_TAG_QUEUE,
	SSE_TAG_HISTORY,          /* a list; a LAST right behind it is how many of the newest */
	SSE_TAG_LAST,
	SSE_TAG_LAST_EVENT_ID,
	SSE_TAG_HEARTBEAT,        /* ms, 0: none */
	SSE_TAG_HEARTBEAT_COMMENT, /* a number: whether the heartbeat is a comment */
	SSE_TAG_RETRY,            /* ms */
	SSE_TAG_MAX_LIFETIME,     /* ms, 0: none */
	SSE_TAG_USER,
	SSE_TAG_INITIAL,          /* frames to send before anything else */
	SSE_TAG_TRANSPORT,        /* sse_transport */
	SSE_TAG_REQUEST_ID,       /* of FastCGI */
	SSE_TAG_TOPIC,
	SSE_TAG_CHANNEL,
	SSE_TAG_EVENT,
	SSE_TAG_DATA,
	SSE_TAG_TICKET,
	SSE_TAG_TTL,              /* seconds */
	SSE_TAG_BYTES,
	SSE_TAG_REASON,
	SSE_TAG_ID,
	SSE_TAG_COUNT,
	/* Takeovers. */
	SSE_TAG_NONCE,            /* a number that tells one takeover from another */
	SSE_TAG_BROKER_READY,     /* a number: whether the broker can be reached */
	SSE_TAG_MARKED,           /* a number: whether the mark came back */
	SSE_TAG_CLOCK,            /* an entry id as text */
	SSE_TAG_LISTEN,           /* the HTTP listener's address, as it is configured */
	SSE_TAG_FLAGS,            /* bits of a stream, see hub/takeover_client.c */
	SSE_TAG_RETENTION,        /* s: of a replay that is under way */
	SSE_TAG_HEARTBEAT_IN,     /* ms until the next one */
	SSE_TAG_EXPIRES_IN,       /* ms until the stream ends */
	SSE_TAG_RECORD_HEAD,      /* bytes of a FastCGI header that was read in part */
	SSE_TAG_RECORD_SKIP,      /* bytes of its record that are to be dropped */
	SSE_TAG_TAIL,             /* bytes that are to be written as they are, before anything else */
	SSE_TAG_FRAME,            /* a number that describes the frame in the BYTES behind it */
	SSE_TAG_STREAM,           /* the id of a stream, under which others find it */
	SSE_TAG_BROADCAST,        /* a channel whose messages are Laravel's: core/broadcast.h */
	/* Presence. The first two come behind a FOLLOW, together; the others are for takeovers. */
	SSE_TAG_MEMBER_USER,      /* who is present in the topic */
	SSE_TAG_MEMBER,           /* what others are told of them: JSON */
	SSE_TAG_MEMBER_ID,        /* which entry in Redis it is */
	SSE_TAG_MEMBER_TOLD,      /* a number: whether the client was told who is there */
	SSE_TAG_AGENT,            /* in whose name a hub keeps its entries */
	SSE_TAG_HEAD              /* bytes that the worker had to write and kept back: before INITIAL, in no envelope */
} sse_wire_tag;

/* Writing; the message begins where the buffer ends. Precondition: a value is shorter than 4 GiB and not in out itself. */
void sse_wire_begin(sse_buf *out, sse_wire_type type);
void sse_wire_put(sse_buf *out, sse_wire_tag tag, sse_str value);
void sse_wire_put_number(sse_buf *out, sse_wire_tag tag, uint64_t value);  /* 8 bytes */

/* Reading. Everything is borrowed from the message. */
typedef struct sse_wire_reader {
	const char *at;
	const char *end;
} sse_wire_reader;

typedef struct sse_wire_field {
	unsigned tag;  /* may be one that this version does not know: to be skipped */
	sse_str value;
} sse_wire_field;

/* The message's type, perhaps an unknown one; -1 when it is none of ours, -2 when it is of another version. */
int sse_wire_open(sse_wire_reader *reader, sse_str message);
/* 1 with the next field (its value is never NULL), 0 at the end, -1 when the message is broken, also when asked again. */
int sse_wire_next(sse_wire_reader *reader, sse_wire_field *field);
/* False when the field is not a number of 8 bytes. */
bool sse_wire_number(const sse_wire_field *field, uint64_t *value);

#endif
