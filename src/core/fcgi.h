/*
 * FastCGI records, as far as a stream must read and write them: https://fastcgi-archives.github.io/FastCGI_Specification.html
 */
#ifndef SSE_CORE_FCGI_H
#define SSE_CORE_FCGI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SSE_FCGI_HEADER_LEN 8
#define SSE_FCGI_VERSION_1 1
#define SSE_FCGI_BEGIN_REQUEST 1
#define SSE_FCGI_ABORT_REQUEST 2
#define SSE_FCGI_END_REQUEST 3
#define SSE_FCGI_STDOUT 6
/* The most that one record carries. */
#define SSE_FCGI_CONTENT_MAX 65535
/* An empty STDOUT record and END_REQUEST: how a response ends. */
#define SSE_FCGI_END_LEN (2 * SSE_FCGI_HEADER_LEN + 8)

/*
 * Whether the unread bytes of a FastCGI connection hold an ABORT_REQUEST. Whole records before it (an empty STDIN, as nginx
 * leaves behind) are skipped; a record that is cut off at len, an ABORT_REQUEST too, ends the search, as do
 * bytes that are no FastCGI.
 */
bool sse_fcgi_has_abort(const unsigned char *bytes, size_t len);

/* Writes a record's header; no padding. Precondition: content_len is at most SSE_FCGI_CONTENT_MAX. */
void sse_fcgi_header(unsigned char out[SSE_FCGI_HEADER_LEN], unsigned type, unsigned request_id, size_t content_len);

/* Writes the end of a response: application status 0, REQUEST_COMPLETE. */
void sse_fcgi_end(unsigned char out[SSE_FCGI_END_LEN], unsigned request_id);

/* Where a reader is in the records that a web server sends; zeroed at the start. 16 bytes, one for each client. */
typedef struct sse_fcgi_reader {
	unsigned char head[SSE_FCGI_HEADER_LEN];
	uint8_t head_len;
	uint32_t skip;  /* bytes of content and padding still to be dropped */
} sse_fcgi_reader;

typedef enum sse_fcgi_event {
	SSE_FCGI_NOTHING,  /* everything was read and dropped */
	SSE_FCGI_ABORTED,  /* ABORT_REQUEST of this request: the client has left */
	SSE_FCGI_BROKEN    /* no FastCGI, or a record that begins another request on this connection */
} sse_fcgi_event;

/*
 * Takes bytes in whatever pieces they come. Records of other requests and of unknown types are dropped. An event is told once
 * the header of its record is there, and stays: what follows it is not read, and every later call returns it again.
 */
sse_fcgi_event sse_fcgi_read(sse_fcgi_reader *reader, const unsigned char *bytes, size_t len, unsigned request_id);

#endif
