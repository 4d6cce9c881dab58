/*
 * Which fault is seen to first, healing.md 3.2: by how bad it is, what it
 * takes from service and how little is left, and by how long it waits, so
 * that nothing waits for ever.  Thousandths of a point.
 */
#ifndef DROVER_RULES_PRIORITY_H
#define DROVER_RULES_PRIORITY_H

#include <stdint.h>

struct priority_case {
	int64_t	severity;	/* 0 to 4 */
	int64_t	impact_ppm;	/* share of the service that it takes */
	int64_t	room_milli;	/* ready slots against those needed */
	int64_t	confidence_ppm;
	int64_t	age_ms;		/* since it is open */
	int64_t	failures;	/* in a row, of its pace */
};

int64_t	priority_of(const struct priority_case *asked);

#endif
