/*
 * Publishing to Pushpin in the way that is cheapest for it: ZeroMQ PUSH, spoken by hand (ZMTP 3.0, RFC 23), so that nothing
 * has to be linked. Its HTTP publishing closes the connection after each message, which would be most of what is measured.
 */
#ifndef CLIENTS_GRIP_H
#define CLIENTS_GRIP_H

#include <stdbool.h>
#include <stddef.h>

#define GRIP_OVERHEAD 512 /* bytes that a message needs beside the payload and the channel */

/* What a connection begins with; fd blocks. */
bool grip_begin(int fd);
/* `data: PAYLOAD` for all streams of the channel. */
size_t grip_message(char *out, const char *channel, const char *payload, size_t len);

#endif
