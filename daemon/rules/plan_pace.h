/*
 * Pace (G3) and flap damping (G8) of plans, on the rows that keep them.
 * The arithmetic is that of rules/pace.h.
 */
#ifndef DROVER_RULES_PLAN_PACE_H
#define DROVER_RULES_PLAN_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/applying.h"

/* False: have and need say why. */
bool	plan_pace_lets(const struct model *model,
	    const struct row_plan *plan, int64_t now_ms, int64_t *have,
	    int64_t *need);
bool	plan_flap_lets(const struct model *model,
	    const struct row_plan *plan, int64_t now_ms, int64_t *have,
	    int64_t *need);
/* A plan ended: its axes widen, or wait.  seed makes the wait differ. */
void	plan_pace_ended(struct applying *applying,
	    const struct row_plan *plan, bool helped);
/* A fault came back. */
void	plan_flap_add(struct applying *applying,
	    const struct row_fault *fault);

#endif
