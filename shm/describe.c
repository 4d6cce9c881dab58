/*
 * The schema as a reader sees it.  What is handed out was copied first and
 * checked in the copy: the bytes in the segment may change in between.
 */
#include <errno.h>
#include <string.h>

#include "shm/reader.h"

static void
copy_text(char *to, const char *from, size_t bytes)
{
	memcpy(to, from, bytes);
	to[bytes - 1] = '\0';
}

int
drover_table_describe(const struct drover_segment *segment, uint32_t table,
    struct drover_table *description)
{
	const struct segment_schema_table *stored;

	if (table >= segment->table_count)
		return -ENOENT;
	stored = &segment->schema_tables[table];
	copy_text(description->name, stored->name, sizeof(stored->name));
	copy_text(description->help, stored->help, sizeof(stored->help));
	description->row_bytes = segment->tables[table].row_bytes;
	description->rows_max = segment->tables[table].rows_max;
	description->columns = segment->tables[table].columns;
	description->index = table;
	return 0;
}

int
drover_table_find(const struct drover_segment *segment, const char *name)
{
	uint32_t i;

	for (i = 0; i < segment->table_count; i++)
		if (strncmp(segment->schema_tables[i].name, name,
		    SEGMENT_NAME_BYTES) == 0)
			return (int)i;
	return -ENOENT;
}

static int
check_column(const struct drover_segment *segment,
    const struct segment_schema_column *column, uint32_t row_bytes)
{
	if (column->width > row_bytes ||
	    column->offset > row_bytes - column->width)
		return -EBADMSG;
	switch (column->type) {
	case DROVER_TYPE_I64:
	case DROVER_TYPE_F64:
	case DROVER_TYPE_TEXT:
		return column->width == 8 ? 0 : -EBADMSG;
	case DROVER_TYPE_CHAR:
		return column->width > 0 ? 0 : -EBADMSG;
	case DROVER_TYPE_ENUM8:
		return column->width == 1 && column->dictionary >= 0 &&
		    (uint32_t)column->dictionary < segment->dictionary_count ?
		    0 : -EBADMSG;
	default:
		return -EBADMSG;
	}
}

int
drover_column_describe(const struct drover_segment *segment, uint32_t table,
    uint32_t index, struct drover_column *column)
{
	const struct reader_table *geometry;
	struct segment_schema_column copy;
	int error;

	if (table >= segment->table_count)
		return -ENOENT;
	geometry = &segment->tables[table];
	if (index >= geometry->columns)
		return -ENOENT;
	memcpy(&copy, &segment->schema_columns[geometry->first_column +
	    index], sizeof(copy));
	error = check_column(segment, &copy, geometry->row_bytes);
	if (error != 0)
		return error;
	copy_text(column->name, copy.name, sizeof(copy.name));
	copy_text(column->unit, copy.unit, sizeof(copy.unit));
	copy_text(column->help, copy.help, sizeof(copy.help));
	column->type = (enum drover_column_type)copy.type;
	column->semantics = copy.semantics <= DROVER_SEMANTICS_COUNTER ?
	    (enum drover_semantics)copy.semantics : DROVER_SEMANTICS_STATE;
	column->table = table;
	column->offset = copy.offset;
	column->width = copy.width;
	column->dictionary = copy.type == DROVER_TYPE_ENUM8 ?
	    copy.dictionary : -1;
	return 0;
}

int
drover_column_find(const struct drover_segment *segment, uint32_t table,
    const char *name, struct drover_column *column)
{
	const struct reader_table *geometry;
	uint32_t i;

	if (table >= segment->table_count)
		return -ENOENT;
	geometry = &segment->tables[table];
	for (i = 0; i < geometry->columns; i++)
		if (strncmp(segment->schema_columns[geometry->first_column +
		    i].name, name, SEGMENT_NAME_BYTES) == 0)
			return drover_column_describe(segment, table, i,
			    column);
	return -ENOENT;
}

const char *
drover_word(const struct drover_segment *segment, int32_t dictionary,
    unsigned int value)
{
	const struct reader_dictionary *words;

	if (dictionary < 0 ||
	    (uint32_t)dictionary >= segment->dictionary_count)
		return "?";
	words = &segment->dictionaries[dictionary];
	if (value >= words->words)
		return "?";
	return segment->words[words->first_word + value].text;
}
