/* Plans of the model, as several screens look them up.  Pure. */
#ifndef DROVER_UI_PLANS_H
#define DROVER_UI_PLANS_H

#include <stdbool.h>

#include "model.h"

/* NULL: there is none. */
const struct drover_plan_row *plan_find(const struct model *model,
	    int64_t id);
/* The newest for that fault. */
const struct drover_plan_row *plan_of_fault(const struct model *model,
	    int64_t fault);
const struct drover_fault_row *plan_fault(const struct model *model,
	    const struct drover_plan_row *plan);
/* Is it for a person to do something about it? */
bool	plan_waits(const struct drover_plan_row *plan);
/* Can it still act? */
bool	plan_goes_on(const struct drover_plan_row *plan);
/* "waits for 1 of 2 approvals", "starts in 37s unless rejected" ... */
void	plan_phrase(const struct drover_plan_row *plan, int64_t now_ns,
	    char *text, size_t size);

#endif
