#include <math.h>
#include <string.h>

#include "detect/band.h"
#include "detect/order.h"

_Static_assert(sizeof(struct band) <= BAND_BYTES_MAX, "grew");

#define NORMAL		1.4826		/* 1 / quantile(3/4) of the normal */
#define PEERS_MAX	64

/* The first place whose value is not below value. */
static size_t
place(const float *sorted, size_t count, float value)
{
	size_t low = 0, high = count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (sorted[middle] < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
leave(struct band *band, float value)
{
	size_t i = place(band->sorted, band->count, value);

	memmove(&band->sorted[i], &band->sorted[i + 1],
	    (band->count - i - 1) * sizeof(band->sorted[0]));
	band->count--;
}

static void
come(struct band *band, float value)
{
	size_t i = place(band->sorted, band->count, value);

	memmove(&band->sorted[i + 1], &band->sorted[i],
	    (band->count - i) * sizeof(band->sorted[0]));
	band->sorted[i] = value;
	band->count++;
}

/*
 * The deviations rise from the middle outwards on both sides: the median
 * of them is where half of the values have been passed.
 */
static float
deviation(const struct band *band)
{
	size_t right = place(band->sorted, band->count, band->median);
	size_t left = right, passed;
	float below, above, found = 0;

	for (passed = 0; passed < (size_t)band->count / 2 + 1; passed++) {
		below = left > 0 ? band->median - band->sorted[left - 1] :
		    INFINITY;
		above = right < band->count ?
		    band->sorted[right] - band->median : INFINITY;
		if (below < above) {
			left--;
			found = below;
		} else {
			right++;
			found = above;
		}
	}
	return found;
}

void
band_learn(struct band *band, double value)
{
	float kept = (float)value;
	size_t half;

	if (!isfinite(kept))
		return;
	if (band->count == BAND_VALUES)
		leave(band, band->came[band->next]);
	come(band, kept);
	band->came[band->next] = kept;
	band->next = (uint16_t)((band->next + 1) % BAND_VALUES);
	half = band->count / 2;
	band->median = band->count % 2 == 1 ? band->sorted[half] :
	    band->sorted[half - 1] / 2 + band->sorted[half] / 2;
	band->spread = (float)(NORMAL * deviation(band));
}

double
band_median(const struct band *band)
{
	return band->count < BAND_VALUES_MIN ? NAN : band->median;
}

double
band_spread(const struct band *band, double floor_share)
{
	if (band->count < BAND_VALUES_MIN)
		return NAN;
	return fmax(band->spread, floor_share * fabs((double)band->median));
}

static double
score(double value, double median, double spread)
{
	if (isnan(value) || isnan(median) || isnan(spread))
		return NAN;
	if (spread > 0)
		return (value - median) / spread;
	return value > median ? INFINITY : value < median ? -INFINITY : 0;
}

double
band_score(const struct band *band, double value, double floor_share)
{
	return score(value, band_median(band),
	    band_spread(band, floor_share));
}

double
band_peer_score(double value, const double *peers, size_t count,
    double floor_share, double *median)
{
	double known[PEERS_MAX], spread;
	size_t i, n = 0;

	*median = NAN;
	for (i = 0; i < count && n < PEERS_MAX; i++)
		if (isfinite(peers[i]))
			known[n++] = peers[i];
	if (n < 2)
		return NAN;
	*median = order_median(known, n);
	for (i = 0; i < n; i++)
		known[i] = fabs(known[i] - *median);
	spread = fmax(NORMAL * order_median(known, n),
	    floor_share * fabs(*median));
	return score(value, *median, spread);
}
