#include "forecast.h"

#include <math.h>
#include <string.h>

#include "detect/trend.h"

#define SHARE		3	/* of the columns: the last third */
#define LEAST_COLUMNS	12
#define QUANTILE	1.2816	/* of a normal distribution, 80 % */

void
forecast_make(const struct history_curve *curve, int now, double ceiling,
    struct forecast *forecast)
{
	int first = now - now / SHARE, i;
	const double column_s = (double)curve->column_s;
	struct trend trend;

	memset(forecast, 0, sizeof(*forecast));
	forecast->now = now;
	if (now > curve->count || now - first < LEAST_COLUMNS ||
	    (double)(now - first) * column_s > INT32_MAX / 1000.0)
		return;
	forecast->floor = 0;
	forecast->ceiling = ceiling;
	trend_init(&trend, (int32_t)((now - first) * curve->column_s *
	    1000));
	for (i = 0; i < now; i++)
		if (curve->columns[i].least < 0)
			forecast->floor = -INFINITY;
	for (i = first; i < now; i++)
		(void)trend_step(&trend, curve->columns[i].mean,
		    (curve->start_s + i * curve->column_s) * 1000);
	if (!trend.line.known)
		return;
	forecast->known = true;
	forecast->slope = trend.line.slope * column_s;
	forecast->slope_low = trend.line.slope_low * column_s;
	forecast->slope_high = trend.line.slope_high * column_s;
	forecast->spread = trend.line.spread;
	forecast->level = trend.line.level + trend.line.slope *
	    ((double)(curve->start_s + now * curve->column_s) -
	    (double)trend.line.at_ms / 1000);
}

static double
within(const struct forecast *forecast, double value)
{
	return fmax(forecast->floor, fmin(forecast->ceiling, value));
}

struct history_column
forecast_at(const struct forecast *forecast, int column)
{
	double ahead = column - forecast->now + 1;
	double spread = QUANTILE * forecast->spread;

	return (struct history_column){
	    .least = within(forecast, forecast->level +
		forecast->slope_low * ahead - spread),
	    .mean = within(forecast, forecast->level +
		forecast->slope * ahead),
	    .most = within(forecast, forecast->level +
		forecast->slope_high * ahead + spread),
	};
}
