/*
 * How much a counter grew within the last while, and how fast.  Pure; at
 * most RATE_BYTES_MAX each.
 *
 * The while is cut into RATE_PARTS; what is older than it is forgotten
 * part by part, so what is told covers up to one part less than the while.
 * A counter that falls was set back (a reboot, another board): by how much
 * it grew meanwhile is not known, and counts as nothing.  NaN is passed
 * over: the growth of a gap counts when the gap ends.
 */
#ifndef DROVER_DETECT_RATE_H
#define DROVER_DETECT_RATE_H

#include <stdbool.h>
#include <stdint.h>

#define RATE_PARTS	12
#define RATE_BYTES_MAX	128

struct rate {
	double	part[RATE_PARTS];	/* growth, by number of the part */
	double	value;
	int64_t	at_ms;			/* of value */
	int64_t	first_ms;		/* since then it is followed */
	int32_t	over_ms;
	bool	seen;
};

void	rate_init(struct rate *rate, int32_t over_ms);
/* False: nothing to compare with yet, or the value is not known. */
bool	rate_step(struct rate *rate, double value, int64_t at_ms);
/* Growth within the last over_ms before the last value. */
double	rate_growth(const struct rate *rate);
/* A second, over the part of over_ms that was looked at; NaN before that. */
double	rate_per_s(const struct rate *rate);

#endif
