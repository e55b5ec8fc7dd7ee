/*
 * Thousands of EventSource clients in one epoll loop. Client i listens on channel i % channels. Each message is `#NUMBER NS
 * xxx…`, NUMBER counting up by one on its channel, NS the time at which it was published.
 */
#ifndef CLIENTS_CONNS_H
#define CLIENTS_CONNS_H

#include "hist.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum conn_state { CONN_UNUSED, CONN_HEAD, CONN_OPEN, CONN_CLOSED } conn_state;
typedef enum chunk_state { CHUNK_NONE, CHUNK_SIZE, CHUNK_EXTENSION, CHUNK_DATA, CHUNK_DATA_END } chunk_state;

#define CONN_LINE 64 /* of a line that came in parts, only the beginning is kept */

typedef struct conn {
	int fd;
	uint32_t channel;
	uint8_t state;
	uint8_t chunk;
	bool is_stalled; /* never reads once the stream has begun */
	bool is_ok;      /* status 200 */
	uint32_t chunk_left;
	uint32_t line_len;
	int64_t expected; /* the next number; -1: none came yet */
	char line[CONN_LINE];
} conn;

/* A broadcast, to be found by its number. */
typedef struct broadcast {
	int64_t published, last;
	uint32_t count;
} broadcast;

typedef struct conns_config {
	int port;
	char **paths; /* of each channel */
	uint32_t channels;
	uint32_t clients;   /* at most */
	uint32_t stalled;   /* the first so many clients never read */
	uint32_t address;   /* the first source address is 127.0.0.1 plus this */
	uint32_t in_flight; /* connections without an answer, at most */
	double rate;        /* connections per second; 0: as fast as they are answered */
	size_t payload;     /* bytes of each message */
} conns_config;

typedef struct conns_tally {
	uint64_t deliveries;
	uint64_t lost, doubled, disordered, malformed, gaps;
	uint32_t open, failed, cut;
	hist all;    /* latencies since conns_measure() */
	hist window; /* since whoever reads it cleared it */
} conns_tally;

extern conns_tally conns_tally_now;

/* config is borrowed for good. */
void conns_setup(const conns_config *config);
/* Opens up to `count` in all and returns when they are open; the seconds that it took. */
double conns_open(uint32_t count);
/* One turn of the loop. */
void conns_turn(int timeout_ms);
/* For so long. */
void conns_serve(double seconds);
/* How many clients of the channel have had a message. */
uint32_t conns_begun(uint32_t channel);
/* Clears deliveries and latencies; keeps what went wrong. broadcasts: room for this many, 0: none are noted. */
void conns_measure(uint32_t broadcasts, int64_t first);
/* Time to the last client of each broadcast that reached all; how many did. */
uint32_t conns_broadcasts(hist *last);

void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif
