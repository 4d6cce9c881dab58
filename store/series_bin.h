/*
 * The samples of one step of a series, as they come: their mean, and of a
 * counter its rate.  Pure: time and values in, rows out.
 */
#ifndef DROVER_STORE_SERIES_BIN_H
#define DROVER_STORE_SERIES_BIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct series_cell {
	double		sum;
	uint32_t	samples;
	/* Of a counter: what it was last, and when; 0: never. */
	double		last;
	int64_t		last_ns;
	/* And at the end of the step before. */
	double		before;
	int64_t		before_ns;
};

struct series_bin {
	struct series_cell	*cells;
	size_t			 count;
	int64_t			 number;	/* of the step; 0: none */
	unsigned int		 step_s;
};

/* -ENOMEM. */
int	series_bin_init(struct series_bin *bin, size_t count,
	    unsigned int step_s);
void	series_bin_free(struct series_bin *bin);
/*
 * To be called before the samples of a moment are added.  When they belong
 * to a later step, the one that is over goes to values, *ended is its end
 * in seconds, and true is returned.  What belongs to an earlier one (a
 * clock that was set back) begins anew.
 */
bool	series_bin_turn(struct series_bin *bin, int64_t wall_ns,
	    double *values, const bool *counters, int64_t *ended);
/* NaN is no sample. */
void	series_bin_add(struct series_bin *bin, size_t i, double value,
	    int64_t wall_ns);

#endif
