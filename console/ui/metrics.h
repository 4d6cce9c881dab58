/* The metrics of tables/metrics_*.def as tables to walk over. */
#ifndef DROVER_UI_METRICS_H
#define DROVER_UI_METRICS_H

#include <stddef.h>

#include <drover/rows.h>

#include "format.h"

enum node_metric {
#define METRIC(name, unit, semantics, key, title, help)			\
	NODE_METRIC_##name,
#include <drover/tables/metrics_node.def>
#undef METRIC
	NODE_METRICS
};

struct metric {
	const char		*name;
	const char		*title;
	const char		*help;
	size_t			 offset;	/* in its row, a double */
	enum unit		 unit;
	enum drover_semantics	 semantics;
};

extern const struct metric node_metrics[NODE_METRICS];

double	metric_value(const struct metric *metric, const void *row);

#endif
