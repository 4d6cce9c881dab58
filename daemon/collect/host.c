/* The host collector: its parts, taken in turn. */
#include "collect/host.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collect/memory.h"
#include "collect/pressure.h"
#include "collect/processor.h"
#include "collect/round.h"
#include "collect/source.h"

/* Files and devices that came or went are looked for at this pace. */
#define RESCAN_NS	(INT64_C(10) * 1000000000)

struct host_collector {
	struct source_buffer	buffer;
	struct processor	processor;
	struct memory		memory;
	struct pressure		pressure;
	int64_t			sampled_ns;	/* CLOCK_BOOTTIME; 0: never */
	int64_t			rescanned_ns;
};

static int64_t
clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int
host_collector_open(struct host_collector **collector_out,
    const struct host_options *options)
{
	const char *root = options->root != NULL ? options->root : "";
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
	processor_open(&collector->processor, root);
	memory_open(&collector->memory, root);
	pressure_open(&collector->pressure, root);
	collector->rescanned_ns = clock_ns(CLOCK_BOOTTIME);
	*collector_out = collector;
	return 0;
}

void
host_collector_close(struct host_collector *collector)
{
	if (collector == NULL)
		return;
	processor_close(&collector->processor);
	memory_close(&collector->memory);
	pressure_close(&collector->pressure);
	source_buffer_close(&collector->buffer);
	free(collector);
}

static void
rescan(struct host_collector *collector, int64_t now_ns)
{
	if (now_ns - collector->rescanned_ns < RESCAN_NS)
		return;
	collector->rescanned_ns = now_ns;
	processor_retry(&collector->processor);
	memory_retry(&collector->memory);
	pressure_retry(&collector->pressure);
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
	struct collect_round round;
	int64_t growth_ns;

	sample_clear(sample);
	sample->wall_ns = clock_ns(CLOCK_REALTIME);
	sample->boottime_ns = clock_ns(CLOCK_BOOTTIME);
	growth_ns = sample->boottime_ns - collector->sampled_ns;
	round.buffer = &collector->buffer;
	round.sample = sample;
	round.seconds = collector->sampled_ns != 0 && growth_ns > 0 ?
	    (double)growth_ns / 1e9 : NAN;
	collector->sampled_ns = sample->boottime_ns;

	rescan(collector, sample->boottime_ns);
	processor_sample(&collector->processor, &round);
	memory_sample(&collector->memory, &round);
	pressure_sample(&collector->pressure, &round);
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
