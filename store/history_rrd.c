/*
 * The series as the source of a curve.  librrd brings half a desktop with
 * it, so it is loaded here and now, not with the program.
 */
#include <dlfcn.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rrd.h>

#include "store/history.h"
#include "store/series_path.h"

#define LIBRARY	"librrd.so.8"

typedef int	fetch_call(const char *, const char *, time_t *, time_t *,
		    unsigned long *, unsigned long *, char ***,
		    rrd_value_t **);

static struct {
	void		*handle;
	fetch_call	*fetch;
	void		(*clear_error)(void);
} librrd;

static int
load(void)
{
	if (librrd.handle != NULL)
		return 0;
	librrd.handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (librrd.handle == NULL)
		return -ELIBACC;
	*(void **)&librrd.fetch = dlsym(librrd.handle, "rrd_fetch_r");
	*(void **)&librrd.clear_error = dlsym(librrd.handle,
	    "rrd_clear_error");
	return librrd.fetch != NULL && librrd.clear_error != NULL ? 0 :
	    -ELIBACC;
}

/* One consolidation: the rows of one data source. */
struct rows {
	double		*values;
	size_t		 count;
	time_t		 start;		/* the first row ends a step later */
	unsigned long	 step;
};

static int
pick(struct rows *rows, const char *metric, char **names,
    unsigned long sources, const rrd_value_t *data, time_t end)
{
	unsigned long at, i;

	for (at = 0; at < sources; at++)
		if (strcmp(names[at], metric) == 0)
			break;
	if (at == sources)
		return -EINVAL;
	rows->count = (size_t)(end - rows->start) / rows->step;
	rows->values = calloc(rows->count + 1, sizeof(double));
	if (rows->values == NULL)
		return -ENOMEM;
	for (i = 0; i < rows->count; i++)
		rows->values[i] = data[i * sources + at];
	return 0;
}

static int
fetch(const char *path, const char *consolidation,
    const struct history_query *query, struct rows *rows)
{
	time_t end = (time_t)(query->start_s +
	    query->columns * query->column_s);
	unsigned long sources, i;
	rrd_value_t *data;
	char **names;
	int error;

	rows->start = (time_t)query->start_s;
	rows->step = (unsigned long)query->column_s;
	if (librrd.fetch(path, consolidation, &rows->start, &end,
	    &rows->step, &sources, &names, &data) != 0) {
		librrd.clear_error();
		return -EIO;
	}
	error = pick(rows, query->metric, names, sources, data, end);
	for (i = 0; i < sources; i++)
		free(names[i]);
	free(names);
	free(data);
	return error;
}

/* A row of another archive at that time, NaN where there is none. */
static double
row_at(const struct rows *rows, time_t end)
{
	time_t offset = end - rows->start;

	if (rows->values == NULL || offset <= 0 ||
	    (size_t)(offset - 1) / rows->step >= rows->count)
		return NAN;
	return rows->values[(size_t)(offset - 1) / rows->step];
}

static void
add_rows(struct history_curve *curve, struct history_sum *sums,
    const struct rows *mean, const struct rows *lows,
    const struct rows *highs)
{
	struct history_column what;
	time_t end;
	size_t i;

	for (i = 0; i < mean->count; i++) {
		end = mean->start + (time_t)((i + 1) * mean->step);
		what.mean = mean->values[i];
		what.least = lows->step == mean->step ? row_at(lows, end) :
		    NAN;
		what.most = highs->step == mean->step ?
		    row_at(highs, end) : NAN;
		history_add(curve, sums, end - (time_t)mean->step, end,
		    &what);
	}
}

int
history_read_rrd(const struct history_query *query,
    struct history_curve *curve)
{
	struct rows mean = { 0 }, lows = { 0 }, highs = { 0 };
	char directory[PATH_MAX], path[PATH_MAX];
	struct history_sum *sums = NULL;
	int error = load();

	if (error != 0)
		return error;
	snprintf(directory, sizeof(directory), "%.3800s/rrd",
	    query->directory);
	error = series_path(directory, query->node, query->object, path,
	    sizeof(path));
	if (error == 0 && access(path, R_OK) != 0)
		error = errno == ENOENT ? -ENOENT : -errno;
	if (error == 0)
		error = fetch(path, "AVERAGE", query, &mean);
	if (error == 0)
		(void)fetch(path, "MIN", query, &lows);
	if (error == 0)
		(void)fetch(path, "MAX", query, &highs);
	if (error == 0 && (sums = calloc((size_t)query->columns,
	    sizeof(*sums))) == NULL)
		error = -ENOMEM;
	if (error == 0) {
		add_rows(curve, sums, &mean, &lows, &highs);
		history_finish(curve, sums);
		curve->step_s = (int64_t)mean.step;
		curve->flight = false;
	}
	free(sums);
	free(mean.values);
	free(lows.values);
	free(highs.values);
	return error;
}
