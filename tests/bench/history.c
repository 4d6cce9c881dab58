/*
 * What it costs to keep a value, for 1, 50 and 500 nodes: flight log with
 * a sync each step, and the series behind it; against librrd with one data
 * source a file and with 60 of them, updated each step, and against SQLite
 * with a row for each value, in the same run.  And what it costs to go back
 * to a moment of seven days.  One JSON object a line.
 *
 * CPU time counts, of all threads; the bytes are those that the kernel
 * wrote, or would have, for this process.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <rrd.h>
#include <sqlite3.h>

#include "store/flight_files.h"
#include "store/flight_log.h"
#include "store/flight_reader.h"
#include "store/series.h"
#include "tests/unit/store/moments.h"

#define SECOND_NS	INT64_C(1000000000)
#define STEP_NS		(10 * SECOND_NS)
#define METRICS		60
#define FILES_A_WEEK	168
#define WARM		14	/* steps, more than a minute of them */

struct figures {
	double	us;		/* CPU time of a value */
	double	bytes;		/* written of a value */
};

static char directory[] = "/tmp/bench-history-XXXXXX";
static int64_t now_ns;

static void
must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "bench-history: %s\n", what);
	exit(1);
}

static double
seconds_of(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double
written_bytes(void)
{
	FILE *file = fopen("/proc/self/io", "r");
	char line[128];
	double bytes = 0;

	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		(void)sscanf(line, "write_bytes: %lf", &bytes);
	if (file != NULL)
		fclose(file);
	return bytes;
}

static void
clean(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s/*", directory);
	must(system(command) == 0, "rm");
}

static int64_t
clock_of(void *context)
{
	(void)context;
	return now_ns;
}

static struct series_set *
open_series(void)
{
	struct series_options options = { .node = "n00", .now_ns = clock_of };
	struct series_set *set = NULL;
	char path[64];

	snprintf(path, sizeof(path), "%s/rrd", directory);
	options.directory = path;
	must(series_open(&set, &options) == 0, "series");
	return set;
}

static struct flight_log *
open_flight(void)
{
	struct flight_limits limits = { .bytes = 0 };
	struct flight_damage damage;
	struct flight_log *log = NULL;
	char path[64];

	snprintf(path, sizeof(path), "%s/flight", directory);
	must(flight_log_open(&log, path, &limits, &damage) == 0, "flight");
	return log;
}

/* The records are made before the clock runs: that is the core's part. */
static struct flight_record **
make_records(struct moments *moments, int steps, double *encode_us)
{
	struct flight_record **records = calloc((size_t)steps,
	    sizeof(*records));
	double start = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
	int i;

	must(records != NULL, "memory");
	for (i = 0; i < steps; i++)
		records[i] = moments_next(moments);
	*encode_us = (seconds_of(CLOCK_PROCESS_CPUTIME_ID) - start) * 1e6;
	return records;
}

static struct figures
measure_ours(uint32_t nodes, int steps, bool with_series)
{
	double values = (double)nodes * (steps - WARM) * METRICS;
	double start = 0, bytes = 0, ignored;
	struct series_set *set = with_series ? open_series() : NULL;
	struct flight_log *log = open_flight();
	struct flight_record **records;
	struct moments moments;
	int i;

	moments_begin(&moments, 1, nodes, STEP_NS);
	moments.mild = true;
	records = make_records(&moments, steps, &ignored);
	must(flight_log_schema(log, moments.now.schema,
	    moments.now.schema_bytes) == 0, "schema");
	for (i = 0; i < steps; i++) {
		/* Files are made once, in the first minutes of two years. */
		if (i == WARM) {
			if (set != NULL)
				(void)series_flush(set, NULL);
			sync();
			bytes = written_bytes();
			start = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
		}
		now_ns = records[i]->moment.wall_ns;
		must(flight_log_append(log, records[i]) == 0 &&
		    flight_log_sync(log) == 0, "append");
		if (set != NULL)
			series_take(set, flight_log_image(log));
		free(records[i]);
	}
	/* What the last batches would cost is theirs too. */
	if (set != NULL)
		series_close(set);
	start = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - start;
	bytes = written_bytes() - bytes;
	flight_log_close(log);
	free(records);
	moments_end(&moments);
	clean();
	return (struct figures){ start * 1e6 / values, bytes / values };
}

static void
make_rrd(const char *path, int sources)
{
	static char text[METRICS + 3][64];
	const char *arguments[METRICS + 3];
	int i, count = 0;

	for (i = 0; i < sources; i++)
		snprintf(text[count++], sizeof(text[0]),
		    "DS:m%d:GAUGE:20:U:U", i);
	snprintf(text[count++], sizeof(text[0]), "RRA:AVERAGE:0.5:1:8640");
	snprintf(text[count++], sizeof(text[0]), "RRA:AVERAGE:0.5:6:1440");
	snprintf(text[count++], sizeof(text[0]), "RRA:MAX:0.5:6:1440");
	for (i = 0; i < count; i++)
		arguments[i] = text[i];
	must(rrd_create_r(path, 10, MOMENTS_START_NS / SECOND_NS, count,
	    arguments) == 0, "rrd_create");
}

/* A value of node 0 as the moments have it. */
static double
value_of(const struct moments *moments, int metric)
{
	const struct drover_node_row *row = (const void *)flight_row(
	    &moments->now.tables[DROVER_TABLE_NODE], 0);

	return (&row->cpu_busy)[metric];
}

/* files of sources each: 60 of one, or one of 60. */
static struct figures
measure_librrd(int files, int sources, int steps)
{
	double values = (double)files * sources * steps, cpu = 0, bytes;
	char path[96], text[METRICS * 26];
	const char *arguments[1] = { text };
	struct moments moments;
	double start;
	int i, file, source, length;

	for (file = 0; file < files; file++) {
		snprintf(path, sizeof(path), "%s/%d.rrd", directory, file);
		make_rrd(path, sources);
	}
	sync();
	moments_begin(&moments, 1, 1, STEP_NS);
	moments.mild = true;
	bytes = written_bytes();
	for (i = 0; i < steps; i++) {
		free(moments_next(&moments));
		start = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
		for (file = 0; file < files; file++) {
			length = sprintf(text, "%" PRId64,
			    moments.now.moment.wall_ns / SECOND_NS);
			for (source = 0; source < sources; source++)
				length += sprintf(text + length, ":%.10g",
				    value_of(&moments, (file + source) %
				    METRICS));
			snprintf(path, sizeof(path), "%s/%d.rrd", directory,
			    file);
			must(rrd_update_r(path, NULL, 1, arguments) == 0,
			    "rrd_update");
		}
		cpu += seconds_of(CLOCK_PROCESS_CPUTIME_ID) - start;
	}
	start = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
	sync();
	cpu += seconds_of(CLOCK_PROCESS_CPUTIME_ID) - start;
	bytes = written_bytes() - bytes;
	moments_end(&moments);
	clean();
	return (struct figures){ cpu * 1e6 / values, bytes / values };
}

static struct figures
measure_sqlite(uint32_t nodes, int steps)
{
	double values = (double)nodes * steps * METRICS, cpu = 0, bytes;
	sqlite3_stmt *insert;
	struct moments moments;
	sqlite3 *database;
	char path[64];
	double start;
	uint32_t node;
	int i, metric;

	snprintf(path, sizeof(path), "%s/values", directory);
	must(sqlite3_open(path, &database) == SQLITE_OK &&
	    sqlite3_exec(database, "PRAGMA journal_mode=WAL;"
	    "PRAGMA synchronous=NORMAL;"
	    "CREATE TABLE v (node INT, metric INT, time INT, value REAL,"
	    " PRIMARY KEY (node, metric, time)) WITHOUT ROWID", NULL, NULL,
	    NULL) == SQLITE_OK && sqlite3_prepare_v2(database,
	    "INSERT INTO v VALUES (?, ?, ?, ?)", -1, &insert, NULL) ==
	    SQLITE_OK, "sqlite");
	moments_begin(&moments, 1, 1, STEP_NS);
	moments.mild = true;
	bytes = written_bytes();
	for (i = 0; i < steps; i++) {
		free(moments_next(&moments));
		start = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
		sqlite3_exec(database, "BEGIN", NULL, NULL, NULL);
		for (node = 0; node < nodes; node++)
			for (metric = 0; metric < METRICS; metric++) {
				sqlite3_bind_int(insert, 1, (int)node);
				sqlite3_bind_int(insert, 2, metric);
				sqlite3_bind_int64(insert, 3,
				    moments.now.moment.wall_ns / SECOND_NS);
				sqlite3_bind_double(insert, 4,
				    value_of(&moments, metric));
				sqlite3_step(insert);
				sqlite3_reset(insert);
			}
		must(sqlite3_exec(database, "COMMIT", NULL, NULL, NULL) ==
		    SQLITE_OK, "commit");
		cpu += seconds_of(CLOCK_PROCESS_CPUTIME_ID) - start;
	}
	sqlite3_finalize(insert);
	start = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
	sqlite3_close(database);
	cpu += seconds_of(CLOCK_PROCESS_CPUTIME_ID) - start;
	bytes = written_bytes() - bytes;
	moments_end(&moments);
	clean();
	return (struct figures){ cpu * 1e6 / values, bytes / values };
}

static void
report(const char *name, uint32_t nodes, const char *unit, double value,
    const char *peer, double peer_value)
{
	printf("{\"name\": \"%s_%u_nodes\", \"value\": %.4f, \"unit\": "
	    "\"%s\", \"peer\": \"%s\", \"peer_value\": %.4f, \"ratio\": "
	    "%.4f}\n", name, nodes, value, unit, peer, peer_value,
	    peer_value > 0 ? value / peer_value : 0);
}

static void
compare(uint32_t nodes, int steps)
{
	/* What a value costs them does not depend on how many nodes it is. */
	int few = steps < 120 ? steps : 120;
	struct figures flight = measure_ours(nodes, steps, false);
	struct figures both = measure_ours(nodes, steps, true);
	struct figures single = measure_librrd(METRICS, 1, few);
	struct figures wide = measure_librrd(nodes < 8 ? (int)nodes : 8,
	    METRICS, few);
	struct figures rows = measure_sqlite(nodes < 50 ? nodes : 50, few);

	report("flight_cpu", nodes, "us/value", flight.us,
	    "SQLite, a row a value", rows.us);
	report("flight_written", nodes, "B/value", flight.bytes,
	    "SQLite, a row a value", rows.bytes);
	report("flight_and_series_cpu", nodes, "us/value", both.us,
	    "librrd, a file a value", single.us);
	report("flight_and_series_cpu", nodes, "us/value", both.us,
	    "librrd, 60 values a file", wide.us);
	report("flight_and_series_written", nodes, "B/value", both.bytes,
	    "librrd, 60 values a file", wide.bytes);
}

/* The same hour under the names of a week. */
static void
make_week(int64_t hour_ns)
{
	char path[128], name[FLIGHT_NAME_BYTES], other[128];
	struct flight_files files;
	struct flight_file file;
	size_t i;
	int hour;

	snprintf(path, sizeof(path), "%s/flight", directory);
	must(flight_files_list(&files, path) == 0, "list");
	for (hour = 1; hour < FILES_A_WEEK; hour++)
		for (i = 0; i < files.count; i++) {
			file = files.files[i];
			flight_file_name(&file, name);
			snprintf(path, sizeof(path), "%s/flight/%s",
			    directory, name);
			file.sequence += (uint64_t)hour * files.count;
			file.first_ms += hour * hour_ns / 1000000;
			flight_file_name(&file, name);
			snprintf(other, sizeof(other), "%s/flight/%s",
			    directory, name);
			must(link(path, other) == 0, "link");
		}
	flight_files_free(&files);
}

/* Opening the log, finding the moment, making the image: all of it. */
static double
time_image(int64_t wall_ns)
{
	struct flight_reader *reader;
	double start = seconds_of(CLOCK_MONOTONIC);
	char path[64];
	size_t length;
	void *bytes;

	snprintf(path, sizeof(path), "%s/flight", directory);
	must(flight_reader_open(&reader, path) == 0 &&
	    flight_reader_seek(reader, wall_ns) == 0 &&
	    flight_image_bytes(flight_reader_image(reader), &bytes,
	    &length) == 0, "image");
	free(bytes);
	flight_reader_close(reader);
	return (seconds_of(CLOCK_MONOTONIC) - start) * 1e3;
}

static void
measure_replay(uint32_t nodes, int steps, int tries)
{
	int64_t hour_ns = steps * STEP_NS;
	struct flight_log *log = open_flight();
	double sum = 0, most = 0, one;
	struct moments moments;
	char path[64];
	struct stat status;
	int i;

	moments_begin(&moments, 1, nodes, STEP_NS);
	moments.mild = true;
	for (i = 0; i < steps; i++)
		must(moments_append(&moments, log) == 0, "append");
	flight_log_close(log);
	moments_end(&moments);
	make_week(hour_ns);
	snprintf(path, sizeof(path), "%s/flight", directory);
	must(stat(path, &status) == 0, "directory");
	for (i = 0; i < tries; i++) {
		one = time_image(MOMENTS_START_NS + STEP_NS +
		    hour_ns / tries * i);
		sum += one;
		most = one > most ? one : most;
	}
	clean();
	report("image_of_a_week_mean", nodes, "ms", sum / tries,
	    "goal, 100 ms", 100);
	report("image_of_a_week_worst", nodes, "ms", most, "goal, 100 ms",
	    100);
}

int
main(int argc, char **argv)
{
	bool smoke = argc > 1 && strcmp(argv[1], "--smoke") == 0;

	if (mkdtemp(directory) == NULL)
		return 1;
	compare(1, smoke ? 30 : 734);
	if (!smoke) {
		compare(50, 380);
		compare(500, 380);
	}
	measure_replay(smoke ? 20 : 500, smoke ? 60 : 360, smoke ? 3 : 60);
	rmdir(directory);
	return 0;
}
