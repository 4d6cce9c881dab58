/* The host collector: its parts, taken in turn. */
#include "collect/host.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collect/cgroup.h"
#include "collect/disk.h"
#include "collect/filesystem.h"
#include "collect/hardware.h"
#include "collect/memory.h"
#include "collect/nic.h"
#include "collect/pressure.h"
#include "collect/processor.h"
#include "collect/protocol.h"
#include "collect/round.h"
#include "collect/source.h"
#include "shm/clock.h"

/* Files and devices that came or went are looked for at this pace. */
#define RESCAN_NS	(INT64_C(10) * 1000000000)
/* ... or at this one when a device is known to have come or gone. */
#define RESCAN_CHANGED_NS (INT64_C(1) * 1000000000)
/* How long opening may wait for what is read in the background. */
#define FIRST_WAIT_NS	(INT64_C(50) * 1000000)

struct host_collector {
	struct source_buffer	buffer;
	struct processor	processor;
	struct memory		memory;
	struct pressure		pressure;
	struct cgroup		cgroup;
	struct disks		disks;
	struct nics		nics;
	struct protocol		snmp;
	struct protocol		netstat;
	struct filesystem	store;
	struct filesystem	state;
	struct hardware		hardware;
	bool			changed;
	int64_t			sampled_ns;	/* CLOCK_BOOTTIME; 0: never */
	int64_t			rescanned_ns;
};

static void
rescan(struct host_collector *collector, int64_t now_ns)
{
	collector->rescanned_ns = now_ns;
	processor_retry(&collector->processor);
	memory_retry(&collector->memory);
	pressure_retry(&collector->pressure);
	source_retry(&collector->snmp.source);
	source_retry(&collector->netstat.source);
	cgroup_rescan(&collector->cgroup, &collector->buffer);
	disks_rescan(&collector->disks, &collector->buffer);
	nics_rescan(&collector->nics, &collector->buffer);
}

/* What may block is started first, and is done when the rest is. */
static void
open_all(struct host_collector *collector,
    const struct host_options *options)
{
	const char *root = options->root != NULL ? options->root : "";

	hardware_open(&collector->hardware, root);
	filesystem_open_store(&collector->store, root, options->model_store);
	filesystem_open_state(&collector->state, options->state_directory);
	processor_open(&collector->processor, root);
	memory_open(&collector->memory, root);
	pressure_open(&collector->pressure, root);
	protocol_open_snmp(&collector->snmp, root);
	protocol_open_netstat(&collector->netstat, root);
	cgroup_open(&collector->cgroup, root);
	disks_open(&collector->disks, root);
	nics_open(&collector->nics, root);
	rescan(collector, clock_ns(CLOCK_BOOTTIME));
	hardware_wait_first(&collector->hardware, FIRST_WAIT_NS);
	filesystem_wait_first(&collector->store, FIRST_WAIT_NS);
	filesystem_wait_first(&collector->state, FIRST_WAIT_NS);
}

int
host_collector_open(struct host_collector **collector_out,
    const struct host_options *options)
{
	struct host_collector *collector;
	int error;

	collector = calloc(1, sizeof(*collector));
	if (collector == NULL)
		return -ENOMEM;
	error = source_buffer_open(&collector->buffer);
	if (error != 0) {
		free(collector);
		return error;
	}
	open_all(collector, options);
	*collector_out = collector;
	return 0;
}

void
host_collector_close(struct host_collector *collector)
{
	if (collector == NULL)
		return;
	hardware_close(&collector->hardware);
	filesystem_close(&collector->store);
	filesystem_close(&collector->state);
	processor_close(&collector->processor);
	memory_close(&collector->memory);
	pressure_close(&collector->pressure);
	protocol_close(&collector->snmp);
	protocol_close(&collector->netstat);
	cgroup_close(&collector->cgroup);
	disks_close(&collector->disks);
	nics_close(&collector->nics);
	source_buffer_close(&collector->buffer);
	free(collector);
}

static bool
is_rescan_due(const struct host_collector *collector, int64_t now_ns)
{
	return now_ns - collector->rescanned_ns >=
	    (collector->changed ? RESCAN_CHANGED_NS : RESCAN_NS);
}

static void
sample_clear(struct sample *sample)
{
	size_t i;

	for (i = 0; i < NODE_METRICS; i++)
		sample->node[i] = NAN;
	sample->device_count = 0;
}

void
host_collector_sample(struct host_collector *collector,
    struct sample *sample)
{
	struct collect_round round = {&collector->buffer, sample, NAN, false};
	int64_t growth_ns;

	sample_clear(sample);
	sample->wall_ns = clock_ns(CLOCK_REALTIME);
	sample->boottime_ns = clock_ns(CLOCK_BOOTTIME);
	growth_ns = sample->boottime_ns - collector->sampled_ns;
	if (collector->sampled_ns != 0 && growth_ns > 0)
		round.seconds = (double)growth_ns / 1e9;
	collector->sampled_ns = sample->boottime_ns;

	if (is_rescan_due(collector, sample->boottime_ns))
		rescan(collector, sample->boottime_ns);
	processor_sample(&collector->processor, &round);
	memory_sample(&collector->memory, &round);
	pressure_sample(&collector->pressure, &round);
	cgroup_sample(&collector->cgroup, &round);
	protocol_sample(&collector->snmp, &round);
	protocol_sample(&collector->netstat, &round);
	disks_sample(&collector->disks, &round);
	nics_sample(&collector->nics, &round);
	filesystem_sample(&collector->store, &round);
	filesystem_sample(&collector->state, &round);
	hardware_sample(&collector->hardware, &round);
	collector->changed = round.changed;

	sample->node[NODE_METRIC_uptime] = (double)sample->boottime_ns / 1e9;
	sample->node[NODE_METRIC_sample_cost] =
	    (double)(clock_ns(CLOCK_BOOTTIME) - sample->boottime_ns) / 1e3;
}

struct sample_device *
round_device(struct collect_round *round, enum drover_device_kind kind,
    const char *name, const char *label)
{
	struct sample *sample = round->sample;
	struct sample_device *device, *devices;
	size_t i, room;

	if (sample->device_count == sample->device_room) {
		room = sample->device_room * 2 + 8;
		devices = realloc(sample->devices, room * sizeof(*devices));
		if (devices == NULL)
			return NULL;
		sample->devices = devices;
		sample->device_room = room;
	}
	device = &sample->devices[sample->device_count++];
	device->kind = kind;
	strncpy(device->name, name, sizeof(device->name) - 1);
	device->name[sizeof(device->name) - 1] = '\0';
	strncpy(device->label, label, sizeof(device->label) - 1);
	device->label[sizeof(device->label) - 1] = '\0';
	for (i = 0; i < DEVICE_METRICS; i++)
		device->value[i] = NAN;
	return device;
}

void
sample_free(struct sample *sample)
{
	free(sample->devices);
	sample->devices = NULL;
	sample->device_count = sample->device_room = 0;
}
