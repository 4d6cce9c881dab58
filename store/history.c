#include "store/history.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void
history_free(struct history_curve *curve)
{
	free(curve->columns);
	memset(curve, 0, sizeof(*curve));
}

static double
least(double a, double b)
{
	return isnan(a) || b < a ? b : a;
}

static double
most(double a, double b)
{
	return isnan(a) || b > a ? b : a;
}

/* Seconds of a column that lie between from and to, of the source. */
static double
overlap(const struct history_curve *curve, int64_t column, int64_t from_s,
    int64_t to_s)
{
	int64_t start = curve->start_s + column * curve->column_s;
	int64_t end = start + curve->column_s;

	if (from_s > start)
		start = from_s;
	if (to_s < end)
		end = to_s;
	return end > start ? (double)(end - start) : 0;
}

void
history_add(struct history_curve *curve, struct history_sum *sums,
    int64_t from_s, int64_t to_s, const struct history_column *what)
{
	int64_t first = (from_s - curve->start_s) / curve->column_s;
	int64_t last = (to_s - 1 - curve->start_s) / curve->column_s;
	struct history_column *column;
	int64_t i;
	double weight;

	if (isnan(what->mean) || to_s <= curve->start_s)
		return;
	for (i = first < 0 ? 0 : first; i <= last && i < curve->count; i++) {
		weight = overlap(curve, i, from_s, to_s);
		if (weight <= 0)
			continue;
		column = &curve->columns[i];
		sums[i].sum += what->mean * weight;
		sums[i].weight += weight;
		column->least = least(column->least, isnan(what->least) ?
		    what->mean : what->least);
		column->most = most(column->most, isnan(what->most) ?
		    what->mean : what->most);
	}
}

void
history_finish(struct history_curve *curve, const struct history_sum *sums)
{
	int i;

	for (i = 0; i < curve->count; i++)
		if (sums[i].weight > 0)
			curve->columns[i].mean = sums[i].sum /
			    sums[i].weight;
}

static int
begin(const struct history_query *query, struct history_curve *curve)
{
	int i;

	memset(curve, 0, sizeof(*curve));
	if (query->columns < 1 || query->columns > HISTORY_COLUMNS_MAX ||
	    query->column_s < 1 || strlen(query->node) > 63 ||
	    strchr(query->node, '/') != NULL || query->node[0] == '.')
		return -EINVAL;
	curve->columns = calloc((size_t)query->columns,
	    sizeof(*curve->columns));
	if (curve->columns == NULL)
		return -ENOMEM;
	curve->count = query->columns;
	curve->start_s = query->start_s;
	curve->column_s = query->column_s;
	for (i = 0; i < curve->count; i++)
		curve->columns[i] = (struct history_column){ NAN, NAN, NAN };
	return 0;
}

int
history_read(const struct history_query *query, struct history_curve *curve)
{
	int64_t span_s = query->columns * query->column_s;
	int error = begin(query, curve);

	if (error == 0 && span_s <= HISTORY_FLIGHT_S) {
		error = history_read_flight(query, curve, true);
		/* Longer ago than the flight log reaches. */
		if (error == -ENOENT)
			error = history_read_rrd(query, curve);
		if (error == -ENOENT)
			error = history_read_flight(query, curve, false);
	} else if (error == 0) {
		error = history_read_rrd(query, curve);
	}
	if (error != 0)
		history_free(curve);
	return error;
}
