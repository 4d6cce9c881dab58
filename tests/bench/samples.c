#include <stdlib.h>
#include <time.h>

#include "samples.h"

double
samples_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

void
samples_keep(struct samples *samples, double us)
{
	if (samples->count < SAMPLES_MAX)
		samples->us[samples->count++] = us;
}

static int
by_value(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

double
samples_percentile(struct samples *samples, double share)
{
	qsort(samples->us, samples->count, sizeof(*samples->us), by_value);
	return samples->us[(uint32_t)(share * (samples->count - 1))];
}
