/*
 * A sample: what was measured of one machine at one moment, by the names
 * of include/drover/tables/metrics_*.def.  What could not be measured is
 * NaN.
 */
#ifndef DROVER_COLLECT_SAMPLE_H
#define DROVER_COLLECT_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

#include <drover/rows.h>

enum node_metric {
#define METRIC(name, unit, semantics, key, title, help)			\
	NODE_METRIC_##name,
#include <drover/tables/metrics_node.def>
#undef METRIC
	NODE_METRICS
};

enum device_metric {
#define METRIC(name, unit, semantics, key, title, help)			\
	DEVICE_METRIC_##name,
#include <drover/tables/metrics_device.def>
#undef METRIC
	DEVICE_METRICS
};

enum backend_metric {
#define METRIC(name, unit, semantics, key, title, help)			\
	BACKEND_METRIC_##name,
#include <drover/tables/metrics_backend.def>
#undef METRIC
	BACKEND_METRICS
};

struct sample_device {
	char			name[64];	/* nic/eth0, disk/sda ... */
	char			label[64];
	enum drover_device_kind	kind;
	double			value[DEVICE_METRICS];
};

/*
 * devices grows as needed and is kept from sample to sample; the order of
 * the devices is stable while none comes or goes.
 */
struct sample {
	int64_t			 wall_ns;	/* UNIX time */
	int64_t			 boottime_ns;	/* CLOCK_BOOTTIME */
	double			 node[NODE_METRICS];
	struct sample_device	*devices;
	size_t			 device_count;
	size_t			 device_room;
};

#endif
