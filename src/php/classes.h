/*
 * What sse.c and the class files share: registration, the exception, the log.
 */
#ifndef SSE_PHP_CLASSES_H
#define SSE_PHP_CLASSES_H

#include "php.h"

#include <stdbool.h>

extern zend_class_entry *php_sse_exception_ce;

/* Registers the four classes, in MINIT. */
void php_sse_register_classes(void);

/* Each class file's part of that: object handlers. */
void php_sse_setup_stream(zend_class_entry *ce);
void php_sse_setup_subscriber(zend_class_entry *ce);
void php_sse_setup_publisher(zend_class_entry *ce);

/* Throws SseException. */
void php_sse_throw(const char *format, ...) ZEND_ATTRIBUTE_FORMAT(printf, 1, 2);

/* One line to PHP's error log; never to the output, which is the stream. */
void php_sse_log(const char *format, ...) ZEND_ATTRIBUTE_FORMAT(printf, 1, 2);

#endif
