/*
 * Publishes the messages that the clients count. Where to, and how, is one of
 *
 *     redis:PORT              PUBLISH
 *     script:PORT:FILE        the extension's publish script, by EVALSHA: an entry in the topic's log, and the signal
 *     http:PORT:PATH          POST PATH, in which %s is the channel; the body is the message
 *     grip:PORT               ZeroMQ, as Pushpin wants it: see grip.h
 */
#ifndef CLIENTS_PUBLISHER_H
#define CLIENTS_PUBLISHER_H

#include <stdbool.h>
#include <stdint.h>

typedef struct publisher publisher;

/* Borrows names. payload: bytes of each message. */
publisher *publisher_new(const char *where, char **names, uint32_t channels, uint32_t payload);

/* The number that the channel's next message will have. */
int64_t publisher_next(const publisher *publisher, uint32_t channel);

/* Queues a message that is said to be from `stamp` (ns). */
void publisher_send(publisher *publisher, uint32_t channel, int64_t stamp);
/* Writes what is queued, and takes the answers that are there. Never waits for answers. */
void publisher_flush(publisher *publisher);
/* The same until every answer is there; false if that takes more than so many seconds. */
bool publisher_drain(publisher *publisher, double seconds);

/* Answers that say it was refused. */
uint64_t publisher_errors(const publisher *publisher);

/*
 * A thread that publishes at a rate, one channel after the other, until `limit` messages are sent or it is stopped. The rate
 * doubles every `doubling` seconds; 0: it stays. While it runs, nobody else may use the publisher.
 */
typedef struct pace {
	double rate, doubling;
	uint64_t limit;
} pace;

void publisher_start(publisher *publisher, const pace *pace);
bool publisher_is_done(const publisher *publisher);
/* Returns how many it sent. */
uint64_t publisher_stop(publisher *publisher);

#endif
