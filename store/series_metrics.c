/* Which metrics a table has, and where they go in a file. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <drover/rows.h>

#include "store/series_parts.h"

void
series_metrics_free(struct series_metrics *metrics)
{
	free(metrics->columns);
	free(metrics->counters);
	free(metrics->keys);
	memset(metrics, 0, sizeof(*metrics));
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
offset_of(const struct flight_table *table, const char *name,
    enum drover_column_type type)
{
	uint32_t i;

	for (i = 0; i < table->column_count; i++)
		if (strcmp(table->columns[i].name, name) == 0 &&
		    table->columns[i].type == type)
			return table->columns[i].offset;
	return UINT32_MAX;
}

int
series_metrics_list(struct series_metrics *metrics,
    const struct flight_image *image, const char *name)
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
	metrics->name_offset = offset_of(table, "name", DROVER_TYPE_CHAR);
	metrics->node_offset = strcmp(name, "node") == 0 ?
	    metrics->name_offset : offset_of(table, "node",
	    DROVER_TYPE_CHAR);
	metrics->sampled_offset = offset_of(table, "sampled",
	    DROVER_TYPE_I64);
	if (metrics->name_offset == UINT32_MAX ||
	    metrics->node_offset == UINT32_MAX)
		metrics->table = -1;
	return 0;
}

const struct series_metrics *
series_metrics_of(const struct series_set *set, const struct series *series)
{
	const char *object = strchr(series->key, '/') + 1;

	if (series->kind != SERIES_DEVICE)
		return &set->metrics[OF_NODE];
	return strncmp(object, "backend/", 8) == 0 ?
	    &set->metrics[OF_BACKEND] : &set->metrics[OF_DEVICE];
}

void
series_metrics_place(struct series *series,
    const struct series_metrics *metrics)
{
	size_t i;

	for (i = 0; i < metrics->count; i++)
		series->places[i] = series->file == NULL ? -1 :
		    series_file_find(series->file,
		    metrics->columns[i].name);
}
