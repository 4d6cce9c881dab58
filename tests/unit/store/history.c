/* A curve is made of what was recorded, wherever that is. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/flight_log.h"
#include "store/history.h"
#include "store/series.h"
#include "tests/unit/scratch.h"
#include "tests/unit/store/moments.h"
#include "tests/unit/suite.h"

#define SECOND_NS	INT64_C(1000000000)
#define FIRST_S		(MOMENTS_START_NS / SECOND_NS)
#define STEPS		2000

static char directory[SCRATCH_BYTES];
static double busy[STEPS + 1], errors[STEPS + 1];

static int64_t
far_ahead(void *context)
{
	(void)context;
	return MOMENTS_START_NS + 86400 * SECOND_NS;
}

static struct series_set *
open_series(void)
{
	struct series_options options = { .node = "n00", .devices = true,
		.batch = 6, .now_ns = far_ahead };
	char path[SCRATCH_BYTES + 8];
	struct series_set *set;

	snprintf(path, sizeof(path), "%s/rrd", directory);
	options.directory = path;
	CU_ASSERT_EQUAL_FATAL(series_open(&set, &options), 0);
	return set;
}

static void
record(void)
{
	struct flight_limits limits = { .bytes = 0 };
	struct flight_damage damage;
	const struct drover_device_row *device;
	struct series_set *set;
	struct flight_log *log;
	struct moments moments;
	char path[SCRATCH_BYTES + 8];

	scratch_make(directory, "history");
	snprintf(path, sizeof(path), "%s/flight", directory);
	CU_ASSERT_EQUAL_FATAL(flight_log_open(&log, path, &limits, &damage),
	    0);
	set = open_series();
	moments_begin(&moments, 9, 1, SECOND_NS);
	moments.mild = true;
	while (moments.step < STEPS) {
		CU_ASSERT_EQUAL(moments_append(&moments, log), 0);
		series_take(set, flight_log_image(log));
		device = (const void *)flight_row(
		    &moments.now.tables[DROVER_TABLE_DEVICE], 0);
		busy[moments.step] = device->busy;
		errors[moments.step] = device->in_errors;
	}
	series_close(set);
	flight_log_close(log);
	moments_end(&moments);
}

static int
read_curve(const char *object, const char *metric, int64_t from_s,
    int64_t column_s, int columns, struct history_curve *curve)
{
	const struct history_query query = { .directory = directory,
		.node = "n00", .object = object, .metric = metric,
		.start_s = FIRST_S + from_s, .column_s = column_s,
		.columns = columns };

	return history_read(&query, curve);
}

static void
every_second_is_that_of_the_flight_log(void)
{
	struct history_curve curve;
	int i, wrong = 0;

	record();
	CU_ASSERT_EQUAL_FATAL(read_curve("disk/sda", "busy", 1, 1, 600,
	    &curve), 0);
	CU_ASSERT_TRUE(curve.flight);
	CU_ASSERT_EQUAL(curve.step_s, 1);
	for (i = 0; i < 600; i++)
		wrong += isnan(busy[i + 1]) ? !isnan(curve.columns[i].mean) :
		    curve.columns[i].mean != busy[i + 1];
	CU_ASSERT_EQUAL(wrong, 0);
	history_free(&curve);
	/* A counter is its rate; where it began anew there is none. */
	CU_ASSERT_EQUAL_FATAL(read_curve("disk/sda", "in_errors", 1, 1, 600,
	    &curve), 0);
	for (i = 1, wrong = 0; i < 600; i++)
		wrong += errors[i + 1] < errors[i] ?
		    !isnan(curve.columns[i].mean) :
		    curve.columns[i].mean != errors[i + 1] - errors[i];
	CU_ASSERT_EQUAL(wrong, 0);
	history_free(&curve);
	scratch_remove(directory);
}

static void
a_longer_time_is_that_of_the_series(void)
{
	struct history_curve curve;
	double sum = 0, least = INFINITY, most = -INFINITY;
	int i, samples = 0;

	record();
	CU_ASSERT_EQUAL_FATAL(read_curve("disk/sda", "busy", 0, 60, 30,
	    &curve), 0);
	CU_ASSERT_FALSE(curve.flight);
	CU_ASSERT_EQUAL(curve.step_s, 60);
	/* The eleventh minute, of means of ten seconds. */
	for (i = 601; i <= 660; i++)
		if (!isnan(busy[i])) {
			sum += busy[i];
			samples++;
			least = fmin(least, busy[i]);
			most = fmax(most, busy[i]);
		}
	CU_ASSERT_TRUE(fabs(curve.columns[10].mean - sum / samples) < 5);
	CU_ASSERT_TRUE(curve.columns[10].least >= least - 1e-6 &&
	    curve.columns[10].least <= curve.columns[10].mean);
	CU_ASSERT_TRUE(curve.columns[10].most <= most + 1e-6 &&
	    curve.columns[10].most >= curve.columns[10].mean);
	history_free(&curve);
	scratch_remove(directory);
}

static void
what_was_never_there_is_said(void)
{
	struct history_curve curve;

	record();
	CU_ASSERT_EQUAL(read_curve("disk/sdb", "busy", 1, 1, 60, &curve),
	    -ENOENT);
	CU_ASSERT_EQUAL(read_curve("disk/sda", "nonsense", 1, 1, 60,
	    &curve), -EINVAL);
	CU_ASSERT_EQUAL(read_curve("disk/sda", "busy", -90000, 60, 60,
	    &curve), 0);
	CU_ASSERT_TRUE(isnan(curve.columns[0].mean));
	history_free(&curve);
	CU_ASSERT_EQUAL(read_curve("../../etc", "busy", 0, 60, 60, &curve),
	    -ENOENT);
	CU_ASSERT_EQUAL(read_curve("disk/sda", "busy", 0, 0, 60, &curve),
	    -EINVAL);
	scratch_remove(directory);
}

static const struct suite_test tests[] = {
	{ "every second is that of the flight log",
	    every_second_is_that_of_the_flight_log },
	{ "a longer time is that of the series",
	    a_longer_time_is_that_of_the_series },
	{ "what was never there is said", what_was_never_there_is_said },
};

SUITE_MAIN("history", tests)
