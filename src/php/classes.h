/*
 * What sse.c and the class files share: registration, the exception, the log.
 */
#ifndef SSE_PHP_CLASSES_H
#define SSE_PHP_CLASSES_H

#include "php.h"

#include <stdbool.h>

extern zend_class_entry *php_sse_exception_ce;

/* Registers the five classes, in MINIT. */
void php_sse_register_classes(void);

/* Each class file's part of that: object handlers. */
void php_sse_setup_stream(zend_class_entry *ce);
void php_sse_setup_subscriber(zend_class_entry *ce);
void php_sse_setup_publisher(zend_class_entry *ce);
void php_sse_setup_hub(zend_class_entry *ce);

/* Throws SseException. */
void php_sse_throw(const char *format, ...) ZEND_ATTRIBUTE_FORMAT(printf, 1, 2);

/* One line to PHP's error log; never to the output, which is the stream. */
void php_sse_log(const char *format, ...) ZEND_ATTRIBUTE_FORMAT(printf, 1, 2);

/* The same for what every request may come upon: a line that was logged by this worker less than 10 s ago is left out. */
void php_sse_log_rarely(const char *format, ...) ZEND_ATTRIBUTE_FORMAT(printf, 1, 2);

/* What becomes of a stream that the hub did not take, for such a line. */
const char *php_sse_instead_of_hub(void);

/* That a hub does not answer, and what to do about it; rarely. */
void php_sse_log_hub_down(const char *path, const char *error);

#endif
