#include "openmetrics.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "text.h"
#include "value.h"

/* Units of the segment in base units; one that is not here is none. */
static const struct base_unit {
	const char	*unit;
	const char	*base;
	double		 scale;
} base_units[] = {
	{ "percent", "ratio", 0.01 },
	{ "bytes", "bytes", 1 },
	{ "bytes_per_s", "bytes_per_second", 1 },
	{ "bits_per_s", "bits_per_second", 1 },
	{ "per_s", "per_second", 1 },
	{ "seconds", "seconds", 1 },
	{ "ms", "seconds", 1e-3 },
	{ "us", "seconds", 1e-6 },
	{ "ns", "seconds", 1e-9 },
	{ "celsius", "celsius", 1 },
	{ "watts", "watts", 1 },
	{ "mhz", "hertz", 1e6 },
};

/* The name of a family may not end like a sample of some type. */
static void
strip_reserved(char *name)
{
	static const char *const suffixes[] = { "_total", "_created",
	    "_count", "_sum", "_bucket", "_info", "_gcount", "_gsum" };
	size_t length = strlen(name), suffix, i;

	for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		suffix = strlen(suffixes[i]);
		if (length > suffix &&
		    strcmp(name + length - suffix, suffixes[i]) == 0)
			name[length - suffix] = '\0';
	}
}

/* Names of a segment from elsewhere may hold anything. */
static void
name_clean(char *name)
{
	for (; *name != '\0'; name++)
		if (!isascii((unsigned char)*name) ||
		    (!isalnum((unsigned char)*name) && *name != '_'))
			*name = '_';
}

void
openmetrics_family(struct openmetrics_family *family, const char *table,
    const struct drover_column *column)
{
	size_t i, length;

	family->unit = "";
	family->scale = 1;
	for (i = 0; i < sizeof(base_units) / sizeof(base_units[0]); i++) {
		if (strcmp(base_units[i].unit, column->unit) == 0) {
			family->unit = base_units[i].base;
			family->scale = base_units[i].scale;
		}
	}
	snprintf(family->name, sizeof(family->name), "drover_%s_%s%s", table,
	    column->name, value_is_time(column) ? "_timestamp" : "");
	name_clean(family->name);
	if (family->unit[0] == '\0' ||
	    column->semantics == DROVER_SEMANTICS_COUNTER)
		strip_reserved(family->name);
	length = strlen(family->name);
	if (family->unit[0] != '\0')
		snprintf(family->name + length, sizeof(family->name) -
		    length, "_%s", family->unit);
}

void
openmetrics_escape(char *to, size_t size, const char *text)
{
	char clean[VALUE_BYTES];
	const char *from = clean;

	text_clean(clean, sizeof(clean), text);
	/* Clean text has no line feed. */
	while (*from != '\0' && size > 2) {
		if (*from == '\\' || *from == '"') {
			*to++ = '\\';
			size--;
		}
		*to++ = *from++;
		size--;
	}
	*to = '\0';
}

static void
head(FILE *stream, const char *name, const char *type, const char *unit,
    const char *help)
{
	char escaped[VALUE_BYTES * 2];

	fprintf(stream, "# TYPE %s %s\n", name, type);
	if (unit[0] != '\0')
		fprintf(stream, "# UNIT %s %s\n", name, unit);
	openmetrics_escape(escaped, sizeof(escaped), help);
	fprintf(stream, "# HELP %s %s\n", name, escaped);
}

static void
label(FILE *stream, const char **separator, const char *name,
    const char *text)
{
	char escaped[VALUE_BYTES * 2], clean[VALUE_BYTES];

	snprintf(clean, sizeof(clean), "%s", name);
	name_clean(clean);
	openmetrics_escape(escaped, sizeof(escaped), text);
	fprintf(stream, "%s%s=\"%s\"", *separator, clean, escaped);
	*separator = ",";
}

/* Columns of identity; "name" is called after its table. */
static void
row_labels(FILE *stream, const char **separator,
    const struct drover_segment *segment, const struct drover_table *table,
    const void *row)
{
	struct drover_column column;
	char text[VALUE_BYTES];
	uint32_t i;

	for (i = 0; i < table->columns; i++) {
		if (drover_column_describe(segment, table->index, i,
		    &column) != 0 ||
		    column.semantics != DROVER_SEMANTICS_ID)
			continue;
		drover_get_str(segment, &column, row, text, sizeof(text));
		label(stream, separator, strcmp(column.name, "name") == 0 ?
		    table->name : column.name, text);
	}
}

struct table_samples {
	FILE				*stream;
	const struct drover_segment	*segment;
	const struct selection_table	*table;
	const void			**rows;
	uint32_t			 count;
};

/* Absent: not measured here, or a time that has not come. */
static bool
sample_value(const struct drover_column *column, const void *row,
    double *value)
{
	if (column->type == DROVER_TYPE_I64) {
		*value = (double)drover_get_i64(column, row);
		return !value_is_time(column) || *value > 0;
	}
	*value = drover_get_f64(column, row);
	return isfinite(*value);
}

/* A value that was asked for but nowhere is present has no family. */
static bool
any_value(const struct table_samples *samples,
    const struct drover_column *column)
{
	double value;
	uint32_t i;

	for (i = 0; i < samples->count; i++)
		if (sample_value(column, samples->rows[i], &value))
			return true;
	return false;
}

static void
number_family(const struct table_samples *samples,
    const struct drover_column *column)
{
	bool counter = column->semantics == DROVER_SEMANTICS_COUNTER;
	struct openmetrics_family family;
	const char *separator;
	char digits[VALUE_BYTES];
	double value;
	uint32_t i;

	if (!any_value(samples, column))
		return;
	openmetrics_family(&family, samples->table->table.name, column);
	head(samples->stream, family.name, counter ? "counter" : "gauge",
	    family.unit, column->help);
	for (i = 0; i < samples->count; i++) {
		if (!sample_value(column, samples->rows[i], &value) ||
		    (counter && value < 0))
			continue;
		fprintf(samples->stream, "%s%s", family.name,
		    counter ? "_total" : "");
		separator = "{";
		row_labels(samples->stream, &separator, samples->segment,
		    &samples->table->table, samples->rows[i]);
		figure_digits(digits, value * family.scale);
		fprintf(samples->stream, "%s %s\n",
		    *separator == ',' ? "}" : "", digits);
	}
}

/* One sample a word of the dictionary, 1 for the word that holds. */
static void
state_family(const struct table_samples *samples,
    const struct drover_column *column)
{
	const char *separator, *word;
	char name[160];
	unsigned int value;
	uint32_t i;

	snprintf(name, sizeof(name), "drover_%s_%s",
	    samples->table->table.name, column->name);
	name_clean(name);
	head(samples->stream, name, "stateset", "", column->help);
	for (i = 0; i < samples->count; i++) {
		for (value = 0; value < 256; value++) {
			word = drover_word(samples->segment,
			    column->dictionary, value);
			if (strcmp(word, "?") == 0)
				break;
			fputs(name, samples->stream);
			separator = "{";
			row_labels(samples->stream, &separator,
			    samples->segment, &samples->table->table,
			    samples->rows[i]);
			label(samples->stream, &separator, name, word);
			fprintf(samples->stream, "} %d\n", drover_get_i64(
			    column, samples->rows[i]) == (int64_t)value);
		}
	}
}

/* Kinds do not change while the object lives; states do. */
static bool
is_state(const struct drover_column *column)
{
	return column->type == DROVER_TYPE_ENUM8 &&
	    column->semantics == DROVER_SEMANTICS_STATE &&
	    strcmp(column->name, "kind") != 0;
}

/* A message would make a new series each time it is worded anew. */
static bool
is_info(const struct drover_column *column)
{
	return value_is_text(column) && !is_state(column) &&
	    column->semantics == DROVER_SEMANTICS_STATE &&
	    strcmp(column->name, "message") != 0;
}

static bool
any_info(const struct selection_table *table)
{
	uint32_t i;

	for (i = 0; i < table->count; i++)
		if (is_info(&table->columns[i]))
			return true;
	return false;
}

static void
info_family(const struct table_samples *samples)
{
	const struct selection_table *table = samples->table;
	const char *separator;
	char name[160], text[VALUE_BYTES];
	uint32_t i, column;

	if (!any_info(table))
		return;
	snprintf(name, sizeof(name), "drover_%s", table->table.name);
	name_clean(name);
	head(samples->stream, name, "info", "", table->table.help);
	for (i = 0; i < samples->count; i++) {
		fprintf(samples->stream, "%s_info", name);
		separator = "{";
		row_labels(samples->stream, &separator, samples->segment,
		    &table->table, samples->rows[i]);
		for (column = 0; column < table->count; column++) {
			if (!is_info(&table->columns[column]))
				continue;
			drover_get_str(samples->segment,
			    &table->columns[column], samples->rows[i], text,
			    sizeof(text));
			label(samples->stream, &separator,
			    table->columns[column].name, text);
		}
		fprintf(samples->stream, "%s 1\n",
		    *separator == ',' ? "}" : "");
	}
}

static void
table_families(FILE *stream, const struct drover_snapshot *snapshot,
    const struct selection_table *table)
{
	struct table_samples samples = { stream, snapshot->segment, table,
	    NULL, 0 };
	uint32_t i;

	samples.rows = selection_rows(table, snapshot, &samples.count);
	if (samples.count > 0)
		info_family(&samples);
	for (i = 0; samples.count > 0 && i < table->count; i++) {
		if (is_state(&table->columns[i]))
			state_family(&samples, &table->columns[i]);
		else if (!value_is_text(&table->columns[i]))
			number_family(&samples, &table->columns[i]);
	}
	free(samples.rows);
}

/* The segment itself: without it, old values would pass for fresh. */
static void
segment_families(FILE *stream, const struct source *source)
{
	static const char writer[] = "drover_segment_writer_state";
	char digits[VALUE_BYTES];
	int liveness;

	head(stream, writer, "stateset", "", "state of the writer");
	for (liveness = DROVER_WRITER_ALIVE;
	    liveness <= DROVER_WRITER_IMAGE; liveness++)
		fprintf(stream, "%s{%s=\"%s\"} %d\n", writer, writer,
		    drover_liveness_name((enum drover_liveness)liveness),
		    liveness == (int)source->liveness);
	head(stream, "drover_segment_transactions", "counter", "",
	    "transactions published since the segment was made");
	fprintf(stream, "drover_segment_transactions_total %llu\n",
	    (unsigned long long)source->info.version);
	if (isnan(source->silent_seconds))
		return;
	head(stream, "drover_segment_silent_seconds", "gauge", "seconds",
	    "time since the writer last gave a sign of life");
	figure_digits(digits, source->silent_seconds);
	fprintf(stream, "drover_segment_silent_seconds %s\n", digits);
}

void
output_openmetrics(FILE *stream, const struct source *source,
    const struct selection *selection)
{
	struct drover_snapshot snapshot;
	uint32_t i;

	if (drover_snapshot_begin(source->image, &snapshot) != 0)
		return;
	segment_families(stream, source);
	for (i = 0; i < selection->count; i++)
		table_families(stream, &snapshot, &selection->tables[i]);
	fputs("# EOF\n", stream);
}
