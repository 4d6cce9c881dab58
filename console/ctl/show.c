#include "show.h"

#include <ctype.h>
#include <string.h>

#include "aligned.h"
#include "field.h"
#include "text.h"

#define SHOW_COLUMNS_MAX	32
#define SHOW_DEPTH_MAX		8
#define SHOW_KEY_BYTES		256

struct column {
	const struct field	*field;
	struct aligned_cell	 cell;
	char			 heading[64];
};

/* The name of a table stands over its names, as droverstat has it. */
static void
heading_of(char heading[64], const struct field *field)
{
	size_t i;

	if (strcmp(field->name, "name") != 0) {
		snprintf(heading, 64, "%s", field->name);
		return;
	}
	snprintf(heading, 64, "%s", field->table);
	for (i = 0; heading[i] != '\0'; i++)
		heading[i] = (char)toupper((unsigned char)heading[i]);
}

/*
 * The width that the column needs; 0 when it is absent in every row.  With
 * no rows the heading alone is shown.
 */
static int
measure(const struct field *field, const char *heading, const json_t *rows)
{
	int width = aligned_width(0, heading);
	char text[FIGURE_BYTES];
	bool present = json_array_size(rows) == 0;
	size_t i;

	for (i = 0; i < json_array_size(rows); i++) {
		field_short(text, field, json_object_get(
		    json_array_get(rows, i), field->name));
		present = present || strcmp(text, "-") != 0;
		width = aligned_width(width, text);
	}
	return present ? width : 0;
}

static size_t
choose(struct column columns[SHOW_COLUMNS_MAX], const char *table,
    const json_t *rows)
{
	const struct field *field;
	struct column *column;
	unsigned int i;
	size_t count = 0;

	for (i = 0; count < SHOW_COLUMNS_MAX &&
	    (field = field_shown(table, i)) != NULL; i++) {
		column = &columns[count];
		*column = (struct column){ .field = field };
		heading_of(column->heading, field);
		column->cell.figure = field->figure &&
		    strcmp(field->unit, "ns") != 0;
		column->cell.width = measure(field, column->heading, rows);
		if (column->cell.width > 0)
			count++;
	}
	if (count > 0)
		columns[count - 1].cell.last = true;
	return count;
}

void
show_table(FILE *stream, const char *table, const json_t *rows)
{
	struct column columns[SHOW_COLUMNS_MAX];
	size_t i, row, count = choose(columns, table, rows);
	char text[FIGURE_BYTES];

	for (i = 0; i < count; i++)
		aligned_print(stream, &columns[i].cell, i == 0,
		    columns[i].heading);
	if (count > 0)
		fputc('\n', stream);
	for (row = 0; row < json_array_size(rows) && count > 0; row++) {
		for (i = 0; i < count; i++) {
			field_short(text, columns[i].field, json_object_get(
			    json_array_get(rows, row),
			    columns[i].field->name));
			aligned_print(stream, &columns[i].cell, i == 0, text);
		}
		fputc('\n', stream);
	}
}

/* A name and what it is, aligned by what is seen. */
static void
show_member(FILE *stream, int width, const char *name, const char *text)
{
	struct aligned_cell cell = { .width = width };
	char clean[SHOW_KEY_BYTES];

	text_clean(clean, sizeof(clean), name);
	aligned_print(stream, &cell, true, clean);
	fprintf(stream, " %s\n", text);
}

void
show_row(FILE *stream, const char *table, const json_t *row)
{
	char text[FIGURE_BYTES];
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)row, key, value) {
		if (json_is_object(value) || json_is_array(value))
			continue;
		field_exact(text, field_find(table, key), value);
		fputs("  ", stream);
		show_member(stream, 24, key, text);
	}
}

static void
show_members(FILE *stream, const json_t *object, const char *before,
    int depth)
{
	char key[SHOW_KEY_BYTES];
	char text[FIGURE_BYTES];
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)object, name, value) {
		snprintf(key, sizeof(key), "%s%s%s", before,
		    before[0] != '\0' ? "." : "", name);
		if (json_is_object(value) && depth < SHOW_DEPTH_MAX) {
			show_members(stream, value, key, depth + 1);
			continue;
		}
		if (json_is_array(value))
			snprintf(text, sizeof(text), "%zu entries",
			    json_array_size(value));
		else
			field_short(text, NULL, value);
		show_member(stream, 26, key, text);
	}
}

void
show_object(FILE *stream, const json_t *object)
{
	show_members(stream, object, "", 0);
}

void
show_text(FILE *stream, const char *text)
{
	char line[4096], clean[3 * 4096];
	size_t length;

	while (*text != '\0') {
		length = strcspn(text, "\n");
		/* What is cut at a line this long goes on in the next. */
		if (length >= sizeof(line))
			length = sizeof(line) - 1;
		snprintf(line, sizeof(line), "%.*s", (int)length, text);
		text_clean(clean, sizeof(clean), line);
		fprintf(stream, "%s\n", clean);
		text += length + (text[length] == '\n');
	}
}

void
show_event(FILE *stream, const json_t *event)
{
	static const char *const names[] = { "time", "node", "severity",
	    "kind", "object", "text" };
	char texts[6][FIGURE_BYTES];
	size_t i;

	for (i = 0; i < 6; i++) {
		field_short(texts[i], NULL, json_object_get(event, names[i]));
		if (i >= 4 && strcmp(texts[i], "-") == 0)
			texts[i][0] = '\0';
	}
	fprintf(stream, "%s %s %-8s %-16s %s%s%s\n", texts[0], texts[1],
	    texts[2], texts[3], texts[4], texts[4][0] != '\0' &&
	    texts[5][0] != '\0' ? " " : "", texts[5]);
}

static const char *
word(const json_t *object, const char *name, char text[FIGURE_BYTES])
{
	field_short(text, NULL, json_object_get(object, name));
	return text;
}

void
show_status(FILE *stream, const json_t *answer)
{
	static const char *const tables[] = { "node", "backend", "model",
	    "process" };
	const json_t *writer = json_object_get(answer, "writer"), *rows;
	char state[FIGURE_BYTES], pid[FIGURE_BYTES], started[FIGURE_BYTES];
	size_t i;

	if (json_is_object(writer))
		fprintf(stream, "droverd core is %s, pid %s since %s\n",
		    word(writer, "state", state), word(writer, "pid", pid),
		    word(writer, "started", started));
	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		rows = json_object_get(json_object_get(answer, "tables"),
		    tables[i]);
		if (json_array_size(rows) == 0)
			continue;
		fputc('\n', stream);
		show_table(stream, tables[i], rows);
	}
}

void
show_node(FILE *stream, const json_t *answer)
{
	static const struct { const char *member, *table; } parts[] = {
		{ "devices", "device" }, { "backends", "backend" },
		{ "models", "model" }, { "processes", "process" },
	};
	const json_t *rows;
	size_t i;

	show_row(stream, "node", json_object_get(answer, "node"));
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		rows = json_object_get(answer, parts[i].member);
		if (json_array_size(rows) == 0)
			continue;
		fputc('\n', stream);
		show_table(stream, parts[i].table, rows);
	}
}
