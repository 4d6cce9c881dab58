/* The range of values that a graph spans, and the marks on its axis. */
#ifndef DROVER_UI_SCALE_H
#define DROVER_UI_SCALE_H

#include "format.h"

struct scale {
	double	low;
	double	high;
};

/*
 * A range with round ends that has all of it: from zero where the values
 * come near it, and to 100 where a share does.
 */
struct scale scale_make(double least, double most, enum unit unit);
/* The row of a value, 0 the top one, of so many; it may lie outside. */
int	scale_row(const struct scale *scale, double value, int rows);

#endif
