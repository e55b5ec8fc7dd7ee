/*
 * The keys of an array that name sources, as tickets, join() and leave() have them: those that PHP_SSE_NAMES_KEYS lists.
 */
#ifndef SSE_PHP_NAMES_H
#define SSE_PHP_NAMES_H

#include "option.h"

#include "core/subscription.h"

/* As messages list them. */
#define PHP_SSE_NAMES_KEYS "follow, subscribe, psubscribe, queue, broadcast"
#define PHP_SSE_NAMES_VERBS "follow, subscribe, psubscribe, queue or broadcast"

/* Whether a key is one of them, and which kind of source it names. */
bool php_sse_names_kind(const zend_string *key, sse_source_kind *kind);

/*
 * Adds the name, or the list of names, that such a key holds; they are borrowed. argument: how messages name the array.
 * False with a TypeError or ValueError thrown.
 */
bool php_sse_names_add(sse_subscription *to, sse_source_kind kind, const php_sse_option *option, const char *argument);

#endif
