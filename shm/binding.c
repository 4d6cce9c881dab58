/* Rows of any segment as the structures of rows.h, by column names. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "shm/reader.h"
#include "shm/writer.h"

static void
bind_column(struct drover_bound *bound,
    const struct drover_segment *segment, uint32_t table,
    const struct segment_column *wanted)
{
	bound->offset = wanted->offset;
	bound->width = wanted->width;
	bound->type = wanted->type;
	if (drover_column_find(segment, table, wanted->name,
	    &bound->source) != 0 || bound->source.type != wanted->type)
		bound->source.width = 0;
}

int
drover_binding_make(struct drover_binding *binding,
    const struct drover_segment *segment, enum drover_core_table table)
{
	const struct segment_table *wanted;
	uint32_t i;
	int index;

	if ((uint32_t)table >= segment_core_schema.table_count)
		return -ENOENT;
	wanted = &segment_core_schema.tables[table];
	if (wanted->column_count > DROVER_BINDING_COLUMNS_MAX)
		return -E2BIG;
	index = drover_table_find(segment, wanted->name);
	if (index < 0)
		return index;
	memset(binding, 0, sizeof(*binding));
	binding->table = (uint32_t)index;
	binding->row_bytes = wanted->row_bytes;
	binding->columns = wanted->column_count;
	for (i = 0; i < wanted->column_count; i++)
		bind_column(&binding->bound[i], segment, binding->table,
		    &wanted->columns[i]);
	return 0;
}

static void
decode_column(const struct drover_bound *bound, const unsigned char *source,
    unsigned char *row)
{
	const double missing = NAN;
	size_t width = bound->source.width;

	if (width == 0) {
		/* The row was zeroed: 0 and "" stand there already. */
		if (bound->type == DROVER_TYPE_F64)
			memcpy(row + bound->offset, &missing,
			    sizeof(missing));
		return;
	}
	if (bound->type == DROVER_TYPE_CHAR && width >= bound->width)
		width = bound->width - 1;
	memcpy(row + bound->offset, source + bound->source.offset, width);
}

void
drover_binding_decode(const struct drover_binding *binding,
    const void *source, void *row)
{
	uint32_t i;

	memset(row, 0, binding->row_bytes);
	memcpy(row, source, sizeof(struct drover_row_header));
	for (i = 0; i < binding->columns; i++)
		decode_column(&binding->bound[i], source, row);
}
