/* Plans, their steps and what was learned, as the segment shows them. */
#ifndef DROVER_CORE_PLAN_ROWS_H
#define DROVER_CORE_PLAN_ROWS_H

#include "core/healer.h"
#include "core/publish.h"
#include "core/shared.h"

/* The newest plans; healer may be NULL.  0 or a negative errno. */
int	plan_rows_name(struct publisher *publisher,
	    const struct shared *shared, const struct healer *healer,
	    const struct model *model);

#endif
