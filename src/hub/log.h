/*
 * Log lines on standard error: "2026-11-24T16:00:00.123Z level event key=value key="with spaces"".
 *
 * A line is one write(2) of at most 4096 bytes. One that standard error does not take at once is dropped, so that whoever
 * reads the log cannot stop the streams; the next one says how many are missing (lines_lost=).
 */
#ifndef SSE_HUB_LOG_H
#define SSE_HUB_LOG_H

#include "core/str.h"

typedef enum hub_level { HUB_INFO, HUB_WARNING, HUB_ERROR } hub_level;

/*
 * A value is text, or a number when text.data is NULL. Text is quoted and escaped where it has to be, everything but printable
 * ASCII is \xNN, and more than 512 bytes of it end in "...": nothing can forge a line or a field. A field that has no room in
 * the line is left out.
 */
typedef struct hub_field {
	const char *key;
	sse_str text;
	long long number;
} hub_field;

#define HUB_TEXT(key, value) { key, { value, strlen(value) }, 0 }
#define HUB_STR(key, value) { key, value, 0 }
#define HUB_NUMBER(key, value) { key, { NULL, 0 }, (long long)(value) }
#define HUB_LAST { NULL, { NULL, 0 }, 0 }

/* event and keys are constants of ours; fields ends with HUB_LAST, and may be NULL. */
void hub_log(hub_level level, const char *event, const hub_field *fields);

/*
 * The same for what a stranger can cause a thousand times a second: at most one line a second for each event, with how many
 * were left out since the last one (left_out=).
 */
void hub_log_seldom(hub_level level, const char *event, const hub_field *fields);

#endif
