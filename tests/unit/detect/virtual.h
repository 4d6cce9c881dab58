/*
 * A virtual cluster for the tests of detect: numbers from a seed, rows in
 * which nothing is known but what a test says, and what was found.
 */
#ifndef DROVER_TESTS_VIRTUAL_H
#define DROVER_TESTS_VIRTUAL_H

#include <stddef.h>
#include <stdint.h>

#include "detect/detect.h"
#include "detect/metric.h"

struct random {
	uint64_t	state;
};

uint64_t random_next(struct random *random);
/* 0 <= result < 1 */
double	random_share(struct random *random);
/* Normal, mean 0, deviation 1. */
double	random_normal(struct random *random);

#define FOUND_MAX	256

/* What a sink collected; past FOUND_MAX it is counted only. */
struct found {
	struct finding	list[FOUND_MAX];
	size_t		count;
};

void	found_take(void *user, const struct finding *finding);
/* How often that edge of that class. */
size_t	found_count(const struct found *found, enum finding_edge edge,
	    enum fault_class number);
/* The last of them; NULL. */
const struct finding *found_last(const struct found *found,
	    enum finding_edge edge, enum fault_class number);

/* All NaN; room for the largest table. */
#define VALUES_MAX	128
void	values_unknown(double values[VALUES_MAX]);

/* Ends the process when it cannot be made. */
struct detect *make_detect(enum drover_metric_scope scope,
	    enum drover_device_kind kind);

#endif
