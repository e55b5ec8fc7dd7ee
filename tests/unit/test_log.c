/*
 * Log lines, read back from a pipe or a socket that stands in for standard error.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* F_SETPIPE_SZ */
#endif

#include "hub/log.h"
#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static int saved = -1, reading = -1;

static bool capture_begin(void)
{
	int ends[2];
	/* Packets show what was one write. */
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends) != 0) {
		return false;
	}
	fflush(stderr);
	saved = dup(STDERR_FILENO);
	dup2(ends[1], STDERR_FILENO);
	close(ends[1]);
	reading = ends[0];
	return true;
}

/* What one write brought; "" when there was none. */
static const char *captured(void)
{
	static char bytes[8192];
	ssize_t len = read(reading, bytes, sizeof bytes - 1);
	bytes[len > 0 ? len : 0] = '\0';
	return bytes;
}

static void capture_end(void)
{
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(reading);
}

/* The line without its time. */
static const char *logged(hub_level level, const char *event, const hub_field *fields)
{
	hub_log(level, event, fields);
	const char *line = captured();
	return strlen(line) > 25 ? line + 25 : line;
}

static const char *logged_value(sse_str value)
{
	hub_field fields[] = {HUB_STR("k", value), {NULL, NONE, 0}};
	const char *line = logged(HUB_INFO, "e", fields);
	return strlen(line) > 9 ? line + 9 : line;
}

static void a_line_has_time_level_event_and_fields(void)
{
	int year, month, day, hour, minute, second, ms, used = 0;
	hub_field fields[] = {HUB_TEXT("path", "/run/sse.sock"), HUB_NUMBER("clients", 12), HUB_NUMBER("delta", -3),
		HUB_TEXT("reason", "no such user"), {NULL, NONE, 0}};
	REQUIRE(capture_begin());
	hub_log(HUB_WARNING, "started", fields);
	const char *line = captured();
	CHECK_INT(sscanf(line, "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ%n", &year, &month, &day, &hour, &minute, &second, &ms, &used), 7);
	CHECK_INT(used, 24);
	CHECK(year >= 2024 && month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second <= 60);
	CHECK_STR(line + 24, " warning started path=/run/sse.sock clients=12 delta=-3 reason=\"no such user\"\n");
	CHECK_STR(captured(), "");
	CHECK_STR(logged(HUB_INFO, "stopped", NULL), "info stopped\n");
	CHECK_STR(logged(HUB_ERROR, "stopped", NULL), "error stopped\n");
	capture_end();
}

static void no_value_can_forge_a_line_or_a_field(void)
{
	REQUIRE(capture_begin());
	CHECK_STR(logged_value(LIT("a\n2026-01-01T00:00:00.000Z error forged\r\n")),
		"\"a\\n2026-01-01T00:00:00.000Z error forged\\r\\n\"\n");
	CHECK_STR(logged_value(LIT("a b=c")), "\"a b=c\"\n");
	CHECK_STR(logged_value(LIT("a=b")), "\"a=b\"\n");
	CHECK_STR(logged_value(LIT("say \"x\" b=\\")), "\"say \\\"x\\\" b=\\\\\"\n");
	CHECK_STR(logged_value(LIT("a\0b\x1b[2J\x7f\t")), "\"a\\x00b\\x1b[2J\\x7f\\t\"\n");
	CHECK_STR(logged_value(LIT("\xc2\x85\xe2\x80\xa8\xff")), "\"\\xc2\\x85\\xe2\\x80\\xa8\\xff\"\n");
	CHECK_STR(logged_value(LIT("")), "\"\"\n");
	CHECK_STR(logged_value(LIT("127.0.0.1:6379/0,a@b+c*_-")), "127.0.0.1:6379/0,a@b+c*_-\n");
	capture_end();
}

static void every_byte_stays_within_its_field(void)
{
	char all[256];
	REQUIRE(capture_begin());
	for (int i = 0; i < 256; i++) {
		char c = all[i] = (char)i;
		const char *line = logged_value((sse_str){&c, 1});
		CHECK(strchr(line, '\n') == line + strlen(line) - 1);
		CHECK(line[0] == '"' || strcspn(line, "= \"\\") == 2);
	}
	capture_end();
}

static void a_long_value_ends_in_dots(void)
{
	char text[2000];
	memset(text, 'x', sizeof text);
	REQUIRE(capture_begin());
	const char *line = logged_value((sse_str){text, sizeof text});
	CHECK_INT(strlen(line), 1 + 512 + 3 + 1 + 1);
	CHECK_STR(line + strlen(line) - 6, "x...\"\n");
	memset(text, '\n', sizeof text);
	line = logged_value((sse_str){text, sizeof text});
	CHECK_STR(line + strlen(line) - 7, "\\n...\"\n");
	line = logged_value((sse_str){text, 512 / 2});
	CHECK_STR(line + strlen(line) - 4, "\\n\"\n");
	capture_end();
}

static void a_full_line_leaves_fields_out_whole(void)
{
	char text[500];
	hub_field fields[12];
	memset(text, 'x', sizeof text);
	for (size_t i = 0; i < 12; i++) {
		fields[i] = (hub_field){i < 11 ? "key" : NULL, {text, sizeof text}, 0};
	}
	REQUIRE(capture_begin());
	const char *line = logged(HUB_INFO, "e", fields);
	size_t len = strlen(line);
	CHECK(len <= 4096 - 25);
	CHECK_INT((len - strlen("info e\n")) % (sizeof text + 5), 0);
	CHECK_INT(line[len - 1], '\n');
	capture_end();
}

static void what_comes_often_is_logged_once_a_second(void)
{
	hub_field fields[] = {HUB_NUMBER("n", 1), {NULL, NONE, 0}};
	REQUIRE(capture_begin());
	for (int i = 0; i < 100; i++) {
		hub_log_seldom(HUB_INFO, "often", fields);
	}
	hub_log_seldom(HUB_INFO, "other", NULL);
	CHECK_STR(captured() + 25, "info often n=1\n");
	CHECK_STR(captured() + 25, "info other\n");
	CHECK_STR(captured(), "");
	usleep(1050000);
	hub_log_seldom(HUB_INFO, "often", fields);
	hub_log_seldom(HUB_INFO, "other", NULL);
	CHECK_STR(captured() + 25, "info often left_out=99 n=1\n");
	CHECK_STR(captured() + 25, "info other\n");
	capture_end();
}

static void a_log_that_nobody_reads_does_not_block_and_is_told_of(void)
{
	int ends[2];
	char bytes[4096];
	REQUIRE(capture_begin());
	REQUIRE(pipe(ends) == 0);
	dup2(ends[1], STDERR_FILENO);
	int size = fcntl(ends[1], F_SETPIPE_SZ, 4096);
	REQUIRE(size >= 4096);
	for (int left = size; left > 0; left -= 1024) {
		memset(bytes, '-', sizeof bytes);
		CHECK_INT(write(STDERR_FILENO, bytes, 1024), 1024);
	}
	hub_log(HUB_INFO, "lost", NULL);
	hub_log(HUB_INFO, "lost", NULL);
	for (int left = size; left > 0;) {
		ssize_t len = read(ends[0], bytes, sizeof bytes);
		REQUIRE(len > 0);
		left -= (int)len;
	}
	hub_log(HUB_INFO, "seen", NULL);
	ssize_t len = read(ends[0], bytes, sizeof bytes);
	REQUIRE(len > 25);
	CHECK_BYTES(bytes + 25, (size_t)len - 25, "info seen lines_lost=2\n");
	close(ends[0]);
	close(ends[1]);
	capture_end();
}

void test_log(void)
{
	RUN(a_line_has_time_level_event_and_fields);
	RUN(no_value_can_forge_a_line_or_a_field);
	RUN(every_byte_stays_within_its_field);
	RUN(a_long_value_ends_in_dots);
	RUN(a_full_line_leaves_fields_out_whole);
	RUN(what_comes_often_is_logged_once_a_second);
	RUN(a_log_that_nobody_reads_does_not_block_and_is_told_of);
}
