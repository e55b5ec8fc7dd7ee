#include "command_lines.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

bool command_lines_read(void (*obey)(char *line))
{
	static char input[8192];
	static size_t len;
	struct pollfd watched = { 0, POLLIN, 0 };
	char *newline;
	ssize_t got;

	if (poll(&watched, 1, 0) <= 0) {
		return true;
	}
	got = read(0, input + len, sizeof(input) - 1 - len);
	if (got <= 0) {
		return false;
	}
	len += (size_t)got;
	input[len] = '\0';
	while ((newline = strchr(input, '\n'))) {
		*newline = '\0';
		obey(input);
		len -= (size_t)(newline + 1 - input);
		memmove(input, newline + 1, len + 1);
	}
	return true;
}
