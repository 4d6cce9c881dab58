/* The rows that wait, on their way to the file of a series. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "store/series_parts.h"

/* Rows that wait for a disk that is full; older ones go. */
#define WAITING_MAX	360u

/* With the data sources that have had a value so far. */
static int
create_file(struct series_set *set, struct series *series,
    const struct series_metrics *metrics)
{
	const char *names[SERIES_SOURCES_MAX];
	char path[PATH_MAX], parent[PATH_MAX];
	size_t count = 0, i;
	int error = series_path_of(set, series, path);

	if (error != 0)
		return error;
	snprintf(parent, sizeof(parent), "%.*s",
	    (int)(strrchr(path, '/') - path), path);
	if (mkdir(parent, 0750) != 0 && errno != EEXIST)
		return -errno;
	for (i = 0; i < metrics->count; i++)
		if (series->seen[i])
			names[count++] = metrics->columns[i].name;
	series->file = calloc(1, sizeof(*series->file));
	if (series->file == NULL)
		return -ENOMEM;
	error = series_file_open(series->file, path, series->kind, names,
	    count, series->waiting[0].time -
	    (time_t)series_step_s(series->kind), NULL);
	if (error != 0) {
		free(series->file);
		series->file = NULL;
	}
	return error;
}

/* A metric that was not there so far: a new device, a newer drover. */
static int
add_sources(struct series *series, const struct series_metrics *metrics)
{
	int place;
	size_t i;

	for (i = 0; i < metrics->count; i++) {
		if (!series->seen[i] || series->places[i] >= 0)
			continue;
		place = series_file_find(series->file,
		    metrics->columns[i].name);
		if (place < 0)
			place = series_file_add(series->file,
			    metrics->columns[i].name);
		if (place < 0)
			return place;
		series->places[i] = place;
	}
	return 0;
}

static void
lay_out(const struct series *series, const struct waiting *row,
    size_t metric_count, double *values)
{
	size_t i;

	for (i = 0; i < series->file->count; i++)
		values[i] = NAN;
	for (i = 0; i < metric_count; i++)
		if (series->places[i] >= 0)
			values[series->places[i]] = row->values[i];
}

static void
drop_waiting(struct series *series, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		free(series->waiting[i].values);
	memmove(series->waiting, series->waiting + count,
	    (series->waiting_count - count) * sizeof(*series->waiting));
	series->waiting_count -= count;
}

/*
 * Behind a gap the row before the first one is said to be unknown: else
 * librrd takes the first one for a part of the gap.
 */
static size_t
make_rows(const struct series *series, size_t count, size_t metric_count,
    struct series_row *rows, double *values, const double *unknown)
{
	time_t step = (time_t)series_step_s(series->kind);
	time_t last = series->file->last;
	size_t i, n = 0;

	for (i = 0; i < count; i++) {
		if (series->waiting[i].time > last + step) {
			rows[n].time = series->waiting[i].time - step;
			rows[n++].values = unknown;
		}
		lay_out(series, &series->waiting[i], metric_count, values);
		rows[n].time = last = series->waiting[i].time;
		rows[n++].values = values;
		values += series->file->count;
	}
	return n;
}

static int
write_rows(struct series_set *set, struct series *series, size_t count,
    size_t metric_count)
{
	size_t sources = series->file->count, i, n;
	struct series_row *rows = calloc(2 * count, sizeof(*rows));
	double *values = calloc((count + 1) * sources, sizeof(*values));
	double *unknown;
	int error;

	if (rows == NULL || values == NULL) {
		free(rows);
		free(values);
		return -ENOMEM;
	}
	unknown = values + count * sources;
	for (i = 0; i < sources; i++)
		unknown[i] = NAN;
	n = make_rows(series, count, metric_count, rows, values, unknown);
	error = series_file_update(series->file, rows, n);
	if (error == 0)
		set->rows += count;
	free(rows);
	free(values);
	return error;
}

/* Rows of a time that has not come are those of a clock that ran ahead. */
static size_t
drop_future(const struct series_set *set, struct series *series)
{
	int64_t now = series_now_s(set);
	size_t count = series->waiting_count;

	while (count > 0 && series->waiting[count - 1].time >
	    now + SERIES_FUTURE_S)
		free(series->waiting[--count].values);
	series->waiting_count = count;
	return count;
}

int
series_write(struct series_set *set, struct series *series)
{
	const struct series_metrics *metrics = series_metrics_of(set, series);
	size_t count = drop_future(set, series);
	int error = 0;

	if (count == 0)
		return 0;
	if (series->file == NULL) {
		error = create_file(set, series, metrics);
		if (error == 0)
			series_metrics_place(series, metrics);
	}
	if (error == 0)
		error = add_sources(series, metrics);
	if (error == 0)
		error = write_rows(set, series, count, metrics->count);
	series_complain(set, series, error);
	if (error == 0)
		drop_waiting(series, count);
	else if (count > WAITING_MAX)
		drop_waiting(series, count - WAITING_MAX);
	series->due = (unsigned int)series->waiting_count +
	    set->options.batch;
	return error;
}
