/*
 * Which of a hub's processes takes a stream: the first listens at the hub's control path, number n at "<path>.n". By chance, so
 * that each gets as many; one that does not listen, as it is being replaced, is left out.
 */
#ifndef SSE_PHP_HUB_CHOICE_H
#define SSE_PHP_HUB_CHOICE_H

#include "io/hub_call.h"

typedef struct php_sse_hub_choice {
	const char *path;  /* borrowed */
	unsigned count;    /* processes */
	unsigned first;    /* where to begin, from 0 on */
	unsigned tried;
} php_sse_hub_choice;

/* Looks how many there are: a system call for each. */
void php_sse_hub_choose(php_sse_hub_choice *choice, const char *path);

/*
 * Connects to the next one that listens; a call that is open is closed before. False when none is left to be tried, with the
 * error of the last one.
 */
bool php_sse_hub_open_next(php_sse_hub_choice *choice, sse_hub_call *call);

#endif
