#include "metrics.h"

#include <string.h>

const struct metric node_metrics[NODE_METRICS] = {
#define METRIC(name, unit, semantics, key, title, help)			\
	{#name, title, help, offsetof(struct drover_node_row, name),	\
	    UNIT_##unit, DROVER_SEMANTICS_##semantics},
#include <drover/tables/metrics_node.def>
#undef METRIC
};

double
metric_value(const struct metric *metric, const void *row)
{
	double value;

	memcpy(&value, (const char *)row + metric->offset, sizeof(value));
	return value;
}
