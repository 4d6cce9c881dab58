/*
 * What is asked of the hardware and may take its time, or never answer:
 * temperatures, throttle counters and the speed of links.  Read in the
 * background; an answer that is too old is unknown.
 */
#ifndef DROVER_COLLECT_HARDWARE_H
#define DROVER_COLLECT_HARDWARE_H

#include "collect/background.h"
#include "collect/round.h"

struct hardware {
	struct background	*background;
	struct hardware_context	*context;
};

/* Without memory or threads the metrics stay NaN. */
void	hardware_open(struct hardware *hardware, const char *root);
void	hardware_close(struct hardware *hardware);
/* Give the first answer a moment to come. */
void	hardware_wait_first(struct hardware *hardware, int64_t timeout_ns);
/* Adds the sensors, and fills in devices the sample already has. */
void	hardware_sample(struct hardware *hardware,
	    struct collect_round *round);

#endif
