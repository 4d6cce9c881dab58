/* Graphs as text: one, and the page of a node with all that matter. */
#ifndef DROVER_GRAPH_PAGE_H
#define DROVER_GRAPH_PAGE_H

#include "options.h"
#include "place.h"

/* Of a graph as wide as the terminal, or as the options say. */
int	page_columns(const struct options *options);
/* Of the curves as they are loaded.  0, or an exit status. */
int	page_graph(const struct options *options, const struct place *place,
	    const struct graph *graph);
int	page_report(const struct options *options,
	    const struct place *place, int64_t start_s, int64_t end_s);

#endif
