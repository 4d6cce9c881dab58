#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "usage.h"

#define INTERVAL_SECONDS_MIN	0.1
#define INTERVAL_SECONDS_MAX	3600

/* What getopt_long() returns for an option that has no letter. */
#define LONG_ONLY		0x100
#define OPTION_CODE(letter, name)					\
	((letter) != 0 ? (letter) : (LONG_ONLY | (name)[0]))

static const struct option long_options[] = {
#define OPTION(letter, name, argument, complete, help)			\
	{ name, (argument)[0] != '\0', NULL, OPTION_CODE(letter, name) },
#include <drover/tables/options_droverstat.def>
#undef OPTION
	{ NULL, 0, NULL, 0 }
};

void
options_usage(FILE *stream)
{
	fputs("usage: droverstat [options] [interval [count]]\n", stream);
#define OPTION(letter, name, argument, complete, help)			\
	usage_option(stream, letter, name, argument, help);
#include <drover/tables/options_droverstat.def>
#undef OPTION
}

static int
output_set(struct options *options, enum stat_output output)
{
	if (options->output == OUTPUT_HELP ||
	    options->output == OUTPUT_VERSION)
		return 0;
	if (output == OUTPUT_JSON && options->output == OUTPUT_SCHEMA)
		return 0;
	if (options->output != OUTPUT_TABLE && options->output != output &&
	    !(output == OUTPUT_SCHEMA && options->output == OUTPUT_JSON) &&
	    output != OUTPUT_HELP && output != OUTPUT_VERSION) {
		fputs("droverstat: only one of -a, -j, -l, -o and -w can be "
		    "given\n", stderr);
		return -EINVAL;
	}
	options->output = output;
	return 0;
}

static int
option_apply(struct options *options, int code, const char *value)
{
	switch (code) {
	case '1': options->follow = false; return 0;
	case 'A': options->at = value; return 0;
	case 'a': return output_set(options, OUTPUT_ALL);
	case 'c': options->columns = value; return 0;
	case 'd': options->directory = value; return 0;
	case 'e': options->events = true; return 0;
	case 'f': options->follow = true; return 0;
	case 'h': return output_set(options, OUTPUT_HELP);
	case 'i': options->image = value; return 0;
	case 'j': return output_set(options, OUTPUT_JSON);
	case 'l': return output_set(options, OUTPUT_LIST);
	case 'o': return output_set(options, OUTPUT_OPENMETRICS);
	case 'S': options->segment = value; return 0;
	case 's': options->sort = value; return 0;
	case 't': options->tables = value; return 0;
	case 'V': return output_set(options, OUTPUT_VERSION);
	case 'w':
		options->save = value;
		return output_set(options, OUTPUT_SAVE);
	case LONG_ONLY | 's': return output_set(options, OUTPUT_SCHEMA);
	}
	return -EINVAL;
}

static int
interval_parse(struct options *options, const char *text)
{
	char *end;
	double seconds = strtod(text, &end);

	if (end == text || *end != '\0' ||
	    !(seconds >= INTERVAL_SECONDS_MIN &&
	    seconds <= INTERVAL_SECONDS_MAX)) {
		fprintf(stderr, "droverstat: interval %s: not a number of "
		    "seconds from 0.1 to 3600\n", text);
		return -EINVAL;
	}
	options->interval_ms = (uint64_t)llround(seconds * 1000);
	options->follow = true;
	return 0;
}

static int
count_parse(struct options *options, const char *text)
{
	char *end;
	long count = strtol(text, &end, 10);

	if (end == text || *end != '\0' || count < 1 ||
	    count > 1000000000) {
		fprintf(stderr, "droverstat: count %s: not a whole number "
		    "from 1 to 1000000000\n", text);
		return -EINVAL;
	}
	options->count = (uint64_t)count;
	return 0;
}

static int
operands_parse(struct options *options, int argc, char **argv)
{
	if (argc > 2) {
		fprintf(stderr, "droverstat: %s: nothing is allowed after "
		    "interval and count\n", argv[2]);
		return -EINVAL;
	}
	if (argc > 0 && interval_parse(options, argv[0]) != 0)
		return -EINVAL;
	if (argc > 1 && count_parse(options, argv[1]) != 0)
		return -EINVAL;
	return 0;
}

/* Combinations that make no sense are refused, not ignored. */
static int
options_check(const struct options *options)
{
	const char *wrong = NULL;

	if (options->image != NULL &&
	    (options->directory != NULL || options->segment != NULL))
		wrong = "-i names a file; -d and -S say where to look for "
		    "a live segment";
	else if (options->at != NULL && (options->image != NULL ||
	    options->follow || options->events))
		wrong = "--at shows one moment: not with -e, -f or -i";
	else if (options->image != NULL && options->follow)
		wrong = "an image does not change: -i and -f exclude each "
		    "other";
	else if (options->follow && options->output != OUTPUT_TABLE &&
	    options->output != OUTPUT_JSON)
		wrong = "-f goes with the table, -j and -e only";
	else if (options->events && options->output != OUTPUT_TABLE &&
	    options->output != OUTPUT_JSON &&
	    options->output != OUTPUT_HELP)
		wrong = "-e goes with -f and -j only";
	else if (options->events && (options->columns != NULL ||
	    options->tables != NULL || options->sort != NULL))
		wrong = "-e prints events; -c, -s and -t choose from tables";
	else if (options->directory != NULL && options->segment != NULL &&
	    strchr(options->segment, '/') != NULL)
		wrong = "-S names a path, so -d says nothing";
	if (wrong == NULL)
		return 0;
	fprintf(stderr, "droverstat: %s\n", wrong);
	return -EINVAL;
}

int
options_parse(struct options *options, int argc, char **argv)
{
	char letters[128];
	int code;

	*options = (struct options){ .interval_ms = 1000 };
	usage_letters("+", long_options, letters);
	opterr = 0;
	optind = 1;
	while ((code = getopt_long(argc, argv, letters, long_options,
	    NULL)) != -1) {
		if (code == '?' || code == ':') {
			usage_refuse("droverstat", code, argv[optind - 1]);
			return -EINVAL;
		}
		if (option_apply(options, code, optarg) != 0)
			return -EINVAL;
	}
	if (operands_parse(options, argc - optind, argv + optind) != 0)
		return -EINVAL;
	return options_check(options);
}
