#include "value.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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
value_time(char text[VALUE_BYTES], int64_t time_ns)
{
	time_t seconds = (time_t)(time_ns / 1000000000);
	struct tm tm;

	if (time_ns == 0 || gmtime_r(&seconds, &tm) == NULL ||
	    strftime(text, VALUE_BYTES, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		strcpy(text, "-");
}

void
value_digits(char text[VALUE_BYTES], double value)
{
	snprintf(text, VALUE_BYTES, "%.15g", value);
	if (strtod(text, NULL) < value || strtod(text, NULL) > value)
		snprintf(text, VALUE_BYTES, "%.17g", value);
}

/* 999, 1.5K, 62.8G: at most six columns. */
static void
scaled(char text[VALUE_BYTES], double value, double step)
{
	static const char letters[] = " KMGTPE";
	size_t power = 0;

	while (fabs(value) >= step - 0.5 && power < sizeof(letters) - 2) {
		value /= step;
		power++;
	}
	if (power == 0)
		snprintf(text, VALUE_BYTES, "%.0f", value);
	else
		snprintf(text, VALUE_BYTES, "%.*f%c",
		    fabs(value) < 99.95 ? 1 : 0, value, letters[power]);
}

static void
number(char text[VALUE_BYTES], const struct drover_column *column,
    double value)
{
	if (!isfinite(value))
		strcpy(text, "-");
	else if (strncmp(column->unit, "bytes", 5) == 0)
		scaled(text, value, 1024);
	else if (strcmp(column->unit, "bits_per_s") == 0)
		scaled(text, value, 1000);
	else if (strcmp(column->unit, "tasks") == 0)
		snprintf(text, VALUE_BYTES, "%.2f", value);
	else if (column->semantics == DROVER_SEMANTICS_COUNTER ||
	    fabs(value) >= 999.95 || strcmp(column->unit, "count") == 0 ||
	    strcmp(column->unit, "tokens") == 0 ||
	    strcmp(column->unit, "flag") == 0 ||
	    strcmp(column->unit, "code") == 0 ||
	    strcmp(column->unit, "bits") == 0)
		snprintf(text, VALUE_BYTES, "%.0f", value);
	else
		snprintf(text, VALUE_BYTES, "%.1f", value);
}

void
value_short(char text[VALUE_BYTES], const struct drover_segment *segment,
    const struct drover_column *column, const void *row)
{
	char raw[VALUE_BYTES];

	if (value_is_time(column)) {
		value_time(text, drover_get_i64(column, row));
	} else if (column->type == DROVER_TYPE_I64) {
		snprintf(text, VALUE_BYTES, "%" PRId64,
		    drover_get_i64(column, row));
	} else if (column->type == DROVER_TYPE_F64) {
		number(text, column, drover_get_f64(column, row));
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
	size_t length;

	if (column->type != DROVER_TYPE_F64) {
		value_short(text, segment, column, row);
		return;
	}
	if (!isfinite(drover_get_f64(column, row))) {
		strcpy(text, "-");
		return;
	}
	value_digits(text, drover_get_f64(column, row));
	length = strlen(text);
	if (strcmp(column->unit, "none") != 0)
		snprintf(text + length, VALUE_BYTES - length, " %s",
		    column->unit);
}
