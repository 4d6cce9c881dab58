/*
 * Thermal throttle events: cpuN/thermal_throttle.  The threads of a core
 * count the same events, and so do the cores of a package for the
 * package: one of each is read.
 */
#ifndef DROVER_COLLECT_THROTTLE_H
#define DROVER_COLLECT_THROTTLE_H

#include "collect/source.h"

struct throttle_counter {
	struct source	source;
	double		package;
	double		core;	/* NaN: counts for the whole package */
};

struct throttle {
	struct throttle_counter	*counters;
	size_t			 count;
	size_t			 cpus;	/* in the directory at the scan */
};

/* Look for the counters, if CPUs came or went or one cannot be read. */
void	throttle_scan(struct throttle *throttle, const char *root,
	    struct source_buffer *buffer);
void	throttle_close(struct throttle *throttle);

/* Sums; NaN where there are no counters or one cannot be read. */
void	throttle_read(struct throttle *throttle,
	    struct source_buffer *buffer, double *cores, double *packages);

#endif
