/*
 * Pressure stall information: the share of time since the last sample in
 * which tasks waited, from the growth of "total" over the time since
 * boot.  The kernel's own averages lag and are not used.
 */
#ifndef DROVER_COLLECT_PRESSURE_H
#define DROVER_COLLECT_PRESSURE_H

#include "collect/round.h"
#include "collect/source.h"

/* Stalled time in microseconds. */
struct pressure_totals {
	double	some;
	double	full;
};

struct pressure_file {
	struct source		source;
	struct pressure_totals	before;
	enum node_metric	some;
	enum node_metric	full;	/* NODE_METRICS: not wanted */
};

struct pressure {
	struct pressure_file	cpu;
	struct pressure_file	memory;
	struct pressure_file	io;
};

void	pressure_open(struct pressure *pressure, const char *root);
void	pressure_close(struct pressure *pressure);
void	pressure_retry(struct pressure *pressure);
void	pressure_sample(struct pressure *pressure,
	    struct collect_round *round);

/* One file, of the machine or of a control group. */
void	pressure_file_sample(struct pressure_file *file,
	    struct collect_round *round);
/* What is not in the text is NaN. */
void	pressure_parse(struct text text, struct pressure_totals *totals);

#endif
