#include "hub_choice.h"

#include "core/backoff.h"
#include "hub/hub.h"

#include <stdio.h>
#include <uv.h>

#define PATH_SIZE 256 /* longer than any socket's */

static void path_of(const php_sse_hub_choice *choice, unsigned number, char path[PATH_SIZE])
{
	if (number == 0) {
		snprintf(path, PATH_SIZE, "%s", choice->path);
	} else {
		snprintf(path, PATH_SIZE, "%s.%u", choice->path, number + 1);
	}
}

static bool is_there(const php_sse_hub_choice *choice, unsigned number)
{
	char path[PATH_SIZE];
	uv_fs_t request;
	int found;

	path_of(choice, number, path);
	found = uv_fs_access(NULL, &request, path, 0, NULL);
	uv_fs_req_cleanup(&request);
	return found == 0;
}

void php_sse_hub_choose(php_sse_hub_choice *choice, const char *path)
{
	uint64_t seed = uv_hrtime() ^ ((uint64_t)uv_os_getpid() << 32) ^ 1;

	*choice = (php_sse_hub_choice){ path, 1, 0, 0 };
	while (choice->count < HUB_WORKERS_MAX && is_there(choice, choice->count)) {
		choice->count++;
	}
	choice->first = (unsigned)sse_jitter(0, choice->count - 1, &seed);
}

bool php_sse_hub_open_next(php_sse_hub_choice *choice, sse_hub_call *call)
{
	char path[PATH_SIZE];

	while (choice->tried < choice->count) {
		path_of(choice, (choice->first + choice->tried++) % choice->count, path);
		sse_hub_call_close(call);
		sse_hub_call_init(call);
		if (sse_hub_call_open(call, path)) {
			return true;
		}
	}
	return false;
}
