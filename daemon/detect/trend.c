#include <math.h>
#include <string.h>

#include "detect/order.h"
#include "detect/trend.h"

_Static_assert(sizeof(struct trend) <= TREND_BYTES_MAX, "grew");

#define PAIRS		(TREND_POINTS * (TREND_POINTS - 1) / 2)
#define NORMAL		1.4826
#define Z90		1.6449		/* two-sided 90 % */
/* Residuals that follow on each other more than this say no more. */
#define FOLLOW_MAX	0.9

void
trend_init(struct trend *trend, int32_t window_ms)
{
	memset(trend, 0, sizeof(*trend));
	trend->window_ms = window_ms < TREND_POINTS ? TREND_POINTS :
	    window_ms;
}

/* The points in the order they came, times in seconds before the last. */
struct points {
	double	x[TREND_POINTS];
	double	y[TREND_POINTS];
	size_t	count;
};

static int64_t
last_point_ms(const struct trend *trend)
{
	return trend->at_ms[(trend->next + TREND_POINTS - 1) % TREND_POINTS];
}

static void
points_of(const struct trend *trend, struct points *points)
{
	int64_t last_ms = last_point_ms(trend);
	size_t i, k;

	points->count = 0;
	for (i = 0; i < trend->count; i++) {
		k = (trend->next + TREND_POINTS - trend->count + i) %
		    TREND_POINTS;
		/* What gaps have pushed out of the while. */
		if (last_ms - trend->at_ms[k] >
		    (int64_t)trend->window_ms * 5 / 4)
			continue;
		points->x[points->count] =
		    (double)(trend->at_ms[k] - last_ms) / 1000;
		points->y[points->count++] = trend->value[k];
	}
}

/* Slopes of all pairs; points lie apart in time. */
static size_t
slopes_of(const struct points *points, double *slopes)
{
	size_t i, j, count = 0;

	for (i = 0; i < points->count; i++)
		for (j = i + 1; j < points->count; j++)
			slopes[count++] = (points->y[j] - points->y[i]) /
			    (points->x[j] - points->x[i]);
	return count;
}

/* The level of points at their last one, along the slope. */
static double
level_of(const struct points *points, double slope)
{
	double moved[TREND_POINTS];
	size_t i;

	for (i = 0; i < points->count; i++)
		moved[i] = points->y[i] - slope * points->x[i];
	return order_median(moved, points->count);
}

/* The spread of points about the slope; how much one residual follows on
   the one before it. */
static double
residuals(const struct points *points, struct trend_line *line)
{
	double rest[TREND_POINTS], sorted[TREND_POINTS], follow = 0, all = 0;
	double level = level_of(points, line->slope);
	size_t i;

	for (i = 0; i < points->count; i++) {
		rest[i] = points->y[i] - line->slope * points->x[i] - level;
		sorted[i] = fabs(rest[i]);
		all += rest[i] * rest[i];
		if (i > 0)
			follow += rest[i] * rest[i - 1];
	}
	line->spread = NORMAL * order_median(sorted, points->count);
	if (!(all > 0))
		return 0;
	return fmin(fmax(follow / all, 0), FOLLOW_MAX);
}

static void
late(const struct points *points, double *slopes, struct trend_line *line)
{
	struct points half;
	size_t i, from = points->count / 2;

	half.count = points->count - from;
	for (i = 0; i < half.count; i++) {
		half.x[i] = points->x[from + i];
		half.y[i] = points->y[from + i];
	}
	line->slope_late = order_median(slopes, slopes_of(&half, slopes));
	line->level = level_of(&half, line->slope_late);
}

/* The interval, by the ranks of the slopes. */
static void
interval(double *slopes, size_t count, size_t points, double follow,
    struct trend_line *line)
{
	double n = (double)points, half, low, high;

	half = Z90 * sqrt(n * (n - 1) * (2 * n + 5) / 18 * (1 + follow) /
	    (1 - follow));
	low = ((double)count - half) / 2;
	high = ((double)count + half) / 2;
	line->slope_low = low < 1 ? -INFINITY :
	    order_select(slopes, count, (size_t)low - 1);
	line->slope_high = high > (double)count - 1 ? INFINITY :
	    order_select(slopes, count, (size_t)high);
	line->trend = line->slope_low > 0 || line->slope_high < 0;
}

static void
fit(struct trend *trend, int64_t at_ms)
{
	struct trend_line *line = &trend->line;
	struct points points;
	double slopes[PAIRS];
	size_t count;

	memset(line, 0, sizeof(*line));
	points_of(trend, &points);
	if (points.count < TREND_POINTS_MIN)
		return;
	count = slopes_of(&points, slopes);
	line->slope = order_median(slopes, count);
	interval(slopes, count, points.count, residuals(&points, line), line);
	late(&points, slopes, line);
	/* The last point is the mean of the last part: half of one ago. */
	line->level += line->slope_late *
	    (double)(at_ms - last_point_ms(trend)) / 1000;
	line->at_ms = at_ms;
	line->known = true;
}

/* A point for the part that is full, in the middle of it. */
static void
add_point(struct trend *trend, int64_t end_ms)
{
	trend->value[trend->next] = trend->sum / trend->part_count;
	trend->at_ms[trend->next] = trend->start_ms +
	    (end_ms - trend->start_ms) / 2;
	trend->next = (uint8_t)((trend->next + 1) % TREND_POINTS);
	if (trend->count < TREND_POINTS)
		trend->count++;
}

bool
trend_step(struct trend *trend, double value, int64_t at_ms)
{
	bool full = false;
	int64_t part_ms = trend->window_ms / TREND_POINTS;
	int64_t passed_ms = at_ms - trend->start_ms;

	if (!isfinite(value) || at_ms < trend->start_ms)
		return false;
	if (trend->part_count > 0 && passed_ms >= part_ms) {
		/* After a gap the part is what was seen of it. */
		add_point(trend, passed_ms >= 2 * part_ms ?
		    trend->start_ms + part_ms : at_ms);
		fit(trend, at_ms);
		trend->part_count = 0;
		full = true;
	}
	if (trend->part_count == 0) {
		trend->start_ms = at_ms;
		trend->sum = 0;
	}
	/* Time that stands still fills no part; the mean has enough. */
	if (trend->part_count < UINT16_MAX) {
		trend->sum += value;
		trend->part_count++;
	}
	return full;
}

/* The slower of the slopes towards what is left; 0: one is not. */
static double
pace(const struct trend_line *line, double left)
{
	if (!line->known || !line->trend || !(line->slope * left > 0) ||
	    !(line->slope_late * left > 0))
		return 0;
	return fabs(line->slope) < fabs(line->slope_late) ? line->slope :
	    line->slope_late;
}

struct trend_span
trend_time_to(const struct trend_line *line, double limit)
{
	struct trend_span span = { NAN, NAN, NAN };
	double left = limit - line->level;
	double slope = pace(line, left), fast, slow;

	if (!(fabs(slope) > 0))
		return span;
	fast = left > 0 ? line->slope_high : line->slope_low;
	slow = left > 0 ? line->slope_low : line->slope_high;
	span.expected_s = left / slope;
	span.soonest_s = fmin(left / fast, span.expected_s);
	span.latest_s = fmax(left / slow, span.expected_s);
	return span;
}

double
trend_probability(const struct trend_line *line, double limit,
    double horizon_s)
{
	double left = limit - line->level, slope = pace(line, left);
	double slope_error, error, ahead;

	if (!line->known)
		return NAN;
	if (!(fabs(slope) > 0))
		return 0;
	slope_error = (line->slope_high - line->slope_low) / (2 * Z90);
	if (!isfinite(slope_error))
		return 0.5;
	error = sqrt(line->spread * line->spread +
	    slope_error * slope_error * horizon_s * horizon_s);
	ahead = (slope * horizon_s - left) * (left > 0 ? 1 : -1);
	if (!(error > 0))
		return ahead >= 0 ? 1 : 0;
	return 0.5 * erfc(-ahead / error / sqrt(2));
}
