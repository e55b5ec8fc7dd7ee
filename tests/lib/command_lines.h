/*
 * Commands for a test client in C: lines on standard input.
 */
#ifndef COMMAND_LINES_H
#define COMMAND_LINES_H

#include <stdbool.h>

/* Calls obey for each line that has come, without its end; never waits. False at the end of the input. */
bool command_lines_read(void (*obey)(char *line));

#endif
