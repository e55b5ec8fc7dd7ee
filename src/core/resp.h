/*
 * Commands as Redis reads them: an array of bulk strings, https://redis.io/docs/latest/develop/reference/protocol-spec/. hiredis
 * has this too, and takes ten times the instructions, which is most of what a subscription or a publish costs here.
 */
#ifndef SSE_CORE_RESP_H
#define SSE_CORE_RESP_H

#include "buf.h"
#include "str.h"

/* Bytes that the head of a command or of a word takes at most: a sign, the digits of UINT64_MAX, and the line's end. */
#define SSE_RESP_HEAD_MAX 23

/* Appends the head of a command of so many words, its name among them; they have to follow. */
void sse_resp_command(sse_buf *out, size_t words);

/* Appends one word, of any bytes. */
void sse_resp_word(sse_buf *out, sse_str word);

#endif
