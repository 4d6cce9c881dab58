#include "values.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

/* The words of tables/enums.def have no name for a unit of a rate. */
static const char *const units[] = { "", "percent", "bytes", "bytes_per_s",
	"per_s", "count", "ms", "us", "ns", "seconds", "celsius", "tasks",
	"watts", "mhz", "flag", "bits", "bits_per_s", "code", "tokens" };

static void
print_time(const struct graph *graph, int column, FILE *stream)
{
	time_t second = (time_t)(graph->start_s + column * graph->column_s);
	char text[32];
	struct tm time;

	if (gmtime_r(&second, &time) != NULL &&
	    strftime(text, sizeof(text), "%FT%TZ", &time) > 0)
		fputs(text, stream);
}

/* A spec may have a comma or a quote in the name of a device. */
static void
print_quoted(const char *text, const char *what, FILE *stream)
{
	fputs(",\"", stream);
	for (; *text != '\0'; text++) {
		if (*text == '"')
			fputc('"', stream);
		fputc(*text, stream);
	}
	fprintf(stream, "%s\"", what);
}

static void
print_value(double value, FILE *stream)
{
	fputc(',', stream);
	if (!isnan(value))
		fprintf(stream, "%.10g", value);
}

void
values_csv(const struct graph *graph, FILE *stream)
{
	char spec[GRAPH_SPEC_BYTES];
	struct history_column at;
	int column, i;

	fputs("time", stream);
	for (i = 0; i < graph->count; i++) {
		graph_spec(&graph->curves[i], spec);
		print_quoted(spec, "", stream);
		print_quoted(spec, " min", stream);
		print_quoted(spec, " max", stream);
	}
	fputc('\n', stream);
	for (column = 0; column < graph->columns; column++) {
		print_time(graph, column, stream);
		for (i = 0; i < graph->count; i++) {
			at = column < graph->curves[i].data.count ?
			    graph->curves[i].data.columns[column] :
			    (struct history_column){ NAN, NAN, NAN };
			print_value(at.mean, stream);
			print_value(at.least, stream);
			print_value(at.most, stream);
		}
		fputc('\n', stream);
	}
}

static json_t *
number_or_null(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *
curve_values(const struct graph *graph, const struct graph_curve *curve)
{
	json_t *rows = json_array();
	json_int_t second = graph->start_s;
	int i;

	for (i = 0; i < curve->data.count; i++, second += graph->column_s)
		json_array_append_new(rows, json_pack("[I, o, o, o]", second,
		    number_or_null(curve->data.columns[i].mean),
		    number_or_null(curve->data.columns[i].least),
		    number_or_null(curve->data.columns[i].most)));
	return rows;
}

int
values_json(const struct graph *graph, FILE *stream)
{
	json_t *curves = json_array(), *document;
	const struct graph_curve *curve;
	char spec[GRAPH_SPEC_BYTES];
	int i, error;

	for (i = 0; i < graph->count; i++) {
		curve = &graph->curves[i];
		graph_spec(curve, spec);
		json_array_append_new(curves, json_pack(
		    "{s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:o}", "spec", spec,
		    "node", curve->node, "object", curve->object, "metric",
		    curve->metric, "unit", units[graph_unit(curve)],
		    "source_step_s", (json_int_t)curve->data.step_s,
		    "source", curve->data.flight ? "flight" : "series",
		    "values", curve_values(graph, curve)));
	}
	document = json_pack("{s:i, s:s, s:I, s:I, s:[s, s, s, s], s:o}",
	    "format", 1, "drovergraph", DROVER_VERSION, "start_s",
	    (json_int_t)graph->start_s, "step_s",
	    (json_int_t)graph->column_s, "columns", "time_s", "mean", "min",
	    "max", "curves", curves);
	if (document == NULL)
		return -ENOMEM;
	error = json_dumpf(document, stream, JSON_INDENT(1) |
	    JSON_REAL_PRECISION(12));
	fputc('\n', stream);
	json_decref(document);
	return error == 0 ? 0 : -EIO;
}
