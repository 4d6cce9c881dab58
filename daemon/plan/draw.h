/*
 * Drawing from what was learned, for the leader alone: what is drawn goes
 * into the entry, so no replica ever has to draw the same.  Still the same
 * seed draws the same on every machine with IEEE 754 doubles.
 *
 *	xoshiro256**	Blackman and Vigna, "Scrambled linear pseudorandom
 *			number generators", ACM TOMS 47, 2021
 *	gamma		Marsaglia and Tsang, "A simple method for generating
 *			gamma variables", ACM TOMS 26, 2000
 */
#ifndef DROVER_PLAN_DRAW_H
#define DROVER_PLAN_DRAW_H

#include <stddef.h>
#include <stdint.h>

#include "rules/row.h"

struct draw {
	uint64_t	state[4];
};

/* From any number of bytes, by their SHA-256.  -ENOMEM */
int	draw_seed(struct draw *draw, const void *bytes, size_t length);
uint64_t draw_number(struct draw *draw);
/* From 0 up to, and not, 1. */
double	draw_share(struct draw *draw);
/* a and b above 0. */
double	draw_beta(struct draw *draw, double a, double b);

/*
 * A bound that the success of an arm is above with nine in ten, after the
 * normal approximation of its Beta distribution; 0 to 1.
 */
double	arm_lower_bound(const struct row_arm *arm);
double	arm_upper_bound(const struct row_arm *arm);

#endif
