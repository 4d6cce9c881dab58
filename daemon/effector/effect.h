/*
 * Effects and probes as processes: each in a group of its own, with a time
 * limit, its output kept.  On the effector's loop; nothing here blocks.
 */
#ifndef DROVER_EFFECTOR_EFFECT_H
#define DROVER_EFFECTOR_EFFECT_H

#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

#include "effector/message.h"
#include "process/child.h"

#define EFFECT_OUTPUT_MAX	65536
/* Between SIGTERM and SIGKILL. */
#define EFFECT_GRACE_MS		2000
#define EFFECT_PROBE_MS		10000

/* code and text: how it ended. */
typedef void	effect_done(void *context,
		    const struct effector_message *message, bool probe);

struct effect_setup {
	uv_loop_t			*loop;
	const struct child_options	*options;
	effect_done			*done;
	void				*context;
};

/*
 * started_ms, CLOCK_BOOTTIME, is for a probe: when the effect began.  A
 * negative errno: nothing was begun.
 */
int	effect_begin(const struct effect_setup *setup,
	    const struct effector_message *message, bool probe,
	    int64_t started_ms);

#endif
