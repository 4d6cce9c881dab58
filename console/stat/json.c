/* JSON: the shape is that of droverstat(1), JSON OUTPUT. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "output.h"
#include "text.h"
#include "value.h"

/* Escapes leave nothing that could act on a terminal. */
#define JSON_FLAGS	(JSON_ENSURE_ASCII | JSON_REAL_PRECISION(15))

/* jansson takes UTF-8 only; what is not becomes U+FFFD. */
static json_t *
string(const char *text)
{
	char valid[VALUE_BYTES];

	text_valid(valid, sizeof(valid), text);
	return json_string(valid);
}

/* JSON has no NaN. */
static json_t *
real(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *
hexadecimal(uint64_t value)
{
	char text[32];

	snprintf(text, sizeof(text), "%016" PRIx64, value);
	return json_string(text);
}

static json_t *
when(int64_t time_ns)
{
	char text[VALUE_BYTES];

	figure_time(text, time_ns);
	return strcmp(text, "-") == 0 ? json_null() : json_string(text);
}

static int
dump(FILE *stream, json_t *document, size_t flags)
{
	int error = -ENOMEM;

	if (document != NULL) {
		/* A write that fails shows on the stream. */
		json_dumpf(document, stream, flags | JSON_FLAGS);
		fputc('\n', stream);
		error = 0;
	}
	json_decref(document);
	return error;
}

static json_t *
value(const struct drover_segment *segment,
    const struct drover_column *column, const void *row)
{
	char text[VALUE_BYTES];

	switch (column->type) {
	case DROVER_TYPE_F64:
		return real(drover_get_f64(column, row));
	case DROVER_TYPE_I64:
		return json_integer(drover_get_i64(column, row));
	default:
		drover_get_str(segment, column, row, text, sizeof(text));
		return string(text);
	}
}

static json_t *
row_object(const struct drover_segment *segment,
    const struct selection_table *table, const void *row)
{
	json_t *object = json_object();
	char name[VALUE_BYTES];
	uint32_t i;

	for (i = 0; object != NULL && i < table->count; i++) {
		text_valid(name, sizeof(name), table->columns[i].name);
		json_object_set_new(object, name,
		    value(segment, &table->columns[i], row));
	}
	return object;
}

static json_t *
table_array(const struct drover_segment *segment,
    const struct drover_snapshot *snapshot,
    const struct selection_table *table)
{
	json_t *array = json_array();
	const void **rows;
	uint32_t i, count;

	rows = selection_rows(table, snapshot, &count);
	for (i = 0; array != NULL && i < count; i++)
		json_array_append_new(array,
		    row_object(segment, table, rows[i]));
	free(rows);
	return array;
}

static json_t *
segment_object(const struct source *source)
{
	const struct drover_segment_info *info = &source->info;

	return json_pack("{s:o, s:I, s:o, s:o, s:I}",
	    "path", string(source->path),
	    "version", (json_int_t)info->version,
	    "instance", hexadecimal(info->instance),
	    "schema", hexadecimal(info->schema_hash),
	    "size_bytes", (json_int_t)info->size_bytes);
}

static json_t *
writer_object(const struct source *source)
{
	const struct drover_segment_info *info = &source->info;

	return json_pack("{s:s, s:I, s:I, s:o, s:o}",
	    "state", drover_liveness_name(source->liveness),
	    "pid", (json_int_t)info->writer_pid,
	    "started_ns", (json_int_t)info->writer_started_ns,
	    "started", when(info->writer_started_ns),
	    "silent_seconds", real(source->silent_seconds));
}

int
output_json(FILE *stream, const struct source *source,
    const struct selection *selection, bool one_line)
{
	struct drover_snapshot snapshot;
	json_t *tables, *document;
	char name[VALUE_BYTES];
	uint32_t i;
	int error;

	error = drover_snapshot_begin(source->image, &snapshot);
	if (error != 0)
		return error;
	tables = json_object();
	for (i = 0; tables != NULL && i < selection->count; i++) {
		text_valid(name, sizeof(name),
		    selection->tables[i].table.name);
		json_object_set_new(tables, name, table_array(source->image,
		    &snapshot, &selection->tables[i]));
	}
	document = json_pack("{s:i, s:s, s:o, s:I, s:o, s:o, s:o}",
	    "format", OUTPUT_JSON_FORMAT,
	    "droverstat", DROVER_VERSION,
	    "time", when(source->time_ns),
	    "time_ns", (json_int_t)source->time_ns,
	    "segment", segment_object(source),
	    "writer", writer_object(source),
	    "tables", tables);
	return dump(stream, document, one_line ? JSON_COMPACT :
	    JSON_INDENT(2));
}

int
output_event_json(FILE *stream, const struct drover_event *event)
{
	static const char *const severities[] = {
#define WORD(dictionary, NAME, value, text)	[value] = text,
		DROVER_DICTIONARY_SEVERITY(WORD)
#undef WORD
	};
	size_t severity = (size_t)event->severity;

	return dump(stream, json_pack(
	    "{s:I, s:o, s:I, s:s, s:o, s:o, s:o, s:o}",
	    "sequence", (json_int_t)event->sequence,
	    "time", when(event->time_ns),
	    "time_ns", (json_int_t)event->time_ns,
	    "severity", severity < sizeof(severities) /
	    sizeof(severities[0]) ? severities[severity] : "?",
	    "node", string(event->node),
	    "kind", string(event->kind),
	    "object", string(event->object),
	    "text", string(event->text)), JSON_COMPACT);
}

static const char *
semantics_word(enum drover_semantics semantics)
{
	switch (semantics) {
#define WORD(dictionary, NAME, value, text)				\
	case DROVER_SEMANTICS_##NAME: return text;
	DROVER_DICTIONARY_SEMANTICS(WORD)
#undef WORD
	}
	return "?";
}

static json_t *
column_schema(const struct drover_column *column)
{
	json_t *schema = json_pack("{s:o, s:o, s:s}",
	    "description", string(column->help),
	    "x-unit", string(column->unit),
	    "x-semantics", semantics_word(column->semantics));

	if (schema == NULL)
		return NULL;
	if (column->type == DROVER_TYPE_F64)
		json_object_set_new(schema, "type",
		    json_pack("[s, s]", "number", "null"));
	else
		json_object_set_new(schema, "type", json_string(
		    column->type == DROVER_TYPE_I64 ? "integer" : "string"));
	return schema;
}

static json_t *
table_schema(const struct selection_table *table)
{
	json_t *columns = json_object(), *required = json_array();
	char name[VALUE_BYTES];
	uint32_t i;

	for (i = 0; i < table->count; i++) {
		text_valid(name, sizeof(name), table->columns[i].name);
		json_object_set_new(columns, name,
		    column_schema(&table->columns[i]));
		json_array_append_new(required, json_string(name));
	}
	return json_pack("{s:o, s:s, s:{s:s, s:o, s:o}}",
	    "description", string(table->table.help),
	    "type", "array",
	    "items",
	    "type", "object",
	    "properties", columns,
	    "required", required);
}

/* What stands around the tables. */
static const char frame_schema[] =
    "{\"$schema\": \"https://json-schema.org/draft/2020-12/schema\","
    " \"title\": \"droverstat -j\", \"type\": \"object\","
    " \"required\": [\"format\", \"droverstat\", \"time\", \"time_ns\","
    "  \"segment\", \"writer\", \"tables\"],"
    " \"properties\": {"
    "  \"format\": {\"const\": 1},"
    "  \"droverstat\": {\"type\": \"string\"},"
    "  \"time\": {\"type\": \"string\"},"
    "  \"time_ns\": {\"type\": \"integer\"},"
    "  \"segment\": {\"type\": \"object\","
    "   \"required\": [\"path\", \"version\", \"instance\", \"schema\","
    "    \"size_bytes\"],"
    "   \"properties\": {"
    "    \"path\": {\"type\": \"string\"},"
    "    \"version\": {\"type\": \"integer\"},"
    "    \"instance\": {\"type\": \"string\"},"
    "    \"schema\": {\"type\": \"string\"},"
    "    \"size_bytes\": {\"type\": \"integer\"}}},"
    "  \"writer\": {\"type\": \"object\","
    "   \"required\": [\"state\", \"pid\", \"started_ns\", \"started\","
    "    \"silent_seconds\"],"
    "   \"properties\": {"
    "    \"state\": {\"enum\": [\"alive\", \"hung\", \"dead\", \"closed\","
    "     \"superseded\", \"image\"]},"
    "    \"pid\": {\"type\": \"integer\"},"
    "    \"started_ns\": {\"type\": \"integer\"},"
    "    \"started\": {\"type\": [\"string\", \"null\"]},"
    "    \"silent_seconds\": {\"type\": [\"number\", \"null\"]}}},"
    "  \"tables\": {\"type\": \"object\", \"properties\": {}}}}";

int
output_schema(FILE *stream, const struct selection *selection)
{
	json_t *document = json_loads(frame_schema, 0, NULL), *tables;
	char name[VALUE_BYTES];
	uint32_t i;

	tables = json_object_get(json_object_get(json_object_get(document,
	    "properties"), "tables"), "properties");
	for (i = 0; tables != NULL && i < selection->count; i++) {
		text_valid(name, sizeof(name),
		    selection->tables[i].table.name);
		json_object_set_new(tables, name,
		    table_schema(&selection->tables[i]));
	}
	return dump(stream, document, JSON_INDENT(2));
}
