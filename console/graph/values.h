/* The values of curves as CSV and JSON. */
#ifndef DROVER_GRAPH_VALUES_H
#define DROVER_GRAPH_VALUES_H

#include <stdio.h>

#include "graph.h"

/* Columns: time (ISO 8601), then of each curve mean, min and max. */
void	values_csv(const struct graph *graph, FILE *stream);
/* -ENOMEM. */
int	values_json(const struct graph *graph, FILE *stream);

#endif
