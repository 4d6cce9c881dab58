/*
 * Where a curve is going, beyond now: the line of the predictors of
 * droverd (detect/trend.h), through the later third of what is seen, with
 * the interval of its slope and the spread of the points about it.
 */
#ifndef DROVER_UI_FORECAST_H
#define DROVER_UI_FORECAST_H

#include <stdbool.h>

#include "store/history.h"

struct forecast {
	bool	known;
	int	now;		/* column that is now */
	double	level;		/* there */
	double	slope;		/* a column; and its interval */
	double	slope_low;
	double	slope_high;
	double	spread;
	double	floor;		/* what it cannot leave */
	double	ceiling;
};

/*
 * now: the first column that lies ahead; ceiling: what there can be at
 * most, INFINITY where there is no such thing.  What was never below zero
 * will not be.
 */
void	forecast_make(const struct history_curve *curve, int now,
	    double ceiling, struct forecast *forecast);
/* Of a column ahead: in four of five cases between least and most. */
struct history_column forecast_at(const struct forecast *forecast,
	    int column);

#endif
