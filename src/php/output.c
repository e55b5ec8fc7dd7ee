#include "output.h"

#include "classes.h"

#include "SAPI.h"
#include "php_ini.h"
#include "php_main.h"
#include "php_output.h"
#include "zend_exceptions.h"

#include <string.h>

#define CONTENT_TYPE "text/event-stream"

bool php_sse_output_has_http(void)
{
	/* Swoole and RoadRunner run below the CLI too; there the headers are the framework's to send. */
	static const char *const without[] = { "cli", "phpdbg", "embed", "micro" };
	size_t i;

	for (i = 0; i < sizeof(without) / sizeof(without[0]); i++) {
		if (strcmp(sapi_module.name, without[i]) == 0) {
			return false;
		}
	}
	return true;
}

/* A lock that is held for the life of a stream stops every other request of the same session. */
static void close_session(void)
{
	zend_function *close = zend_hash_str_find_ptr(EG(function_table), ZEND_STRL("session_write_close"));
	zval result;

	if (close) {
		zend_call_known_function(close, NULL, NULL, &result, 0, NULL, NULL);
		zval_ptr_dtor(&result);
	}
}

static void set_ini(const char *name, const char *value)
{
	zend_string *key = zend_string_init(name, strlen(name), 0);

	zend_alter_ini_entry_chars(key, value, strlen(value), PHP_INI_USER, PHP_INI_STAGE_RUNTIME);
	zend_string_release(key);
}

static bool owns_buffers(void)
{
	static const char *const sapis[] = { "fpm-fcgi", "cgi-fcgi", "cli-server", "apache2handler", "litespeed" };
	size_t i;

	for (i = 0; i < sizeof(sapis) / sizeof(sapis[0]); i++) {
		if (strcmp(sapi_module.name, sapis[i]) == 0) {
			return true;
		}
	}
	return false;
}

/*
 * Where the SAPI is ours to write to, buffers are taken down and what their handlers make of their content is thrown away: a
 * compressing handler would announce an encoding that the stream does not have. Elsewhere (Swoole, FrankenPHP, a test that
 * captures) the buffer is the transport and stays.
 */
zend_string *php_sse_output_take_buffered(void)
{
	zend_string *content = ZSTR_EMPTY_ALLOC();

	while (owns_buffers() && php_output_get_level() > 0) {
		zval buffered;

		ZVAL_UNDEF(&buffered);
		php_output_get_contents(&buffered);
		if (php_output_discard() != SUCCESS) {
			zval_ptr_dtor(&buffered);
			break; /* one that cannot be removed: it will be flushed through */
		}
		if (Z_TYPE(buffered) == IS_STRING && Z_STRLEN(buffered) > 0) {
			/* The inner buffer's content comes after what the outer one already holds. */
			zend_string *joined = zend_string_concat2(
				Z_STRVAL(buffered), Z_STRLEN(buffered), ZSTR_VAL(content), ZSTR_LEN(content));

			zend_string_release(content);
			content = joined;
		}
		zval_ptr_dtor(&buffered);
	}
	return content;
}

static void set_header(const char *line)
{
	sapi_header_line header = { 0 };

	header.line = line;
	header.line_len = strlen(line);
	sapi_header_op(SAPI_HEADER_REPLACE, &header);
}

static void remove_header(const char *name)
{
	sapi_header_line header = { 0 };

	header.line = name;
	header.line_len = strlen(name);
	sapi_header_op(SAPI_HEADER_DELETE, &header);
}

static bool already_began_as_stream(void)
{
	const char *type = SG(sapi_headers).mimetype;
	const char *file = php_output_get_start_filename();

	if (type && strncasecmp(type, CONTENT_TYPE, strlen(CONTENT_TYPE)) == 0) {
		return true;
	}
	php_sse_throw("The response has already begun as %s (output started at %s:%d); call run() before anything is sent",
		type ? type : "another type", file ? file : "unknown", php_output_get_start_lineno());
	return false;
}

static void guard_writes(php_sse_output *output)
{
	output->ignore_user_abort = PG(ignore_user_abort);
	/* Without this a failed write leaves by longjmp, over our heads. */
	PG(ignore_user_abort) = 1;
	output->begun = true;
}

static void set_stream_headers(void)
{
	set_header("Content-Type: " CONTENT_TYPE "; charset=utf-8");
	set_header("Cache-Control: no-cache, no-transform");
	set_header("X-Accel-Buffering: no");
	remove_header("Content-Length");
	remove_header("Content-Encoding");
}

bool php_sse_output_begin(php_sse_output *output)
{
	zend_string *buffered;

	if (output->begun) {
		return true;
	}
	close_session();
	if (EG(exception)) {
		return false;
	}
	if (php_sse_output_has_http() && SG(headers_sent) && !already_began_as_stream()) {
		return false;
	}
	set_ini("max_execution_time", "0");
	guard_writes(output);
	buffered = php_sse_output_take_buffered();
	if (owns_buffers() && !SG(headers_sent)) {
		set_ini("zlib.output_compression", "0");
	}
	if (php_sse_output_has_http() && !SG(headers_sent)) {
		set_stream_headers();
	}
	if (SG(request_info).headers_only) {
		sapi_send_headers();
		output->gone = true;
	} else if (ZSTR_LEN(buffered) > 0) {
		php_sse_output_write(output, ZSTR_VAL(buffered), ZSTR_LEN(buffered));
	} else if (owns_buffers()) {
		sapi_send_headers();
		sapi_flush();
		output->gone = php_sse_output_is_aborted();
	}
	zend_string_release(buffered);
	return !EG(exception);
}

void php_sse_output_redirect(php_sse_output *output, int status, const char *header)
{
	if (!output->begun) {
		guard_writes(output);
	}
	if (owns_buffers()) {
		set_ini("zlib.output_compression", "0");
	}
	/* What X-Accel-Redirect leads to takes these over; and no cache may keep where a ticket was. */
	set_stream_headers();
	if (status != 0) {
		sapi_header_op(SAPI_HEADER_SET_STATUS, (void *)(intptr_t)status);
	}
	set_header(header);
	sapi_send_headers();
	sapi_flush();
	php_sse_output_mute();
}

bool php_sse_output_is_aborted(void)
{
	return (PG(connection_status) & PHP_CONNECTION_ABORTED) != 0;
}

bool php_sse_output_write(php_sse_output *output, const char *bytes, size_t len)
{
	if (output->gone) {
		return false;
	}
	php_output_write(bytes, len);
	if (php_output_get_level() > 0) {
		php_output_flush_all();
	}
	sapi_flush();
	output->gone = php_sse_output_is_aborted();
	return !output->gone;
}

void php_sse_output_end(php_sse_output *output)
{
	if (output->begun) {
		PG(ignore_user_abort) = output->ignore_user_abort;
		output->begun = false;
	}
}

void php_sse_output_mute(void)
{
	OG(flags) |= PHP_OUTPUT_DISABLED;
}
