/*
 * Which faults come from others: causes.def says what makes what, and where
 * it is looked for, healing.md 3.8.  What comes from a fault that is being
 * treated is left alone for the time of that, since it goes with its cause,
 * or is a fault of its own afterwards.  Pure: of the model alone.
 */
#ifndef DROVER_RULES_CORRELATE_H
#define DROVER_RULES_CORRELATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/model.h"

/* A cause may be seen this much after what it made. */
#define CORRELATE_WINDOW_MS	30000
/* What waits for leave to be treated is waited for no longer than this. */
#define CORRELATE_WAIT_MS	120000

/*
 * The fault that it comes from, the first in the order of the table; NULL:
 * none that is live and believed.
 */
const struct row_fault *correlate_cause(const struct model *model,
	    const struct row_fault *fault);
/* Is it to be left alone until its cause has been treated? */
bool	correlate_waits(const struct model *model,
	    const struct row_fault *fault, int64_t now_ms);

/* The pairs of the table by number; false past the last. */
bool	correlate_pair(size_t i, int64_t *root, int64_t *fault);

#endif
