/* What is asked of the hardware in the background. */
#include "collect/hardware.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "collect/directory.h"
#include "collect/sensor.h"
#include "collect/throttle.h"
#include "shm/clock.h"

#define PACE_NS		(INT64_C(2) * 1000000000)
#define STALE_NS	(INT64_C(10) * 1000000000)
#define ROUNDS_PER_SCAN	5

/* A temperature of sensor/..., or the speed of nic/... */
struct reading {
	char	name[64];
	char	label[64];
	char	disk[32];
	bool	is_speed;
	bool	gpu;
	double	value;
};

struct report {
	struct reading	*readings;
	size_t		 count;
	size_t		 room;
	double		 core_throttles;
	double		 package_throttles;
	int64_t		 taken_ns;	/* CLOCK_BOOTTIME at its start */
};

/* published is guarded by the lock, the rest is the thread's own. */
struct hardware_context {
	struct report		 published;
	struct report		 next;
	struct report		 speeds;	/* as of the last scan */
	struct source_buffer	 buffer;
	struct sensors		 sensors;
	struct throttle		 throttle;
	char			*root;
	unsigned int		 rounds;
};

static struct reading *
report_add(struct report *report)
{
	struct reading *readings;
	size_t room;

	if (report->count == report->room) {
		room = report->room * 2 + 16;
		readings = realloc(report->readings,
		    room * sizeof(*readings));
		if (readings == NULL)
			return NULL;
		report->readings = readings;
		report->room = room;
	}
	return memset(&report->readings[report->count++], 0,
	    sizeof(struct reading));
}

static void
read_sensors(struct hardware_context *context)
{
	struct reading *reading;
	struct sensor *sensor;
	size_t i;

	for (i = 0; i < context->sensors.count; i++) {
		sensor = &context->sensors.sensors[i];
		reading = report_add(&context->next);
		if (reading == NULL)
			return;
		memcpy(reading->name, sensor->name, sizeof(reading->name));
		memcpy(reading->label, sensor->label, sizeof(reading->label));
		memcpy(reading->disk, sensor->disk, sizeof(reading->disk));
		reading->gpu = sensor->gpu;
		reading->value = temperature_parse(source_read(&sensor->input,
		    &context->buffer));
	}
}

/* The kernel says -1, or nothing, where the link is down. */
static void
scan_speeds(struct hardware_context *context)
{
	struct directory directory;
	struct reading *reading;
	const char *name;
	struct text text;
	double speed;
	size_t i;

	context->speeds.count = 0;
	directory_read(&directory, "%s/sys/class/net", context->root);
	for (i = 0; i < directory.count; i++) {
		name = directory.entries[i]->d_name;
		text = source_read_once(&context->buffer,
		    "%s/sys/class/net/%s/speed", context->root, name);
		speed = text_signed(&text);
		reading = speed > 0 ? report_add(&context->speeds) : NULL;
		if (reading == NULL)
			continue;
		snprintf(reading->name, sizeof(reading->name), "nic/%.59s",
		    name);
		reading->is_speed = true;
		reading->value = speed * 1e6;
	}
	directory_free(&directory);
}

static void
add_speeds(struct hardware_context *context)
{
	struct reading *reading;
	size_t i;

	for (i = 0; i < context->speeds.count; i++) {
		reading = report_add(&context->next);
		if (reading != NULL)
			*reading = context->speeds.readings[i];
	}
}

static void
scan(struct hardware_context *context)
{
	sensors_scan(&context->sensors, context->root, &context->buffer);
	throttle_scan(&context->throttle, context->root, &context->buffer);
	scan_speeds(context);
}

static void
hardware_round(struct background *background, void *argument)
{
	struct hardware_context *context = argument;
	struct report published;

	context->next.taken_ns = clock_ns(CLOCK_BOOTTIME);
	context->next.count = 0;
	if (context->rounds++ % ROUNDS_PER_SCAN == 0)
		scan(context);
	read_sensors(context);
	add_speeds(context);
	throttle_read(&context->throttle, &context->buffer,
	    &context->next.core_throttles, &context->next.package_throttles);

	background_lock(background);
	published = context->published;
	context->published = context->next;
	background_unlock(background);
	context->next = published;
}

static void
hardware_release(void *argument)
{
	struct hardware_context *context = argument;

	sensors_close(&context->sensors);
	throttle_close(&context->throttle);
	source_buffer_close(&context->buffer);
	free(context->published.readings);
	free(context->next.readings);
	free(context->speeds.readings);
	free(context->root);
	free(context);
}

static const struct background_work work = {
	.round = hardware_round,
	.release = hardware_release,
	.pace_ns = PACE_NS,
};

void
hardware_open(struct hardware *hardware, const char *root)
{
	struct hardware_context *context;

	hardware->background = NULL;
	context = calloc(1, sizeof(*context));
	if (context == NULL)
		return;
	context->root = strdup(root);
	hardware->context = context;
	if (context->root == NULL ||
	    source_buffer_open(&context->buffer) != 0 ||
	    background_start(&hardware->background, &work, context) != 0) {
		hardware->background = NULL;
		hardware_release(context);
	}
}

void
hardware_close(struct hardware *hardware)
{
	background_stop(hardware->background);
	hardware->background = NULL;
}

void
hardware_wait_first(struct hardware *hardware, int64_t timeout_ns)
{
	if (hardware->background != NULL)
		background_wait_first(hardware->background, timeout_ns);
}

/* "nvme0n" is a match for disk/nvme0n1, "sda" for disk/sda alone. */
static bool
is_disk(const char *device, const char *disk)
{
	size_t length = strlen(disk);

	if (strncmp(device, "disk/", 5) != 0 || length == 0 ||
	    strncmp(device + 5, disk, length) != 0)
		return false;
	for (device += 5 + length; *device != '\0'; device++) {
		if (!text_is_digit(*device))
			return false;
	}
	return true;
}

/*
 * Readings and interfaces are in the same order, so that the search goes
 * on where the last one ended.
 */
static void
fill_speed(const struct reading *reading, struct sample *sample,
    size_t *next)
{
	struct sample_device *device;
	size_t i, at;

	for (i = 0; i < sample->device_count; i++) {
		at = (*next + i) % sample->device_count;
		device = &sample->devices[at];
		if (strcmp(device->name, reading->name) != 0)
			continue;
		device->value[DEVICE_METRIC_speed] = reading->value;
		*next = at + 1;
		return;
	}
}

static void
fill_temperature(const struct reading *reading, struct collect_round *round,
    double value)
{
	struct sample *sample = round->sample;
	double *hottest = &sample->node[NODE_METRIC_temperature_max];
	struct sample_device *device;
	size_t i;

	for (i = 0; i < sample->device_count; i++) {
		if (is_disk(sample->devices[i].name, reading->disk))
			sample->devices[i].value[DEVICE_METRIC_temperature] =
			    value;
	}
	device = round_device(round, DROVER_DEVICE_KIND_SENSOR, reading->name,
	    reading->label);
	if (device != NULL)
		device->value[DEVICE_METRIC_temperature] = value;
	if (!reading->gpu && !(*hottest >= value) && !isnan(value))
		*hottest = value;
}

static void
fill(const struct report *report, struct collect_round *round)
{
	double *node = round->sample->node;
	const struct reading *reading;
	size_t i, next = 0;
	bool stale;

	stale = round->sample->boottime_ns - report->taken_ns > STALE_NS;
	for (i = 0; i < report->count; i++) {
		reading = &report->readings[i];
		if (!reading->is_speed)
			fill_temperature(reading, round,
			    stale ? NAN : reading->value);
		else if (!stale)
			fill_speed(reading, round->sample, &next);
	}
	if (stale)
		return;
	node[NODE_METRIC_core_throttles] = report->core_throttles;
	node[NODE_METRIC_package_throttles] = report->package_throttles;
}

void
hardware_sample(struct hardware *hardware, struct collect_round *round)
{
	if (hardware->background == NULL)
		return;
	background_lock(hardware->background);
	if (hardware->context->published.taken_ns != 0)
		fill(&hardware->context->published, round);
	background_unlock(hardware->background);
}
