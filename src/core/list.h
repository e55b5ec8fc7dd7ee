/*
 * Doubly linked lists of embedded links; the head is a link too. An empty list, and a link in none, points at itself.
 */
#ifndef SSE_CORE_LIST_H
#define SSE_CORE_LIST_H

#include <stdbool.h>
#include <stddef.h>

typedef struct sse_link {
	struct sse_link *next;
	struct sse_link *prev;
} sse_link;

static inline void sse_list_init(sse_link *link)
{
	link->next = link->prev = link;
}

static inline bool sse_list_is_empty(const sse_link *head)
{
	return head->next == head;
}

/* Before head: at the end of its list. */
static inline void sse_list_append(sse_link *head, sse_link *link)
{
	link->prev = head->prev;
	link->next = head;
	head->prev->next = link;
	head->prev = link;
}

/* Does nothing to a link that is in no list. */
static inline void sse_list_remove(sse_link *link)
{
	link->prev->next = link->next;
	link->next->prev = link->prev;
	sse_list_init(link);
}

#define SSE_LIST_ENTRY(link, type, member) ((type *)((char *)(link) - offsetof(type, member)))

/* Safe against the removal of the current link, not of the one after it. */
#define SSE_LIST_EACH(link, head) \
	for (sse_link *link = (head)->next, *link##_next = link->next; link != (head); \
		 link = link##_next, link##_next = link->next)

#endif
