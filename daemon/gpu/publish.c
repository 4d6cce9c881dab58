#include "gpu/publish.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "process/log.h"
#include "shm/clock.h"

#define PROCESS_SLOT	0

struct event_entry {
	const char		*kind;
	enum drover_severity	 severity;
};

enum event_index {
#define EVENT(NAME, kind, severity, page, help)	EVENT_##NAME,
#include <drover/tables/events.def>
#undef EVENT
	EVENTS
};

static const struct event_entry event_entries[EVENTS] = {
#define EVENT(NAME, kind, severity, page, help)				\
	{ kind, DROVER_SEVERITY_##severity },
#include <drover/tables/events.def>
#undef EVENT
};

static void tell(struct publisher *publisher, enum event_index index,
    const char *object, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void
tell(struct publisher *publisher, enum event_index index,
    const char *object, const char *format, ...)
{
	struct drover_event event;
	va_list list;

	memset(&event, 0, sizeof(event));
	event.time_ns = clock_ns(CLOCK_REALTIME);
	event.severity = event_entries[index].severity;
	memcpy(event.node, publisher->node, sizeof(event.node));
	snprintf(event.kind, sizeof(event.kind), "%s",
	    event_entries[index].kind);
	snprintf(event.object, sizeof(event.object), "%s", object);
	va_start(list, format);
	vsnprintf(event.text, sizeof(event.text), format, list);
	va_end(list);
	segment_event(publisher->writer, &event);
	if (event.severity == DROVER_SEVERITY_INFO)
		log_info("%s: %s", object, event.text);
	else
		log_warnx("%s: %s", object, event.text);
}

static void
row_of_device(struct drover_device_row *row,
    const struct sample_device *device, const char *node)
{
	memset(row, 0, sizeof(*row));
	memcpy(row->name, device->name, sizeof(row->name));
	memcpy(row->node, node, sizeof(row->node));
	memcpy(row->label, device->label, sizeof(row->label));
	row->kind = (uint8_t)device->kind;
#define METRIC(name, unit, semantics, key, title, help)			\
	row->name = device->value[DEVICE_METRIC_##name];
#include <drover/tables/metrics_device.def>
#undef METRIC
}

static int
put_process(struct publisher *publisher, enum drover_process_state state,
    const char *message)
{
	struct drover_process_row row;

	memset(&row, 0, sizeof(row));
	memcpy(row.name, publisher->process, sizeof(row.name));
	memcpy(row.node, publisher->node, sizeof(row.node));
	snprintf(row.message, sizeof(row.message), "%s", message);
	row.state = (uint8_t)state;
	row.pid = getpid();
	row.started = publisher->started_ns;
	/* The core knows these, from the parent and from /proc. */
	row.restarts = row.cpu = row.memory = NAN;
	return segment_put(publisher->writer, DROVER_TABLE_PROCESS,
	    PROCESS_SLOT, &row);
}

static int
put_devices(struct publisher *publisher, const struct worker_report *report)
{
	struct drover_device_row row;
	uint32_t slot;
	int error;

	error = 0;
	for (slot = 0; error == 0 && slot < report->count; slot++) {
		row_of_device(&row, &report->devices[slot],
		    publisher->node);
		error = segment_put(publisher->writer, DROVER_TABLE_DEVICE,
		    slot, &row);
	}
	for (; error == 0 && slot < publisher->shown.count; slot++)
		error = segment_remove(publisher->writer,
		    DROVER_TABLE_DEVICE, slot);
	return error;
}

static int
publish(struct publisher *publisher, const struct worker_report *report,
    enum drover_process_state state, const char *message)
{
	int error;

	error = put_devices(publisher, report);
	if (error == 0)
		error = put_process(publisher, state, message);
	if (error == 0)
		error = segment_publish(publisher->writer);
	if (error != 0)
		segment_abandon(publisher->writer);
	else
		publisher->shown = *report;
	return error;
}

int
publisher_open(struct publisher *publisher, const char *path,
    const char *node)
{
	struct segment_options options = { 0 };
	uint32_t rows[DROVER_TABLES] = { 0 };

	memset(publisher, 0, sizeof(*publisher));
	snprintf(publisher->node, sizeof(publisher->node), "%s", node);
	memcpy(publisher->process, "gpu", sizeof("gpu"));
	publisher->started_ns = clock_ns(CLOCK_REALTIME);
	rows[DROVER_TABLE_DEVICE] = SAMPLER_GPUS_MAX;
	rows[DROVER_TABLE_PROCESS] = 1;
	options.pool_bytes = segment_pool_bytes(&segment_core_schema, rows);
	return segment_create(&publisher->writer, path,
	    &segment_core_schema, &options);
}

void
publisher_close(struct publisher *publisher)
{
	if (publisher->writer != NULL)
		segment_close(publisher->writer);
	publisher->writer = NULL;
}

static double
xids_of(const struct worker_report *report, size_t gpu)
{
	double count;

	if (gpu >= report->count)
		return 0;
	count = report->devices[gpu].value[DEVICE_METRIC_xid_errors];
	return isnan(count) ? 0 : count;
}

static void
tell_news(struct publisher *publisher, const struct worker_report *report,
    size_t gpu)
{
	const struct sample_device *device;
	bool was_lost, was_there;
	double xids;

	device = &report->devices[gpu];
	was_there = gpu < publisher->shown.count;
	was_lost = was_there && publisher->shown.lost[gpu];
	if (!was_there)
		tell(publisher, EVENT_DEVICE_NEW, device->name, "%s",
		    device->label);
	xids = xids_of(report, gpu) - xids_of(&publisher->shown, gpu);
	if (xids > 0)
		tell(publisher, EVENT_GPU_XID, device->name,
		    "Xid %.0f%s", device->value[DEVICE_METRIC_xid_last],
		    xids > 1 ? " and others before it" : "");
	if (report->lost[gpu] && !was_lost)
		tell(publisher, EVENT_GPU_LOST, device->name,
		    "the driver lost it: off the bus, or not accessible");
	else if (was_lost && !report->lost[gpu])
		tell(publisher, EVENT_DEVICE_NEW, device->name,
		    "%s is back", device->label);
}

int
publisher_show(struct publisher *publisher,
    const struct worker_report *report)
{
	size_t gpu;

	for (gpu = 0; gpu < report->count; gpu++)
		tell_news(publisher, report, gpu);
	return publish(publisher, report, DROVER_PROCESS_STATE_UP, "");
}

int
publisher_hung(struct publisher *publisher, const char *message)
{
	struct worker_report report;
	size_t gpu, metric;

	report = publisher->shown;
	for (gpu = 0; gpu < report.count; gpu++)
		for (metric = 0; metric < DEVICE_METRICS; metric++)
			report.devices[gpu].value[metric] = NAN;
	tell(publisher, EVENT_PROCESS_HUNG, "process/gpu", "%s", message);
	return publish(publisher, &report, DROVER_PROCESS_STATE_HUNG,
	    message);
}

void
publisher_heartbeat(struct publisher *publisher)
{
	segment_heartbeat(publisher->writer);
}
