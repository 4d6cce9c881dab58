#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/conditions.h"

#define MIB			(1024.0 * 1024.0)
#define SECOND_NS		INT64_C(1000000000)

/*
 * Full as in drover-disk-full(7); relief needs half as much again.  Of a
 * small file system 512 MiB is much, so that bound needs less than a fifth
 * beside it.
 */
#define FULL_PERCENT		5.0
#define FULL_BYTES		(512.0 * MIB)
#define FULL_BYTES_PERCENT	20.0
#define RELIEF			1.5

#define PRESSURE_PERCENT	20.0
#define PRESSURE_OVER_PERCENT	5.0
#define PRESSURE_MEAN_S		10.0

#define CLOCK_JUMP_NS		(2 * SECOND_NS)

int
condition_update(struct condition *condition, bool bad, bool good,
    int64_t now_ns)
{
	bool differs;

	differs = condition->active ? good : bad;
	if (!differs) {
		condition->pending = false;
		return 0;
	}
	if (!condition->pending) {
		condition->pending = true;
		condition->since_ns = now_ns;
	}
	if (now_ns - condition->since_ns < CONDITION_DWELL_NS)
		return 0;
	condition->pending = false;
	condition->active = !condition->active;
	return condition->active ? 1 : -1;
}

/*
 * Thrashing comes in bursts: it is the mean that counts, exponential, over
 * about ten seconds.  A gap in the samples is no reason to forget it.
 */
static double
mean_pressure(struct machine_conditions *conditions,
    const struct sample *sample)
{
	double seconds, share, waiting;

	waiting = sample->node[NODE_METRIC_psi_memory_some];
	seconds = (double)(sample->boottime_ns - conditions->pressure_ns) /
	    SECOND_NS;
	if (isnan(waiting))
		return NAN;
	share = 1 - exp(-fmax(seconds, 0) / PRESSURE_MEAN_S);
	conditions->pressure += share * (waiting - conditions->pressure);
	conditions->pressure_ns = sample->boottime_ns;
	return conditions->pressure;
}

/* NaN compares false both ways: what is not known changes nothing. */
static void
memory_update(struct machine_conditions *conditions,
    const struct sample *sample, const struct event_sink *sink)
{
	double waiting;

	waiting = mean_pressure(conditions, sample);
	switch (condition_update(&conditions->memory_pressure,
	    waiting >= PRESSURE_PERCENT, waiting < PRESSURE_OVER_PERCENT,
	    sample->boottime_ns)) {
	case 1:
		event_emit(sink, EVENT_MEMORY_PRESSURE, "node/memory",
		    "tasks wait for memory %.0f %% of the time", waiting);
		break;
	case -1:
		event_emit(sink, EVENT_MEMORY_RELIEVED, "node/memory",
		    "tasks wait for memory %.0f %% of the time", waiting);
		break;
	}
}

struct space {
	double	bytes;
	double	percent;
	double	inodes_percent;	/* NaN: it has no fixed number of them */
};

static bool
is_short(const struct space *space, double factor)
{
	return space->percent < FULL_PERCENT * factor ||
	    space->inodes_percent < FULL_PERCENT * factor ||
	    (space->bytes < FULL_BYTES * factor &&
	    space->percent < FULL_BYTES_PERCENT * factor);
}

static void
disk_update(struct condition *condition, const char *what,
    const struct space *space, const struct sample *sample,
    const struct event_sink *sink)
{
	char object[48], inodes[32];
	int change;

	change = condition_update(condition, is_short(space, 1),
	    !isnan(space->percent) && !is_short(space, RELIEF),
	    sample->boottime_ns);
	if (change == 0)
		return;
	snprintf(object, sizeof(object), "filesystem/%s", what);
	inodes[0] = '\0';
	if (!isnan(space->inodes_percent))
		snprintf(inodes, sizeof(inodes), ", inodes %.1f %%",
		    space->inodes_percent);
	event_emit(sink, change > 0 ? EVENT_DISK_FULL : EVENT_DISK_RELIEVED,
	    object, "left: %.0f MiB, %.1f %%%s", space->bytes / MIB,
	    space->percent, inodes);
}

static void
oom_update(struct machine_conditions *conditions,
    const struct sample *sample, const struct event_sink *sink)
{
	double kills;

	kills = sample->node[NODE_METRIC_oom_kills];
	if (conditions->sampled && kills > conditions->oom_kills)
		event_emit(sink, EVENT_OOM_KILL, "node/memory",
		    "the kernel killed %.0f task(s) for want of memory",
		    kills - conditions->oom_kills);
	conditions->oom_kills = kills;
}

static void
clock_update(struct machine_conditions *conditions,
    const struct sample *sample, const struct event_sink *sink)
{
	int64_t jump_ns, offset_ns;

	offset_ns = sample->wall_ns - sample->boottime_ns;
	jump_ns = offset_ns - conditions->wall_offset_ns;
	if (conditions->sampled &&
	    (jump_ns > CLOCK_JUMP_NS || jump_ns < -CLOCK_JUMP_NS))
		event_emit(sink, EVENT_CLOCK_JUMP, "node/clock",
		    "the wall clock moved by %+.1f s",
		    (double)jump_ns / SECOND_NS);
	conditions->wall_offset_ns = offset_ns;
}

void
machine_conditions_update(struct machine_conditions *conditions,
    const struct sample *sample, const struct event_sink *sink)
{
	const double *node = sample->node;
	const struct space store = { node[NODE_METRIC_store_free],
	    node[NODE_METRIC_store_free_share],
	    node[NODE_METRIC_store_inodes_free] };
	const struct space state = { node[NODE_METRIC_state_free],
	    node[NODE_METRIC_state_free_share],
	    node[NODE_METRIC_state_inodes_free] };

	memory_update(conditions, sample, sink);
	disk_update(&conditions->store_full, "models", &store, sample, sink);
	disk_update(&conditions->state_full, "state", &state, sample, sink);
	oom_update(conditions, sample, sink);
	clock_update(conditions, sample, sink);
	conditions->sampled = true;
}

enum drover_severity
machine_conditions_severity(const struct machine_conditions *conditions)
{
	if (conditions->store_full.active || conditions->state_full.active)
		return event_kind(EVENT_DISK_FULL)->severity;
	if (conditions->memory_pressure.active)
		return event_kind(EVENT_MEMORY_PRESSURE)->severity;
	return DROVER_SEVERITY_INFO;
}

void
device_changes(const struct sample_device *before,
    const struct sample_device *after, const struct event_sink *sink)
{
	double was, is;

	was = before->value[DEVICE_METRIC_carrier];
	is = after->value[DEVICE_METRIC_carrier];
	if (after->kind == DROVER_DEVICE_KIND_NIC && was > 0.5 && is < 0.5)
		event_emit(sink, EVENT_NIC_DOWN, after->name,
		    "the link went down");
	if (after->kind == DROVER_DEVICE_KIND_NIC && was < 0.5 && is > 0.5)
		event_emit(sink, EVENT_NIC_UP, after->name,
		    "the link came up");
}

void
backend_changes(enum drover_backend_state before,
    const struct backend_status *after, const struct event_sink *sink)
{
	static const enum event_id ids[] = {
		[DROVER_BACKEND_STATE_LOADING] = EVENT_BACKEND_LOADING,
		[DROVER_BACKEND_STATE_SILENT] = EVENT_BACKEND_SILENT,
		[DROVER_BACKEND_STATE_DOWN] = EVENT_BACKEND_DOWN,
		[DROVER_BACKEND_STATE_ERROR] = EVENT_BACKEND_ERROR,
	};
	char object[80];

	if (after->state == before ||
	    after->state == DROVER_BACKEND_STATE_UNKNOWN)
		return;
	snprintf(object, sizeof(object), "backend/%s", after->name);
	if (after->state == DROVER_BACKEND_STATE_UP)
		event_emit(sink, EVENT_BACKEND_UP, object, "answers at %s",
		    after->url);
	else
		event_emit(sink, ids[after->state], object, "%s",
		    after->message);
}

enum drover_severity
backend_severity(enum drover_backend_state state)
{
	switch (state) {
	case DROVER_BACKEND_STATE_SILENT:
		return event_kind(EVENT_BACKEND_SILENT)->severity;
	case DROVER_BACKEND_STATE_DOWN:
		return event_kind(EVENT_BACKEND_DOWN)->severity;
	case DROVER_BACKEND_STATE_ERROR:
		return event_kind(EVENT_BACKEND_ERROR)->severity;
	default:
		return DROVER_SEVERITY_INFO;
	}
}
