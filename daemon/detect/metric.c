#include <assert.h>

#include "detect/metric.h"

#define UNIT_percent	"%"
#define UNIT_bytes	"B"
#define UNIT_bytes_per_s "B/s"
#define UNIT_bits_per_s	"bit/s"
#define UNIT_per_s	"/s"
#define UNIT_ms		"ms"
#define UNIT_us		"us"
#define UNIT_seconds	"s"
#define UNIT_celsius	"C"
#define UNIT_mhz	"MHz"
#define UNIT_watts	"W"
#define UNIT_tasks	"tasks"
#define UNIT_count	""
#define UNIT_flag	""
#define UNIT_bits	""
#define UNIT_code	""

#define METRIC(name, unit, semantics, key, title, help)			\
	{ #name, UNIT_##unit },

static const struct detect_metric node[] = {
#include <drover/tables/metrics_node.def>
};

static const struct detect_metric device[] = {
#include <drover/tables/metrics_device.def>
};

static const struct detect_metric backend[] = {
#include <drover/tables/metrics_backend.def>
};
#undef METRIC

size_t
detect_metrics(enum drover_metric_scope scope)
{
	switch (scope) {
	case DROVER_METRIC_SCOPE_NODE:
		return DETECT_NODE_METRICS;
	case DROVER_METRIC_SCOPE_DEVICE:
		return DETECT_DEVICE_METRICS;
	case DROVER_METRIC_SCOPE_BACKEND:
		return DETECT_BACKEND_METRICS;
	default:
		return 0;
	}
}

const struct detect_metric *
detect_metric(enum drover_metric_scope scope, size_t i)
{
	assert(i < detect_metrics(scope));
	if (scope == DROVER_METRIC_SCOPE_NODE)
		return &node[i];
	return scope == DROVER_METRIC_SCOPE_DEVICE ? &device[i] : &backend[i];
}
