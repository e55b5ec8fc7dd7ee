/*
 * A deployment drops no stream: a hub that starts with takeover at the control path of another one (the old hub) is given all
 * of its connections, with what each was given and what waits for it, and both listening sockets.
 *
 *     new hub                          old hub
 *     TAKEOVER                    ->   the same Redis, and nothing else under way; else REFUSED
 *                                 <-   WELCOME, CHANNELS; CHANNELS again for those that come up meanwhile
 *     subscribes, reads the logs
 *     READY                       ->   lets lists and handoffs come to rest, and publishes a MARK on Redis
 *     keeps what comes after the MARK  gives its clients what comes before it, and keeps the rest for the case below
 *                                 <-   FROZEN, SOCKETS, CLIENTS (and MORE for long ones), DONE
 *     ACCEPTED, and serves them   ->   closes its descriptors, and ends
 *
 * Redis delivers to both in one order, so the MARK divides the messages of channels between them: none is lost, none comes
 * twice. A client of topics gets what it was not given yet by its ids. When there is no MARK, as Redis is away, each plain
 * channel and pattern is told a gap ("takeover").
 *
 * Until ACCEPTED the streams are the old hub's: the new one has neither read nor written any of them. If it dies or says
 * nothing, the old hub goes on as if nothing had been, and the new one fails with a sentence.
 *
 * WELCOME names the agent in whose name the old hub keeps its clients' presence; the new one goes on in that name, so that
 * nobody leaves or joins.
 *
 * A hub that is its own broker (memory:) refuses: its logs, lists and tickets end with its process.
 */
#ifndef SSE_HUB_TAKEOVER_H
#define SSE_HUB_TAKEOVER_H

#include "core/buf.h"
#include "core/wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hub;
struct hub_channel;
struct hub_client;
typedef struct hub_give hub_give;
typedef struct hub_take hub_take;

/* The old hub */

/*
 * Begins hub->give on a connection over which a TAKEOVER message came from the process pid; identity: of our own Redis. fd is
 * taken over. -1 with a sentence in reason, and fd stays the caller's.
 */
int hub_give_start(struct hub *hub, int fd, long pid, sse_str identity, sse_wire_reader *reader, char *reason,
	size_t reason_size);
/* A channel came up. */
void hub_give_channel(hub_give *give, const struct hub_channel *channel);
/* After each turn of the loop: looks whether what it waits for has happened. */
void hub_give_advance(hub_give *give);
/* The memory goes with its handle's close callback. NULL is allowed. */
void hub_give_free(hub_give *give);

/* The new hub */

/* Asks the hub at the other end of fd, which is taken over in any case. NULL with a sentence in error. */
hub_take *hub_take_new(struct hub *hub, int fd, char *error, size_t error_size);
/* Turns the loop until the streams are ours: 0, or -1 with a sentence in error. */
int hub_take_run(hub_take *take, char *error, size_t error_size);
/* After a failure it also closes what was received. The memory goes as above. NULL is allowed. */
void hub_take_free(hub_take *take);

/* The MARK with this nonce came back: keeps what comes from here on. */
void hub_take_marked(hub_take *take, uint64_t nonce);

/* Both: the MARK with this nonce came back from Redis. */
void hub_takeover_marked(struct hub *hub, uint64_t nonce);

/* takeover_client.c */

/* Appends the message that describes a stream. */
void hub_takeover_write_client(sse_buf *out, const struct hub_client *client);
/*
 * Makes a client of it, which is not started. What it missed is given by hub_keep_end() or by a replay; is_exact: the MARK
 * came. fd is the client's. NULL with a sentence in error, and fd stays the caller's.
 */
struct hub_client *hub_takeover_read_client(struct hub *hub, sse_str message, int fd, bool is_exact, char *error,
	size_t error_size);

#endif
