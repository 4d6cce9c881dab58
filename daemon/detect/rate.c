#include <math.h>
#include <string.h>

#include "detect/rate.h"

_Static_assert(sizeof(struct rate) <= RATE_BYTES_MAX, "grew");

void
rate_init(struct rate *rate, int32_t over_ms)
{
	memset(rate, 0, sizeof(*rate));
	rate->over_ms = over_ms < RATE_PARTS ? RATE_PARTS : over_ms;
}

static int64_t
part_of(const struct rate *rate, int64_t at_ms)
{
	return at_ms / (rate->over_ms / RATE_PARTS);
}

/* Empties the parts between the last value and this one. */
static void
forget(struct rate *rate, int64_t at_ms)
{
	int64_t part, from = part_of(rate, rate->at_ms) + 1;
	int64_t to = part_of(rate, at_ms);

	if (to - from >= RATE_PARTS)
		from = to - RATE_PARTS + 1;
	for (part = from; part <= to; part++)
		rate->part[part % RATE_PARTS] = 0;
}

bool
rate_step(struct rate *rate, double value, int64_t at_ms)
{
	double grown = 0;
	bool compared = rate->seen;

	if (at_ms < 0 || (rate->seen && at_ms < rate->at_ms))
		at_ms = rate->at_ms;
	if (rate->seen)
		forget(rate, at_ms);
	if (!isfinite(value)) {
		if (rate->seen)
			rate->at_ms = at_ms;
		return false;
	}
	if (!rate->seen)
		rate->first_ms = at_ms;
	else if (value > rate->value)
		grown = value - rate->value;
	rate->part[part_of(rate, at_ms) % RATE_PARTS] += grown;
	rate->value = value;
	rate->at_ms = at_ms;
	rate->seen = true;
	return compared;
}

double
rate_growth(const struct rate *rate)
{
	double sum = 0;
	int i;

	for (i = 0; i < RATE_PARTS; i++)
		sum += rate->part[i];
	return sum;
}

double
rate_per_s(const struct rate *rate)
{
	int64_t part_ms = rate->over_ms / RATE_PARTS;
	int64_t covered_ms, followed_ms = rate->at_ms - rate->first_ms;

	covered_ms = (RATE_PARTS - 1) * part_ms + rate->at_ms % part_ms;
	if (covered_ms > followed_ms)
		covered_ms = followed_ms;
	if (!rate->seen || covered_ms <= 0)
		return NAN;
	return rate_growth(rate) * 1000 / (double)covered_ms;
}
