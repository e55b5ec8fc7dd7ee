#include "grip.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

bool grip_begin(int fd)
{
	static const char ready[] = "\x04\x1a\x05READY\x0bSocket-Type\0\0\0\x04PUSH";
	char greeting[64] = {(char)0xff, [9] = 0x7f, [10] = 3, [12] = 'N', 'U', 'L', 'L'}, theirs[64];

	/* One step after the other: libzmq closes a connection on which all comes at once. */
	return send(fd, greeting, 10, MSG_NOSIGNAL) == 10 && recv(fd, theirs, 10, MSG_WAITALL) == 10 &&
		   send(fd, greeting + 10, 54, MSG_NOSIGNAL) == 54 && recv(fd, theirs + 10, 54, MSG_WAITALL) == 54 &&
		   send(fd, ready, sizeof(ready) - 1, MSG_NOSIGNAL) == sizeof(ready) - 1;
}

static size_t digits(size_t number)
{
	return (size_t)snprintf(NULL, 0, "%zu", number);
}

size_t grip_message(char *out, const char *channel, const char *payload, size_t len)
{
	size_t name = strlen(channel), content = len + 8;
	/* tnetstrings, from the inside to the outside: LENGTH:BYTES and a letter for the type. */
	size_t format = strlen("7:content,") + digits(content) + 1 + content + 1;
	size_t item =
		strlen("7:channel,") + digits(name) + 1 + name + 1 + strlen("11:http-stream,") + digits(format) + 1 + format + 1;
	size_t body = digits(item) + 1 + item + 1;
	int i;

	out[0] = 2; /* one frame, with a length of 8 bytes */
	for (i = 0; i < 8; i++) {
		out[1 + i] = (char)(body >> (56 - 8 * i));
	}
	snprintf(out + 9, body + 1, "%zu:7:channel,%zu:%s,11:http-stream,%zu:7:content,%zu:data: %.*s\n\n,}}", item, name,
		channel, format, content, (int)len, payload);
	return 9 + body;
}
