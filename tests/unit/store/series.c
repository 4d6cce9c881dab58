/*
 * What the RRD files hold is what was fed, read by a reader that knows
 * nothing of librrd; also after kills at any moment and pages that were
 * torn.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <rrd.h>

#include "store/flight_log.h"
#include "store/flight_reader.h"
#include "store/series.h"
#include "tests/unit/killing.h"
#include "tests/unit/scratch.h"
#include "tests/unit/store/moments.h"
#include "tests/unit/suite.h"

#define SECOND_NS	INT64_C(1000000000)
#define FIRST_S		(MOMENTS_START_NS / SECOND_NS)
#define PAGE		4096
#define RUN_STEPS	960

static char directory[SCRATCH_BYTES];
static int complaints;

/* Means and rates as they should be, by bin and metric. */
#define BINS_MAX	1000
struct expected {
	double	sum[3];
	int	samples[3];
	double	last[3];
	double	last_s[3];
};
static struct expected expected[BINS_MAX];
static const char *const names[3] = { "busy", "in", "in_errors" };

static int64_t
far_ahead(void *context)
{
	(void)context;
	return MOMENTS_START_NS + 400 * 86400 * SECOND_NS;
}

static void
note_complaint(void *context, int error, const char *file, const char *what)
{
	(void)context;
	(void)error;
	(void)file;
	(void)what;
	complaints++;
}

static struct series_set *
open_set(unsigned int batch)
{
	struct series_options options = { .node = "n00", .batch = batch,
		.devices = true, .now_ns = far_ahead,
		.complain = note_complaint };
	char path[SCRATCH_BYTES + 8];
	struct series_set *set = NULL;

	snprintf(path, sizeof(path), "%s/rrd", directory);
	options.directory = path;
	CU_ASSERT_EQUAL_FATAL(series_open(&set, &options), 0);
	return set;
}

static void
begin_moments(struct moments *moments)
{
	moments_begin(moments, 7, 1, SECOND_NS);
	moments->mild = true;
}

/* By other means than the room has: straight from the rows. */
static void
expect(const struct moments *moments)
{
	const struct drover_device_row *row = (const void *)flight_row(
	    &moments->now.tables[DROVER_TABLE_DEVICE], 0);
	const double values[3] = { row->busy, row->in, row->in_errors };
	int64_t second = moments->now.moment.wall_ns / SECOND_NS;
	size_t bin = (size_t)((second + 9) / 10 - FIRST_S / 10);
	int i;

	CU_ASSERT_TRUE_FATAL(bin < BINS_MAX);
	for (i = 0; i < 3; i++) {
		if (isnan(values[i]))
			continue;
		expected[bin].sum[i] += values[i];
		expected[bin].samples[i]++;
		expected[bin].last[i] = values[i];
		expected[bin].last_s[i] = (double)second;
	}
}

static double
expected_value(size_t bin, int i)
{
	const struct expected *here = &expected[bin];
	const struct expected *before = &expected[bin - 1];

	if (here->samples[i] == 0)
		return NAN;
	if (i < 2)
		return here->sum[i] / here->samples[i];
	if (bin == 0 || before->samples[i] == 0 ||
	    here->last[i] < before->last[i])
		return NAN;
	return (here->last[i] - before->last[i]) /
	    (here->last_s[i] - before->last_s[i]);
}

static double
number_of(const char *hexadecimal)
{
	uint64_t word = strtoull(hexadecimal, NULL, 16);
	double value;

	memcpy(&value, &word, sizeof(value));
	return value;
}

/*
 * Compares archive number archive, whose rows span so many bins, with what
 * is expected of bins up to end.  Returns how many rows were wrong.
 */
static int
compare(int archive, size_t span, size_t end)
{
	static bool seen[BINS_MAX][3];
	char command[256], name[32], word[32];
	int wrong = 0, samples, i;
	double wanted, value;
	long long time;
	size_t bin, b;
	FILE *rows;

	memset(seen, 0, sizeof(seen));
	snprintf(command, sizeof(command), "%s/tests/check/rrdrows "
	    "%s/rrd/n00/disk-sda.rrd %d", DROVER_SOURCE, directory, archive);
	rows = popen(command, "r");
	CU_ASSERT_PTR_NOT_NULL_FATAL(rows);
	while (fscanf(rows, "%lld %31s %31s", &time, name, word) == 3) {
		for (i = 0; i < 3 && strcmp(name, names[i]) != 0; i++)
			;
		bin = (size_t)((time - FIRST_S) / 10);
		if (i == 3 || bin >= end || bin < span) {
			wrong++;
			continue;
		}
		seen[bin][i] = true;
		for (b = 0, value = 0, samples = 0; b < span; b++) {
			wanted = expected_value(bin - b, i);
			value += isnan(wanted) ? 0 : wanted;
			samples += !isnan(wanted);
		}
		wanted = value / samples;
		value = number_of(word);
		if (samples == 0 || fabs(value - wanted) > 1.1e-6) {
			printf("%lld %s: %.17g, not %.17g\n", time, name,
			    value, wanted);
			wrong++;
		}
	}
	CU_ASSERT_EQUAL(pclose(rows), 0);
	for (bin = span; bin < end; bin += span)
		for (i = 0; i < 3; i++) {
			for (b = 0, samples = 0; b < span; b++)
				samples += !isnan(expected_value(bin - b,
				    i));
			if (samples > (int)span / 2 && !seen[bin][i]) {
				printf("%s of bin %zu is missing\n",
				    names[i], bin);
				wrong++;
			}
		}
	return wrong;
}

static void
begin(void)
{
	scratch_make(directory, "series");
	memset(expected, 0, sizeof(expected));
	complaints = 0;
}

static void
every_row_is_what_was_fed(void)
{
	struct series_set *set;
	struct moments moments;

	begin();
	set = open_set(6);
	begin_moments(&moments);
	while (moments.step < 3000) {
		free(moments_next(&moments));
		expect(&moments);
		series_take(set, &moments.now);
	}
	series_close(set);
	CU_ASSERT_EQUAL(compare(0, 6, 300), 0);
	CU_ASSERT_EQUAL(complaints, 0);
	moments_end(&moments);
	scratch_remove(directory);
}

/* librrd itself reads the file of the node, and finds all of it. */
static void
rrdtool_reads_the_files(void)
{
	unsigned long step = 10, count, i, found = 0;
	time_t start = FIRST_S, end = FIRST_S + 600;
	char path[128], **sources;
	struct series_set *set;
	struct moments moments;
	rrd_value_t *data;

	begin();
	set = open_set(6);
	begin_moments(&moments);
	while (moments.step < 700) {
		free(moments_next(&moments));
		series_take(set, &moments.now);
	}
	series_close(set);
	snprintf(path, sizeof(path), "%s/rrd/n00/node.rrd", directory);
	CU_ASSERT_EQUAL_FATAL(rrd_fetch_r(path, "AVERAGE", &start, &end,
	    &step, &count, &sources, &data), 0);
	CU_ASSERT_EQUAL(step, 10);
	for (i = 0; i < count; i++) {
		if (strcmp(sources[i], "cpu_busy") == 0)
			found += !isnan(data[20 * count + i]);
		free(sources[i]);
	}
	CU_ASSERT_EQUAL(found, 1);
	free(sources);
	free(data);
	moments_end(&moments);
	scratch_remove(directory);
}

static void
a_gap_is_unknown_and_its_end_is_not(void)
{
	struct series_set *set;
	struct moments moments;

	begin();
	set = open_set(6);
	begin_moments(&moments);
	while (moments.step < 600) {
		free(moments_next(&moments));
		if (moments.step == 200)
			moments.now.moment.wall_ns += 605 * SECOND_NS;
		else if (moments.step < 200 || moments.step > 201)
			expect(&moments);
		if (moments.step != 200 && moments.step != 201)
			series_take(set, &moments.now);
	}
	series_close(set);
	CU_ASSERT_EQUAL(compare(0, 6, 121), 0);
	moments_end(&moments);
	scratch_remove(directory);
}

static void
a_new_metric_keeps_the_history_of_the_others(void)
{
	struct drover_device_row *row;
	struct series_set *set;
	struct moments moments;
	char command[200];

	begin();
	set = open_set(6);
	begin_moments(&moments);
	while (moments.step < 1200) {
		free(moments_next(&moments));
		expect(&moments);
		row = (void *)flight_row(
		    &moments.now.tables[DROVER_TABLE_DEVICE], 0);
		row->queue = moments.step > 600 ? 42 : NAN;
		series_take(set, &moments.now);
	}
	series_close(set);
	snprintf(command, sizeof(command), "[ $(%s/tests/check/rrdrows "
	    "%s/rrd/n00/disk-sda.rrd | grep -c 'queue 4045000000000000$') "
	    "-ge 8 ]", DROVER_SOURCE, directory);
	CU_ASSERT_EQUAL(system(command), 0);
	moments_end(&moments);
	scratch_remove(directory);
}

/* What reaches past now is not written, and not in the way later. */
static int64_t clock_now_ns;

static int64_t
set_clock(void *context)
{
	(void)context;
	return clock_now_ns;
}

static void
a_clock_that_ran_ahead_spoils_nothing(void)
{
	struct series_options options = { .node = "n00", .batch = 6,
		.devices = true, .now_ns = set_clock };
	struct series_set *set;
	struct moments moments;
	char path[SCRATCH_BYTES + 8];

	begin();
	snprintf(path, sizeof(path), "%s/rrd", directory);
	options.directory = path;
	CU_ASSERT_EQUAL_FATAL(series_open(&set, &options), 0);
	begin_moments(&moments);
	while (moments.step < 900) {
		free(moments_next(&moments));
		clock_now_ns = moments.now.moment.wall_ns;
		if (moments.step >= 300 && moments.step < 320)
			moments.now.moment.wall_ns += 86400 * SECOND_NS;
		((struct drover_node_row *)(void *)flight_row(
		    &moments.now.tables[DROVER_TABLE_NODE], 0))->sampled =
		    moments.now.moment.wall_ns;
		if (moments.step < 300 || moments.step >= 320)
			expect(&moments);
		series_take(set, &moments.now);
		if (moments.step >= 300 && moments.step < 320)
			moments.now.moment.wall_ns -= 86400 * SECOND_NS;
	}
	series_close(set);
	/* The minute in which it happened is not looked at. */
	memset(&expected[30], 0, 6 * sizeof(expected[0]));
	CU_ASSERT_TRUE(compare(0, 6, 90) <= 6);
	moments_end(&moments);
	scratch_remove(directory);
}

/*
 * A timer of the process itself ends it, as a kill does, at whatever
 * instruction it has come to: so long after so many steps, 0: never.
 */
struct kill_plan {
	uint64_t	after;
	suseconds_t	delay_us;
};

static void
arm(const struct kill_plan *plan)
{
	const struct itimerval timer = { .it_value = {
	    .tv_usec = plan->delay_us } };

	if (setitimer(ITIMER_REAL, &timer, NULL) != 0)
		_exit(6);
}

/* As the recorder does: catch up, then go on. */
static void
record_until_killed(uint64_t from, uint64_t steps,
    const struct kill_plan *plan, int said)
{
	struct flight_limits limits = { .file_bytes = 200000 };
	struct flight_damage damage;
	struct flight_record *record;
	struct flight_reader *reader;
	struct series_set *set = open_set(1);
	struct flight_log *log;
	struct moments moments;
	char path[SCRATCH_BYTES + 8];
	uint64_t rows = 0, done = 0;
	char copy[512];

	snprintf(path, sizeof(path), "%s/flight", directory);
	if (flight_log_open(&log, path, &limits, &damage) != 0)
		_exit(1);
	if (flight_reader_open(&reader, path) == 0) {
		if (flight_reader_seek(reader, series_since(set)) != 0)
			(void)flight_reader_seek(reader, 0);
		while (flight_reader_next(reader) == 1)
			series_take(set, flight_reader_image(reader));
		flight_reader_close(reader);
	}
	from = flight_log_step(log) > from ? flight_log_step(log) : from;
	snprintf(copy, sizeof(copy), "cd %s/rrd/n00 && { [ ! -f disk-sda.rrd "
	    "] || { cp disk-sda.rrd c && mv c synced; }; }", directory);
	begin_moments(&moments);
	for (;;) {
		record = moments_next(&moments);
		if (moments.step == 1 && flight_log_schema(log,
		    moments.now.schema, moments.now.schema_bytes) != 0)
			_exit(2);
		if (moments.step > from) {
			if (flight_log_append(log, record) != 0 ||
			    flight_log_sync(log) != 0)
				_exit(3);
			series_take(set, &moments.now);
			/* What was on disk before the next batch. */
			if (series_rows(set) != rows && system(copy) != 0)
				_exit(4);
			rows = series_rows(set);
			if (write(said, &moments.step,
			    sizeof(moments.step)) < 0)
				_exit(5);
			if (++done == plan->after)
				arm(plan);
		}
		free(record);
		if (moments.step == steps) {
			series_close(set);
			_exit(0);
		}
	}
}

/*
 * A machine that lost its power within a batch has some pages of before and
 * some of after it.
 */
static int
tear_pages(struct moments *dice)
{
	char path[128], undo[160], synced[128], page[PAGE];
	FILE *old, *new;
	struct stat status;
	long at;
	int torn = 0;

	snprintf(path, sizeof(path), "%s/rrd/n00/disk-sda.rrd", directory);
	snprintf(undo, sizeof(undo), "%s.undo", path);
	snprintf(synced, sizeof(synced), "%s/rrd/n00/synced", directory);
	if (access(undo, F_OK) != 0 || stat(synced, &status) != 0)
		return 0;
	old = fopen(synced, "r");
	new = fopen(path, "r+");
	CU_ASSERT_PTR_NOT_NULL_FATAL(old);
	CU_ASSERT_PTR_NOT_NULL_FATAL(new);
	for (at = 0; at + PAGE <= status.st_size; at += PAGE) {
		if (moments_draw(dice) % 2 == 0)
			continue;
		fseek(old, at, SEEK_SET);
		fseek(new, at, SEEK_SET);
		CU_ASSERT_EQUAL(fread(page, 1, PAGE, old), PAGE);
		CU_ASSERT_EQUAL(fwrite(page, 1, PAGE, new), PAGE);
		torn++;
	}
	fclose(old);
	fclose(new);
	return torn;
}

static uint64_t
kill_recorder(uint64_t from, uint64_t total, const struct kill_plan *plan,
    int *torn, struct moments *dice)
{
	int ends[2], status;
	uint64_t step, last = from;
	pid_t child;

	CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
	fflush(stdout);
	child = fork();
	if (child == 0) {
		close(ends[0]);
		record_until_killed(from, total, plan, ends[1]);
	}
	close(ends[1]);
	while (read(ends[0], &step, sizeof(step)) == (ssize_t)sizeof(step))
		last = step;
	close(ends[0]);
	CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
	CU_ASSERT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
	if (WIFSIGNALED(status))
		*torn += tear_pages(dice) > 0;
	return WIFSIGNALED(status) ? last : UINT64_MAX;
}

/* One run up to its end, with kills that come when a batch does. */
static int
run_with_kills(struct moments *dice, int kills, int *torn)
{
	struct moments moments;
	struct kill_plan plan;
	uint64_t last = 0;
	int done = 0;

	begin();
	while (last != UINT64_MAX) {
		plan.after = done == kills ? 0 :
		    10 - last % 10 + 10 * (moments_draw(dice) % 3);
		/* Somewhere within the next step, or its batch. */
		plan.delay_us = 1000 + (suseconds_t)(moments_draw(dice) %
		    2500);
		last = kill_recorder(last, RUN_STEPS, &plan, torn, dice);
		done += last != UINT64_MAX;
	}
	begin_moments(&moments);
	while (moments.step < RUN_STEPS) {
		free(moments_next(&moments));
		expect(&moments);
	}
	CU_ASSERT_EQUAL(compare(0, 6, RUN_STEPS / 10), 0);
	moments_end(&moments);
	scratch_remove(directory);
	return done;
}

static void
no_kill_and_no_torn_page_bends_a_row(void)
{
	int wanted = killing_count(60), done = 0, torn = 0;
	struct moments dice;

	moments_begin(&dice, 99, 1, SECOND_NS);
	while (done < (wanted == 0 ? 10000 : wanted))
		done += run_with_kills(&dice, 60, &torn);
	printf("%d kills, %d of them within a batch: ", done, torn);
	moments_end(&dice);
}

static const struct suite_test tests[] = {
	{ "every row is what was fed", every_row_is_what_was_fed },
	{ "rrdtool reads the files", rrdtool_reads_the_files },
	{ "a gap is unknown, and its end is not",
	    a_gap_is_unknown_and_its_end_is_not },
	{ "a new metric keeps the history of the others",
	    a_new_metric_keeps_the_history_of_the_others },
	{ "a clock that ran ahead spoils nothing",
	    a_clock_that_ran_ahead_spoils_nothing },
	{ "no kill and no torn page bends a row",
	    no_kill_and_no_torn_page_bends_a_row },
};

SUITE_MAIN("series", tests)
