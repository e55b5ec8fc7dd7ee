#include "output.h"

#include "core/alloc.h"
#include "core/fcgi.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

/*
 * One envelope holds so many slices and bytes at most. The bytes bound what is copied when a socket takes a part of it, and
 * a FastCGI record takes no more.
 */
#define JOIN_SLICES 60
#define JOIN_BYTES 65528

void hub_out_init(hub_out *out, sse_transport transport, unsigned request_id)
{
	memset(out, 0, sizeof(*out));
	out->transport = transport;
	out->request_id = (uint16_t)request_id;
}

static hub_slice *slice_at(const hub_out *out, uint32_t index)
{
	return &out->slices[(out->head + index) & (out->cap - 1)];
}

void hub_out_deinit(hub_out *out)
{
	uint32_t i;

	for (i = 0; i < out->count; i++) {
		hub_block_unref(slice_at(out, i)->block);
	}
	sse_free(out->slices);
	sse_free(out->tail);
	memset(out, 0, sizeof(*out));
}

static void grow(hub_out *out)
{
	uint32_t cap = out->cap > 0 ? out->cap * 2 : 4, i;
	hub_slice *slices = sse_malloc(cap * sizeof(*slices));

	for (i = 0; i < out->count; i++) {
		slices[i] = *slice_at(out, i);
	}
	sse_free(out->slices);
	out->slices = slices;
	out->head = 0;
	out->cap = cap;
}

void hub_out_add(hub_out *out, hub_block *block, uint32_t off, uint32_t len)
{
	if (len == 0) {
		return;
	}
	if (out->count > 0) {
		hub_slice *newest = slice_at(out, out->count - 1);

		if (newest->block == block && newest->off + newest->len == off) {
			newest->len += len;
			out->bytes += len;
			return;
		}
	}
	if (out->count == out->cap) {
		grow(out);
	}
	*slice_at(out, out->count++) = (hub_slice){ hub_block_ref(block), off, len };
	out->bytes += len;
}

static void add_tail(hub_out *out, const void *bytes, size_t len)
{
	out->tail = sse_realloc(out->tail, out->tail_len + len);
	memcpy(out->tail + out->tail_len, bytes, len);
	out->tail_len += (uint32_t)len;
	out->bytes += len;
}

void hub_out_add_head(hub_out *out, sse_str bytes)
{
	if (bytes.len > 0) {
		add_tail(out, bytes.data, bytes.len);
	}
}

/* -1 when the connection is broken, else what the socket took. */
static ssize_t send_some(int fd, struct iovec *iov, int count)
{
	struct msghdr message = { .msg_iov = iov, .msg_iovlen = (size_t)count };
	ssize_t sent;

	do {
		/* The descriptor may have come without O_NONBLOCK, and SIGPIPE is nobody's business here. */
		sent = count == 1 ? send(fd, iov[0].iov_base, iov[0].iov_len, MSG_NOSIGNAL | MSG_DONTWAIT)
						  : sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	} while (sent < 0 && errno == EINTR);
	if (sent < 0) {
		return errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS ? 0 : -1;
	}
	return sent;
}

/* What one envelope holds, with its head and end. */
typedef struct envelope {
	struct iovec *iov; /* room for JOIN_SLICES + 2 */
	int count;
	size_t payload;
	size_t total;
	unsigned char head[24];
} envelope;

static void add_iov(envelope *e, const void *bytes, size_t len)
{
	e->iov[e->count++] = (struct iovec){ (void *)bytes, len };
	e->total += len;
}

static void fill(const hub_out *out, envelope *e)
{
	bool wrapped = out->transport != SSE_TRANSPORT_RAW;
	uint32_t i;

	e->count = wrapped ? 1 : 0; /* the head's length is known only when the payload is */
	e->payload = 0;
	e->total = 0;
	for (i = 0; i < out->count && i < JOIN_SLICES && e->payload < JOIN_BYTES; i++) {
		const hub_slice *slice = slice_at(out, i);
		size_t room = JOIN_BYTES - e->payload, len = slice->len < room ? slice->len : room;

		add_iov(e, slice->block->bytes.data + slice->off, len);
		e->payload += len;
	}
	if (out->transport == SSE_TRANSPORT_FCGI) {
		sse_fcgi_header(e->head, SSE_FCGI_STDOUT, out->request_id, e->payload);
		e->iov[0] = (struct iovec){ e->head, SSE_FCGI_HEADER_LEN };
		e->total += SSE_FCGI_HEADER_LEN;
	} else if (out->transport == SSE_TRANSPORT_CHUNKED) {
		int len = snprintf((char *)e->head, sizeof(e->head), "%zx\r\n", e->payload);

		e->iov[0] = (struct iovec){ e->head, (size_t)len };
		e->total += (size_t)len;
		add_iov(e, "\r\n", 2);
	}
}

/* Takes payload bytes off the front. */
static void consume(hub_out *out, size_t len)
{
	out->bytes -= len;
	while (len > 0) {
		hub_slice *slice = slice_at(out, 0);

		if (slice->len > len) {
			slice->off += (uint32_t)len;
			slice->len -= (uint32_t)len;
			return;
		}
		len -= slice->len;
		hub_block_unref(slice->block);
		out->head++;
		out->count--;
	}
}

/* Keeps what the socket did not take of an envelope that it has begun. */
static void keep_rest(hub_out *out, const envelope *e, size_t sent)
{
	int i;

	for (i = 0; i < e->count; i++) {
		if (sent >= e->iov[i].iov_len) {
			sent -= e->iov[i].iov_len;
			continue;
		}
		add_tail(out, (const char *)e->iov[i].iov_base + sent, e->iov[i].iov_len - sent);
		sent = 0;
	}
}

void hub_out_add_end(hub_out *out)
{
	struct iovec iov[JOIN_SLICES + 2];
	unsigned char end[SSE_FCGI_END_LEN];
	envelope e;

	/* The end is no payload: it is written bare, so everything that waits has to go into its envelopes first. */
	e.iov = iov;
	while (out->count > 0) {
		fill(out, &e);
		keep_rest(out, &e, 0);
		consume(out, e.payload);
	}
	if (out->transport == SSE_TRANSPORT_FCGI) {
		sse_fcgi_end(end, out->request_id);
		add_tail(out, end, sizeof(end));
	} else if (out->transport == SSE_TRANSPORT_CHUNKED) {
		add_tail(out, "0\r\n\r\n", 5);
	}
}

/* Takes bytes off the front of the tail; how many of them there were to take. */
static size_t consume_tail(hub_out *out, size_t len)
{
	if (len < out->tail_len) {
		out->tail_len -= (uint32_t)len;
		memmove(out->tail, out->tail + len, out->tail_len);
	} else {
		len = out->tail_len;
		sse_free(out->tail);
		out->tail = NULL;
		out->tail_len = 0;
	}
	out->bytes -= len;
	return len;
}

/* The tail and one envelope in one system call: a stream's head goes out with its first frames. */
static hub_sent write_once(hub_out *out, int fd, uint64_t *written)
{
	struct iovec iov[1 + JOIN_SLICES + 2];
	envelope e;
	size_t tail = out->tail_len, left;
	ssize_t sent;

	e.iov = iov + 1;
	e.count = 0;
	e.total = e.payload = 0;
	if (out->count > 0) {
		fill(out, &e);
	}
	iov[0] = (struct iovec){ out->tail, tail };
	sent = tail > 0 ? send_some(fd, iov, 1 + e.count) : send_some(fd, e.iov, e.count);
	if (sent < 0) {
		return HUB_SENT_ERROR;
	}
	*written += (uint64_t)sent;
	left = (size_t)sent;
	if (tail > 0) {
		left -= consume_tail(out, left);
	}
	if (left == e.total) {
		consume(out, e.payload);
		return out->tail_len > 0 ? HUB_SENT_SOME : HUB_SENT_ALL;
	}
	if (left > 0) {
		keep_rest(out, &e, left);
		consume(out, e.payload);
	}
	return HUB_SENT_SOME;
}

hub_sent hub_out_write(hub_out *out, int fd, uint64_t *written)
{
	while (out->tail_len > 0 || out->count > 0) {
		hub_sent result = write_once(out, fd, written);

		if (result != HUB_SENT_ALL) {
			return result;
		}
	}
	if (out->cap > 4) {
		/* A client that caught up gives back what its backlog took. */
		sse_free(out->slices);
		out->slices = NULL;
		out->cap = out->head = 0;
	}
	return HUB_SENT_ALL;
}

/* The mark that begins at off or ends the part before it, and where that ends. */
static uint32_t frame_end(const hub_slice *slice, uint32_t off, const hub_mark **mark)
{
	const hub_block *block = slice->block;
	uint32_t at = hub_block_mark_at(block, off), end = slice->off + slice->len;
	uint32_t next = at < block->count ? block->marks[at].off : (uint32_t)block->bytes.len;

	*mark = NULL;
	if (next == off && at < block->count) {
		*mark = &block->marks[at];
		next = off + block->marks[at].len;
	}
	return next < end ? next : end;
}

void hub_out_each(const hub_out *out, hub_frame_cb frame, void *arg)
{
	uint32_t i, off, next;

	for (i = 0; i < out->count; i++) {
		const hub_slice *slice = slice_at(out, i);
		const hub_mark *mark;

		for (off = slice->off; off < slice->off + slice->len; off = next) {
			next = frame_end(slice, off, &mark);
			frame(arg, (sse_str){ slice->block->bytes.data + off, next - off }, mark ? mark->name : 0, mark && mark->is_event);
		}
	}
}

/* Overflow */

/* A frame that waits whole: one that is cut by the edge of a slice was begun already. */
typedef struct waiting {
	hub_block *block;
	const hub_mark *mark;
	bool keep;
} waiting;

static size_t list_waiting(const hub_out *out, waiting **frames)
{
	size_t count = 0, cap = 0;
	uint32_t i, m;

	*frames = NULL;
	for (i = 0; i < out->count; i++) {
		const hub_slice *slice = slice_at(out, i);

		for (m = hub_block_mark_at(slice->block, slice->off);
			 m < slice->block->count && slice->block->marks[m].off < slice->off + slice->len; m++) {
			if (count == cap) {
				cap = cap > 0 ? cap * 2 : 16;
				*frames = sse_realloc(*frames, cap * sizeof(**frames));
			}
			(*frames)[count++] = (waiting){ slice->block, &slice->block->marks[m], true };
		}
	}
	return count;
}

/* Event names that were seen; a stream has a few. */
typedef struct name_set {
	uint32_t names[256];
	size_t count;
} name_set;

/* Whether it was in the set; adds it. A name for which there is no room counts as new. */
static bool was_seen(name_set *set, uint32_t name)
{
	size_t i;

	for (i = 0; i < set->count; i++) {
		if (set->names[i] == name) {
			return true;
		}
	}
	if (set->count < sizeof(set->names) / sizeof(set->names[0])) {
		set->names[set->count++] = name;
	}
	return false;
}

/* Everything is counted from the newest on, so that what has to go is the oldest. */
static size_t mark_for_dropping(waiting *frames, size_t count, size_t limit, hub_overflow policy)
{
	name_set set = { .count = 0 };
	size_t bytes = 0, dropped = 0, i;

	for (i = count; i-- > 0;) {
		const hub_mark *mark = frames[i].mark;

		if (mark->is_event
			&& (bytes + mark->len > limit || (policy == HUB_OVERFLOW_LATEST && was_seen(&set, mark->name)))) {
			frames[i].keep = false;
			dropped++;
		} else {
			bytes += mark->len;
		}
	}
	return dropped;
}

size_t hub_out_shrink(hub_out *out, size_t limit, hub_overflow policy)
{
	waiting *frames;
	size_t count = list_waiting(out, &frames), dropped, i;
	hub_out kept;

	dropped = mark_for_dropping(frames, count, limit, policy);
	if (dropped > 0) {
		hub_out_init(&kept, out->transport, out->request_id);
		/* The first slice may begin inside a frame of which the socket has a part: that part's rest stays. */
		if (out->count > 0) {
			const hub_slice *first = slice_at(out, 0);
			uint32_t m = hub_block_mark_at(first->block, first->off);
			uint32_t whole = m < first->block->count ? first->block->marks[m].off : (uint32_t)first->block->bytes.len;
			uint32_t end = first->off + first->len;

			hub_out_add(&kept, first->block, first->off, (whole < end ? whole : end) - first->off);
		}
		for (i = 0; i < count; i++) {
			if (frames[i].keep) {
				hub_out_add(&kept, frames[i].block, frames[i].mark->off, frames[i].mark->len);
			}
		}
		kept.tail = out->tail;
		kept.tail_len = out->tail_len;
		kept.bytes += out->tail_len;
		kept.is_blocked = out->is_blocked;
		out->tail = NULL;
		hub_out_deinit(out);
		*out = kept;
	}
	sse_free(frames);
	return dropped;
}
