/* The schema of a segment: checked, measured and stored. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "shm/schema.h"

/* A name or help text that would be cut is a bug of the table, not input. */
static bool
fits(const char *text, size_t bytes)
{
	return text != NULL && strlen(text) < bytes;
}

static int32_t
dictionary_index(const struct segment_schema *schema, const char *name)
{
	uint32_t i;

	for (i = 0; name != NULL && i < schema->dictionary_count; i++)
		if (strcmp(schema->dictionaries[i].name, name) == 0)
			return (int32_t)i;
	return -1;
}

static bool
column_fits(const struct segment_schema *schema,
    const struct segment_table *table, const struct segment_column *column)
{
	uint32_t width = column->width;
	uint32_t align = 1;

	if (!fits(column->name, SEGMENT_NAME_BYTES) ||
	    !fits(column->unit, 16) || !fits(column->help, 128))
		return false;
	switch (column->type) {
	case DROVER_TYPE_I64:
	case DROVER_TYPE_F64:
	case DROVER_TYPE_TEXT:
		align = 8;
		if (width != 8)
			return false;
		break;
	case DROVER_TYPE_ENUM8:
		if (width != 1 ||
		    dictionary_index(schema, column->dictionary) < 0)
			return false;
		break;
	case DROVER_TYPE_CHAR:
		if (width == 0)
			return false;
		break;
	default:
		return false;
	}
	return column->offset % align == 0 &&
	    column->offset >= sizeof(struct drover_row_header) &&
	    column->offset <= table->row_bytes &&
	    width <= table->row_bytes - column->offset;
}

static bool
table_fits(const struct segment_schema *schema,
    const struct segment_table *table)
{
	uint32_t i;

	if (!fits(table->name, SEGMENT_NAME_BYTES) || !fits(table->help, 96))
		return false;
	if (table->row_bytes < sizeof(struct drover_row_header) ||
	    table->row_bytes > DROVER_ROW_BYTES_MAX ||
	    table->row_bytes % 8 != 0)
		return false;
	if (table->rows_max == 0 || table->rows_max > SEGMENT_LEAVES_MAX *
	    segment_rows_per_leaf(table->row_bytes))
		return false;
	for (i = 0; i < table->column_count; i++)
		if (!column_fits(schema, table, &table->columns[i]))
			return false;
	return true;
}

static void
count(const struct segment_schema *schema, struct segment_schema_head *head)
{
	uint32_t i;

	memset(head, 0, sizeof(*head));
	head->tables = schema->table_count;
	head->dictionaries = schema->dictionary_count;
	for (i = 0; i < schema->table_count; i++)
		head->columns += schema->tables[i].column_count;
	for (i = 0; i < schema->dictionary_count; i++)
		head->words += schema->dictionaries[i].word_count;
}

int
segment_schema_check(const struct segment_schema *schema)
{
	const struct segment_dictionary *dictionary;
	struct segment_schema_head head;
	uint32_t i, j;

	if (schema->table_count == 0 ||
	    schema->table_count > SEGMENT_TABLES_MAX ||
	    schema->dictionary_count > SEGMENT_DICTIONARIES_MAX)
		return -EINVAL;
	count(schema, &head);
	if (head.columns > SEGMENT_COLUMNS_MAX ||
	    head.words > SEGMENT_WORDS_MAX)
		return -EINVAL;
	for (i = 0; i < schema->table_count; i++)
		if (!table_fits(schema, &schema->tables[i]))
			return -EINVAL;
	for (i = 0; i < schema->dictionary_count; i++) {
		dictionary = &schema->dictionaries[i];
		if (!fits(dictionary->name, SEGMENT_NAME_BYTES) ||
		    dictionary->word_count > 256)
			return -EINVAL;
		for (j = 0; j < dictionary->word_count; j++)
			if (!fits(dictionary->words[j], SEGMENT_NAME_BYTES))
				return -EINVAL;
	}
	return 0;
}

size_t
segment_schema_bytes(const struct segment_schema *schema)
{
	struct segment_schema_head head;

	count(schema, &head);
	return sizeof(head) +
	    head.tables * sizeof(struct segment_schema_table) +
	    head.columns * sizeof(struct segment_schema_column) +
	    head.dictionaries * sizeof(struct segment_schema_dictionary) +
	    head.words * sizeof(struct segment_schema_word);
}

/* FNV-1a over words of eight bytes: it tells schemas apart, no more. */
uint64_t
segment_schema_hash(const void *bytes, size_t length)
{
	const unsigned char *byte = bytes;
	uint64_t hash = 0xcbf29ce484222325u;
	uint64_t word;
	size_t i, step;

	for (i = 0; i < length; i += step) {
		step = length - i < sizeof(word) ? length - i : sizeof(word);
		word = 0;
		memcpy(&word, byte + i, step);
		hash = (hash ^ word) * 0x100000001b3u;
		hash ^= hash >> 32;
	}
	return hash;
}

/* The first ID column names a row for a person. */
static uint32_t
key_column(const struct segment_table *table)
{
	uint32_t i;

	for (i = 0; i < table->column_count; i++)
		if (table->columns[i].semantics == DROVER_SEMANTICS_ID)
			return i;
	return 0;
}

static void
store_table(const struct segment_table *table, uint32_t first_column,
    struct segment_schema_table *stored)
{
	memset(stored, 0, sizeof(*stored));
	strcpy(stored->name, table->name);
	strcpy(stored->help, table->help);
	stored->row_bytes = table->row_bytes;
	stored->rows_max = table->rows_max;
	stored->rows_per_leaf = segment_rows_per_leaf(table->row_bytes);
	stored->first_column = first_column;
	stored->columns = table->column_count;
	stored->key_column = key_column(table);
}

static void
store_column(const struct segment_schema *schema,
    const struct segment_column *column, uint32_t table,
    struct segment_schema_column *stored)
{
	memset(stored, 0, sizeof(*stored));
	strcpy(stored->name, column->name);
	/* The tables write "none" where a column has no unit. */
	if (strcmp(column->unit, "none") != 0)
		strcpy(stored->unit, column->unit);
	strcpy(stored->help, column->help);
	stored->type = column->type;
	stored->semantics = column->semantics;
	stored->offset = column->offset;
	stored->width = column->width;
	stored->dictionary = column->type == DROVER_TYPE_ENUM8 ?
	    dictionary_index(schema, column->dictionary) : -1;
	stored->table = table;
}

static void
store_dictionaries(const struct segment_schema *schema,
    struct segment_schema_dictionary *stored,
    struct segment_schema_word *words)
{
	const struct segment_dictionary *dictionary;
	uint32_t i, j, next = 0;

	for (i = 0; i < schema->dictionary_count; i++) {
		dictionary = &schema->dictionaries[i];
		memset(&stored[i], 0, sizeof(stored[i]));
		strcpy(stored[i].name, dictionary->name);
		stored[i].first_word = next;
		stored[i].words = dictionary->word_count;
		for (j = 0; j < dictionary->word_count; j++, next++) {
			memset(&words[next], 0, sizeof(words[next]));
			strcpy(words[next].text, dictionary->words[j]);
		}
	}
}

uint64_t
segment_schema_store(const struct segment_schema *schema, void *bytes)
{
	struct segment_schema_head *head = bytes;
	struct segment_schema_table *tables = (void *)(head + 1);
	struct segment_schema_column *columns;
	struct segment_schema_dictionary *dictionaries;
	uint32_t i, j, next = 0;

	count(schema, head);
	columns = (void *)(tables + head->tables);
	dictionaries = (void *)(columns + head->columns);
	for (i = 0; i < schema->table_count; i++) {
		store_table(&schema->tables[i], next, &tables[i]);
		for (j = 0; j < schema->tables[i].column_count; j++)
			store_column(schema, &schema->tables[i].columns[j],
			    i, &columns[next++]);
	}
	store_dictionaries(schema, dictionaries,
	    (void *)(dictionaries + head->dictionaries));
	return segment_schema_hash(bytes, segment_schema_bytes(schema));
}
