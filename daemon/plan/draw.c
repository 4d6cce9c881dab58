#include <math.h>
#include <string.h>

#include "rules/digest.h"
#include "plan/draw.h"

/* Nine in ten of a normal distribution are below. */
#define NORMAL_90	1.2815515655446004

int
draw_seed(struct draw *draw, const void *bytes, size_t length)
{
	unsigned char result[DIGEST_BYTES];
	int error = digest(bytes, length, result);
	size_t i, j;

	for (i = 0; error == 0 && i < 4; i++) {
		draw->state[i] = 0;
		for (j = 0; j < 8; j++)
			draw->state[i] |= (uint64_t)result[8 * i + j] <<
			    (8 * j);
	}
	return error;
}

static uint64_t
rotate(uint64_t value, int count)
{
	return (value << count) | (value >> (64 - count));
}

uint64_t
draw_number(struct draw *draw)
{
	uint64_t *s = draw->state;
	uint64_t result = rotate(s[1] * 5, 7) * 9, shifted = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= shifted;
	s[3] = rotate(s[3], 45);
	return result;
}

double
draw_share(struct draw *draw)
{
	return (double)(draw_number(draw) >> 11) * 0x1.0p-53;
}

/* Marsaglia's polar method; the second of the pair is not kept. */
static double
draw_normal(struct draw *draw)
{
	double u, v, square;

	do {
		u = 2 * draw_share(draw) - 1;
		v = 2 * draw_share(draw) - 1;
		square = u * u + v * v;
	} while (square >= 1 || square == 0);
	return u * sqrt(-2 * log(square) / square);
}

/* shape of 1 and more. */
static double
draw_gamma_large(struct draw *draw, double shape)
{
	double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d), x, v, u;

	for (;;) {
		do {
			x = draw_normal(draw);
			v = 1 + c * x;
		} while (v <= 0);
		v = v * v * v;
		u = 1 - draw_share(draw);
		if (log(u) < 0.5 * x * x + d - d * v + d * log(v))
			return d * v;
	}
}

static double
draw_gamma(struct draw *draw, double shape)
{
	double u;

	if (shape >= 1)
		return draw_gamma_large(draw, shape);
	u = 1 - draw_share(draw);
	return draw_gamma_large(draw, shape + 1) * pow(u, 1 / shape);
}

double
draw_beta(struct draw *draw, double a, double b)
{
	double x = draw_gamma(draw, a), y = draw_gamma(draw, b);

	return x + y > 0 ? x / (x + y) : a / (a + b);
}

static double
bound(const struct row_arm *arm, double spreads)
{
	double a = (double)arm->a_milli / 1000, b = (double)arm->b_milli /
	    1000;
	double mean = a / (a + b);
	double spread = sqrt(a * b / ((a + b) * (a + b) * (a + b + 1)));

	return fmin(1, fmax(0, mean + spreads * spread));
}

double
arm_lower_bound(const struct row_arm *arm)
{
	return bound(arm, -NORMAL_90);
}

double
arm_upper_bound(const struct row_arm *arm)
{
	return bound(arm, NORMAL_90);
}
