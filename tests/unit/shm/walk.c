/* Reading everything, believing nothing. */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/shm/walk.h"

#define SLOTS	300u		/* at most, of one table */
#define EVENTS	64

static uint64_t
walk_columns(const struct drover_segment *segment,
    const struct drover_table *table, const void *row)
{
	struct drover_column column;
	uint64_t sum = 0;
	char text[64];
	uint32_t i;

	for (i = 0; i < table->columns; i++) {
		if (drover_column_describe(segment, table->index, i,
		    &column) != 0)
			continue;
		sum += (uint64_t)drover_get_i64(&column, row);
		sum += drover_get_f64(&column, row) > 0;
		sum += drover_get_str(segment, &column, row, text,
		    sizeof(text));
		sum += strlen(text) + strlen(column.name) +
		    strlen(column.help);
	}
	return sum;
}

static uint64_t
walk_snapshot(const struct drover_segment *segment,
    const struct drover_table *table)
{
	struct drover_snapshot snapshot;
	uint64_t copy[DROVER_ROW_BYTES_MAX / 8];
	const void *row;
	uint64_t sum = 0;
	uint32_t i, used;

	if (drover_snapshot_begin(segment, &snapshot) != 0)
		return 0;
	used = drover_rows(&snapshot, table->index);
	for (i = 0; i < used && i < SLOTS; i++) {
		row = drover_row(&snapshot, table->index, i);
		if (row == NULL)
			continue;
		memcpy(copy, row, table->row_bytes);
		sum += copy[0];
		if (i < 4)
			sum += walk_columns(segment, table, copy);
	}
	return sum + drover_snapshot_valid(&snapshot);
}

static uint64_t
walk_copies(const struct drover_segment *segment,
    const struct drover_table *table)
{
	struct drover_cache cache;
	uint32_t slots = table->rows_max < SLOTS ? table->rows_max : SLOTS;
	uint64_t sum = 0;
	size_t size;
	void *memory;

	size = drover_cache_bytes(segment, table->index, slots);
	memory = malloc(size);
	if (memory == NULL)
		return 0;
	sum += (uint64_t)drover_table_copy(segment, table->index, memory,
	    slots, NULL);
	if (drover_cache_init(&cache, segment, table->index, slots, memory,
	    size) == 0) {
		sum += (uint64_t)drover_cache_refresh(&cache);
		sum += (uint64_t)drover_cache_refresh(&cache);
	}
	free(memory);
	return sum;
}

static uint64_t
walk_events(const struct drover_segment *segment)
{
	struct drover_event_cursor cursor;
	struct drover_event event;
	uint64_t sum = 0;
	int i;

	memset(&cursor, 0, sizeof(cursor));
	for (i = 0; i < EVENTS; i++) {
		if (drover_event_next(segment, &cursor, &event) != 1)
			break;
		sum += strlen(event.text) + strlen(event.node) +
		    (uint64_t)event.severity;
	}
	drover_event_end(segment, &cursor);
	return sum + (uint64_t)drover_event_next(segment, &cursor, &event);
}

static uint64_t
walk_image(const struct drover_segment *segment)
{
	struct drover_segment *image;
	int64_t size;
	void *bytes;

	size = drover_segment_image(segment, NULL, 0);
	if (size <= 0 || size > 1 << 20)
		return 0;
	bytes = malloc((size_t)size);
	if (bytes == NULL)
		return 0;
	size = drover_segment_image(segment, bytes, (size_t)size);
	if (size > 0 && drover_segment_attach_image(&image, bytes,
	    (size_t)size) == 0)
		drover_segment_detach(image);
	free(bytes);
	return (uint64_t)size;
}

static uint64_t
walk_bindings(const struct drover_segment *segment)
{
	static const unsigned char row[DROVER_ROW_BYTES_MAX];
	struct drover_binding binding;
	uint64_t decoded[DROVER_ROW_BYTES_MAX / 8];
	uint64_t sum = 0;
	int i;

	for (i = 0; i < DROVER_TABLES; i++)
		if (drover_binding_make(&binding, segment,
		    (enum drover_core_table)i) == 0) {
			drover_binding_decode(&binding, row, decoded);
			sum += decoded[0];
		}
	return sum;
}

uint64_t
walk_segment(const struct drover_segment *segment)
{
	struct drover_segment_info info;
	struct drover_table table;
	uint64_t sum;
	uint32_t i;

	drover_segment_info(segment, &info);
	sum = info.version + walk_events(segment) + walk_image(segment) +
	    walk_bindings(segment);
	sum += (uint64_t)drover_segment_liveness(segment, 0);
	for (i = 0; i < 300; i++)
		sum += strlen(drover_word(segment, (int32_t)i - 2, i % 7));
	for (i = 0; i < info.tables; i++) {
		if (drover_table_describe(segment, i, &table) != 0)
			continue;
		sum += strlen(table.name) +
		    (uint64_t)drover_table_find(segment, table.name);
		sum += walk_snapshot(segment, &table) +
		    walk_copies(segment, &table);
	}
	return sum;
}
