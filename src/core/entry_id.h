/*
 * Ids of log entries, as Redis Streams write them: "<milliseconds>-<sequence>".
 */
#ifndef SSE_CORE_ENTRY_ID_H
#define SSE_CORE_ENTRY_ID_H

#include "frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct sse_entry_id {
	uint64_t ms;
	uint64_t seq;
} sse_entry_id;

/* Room for two 64-bit numbers, the dash and the NUL. */
#define SSE_ENTRY_ID_MAX 42

/*
 * Reads "ms" or "ms-seq", numbers of 1 to 20 digits, no sign or space. False (and *id untouched) when it is anything else or
 * overflows.
 */
bool sse_entry_id_parse(sse_str text, sse_entry_id *id);

/* Writes "ms-seq" and a NUL; returns the length without it. */
size_t sse_entry_id_format(sse_entry_id id, char out[SSE_ENTRY_ID_MAX]);

/* < 0, 0, > 0 like memcmp. */
int sse_entry_id_compare(sse_entry_id a, sse_entry_id b);

bool sse_entry_id_is_zero(sse_entry_id id);

#endif
