/* The outputs for people: tables, lists, the state of the writer. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aligned.h"
#include "output.h"
#include "text.h"
#include "value.h"

static void
upper(char *text)
{
	for (; *text != '\0'; text++)
		*text = (char)toupper((unsigned char)*text);
}

void
output_state(FILE *stream, const struct source *source)
{
	char state[32], since[VALUE_BYTES];
	const char *what = "these are its last values";

	if (source->liveness == DROVER_WRITER_ALIVE)
		return;
	snprintf(state, sizeof(state), "%s",
	    drover_liveness_name(source->liveness));
	upper(state);
	if (source->liveness == DROVER_WRITER_IMAGE) {
		fprintf(stream, "%s %s\n", state, source->path);
		return;
	}
	figure_time(since, source->time_ns);
	if (isnan(source->silent_seconds))
		strcpy(since, "before this machine was started");
	else
		figure_time(since, source->time_ns -
		    (int64_t)(source->silent_seconds * 1e9));
	fprintf(stream, "%s since %s: the writer of %s (pid %lld) %s; %s\n",
	    state, since, source->path, (long long)source->info.writer_pid,
	    source->liveness == DROVER_WRITER_HUNG ? "gives no sign of life" :
	    source->liveness == DROVER_WRITER_DEAD ? "is gone" :
	    source->liveness == DROVER_WRITER_CLOSED ? "ended in order" :
	    "was replaced", what);
}

static void
heading_text(char text[VALUE_BYTES], const struct selection_table *table,
    uint32_t column)
{
	if (strcmp(table->columns[column].name, "name") == 0) {
		text_clean(text, VALUE_BYTES, table->table.name);
		upper(text);
	} else
		text_clean(text, VALUE_BYTES, table->columns[column].name);
}

static void
cell(FILE *stream, const struct selection_table *table, uint32_t column,
    const char *text)
{
	struct aligned_cell cell = {
		.width = table->widths[column],
		.figure = !value_is_text(&table->columns[column]),
		.last = column + 1 == table->count,
	};

	aligned_print(stream, &cell, column == 0, text);
}

static void
widen(struct selection_table *table, uint32_t column, const char *text)
{
	table->widths[column] = aligned_width(table->widths[column], text);
}

static void
measure(struct selection_table *table, const struct drover_segment *segment,
    const void **rows, uint32_t count)
{
	char text[VALUE_BYTES];
	uint32_t i, column;

	for (column = 0; column < table->count; column++) {
		heading_text(text, table, column);
		widen(table, column, text);
		for (i = 0; i < count; i++) {
			value_short(text, segment, &table->columns[column],
			    rows[i]);
			widen(table, column, text);
		}
	}
}

static void
heading(FILE *stream, const struct selection_table *table)
{
	char text[VALUE_BYTES];
	uint32_t column;

	for (column = 0; column < table->count; column++) {
		heading_text(text, table, column);
		cell(stream, table, column, text);
	}
	fputc('\n', stream);
}

static void
line(FILE *stream, const struct selection_table *table,
    const struct drover_segment *segment, const void *row)
{
	char text[VALUE_BYTES];
	uint32_t column;

	for (column = 0; column < table->count; column++) {
		value_short(text, segment, &table->columns[column], row);
		cell(stream, table, column, text);
	}
	fputc('\n', stream);
}

static bool
absent(const struct selection_table *table, uint32_t column,
    const struct drover_segment *segment, const void **rows, uint32_t count)
{
	char text[VALUE_BYTES];
	uint32_t i;

	for (i = 0; i < count; i++) {
		value_short(text, segment, &table->columns[column], rows[i]);
		if (strcmp(text, "-") != 0)
			return false;
	}
	return true;
}

/* Columns nobody asked for by name go when they say nothing. */
static void
drop_absent(struct selection_table *table,
    const struct drover_segment *segment, const void **rows, uint32_t count)
{
	uint32_t column, kept = 0;

	if (table->chosen || count == 0)
		return;
	for (column = 0; column < table->count; column++)
		if (!absent(table, column, segment, rows, count))
			table->columns[kept++] = table->columns[column];
	table->count = kept;
}

/* A heading stands over nothing only when the table was the only one. */
void
output_table(FILE *stream, const struct source *source,
    struct selection *selection)
{
	struct drover_snapshot snapshot;
	struct selection_table *table;
	const void **rows;
	uint32_t i, row, count, blocks = 0;

	if (drover_snapshot_begin(source->image, &snapshot) != 0)
		return;
	for (i = 0; i < selection->count; i++) {
		table = &selection->tables[i];
		rows = selection_rows(table, &snapshot, &count);
		if (count > 0 || selection->count == 1) {
			if (blocks++ > 0)
				fputc('\n', stream);
			drop_absent(table, source->image, rows, count);
			measure(table, source->image, rows, count);
			heading(stream, table);
		}
		for (row = 0; row < count; row++)
			line(stream, table, source->image, rows[row]);
		free(rows);
	}
}

void
output_follow(FILE *stream, const struct source *source,
    struct selection *selection, bool with_heading)
{
	struct drover_snapshot snapshot;
	struct selection_table *table;
	char now[VALUE_BYTES];
	const void **rows;
	uint32_t i, row, count;

	if (drover_snapshot_begin(source->image, &snapshot) != 0)
		return;
	figure_time(now, source->time_ns);
	for (i = 0; i < selection->count; i++) {
		table = &selection->tables[i];
		rows = selection_rows(table, &snapshot, &count);
		measure(table, source->image, rows, count);
		if (with_heading || selection->count > 1) {
			fputs("TIME      ", stream);
			heading(stream, table);
		}
		for (row = 0; row < count; row++) {
			fprintf(stream, "%.8s  ", strlen(now) > 11 ?
			    now + 11 : now);
			line(stream, table, source->image, rows[row]);
		}
		free(rows);
	}
}

/* The identity of a row: its columns of the semantics id. */
static void
row_title(FILE *stream, const struct drover_segment *segment,
    const struct drover_table *table, const void *row)
{
	struct drover_column column;
	char text[VALUE_BYTES];
	uint32_t i;

	text_clean(text, sizeof(text), table->name);
	fputs(text, stream);
	for (i = 0; i < table->columns; i++) {
		if (drover_column_describe(segment, table->index, i,
		    &column) != 0 ||
		    column.semantics != DROVER_SEMANTICS_ID)
			continue;
		value_short(text, segment, &column, row);
		fprintf(stream, " %s", text);
	}
	fputc('\n', stream);
}

static void
row_all(FILE *stream, const struct drover_segment *segment,
    const struct selection_table *table, const void *row)
{
	char name[VALUE_BYTES], text[VALUE_BYTES];
	uint32_t column;

	row_title(stream, segment, &table->table, row);
	for (column = 0; column < table->count; column++) {
		text_clean(name, sizeof(name), table->columns[column].name);
		value_exact(text, segment, &table->columns[column], row);
		fprintf(stream, "  %-24s %s\n", name, text);
	}
}

void
output_all(FILE *stream, const struct source *source,
    const struct selection *selection)
{
	struct drover_snapshot snapshot;
	const void **rows;
	uint32_t i, row, count, blocks = 0;

	if (drover_snapshot_begin(source->image, &snapshot) != 0)
		return;
	for (i = 0; i < selection->count; i++) {
		rows = selection_rows(&selection->tables[i], &snapshot,
		    &count);
		for (row = 0; row < count; row++) {
			if (blocks++ > 0)
				fputc('\n', stream);
			row_all(stream, source->image, &selection->tables[i],
			    rows[row]);
		}
		free(rows);
	}
}

void
output_list(FILE *stream, const struct selection *selection)
{
	static const char *const semantics[] = { "id", "state", "gauge",
	    "counter" };
	const struct selection_table *table;
	const struct drover_column *column;
	char name[VALUE_BYTES], help[VALUE_BYTES], unit[VALUE_BYTES];
	char dotted[VALUE_BYTES];
	uint32_t i, j;

	for (i = 0; i < selection->count; i++) {
		table = &selection->tables[i];
		text_clean(help, sizeof(help), table->table.help);
		text_clean(name, sizeof(name), table->table.name);
		fprintf(stream, "%s%s: %s\n", i > 0 ? "\n" : "", name, help);
		for (j = 0; j < table->count; j++) {
			column = &table->columns[j];
			text_clean(unit, sizeof(unit), column->unit);
			text_clean(help, sizeof(help), column->help);
			snprintf(dotted, sizeof(dotted), "%s.%s",
			    table->table.name, column->name);
			text_clean(name, sizeof(name), dotted);
			fprintf(stream, "%-28s %-8s %-12s %s\n", name,
			    (unsigned int)column->semantics < 4 ?
			    semantics[column->semantics] : "?", unit, help);
		}
	}
}

void
output_event(FILE *stream, const struct drover_event *event)
{
	static const char *const severities[] = {
#define WORD(dictionary, NAME, value, text)	[value] = text,
		DROVER_DICTIONARY_SEVERITY(WORD)
#undef WORD
	};
	char when[VALUE_BYTES], node[VALUE_BYTES], kind[VALUE_BYTES];
	char object[VALUE_BYTES], text[VALUE_BYTES];
	size_t severity = (size_t)event->severity;

	figure_time(when, event->time_ns);
	text_clean(node, sizeof(node), event->node);
	text_clean(kind, sizeof(kind), event->kind);
	text_clean(object, sizeof(object), event->object);
	text_clean(text, sizeof(text), event->text);
	fprintf(stream, "%s %s %-8s %-16s %s%s%s\n", when, node,
	    severity < sizeof(severities) / sizeof(severities[0]) ?
	    severities[severity] : "?", kind, object,
	    object[0] != '\0' && text[0] != '\0' ? " " : "", text);
}
