#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/core.h"
#include "core/endpoint.h"
#include "core/provider_config.h"
#include "core/provider.h"
#include "process/log.h"
#include "shm/clock.h"

#define HEARTBEAT_MS	1000

static void
emit(void *context, enum event_id id, const char *object, const char *text)
{
	struct core *core = context;

	if (event_kind(id)->severity >= DROVER_SEVERITY_WARNING)
		log_warnx("%s %s: %s", event_kind(id)->kind, object, text);
	else
		log_info("%s %s: %s", event_kind(id)->kind, object, text);
	publisher_event(&core->publisher, id, object, text,
	    clock_ns(CLOCK_REALTIME));
}

static void
sampler_fired(uv_timer_t *timer)
{
	core_tick(timer->data);
}

static void
heart_fired(uv_timer_t *timer)
{
	struct core *core = timer->data;

	publisher_heartbeat(&core->publisher);
	if (++core->heartbeats % (CHILD_SIGN_MS / HEARTBEAT_MS) == 0)
		(void)child_ready();
}

static void
process_changed(struct core *core, const struct child_status *before,
    const struct child_status *status)
{
	char object[48];

	snprintf(object, sizeof(object), "process/%.23s", status->name);
	if (status->state == before->state)
		return;
	if (status->state == DROVER_PROCESS_STATE_BACKOFF)
		event_emit(&core->sink, EVENT_PROCESS_EXIT, object, "%s",
		    status->message);
	else if (status->state == DROVER_PROCESS_STATE_HUNG)
		event_emit(&core->sink, EVENT_PROCESS_HUNG, object, "%s",
		    status->message);
	else if (status->state == DROVER_PROCESS_STATE_UP &&
	    before->state != DROVER_PROCESS_STATE_UNKNOWN)
		event_emit(&core->sink, EVENT_PROCESS_UP, object,
		    "pid %d", (int)status->pid);
}

static void
control_readable(uv_poll_t *control, int error, int events)
{
	struct core *core = control->data;
	struct child_status before, status;
	int received;

	(void)error;
	(void)events;
	while ((received = child_status_receive(&status)) == 1) {
		if (processes_update(&core->processes, &status, &before) == 0)
			process_changed(core, &before, &status);
		/* A new process is measured at the next tick. */
		core->processes_measured_ns = 0;
	}
	if (received < 0) {
		log_warnx("the parent is gone, ending");
		uv_poll_stop(control);
		uv_stop(&core->loop);
	}
}

static void
stop_requested(uv_signal_t *signal, int number)
{
	struct core *core = signal->data;

	(void)number;
	uv_stop(&core->loop);
}

static void
apply_live(struct core *core)
{
	const struct config *config = core->config;

	log_level_set((enum log_level)config->log.level);
	uv_timer_set_repeat(&core->sampler, config->collect.interval_ms);
	uv_timer_again(&core->sampler);
	backends_pace(&core->backends, config);
	if (core->faults != NULL)
		faults_pace(core->faults,
		    (int64_t)config->collect.interval_ms);
	endpoint_renew(core);
}

/* Before what was read again is in force. */
static int
configuration_comes(void *context, const struct config *config,
    char detail[RELOAD_DETAIL_BYTES])
{
	return endpoint_move(context, config, detail);
}

/* What was read again is in force. */
static void
configuration_changed(void *context)
{
	apply_live(context);
}

/* SIGHUP reached every process; who asked the API reached this one. */
static void
configuration_settled(void *context)
{
	const struct core *core = context;

	if (!core->hung_up)
		(void)child_ask_reload();
}

static void
configuration_undone(void *context)
{
	reload_was_undone(context);
}

static const struct model *
settings_model(void *context)
{
	const struct core *core = context;

	return shared_model(&core->shared, NULL, NULL);
}

static void
reload_requested(uv_signal_t *signal, int number)
{
	struct core *core = signal->data;

	(void)number;
	core->hung_up = true;
	reload_by_signal(core);
	core->hung_up = false;
}

static void
start_reload(struct core *core, struct reload_text *text)
{
	struct reload_options options = {
		.loop = &core->loop,
		.config = core->config,
		.path = core->options.configuration,
		.directory = core->options.state_directory,
		.sink = &core->sink,
		.model = settings_model,
		.prepare = configuration_comes,
		.changed = configuration_changed,
		.settled = configuration_settled,
		.undone = configuration_undone,
		.context = core,
	};

	reload_start(&core->reload, &options, text);
}

static const char *
text_or_null(const char *text)
{
	return text[0] == '\0' ? NULL : text;
}

static int
open_collector(struct core *core)
{
	struct host_options options = {
		.root = "",
		.model_store = text_or_null(
		    core->config->collect.model_store),
		.state_directory = core->options.state_directory,
	};

	host_system(&options, core->system, sizeof(core->system));
	return host_collector_open(&core->collector, &options);
}

/* To the log, and to the parent, which shows it as why there is no core. */
static void
complain(const char *what, const char *why)
{
	char text[96];

	log_warnx("%s: %s", what, why);
	snprintf(text, sizeof(text), "%.40s: %.50s", what, why);
	(void)child_report(DROVER_PROCESS_STATE_STOPPED, text);
}

static int
open_segments(struct core *core)
{
	char path[PATH_MAX];
	int error;

	snprintf(path, sizeof(path), "%s/gpu.seg",
	    core->options.runtime_directory);
	gpu_reader_init(&core->gpus, path);
	snprintf(path, sizeof(path), "%s/core.seg",
	    core->options.runtime_directory);
	error = publisher_open(&core->publisher, path, core->name);
	if (error != 0)
		complain(path, error == -EBUSY ? "another core writes it" :
		    strerror(-error));
	return error;
}

void
core_show_applied(struct core *core)
{
	if (!core->unshown)
		return;
	core->unshown = false;
	core_show(core);
}

static void
loop_turned(uv_check_t *check)
{
	struct core *core = check->data;

	uv_check_stop(&core->applied);
	uv_idle_stop(&core->awake);
	reload_settings(&core->reload);
	core_show_applied(core);
	/* One step follows the other at once. */
	healer_look(&core->healer, core->sample.boottime_ns / 1000000);
}

/* The loop does not wait while it is started. */
static void
stay_awake(uv_idle_t *idle)
{
	(void)idle;
}

static void
look_soon(void *context)
{
	struct core *core = context;

	uv_check_start(&core->applied, loop_turned);
	uv_idle_start(&core->awake, stay_awake);
}

/* Once a turn of the loop, however many entries it applied. */
static void
shared_changed(void *context)
{
	struct core *core = context;

	core->unshown = true;
	look_soon(core);
}

static void
prepare_healer(struct core *core)
{
	struct healer *healer = &core->healer;

	healer->shared = &core->shared;
	healer->faults = core->faults;
	healer->backends = &core->backends;
	healer->config = core->config;
	healer->node = core->name;
	healer->look_soon = look_soon;
	healer->context = core;
	healer->state_room_mib = -1;
	healer->state_directory = core->options.state_directory;
	snprintf(healer->store, sizeof(healer->store), "%.1000s",
	    core->config->collect.model_store);
	if (core->faults != NULL)
		faults_weigh(core->faults, healer_room_milli, healer);
	healer_start(healer, &core->loop, core->options.runtime_directory);
}

/* Without shared state the core still shows what it sees. */
static void
prepare_shared(struct core *core)
{
	struct shared_options options = {
		.loop = &core->loop,
		.directory = core->options.state_directory,
		.node = core->name,
		.sink = &core->sink,
		.changed = shared_changed,
		.context = core,
	};
	int error;

	uv_check_init(&core->loop, &core->applied);
	uv_idle_init(&core->loop, &core->awake);
	core->applied.data = core;
	core->faults = faults_new(core->name);
	if (core->faults != NULL)
		faults_pace(core->faults,
		    (int64_t)core->config->collect.interval_ms);
	duties_init(&core->duties, &core->shared, core->name,
	    core->config->node.address);
	prepare_healer(core);
	error = shared_start(&core->shared, &options);
	if (error != 0)
		log_warnx("shared state: %s", strerror(-error));
}

/*
 * What is seen is shown before the log is read, which takes its time on a
 * slow disk; the node is in it as soon as there is one.
 */
static void
show_and_open(struct core *core)
{
	core_tick(core);
	if (core->shared.audit == NULL)
		return;
	shared_open(&core->shared);
	duties_tick(&core->duties, NAN, core->sample.boottime_ns / 1000000,
	    (int64_t)core->config->backend.probe_interval_ms);
}

static void
store_told(void *context, int error, const char *text)
{
	struct core *core = context;

	event_emit(&core->sink, error != 0 ? EVENT_STORE_TROUBLE :
	    EVENT_STORE_MENDED, "process/recorder", "%s", text);
}

static void
start_timers(struct core *core)
{
	uv_timer_init(&core->loop, &core->sampler);
	uv_timer_init(&core->loop, &core->heart);
	core->sampler.data = core->heart.data = core;
	uv_timer_start(&core->sampler, sampler_fired,
	    core->config->collect.interval_ms,
	    core->config->collect.interval_ms);
	uv_timer_start(&core->heart, heart_fired, HEARTBEAT_MS,
	    HEARTBEAT_MS);
}

static void
start_signal(struct core *core, uv_signal_t *handle, uv_signal_cb called,
    int number)
{
	uv_signal_init(&core->loop, handle);
	handle->data = core;
	uv_signal_start(handle, called, number);
}

static void
start_signals(struct core *core)
{
	start_signal(core, &core->terminate, stop_requested, SIGTERM);
	start_signal(core, &core->interrupt, stop_requested, SIGINT);
	start_signal(core, &core->hangup, reload_requested, SIGHUP);
}

static int
start(struct core *core, struct reload_text *text)
{
	int error;

	config_node_name(core->config, core->name);
	error = child_attach(&core->attended);
	if (error == 0)
		error = open_collector(core);
	if (error == 0)
		error = open_segments(core);
	if (error != 0)
		return error;
	start_signals(core);
	start_timers(core);
	feed_start(&core->feed, &core->loop,
	    core->options.runtime_directory, store_told, core);
	error = backends_start(&core->backends, &core->loop, core->config);
	if (error != 0) {
		complain("backends", strerror(-error));
		return error;
	}
	event_emit(&core->sink, EVENT_CORE_START, "process/core",
	    "droverd %s, %s", DROVER_VERSION, core->system);
	start_reload(core, text);
	prepare_shared(core);
	show_and_open(core);
	endpoint_start(core);
	if (core->attended) {
		uv_poll_init(&core->loop, &core->control, CHILD_CONTROL_FD);
		core->control.data = core;
		uv_poll_start(&core->control, UV_READABLE | UV_DISCONNECT,
		    control_readable);
	}
	return core->attended ? child_ready() : 0;
}

static void
close_handle(void *handle)
{
	if (((uv_handle_t *)handle)->type != UV_UNKNOWN_HANDLE)
		uv_close(handle, NULL);
}

static void
finish(struct core *core)
{
	close_handle(&core->sampler);
	close_handle(&core->heart);
	close_handle(&core->control);
	close_handle(&core->terminate);
	close_handle(&core->interrupt);
	close_handle(&core->hangup);
	close_handle(&core->applied);
	close_handle(&core->awake);
	feed_stop(&core->feed);
	reload_stop(&core->reload);
	healer_stop(&core->healer);
	/* Before the API: who waits for an entry is told what became of it. */
	shared_stop(&core->shared);
	backends_stop(&core->backends);
	api_stop(core->api);
	uv_run(&core->loop, UV_RUN_DEFAULT);
	uv_loop_close(&core->loop);
	shared_free(&core->shared);
	faults_free(core->faults);
	reload_free(&core->reload);
	feed_free(&core->feed);
	publisher_close(&core->publisher);
	gpu_reader_close(&core->gpus);
	host_collector_close(core->collector);
	sample_free(&core->sample);
	config_free(core->config);
}

int
core_run(const struct child_options *options, struct config *config,
    struct reload_text *text)
{
	static struct core core;
	int error;

	core.options = *options;
	core.config = config;
	core.sink.emit = emit;
	core.sink.context = &core;
	error = uv_loop_init(&core.loop);
	if (error != 0)
		fatal(CHILD_EXIT_OUTPUT, "event loop: %s", uv_strerror(error));
	error = start(&core, text);
	if (error == 0)
		uv_run(&core.loop, UV_RUN_DEFAULT);
	finish(&core);
	return error == 0 ? CHILD_EXIT_ORDERLY : CHILD_EXIT_OUTPUT;
}
