/*
 * What a test client in C makes of the bytes that it is answered: the head, chunks, and the frames of an event stream.
 */
#ifndef EVENT_STREAM_H
#define EVENT_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EVENT_STREAM_LINE 256 /* of longer lines the beginning is kept */

typedef enum stream_phase { STREAM_HEAD, STREAM_OPEN, STREAM_ENDED, STREAM_REFUSED } stream_phase;
typedef enum chunk_state { CHUNK_NONE, CHUNK_SIZE, CHUNK_EXTENSION, CHUNK_DATA, CHUNK_DATA_END } chunk_state;

typedef struct event_stream {
	stream_phase phase;
	chunk_state chunk;
	uint32_t chunk_left, line_len;
	char line[EVENT_STREAM_LINE];
	bool is_ok;       /* status 200 */
	int64_t retry_ns; /* what `retry:` said last; stays over event_stream_begin() */
	/* the frame that is being read */
	char event[32], data[EVENT_STREAM_LINE], id[64];
	bool has_data, has_id;
} event_stream;

/* For a new connection. */
void event_stream_begin(event_stream *stream);
/* Calls back for each frame that is complete. Stops where the stream has ended or was refused: phase says so. */
void event_stream_feed(event_stream *stream, const char *bytes, size_t len, void (*on_frame)(void *), void *arg);

#endif
