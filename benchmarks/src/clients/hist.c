#include "hist.h"

#include <string.h>
#include <time.h>

void hist_clear(hist *hist)
{
	memset(hist, 0, sizeof(*hist));
}

void hist_note(hist *hist, int64_t ns)
{
	uint64_t value = ns > 0 ? (uint64_t)ns : 0;
	unsigned power = 0, bucket;

	if (value >= HIST_SUB) {
		power = 63 - (unsigned)__builtin_clzll(value) - 5; /* so that value >> power is 32 to 63 */
	}
	bucket = power * HIST_SUB + (unsigned)(value >> power);
	hist->buckets[bucket < HIST_BUCKETS ? bucket : HIST_BUCKETS - 1]++;
	hist->count++;
	if (ns > hist->max) {
		hist->max = ns;
	}
}

int64_t hist_at(const hist *hist, double share)
{
	uint64_t wanted = (uint64_t)((double)hist->count * share), seen = 0;
	unsigned i;

	for (i = 0; i < HIST_BUCKETS; i++) {
		seen += hist->buckets[i];
		if (seen > wanted) {
			int64_t upper = (int64_t)((uint64_t)(i % HIST_SUB) + 1) << (i / HIST_SUB);

			return upper < hist->max ? upper : hist->max;
		}
	}
	return hist->max;
}

int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}
