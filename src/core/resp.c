#include "resp.h"

static void append_head(sse_buf *out, char sign, size_t number)
{
	char head[SSE_RESP_HEAD_MAX];
	size_t at = sizeof(head);

	head[--at] = '\n';
	head[--at] = '\r';
	do {
		head[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	head[--at] = sign;
	sse_buf_append(out, head + at, sizeof(head) - at);
}

void sse_resp_command(sse_buf *out, size_t words)
{
	append_head(out, '*', words);
}

void sse_resp_word(sse_buf *out, sse_str word)
{
	append_head(out, '$', word.len);
	sse_buf_append(out, word.data, word.len);
	sse_buf_append(out, "\r\n", 2);
}
