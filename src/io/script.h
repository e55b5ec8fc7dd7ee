/*
 * The Lua scripts of src/io/lua, called by their SHA-1 and sent whole when Redis has forgotten them.
 */
#ifndef SSE_IO_SCRIPT_H
#define SSE_IO_SCRIPT_H

#include "redis_conn.h"

typedef struct sse_script {
	const char *sha1;
	const char *body;
} sse_script;

extern const sse_script sse_script_attach;
extern const sse_script sse_script_publish;
extern const sse_script sse_script_presence_join;
extern const sse_script sse_script_presence_leave;
extern const sse_script sse_script_presence_sweep;
extern const sse_script sse_script_presence_members;

/*
 * Sends EVALSHA, or EVAL with the whole body when whole is set (which also makes Redis remember it). args are the keys and
 * then the other arguments. -1 when the connection is not ready.
 */
int sse_script_call(sse_redis_conn *conn, const sse_script *script, bool whole, int keys, int args, const sse_str *arg,
	sse_reply_cb cb, void *cb_arg);

#endif
