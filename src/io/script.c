#include "script.h"

#include "core/alloc.h"
#include "scripts.h"

#include <stdio.h>
#include <string.h>

const sse_script sse_script_attach = { SSE_SCRIPT_ATTACH_SHA1, SSE_SCRIPT_ATTACH };
const sse_script sse_script_publish = { SSE_SCRIPT_PUBLISH_SHA1, SSE_SCRIPT_PUBLISH };
const sse_script sse_script_presence_join = { SSE_SCRIPT_PRESENCE_JOIN_SHA1, SSE_SCRIPT_PRESENCE_JOIN };
const sse_script sse_script_presence_leave = { SSE_SCRIPT_PRESENCE_LEAVE_SHA1, SSE_SCRIPT_PRESENCE_LEAVE };
const sse_script sse_script_presence_sweep = { SSE_SCRIPT_PRESENCE_SWEEP_SHA1, SSE_SCRIPT_PRESENCE_SWEEP };
const sse_script sse_script_presence_members = { SSE_SCRIPT_PRESENCE_MEMBERS_SHA1, SSE_SCRIPT_PRESENCE_MEMBERS };

int sse_script_call(sse_redis_conn *conn, const sse_script *script, bool whole, int keys, int args, const sse_str *arg,
	sse_reply_cb cb, void *cb_arg)
{
	const char *text = whole ? script->body : script->sha1;
	sse_str *argv = sse_malloc(((size_t)args + 3) * sizeof(*argv));
	char count[16];
	int result;

	argv[0] = whole ? (sse_str){ "EVAL", 4 } : (sse_str){ "EVALSHA", 7 };
	argv[1] = (sse_str){ text, strlen(text) };
	argv[2].data = count;
	argv[2].len = (size_t)snprintf(count, sizeof(count), "%d", keys);
	memcpy(argv + 3, arg, (size_t)args * sizeof(*argv));
	result = sse_redis_conn_command(conn, args + 3, argv, 0, cb, cb_arg);
	sse_free(argv);
	return result;
}
