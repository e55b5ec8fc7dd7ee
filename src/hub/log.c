#include "log.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* What POSIX lets a pipe take whole: lines of several processes do not mix, and a pipe that polls writable does not block. */
#define LINE_MAX_BYTES 4096
/* Of one value, escaped. */
#define VALUE_MAX_BYTES 512
/* Room for every event that is logged seldom; beyond it the one that was quiet for the longest time gives way. */
#define SELDOM_EVENTS 32

typedef struct text_line {
	char bytes[LINE_MAX_BYTES];
	size_t len;
	bool is_full;  /* something did not fit */
} text_line;

typedef struct seldom {
	const char *event;  /* NULL: free */
	uint64_t written;   /* ms */
	long long left_out;
} seldom;

static long long lines_lost;

static void put(text_line *line, const char *bytes, size_t len)
{
	/* One byte is the line break's. */
	if (line->is_full || len > sizeof(line->bytes) - 1 - line->len) {
		line->is_full = true;
		return;
	}
	memcpy(line->bytes + line->len, bytes, len);
	line->len += len;
}

static void put_text(text_line *line, const char *text)
{
	put(line, text, strlen(text));
}

static void put_time(text_line *line)
{
	char text[64];
	struct timespec now;
	struct tm utc;
	size_t len;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	len = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
	len += (size_t)snprintf(text + len, sizeof(text) - len, ".%03dZ", (int)(now.tv_nsec / 1000000));
	put(line, text, len);
}

static bool is_bare(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c != '\0' && strchr("-_.:/@+*,", c));
}

static bool needs_quotes(sse_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (!is_bare((unsigned char)text.data[i])) {
			return true;
		}
	}
	return text.len == 0 || text.len > VALUE_MAX_BYTES;
}

/* One byte as it stands between quotes; 1 to 4 bytes. */
static size_t escape(unsigned char c, char out[5])
{
	switch (c) {
	case '\n':
		return (size_t)snprintf(out, 5, "\\n");
	case '\r':
		return (size_t)snprintf(out, 5, "\\r");
	case '\t':
		return (size_t)snprintf(out, 5, "\\t");
	case '"':
	case '\\':
		return (size_t)snprintf(out, 5, "\\%c", c);
	default:
		/* Beyond ASCII there are line breaks too, and marks that reorder what a terminal shows. */
		return (size_t)snprintf(out, 5, c >= ' ' && c <= '~' ? "%c" : "\\x%02x", c);
	}
}

static void put_quoted(text_line *line, sse_str text)
{
	size_t written = 0;

	put_text(line, "\"");
	for (size_t i = 0; i < text.len; i++) {
		char bytes[5];
		size_t len = escape((unsigned char)text.data[i], bytes);

		if (written + len > VALUE_MAX_BYTES) {
			put_text(line, "...");
			break;
		}
		put(line, bytes, len);
		written += len;
	}
	put_text(line, "\"");
}

/* A field is there whole or not at all. */
static void put_field(text_line *line, const hub_field *field)
{
	size_t before = line->len;

	put_text(line, " ");
	put_text(line, field->key);
	put_text(line, "=");
	if (!field->text.data) {
		char number[24];

		snprintf(number, sizeof(number), "%lld", field->number);
		put_text(line, number);
	} else if (needs_quotes(field->text)) {
		put_quoted(line, field->text);
	} else {
		put(line, field->text.data, field->text.len);
	}
	if (line->is_full) {
		line->len = before;
	}
}

/* A log that nobody reads (a stopped terminal, a pipe that is full) must not stop the streams. */
static bool would_block(void)
{
	struct pollfd log = { STDERR_FILENO, POLLOUT, 0 };

	return poll(&log, 1, 0) == 0;
}

static void write_line(const text_line *line)
{
	ssize_t written;

	if (would_block()) {
		lines_lost++;
		return;
	}
	do {
		written = write(STDERR_FILENO, line->bytes, line->len);
	} while (written < 0 && errno == EINTR);
	if (written == (ssize_t)line->len) {
		lines_lost = 0;
	} else {
		lines_lost++;
	}
}

static void log_line(hub_level level, const char *event, const hub_field *fields, long long left_out)
{
	static const char *const levels[] = { "info", "warning", "error" };
	hub_field tail[] = { HUB_NUMBER("left_out", left_out), HUB_NUMBER("lines_lost", lines_lost) };
	text_line line;

	line.len = 0;
	line.is_full = false;
	put_time(&line);
	put_text(&line, " ");
	put_text(&line, levels[level]);
	put_text(&line, " ");
	put_text(&line, event);
	for (size_t i = 0; i < sizeof(tail) / sizeof(*tail); i++) {
		if (tail[i].number > 0) {
			put_field(&line, &tail[i]);
		}
	}
	for (; fields && fields->key; fields++) {
		put_field(&line, fields);
	}
	line.bytes[line.len++] = '\n';
	write_line(&line);
}

void hub_log(hub_level level, const char *event, const hub_field *fields)
{
	log_line(level, event, fields, 0);
}

static uint64_t monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* The event's own slot; a new one has left nothing out. */
static seldom *seldom_of(const char *event)
{
	static seldom slots[SELDOM_EVENTS];
	seldom *oldest = &slots[0];

	for (size_t i = 0; i < SELDOM_EVENTS; i++) {
		if (!slots[i].event || strcmp(slots[i].event, event) == 0) {
			oldest = &slots[i];
			break;
		}
		if (slots[i].written < oldest->written) {
			oldest = &slots[i];
		}
	}
	if (!oldest->event || strcmp(oldest->event, event) != 0) {
		*oldest = (seldom){ event, 0, 0 };
	}
	return oldest;
}

void hub_log_seldom(hub_level level, const char *event, const hub_field *fields)
{
	seldom *slot = seldom_of(event);
	uint64_t now = monotonic_ms();

	if (slot->written > 0 && now - slot->written < 1000) {
		slot->left_out++;
		return;
	}
	log_line(level, event, fields, slot->left_out);
	slot->written = now;
	slot->left_out = 0;
}
