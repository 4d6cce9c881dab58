#include "page.h"

#include <errno.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "frame.h"
#include "shm/clock.h"
#include "sign.h"
#include "text.h"
#include "theme.h"
#include "view.h"

#define NS_PER_S	INT64_C(1000000000)
#define HEIGHT		20
#define REPORT_HEIGHT	11

/* What a report draws, where there is something to draw. */
static const char *const report_metrics[][2] = {
	{ "requests", "tokens" }, { "ttft", NULL }, { "kv_used", NULL },
	{ "in_flight", "requests_deferred" }, { "gpu_busy",
	"gpu_memory_used" }, { "cpu_busy", "psi_cpu_some" },
	{ "memory_used", "psi_memory_some" }, { "psi_io_some", NULL },
	{ "net_receive", "net_transmit" }, { "disk_read", "disk_write" },
	{ "store_free_share", "state_free_share" },
	{ "temperature_max", NULL },
};

static int
terminal_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
	    size.ws_col >= 40)
		return size.ws_col;
	return columns != NULL && atoi(columns) >= 40 &&
	    atoi(columns) < 1000 ? atoi(columns) : 80;
}

static enum glyph_mode
glyphs_of(const struct options *options)
{
	int i;

	for (i = 0; options->glyphs != NULL && i < GLYPH_MODE_COUNT; i++)
		if (strcasecmp(options->glyphs, glyph_mode_names[i]) == 0)
			return (enum glyph_mode)i;
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0 ?
	    GLYPH_MODE_BRAILLE : GLYPH_MODE_ASCII;
}

/* Colour only adds: the legend has letters too. */
static int
colour_of(enum role role)
{
	static const int curves[GRAPH_CURVES] = { 36, 33, 35, 32, 31, 37 };

	if (role >= ROLE_CURVE_1 && role <= ROLE_CURVE_6)
		return curves[role - ROLE_CURVE_1];
	return role == ROLE_DIM || role == ROLE_BAND ? 90 : 0;
}

static void
print_row(const struct grid *grid, int y, bool coloured)
{
	const struct cell *cells = &grid->cells[y * grid->width];
	char bytes[4];
	int end = grid->width, colour = 0, x, wanted;

	while (end > 0 && cells[end - 1].code == ' ')
		end--;
	for (x = 0; x < end; x++) {
		wanted = coloured && cells[x].code != ' ' ?
		    colour_of((enum role)cells[x].role) : colour;
		if (wanted != colour)
			printf("\033[%dm", wanted);
		colour = wanted;
		if (cells[x].code != 0)
			fwrite(bytes, 1, text_encode(cells[x].code, bytes),
			    stdout);
	}
	puts(colour != 0 ? "\033[0m" : "");
}

static int
draw(const struct options *options, const struct place *place,
    const struct graph *graph, int lines)
{
	const char *no_color = getenv("NO_COLOR");
	bool coloured = isatty(STDOUT_FILENO) &&
	    (no_color == NULL || *no_color == '\0');
	struct ui *ui = calloc(1, sizeof(*ui));
	struct grid grid = { .width = 0 };
	int y, status = 0;

	if (ui == NULL)
		return GRAPH_EXIT_OUTPUT;
	ui->width = options->width != 0 ? options->width : terminal_width();
	ui->height = lines + 4;
	ui->graph = *graph;
	if (grid_resize(&grid, ui->width, ui->height) != 0) {
		status = GRAPH_EXIT_OUTPUT;
	} else {
		grid.mode = glyphs_of(options);
		grid_clear(&grid);
		view_graph_draw(&place->model, ui, &grid);
		for (y = frame_top(ui); y < ui->height - 1; y++)
			print_row(&grid, y, coloured);
	}
	grid_release(&grid);
	free(ui);
	return status;
}

int
page_columns(const struct options *options)
{
	return graph_columns(options->width != 0 ? options->width :
	    terminal_width(), glyphs_of(options));
}

int
page_graph(const struct options *options, const struct place *place,
    const struct graph *graph)
{
	return draw(options, place, graph, options->height != 0 ?
	    options->height : HEIGHT + graph->count);
}

static bool
has_data(const struct graph_curve *curve)
{
	int i;

	for (i = 0; i < curve->data.count; i++)
		if (curve->data.columns[i].mean > 0 ||
		    curve->data.columns[i].mean < 0)
			return true;
	return false;
}

static int
report_graph(const struct options *options, const struct place *place,
    const char *const metrics[2], int64_t start_s, int64_t end_s)
{
	struct graph graph = { .count = 0 };
	char complaint[128];
	int status = 0, i;

	for (i = 0; i < 2 && metrics[i] != NULL; i++)
		(void)graph_add(&graph, metrics[i], place->node, complaint,
		    sizeof(complaint));
	graph_span(&graph, page_columns(options), start_s, end_s,
	    clock_ns(CLOCK_REALTIME) / NS_PER_S);
	graph_load(&graph, place->directory);
	if (has_data(&graph.curves[0]) || (graph.count > 1 &&
	    has_data(&graph.curves[1]))) {
		puts("");
		status = draw(options, place, &graph, REPORT_HEIGHT);
	}
	graph_release(&graph);
	return status;
}

static void
print_date(int64_t time_ns)
{
	time_t second = (time_t)(time_ns / NS_PER_S);
	char text[32];
	struct tm time;

	if (gmtime_r(&second, &time) != NULL &&
	    strftime(text, sizeof(text), "%m-%d %H:%M:%SZ", &time) > 0)
		printf("%s", text);
}

/* Whether something that began then, and ended then or not, was there. */
static bool
within(int64_t began_ns, int64_t ended_ns, int64_t start_s, int64_t end_s)
{
	return began_ns < end_s * NS_PER_S &&
	    (ended_ns == 0 || ended_ns >= start_s * NS_PER_S);
}

static void
report_faults(const struct place *place, int64_t start_s, int64_t end_s)
{
	const struct drover_fault_row *fault;
	uint32_t i;
	int count = 0;

	puts("\nFAULTS");
	for (i = 0; i < place->model.table[DROVER_TABLE_FAULT].slots; i++) {
		fault = model_row(&place->model, DROVER_TABLE_FAULT, i);
		if (fault == NULL || strcmp(fault->node, place->node) != 0 ||
		    !within(fault->since, fault->ended, start_s, end_s))
			continue;
		printf("  f%-5lld ", (long long)fault->id);
		print_date(fault->since);
		printf("  %-9s %-10s %s %s%s%s: %s\n",
		    sign_severity(fault->severity).word,
		    sign_fault_state(fault->state).word, fault->class,
		    fault->target, fault->device[0] != '\0' ? " " : "",
		    fault->device, fault->text);
		count++;
	}
	if (count == 0)
		puts("  none");
}

static void
report_plans(const struct place *place, int64_t start_s, int64_t end_s)
{
	const struct drover_plan_row *plan;
	uint32_t i;
	int count = 0;

	puts("\nPLANS");
	for (i = 0; i < place->model.table[DROVER_TABLE_PLAN].slots; i++) {
		plan = model_row(&place->model, DROVER_TABLE_PLAN, i);
		if (plan == NULL || strcmp(plan->node, place->node) != 0 ||
		    !within(plan->proposed, plan->ended, start_s, end_s))
			continue;
		printf("  p%-5lld ", (long long)plan->id);
		print_date(plan->proposed);
		printf("  %-12s %s %s for f%lld%s%s\n",
		    sign_plan_state(plan->state).word, plan->strategy,
		    plan->target, (long long)plan->fault,
		    plan->end_reason[0] != '\0' ? ": " : "",
		    plan->end_reason);
		count++;
	}
	if (count == 0)
		puts("  none");
}

static void
report_head(const struct place *place, int64_t start_s, int64_t end_s)
{
	const struct drover_node_row *node = model_node(&place->model,
	    place->node);

	printf("%s from ", place->node);
	print_date(start_s * NS_PER_S);
	printf(" to ");
	print_date(end_s * NS_PER_S);
	puts("");
	if (node != NULL)
		printf("%s, droverd %s, now %s\n", node->system,
		    node->version, sign_node_state(node->state).word);
	else
		puts("no droverd is running there now");
}

int
page_report(const struct options *options, const struct place *place,
    int64_t start_s, int64_t end_s)
{
	size_t i;
	int status = 0;

	report_head(place, start_s, end_s);
	report_faults(place, start_s, end_s);
	report_plans(place, start_s, end_s);
	for (i = 0; status == 0 &&
	    i < sizeof(report_metrics) / sizeof(report_metrics[0]); i++)
		status = report_graph(options, place, report_metrics[i],
		    start_s, end_s);
	return status;
}
