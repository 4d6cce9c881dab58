/*
 * The values of a node that are sums over its backends and GPUs.
 */
#ifndef DROVER_CORE_SUMMARY_H
#define DROVER_CORE_SUMMARY_H

#include <stddef.h>

#include "collect/backend.h"
#include "collect/sample.h"

/* Fills the GPU metrics of sample->node. */
void	summary_of_gpus(struct sample *sample,
	    const struct sample_device *gpus, size_t count);
/* Fills the backend metrics of sample->node. */
void	summary_of_backends(struct sample *sample,
	    const struct backend_status *statuses, size_t count);
/*
 * The loaded model of the backend that generates most, NULL when none is
 * loaded.
 */
const char *summary_model(const struct backend_status *statuses,
	    size_t count);

#endif
