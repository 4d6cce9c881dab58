#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <rrd.h>

#include "usage.h"

#define LONG_ONLY	0x100
#define OPTION_CODE(letter, name)					\
	((letter) != 0 ? (letter) : (LONG_ONLY | (name)[1]))

static const struct option long_options[] = {
#define OPTION(letter, name, argument, complete, help)			\
	{ name, (argument)[0] != '\0', NULL, OPTION_CODE(letter, name) },
#include <drover/tables/options_drovergraph.def>
#undef OPTION
	{ NULL, 0, NULL, 0 }
};

void
options_usage(FILE *stream)
{
	fputs("usage: drovergraph [options] "
	    "[[node:][object:]metric[@span] ...]\n", stream);
#define OPTION(letter, name, argument, complete, help)			\
	usage_option(stream, letter, name, argument, help);
#include <drover/tables/options_drovergraph.def>
#undef OPTION
}

static int
output_set(struct options *options, enum graph_output output)
{
	if (options->output == OUTPUT_HELP)
		return 0;
	if (options->output != OUTPUT_TERMINAL && output != OUTPUT_HELP &&
	    options->output != output) {
		fputs("drovergraph: only one of --csv, -j, -l, -o and -r "
		    "can be given\n", stderr);
		return -EINVAL;
	}
	options->output = output;
	return 0;
}

static int
number_set(const char *name, const char *value, long most, long *number)
{
	char *end;

	*number = strtol(value, &end, 10);
	if (end != value && *end == '\0' && *number >= 1 && *number <= most)
		return 0;
	fprintf(stderr, "drovergraph: --%s %s: not a whole number from 1 to "
	    "%ld\n", name, value, most);
	return -EINVAL;
}

static int
number_apply(struct options *options, int code, const char *value)
{
	long number;
	int error;

	if (code == 'w') {
		error = number_set("width", value, 8192, &number);
		options->width = (int)number;
	} else if (code == 'H') {
		error = number_set("height", value, 8192, &number);
		options->height = (int)number;
	} else {
		error = number_set("step", value, 366 * 86400, &number);
		options->step_s = number;
	}
	return error;
}

static int
option_apply(struct options *options, int code, const char *value)
{
	switch (code) {
	case LONG_ONLY | 's': return output_set(options, OUTPUT_CSV);
	case 'd': options->directory = value; return 0;
	case 'e': options->end = value; return 0;
	case 'g': options->glyphs = value; return 0;
	case 'h': return output_set(options, OUTPUT_HELP);
	case 'j': return output_set(options, OUTPUT_JSON);
	case 'l': return output_set(options, OUTPUT_LIST);
	case 'n': options->node = value; return 0;
	case 'o':
		options->file = value;
		return output_set(options, OUTPUT_PICTURE);
	case 'r': return output_set(options, OUTPUT_REPORT);
	case 's': options->start = value; return 0;
	case LONG_ONLY | 'v': options->svg = true; return 0;
	case 't': options->title = value; return 0;
	case 'V': return output_set(options, OUTPUT_VERSION);
	default: return number_apply(options, code, value);
	}
}

static int
options_check(struct options *options)
{
	const char *ending = options->file == NULL ? NULL :
	    strrchr(options->file, '.');
	const char *wrong = NULL;

	if (options->file != NULL && strcmp(options->file, "-") == 0)
		ending = options->svg ? ".svg" : ".png";
	if (options->file != NULL && (ending == NULL ||
	    (strcmp(ending, ".png") != 0 && strcmp(ending, ".svg") != 0)))
		wrong = "-o wants a name that ends in .png or .svg";
	else if (options->file == NULL && options->svg)
		wrong = "--svg goes with -o";
	else if (options->step_s != 0 && options->output != OUTPUT_CSV &&
	    options->output != OUTPUT_JSON)
		wrong = "--step goes with --csv and -j";
	else if (options->count > 0 && (options->output == OUTPUT_LIST ||
	    options->output == OUTPUT_REPORT))
		wrong = "-l and -r take no metrics";
	options->svg = ending != NULL && strcmp(ending, ".svg") == 0;
	if (wrong == NULL)
		return 0;
	fprintf(stderr, "drovergraph: %s\n", wrong);
	return -EINVAL;
}

int
options_parse(struct options *options, int argc, char **argv)
{
	char letters[64];
	int code;

	memset(options, 0, sizeof(*options));
	usage_letters("", long_options, letters);
	opterr = 0;
	while ((code = getopt_long(argc, argv, letters, long_options,
	    NULL)) != -1) {
		if (code == '?' || code == ':') {
			usage_refuse("drovergraph", code, argv[optind - 1]);
			return -EINVAL;
		}
		if (option_apply(options, code, optarg) != 0)
			return -EINVAL;
	}
	options->count = argc - optind;
	options->metrics = argv + optind;
	return options_check(options);
}

static int
parse(const char *name, const char *text, rrd_time_value_t *value)
{
	const char *why = rrd_parsetime(text, value);

	if (why == NULL)
		return 0;
	fprintf(stderr, "drovergraph: --%s %s: %s\n", name, text, why);
	return -EINVAL;
}

int
options_span(const struct options *options, int64_t *start_s, int64_t *end_s)
{
	rrd_time_value_t from, to;
	time_t start, end;

	setenv("TZ", "UTC0", 1);
	tzset();
	if (parse("start", options->start == NULL ? "end-1h" :
	    options->start, &from) != 0 || parse("end",
	    options->end == NULL ? "now" : options->end, &to) != 0)
		return -EINVAL;
	if (rrd_proc_start_end(&from, &to, &start, &end) != 0) {
		fprintf(stderr, "drovergraph: %s\n", rrd_get_error());
		return -EINVAL;
	}
	if (start >= end) {
		fputs("drovergraph: the start is not before the end\n",
		    stderr);
		return -EINVAL;
	}
	*start_s = start;
	*end_s = end;
	return 0;
}
