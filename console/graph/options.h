/*
 * What the command line of drovergraph asks for; made from
 * tables/options_drovergraph.def.
 */
#ifndef DROVER_GRAPH_OPTIONS_H
#define DROVER_GRAPH_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "graph.h"

enum graph_exit {
#define EXIT(NAME, status, help)	GRAPH_EXIT_##NAME = (status),
#include <drover/tables/exits_drovergraph.def>
#undef EXIT
};

enum graph_output { OUTPUT_TERMINAL, OUTPUT_PICTURE, OUTPUT_CSV,
	OUTPUT_JSON, OUTPUT_LIST, OUTPUT_REPORT, OUTPUT_HELP,
	OUTPUT_VERSION };

struct options {
	enum graph_output	 output;
	const char		*directory;	/* as given, or NULL */
	const char		*node;
	const char		*start;
	const char		*end;
	const char		*file;
	const char		*title;
	const char		*glyphs;
	bool			 svg;
	int			 width;		/* 0: not given */
	int			 height;
	int64_t			 step_s;
	int			 count;		/* of metrics */
	char			**metrics;
};

/* 0, or -EINVAL after one line to stderr. */
int	options_parse(struct options *options, int argc, char **argv);
void	options_usage(FILE *stream);

/*
 * The words of rrdtool(1), "AT-STYLE TIME SPECIFICATION", in UTC.  -EINVAL
 * after one line to stderr.
 */
int	options_span(const struct options *options, int64_t *start_s,
	    int64_t *end_s);

#endif
