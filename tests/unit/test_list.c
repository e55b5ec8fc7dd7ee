#include "core/list.h"
#include "test.h"

typedef struct item {
	int number;
	sse_link link;
} item;

/* The numbers of a list, forwards, and whether its links agree backwards. */
static const char *numbers_of(sse_link *head)
{
	static char text[32];
	size_t len = 0;

	SSE_LIST_EACH(at, head) {
		CHECK(at->next->prev == at && at->prev->next == at);
		text[len++] = (char)('0' + SSE_LIST_ENTRY(at, item, link)->number);
	}
	text[len] = '\0';
	return text;
}

static void an_empty_list_has_nothing(void)
{
	sse_link head;
	sse_list_init(&head);
	CHECK(sse_list_is_empty(&head));
	CHECK_STR(numbers_of(&head), "");
}

static void appended_links_keep_their_order(void)
{
	item a = {.number = 1}, b = {.number = 2}, c = {.number = 3};
	sse_link head;
	sse_list_init(&head);
	sse_list_append(&head, &a.link);
	CHECK(!sse_list_is_empty(&head));
	sse_list_append(&head, &b.link);
	sse_list_append(&head, &c.link);
	CHECK_STR(numbers_of(&head), "123");
	CHECK(head.prev == &c.link);
}

static void any_link_may_be_removed_and_come_back(void)
{
	item items[3] = {{.number = 1}, {.number = 2}, {.number = 3}};
	static const char *const without[] = {"23", "13", "12"};
	static const char *const again[] = {"231", "132", "123"};
	for (int i = 0; i < 3; i++) {
		sse_link head;
		sse_list_init(&head);
		for (int j = 0; j < 3; j++) {
			sse_list_append(&head, &items[j].link);
		}
		sse_list_remove(&items[i].link);
		CHECK_STR(numbers_of(&head), without[i]);
		CHECK(sse_list_is_empty(&items[i].link));
		sse_list_append(&head, &items[i].link);
		CHECK_STR(numbers_of(&head), again[i]);
	}
}

static void removing_what_is_in_no_list_does_nothing(void)
{
	item a = {.number = 1}, b = {.number = 2};
	sse_link head;
	sse_list_init(&head);
	sse_list_init(&b.link);
	sse_list_append(&head, &a.link);
	sse_list_remove(&b.link);
	sse_list_remove(&a.link);
	sse_list_remove(&a.link);
	CHECK(sse_list_is_empty(&head));
	sse_list_append(&head, &b.link);
	CHECK_STR(numbers_of(&head), "2");
}

static void the_current_link_may_be_removed_while_walking(void)
{
	item items[5] = {{.number = 1}, {.number = 2}, {.number = 3}, {.number = 4}, {.number = 5}};
	sse_link head;
	int seen = 0;
	sse_list_init(&head);
	for (int i = 0; i < 5; i++) {
		sse_list_append(&head, &items[i].link);
	}
	SSE_LIST_EACH(at, &head) {
		seen = seen * 10 + SSE_LIST_ENTRY(at, item, link)->number;
		if (SSE_LIST_ENTRY(at, item, link)->number % 2) {
			sse_list_remove(at);
		}
	}
	CHECK_INT(seen, 12345);
	CHECK_STR(numbers_of(&head), "24");
}

void test_list(void)
{
	RUN(an_empty_list_has_nothing);
	RUN(appended_links_keep_their_order);
	RUN(any_link_may_be_removed_and_come_back);
	RUN(removing_what_is_in_no_list_does_nothing);
	RUN(the_current_link_may_be_removed_while_walking);
}
