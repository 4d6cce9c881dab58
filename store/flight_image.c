#include "store/flight_image.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shm/build.h"
#include "shm/schema.h"

static int
take_column(struct flight_table *table, const struct drover_segment *segment,
    uint32_t number, uint32_t i)
{
	struct drover_column column;
	int error = drover_column_describe(segment, number, i, &column);

	if (error != 0)
		return error;
	snprintf(table->columns[i].name, sizeof(table->columns[i].name),
	    "%s", column.name);
	table->columns[i].counter =
	    column.semantics == DROVER_SEMANTICS_COUNTER;
	table->columns[i].offset = column.offset;
	table->columns[i].width = column.width;
	table->columns[i].type = column.type;
	return 0;
}

static int
take_table(struct flight_table *table, const struct drover_segment *segment,
    uint32_t number)
{
	struct drover_table description;
	uint32_t i;
	int error;

	error = drover_table_describe(segment, number, &description);
	if (error != 0)
		return error;
	snprintf(table->name, sizeof(table->name), "%s", description.name);
	table->row_bytes = description.row_bytes;
	table->rows_max = description.rows_max;
	table->column_count = description.columns;
	table->columns = calloc(description.columns + 1,
	    sizeof(*table->columns));
	if (table->columns == NULL)
		return -ENOMEM;
	for (i = 0; error == 0 && i < description.columns; i++)
		error = take_column(table, segment, number, i);
	return error;
}

/* A segment without rows has the schema checked by who attaches. */
static int
describe(struct flight_image *image)
{
	const struct segment_parts parts = { .schema = image->schema,
		.schema_bytes = image->schema_bytes, .version = 1 };
	struct drover_segment *segment = NULL;
	struct drover_segment_info info;
	int64_t bytes = segment_build(&parts, NULL, 0);
	void *empty = NULL;
	uint32_t i;
	int error;

	if (bytes < 0)
		return -EBADMSG;
	empty = aligned_alloc(8, ((size_t)bytes + 7) / 8 * 8);
	if (empty == NULL)
		return -ENOMEM;
	segment_build(&parts, empty, (size_t)bytes);
	error = drover_segment_attach_image(&segment, empty, (size_t)bytes);
	if (error == 0) {
		drover_segment_info(segment, &info);
		image->table_count = info.tables;
	}
	for (i = 0; error == 0 && i < image->table_count; i++)
		error = take_table(&image->tables[i], segment, i);
	drover_segment_detach(segment);
	free(empty);
	return error == -ENOMEM || error == 0 ? error : -EBADMSG;
}

int
flight_image_init(struct flight_image *image, const void *schema,
    size_t schema_bytes)
{
	int error;

	memset(image, 0, sizeof(*image));
	image->schema = malloc(schema_bytes + 1);
	image->events = calloc(FLIGHT_EVENTS, sizeof(*image->events));
	if (image->schema == NULL || image->events == NULL) {
		flight_image_free(image);
		return -ENOMEM;
	}
	memcpy(image->schema, schema, schema_bytes);
	image->schema_bytes = schema_bytes;
	image->schema_hash = segment_schema_hash(schema, schema_bytes);
	error = describe(image);
	if (error != 0)
		flight_image_free(image);
	return error;
}

void
flight_image_free(struct flight_image *image)
{
	uint32_t i;

	for (i = 0; i < FLIGHT_TABLES_MAX; i++) {
		free(image->tables[i].columns);
		free(image->tables[i].rows);
	}
	free(image->schema);
	free(image->events);
	memset(image, 0, sizeof(*image));
}

void
flight_image_clear(struct flight_image *image)
{
	struct flight_table *table;
	uint32_t i;

	for (i = 0; i < image->table_count; i++) {
		table = &image->tables[i];
		if (table->used > 0)
			memset(table->rows, 0,
			    (size_t)table->used * table->row_bytes);
		table->used = 0;
	}
	memset(&image->moment, 0, sizeof(image->moment));
	image->event_count = 0;
}

int
flight_table_reserve(struct flight_table *table, uint32_t slots)
{
	unsigned char *rows;
	uint32_t room = table->room == 0 ? 8 : table->room;

	if (slots <= table->room)
		return 0;
	if (slots > table->rows_max)
		return -EBADMSG;
	while (room < slots)
		room *= 2;
	rows = realloc(table->rows, (size_t)room * table->row_bytes);
	if (rows == NULL)
		return -ENOMEM;
	memset(rows + (size_t)table->room * table->row_bytes, 0,
	    (size_t)(room - table->room) * table->row_bytes);
	table->rows = rows;
	table->room = room;
	return 0;
}

int
flight_table_find(const struct flight_image *image, const char *name)
{
	uint32_t i;

	for (i = 0; i < image->table_count; i++)
		if (strcmp(image->tables[i].name, name) == 0)
			return (int)i;
	return -ENOENT;
}

/* What an empty slot has left in it is not of the moment. */
static void
blank_empty(struct flight_table *table, uint32_t used)
{
	uint32_t slot;

	for (slot = 0; slot < used; slot++)
		if (flight_generation(flight_row(table, slot)) == 0)
			memset(flight_row(table, slot), 0, table->row_bytes);
	if (table->used > used)
		memset(flight_row(table, used), 0,
		    (size_t)(table->used - used) * table->row_bytes);
	table->used = used;
}

static int
copy_table(struct flight_table *table, const struct drover_segment *segment,
    uint32_t number, uint64_t *version)
{
	int64_t used;
	int error = 0;

	do {
		if (error == -ENOSPC) {
			error = flight_table_reserve(table, table->room == 0 ?
			    8 : table->room * 2 < table->rows_max ?
			    table->room * 2 : table->rows_max);
			if (error != 0)
				return error;
		}
		used = drover_table_copy(segment, number, table->rows,
		    table->room, version);
		error = (int)used;
	} while (used == -ENOSPC);
	if (used < 0)
		return (int)used;
	blank_empty(table, (uint32_t)used);
	return 0;
}

int
flight_image_take(struct flight_image *image,
    const struct drover_segment *segment, int64_t wall_ns)
{
	struct drover_segment_info info;
	uint64_t version = 0;
	uint32_t i;
	int error = 0;

	drover_segment_info(segment, &info);
	if (info.tables != image->table_count)
		return -EBADMSG;
	for (i = 0; error == 0 && i < image->table_count; i++) {
		error = copy_table(&image->tables[i], segment, i, &version);
		if (error == 0 && version != info.version)
			error = -EAGAIN;
	}
	image->moment.instance = info.instance;
	image->moment.version = info.version;
	image->moment.wall_ns = wall_ns;
	image->moment.writer_pid = info.writer_pid;
	image->moment.writer_started_ns = info.writer_started_ns;
	return error;
}

void
flight_image_event(struct flight_image *image,
    const struct drover_event *event)
{
	image->events[image->event_count++ % FLIGHT_EVENTS] = *event;
}

/* The events with sequences of their own: those of two writers may meet. */
static size_t
order_events(const struct flight_image *image, struct drover_event *events)
{
	uint64_t first = image->event_count < FLIGHT_EVENTS ? 0 :
	    image->event_count - FLIGHT_EVENTS;
	uint64_t i;

	for (i = first; i < image->event_count; i++) {
		events[i - first] = image->events[i % FLIGHT_EVENTS];
		events[i - first].sequence = i - first + 1;
	}
	return (size_t)(image->event_count - first);
}

int
flight_image_bytes(const struct flight_image *image, void **bytes,
    size_t *length)
{
	struct segment_rows rows[FLIGHT_TABLES_MAX];
	struct drover_event events[FLIGHT_EVENTS];
	struct segment_parts parts = {
		.schema = image->schema, .schema_bytes = image->schema_bytes,
		.tables = rows, .events = events,
		.instance = image->moment.instance,
		.version = image->moment.version,
		.writer_pid = image->moment.writer_pid,
		.writer_started_ns = image->moment.writer_started_ns,
	};
	int64_t needed;
	uint32_t i;

	for (i = 0; i < image->table_count; i++) {
		rows[i].rows = image->tables[i].rows;
		rows[i].used = image->tables[i].used;
	}
	parts.event_count = order_events(image, events);
	if (parts.version == 0)
		parts.version = 1;
	needed = segment_build(&parts, NULL, 0);
	if (needed < 0)
		return (int)needed;
	*bytes = aligned_alloc(8, ((size_t)needed + 7) / 8 * 8);
	if (*bytes == NULL)
		return -ENOMEM;
	*length = (size_t)needed;
	segment_build(&parts, *bytes, *length);
	return 0;
}
