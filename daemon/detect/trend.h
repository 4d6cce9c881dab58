/*
 * Where a metric is going: a straight line through the last while that
 * half of a third of its points cannot bend, and when it meets a limit.
 * Pure; at most TREND_BYTES_MAX each.
 *
 * The while is cut into TREND_POINTS parts, of each the mean counts.  The
 * slope is the median of the slopes between all pairs of points (Theil
 * 1950, Sen 1968); its interval comes from the ranks of those slopes by
 * the variance of Kendall's S under no trend (Sen 1968), made wider where
 * the residuals follow on each other (as Hamed and Rao 1998 do, with a
 * correlation of the first order alone).  There is a trend when the
 * interval, two-sided 90 %, leaves out zero.
 *
 * The later half of the points has a slope of its own, and the level now
 * is the median of them moved along it: what bends away from a limit, or
 * fell back, is not expected to go on as it began.
 */
#ifndef DROVER_DETECT_TREND_H
#define DROVER_DETECT_TREND_H

#include <stdbool.h>
#include <stdint.h>

#define TREND_POINTS		24
#define TREND_POINTS_MIN	8
#define TREND_BYTES_MAX		512

/* Per second, in the unit of the metric. */
struct trend_line {
	double	slope;
	double	slope_low;
	double	slope_high;
	double	slope_late;	/* of the later half */
	double	level;		/* of the later half, at at_ms */
	double	spread;		/* of the points about the line */
	int64_t	at_ms;
	bool	known;		/* there are points enough for a line */
	bool	trend;		/* the interval leaves out zero */
};

struct trend {
	double			value[TREND_POINTS];
	int64_t			at_ms[TREND_POINTS];
	int64_t			start_ms;	/* of the part being filled */
	double			sum;
	int32_t			window_ms;
	uint16_t		part_count;	/* values in sum */
	uint8_t			count;
	uint8_t			next;
	struct trend_line	line;
};

void	trend_init(struct trend *trend, int32_t window_ms);
/* True: the line is a new one.  What is not finite is passed over. */
bool	trend_step(struct trend *trend, double value, int64_t at_ms);

/* Seconds from line->at_ms on; INFINITY: never. */
struct trend_span {
	double	expected_s;
	double	soonest_s;
	double	latest_s;
};

/* NaN all three when there is no trend towards the limit, or the level is
   past it. */
struct trend_span trend_time_to(const struct trend_line *line,
	    double limit);
/*
 * The probability that the limit is met within horizon_s, at the slower of
 * the two slopes, normal about that; 0 when there is no trend towards
 * the limit, or the level is past it; NaN when there is no line.
 */
double	trend_probability(const struct trend_line *line, double limit,
	    double horizon_s);

#endif
