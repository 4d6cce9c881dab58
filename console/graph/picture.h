/* A graph as a PNG or SVG file, drawn by librrd from the series. */
#ifndef DROVER_GRAPH_PICTURE_H
#define DROVER_GRAPH_PICTURE_H

#include "options.h"
#include "place.h"

/*
 * The curves of the graph from start_s to end_s, with their range, the
 * forecast and the faults and plans of that time.  0, or an exit status
 * after one line to stderr.
 */
int	picture_make(const struct options *options,
	    const struct place *place, const struct graph *graph,
	    int64_t start_s, int64_t end_s);

#endif
