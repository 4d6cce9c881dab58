#include "store/series.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <drover/rows.h>

#include "shm/clock.h"
#include "store/series_bin.h"
#include "store/series_file.h"
#include "store/series_header.h"
#include "store/series_path.h"

#define NS_PER_S	INT64_C(1000000000)
#define BATCH		60u
/* Rows that wait for a disk that is full; older ones go. */
#define WAITING_MAX	360u
#define FUTURE_S	120
#define KEY_BYTES	136
/* A file that is further behind belongs to a device that is gone. */
#define STALE_S		86400

/* One series: the metrics of a row, and where they go. */
struct series {
	char			 key[KEY_BYTES];	/* NODE/OBJECT */
	enum series_kind	 kind;
	struct series_file	*file;		/* NULL: not opened yet */
	struct series_bin	 bin;
	int			*places;	/* by metric; -1: none yet */
	bool			*seen;		/* the metric has a value */
	struct waiting {
		time_t	 time;
		double	*values;		/* by metric */
	}			*waiting;
	size_t			 waiting_count;
	unsigned int		 due;		/* rows that make a batch */
	int64_t			 sampled_ns;
	bool			 complained;
};

/* The metrics of a table. */
struct metrics {
	int			 table;		/* of the image; -1: none */
	struct flight_column	*columns;
	bool			*counters;
	bool			*keys;		/* kept of other nodes */
	size_t			 count;
	uint32_t		 name_offset;
	uint32_t		 node_offset;
};

enum { OF_NODE, OF_DEVICE, OF_BACKEND, OF_TABLES };

struct series_set {
	struct series_options	 options;
	char			 directory[PATH_MAX - 256];
	char			 node[64];
	uint64_t		 schema_hash;	/* what metrics are from */
	bool			 ready;
	struct metrics		 metrics[OF_TABLES];
	struct series		**series;
	size_t			 count;
	size_t			 next;	/* where the next is expected */
	double			*scratch;
	uint64_t		 rows;
};

static int64_t
now_s(const struct series_set *set)
{
	return (set->options.now_ns != NULL ?
	    set->options.now_ns(set->options.context) :
	    clock_ns(CLOCK_REALTIME)) / NS_PER_S;
}

static void
complain(const struct series_set *set, struct series *series, int error)
{
	const char *what = error == -EREMOTEIO ? series_file_complaint() :
	    strerror(-error);

	if (series->complained == (error != 0))
		return;
	series->complained = error != 0;
	if (set->options.complain != NULL)
		set->options.complain(set->options.context, error,
		    series->key, error == 0 ? "written again" : what);
}

int
series_open(struct series_set **set, const struct series_options *options)
{
	struct series_set *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return -ENOMEM;
	made->options = *options;
	if (made->options.batch == 0)
		made->options.batch = BATCH;
	if ((size_t)snprintf(made->directory, sizeof(made->directory), "%s",
	    options->directory) >= sizeof(made->directory)) {
		free(made);
		return -ENAMETOOLONG;
	}
	snprintf(made->node, sizeof(made->node), "%s", options->node);
	if (mkdir(made->directory, 0750) != 0 && errno != EEXIST) {
		free(made);
		return -errno;
	}
	*set = made;
	return 0;
}

static void
free_metrics(struct series_set *set)
{
	size_t i;

	for (i = 0; i < OF_TABLES; i++) {
		free(set->metrics[i].columns);
		free(set->metrics[i].counters);
		free(set->metrics[i].keys);
	}
	memset(set->metrics, 0, sizeof(set->metrics));
	free(set->scratch);
	set->scratch = NULL;
	set->ready = false;
}

static void
free_series(struct series *series)
{
	size_t i;

	for (i = 0; i < series->waiting_count; i++)
		free(series->waiting[i].values);
	free(series->waiting);
	series_bin_free(&series->bin);
	free(series->places);
	free(series->seen);
	free(series->file);
	free(series);
}

static void
forget_all(struct series_set *set)
{
	size_t i;

	for (i = 0; i < set->count; i++)
		free_series(set->series[i]);
	free(set->series);
	set->series = NULL;
	set->count = set->next = 0;
	free_metrics(set);
}

void
series_close(struct series_set *set)
{
	if (set == NULL)
		return;
	(void)series_flush(set, NULL);
	forget_all(set);
	free(set);
}

/* Whether the metric of a node is kept of every node. */
static bool
is_key(const struct flight_image *image, const char *name)
{
	int number = flight_table_find(image, "metric");
	const struct drover_metric_row *row;
	const struct flight_table *table;
	uint32_t slot;

	if (number < 0 || image->tables[number].row_bytes != sizeof(*row))
		return true;
	table = &image->tables[number];
	for (slot = 0; slot < table->used; slot++) {
		row = (const void *)flight_row(table, slot);
		if (row->header.generation != 0 &&
		    row->scope == DROVER_METRIC_SCOPE_NODE &&
		    strcmp(row->name, name) == 0)
			return row->key != 0;
	}
	return false;
}

static uint32_t
offset_of(const struct flight_table *table, const char *name)
{
	uint32_t i;

	for (i = 0; i < table->column_count; i++)
		if (strcmp(table->columns[i].name, name) == 0 &&
		    table->columns[i].type == DROVER_TYPE_CHAR)
			return table->columns[i].offset;
	return UINT32_MAX;
}

static int
list_metrics(struct metrics *metrics, const struct flight_image *image,
    const char *name)
{
	const struct flight_table *table;
	uint32_t i;

	metrics->table = flight_table_find(image, name);
	if (metrics->table < 0)
		return 0;
	table = &image->tables[metrics->table];
	metrics->columns = calloc(table->column_count + 1,
	    sizeof(*metrics->columns));
	metrics->counters = calloc(table->column_count + 1, sizeof(bool));
	metrics->keys = calloc(table->column_count + 1, sizeof(bool));
	if (metrics->columns == NULL || metrics->counters == NULL ||
	    metrics->keys == NULL)
		return -ENOMEM;
	for (i = 0; i < table->column_count; i++) {
		if (table->columns[i].type != DROVER_TYPE_F64 ||
		    metrics->count == SERIES_SOURCES_MAX / 2)
			continue;
		metrics->columns[metrics->count] = table->columns[i];
		metrics->counters[metrics->count] =
		    table->columns[i].counter;
		metrics->keys[metrics->count++] = is_key(image,
		    table->columns[i].name);
	}
	metrics->name_offset = offset_of(table, "name");
	metrics->node_offset = strcmp(name, "node") == 0 ?
	    metrics->name_offset : offset_of(table, "node");
	if (metrics->name_offset == UINT32_MAX ||
	    metrics->node_offset == UINT32_MAX)
		metrics->table = -1;
	return 0;
}

/* Another schema is another core: what is whole is written first. */
static int
take_schema(struct series_set *set, const struct flight_image *image)
{
	static const char *const names[OF_TABLES] = { "node", "device",
		"backend" };
	int error = 0;
	size_t i;

	if (set->ready && set->schema_hash == image->schema_hash)
		return 0;
	if (set->ready)
		(void)series_flush(set, NULL);
	forget_all(set);
	for (i = 0; error == 0 && i < OF_TABLES; i++)
		error = list_metrics(&set->metrics[i], image, names[i]);
	set->scratch = calloc(SERIES_SOURCES_MAX, sizeof(*set->scratch));
	if (error == 0 && set->scratch == NULL)
		error = -ENOMEM;
	set->schema_hash = image->schema_hash;
	set->ready = error == 0;
	if (error != 0)
		free_metrics(set);
	return error;
}

/* FNV-1a, so that files do not all come due at once. */
static unsigned int
stagger(const char *key, unsigned int batch)
{
	uint32_t hash = 2166136261u;

	for (; *key != '\0'; key++)
		hash = (hash ^ (unsigned char)*key) * 16777619u;
	return 1 + hash % batch;
}

static int
path_of(const struct series_set *set, const struct series *series,
    char path[PATH_MAX])
{
	const char *slash = strchr(series->key, '/');
	char node[KEY_BYTES];

	snprintf(node, sizeof(node), "%.*s", (int)(slash - series->key),
	    series->key);
	return series_path(set->directory, node, slash + 1, path, PATH_MAX);
}

static void
place_metrics(struct series *series, const struct metrics *metrics)
{
	size_t i;

	for (i = 0; i < metrics->count; i++)
		series->places[i] = series->file == NULL ? -1 :
		    series_file_find(series->file,
		    metrics->columns[i].name);
}

/* A file that no longer reads as one gets out of the way, and is kept. */
static void
set_aside(const struct series_set *set, struct series *series,
    const char *path, const char *why)
{
	char aside[PATH_MAX + 16];

	snprintf(aside, sizeof(aside), "%s.damaged", path);
	if (rename(path, aside) == 0 && set->options.complain != NULL)
		set->options.complain(set->options.context, -EUCLEAN,
		    series->key, why);
}

/* What is on disk already is known before the first row is taken in. */
static void
open_existing(struct series_set *set, struct series *series,
    const struct metrics *metrics)
{
	char path[PATH_MAX];
	bool undone = false;
	int error;

	if (path_of(set, series, path) != 0)
		return;
	if (access(path, F_OK) != 0)
		return;
	series->file = calloc(1, sizeof(*series->file));
	if (series->file == NULL)
		return;
	error = series_file_open(series->file, path, series->kind, NULL, 0,
	    0, &undone);
	if (error == 0 && series->file->last > now_s(set) + FUTURE_S)
		error = -EOVERFLOW;
	if (error == 0) {
		place_metrics(series, metrics);
		if (undone && set->options.complain != NULL)
			set->options.complain(set->options.context, 0,
			    series->key, "a batch was not finished; it is "
			    "written again from the flight log");
		return;
	}
	free(series->file);
	series->file = NULL;
	if (error == -EUCLEAN || error == -EOVERFLOW)
		set_aside(set, series, path, error == -EUCLEAN ?
		    "it is no sound RRD any more: it is kept as .damaged" :
		    "it ends in the future: it is kept as .damaged");
	else
		complain(set, series, error);
}

static struct series *
make_series(struct series_set *set, const char *key, enum series_kind kind,
    const struct metrics *metrics)
{
	struct series *series = calloc(1, sizeof(*series)), **grown;
	size_t i;

	grown = reallocarray(set->series, set->count + 1, sizeof(*grown));
	if (grown != NULL)
		set->series = grown;
	if (series == NULL || grown == NULL) {
		free(series);
		return NULL;
	}
	snprintf(series->key, sizeof(series->key), "%s", key);
	series->kind = kind;
	series->places = calloc(metrics->count + 1, sizeof(int));
	series->seen = calloc(metrics->count + 1, sizeof(bool));
	if (series->places == NULL || series->seen == NULL ||
	    series_bin_init(&series->bin, metrics->count,
	    series_step_s(kind)) != 0) {
		free_series(series);
		return NULL;
	}
	series->due = set->options.batch / 2 +
	    stagger(key, set->options.batch);
	place_metrics(series, metrics);
	/* Of the node itself all are there from the beginning. */
	for (i = 0; i < metrics->count; i++)
		series->seen[i] = kind == SERIES_NODE ||
		    (kind == SERIES_OTHER && metrics->keys[i]);
	open_existing(set, series, metrics);
	set->series[set->count++] = series;
	return series;
}

static struct series *
find_series(struct series_set *set, const char *key, enum series_kind kind,
    const struct metrics *metrics)
{
	size_t i, at;

	for (i = 0; i < set->count; i++) {
		at = (set->next + i) % set->count;
		if (strcmp(set->series[at]->key, key) == 0) {
			set->next = at + 1;
			return set->series[at];
		}
	}
	set->next = 0;
	return make_series(set, key, kind, metrics);
}

static const struct metrics *
metrics_of(const struct series_set *set, const struct series *series)
{
	const char *object = strchr(series->key, '/') + 1;

	if (series->kind != SERIES_DEVICE)
		return &set->metrics[OF_NODE];
	return strncmp(object, "backend/", 8) == 0 ?
	    &set->metrics[OF_BACKEND] : &set->metrics[OF_DEVICE];
}

/* With the data sources that have had a value so far. */
static int
create_file(struct series_set *set, struct series *series,
    const struct metrics *metrics)
{
	const char *names[SERIES_SOURCES_MAX];
	char path[PATH_MAX], parent[PATH_MAX];
	size_t count = 0, i;
	int error = path_of(set, series, path);

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
add_sources(struct series *series, const struct metrics *metrics)
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
	int64_t now = now_s(set);
	size_t count = series->waiting_count;

	while (count > 0 && series->waiting[count - 1].time >
	    now + FUTURE_S)
		free(series->waiting[--count].values);
	series->waiting_count = count;
	return count;
}

static int
write_series(struct series_set *set, struct series *series)
{
	const struct metrics *metrics = metrics_of(set, series);
	size_t count = drop_future(set, series);
	int error = 0;

	if (count == 0)
		return 0;
	if (series->file == NULL) {
		error = create_file(set, series, metrics);
		if (error == 0)
			place_metrics(series, metrics);
	}
	if (error == 0)
		error = add_sources(series, metrics);
	if (error == 0)
		error = write_rows(set, series, count, metrics->count);
	complain(set, series, error);
	if (error == 0)
		drop_waiting(series, count);
	else if (count > WAITING_MAX)
		drop_waiting(series, count - WAITING_MAX);
	series->due = (unsigned int)series->waiting_count +
	    set->options.batch;
	return error;
}

static void
keep_row(struct series *series, int64_t ended, const double *values,
    size_t count)
{
	struct waiting *grown, *row;

	/* Rows of a clock that was ahead: what comes later is meant. */
	while (series->waiting_count > 0 && ended <=
	    series->waiting[series->waiting_count - 1].time)
		free(series->waiting[--series->waiting_count].values);
	if (series->file != NULL && ended <= series->file->last)
		return;
	grown = reallocarray(series->waiting, series->waiting_count + 1,
	    sizeof(*grown));
	if (grown == NULL)
		return;
	series->waiting = grown;
	row = &grown[series->waiting_count];
	row->values = malloc((count + 1) * sizeof(double));
	if (row->values == NULL)
		return;
	memcpy(row->values, values, count * sizeof(double));
	row->time = (time_t)ended;
	series->waiting_count++;
}

static void
take_row(struct series_set *set, struct series *series,
    const struct metrics *metrics, const unsigned char *row,
    int64_t wall_ns)
{
	int64_t ended;
	double value;
	size_t i;

	if (series_bin_turn(&series->bin, wall_ns, set->scratch,
	    metrics->counters, &ended)) {
		keep_row(series, ended, set->scratch, metrics->count);
		if (series->waiting_count >= series->due)
			(void)write_series(set, series);
	}
	for (i = 0; i < metrics->count; i++) {
		memcpy(&value, row + metrics->columns[i].offset,
		    sizeof(value));
		if (isnan(value))
			continue;
		if (!series->seen[i] && series->kind == SERIES_DEVICE)
			series->seen[i] = true;
		series_bin_add(&series->bin, i, value, wall_ns);
	}
}

/* Those of the node whose sample is new. */
static void
take_objects(struct series_set *set, const struct flight_image *image,
    int of, const char *prefix, const char *node, int64_t wall_ns)
{
	const struct metrics *metrics = &set->metrics[of];
	const struct flight_table *table;
	const unsigned char *row;
	struct series *series;
	char key[KEY_BYTES];
	uint32_t slot;

	if (metrics->table < 0)
		return;
	table = &image->tables[metrics->table];
	for (slot = 0; slot < table->used; slot++) {
		row = flight_row(table, slot);
		if (flight_generation(row) == 0 || strncmp((const char *)
		    row + metrics->node_offset, node, 63) != 0)
			continue;
		snprintf(key, sizeof(key), "%.63s/%s%.60s", node, prefix,
		    (const char *)row + metrics->name_offset);
		series = find_series(set, key, SERIES_DEVICE, metrics);
		if (series != NULL)
			take_row(set, series, metrics, row, wall_ns);
	}
}

static int64_t
sampled_ns(const struct flight_table *table, const unsigned char *row)
{
	int64_t wall_ns = 0;
	uint32_t i;

	for (i = 0; i < table->column_count; i++)
		if (strcmp(table->columns[i].name, "sampled") == 0)
			memcpy(&wall_ns, row + table->columns[i].offset,
			    sizeof(wall_ns));
	return wall_ns;
}

static void
take_node(struct series_set *set, const struct flight_image *image,
    const struct flight_table *table, const unsigned char *row)
{
	const struct metrics *metrics = &set->metrics[OF_NODE];
	int64_t wall_ns = sampled_ns(table, row);
	char node[64], key[KEY_BYTES];
	struct series *series;
	bool own;

	snprintf(node, sizeof(node), "%.63s",
	    (const char *)row + metrics->name_offset);
	own = strcmp(node, set->node) == 0;
	snprintf(key, sizeof(key), "%s/node", node);
	series = find_series(set, key, own ? SERIES_NODE : SERIES_OTHER,
	    metrics);
	/* What was shown again was not measured again. */
	if (series == NULL || wall_ns == 0 || wall_ns == series->sampled_ns)
		return;
	series->sampled_ns = wall_ns;
	take_row(set, series, metrics, row, wall_ns);
	if (!own)
		return;
	if (!set->options.devices)
		return;
	take_objects(set, image, OF_DEVICE, "", node, wall_ns);
	take_objects(set, image, OF_BACKEND, "backend/", node, wall_ns);
}

void
series_take(struct series_set *set, const struct flight_image *image)
{
	const struct flight_table *table;
	uint32_t slot;

	if (take_schema(set, image) != 0 || set->metrics[OF_NODE].table < 0)
		return;
	table = &image->tables[set->metrics[OF_NODE].table];
	for (slot = 0; slot < table->used; slot++)
		if (flight_generation(flight_row(table, slot)) != 0)
			take_node(set, image, table,
			    flight_row(table, slot));
}

int
series_flush(struct series_set *set, const char *node)
{
	size_t length = node == NULL ? 0 : strlen(node), i;
	int error = 0, one;

	for (i = 0; i < set->count; i++) {
		if (node != NULL && (strncmp(set->series[i]->key, node,
		    length) != 0 || set->series[i]->key[length] != '/'))
			continue;
		one = write_series(set, set->series[i]);
		if (one != 0)
			error = one;
	}
	return error;
}

static bool
ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), wanted = strlen(end);

	return length > wanted &&
	    strcmp(text + length - wanted, end) == 0;
}

/* The last row of each file; those of devices that are gone do not count. */
static int64_t
oldest_end(const char *directory, int64_t now, int64_t oldest)
{
	struct series_header header;
	struct dirent *entry;
	char path[PATH_MAX];
	DIR *opened = opendir(directory);

	while (opened != NULL && (entry = readdir(opened)) != NULL) {
		if (!ends_with(entry->d_name, ".rrd") &&
		    !ends_with(entry->d_name, ".rrd.undo"))
			continue;
		if ((size_t)snprintf(path, sizeof(path), "%s/%s", directory,
		    entry->d_name) >= sizeof(path))
			continue;
		/* An old header says how far back a file falls. */
		if (ends_with(path, ".undo"))
			path[strlen(path) - strlen(".undo")] = '\0';
		(void)series_header_undo(path);
		if (series_header_read(path, &header) != 0)
			continue;
		if (header.last > now - STALE_S &&
		    (oldest == 0 || header.last < oldest))
			oldest = header.last;
		series_header_free(&header);
	}
	if (opened != NULL)
		closedir(opened);
	return oldest;
}

int64_t
series_since(struct series_set *set)
{
	DIR *opened = opendir(set->directory);
	int64_t oldest = 0, now = now_s(set);
	struct dirent *entry;
	char path[PATH_MAX];

	while (opened != NULL && (entry = readdir(opened)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", set->directory,
		    entry->d_name);
		oldest = oldest_end(path, now, oldest);
	}
	if (opened != NULL)
		closedir(opened);
	/* A rate wants the step before. */
	return oldest == 0 ? 0 : (oldest - 120) * NS_PER_S;
}

uint64_t
series_rows(const struct series_set *set)
{
	return set->rows;
}
