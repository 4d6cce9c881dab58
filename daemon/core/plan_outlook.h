/*
 * What a person wants to know of a plan that waits: of what its risk is
 * made, what it leaves in service, and which guards would stand against it
 * just now.
 */
#ifndef DROVER_CORE_PLAN_OUTLOOK_H
#define DROVER_CORE_PLAN_OUTLOOK_H

#include <drover/rows.h>

#include "core/healer.h"

/* Into the row.  healer NULL: no guard is asked. */
void	plan_outlook(struct drover_plan_row *row,
	    const struct healer *healer, const struct model *model,
	    const struct row_plan *plan);

#endif
