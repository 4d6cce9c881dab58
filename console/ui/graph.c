#include "graph.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <drover/rows.h>

#include "canvas.h"
#include "recorder/client.h"
#include "when.h"

#define FLUSH_MS	500	/* the screen stands still meanwhile */
#define RECENT_S	7200	/* more than any batch holds back */
#define DAY_S		INT64_C(86400)
/* Share of the columns that lies ahead where the end is now. */
#define AHEAD		8

const struct graph_window graph_windows[] = {
	{ "10 min", 600 }, { "30 min", 1800 }, { "1 h", 3600 },
	{ "3 h", 10800 }, { "12 h", 43200 }, { "1 day", DAY_S },
	{ "3 days", 3 * DAY_S }, { "1 week", 7 * DAY_S },
	{ "1 month", 30 * DAY_S }, { "3 months", 91 * DAY_S },
	{ "1 year", 365 * DAY_S }, { "2 years", 731 * DAY_S },
};
const int graph_window_count =
    sizeof(graph_windows) / sizeof(graph_windows[0]);

static const struct graph_metric of_node[] = {
#define METRIC(name, unit, semantics, key, title, help)			\
	{ #name, title, help, UNIT_##unit,				\
	    DROVER_SEMANTICS_##semantics == DROVER_SEMANTICS_COUNTER },
#include <drover/tables/metrics_node.def>
}, of_device[] = {
#include <drover/tables/metrics_device.def>
}, of_backend[] = {
#include <drover/tables/metrics_backend.def>
#undef METRIC
};

static const struct graph_metric *
table_of(const char *object, int *count)
{
	if (strcmp(object, "node") == 0) {
		*count = sizeof(of_node) / sizeof(of_node[0]);
		return of_node;
	}
	if (strncmp(object, "backend/", 8) == 0) {
		*count = sizeof(of_backend) / sizeof(of_backend[0]);
		return of_backend;
	}
	*count = sizeof(of_device) / sizeof(of_device[0]);
	return of_device;
}

const struct graph_metric *
graph_metric_find(const char *object, const char *metric)
{
	int count, i;
	const struct graph_metric *table = table_of(object, &count);

	for (i = 0; i < count; i++)
		if (strcmp(table[i].name, metric) == 0)
			return &table[i];
	return NULL;
}

/* The one that many further in its table, round the end. */
static const struct graph_metric *
metric_next(const char *object, const char *metric, int step)
{
	int count;
	const struct graph_metric *table = table_of(object, &count);
	const struct graph_metric *here = graph_metric_find(object, metric);
	int at = here == NULL ? 0 : (int)(here - table);

	return &table[((at + step) % count + count) % count];
}

enum unit
graph_unit(const struct graph_curve *curve)
{
	const struct graph_metric *metric =
	    graph_metric_find(curve->object, curve->metric);

	if (metric == NULL)
		return UNIT_none;
	return metric->counter ? UNIT_per_s : metric->unit;
}

double
graph_ceiling(const struct graph_curve *curve)
{
	return graph_unit(curve) == UNIT_percent ? 100 : INFINITY;
}

static int
parse_before(const char *text, int64_t *before_s)
{
	const int64_t now_ns = INT64_C(4000000000) * 1000000000;
	int64_t then_ns;

	if (when_parse(text, now_ns, &then_ns) != 0 || then_ns > now_ns ||
	    *text == '@' || strchr(text, ':') != NULL)
		return -EINVAL;
	*before_s = (now_ns - then_ns) / 1000000000;
	return 0;
}

/* Cuts a spec apart; what is missing in it stays as it was. */
static void
split(char *text, const char **node, const char **object,
    const char **metric)
{
	char *first = strchr(text, ':'), *last = strrchr(text, ':');

	*metric = text;
	if (first == NULL)
		return;
	*first = *last = '\0';
	*metric = last + 1;
	/* A name of a node has no slash, that of anything on it has. */
	if (strchr(text, '/') != NULL)
		*object = text;
	else
		*node = text;
	if (last != first)
		*object = first + 1;
}

int
graph_add(struct graph *graph, const char *spec, const char *node,
    char *complaint, size_t size)
{
	const char *object = "node", *metric;
	struct graph_curve *curve;
	char text[GRAPH_SPEC_BYTES], *at;
	int64_t before_s = 0;

	if (graph->count == GRAPH_CURVES) {
		snprintf(complaint, size, "a graph has at most %d curves",
		    GRAPH_CURVES);
		return -E2BIG;
	}
	snprintf(text, sizeof(text), "%s", spec);
	at = strchr(text, '@');
	if (at != NULL) {
		*at++ = '\0';
		if (parse_before(at, &before_s) != 0) {
			snprintf(complaint, size, "%.40s: @ wants a span: "
			    "90s, 10m, 2h, 1d or 1w", spec);
			return -EINVAL;
		}
	}
	split(text, &node, &object, &metric);
	if (graph_metric_find(object, metric) == NULL) {
		snprintf(complaint, size, "no metric %.40s of %.40s; see "
		    "drover-metrics(7)", metric, object);
		return -EINVAL;
	}
	curve = &graph->curves[graph->count++];
	memset(curve, 0, sizeof(*curve));
	snprintf(curve->node, sizeof(curve->node), "%.63s", node);
	snprintf(curve->object, sizeof(curve->object), "%.71s", object);
	snprintf(curve->metric, sizeof(curve->metric), "%.31s", metric);
	curve->before_s = before_s;
	graph->stale = true;
	return 0;
}

void
graph_default_node(struct graph *graph, const char *node)
{
	int i;

	for (i = 0; i < graph->count; i++)
		if (graph->curves[i].node[0] == '\0') {
			snprintf(graph->curves[i].node,
			    sizeof(graph->curves[i].node), "%s", node);
			graph->stale = true;
		}
}

void
graph_clear(struct graph *graph)
{
	int i;

	for (i = 0; i < graph->count; i++)
		history_free(&graph->curves[i].data);
	graph->count = 0;
	graph->compare = false;
	graph->stale = true;
}

void
graph_release(struct graph *graph)
{
	graph_clear(graph);
	memset(graph, 0, sizeof(*graph));
}

static void
put_span(int64_t seconds, char *text, size_t size)
{
	if (seconds % DAY_S == 0)
		snprintf(text, size, "@%lldd", (long long)(seconds / DAY_S));
	else if (seconds % 60 == 0)
		snprintf(text, size, "@%lldm", (long long)(seconds / 60));
	else
		snprintf(text, size, "@%llds", (long long)seconds);
}

void
graph_spec(const struct graph_curve *curve, char text[GRAPH_SPEC_BYTES])
{
	bool whole = strcmp(curve->object, "node") == 0;
	char before[24] = "";

	if (curve->before_s != 0)
		put_span(curve->before_s, before, sizeof(before));
	snprintf(text, GRAPH_SPEC_BYTES, "%s:%s%s%s%s", curve->node,
	    whole ? "" : curve->object, whole ? "" : ":", curve->metric,
	    before);
}

int
graph_columns(int width, enum glyph_mode mode)
{
	int cells = width - GRAPH_AXIS - 1;
	int across = canvas_across(mode);

	return cells < 4 ? 0 : cells * across > HISTORY_COLUMNS_MAX ?
	    HISTORY_COLUMNS_MAX : cells * across;
}

/* Widths that a clock divides by, so that columns stay what they are. */
static int64_t
round_width(int64_t seconds)
{
	static const int64_t widths[] = { 1, 2, 3, 4, 5, 6, 10, 12, 15, 20,
		30, 40, 60, 90, 120, 180, 240, 300, 360, 600, 900, 1200,
		1800, 2400, 3600, 5400, 7200, 10800, 14400, 21600, 28800,
		43200, DAY_S, 2 * DAY_S, 7 * DAY_S };
	size_t i;

	for (i = 0; i < sizeof(widths) / sizeof(widths[0]); i++)
		if (widths[i] >= seconds)
			return widths[i];
	return (seconds + DAY_S - 1) / DAY_S * DAY_S;
}

bool
graph_settle(struct graph *graph, int columns, int64_t now_s)
{
	int64_t window_s = graph_windows[graph->window].seconds;
	int ahead = graph->end_s == 0 ? columns / AHEAD : 0;
	int64_t column_s, end_s, start_s;

	if (columns <= ahead)
		return false;
	column_s = round_width((window_s + columns - ahead - 1) /
	    (columns - ahead));
	end_s = graph->end_s == 0 ? now_s : graph->end_s;
	end_s = (end_s + column_s - 1) / column_s * column_s +
	    ahead * column_s;
	start_s = end_s - columns * column_s;
	graph->now_s = now_s;
	if (!graph->stale && graph->columns == columns &&
	    graph->column_s == column_s && graph->start_s == start_s)
		return false;
	graph->columns = columns;
	graph->column_s = column_s;
	graph->start_s = start_s;
	graph->now = (int)((now_s - start_s + column_s - 1) / column_s);
	if (graph->now > columns || now_s >= end_s)
		graph->now = columns;
	if (graph->at >= columns)
		graph->at = columns - 1;
	return true;
}

void
graph_span(struct graph *graph, int columns, int64_t start_s, int64_t end_s,
    int64_t now_s)
{
	int64_t column_s = (end_s - start_s + columns - 1) / columns;

	graph->window = -1;
	graph->span_s = end_s - start_s;
	graph->column_s = column_s;
	graph->start_s = start_s / column_s * column_s;
	graph->columns = (int)((end_s - graph->start_s + column_s - 1) /
	    column_s);
	if (graph->columns > columns)
		graph->columns = columns;
	graph->now_s = now_s;
	graph->now = now_s >= end_s ? graph->columns :
	    (int)((now_s - graph->start_s) / column_s);
	if (graph->now < 0)
		graph->now = 0;
}

void
graph_load(struct graph *graph, const char *directory)
{
	struct history_query query = { .directory = directory,
		.column_s = graph->column_s, .columns = graph->columns };
	struct graph_curve *curve;
	int i;

	/* What the series lack is written first; who can't ask sees less. */
	if (graph->columns * graph->column_s > HISTORY_FLIGHT_S &&
	    graph->start_s + graph->columns * graph->column_s + RECENT_S >
	    graph->now_s)
		(void)recorder_flush(directory, FLUSH_MS);
	for (i = 0; i < graph->count; i++) {
		curve = &graph->curves[i];
		history_free(&curve->data);
		query.node = curve->node;
		query.object = curve->object;
		query.metric = curve->metric;
		query.start_s = graph->start_s - curve->before_s;
		curve->error = history_read(&query, &curve->data);
	}
	graph->stale = false;
}

void
graph_zoom(struct graph *graph, int wider)
{
	graph->window += wider;
	if (graph->window < 0)
		graph->window = 0;
	if (graph->window >= graph_window_count)
		graph->window = graph_window_count - 1;
}

void
graph_pan(struct graph *graph, int windows_by_quarters)
{
	int64_t step_s = graph_windows[graph->window].seconds / 4;
	int64_t end_s = graph->end_s == 0 ? graph->now_s : graph->end_s;

	end_s += windows_by_quarters * step_s;
	graph->end_s = end_s >= graph->now_s ? 0 : end_s;
}

void
graph_move_cursor(struct graph *graph, int columns)
{
	if (!graph->cursor) {
		graph->cursor = true;
		graph->at = graph->now < graph->columns ? graph->now - 1 :
		    graph->columns - 1;
		return;
	}
	graph->at += columns;
	if (graph->at >= graph->columns)
		graph->at = graph->columns - 1;
	if (graph->at < 0)
		graph->at = 0;
}

void
graph_compare(struct graph *graph)
{
	int64_t window_s = graph_windows[graph->window].seconds;
	int64_t before_s = window_s <= DAY_S ? DAY_S : window_s;
	int i, count = 0;

	graph->compare = !graph->compare;
	/* The curves of before go, whichever they were. */
	for (i = 0; i < graph->count; i++)
		if (graph->curves[i].before_s == 0)
			graph->curves[count++] = graph->curves[i];
		else
			history_free(&graph->curves[i].data);
	graph->count = count;
	for (i = 0; graph->compare && i < count &&
	    graph->count < GRAPH_CURVES; i++) {
		graph->curves[graph->count] = graph->curves[i];
		graph->curves[graph->count].before_s = before_s;
		memset(&graph->curves[graph->count].data, 0,
		    sizeof(struct history_curve));
		graph->count++;
	}
	graph->stale = true;
}

/* Of the first curve, and of what it is compared with. */
void
graph_step_metric(struct graph *graph, int step)
{
	const struct graph_metric *next;
	char former[32];
	int i;

	if (graph->count == 0)
		return;
	next = metric_next(graph->curves[0].object,
	    graph->curves[0].metric, step);
	snprintf(former, sizeof(former), "%s", graph->curves[0].metric);
	for (i = 0; i < graph->count; i++)
		if (i == 0 || (graph->curves[i].before_s != 0 &&
		    strcmp(graph->curves[i].metric, former) == 0))
			snprintf(graph->curves[i].metric,
			    sizeof(graph->curves[i].metric), "%s",
			    next->name);
	graph->stale = true;
}
