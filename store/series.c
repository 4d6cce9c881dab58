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
#include "store/durable.h"
#include "store/series_parts.h"
#include "store/series_path.h"

#define BATCH		60u

int64_t
series_now_s(const struct series_set *set)
{
	return (set->options.now_ns != NULL ?
	    set->options.now_ns(set->options.context) :
	    clock_ns(CLOCK_REALTIME)) / NS_PER_S;
}

void
series_complain(const struct series_set *set, struct series *series, int error)
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
series_path_of(const struct series_set *set, const struct series *series,
    char path[PATH_MAX])
{
	const char *slash = strchr(series->key, '/');
	char node[SERIES_KEY_BYTES];

	snprintf(node, sizeof(node), "%.*s", (int)(slash - series->key),
	    series->key);
	return series_path(set->directory, node, slash + 1, path, PATH_MAX);
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

	for (i = 0; i < OF_TABLES; i++)
		series_metrics_free(&set->metrics[i]);
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
	size_t i;

	if (set == NULL)
		return;
	for (i = 0; i < set->count; i++)
		if (set->series[i]->file != NULL)
			(void)series_write(set, set->series[i]);
	forget_all(set);
	free(set);
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
		error = series_metrics_list(&set->metrics[i], image, names[i]);
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

/* A file that no longer reads as one gets out of the way, and is kept. */
static void
set_aside(const struct series_set *set, struct series *series,
    const char *path, const char *why)
{
	char aside[PATH_MAX];

	if (durable_set_aside(path, "damaged", aside) == 0 &&
	    set->options.complain != NULL)
		set->options.complain(set->options.context, -EUCLEAN,
		    series->key, why);
}

/* What is on disk already is known before the first row is taken in. */
static void
open_existing(struct series_set *set, struct series *series,
    const struct series_metrics *metrics)
{
	char path[PATH_MAX];
	bool undone = false;
	int error;

	if (series_path_of(set, series, path) != 0)
		return;
	if (access(path, F_OK) != 0)
		return;
	series->file = calloc(1, sizeof(*series->file));
	if (series->file == NULL)
		return;
	error = series_file_open(series->file, path, series->kind, NULL, 0,
	    0, &undone);
	if (error == 0 && series->file->last > series_now_s(set) +
	    SERIES_FUTURE_S)
		error = -EOVERFLOW;
	if (error == 0) {
		series_metrics_place(series, metrics);
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
		series_complain(set, series, error);
}

static struct series *
make_series(struct series_set *set, const char *key, enum series_kind kind,
    const struct series_metrics *metrics)
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
	series_metrics_place(series, metrics);
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
    const struct series_metrics *metrics)
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
    const struct series_metrics *metrics, const unsigned char *row,
    int64_t wall_ns)
{
	int64_t ended;
	double value;
	size_t i;

	if (series_bin_turn(&series->bin, wall_ns, set->scratch,
	    metrics->counters, &ended)) {
		keep_row(series, ended, set->scratch, metrics->count);
		if (series->waiting_count >= series->due)
			(void)series_write(set, series);
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
	const struct series_metrics *metrics = &set->metrics[of];
	const struct flight_table *table;
	const unsigned char *row;
	struct series *series;
	char key[SERIES_KEY_BYTES];
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

static void
take_node(struct series_set *set, const struct flight_image *image,
    const unsigned char *row)
{
	const struct series_metrics *metrics = &set->metrics[OF_NODE];
	int64_t wall_ns = 0;
	char node[64], key[SERIES_KEY_BYTES];
	struct series *series;
	bool own;

	if (metrics->sampled_offset != UINT32_MAX)
		memcpy(&wall_ns, row + metrics->sampled_offset,
		    sizeof(wall_ns));
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
			take_node(set, image, flight_row(table, slot));
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
		one = series_write(set, set->series[i]);
		if (one != 0)
			error = one;
	}
	return error;
}

uint64_t
series_rows(const struct series_set *set)
{
	return set->rows;
}
