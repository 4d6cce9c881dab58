#include "value.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

bool
value_is_time(const struct drover_column *column)
{
	return column->type == DROVER_TYPE_I64 &&
	    strcmp(column->unit, "ns") == 0;
}

bool
value_is_text(const struct drover_column *column)
{
	return column->type != DROVER_TYPE_F64 &&
	    column->type != DROVER_TYPE_I64;
}

void
value_short(char text[VALUE_BYTES], const struct drover_segment *segment,
    const struct drover_column *column, const void *row)
{
	char raw[VALUE_BYTES];

	if (value_is_time(column)) {
		figure_time(text, drover_get_i64(column, row));
	} else if (column->type == DROVER_TYPE_I64) {
		snprintf(text, VALUE_BYTES, "%" PRId64,
		    drover_get_i64(column, row));
	} else if (column->type == DROVER_TYPE_F64) {
		figure_short(text, column->unit,
		    column->semantics == DROVER_SEMANTICS_COUNTER,
		    drover_get_f64(column, row));
	} else {
		drover_get_str(segment, column, row, raw, sizeof(raw));
		text_clean(text, VALUE_BYTES, raw);
		if (text[0] == '\0')
			strcpy(text, "-");
	}
}

void
value_exact(char text[VALUE_BYTES], const struct drover_segment *segment,
    const struct drover_column *column, const void *row)
{
	if (column->type == DROVER_TYPE_F64)
		figure_exact(text, column->unit, drover_get_f64(column, row));
	else
		value_short(text, segment, column, row);
}
