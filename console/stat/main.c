/*
 * droverstat(1): the segment as text, JSON or OpenMetrics, through the
 * public reader library alone.
 */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>

#include "follow.h"
#include "options.h"
#include "output.h"
#include "selection.h"
#include "source.h"

static int
print_selection(const struct source *source, struct selection *selection,
    const struct options *options)
{
	switch (options->output) {
	case OUTPUT_JSON:
		return output_json(stdout, source, selection, false);
	case OUTPUT_SCHEMA:
		return output_schema(stdout, selection);
	case OUTPUT_OPENMETRICS:
		output_openmetrics(stdout, source, selection);
		return 0;
	case OUTPUT_LIST:
		output_list(stdout, selection);
		return 0;
	case OUTPUT_ALL:
		output_state(stdout, source);
		output_all(stdout, source, selection);
		return 0;
	default:
		output_state(stdout, source);
		output_table(stdout, source, selection);
		return 0;
	}
}

static int
once(struct source *source, const struct options *options)
{
	struct selection selection;
	int status = source_capture(source), error;

	if (status != 0)
		return status;
	if (options->output == OUTPUT_SAVE) {
		status = source_save(source, options->save);
		return status != 0 ? status : source_status(source);
	}
	status = selection_make(&selection, source->image, options);
	if (status != 0)
		return status;
	error = print_selection(source, &selection, options);
	selection_free(&selection);
	if (error != 0) {
		fputs("droverstat: out of memory\n", stderr);
		return STAT_EXIT_ERROR;
	}
	error = follow_flush();
	if (error != 0 && error != -EPIPE)
		return STAT_EXIT_ERROR;
	/* What a list or a schema says holds whoever wrote it. */
	if (options->output == OUTPUT_LIST ||
	    options->output == OUTPUT_SCHEMA)
		return STAT_EXIT_ALIVE;
	return source_status(source);
}

int
main(int argc, char **argv)
{
	struct options options;
	struct source source;
	int status;

	setlocale(LC_CTYPE, "");
	/* A reader that has seen enough is told by EPIPE, quietly. */
	signal(SIGPIPE, SIG_IGN);
	if (options_parse(&options, argc, argv) != 0)
		return STAT_EXIT_USAGE;
	if (options.output == OUTPUT_HELP || options.output ==
	    OUTPUT_VERSION) {
		if (options.output == OUTPUT_HELP)
			options_usage(stdout);
		else
			puts("droverstat " DROVER_VERSION);
		return follow_flush() != 0 ? STAT_EXIT_ERROR : 0;
	}
	status = source_open(&source, &options);
	if (status == 0 && options.events)
		status = follow_events(&source, &options);
	else if (status == 0 && options.follow)
		status = follow_values(&source, &options);
	else if (status == 0)
		status = once(&source, &options);
	source_close(&source);
	return status;
}
