/*
 * The metrics of include/drover/tables/metrics_*.def by their place in
 * them, and what a row of values is described by.  Constants only.
 */
#ifndef DROVER_DETECT_METRIC_H
#define DROVER_DETECT_METRIC_H

#include <stddef.h>

#include <drover/rows.h>

enum {
#define METRIC(name, unit, semantics, key, title, help)			\
	DETECT_NODE_##name,
#include <drover/tables/metrics_node.def>
#undef METRIC
	DETECT_NODE_METRICS
};

enum {
#define METRIC(name, unit, semantics, key, title, help)			\
	DETECT_DEVICE_##name,
#include <drover/tables/metrics_device.def>
#undef METRIC
	DETECT_DEVICE_METRICS
};

enum {
#define METRIC(name, unit, semantics, key, title, help)			\
	DETECT_BACKEND_##name,
#include <drover/tables/metrics_backend.def>
#undef METRIC
	DETECT_BACKEND_METRICS
};

struct detect_metric {
	const char	*name;
	const char	*unit;		/* as a person writes it: "%", "B" */
};

/* How many there are of a scope: 0 of one that has none. */
size_t	detect_metrics(enum drover_metric_scope scope);
/* i is below that. */
const struct detect_metric *detect_metric(enum drover_metric_scope scope,
	    size_t i);

#endif
