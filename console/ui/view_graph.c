/*
 * The Graphs screen: curves with their range, the forecast beyond now, and
 * what happened meanwhile.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "canvas.h"
#include "forecast.h"
#include "frame.h"
#include "graph.h"
#include "scale.h"
#include "sign.h"
#include "view.h"

#define NS_PER_S	INT64_C(1000000000)
#define LETTERS		"*ox+#@"
#define MOMENT		18	/* columns of that of the cursor */

/* Where the parts stand in the body. */
struct layout {
	int	top;		/* the title */
	int	plot;		/* first row of the curves */
	int	rows;		/* of the curves */
	int	width;		/* cells of the curves */
	int	marks;
	int	axis;
	int	legend;
	int	legend_rows;
};

static struct layout
lay_out(const struct ui *ui)
{
	struct layout layout = { .top = frame_top(ui) };
	int body = frame_body(ui), legend = ui->graph.count;

	layout.width = ui->width - GRAPH_AXIS - 1;
	if (legend > body - 7)
		legend = body > 7 ? body - 7 : 0;
	layout.plot = layout.top + 1;
	layout.rows = body - 3 - legend;
	layout.marks = layout.plot + layout.rows;
	layout.axis = layout.marks + 1;
	layout.legend = layout.axis + 1;
	layout.legend_rows = legend;
	return layout;
}

static enum role
role_of(int curve)
{
	return (enum role)(ROLE_CURVE_1 + curve);
}

/* Of all curves with the unit of this one, and of their forecasts. */
static struct scale
scale_of(const struct graph *graph, int curve)
{
	enum unit unit = graph_unit(&graph->curves[curve]);
	const struct history_curve *data;
	double least = NAN, most = NAN;
	int i, j;

	for (i = 0; i < graph->count; i++) {
		if (graph_unit(&graph->curves[i]) != unit)
			continue;
		data = &graph->curves[i].data;
		for (j = 0; j < data->count; j++) {
			least = fmin(least, data->columns[j].least);
			most = fmax(most, data->columns[j].most);
		}
	}
	return scale_make(least, most, unit);
}

static void
draw_band(struct canvas *canvas, const struct history_curve *data, int x,
    const struct scale *scale)
{
	int rows = canvas->height * canvas->down, y;
	int from, to;

	if (isnan(data->columns[x].mean))
		return;
	from = scale_row(scale, data->columns[x].most, rows);
	to = scale_row(scale, data->columns[x].least, rows);
	for (y = from; y <= to && to - from > 1; y++)
		canvas_band(canvas, x, y);
}

/* A line between neighbours; a gap stays one. */
static void
draw_line(struct canvas *canvas, const struct history_curve *data, int x,
    const struct scale *scale, int curve)
{
	int rows = canvas->height * canvas->down;
	int y, before;

	if (isnan(data->columns[x].mean))
		return;
	y = scale_row(scale, data->columns[x].mean, rows);
	before = x > 0 && !isnan(data->columns[x - 1].mean) ?
	    scale_row(scale, data->columns[x - 1].mean, rows) : y;
	/* The step between the two belongs to the later one. */
	if (before < y - 1)
		before++;
	else if (before > y + 1)
		before--;
	else
		before = y;
	canvas_column(canvas, x, before, y, role_of(curve), LETTERS[curve]);
}

/* Dashed, within its interval. */
static void
draw_forecast(struct canvas *canvas, const struct graph *graph, int curve,
    const struct scale *scale)
{
	int rows = canvas->height * canvas->down, x, y;
	struct history_column at;
	struct forecast forecast;

	forecast_make(&graph->curves[curve].data, graph->now,
	    graph_ceiling(&graph->curves[curve]), &forecast);
	for (x = graph->now; forecast.known && x < graph->columns; x++) {
		at = forecast_at(&forecast, x);
		for (y = scale_row(scale, fmin(at.most, scale->high), rows);
		    y <= scale_row(scale, fmax(at.least, scale->low), rows);
		    y++)
			canvas_band(canvas, x, y);
		if ((x - graph->now) % 4 < 2)
			canvas_dot(canvas, x, scale_row(scale, at.mean,
			    rows), role_of(curve), LETTERS[curve]);
	}
}

static void
draw_curves(const struct graph *graph, struct grid *grid,
    const struct layout *layout)
{
	const struct history_curve *data;
	struct canvas canvas;
	struct scale scale;
	int curve, x;

	if (canvas_init(&canvas, grid->mode, layout->width,
	    layout->rows) != 0)
		return;
	for (curve = graph->count - 1; curve >= 0; curve--) {
		data = &graph->curves[curve].data;
		scale = scale_of(graph, curve);
		for (x = 0; x < data->count; x++)
			draw_band(&canvas, data, x, &scale);
		if (graph->curves[curve].before_s == 0)
			draw_forecast(&canvas, graph, curve, &scale);
		for (x = 0; x < data->count; x++)
			draw_line(&canvas, data, x, &scale, curve);
	}
	canvas_draw(&canvas, grid, layout->plot, GRAPH_AXIS);
	canvas_release(&canvas);
}

/* Not on top of each other, and not more than can be read. */
static void
draw_axis(const struct graph *graph, struct grid *grid,
    const struct layout *layout)
{
	struct scale scale = scale_of(graph, 0);
	enum unit unit = graph_unit(&graph->curves[0]);
	int marks = layout->rows > 12 ? 4 : 2, i, y;
	char text[FORMAT_BYTES];

	for (i = 0; i <= marks; i++) {
		y = i * (layout->rows - 1) / marks;
		format_short(text, scale.high - (scale.high - scale.low) *
		    i / marks, unit);
		grid_right(grid, layout->plot + y, 0, GRAPH_AXIS - 1,
		    ROLE_DIM, text);
	}
}

static int
column_at(const struct graph *graph, int64_t second)
{
	return second < graph->start_s ? -1 :
	    (int)((second - graph->start_s) / graph->column_s);
}

static int
cell_at(const struct graph *graph, const struct grid *grid, int64_t second)
{
	int column = column_at(graph, second);

	return column < 0 || column >= graph->columns ? -1 :
	    GRAPH_AXIS + column / canvas_across(grid->mode);
}

/* As much of the date as the window needs. */
static void
format_tick(const struct graph *graph, int64_t second, char text[24])
{
	int64_t span_s = graph->columns * graph->column_s;
	time_t wall = (time_t)second;
	struct tm time;

	gmtime_r(&wall, &time);
	(void)strftime(text, 24, span_s <= 1800 ? "%H:%M:%S" :
	    span_s <= 2 * 86400 ? "%H:%M" : span_s <= 120 * 86400 ?
	    "%m-%d" : "%Y-%m", &time);
}

static int64_t
tick_step(const struct graph *graph, const struct layout *layout)
{
	static const int64_t steps[] = { 30, 60, 120, 300, 600, 1800, 3600,
		7200, 10800, 21600, 43200, 86400, 2 * 86400, 7 * 86400,
		14 * 86400, 28 * 86400, 91 * 86400, 182 * 86400 };
	int64_t span_s = graph->columns * graph->column_s;
	size_t i;

	for (i = 0; i < sizeof(steps) / sizeof(steps[0]) - 1; i++)
		if (span_s / steps[i] * 12 <= layout->width)
			break;
	return steps[i];
}

static void
draw_times(const struct graph *graph, struct grid *grid,
    const struct layout *layout)
{
	int64_t step_s = tick_step(graph, layout), second;
	int64_t end_s = graph->start_s + graph->columns * graph->column_s;
	int free = GRAPH_AXIS, x;
	char text[24];

	second = (graph->start_s + step_s - 1) / step_s * step_s;
	for (; second < end_s; second += step_s) {
		x = cell_at(graph, grid, second);
		format_tick(graph, second, text);
		if (x < free || x + (int)strlen(text) > grid->width)
			continue;
		free = x + 2 + grid_text(grid, layout->axis, x,
		    grid->width - x, ROLE_DIM, text);
	}
}

static void
put_mark(const struct graph *graph, struct grid *grid, int y,
    int64_t time_ns, enum role role, char sign)
{
	int x = time_ns == 0 ? -1 : cell_at(graph, grid,
	    time_ns / NS_PER_S);

	if (x >= 0)
		grid_put(grid, y, x, role, (uint32_t)sign);
}

static bool
concerns(const struct graph *graph, const char *node)
{
	int i;

	for (i = 0; i < graph->count; i++)
		if (strcmp(graph->curves[i].node, node) == 0)
			return true;
	return false;
}

/* ! a fault began, . it ended, ~ foreseen for then, P a plan acted. */
static void
draw_marks(const struct graph *graph, const struct model *model,
    struct grid *grid, int y)
{
	const struct drover_prediction_row *prediction;
	const struct drover_fault_row *fault;
	const struct drover_plan_row *plan;
	uint32_t i;

	for (i = 0; i < model->table[DROVER_TABLE_PREDICTION].slots; i++) {
		prediction = model_row(model, DROVER_TABLE_PREDICTION, i);
		if (prediction != NULL && concerns(graph, prediction->node))
			put_mark(graph, grid, y, prediction->due,
			    ROLE_NOTICE, '~');
	}
	for (i = 0; i < model->table[DROVER_TABLE_FAULT].slots; i++) {
		fault = model_row(model, DROVER_TABLE_FAULT, i);
		if (fault == NULL || !concerns(graph, fault->node))
			continue;
		put_mark(graph, grid, y, fault->ended, ROLE_GOOD, '.');
		put_mark(graph, grid, y, fault->since,
		    sign_severity(fault->severity).role, '!');
	}
	for (i = 0; i < model->table[DROVER_TABLE_PLAN].slots; i++) {
		plan = model_row(model, DROVER_TABLE_PLAN, i);
		if (plan != NULL && concerns(graph, plan->node))
			put_mark(graph, grid, y, plan->started, ROLE_KEY,
			    'P');
	}
}

static void
draw_now(const struct graph *graph, struct grid *grid,
    const struct layout *layout)
{
	int x = GRAPH_AXIS + graph->now / canvas_across(grid->mode), y;

	if (graph->now >= graph->columns)
		return;
	for (y = 0; y < layout->rows; y += 2)
		if (grid->cells[(layout->plot + y) * grid->width + x].code ==
		    ' ')
			grid_put(grid, layout->plot + y, x, ROLE_RULE, ':');
}

static void
draw_cursor(const struct graph *graph, struct grid *grid,
    const struct layout *layout)
{
	int x = GRAPH_AXIS + graph->at / canvas_across(grid->mode), y;
	struct cell *cell;

	for (y = 0; graph->cursor && y < layout->rows; y++) {
		cell = &grid->cells[(layout->plot + y) * grid->width + x];
		if (cell->code == ' ')
			grid_put(grid, layout->plot + y, x, ROLE_KEY, '|');
	}
}

static void
format_width(int64_t seconds, char text[24])
{
	if (seconds % 86400 == 0)
		snprintf(text, 24, "%lld d", (long long)(seconds / 86400));
	else if (seconds % 3600 == 0)
		snprintf(text, 24, "%lld h", (long long)(seconds / 3600));
	else if (seconds % 60 == 0)
		snprintf(text, 24, "%lld min", (long long)(seconds / 60));
	else if (seconds > 2 * 86400)
		snprintf(text, 24, "%.1f d", (double)seconds / 86400);
	else if (seconds > 2 * 3600)
		snprintf(text, 24, "%.1f h", (double)seconds / 3600);
	else
		snprintf(text, 24, "%lld s", (long long)seconds);
}

static void
draw_title(const struct graph *graph, struct grid *grid, int y)
{
	/* At the right the cursor says where it stands. */
	int width = graph->cursor ? grid->width - MOMENT : grid->width;
	const struct graph_curve *first = &graph->curves[0];
	const struct graph_metric *metric =
	    graph_metric_find(first->object, first->metric);
	char step[24], column[24];
	int x;

	format_width(graph->span_s, column);
	x = 2 + grid_text(grid, y, 0, grid->width, ROLE_STRONG,
	    graph->window < 0 ? column : graph_windows[graph->window].name);
	format_width(first->data.step_s, step);
	format_width(graph->column_s, column);
	if (first->error == 0)
		x += 2 + grid_print(grid, y, x, ROLE_DIM, "%s, %s a row; %s "
		    "a column", first->data.flight ? "flight log" :
		    "archive", step, column);
	if (metric != NULL)
		grid_text(grid, y, x, width - x, ROLE_TEXT, metric->help);
}

struct figures {
	double	least, mean, most, last;
};

static struct figures
figures_of(const struct history_curve *data, int at)
{
	struct figures figures = { NAN, NAN, NAN, NAN };
	double sum = 0;
	int count = 0, i;

	for (i = 0; i < data->count; i++) {
		figures.least = fmin(figures.least, data->columns[i].least);
		figures.most = fmax(figures.most, data->columns[i].most);
		if (isnan(data->columns[i].mean))
			continue;
		sum += data->columns[i].mean;
		count++;
		if (at < 0)
			figures.last = data->columns[i].mean;
	}
	if (at >= 0 && at < data->count)
		figures.last = data->columns[at].mean;
	if (count > 0)
		figures.mean = sum / count;
	return figures;
}

static int
draw_figure(struct grid *grid, int y, int x, const char *title,
    double value, enum unit unit)
{
	char text[FORMAT_BYTES];

	format_short(text, value, unit);
	x += 1 + grid_text(grid, y, x, grid->width - x, ROLE_DIM, title);
	grid_right(grid, y, x, 7, ROLE_TEXT, text);
	return x + 8;
}

static const char *
why_not(int error, char *text, size_t size)
{
	switch (error) {
	case -ENOENT:
		return "nothing is recorded";
	case -EINVAL:
		return "not in this file yet";
	case -ELIBACC:
		return "librrd8 is not installed";
	default:
		snprintf(text, size, "%s", strerror(-error));
		return text;
	}
}

/* With the cursor what is there, else what was last. */
static void
draw_legend(const struct graph *graph, struct grid *grid, int y, int curve)
{
	const struct graph_curve *shown = &graph->curves[curve];
	struct figures figures = figures_of(&shown->data, graph->cursor ?
	    graph->at : -1);
	enum unit unit = graph_unit(shown);
	char spec[GRAPH_SPEC_BYTES], why[64];
	int name = grid->width < 90 ? 24 : 30, x;

	grid_put(grid, y, 0, role_of(curve), (uint32_t)LETTERS[curve]);
	graph_spec(shown, spec);
	grid_text(grid, y, 2, name, role_of(curve), spec);
	if (shown->error != 0) {
		grid_text(grid, y, name + 3, grid->width - name - 3,
		    ROLE_WARNING,
		    why_not(shown->error, why, sizeof(why)));
		return;
	}
	x = draw_figure(grid, y, name + 3, graph->cursor ? "here" : "last",
	    figures.last, unit);
	x = draw_figure(grid, y, x, "min", figures.least, unit);
	x = draw_figure(grid, y, x, "mean", figures.mean, unit);
	x = draw_figure(grid, y, x, "max", figures.most, unit);
	if (curve > 0 && unit != graph_unit(&graph->curves[0]))
		grid_text(grid, y, x, grid->width - x, ROLE_DIM,
		    "on a scale of its own");
}

static void
draw_moment(const struct graph *graph, struct grid *grid, int y)
{
	char text[FORMAT_BYTES];

	if (!graph->cursor)
		return;
	format_date(text, (graph->start_s + graph->at * graph->column_s) *
	    NS_PER_S);
	grid_right(grid, y, grid->width - 16, 16, ROLE_KEY, text);
}

void
view_graph_draw(const struct model *model, const struct ui *ui,
    struct grid *grid)
{
	const struct graph *graph = &ui->graph;
	struct layout layout = lay_out(ui);
	int i;

	if (graph->count == 0 || graph->columns == 0 || layout.rows < 3) {
		grid_text(grid, layout.top + 1, 0, grid->width, ROLE_DIM,
		    layout.rows < 3 ? "too small for a graph" :
		    ":graph [node:][object:]metric ... says what to draw");
		return;
	}
	draw_title(graph, grid, layout.top);
	draw_axis(graph, grid, &layout);
	draw_curves(graph, grid, &layout);
	draw_now(graph, grid, &layout);
	draw_cursor(graph, grid, &layout);
	draw_marks(graph, model, grid, layout.marks);
	draw_times(graph, grid, &layout);
	for (i = 0; i < layout.legend_rows; i++)
		draw_legend(graph, grid, layout.legend + i, i);
	draw_moment(graph, grid, layout.top);
}

int
view_graph_page(const struct model *model, const struct ui *ui)
{
	(void)model;
	return frame_body(ui);
}

void
view_graph_items(const struct model *model, const struct ui *ui,
    struct list *list)
{
	(void)model;
	(void)ui;
	list->count = 0;
}

void
view_graph_text(const struct model *model, const struct ui *ui,
    const struct item *item, char *text, size_t size)
{
	(void)model;
	(void)ui;
	(void)item;
	(void)size;
	text[0] = '\0';
}
