#include "scale.h"

#include <math.h>

/* The next of 1, 2, 2.5, 5 times a power of ten. */
static double
round_up(double value)
{
	double power = pow(10, floor(log10(value)));
	double part = value / power;

	return power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 2.5 ? 2.5 :
	    part <= 5 ? 5 : 10);
}

struct scale
scale_make(double least, double most, enum unit unit)
{
	struct scale scale = { 0, 1 };
	double step;

	if (isnan(least) || isnan(most))
		return scale;
	if (unit == UNIT_percent && least >= 0 && most <= 100) {
		scale.high = most > 40 ? 100 : most > 0 ? fmax(1,
		    round_up(most)) : 1;
		return scale;
	}
	if (least == most) {
		least -= fabs(least) / 10;
		most += most == 0 ? 1 : fabs(most) / 10;
	}
	/* What varies little about a large value is seen from near. */
	if (least >= 0 && least < most / 2)
		least = 0;
	step = round_up((most - least) / 4);
	scale.low = floor(least / step) * step;
	scale.high = ceil(most / step) * step;
	return scale;
}

int
scale_row(const struct scale *scale, double value, int rows)
{
	return (int)lround((scale->high - value) /
	    (scale->high - scale->low) * (rows - 1));
}
