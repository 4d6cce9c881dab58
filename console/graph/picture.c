#include "picture.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rrd.h>

#include "forecast.h"
#include "store/series_path.h"

#define NS_PER_S	INT64_C(1000000000)
#define ARGUMENTS_MAX	512
#define WIDTH		800
#define HEIGHT		240

/* Six that are told apart with any kind of colour vision (Okabe, Ito). */
static const char *const colours[GRAPH_CURVES] = { "0072b2", "d55e00",
	"009e73", "cc79a7", "e69f00", "56b4e9" };

/* What rrdtool graph(1) would be given. */
struct arguments {
	char	*text[ARGUMENTS_MAX];
	int	 count;
	bool	 failed;
};

static void add(struct arguments *arguments, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
add(struct arguments *arguments, const char *format, ...)
{
	va_list list;

	if (arguments->count == ARGUMENTS_MAX - 1) {
		arguments->failed = true;
		return;
	}
	va_start(list, format);
	if (vasprintf(&arguments->text[arguments->count], format,
	    list) < 0)
		arguments->failed = true;
	else
		arguments->count++;
	va_end(list);
}

static void
release(struct arguments *arguments)
{
	int i;

	for (i = 0; i < arguments->count; i++)
		free(arguments->text[i]);
}

/* A colon ends a field, so one within it is escaped. */
static void
escape(char *to, size_t size, const char *from)
{
	size_t used = 0;

	for (; *from != '\0' && used + 2 < size; from++) {
		if (*from == ':' || *from == '\\')
			to[used++] = '\\';
		to[used++] = *from;
	}
	to[used] = '\0';
}

static void
add_sources(struct arguments *arguments, const struct place *place,
    const struct graph_curve *curve, int number)
{
	static const char *const kinds[3] = { "AVERAGE", "MIN", "MAX" };
	char directory[PATH_MAX + 8], path[PATH_MAX], escaped[PATH_MAX];
	int i;

	snprintf(directory, sizeof(directory), "%s/rrd", place->directory);
	if (series_path(directory, curve->node, curve->object, path,
	    sizeof(path)) != 0)
		return;
	escape(escaped, sizeof(escaped), path);
	for (i = 0; i < 3; i++)
		add(arguments, "DEF:%c%d=%s:%s:%s", "alh"[i], number,
		    escaped, curve->metric, kinds[i]);
}

/* What was so much earlier is fetched from there, and moved here. */
static void
add_shifted(struct arguments *arguments, const struct place *place,
    const struct graph_curve *curve, int number, int64_t start_s,
    int64_t end_s)
{
	char directory[PATH_MAX + 8], path[PATH_MAX], escaped[PATH_MAX];

	snprintf(directory, sizeof(directory), "%s/rrd", place->directory);
	if (series_path(directory, curve->node, curve->object, path,
	    sizeof(path)) != 0)
		return;
	escape(escaped, sizeof(escaped), path);
	add(arguments, "DEF:a%d=%s:%s:AVERAGE:start=%lld:end=%lld", number,
	    escaped, curve->metric, (long long)(start_s - curve->before_s),
	    (long long)(end_s - curve->before_s));
	add(arguments, "SHIFT:a%d:%lld", number,
	    (long long)curve->before_s);
}

static void
add_curve(struct arguments *arguments, const struct place *place,
    const struct graph_curve *curve, int number, int64_t start_s,
    int64_t end_s)
{
	char spec[GRAPH_SPEC_BYTES], legend[2 * GRAPH_SPEC_BYTES];

	graph_spec(curve, spec);
	escape(legend, sizeof(legend), spec);
	if (curve->before_s != 0) {
		add_shifted(arguments, place, curve, number, start_s, end_s);
	} else {
		add_sources(arguments, place, curve, number);
		add(arguments, "CDEF:r%d=h%d,l%d,-", number, number, number);
		add(arguments, "AREA:l%d", number);
		add(arguments, "AREA:r%d#%s30::STACK", number,
		    colours[number]);
	}
	add(arguments, "LINE%s:a%d#%s:%-34s", curve->before_s != 0 ? "1" :
	    "1.5", number, colours[number], legend);
	add(arguments, "GPRINT:a%d:LAST:last %%8.2lf%%s", number);
	add(arguments, "GPRINT:a%d:MIN:min %%8.2lf%%s", number);
	add(arguments, "GPRINT:a%d:AVERAGE:mean %%8.2lf%%s", number);
	add(arguments, "GPRINT:a%d:MAX:max %%8.2lf%%s\\l", number);
}

/* "level + slope times the time since then", where that is ahead. */
static void
add_line(struct arguments *arguments, const char *name, int number,
    const struct forecast *forecast, double now_s, double level,
    double slope)
{
	add(arguments, "CDEF:%s%d=a%d,POP,TIME,%.0f,LT,UNKN,TIME,%.0f,-,"
	    "%.12g,*,%.12g,+,%s,MAX,%s,MIN,IF", name, number, number, now_s,
	    now_s, slope, level, isinf(forecast->floor) ? "NEGINF" : "0",
	    isinf(forecast->ceiling) ? "INF" : "100");
}

static void
add_forecast(struct arguments *arguments, const struct graph *graph,
    int number)
{
	double width = (double)graph->column_s;
	double now_s = (double)(graph->start_s +
	    graph->now * graph->column_s);
	struct history_column at;
	struct forecast forecast;

	forecast_make(&graph->curves[number].data, graph->now,
	    graph_ceiling(&graph->curves[number]), &forecast);
	if (!forecast.known || graph->now >= graph->columns)
		return;
	at = forecast_at(&forecast, graph->now - 1);
	add_line(arguments, "f", number, &forecast, now_s, at.mean,
	    forecast.slope / width);
	add_line(arguments, "g", number, &forecast, now_s, at.least,
	    forecast.slope_low / width);
	add_line(arguments, "i", number, &forecast, now_s, at.most,
	    forecast.slope_high / width);
	add(arguments, "CDEF:j%d=i%d,g%d,-", number, number, number);
	add(arguments, "AREA:g%d", number);
	add(arguments, "AREA:j%d#%s20::STACK", number, colours[number]);
	add(arguments, "LINE1:f%d#%s::dashes=4,4", number, colours[number]);
}

static void
add_rule(struct arguments *arguments, int64_t time_ns, int64_t start_s,
    int64_t end_s, const char *colour)
{
	int64_t second = time_ns / NS_PER_S;

	if (second > start_s && second < end_s)
		add(arguments, "VRULE:%lld#%s", (long long)second, colour);
}

static void
add_marks(struct arguments *arguments, const struct place *place,
    const struct graph *graph, int64_t start_s, int64_t end_s)
{
	const struct model *model = &place->model;
	const struct drover_fault_row *fault;
	const struct drover_plan_row *plan;
	const char *node = graph->curves[0].node;
	uint32_t i;

	for (i = 0; i < model->table[DROVER_TABLE_FAULT].slots; i++) {
		fault = model_row(model, DROVER_TABLE_FAULT, i);
		if (fault == NULL || strcmp(fault->node, node) != 0)
			continue;
		add_rule(arguments, fault->since, start_s, end_s,
		    "d00000");
		add_rule(arguments, fault->ended, start_s, end_s,
		    "00a000");
	}
	for (i = 0; i < model->table[DROVER_TABLE_PLAN].slots; i++) {
		plan = model_row(model, DROVER_TABLE_PLAN, i);
		if (plan != NULL && strcmp(plan->node, node) == 0)
			add_rule(arguments, plan->started, start_s, end_s,
			    "8040c0");
	}
	if (graph->now < graph->columns)
		add(arguments, "VRULE:%" PRId64 "#808080::dashes=2,3",
		    graph->start_s + graph->now * graph->column_s);
}

static void
add_frame(struct arguments *arguments, const struct options *options,
    const struct graph *graph, int64_t start_s, int64_t end_s)
{
	const struct graph_metric *metric = graph_metric_find(
	    graph->curves[0].object, graph->curves[0].metric);

	add(arguments, "graph");
	add(arguments, "-");
	add(arguments, "--imgformat");
	add(arguments, options->svg ? "SVG" : "PNG");
	add(arguments, "--start");
	add(arguments, "%lld", (long long)start_s);
	add(arguments, "--end");
	add(arguments, "%lld", (long long)end_s);
	add(arguments, "--width");
	add(arguments, "%d", options->width != 0 ? options->width : WIDTH);
	add(arguments, "--height");
	add(arguments, "%d", options->height != 0 ? options->height :
	    HEIGHT);
	add(arguments, "--title");
	add(arguments, "%s", options->title != NULL ? options->title :
	    metric != NULL ? metric->help : "");
	add(arguments, "--slope-mode");
	add(arguments, "--alt-autoscale-max");
	add(arguments, "--lower-limit");
	add(arguments, "0");
	if (graph_unit(&graph->curves[0]) == UNIT_bytes) {
		add(arguments, "--base");
		add(arguments, "1024");
	}
}

static int
write_file(const char *path, const unsigned char *bytes, size_t length)
{
	FILE *file = strcmp(path, "-") == 0 ? stdout : fopen(path, "w");
	bool written;

	written = file != NULL && fwrite(bytes, 1, length, file) == length;
	if (file != NULL && (file == stdout ? fflush(file) :
	    fclose(file)) != 0)
		written = false;
	if (written)
		return 0;
	fprintf(stderr, "drovergraph: %s: %s\n", path, strerror(errno));
	return GRAPH_EXIT_OUTPUT;
}

static int
write_image(const struct options *options, const rrd_info_t *info)
{
	for (; info != NULL; info = info->next)
		if (strcmp(info->key, "image") == 0)
			return write_file(options->file,
			    info->value.u_blo.ptr, info->value.u_blo.size);
	fputs("drovergraph: librrd made no image\n", stderr);
	return GRAPH_EXIT_OUTPUT;
}

int
picture_make(const struct options *options, const struct place *place,
    const struct graph *graph, int64_t start_s, int64_t end_s)
{
	struct arguments arguments = { .count = 0 };
	rrd_info_t *info = NULL;
	int status, i;

	add_frame(&arguments, options, graph, start_s, end_s);
	for (i = 0; i < graph->count; i++)
		add_curve(&arguments, place, &graph->curves[i], i, start_s,
		    end_s);
	for (i = 0; i < graph->count; i++)
		if (graph->curves[i].before_s == 0)
			add_forecast(&arguments, graph, i);
	add_marks(&arguments, place, graph, start_s, end_s);
	if (!arguments.failed)
		info = rrd_graph_v(arguments.count, arguments.text);
	if (info == NULL) {
		fprintf(stderr, "drovergraph: %s\n", arguments.failed ?
		    "out of memory" : rrd_get_error());
		status = GRAPH_EXIT_NONE;
	} else {
		status = write_image(options, info);
		rrd_info_free(info);
	}
	release(&arguments);
	return status;
}
