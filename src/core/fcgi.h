/*
 * FastCGI records, as far as a stream must read them: https://fastcgi-archives.github.io/FastCGI_Specification.html
 */
#ifndef SSE_CORE_FCGI_H
#define SSE_CORE_FCGI_H

#include <stdbool.h>
#include <stddef.h>

#define SSE_FCGI_HEADER_LEN 8
#define SSE_FCGI_VERSION_1 1
#define SSE_FCGI_ABORT_REQUEST 2

/*
 * Whether the unread bytes of a FastCGI connection hold an ABORT_REQUEST. Whole records before it (an empty STDIN, as nginx
 * leaves behind) are skipped; a record that is cut off at len, an ABORT_REQUEST too, ends the search, as do
 * bytes that are no FastCGI.
 */
bool sse_fcgi_has_abort(const unsigned char *bytes, size_t len);

#endif
