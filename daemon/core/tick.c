#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sys/stat.h>

#include "core/core.h"
#include "core/fault_rows.h"
#include "core/plan_rows.h"
#include "core/rows.h"
#include "core/shared_rows.h"
#include "core/summary.h"
#include "process/log.h"
#include "rules/fault.h"
#include "shm/clock.h"

/* CPU time comes in ticks of 10 ms: a second is too short to see 0.3 %. */
#define PROCESSES_INTERVAL_NS	INT64_C(10000000000)
#define STORES_INTERVAL_NS	INT64_C(10000000000)

/* The gpu process has logged its events itself. */
static void
relay_gpu_events(struct core *core)
{
	struct drover_event event;

	while (gpu_reader_event(&core->gpus, &event))
		(void)publisher_relay(&core->publisher, &event);
}

static void
look_for_faults(struct core *core)
{
	struct backends *backends = &core->backends;
	struct faults_seen seen = { core->gpus.gpus, core->gpus.count,
		backends->statuses, backends->shown };
	size_t i;

	faults_want(core->faults, core->config);
	faults_sample(core->faults, &core->sample, &seen);
	for (i = 0; i < backends->shown; i++)
		if (faults_want_canary(core->faults,
		    backends->statuses[i].name) || healer_wants_canary(
		    &core->healer, backends->statuses[i].name))
			backends_want_canary(backends, i);
}

static void
take_sample(struct core *core)
{
	struct sample *sample = &core->sample;
	int64_t start_ns;

	start_ns = clock_ns(CLOCK_MONOTONIC);
	host_collector_sample(core->collector, sample);
	sample->node[NODE_METRIC_sample_cost] =
	    (double)(clock_ns(CLOCK_MONOTONIC) - start_ns) / 1000.0;
	relay_gpu_events(core);
	gpu_reader_sample(&core->gpus);
	relay_gpu_events(core);
	summary_of_gpus(sample, core->gpus.gpus, core->gpus.count);
	backends_look(&core->backends, &core->sink);
	summary_of_backends(sample, core->backends.statuses,
	    core->backends.shown);
	if (sample->boottime_ns - core->processes_measured_ns >=
	    PROCESSES_INTERVAL_NS) {
		processes_measure(&core->processes, sample->boottime_ns);
		core->processes_measured_ns = sample->boottime_ns;
	}
	machine_conditions_update(&core->conditions, sample, &core->sink);
	if (core->faults != NULL)
		look_for_faults(core);
}

/* Of what is believed of this node, and nobody has silenced. */
static enum drover_severity
faults_severity(const struct core *core)
{
	const struct model *model = shared_model(&core->shared, NULL, NULL);
	const struct row_fault *fault;
	int64_t worst = DROVER_SEVERITY_INFO;
	size_t i;

	for (i = 0; model != NULL &&
	    i < model_count(model, ROW_TABLE_FAULT); i++) {
		fault = model_at(model, ROW_TABLE_FAULT, i);
		if ((fault->state == FAULT_STATE_OPEN ||
		    fault->state == FAULT_STATE_ESCALATED) &&
		    fault->severity > worst &&
		    strcmp(fault->node, core->name) == 0)
			worst = fault->severity;
	}
	return (enum drover_severity)worst;
}

static enum drover_severity
worst_severity(const struct core *core)
{
	enum drover_severity severity, worst;
	size_t i;

	worst = machine_conditions_severity(&core->conditions);
	severity = shared_severity(&core->shared);
	if (severity > worst)
		worst = severity;
	severity = faults_severity(core);
	if (severity > worst)
		worst = severity;
	for (i = 0; i < core->backends.shown; i++) {
		severity = backend_severity(core->backends.statuses[i].state);
		if (severity > worst)
			worst = severity;
	}
	return worst;
}

static int
name_node(struct core *core)
{
	struct table_image *image;
	struct drover_node_row row;
	const char *model;

	memset(&row, 0, sizeof(row));
	row_of_sample(&row, &core->sample);
	snprintf(row.name, sizeof(row.name), "%s", core->name);
	snprintf(row.address, sizeof(row.address), "%s",
	    core->config->node.address);
	snprintf(row.system, sizeof(row.system), "%s", core->system);
	snprintf(row.version, sizeof(row.version), "%s", DROVER_VERSION);
	model = summary_model(core->backends.statuses, core->backends.shown);
	if (model != NULL)
		snprintf(row.model, sizeof(row.model), "%.63s", model);
	row.state = DROVER_NODE_STATE_UP;
	row.severity = (uint8_t)worst_severity(core);
	row_of_drain(&row, &core->shared);
	image = publisher_table(&core->publisher, DROVER_TABLE_NODE);
	table_image_begin(image);
	return table_image_name(image, row.name, &row, NULL);
}

static void
device_gone(void *context, const void *bytes)
{
	const struct drover_device_row *row = bytes;
	const struct core *core = context;

	event_emit(&core->sink, EVENT_DEVICE_GONE, row->name,
	    "%s disappeared", row->label[0] != '\0' ? row->label : row->name);
}

static int
name_device(struct core *core, struct table_image *image,
    const struct sample_device *device)
{
	struct drover_device_row row;
	struct sample_device before;
	const void *kept;

	kept = table_image_row(image, device->name);
	if (kept != NULL) {
		sample_of_device_row(&before, kept);
		device_changes(&before, device, &core->sink);
	} else if (core->shown) {
		event_emit(&core->sink, EVENT_DEVICE_NEW, device->name,
		    "%s appeared", device->label[0] != '\0' ?
		    device->label : device->name);
	}
	row_of_device(&row, device, core->name);
	return table_image_name(image, device->name, &row, NULL);
}

static int
name_devices(struct core *core)
{
	struct table_image *image;
	size_t i;
	int error;

	image = publisher_table(&core->publisher, DROVER_TABLE_DEVICE);
	table_image_begin(image);
	error = 0;
	for (i = 0; error == 0 && i < core->sample.device_count; i++)
		error = name_device(core, image, &core->sample.devices[i]);
	for (i = 0; error == 0 && i < core->gpus.count; i++)
		error = name_device(core, image, &core->gpus.gpus[i]);
	table_image_end(image, device_gone, core);
	return error;
}

static void
model_change(struct core *core, const char *name,
    const struct drover_model_row *before, enum drover_model_state state)
{
	bool is, was;

	was = before != NULL && before->state == DROVER_MODEL_STATE_LOADED;
	is = state == DROVER_MODEL_STATE_LOADED;
	if (is && !was)
		event_emit(&core->sink, EVENT_MODEL_LOADED, name, "loaded");
	if (was && !is)
		event_emit(&core->sink, EVENT_MODEL_UNLOADED, name,
		    "unloaded");
}

/*
 * steady: the backend was up at the last tick and is; what appears or goes
 * with the backend itself was neither loaded nor unloaded now.
 */
static int
name_models(struct core *core, const struct backend_status *status,
    bool steady)
{
	struct table_image *image;
	struct drover_model_row row;
	const struct backend_model *model;
	char key[TABLE_IMAGE_KEY_BYTES], object[48];
	size_t i;
	int error;

	image = publisher_table(&core->publisher, DROVER_TABLE_MODEL);
	for (i = 0, error = 0; error == 0 && i < status->model_count; i++) {
		model = &status->models[i];
		snprintf(key, sizeof(key), "%s/%s", status->name,
		    model->name);
		snprintf(object, sizeof(object), "model/%.40s", model->name);
		if (steady)
			model_change(core, object,
			    table_image_row(image, key), model->state);
		row_of_model(&row, model, status, core->name);
		error = table_image_name(image, key, &row, NULL);
	}
	return error;
}

static bool
was_up(struct table_image *backends, const char *name)
{
	const struct drover_backend_row *row;

	row = table_image_row(backends, name);
	return row != NULL && row->state == DROVER_BACKEND_STATE_UP;
}

static int
name_backends(struct core *core)
{
	struct table_image *backends, *models;
	struct drover_backend_row row;
	const struct backend_status *status;
	bool steady;
	size_t i;
	int error;

	backends = publisher_table(&core->publisher, DROVER_TABLE_BACKEND);
	models = publisher_table(&core->publisher, DROVER_TABLE_MODEL);
	table_image_begin(backends);
	table_image_begin(models);
	for (i = 0, error = 0; error == 0 && i < core->backends.shown; i++) {
		status = &core->backends.statuses[i];
		steady = status->state == DROVER_BACKEND_STATE_UP &&
		    was_up(backends, status->name);
		row_of_backend(&row, status, core->name);
		error = table_image_name(backends, row.name, &row, NULL);
		if (error == 0)
			error = name_models(core, status, steady);
	}
	table_image_end(models, NULL, NULL);
	table_image_end(backends, NULL, NULL);
	return error;
}

static int
name_processes(struct core *core)
{
	struct table_image *image;
	struct drover_process_row row;
	size_t i;
	int error;

	image = publisher_table(&core->publisher, DROVER_TABLE_PROCESS);
	table_image_begin(image);
	for (i = 0, error = 0; error == 0 && i < core->processes.count;
	    i++) {
		row_of_process(&row, &core->processes.process[i],
		    core->name);
		error = table_image_name(image, row.name, &row, NULL);
	}
	table_image_end(image, NULL, NULL);
	return error;
}

/*
 * What cannot be shown is told once, not every second; the next tick tries
 * again.
 */
static void
tell_publish_error(struct core *core, int error)
{
	if (error == core->publish_error)
		return;
	core->publish_error = error;
	if (error != 0)
		log_warnx("%s: cannot publish: %s", core->publisher.path,
		    strerror(-error));
	else
		log_info("%s: published again", core->publisher.path);
}

static double
file_bytes(const struct core *core, const char *name)
{
	char path[PATH_MAX];
	struct stat status;

	snprintf(path, sizeof(path), "%s/%s", core->options.state_directory,
	    name);
	return stat(path, &status) == 0 ? (double)status.st_blocks * 512 : 0;
}

/* Reading the directory of the log is not for every tick. */
static void
measure_stores(struct core *core)
{
	const struct shared *shared = &core->shared;
	uint64_t bytes;

	if (core->stores_measured_ns != 0 && core->sample.boottime_ns -
	    core->stores_measured_ns < STORES_INTERVAL_NS)
		return;
	core->stores_measured_ns = core->sample.boottime_ns;
	core->log_bytes = NAN;
	core->state_bytes = file_bytes(core, "state.db") +
	    file_bytes(core, "state.db-wal");
	if (shared->consensus != NULL &&
	    consensus_log_bytes(shared->consensus, &bytes) == 0)
		core->log_bytes = (double)bytes;
}

static void
see_to_shared(struct core *core)
{
	const struct sample *sample = &core->sample;

	measure_stores(core);
	shared_watch(&core->shared);
	duties_tick(&core->duties, sample->node[NODE_METRIC_in_flight],
	    sample->boottime_ns / 1000000,
	    (int64_t)core->config->backend.probe_interval_ms);
	if (core->faults != NULL)
		faults_propose(core->faults, &core->shared,
		    sample->boottime_ns / 1000000);
	core->healer.state_room_mib =
	    isnan(sample->node[NODE_METRIC_state_free]) ? -1 :
	    (int64_t)(sample->node[NODE_METRIC_state_free] / 1048576);
	healer_look(&core->healer, sample->boottime_ns / 1000000);
}

static int
name_healing(struct core *core)
{
	const struct model *model = shared_model(&core->shared, NULL, NULL);
	int error;

	if (model == NULL)
		return 0;
	error = fault_rows_name(&core->publisher, &core->healer, model);
	return error != 0 ? error : plan_rows_name(&core->publisher,
	    &core->shared, &core->healer, model);
}

void
core_show(struct core *core)
{
	int error;

	if (!core->sampled)
		return;
	error = name_node(core);
	if (error == 0)
		error = name_devices(core);
	if (error == 0)
		error = name_backends(core);
	if (error == 0)
		error = name_processes(core);
	if (error == 0)
		error = shared_rows_name(&core->publisher, &core->shared,
		    core->log_bytes, core->state_bytes);
	if (error == 0)
		error = name_healing(core);
	if (error == 0)
		error = publisher_commit(&core->publisher);
	if (error == 0)
		feed_published(&core->feed);
	tell_publish_error(core, error);
}

void
core_tick(struct core *core)
{
	take_sample(core);
	see_to_shared(core);
	core->sampled = true;
	core_show(core);
	core->shown = true;
}
