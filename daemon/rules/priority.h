/*
 * Which fault is seen to first, healing.md 3.2: by how bad it is, what it
 * takes from service and how little is left, and by how long it waits, so
 * that nothing waits for ever.  Thousandths of a point.
 */
#ifndef DROVER_RULES_PRIORITY_H
#define DROVER_RULES_PRIORITY_H

#include <stdbool.h>
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

/*
 * The severity of a fault of a class by what is left without what it is of,
 * in thousandths of the slots needed (-1: not known): one more where it had
 * the last of them, one less where there is half as much again as needed.
 * What is only foreseen is no more than major.
 */
int64_t	severity_of(int64_t class_severity, int64_t room_milli,
	    bool predicted);

#endif
