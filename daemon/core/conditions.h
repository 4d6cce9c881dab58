/*
 * What is worth a line in the event ring, and how bad things are now:
 * changes from one sample to the next, thresholds with dwell and
 * hysteresis.  Pure: times and samples come in, events go out.
 *
 * This is the console's view of one machine.  Faults, with evidence,
 * confirmation and plans, are another matter and come from the rules.
 */
#ifndef DROVER_CORE_CONDITIONS_H
#define DROVER_CORE_CONDITIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "collect/backend.h"
#include "collect/sample.h"
#include "core/events.h"

/* A condition begins or ends when its cause has lasted for the dwell. */
struct condition {
	int64_t	since_ns;	/* the cause differs from the state since */
	bool	pending;
	bool	active;
};

#define CONDITION_DWELL_NS	INT64_C(10000000000)

/*
 * bad begins the condition, good ends it; when neither holds it stays what
 * it is.  Returns 1 when it began now, -1 when it ended now, otherwise 0.
 */
int	condition_update(struct condition *condition, bool bad, bool good,
	    int64_t now_ns);

struct machine_conditions {
	struct condition	memory_pressure;
	struct condition	store_full;
	struct condition	state_full;
	double			pressure;	/* of memory, mean, percent */
	int64_t			pressure_ns;	/* boottime of that mean */
	double			oom_kills;	/* of the last sample */
	int64_t			wall_offset_ns;
	bool			sampled;
};

/* Looks at the values of the machine as a whole. */
void	machine_conditions_update(struct machine_conditions *conditions,
	    const struct sample *sample, const struct event_sink *sink);
enum drover_severity machine_conditions_severity(
	    const struct machine_conditions *conditions);

/* Compares two samples of one device. */
void	device_changes(const struct sample_device *before,
	    const struct sample_device *after,
	    const struct event_sink *sink);

/* Compares what a backend was and is. */
void	backend_changes(enum drover_backend_state before,
	    const struct backend_status *after,
	    const struct event_sink *sink);
enum drover_severity backend_severity(enum drover_backend_state state);

#endif
