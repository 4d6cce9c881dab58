#include "selection.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct shown {
	const char	*table;
	const char	*column;
} shown[] = {
#define SHOWN(table, column)	{ table, column },
#include <drover/tables/shown.def>
#undef SHOWN
};
#define SHOWN_COUNT	(sizeof(shown) / sizeof(shown[0]))

static int
no_memory(void)
{
	fputs("droverstat: out of memory\n", stderr);
	return STAT_EXIT_ERROR;
}

static int
column_add(struct selection_table *to, const struct drover_column *column)
{
	struct drover_column *more;
	int *widths;

	more = realloc(to->columns, (to->count + 1) * sizeof(*more));
	if (more == NULL)
		return no_memory();
	to->columns = more;
	widths = realloc(to->widths, (to->count + 1) * sizeof(*widths));
	if (widths == NULL)
		return no_memory();
	to->widths = widths;
	widths[to->count] = 0;
	more[to->count++] = *column;
	return 0;
}

static int
columns_all(struct selection_table *to, const struct drover_segment *segment)
{
	struct drover_column column;
	uint32_t i;
	int status = 0;

	for (i = 0; status == 0 && i < to->table.columns; i++)
		if (drover_column_describe(segment, to->table.index, i,
		    &column) == 0)
			status = column_add(to, &column);
	return status;
}

/* The columns of shown.def; of a table that it does not know, all. */
static int
columns_shown(struct selection_table *to,
    const struct drover_segment *segment)
{
	struct drover_column column;
	size_t i;
	int status = 0;

	for (i = 0; status == 0 && i < SHOWN_COUNT; i++)
		if (strcmp(shown[i].table, to->table.name) == 0 &&
		    drover_column_find(segment, to->table.index,
		    shown[i].column, &column) == 0)
			status = column_add(to, &column);
	if (status == 0 && to->count == 0)
		status = columns_all(to, segment);
	return status;
}

static struct selection_table *
table_selected(struct selection *selection, const char *name)
{
	uint32_t i;

	for (i = 0; i < selection->count; i++)
		if (strcmp(selection->tables[i].table.name, name) == 0)
			return &selection->tables[i];
	return NULL;
}

static int
table_add(struct selection *selection, const struct drover_segment *segment,
    const char *name)
{
	struct selection_table *to;
	int index;

	if (table_selected(selection, name) != NULL)
		return 0;
	index = drover_table_find(segment, name);
	if (index < 0) {
		fprintf(stderr, "droverstat: table %s: there is none of that "
		    "name; droverstat -l lists them\n", name);
		return STAT_EXIT_USAGE;
	}
	if (selection->count == SELECTION_TABLES_MAX)
		return no_memory();
	to = &selection->tables[selection->count++];
	memset(to, 0, sizeof(*to));
	if (drover_table_describe(segment, (uint32_t)index, &to->table) != 0)
		return STAT_EXIT_DAMAGED;
	return 0;
}

/* Calls take() for each name of a list "a,b,c". */
static int
list_each(const char *list, const char *what,
    int (*take)(void *context, const char *name), void *context)
{
	char name[128];
	size_t length;
	int status = 0;

	do {
		length = strcspn(list, ",");
		if (length == 0 || length >= sizeof(name)) {
			fprintf(stderr, "droverstat: %s: %s\n", what,
			    length == 0 ? "an empty name" :
			    "a name of more than 127 bytes");
			return STAT_EXIT_USAGE;
		}
		memcpy(name, list, length);
		name[length] = '\0';
		status = take(context, name);
		list += length;
	} while (status == 0 && *list++ == ',');
	return status;
}

struct choice {
	struct selection		*selection;
	const struct drover_segment	*segment;
	const struct options		*options;
	char				 table[64]; /* of a bare column */
};

static int
choose_table(void *context, const char *name)
{
	struct choice *choice = context;

	return table_add(choice->selection, choice->segment, name);
}

/* Splits table.column, or takes the table of the one before. */
static int
choose_column(void *context, const char *name)
{
	struct choice *choice = context;
	const char *dot = strchr(name, '.');
	struct selection_table *to;
	struct drover_column column;
	int status;

	if (dot != NULL) {
		snprintf(choice->table, sizeof(choice->table), "%.*s",
		    (int)(dot - name), name);
		name = dot + 1;
	}
	status = table_add(choice->selection, choice->segment,
	    choice->table);
	if (status != 0)
		return status;
	to = table_selected(choice->selection, choice->table);
	if (drover_column_find(choice->segment, to->table.index, name,
	    &column) != 0) {
		fprintf(stderr, "droverstat: column %s.%s: there is none of "
		    "that name; droverstat -l lists them\n", choice->table,
		    name);
		return STAT_EXIT_USAGE;
	}
	to->chosen = true;
	return column_add(to, &column);
}

static int
choose_sort(struct choice *choice, const char *sort)
{
	char table[64] = "";
	bool reversed = *sort == '-', found = false;
	const char *dot = strchr(sort, '.'), *name = sort + reversed;
	struct selection_table *to;
	uint32_t i;

	if (dot != NULL) {
		snprintf(table, sizeof(table), "%.*s", (int)(dot - name),
		    name);
		name = dot + 1;
	}
	for (i = 0; i < choice->selection->count; i++) {
		to = &choice->selection->tables[i];
		if ((table[0] != '\0' && strcmp(table, to->table.name) != 0) ||
		    drover_column_find(choice->segment, to->table.index,
		    name, &to->sort) != 0)
			continue;
		to->sorted = found = true;
		to->reversed = reversed;
	}
	if (found)
		return 0;
	fprintf(stderr, "droverstat: sort column %s: no table shown has it; "
	    "droverstat -l lists them\n", sort + (*sort == '-'));
	return STAT_EXIT_USAGE;
}

/* Every table but metric, or what a line an interval has room for. */
static int
choose_default(struct choice *choice)
{
	struct drover_segment_info info;
	struct drover_table table;
	uint32_t i;
	int status = 0;

	if (choice->options->follow &&
	    choice->options->output == OUTPUT_TABLE &&
	    drover_table_find(choice->segment, "node") >= 0)
		return table_add(choice->selection, choice->segment, "node");
	drover_segment_info(choice->segment, &info);
	for (i = 0; status == 0 && i < info.tables; i++)
		if (drover_table_describe(choice->segment, i, &table) == 0 &&
		    (strcmp(table.name, "metric") != 0 ||
		    choice->options->output == OUTPUT_LIST))
			status = table_add(choice->selection,
			    choice->segment, table.name);
	return status;
}

static int
fill_columns(struct choice *choice)
{
	bool every = choice->options->output != OUTPUT_TABLE;
	struct selection_table *to;
	uint32_t i;
	int status = 0;

	for (i = 0; status == 0 && i < choice->selection->count; i++) {
		to = &choice->selection->tables[i];
		if (to->count == 0)
			status = every ? columns_all(to, choice->segment) :
			    columns_shown(to, choice->segment);
	}
	return status;
}

int
selection_make(struct selection *selection,
    const struct drover_segment *segment, const struct options *options)
{
	struct choice choice = { selection, segment, options, "node" };
	int status = 0;

	selection->count = 0;
	if (options->tables != NULL) {
		status = list_each(options->tables, "-t", choose_table,
		    &choice);
		if (status == 0)
			snprintf(choice.table, sizeof(choice.table), "%s",
			    selection->tables[0].table.name);
	}
	if (status == 0 && options->columns != NULL)
		status = list_each(options->columns, "-c", choose_column,
		    &choice);
	if (status == 0 && selection->count == 0)
		status = choose_default(&choice);
	if (status == 0)
		status = fill_columns(&choice);
	if (status == 0 && options->sort != NULL)
		status = choose_sort(&choice, options->sort);
	if (status != 0)
		selection_free(selection);
	return status;
}

void
selection_free(struct selection *selection)
{
	uint32_t i;

	for (i = 0; i < selection->count; i++) {
		free(selection->tables[i].columns);
		free(selection->tables[i].widths);
	}
	selection->count = 0;
}

struct order {
	const struct selection_table	*table;
	const struct drover_segment	*segment;
};

static bool
is_number(const struct drover_column *column)
{
	return column->type == DROVER_TYPE_F64 ||
	    column->type == DROVER_TYPE_I64;
}

/* Larger numbers first; what is not there comes last either way. */
static int
compare_numbers(double a, double b, bool reversed)
{
	if (isnan(a) || isnan(b))
		return isnan(a) - isnan(b);
	if (reversed)
		return (a > b) - (a < b);
	return (a < b) - (a > b);
}

static int
compare(const void *left, const void *right, void *context)
{
	const struct order *order = context;
	const struct drover_column *column = &order->table->sort;
	const void *a = *(const void *const *)left;
	const void *b = *(const void *const *)right;
	char a_text[256], b_text[256];
	int result;

	if (is_number(column))
		result = compare_numbers(drover_get_f64(column, a),
		    drover_get_f64(column, b), order->table->reversed);
	else {
		drover_get_str(order->segment, column, a, a_text,
		    sizeof(a_text));
		drover_get_str(order->segment, column, b, b_text,
		    sizeof(b_text));
		result = strcmp(a_text, b_text);
		if (order->table->reversed)
			result = -result;
	}
	/* Equal ones stay in the order of the segment. */
	return result != 0 ? result : (a > b) - (a < b);
}

const void **
selection_rows(const struct selection_table *table,
    const struct drover_snapshot *snapshot, uint32_t *count)
{
	struct order order = { table, snapshot->segment };
	uint32_t slots = drover_rows(snapshot, table->table.index), i;
	const void **rows, *row;

	*count = 0;
	if (slots == 0)
		return NULL;
	rows = calloc(slots, sizeof(*rows));
	if (rows == NULL)
		return NULL;
	for (i = 0; i < slots; i++) {
		row = drover_row(snapshot, table->table.index, i);
		if (row != NULL)
			rows[(*count)++] = row;
	}
	if (table->sorted)
		qsort_r(rows, *count, sizeof(*rows), compare, &order);
	return rows;
}
