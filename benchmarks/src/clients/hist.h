/*
 * A histogram of durations: exact to 1.6 %, of fixed size, so that a million deliveries a second can be noted.
 */
#ifndef CLIENTS_HIST_H
#define CLIENTS_HIST_H

#include <stdint.h>

#define HIST_SUB 64 /* buckets for each power of two */
#define HIST_BUCKETS (HIST_SUB * 40)

typedef struct hist {
	uint64_t count;
	int64_t max;
	uint64_t buckets[HIST_BUCKETS];
} hist;

void hist_clear(hist *hist);
/* Negative durations count as 0. */
void hist_note(hist *hist, int64_t ns);
/* The duration that `share` (0 to 1) of all do not exceed; 0 for none at all. */
int64_t hist_at(const hist *hist, double share);

int64_t now_ns(void);

#endif
