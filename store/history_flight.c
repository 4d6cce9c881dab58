/* The flight log as the source of a curve: every second of it. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <drover/rows.h>

#include "store/flight_reader.h"
#include "store/history.h"

#define NS_PER_S	INT64_C(1000000000)

/* Where the values of the metric are in the rows of an image. */
struct place {
	uint64_t	schema_hash;
	int		table;		/* -1: there are none */
	uint32_t	value;
	uint32_t	name;
	uint32_t	node;
	bool		counter;
};

struct counting {
	double		last;
	int64_t		last_ns;
};

/* "backend/NAME" is a row NAME of its own table. */
static const char *
name_in_table(const struct history_query *query, const char **table)
{
	*table = "device";
	if (strcmp(query->object, "node") == 0) {
		*table = "node";
		return query->node;
	}
	if (strncmp(query->object, "backend/", 8) != 0)
		return query->object;
	*table = "backend";
	return query->object + 8;
}

static void
find_place(const struct history_query *query,
    const struct flight_image *image, struct place *place)
{
	const struct flight_column *column;
	const struct flight_table *table;
	const char *name;
	bool found = false;
	uint32_t i;

	place->schema_hash = image->schema_hash;
	(void)name_in_table(query, &name);
	place->table = flight_table_find(image, name);
	if (place->table < 0)
		return;
	table = &image->tables[place->table];
	for (i = 0; i < table->column_count; i++) {
		column = &table->columns[i];
		if (column->type == DROVER_TYPE_F64 &&
		    strcmp(column->name, query->metric) == 0) {
			place->value = column->offset;
			place->counter = column->counter;
			found = true;
		}
		if (strcmp(column->name, "name") == 0)
			place->name = place->node = column->offset;
	}
	for (i = 0; i < table->column_count; i++)
		if (strcmp(table->columns[i].name, "node") == 0)
			place->node = table->columns[i].offset;
	if (!found)
		place->table = -1;
}

/* *there: the object was, whether or not it had a value. */
static double
value_in(const struct history_query *query, const struct flight_image *image,
    const struct place *place, bool *there)
{
	const struct flight_table *table;
	const char *wanted, *ignored;
	const unsigned char *row;
	double value = NAN;
	uint32_t slot;

	if (place->table < 0)
		return NAN;
	table = &image->tables[place->table];
	wanted = name_in_table(query, &ignored);
	for (slot = 0; slot < table->used; slot++) {
		row = flight_row(table, slot);
		if (flight_generation(row) == 0 ||
		    strncmp((const char *)row + place->name, wanted,
		    64) != 0 ||
		    strncmp((const char *)row + place->node, query->node,
		    64) != 0)
			continue;
		memcpy(&value, row + place->value, sizeof(value));
		*there = true;
		break;
	}
	return value;
}

static double
rate_of(struct counting *counting, double value, int64_t wall_ns)
{
	double rate = NAN;

	if (isnan(value))
		return NAN;
	if (counting->last_ns != 0 && wall_ns > counting->last_ns &&
	    value >= counting->last)
		rate = (value - counting->last) * (double)NS_PER_S /
		    (double)(wall_ns - counting->last_ns);
	counting->last = value;
	counting->last_ns = wall_ns;
	return rate;
}

int
history_read_flight(const struct history_query *query,
    struct history_curve *curve, bool whole)
{
	int64_t end_s = query->start_s + query->columns * query->column_s;
	struct history_sum *sums = calloc((size_t)query->columns,
	    sizeof(*sums));
	struct counting counting = { 0 };
	struct place place = { .table = -1 };
	const struct flight_image *image;
	struct flight_reader *reader;
	char path[PATH_MAX];
	int64_t wall_s, last_s = 0;
	bool there = false;
	double value;
	int error;

	if (sums == NULL)
		return -ENOMEM;
	snprintf(path, sizeof(path), "%.4000s/flight", query->directory);
	error = flight_reader_open(&reader, path);
	if (error != 0) {
		free(sums);
		return error;
	}
	error = flight_reader_seek(reader, query->start_s * NS_PER_S);
	if (error == -ENOENT && !whole)
		error = flight_reader_next(reader) == 1 ? 0 : -ENOENT;
	while (error == 0 || error == 1) {
		image = flight_reader_image(reader);
		if (image->moment.wall_ns >= end_s * NS_PER_S)
			break;
		if (place.schema_hash != image->schema_hash)
			find_place(query, image, &place);
		wall_s = image->moment.wall_ns / NS_PER_S;
		value = value_in(query, image, &place, &there);
		/* Of what was shown twice within a second the last counts. */
		if (place.counter && wall_s != last_s)
			value = rate_of(&counting, value,
			    image->moment.wall_ns);
		else if (place.counter)
			value = NAN;
		last_s = wall_s;
		history_add(curve, sums, wall_s, wall_s + 1,
		    &(struct history_column){ value, value, value });
		error = flight_reader_next(reader);
		if (error == 0)
			break;
	}
	flight_reader_close(reader);
	if (error >= 0)
		history_finish(curve, sums);
	free(sums);
	curve->step_s = 1;
	curve->flight = true;
	if (error < 0)
		return error;
	return there ? 0 : -ENOENT;
}
