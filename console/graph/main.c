/* drovergraph(1): history in the terminal, as a picture, as values. */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "options.h"
#include "page.h"
#include "picture.h"
#include "place.h"
#include "shm/clock.h"
#include "values.h"

#define NS_PER_S	INT64_C(1000000000)
#define VALUES		600	/* of a curve, unless --step says how many */
#define PICTURE_COLUMNS	400	/* that a forecast is made of */

static int
add_curves(struct graph *graph, const struct options *options,
    const struct place *place)
{
	char complaint[192];
	int i;

	for (i = 0; i < options->count; i++)
		if (graph_add(graph, options->metrics[i], place->node,
		    complaint, sizeof(complaint)) != 0) {
			fprintf(stderr, "drovergraph: %s\n", complaint);
			return GRAPH_EXIT_USAGE;
		}
	if (options->count == 0)
		(void)graph_add(graph, "cpu_busy", place->node, complaint,
		    sizeof(complaint));
	return 0;
}

static int
columns_of(const struct options *options, int64_t span_s)
{
	int64_t columns = options->step_s != 0 ?
	    (span_s + options->step_s - 1) / options->step_s :
	    options->output == OUTPUT_PICTURE ? PICTURE_COLUMNS : VALUES;

	if (columns > span_s)
		columns = span_s;
	return columns > HISTORY_COLUMNS_MAX ? HISTORY_COLUMNS_MAX :
	    (int)columns;
}

/* Something of at least one curve, or one line of what is wrong. */
static int
check_loaded(const struct graph *graph)
{
	char spec[GRAPH_SPEC_BYTES];
	int i, good = 0;

	for (i = 0; i < graph->count; i++) {
		if (graph->curves[i].error == 0) {
			good++;
			continue;
		}
		graph_spec(&graph->curves[i], spec);
		fprintf(stderr, "drovergraph: %s: %s\n", spec,
		    graph->curves[i].error == -ENOENT ?
		    "nothing is recorded" : graph->curves[i].error ==
		    -EINVAL ? "not recorded of it" :
		    strerror(-graph->curves[i].error));
	}
	return good > 0 ? 0 : GRAPH_EXIT_NONE;
}

static int
print_values(const struct options *options, const struct graph *graph)
{
	if (options->output == OUTPUT_CSV)
		values_csv(graph, stdout);
	else if (values_json(graph, stdout) != 0)
		return GRAPH_EXIT_OUTPUT;
	return 0;
}

static int
draw(const struct options *options, const struct place *place,
    int64_t start_s, int64_t end_s)
{
	struct graph graph = { .count = 0 };
	int status = add_curves(&graph, options, place);

	if (status == 0) {
		graph_span(&graph, options->output == OUTPUT_TERMINAL ?
		    page_columns(options) : columns_of(options,
		    end_s - start_s), start_s, end_s,
		    clock_ns(CLOCK_REALTIME) / NS_PER_S);
		graph_load(&graph, place->directory);
		status = check_loaded(&graph);
	}
	if (status == 0 && options->output == OUTPUT_TERMINAL)
		status = page_graph(options, place, &graph);
	else if (status == 0 && options->output == OUTPUT_PICTURE)
		status = picture_make(options, place, &graph, start_s,
		    end_s);
	else if (status == 0)
		status = print_values(options, &graph);
	graph_release(&graph);
	return status;
}

static int
serve(const struct options *options)
{
	int64_t start_s, end_s;
	struct place place;
	int status;

	if (options_span(options, &start_s, &end_s) != 0)
		return GRAPH_EXIT_USAGE;
	status = place_open(&place, options->directory, options->node);
	if (status == 0 && options->output == OUTPUT_LIST)
		status = place_list(&place, stdout);
	else if (status == 0 && options->output == OUTPUT_REPORT)
		status = page_report(options, &place, start_s, end_s);
	else if (status == 0)
		status = draw(options, &place, start_s, end_s);
	place_close(&place);
	return status;
}

int
main(int argc, char **argv)
{
	struct options options;
	int status = 0;

	setlocale(LC_CTYPE, "");
	signal(SIGPIPE, SIG_IGN);
	if (options_parse(&options, argc, argv) != 0)
		return GRAPH_EXIT_USAGE;
	if (options.output == OUTPUT_HELP)
		options_usage(stdout);
	else if (options.output == OUTPUT_VERSION)
		puts("drovergraph " DROVER_VERSION);
	else
		status = serve(&options);
	if (fflush(stdout) != 0 && errno != EPIPE) {
		fprintf(stderr, "drovergraph: standard output: %s\n",
		    strerror(errno));
		return GRAPH_EXIT_OUTPUT;
	}
	return status;
}
