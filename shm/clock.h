/*
 * The kernel's clocks as one number.
 */
#ifndef DROVER_SHM_CLOCK_H
#define DROVER_SHM_CLOCK_H

#include <stdint.h>
#include <time.h>

/*
 * Nanoseconds: CLOCK_BOOTTIME for what is compared across processes,
 * CLOCK_MONOTONIC for time limits, CLOCK_REALTIME (UNIX time) for people.
 */
static inline int64_t
clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

#endif
