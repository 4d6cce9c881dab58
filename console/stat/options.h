/*
 * What the command line of droverstat asks for, and how it ends; made from
 * tables/options_droverstat.def and exits_droverstat.def.
 */
#ifndef DROVER_STAT_OPTIONS_H
#define DROVER_STAT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum stat_exit {
#define EXIT(NAME, status, help)	STAT_EXIT_##NAME = (status),
#include <drover/tables/exits_droverstat.def>
#undef EXIT
};

enum stat_output {
	OUTPUT_TABLE,
	OUTPUT_ALL,
	OUTPUT_JSON,
	OUTPUT_OPENMETRICS,
	OUTPUT_LIST,
	OUTPUT_SCHEMA,
	OUTPUT_SAVE,
	OUTPUT_HELP,
	OUTPUT_VERSION
};

struct options {
	enum stat_output	 output;
	bool			 events;
	bool			 follow;
	const char		*columns;	/* NULL: not given */
	const char		*tables;
	const char		*sort;
	const char		*directory;
	const char		*segment;	/* name, or path with a '/' */
	const char		*at;		/* of the past, or NULL */
	const char		*image;
	const char		*save;
	uint64_t		 interval_ms;
	uint64_t		 count;		/* prints; 0: no end */
};

/*
 * Returns 0, or -EINVAL after one line about what is wrong, and what is
 * allowed, to stderr.  Strings are those of argv.
 */
int	options_parse(struct options *options, int argc, char **argv);
void	options_usage(FILE *stream);

#endif
