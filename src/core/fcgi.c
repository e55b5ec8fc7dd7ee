#include "fcgi.h"

bool sse_fcgi_has_abort(const unsigned char *bytes, size_t len)
{
	while (len >= SSE_FCGI_HEADER_LEN && bytes[0] == SSE_FCGI_VERSION_1) {
		size_t content = (size_t)bytes[4] << 8 | bytes[5];
		size_t record = SSE_FCGI_HEADER_LEN + content + bytes[6];
		if (record > len) {
			return false;
		}
		if (bytes[1] == SSE_FCGI_ABORT_REQUEST) {
			return true;
		}
		bytes += record;
		len -= record;
	}
	return false;
}
