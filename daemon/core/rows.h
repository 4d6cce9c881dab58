/*
 * From what was measured to the rows of core.seg, field by field.
 */
#ifndef DROVER_CORE_ROWS_H
#define DROVER_CORE_ROWS_H

#include <drover/rows.h>

#include "collect/backend.h"
#include "collect/sample.h"
#include "core/processes.h"

/* Every row is cleared first, padding included. */
void	row_of_device(struct drover_device_row *row,
	    const struct sample_device *device, const char *node);
void	sample_of_device_row(struct sample_device *device,
	    const struct drover_device_row *row);
void	row_of_backend(struct drover_backend_row *row,
	    const struct backend_status *status, const char *node);
void	row_of_model(struct drover_model_row *row,
	    const struct backend_model *model,
	    const struct backend_status *status, const char *node);
void	row_of_process(struct drover_process_row *row,
	    const struct process_cost *process, const char *node);
/* The metrics of a node row; name, address and so on are the caller's. */
void	row_of_sample(struct drover_node_row *row,
	    const struct sample *sample);

#endif
