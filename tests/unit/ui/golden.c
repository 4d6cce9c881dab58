/*
 * Every screen in every size and in UTF-8 and ASCII, as text, against the
 * files in golden/.  "test-ui-golden --update" writes them anew: look at
 * what changed before committing it.
 */
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "command.h"
#include "fixture.h"
#include "plain.h"
#include "stage.h"
#include "tests/unit/suite.h"

static bool update;

static const struct {
	int	width;
	int	height;
} sizes[] = {{80, 24}, {200, 50}, {40, 10}};
#define SIZES	(sizeof(sizes) / sizeof(sizes[0]))

static const struct {
	const char	*name;
	enum glyph_mode	 mode;
} modes[] = {{"utf8", GLYPH_MODE_BLOCK}, {"c", GLYPH_MODE_ASCII}};
#define MODES	(sizeof(modes) / sizeof(modes[0]))

static char *
contents(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = calloc(1, 65536);

	if (file != NULL && text != NULL)
		text[fread(text, 1, 65535, file)] = '\0';
	if (file != NULL)
		fclose(file);
	return text;
}

static void
compare(struct stage *stage, const char *name, const char *mode)
{
	char path[512], *drawn = NULL, *wanted;
	size_t length = 0;
	FILE *file = open_memstream(&drawn, &length);

	plain_write(&stage->grid, file);
	fclose(file);
	snprintf(path, sizeof(path), "%s/%s-%dx%d-%s.txt", GOLDEN_DIRECTORY,
	    name, stage->ui.width, stage->ui.height, mode);
	if (update) {
		CU_ASSERT(plain_dump(&stage->grid, path) == 0);
	} else {
		wanted = contents(path);
		if (strcmp(wanted, drawn) != 0)
			fprintf(stderr, "%s differs; drawn:\n%s", path,
			    drawn);
		CU_ASSERT_STRING_EQUAL(drawn, wanted);
		free(wanted);
	}
	free(drawn);
}

static void
load_page(struct stage *stage)
{
	int error;

	manual_set_path(MAN_DIRECTORY);
	error = manual_load(&stage->ui.manual, "drover-sample(7)",
	    stage->ui.width, stage->ui.glyphs == GLYPH_MODE_ASCII);
	CU_ASSERT_EQUAL(error, 0);
}

static void
check(const char *name, void (*prepare)(struct stage *))
{
	struct stage stage;
	size_t mode, size;

	for (size = 0; size < SIZES; size++) {
		for (mode = 0; mode < MODES; mode++) {
			stage_open(&stage, sizes[size].width,
			    sizes[size].height, modes[mode].mode);
			prepare(&stage);
			stage_draw(&stage);
			compare(&stage, name, modes[mode].name);
			stage_close(&stage);
		}
	}
}

static void
to_nodes(struct stage *stage)
{
	stage_type(stage, "jj");
}

static void
to_tree(struct stage *stage)
{
	stage_type(stage, "jjt jt");
}

static void
to_node(struct stage *stage)
{
	command_run(&stage->ui, "node n02");
}

static void
to_node_metrics(struct stage *stage)
{
	command_run(&stage->ui, "node n02");
	stage_draw(stage);
	stage_type(stage, "/pressure\r");
}

static void
to_faults(struct stage *stage)
{
	stage_type(stage, "2");
}

static void
to_predictions(struct stage *stage)
{
	stage_type(stage, "3");
}

static void
to_plans(struct stage *stage)
{
	stage_type(stage, "4");
}

static void
to_plan(struct stage *stage)
{
	stage_type(stage, "4jj\r");
}

static void
to_predictions_settled(struct stage *stage)
{
	stage_type(stage, "3jjj");
}

static void
to_events(struct stage *stage)
{
	stage_type(stage, "6jjj");
}

static void
to_audit(struct stage *stage)
{
	stage_type(stage, "7jj");
}

static void
to_audit_refused(struct stage *stage)
{
	stage_type(stage, "7e");
}

static void
to_consensus(struct stage *stage)
{
	stage_type(stage, "8");
}

static void
to_consensus_note(struct stage *stage)
{
	stage_type(stage, "8/Tuesday\r");
}

static void
to_node_drained(struct stage *stage)
{
	command_run(&stage->ui, "node n05");
}

static void
to_nodes_drained(struct stage *stage)
{
	stage_type(stage, "jjj");
}

/* A saw, a step with a gap, and now where the last eighth begins. */
static void
fill_curve(struct graph *graph, int curve)
{
	struct history_curve *data = &graph->curves[curve].data;
	struct history_column *at;
	int i;

	history_free(data);
	data->columns = calloc((size_t)graph->columns,
	    sizeof(*data->columns));
	CU_ASSERT_PTR_NOT_NULL_FATAL(data->columns);
	data->count = graph->columns;
	data->start_s = graph->start_s;
	data->column_s = graph->column_s;
	data->step_s = 60;
	for (i = 0; i < data->count; i++) {
		at = &data->columns[i];
		at->mean = curve == 0 ? 10 + i % 16 * 4 :
		    i < graph->columns / 3 ? 2 : 6;
		if (i >= graph->now || (curve == 1 && i % 40 > 30))
			at->mean = NAN;
		at->least = at->mean - (curve == 0 ? 8 : 0.5);
		at->most = at->mean + (curve == 0 ? 15 : 0.5);
	}
}

static void
to_graph(struct stage *stage)
{
	struct graph *graph = &stage->ui.graph;
	char complaint[80];

	CU_ASSERT_EQUAL(graph_add(graph, "n03:cpu_busy", "", complaint,
	    sizeof(complaint)), 0);
	CU_ASSERT_EQUAL(graph_add(graph, "n03:load1@1d", "", complaint,
	    sizeof(complaint)), 0);
	graph_settle(graph, graph_columns(stage->ui.width,
	    stage->ui.glyphs), FIXTURE_NOW_NS / 1000000000);
	fill_curve(graph, 0);
	fill_curve(graph, 1);
	ui_show(&stage->ui, SCREEN_GRAPH);
}

static void
to_graph_cursor(struct stage *stage)
{
	to_graph(stage);
	stage_type(stage, "chhhhh");
}

static void
to_graph_braille(struct stage *stage)
{
	if (stage->ui.glyphs == GLYPH_MODE_BLOCK)
		stage->ui.glyphs = stage->ui.width == 200 ?
		    GLYPH_MODE_SEXTANT : GLYPH_MODE_BRAILLE;
	to_graph(stage);
}

static void
to_past(struct stage *stage)
{
	stage->ui.past = true;
	stage->ui.past_ns = FIXTURE_NOW_NS - 3600 * 1000000000LL;
	stage->ui.no_acts = "this is the past";
	stage_type(stage, "d");
}

static void
to_manual(struct stage *stage)
{
	load_page(stage);
	stage->ui.want = 0;
	stage_type(stage, "Ml");
}

static void
to_help(struct stage *stage)
{
	stage_type(stage, "?");
}

static void
to_chooser(struct stage *stage)
{
	stage_type(stage, "Cjj");
}

static void
to_waiting(struct stage *stage)
{
	stage->model.attached = false;
	snprintf(stage->model.path, sizeof(stage->model.path),
	    "/run/user/1000/drover/core.seg");
	snprintf(stage->model.problem, sizeof(stage->model.problem),
	    "no segment there yet: droverd is not running");
}

static void
to_waiting_for_a_host(struct stage *stage)
{
	to_waiting(stage);
	stage->model.remote = stage->model.lost = true;
	snprintf(stage->model.path, sizeof(stage->model.path),
	    "c1.example:8443");
	snprintf(stage->model.problem, sizeof(stage->model.problem),
	    "nobody listens there; is api.listen set, and does droverd "
	    "run?");
}

static void
to_lost(struct stage *stage)
{
	to_waiting_for_a_host(stage);
	stage->model.attached = true;
	stage->model.seen_ns = stage->model.now_ns;
	stage->model.now_ns += 75 * 1000000000LL;
}

/* The preview of a drain of n03 is there. */
static void
to_preview(struct stage *stage)
{
	stage->ui.no_acts = NULL;
	stage_type(stage, "jjd");
	flow_answered(&stage->ui, &(struct flow_answer){
	    .number = stage->ui.flow.number, .body = ANSWER_LAST_COPY,
	    .length = strlen(ANSWER_LAST_COPY) });
}

static void
to_typed(struct stage *stage)
{
	to_preview(stage);
	stage_type(stage, "\rit burns\rn02\r");
}

static void
to_dead(struct stage *stage)
{
	stage->model.liveness = DROVER_WRITER_DEAD;
	stage->model.now_ns += 75 * 1000000000LL;
	stage_type(stage, "\\n0\r");
}

static void
nodes_look_as_they_did(void)
{
	check("nodes", to_nodes);
	check("nodes-drained", to_nodes_drained);
	check("tree", to_tree);
	check("dead", to_dead);
}

static void
a_node_looks_as_it_did(void)
{
	check("node", to_node);
	check("node-metrics", to_node_metrics);
	check("node-drained", to_node_drained);
}

static void
acts_look_as_they_did(void)
{
	check("act-preview", to_preview);
	check("act-typed", to_typed);
}

static void
another_host_looks_as_it_did(void)
{
	check("lost", to_lost);
	check("waiting-host", to_waiting_for_a_host);
}

static void
faults_look_as_they_did(void)
{
	check("faults", to_faults);
}

static void
plans_look_as_they_did(void)
{
	check("plans", to_plans);
	check("plan", to_plan);
}

static void
predictions_look_as_they_did(void)
{
	check("predictions", to_predictions);
	check("predictions-settled", to_predictions_settled);
}

static void
events_look_as_they_did(void)
{
	check("events", to_events);
}

static void
the_audit_looks_as_it_did(void)
{
	check("audit", to_audit);
	check("audit-refused", to_audit_refused);
}

static void
the_consensus_looks_as_it_did(void)
{
	check("consensus", to_consensus);
	check("consensus-note", to_consensus_note);
}

static void
graphs_look_as_they_did(void)
{
	check("graph", to_graph);
	check("graph-cursor", to_graph_cursor);
	check("graph-braille", to_graph_braille);
}

static void
the_past_looks_as_it_did(void)
{
	check("past", to_past);
}

static void
the_manual_looks_as_it_did(void)
{
	check("manual", to_manual);
}

static void
help_looks_as_it_did(void)
{
	check("help", to_help);
}

static void
choosing_columns_looks_as_it_did(void)
{
	check("chooser", to_chooser);
}

static void
waiting_looks_as_it_did(void)
{
	check("waiting", to_waiting);
}

static const struct suite_test tests[] = {
	{"nodes look as they did", nodes_look_as_they_did},
	{"a node looks as it did", a_node_looks_as_it_did},
	{"acts look as they did", acts_look_as_they_did},
	{"another host looks as it did", another_host_looks_as_it_did},
	{"faults look as they did", faults_look_as_they_did},
	{"predictions look as they did", predictions_look_as_they_did},
	{"plans look as they did", plans_look_as_they_did},
	{"events look as they did", events_look_as_they_did},
	{"the audit looks as it did", the_audit_looks_as_it_did},
	{"the consensus looks as it did", the_consensus_looks_as_it_did},
	{"graphs look as they did", graphs_look_as_they_did},
	{"the past looks as it did", the_past_looks_as_it_did},
	{"the manual looks as it did", the_manual_looks_as_it_did},
	{"help looks as it did", help_looks_as_it_did},
	{"choosing columns looks as it did",
	    choosing_columns_looks_as_it_did},
	{"waiting looks as it did", waiting_looks_as_it_did},
};

int
main(int argc, char **argv)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	update = argc > 1 && strcmp(argv[1], "--update") == 0;
	if (update)
		argc = 1;
	return suite_run("ui-golden", tests, sizeof(tests) / sizeof(tests[0]),
	    argc, argv);
}
