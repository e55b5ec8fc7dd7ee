/*
 * The control socket (SOCK_SEQPACKET): PHP workers hand connections over, and ask what core/wire.h lists. Each message is
 * answered, or refused with a reason and the end of the connection; nothing that is sent here can stop the hub.
 */
#ifndef SSE_HUB_CONTROL_H
#define SSE_HUB_CONTROL_H

#include "core/str.h"

#include <stddef.h>

struct hub;
typedef struct hub_control hub_control;

/* Listens at hub->config->control. NULL with a sentence in error, as hub_control_socket_bind() has it. */
hub_control *hub_control_new(struct hub *hub, char *error, size_t error_size);

/* Takes no more connections and removes the socket's file; those that are open go on. Again: does nothing. */
void hub_control_stop(hub_control *control);

/*
 * Closes all. Handoffs that are under way are turned away. The memory goes with the last close callback: the loop has to
 * run once more. NULL is allowed. Not from within a message.
 */
void hub_control_free(hub_control *control);

/* Turns away a user's handoffs that are under way; returns how many. */
size_t hub_control_disconnect(hub_control *control, sse_str user);

#endif
