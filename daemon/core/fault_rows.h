/*
 * From the faults of shared state to the rows of core.seg, with what only
 * this node knows of them: what they take from service, and which is seen
 * to first.
 */
#ifndef DROVER_CORE_FAULT_ROWS_H
#define DROVER_CORE_FAULT_ROWS_H

#include "core/healer.h"
#include "core/publish.h"

/* healer NULL: nothing more is known.  -ENOMEM; a full table shows what
   fits. */
int	fault_rows_name(struct publisher *publisher,
	    const struct healer *healer, const struct model *model);

#endif
