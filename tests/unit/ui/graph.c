/* A graph shows what was asked for, on a grid that stands still. */
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "console/ui/canvas.h"
#include "console/ui/forecast.h"
#include "console/ui/graph.h"
#include "console/ui/scale.h"
#include "tests/unit/suite.h"

#define NOW_S	INT64_C(1795219927)

static char complaint[160];

static int
add(struct graph *graph, const char *spec)
{
	return graph_add(graph, spec, "n1", complaint, sizeof(complaint));
}

static void
a_spec_names_node_object_metric_and_before(void)
{
	static const struct {
		const char	*spec, *node, *object, *metric, *again;
		int64_t		 before_s;
	} known[] = {
		{ "cpu_busy", "n1", "node", "cpu_busy", "n1:cpu_busy", 0 },
		{ "n2:load1", "n2", "node", "load1", "n2:load1", 0 },
		{ "disk/sda:busy", "n1", "disk/sda", "busy",
		    "n1:disk/sda:busy", 0 },
		{ "n2:gpu/0:power@1d", "n2", "gpu/0", "power",
		    "n2:gpu/0:power@1d", 86400 },
		{ "backend/llama:ttft@90m", "n1", "backend/llama", "ttft",
		    "n1:backend/llama:ttft@90m", 5400 },
	};
	struct graph graph = { .count = 0 };
	char spec[GRAPH_SPEC_BYTES];
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		CU_ASSERT_EQUAL_FATAL(add(&graph, known[i].spec), 0);
		CU_ASSERT_STRING_EQUAL(graph.curves[i].node, known[i].node);
		CU_ASSERT_STRING_EQUAL(graph.curves[i].object,
		    known[i].object);
		CU_ASSERT_STRING_EQUAL(graph.curves[i].metric,
		    known[i].metric);
		CU_ASSERT_EQUAL(graph.curves[i].before_s,
		    known[i].before_s);
		graph_spec(&graph.curves[i], spec);
		CU_ASSERT_STRING_EQUAL(spec, known[i].again);
	}
	graph_release(&graph);
}

static void
what_there_is_not_is_refused(void)
{
	static const char *const wrong[] = { "", "cpu", "n1:disk/sda:cpu_busy",
		"cpu_busy@", "cpu_busy@yesterday", "cpu_busy@00:12",
		"backend/x:busy" };
	struct graph graph = { .count = 0 };
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		CU_ASSERT_EQUAL(add(&graph, wrong[i]), -EINVAL);
		CU_ASSERT(strlen(complaint) > 10);
	}
	CU_ASSERT_EQUAL(graph.count, 0);
	for (i = 0; i < GRAPH_CURVES; i++)
		CU_ASSERT_EQUAL(add(&graph, "load1"), 0);
	CU_ASSERT_EQUAL(add(&graph, "load1"), -E2BIG);
	graph_release(&graph);
}

/* Columns keep their place as time goes on, for as long as they can. */
static void
columns_stand_on_the_clock(void)
{
	struct graph graph = { .window = 2 };
	int64_t start_s;
	int i, moves = 0;

	CU_ASSERT_EQUAL(add(&graph, "load1"), 0);
	CU_ASSERT_TRUE(graph_settle(&graph, 140, NOW_S));
	graph.stale = false;
	CU_ASSERT_EQUAL(graph.start_s % graph.column_s, 0);
	CU_ASSERT_TRUE(graph.now < graph.columns);
	start_s = graph.start_s;
	for (i = 1; i <= graph.column_s * 3; i++)
		moves += graph_settle(&graph, 140, NOW_S + i);
	CU_ASSERT_EQUAL(moves, 3);
	CU_ASSERT_EQUAL(graph.start_s, start_s + 3 * graph.column_s);
	/* All of the window lies before now. */
	CU_ASSERT_TRUE(graph.now * graph.column_s >= 3600);
	graph_release(&graph);
}

static void
zoom_and_pan_end_where_there_is_no_more(void)
{
	struct graph graph = { .window = 2, .now_s = NOW_S };

	graph_zoom(&graph, -5);
	CU_ASSERT_EQUAL(graph_windows[graph.window].seconds, 600);
	graph_zoom(&graph, 50);
	CU_ASSERT_EQUAL(graph.window, graph_window_count - 1);
	graph_pan(&graph, 1);
	CU_ASSERT_EQUAL(graph.end_s, 0);
	graph_pan(&graph, -1);
	CU_ASSERT_EQUAL(graph.end_s, NOW_S -
	    graph_windows[graph.window].seconds / 4);
	graph_pan(&graph, 1);
	CU_ASSERT_EQUAL(graph.end_s, 0);
}

static void
comparing_lays_the_day_before_over_it_and_takes_it_away(void)
{
	struct graph graph = { .window = 2 };

	CU_ASSERT_EQUAL(add(&graph, "load1"), 0);
	CU_ASSERT_EQUAL(add(&graph, "cpu_busy"), 0);
	graph_compare(&graph);
	CU_ASSERT_EQUAL(graph.count, 4);
	CU_ASSERT_EQUAL(graph.curves[2].before_s, 86400);
	CU_ASSERT_STRING_EQUAL(graph.curves[3].metric, "cpu_busy");
	graph_step_metric(&graph, 1);
	CU_ASSERT_STRING_EQUAL(graph.curves[0].metric, "load5");
	CU_ASSERT_STRING_EQUAL(graph.curves[2].metric, "load5");
	graph_compare(&graph);
	CU_ASSERT_EQUAL(graph.count, 2);
	graph.window = 7;
	graph_compare(&graph);
	CU_ASSERT_EQUAL(graph.curves[2].before_s, 7 * 86400);
	graph_release(&graph);
}

/* One dot at the top left, then all of a cell, in every kind. */
static void
dots_become_the_signs_of_the_mode(void)
{
	static const struct {
		enum glyph_mode	mode;
		uint32_t	first;
		uint32_t	all;
	} known[] = {
		{ GLYPH_MODE_BRAILLE, 0x2801, 0x28ff },
		{ GLYPH_MODE_SEXTANT, 0x1fb00, 0x2588 },
		{ GLYPH_MODE_BLOCK, 0x2598, 0x2588 },
		{ GLYPH_MODE_ASCII, '*', '*' },
	};
	struct grid grid = { .width = 0 };
	struct canvas canvas;
	size_t i;
	int x, y;

	CU_ASSERT_EQUAL_FATAL(grid_resize(&grid, 2, 1), 0);
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		grid_clear(&grid);
		grid.mode = known[i].mode;
		CU_ASSERT_EQUAL_FATAL(canvas_init(&canvas, known[i].mode, 2,
		    1), 0);
		canvas_dot(&canvas, 0, 0, ROLE_CURVE_1, '*');
		for (x = 0; x < canvas.across; x++)
			for (y = 0; y < canvas.down; y++)
				canvas_dot(&canvas, canvas.across + x, y,
				    ROLE_CURVE_2, '*');
		/* Outside is nowhere. */
		canvas_dot(&canvas, -1, 0, ROLE_CURVE_1, '*');
		canvas_dot(&canvas, 0, 99, ROLE_CURVE_1, '*');
		canvas_draw(&canvas, &grid, 0, 0);
		CU_ASSERT_EQUAL(grid.cells[0].code, known[i].first);
		CU_ASSERT_EQUAL(grid.cells[1].code, known[i].all);
		CU_ASSERT_EQUAL(grid.cells[1].role, ROLE_CURVE_2);
		canvas_release(&canvas);
	}
	grid_release(&grid);
}

static void
a_scale_has_round_ends_and_all_values(void)
{
	struct scale scale = scale_make(3, 61, UNIT_percent);

	CU_ASSERT_EQUAL(scale.low, 0);
	CU_ASSERT_EQUAL(scale.high, 100);
	scale = scale_make(0, 0.3, UNIT_percent);
	CU_ASSERT_EQUAL(scale.high, 1);
	scale = scale_make(97, 103, UNIT_bytes);
	CU_ASSERT_TRUE(scale.low >= 90 && scale.low <= 97 &&
	    scale.high >= 103 && scale.high <= 110);
	scale = scale_make(5, 5, UNIT_count);
	CU_ASSERT_TRUE(scale.low < 5 && scale.high > 5);
	scale = scale_make(NAN, NAN, UNIT_count);
	CU_ASSERT_TRUE(scale.high > scale.low);
	scale = scale_make(0, 10, UNIT_count);
	CU_ASSERT_EQUAL(scale_row(&scale, scale.high, 20), 0);
	CU_ASSERT_EQUAL(scale_row(&scale, scale.low, 20), 19);
}

static void
a_line_goes_on_and_a_share_ends_at_its_limit(void)
{
	struct history_column columns[120];
	struct history_curve curve = { .columns = columns, .count = 120,
		.start_s = NOW_S, .column_s = 60 };
	struct forecast forecast;
	struct history_column at;
	int i;

	for (i = 0; i < 120; i++)
		columns[i] = i < 100 ? (struct history_column){ i * 0.9,
		    i * 0.9, i * 0.9 } : (struct history_column){ NAN, NAN,
		    NAN };
	forecast_make(&curve, 100, 100, &forecast);
	CU_ASSERT_TRUE_FATAL(forecast.known);
	at = forecast_at(&forecast, 105);
	CU_ASSERT_DOUBLE_EQUAL(at.mean, 94.5, 1.5);
	CU_ASSERT_TRUE(at.least <= at.mean && at.mean <= at.most);
	at = forecast_at(&forecast, 119);
	CU_ASSERT_EQUAL(at.mean, 100);
	CU_ASSERT_EQUAL(at.most, 100);
	/* Of a few points nobody knows where they go. */
	forecast_make(&curve, 20, 100, &forecast);
	CU_ASSERT_FALSE(forecast.known);
}

static const struct suite_test tests[] = {
	{ "a spec names node, object, metric and before",
	    a_spec_names_node_object_metric_and_before },
	{ "what there is not is refused", what_there_is_not_is_refused },
	{ "columns stand on the clock", columns_stand_on_the_clock },
	{ "zoom and pan end where there is no more",
	    zoom_and_pan_end_where_there_is_no_more },
	{ "comparing lays the day before over it, and takes it away",
	    comparing_lays_the_day_before_over_it_and_takes_it_away },
	{ "dots become the signs of the mode",
	    dots_become_the_signs_of_the_mode },
	{ "a scale has round ends and all values",
	    a_scale_has_round_ends_and_all_values },
	{ "a line goes on, and a share ends at its limit",
	    a_line_goes_on_and_a_share_ends_at_its_limit },
};

SUITE_MAIN("ui-graph", tests)
