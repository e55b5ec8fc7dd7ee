/*
 * The system calls behind control.h: the socket's file and who may have it, packets with descriptors, and what there is to be
 * known of a descriptor that somebody sent. No loop, no hub.
 */
#ifndef SSE_HUB_CONTROL_SOCKET_H
#define SSE_HUB_CONTROL_SOCKET_H

#include "core/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

typedef struct hub_control_socket {
	int fd;            /* listening, non-blocking; -1: closed */
	const char *path;  /* borrowed */
	dev_t device;      /* of the file, to know it again */
	ino_t inode;
} hub_control_socket;

typedef enum hub_bind_result {
	HUB_BIND_OK,
	HUB_BIND_TAKEN,  /* a hub answers there */
	HUB_BIND_ERROR
} hub_bind_result;

/*
 * Listens at path, with mode 0600 from the first moment on. A socket that nobody listens at, as a hub that crashed leaves it
 * behind, is replaced. Two hubs that start at once are kept apart by a lock on "<path>.lock", held for the call alone;
 * that file stays. With HUB_BIND_TAKEN *other is a connection to the hub that is there already, which the caller closes.
 * Anything but HUB_BIND_OK comes with a sentence in error. May wait for the lock for up to 2 s.
 */
hub_bind_result hub_control_socket_bind(hub_control_socket *socket, const char *path, int *other, char *error,
	size_t error_size);

/* Makes one of the socket that another hub has bound to path and listens on. -1 leaves fd to the caller. */
int hub_control_socket_adopt(hub_control_socket *socket, int fd, const char *path, char *error, size_t error_size);

/* Closes it and leaves the file to the hub that has adopted it. */
void hub_control_socket_leave(hub_control_socket *socket);

/* Removes the file, when it is still this socket's, and closes. Does nothing to a closed one. */
void hub_control_socket_close(hub_control_socket *socket);

/* So many streams a takeover brings in one packet; what is beyond it is closed, and the packet counts as cut. */
#define HUB_PACKET_FDS_MAX 64

/* A packet and the descriptors that came with it, which whoever holds it must close or take. */
typedef struct hub_packet {
	sse_str bytes;
	int fds[HUB_PACKET_FDS_MAX];
	size_t fd_count;
	bool is_cut;  /* bytes or descriptors got lost */
} hub_packet;

typedef enum hub_received { HUB_RECEIVED, HUB_RECEIVED_NOTHING, HUB_RECEIVED_END } hub_received;

/*
 * Reads one packet into buf, without waiting. HUB_RECEIVED_END stands for an error too, and for an empty packet, which cannot be
 * told from an end. The packet holds descriptors only with HUB_RECEIVED.
 */
hub_received hub_packet_receive(hub_packet *packet, int fd, char *buf, size_t size);
/* The first descriptor, now the caller's; -1 when there is none. */
int hub_packet_take(hub_packet *packet);
/* Closes what was not taken. */
void hub_packet_drop(hub_packet *packet);

typedef enum hub_dispatched { HUB_DISPATCHED, HUB_DISPATCHED_NOTHING, HUB_DISPATCHED_ERROR } hub_dispatched;

/*
 * Sends one packet with up to HUB_PACKET_FDS_MAX descriptors, which stay the caller's, without waiting. NOTHING: not now, as
 * the other end has to read first; errno says why not with ERROR.
 */
hub_dispatched hub_packet_send(int fd, sse_str bytes, const int *fds, size_t fd_count);

/* Whether whoever is at the other end of a Unix socket runs as this process does, or as root. *pid is theirs, 0: unknown. */
bool hub_peer_is_trusted(int fd, long *pid);

/*
 * close() for what somebody else has opened. That of a socket with SO_LINGER waits until its client has read all, for as long as
 * was asked for, although it is non-blocking; and all streams with it.
 */
void hub_connection_close(int fd);

/* What is wrong with a descriptor that is to be a client's open connection, as the rest of a sentence; NULL: nothing. */
const char *hub_connection_problem(int fd);

#endif
