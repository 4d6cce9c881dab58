/*
 * From shared state to the rows of core.seg: the members of the log,
 * holds, notes, the last acts, and what of a node row comes from it.
 */
#ifndef DROVER_CORE_SHARED_ROWS_H
#define DROVER_CORE_SHARED_ROWS_H

#include <drover/rows.h>

#include "core/publish.h"
#include "core/shared.h"

/* The drain of the node, and its state where it is drained. */
void	row_of_drain(struct drover_node_row *row,
	    const struct shared *shared);
/*
 * Names the rows of all four tables; log_bytes and state_bytes as they
 * were measured last.  -ENOMEM; a table that is full shows what fits.
 */
int	shared_rows_name(struct publisher *publisher,
	    const struct shared *shared, double log_bytes,
	    double state_bytes);

#endif
