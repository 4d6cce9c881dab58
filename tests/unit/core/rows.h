/* Rows of a segment, as the core would show them, for the tests. */
#ifndef DROVER_TESTS_CORE_ROWS_H
#define DROVER_TESTS_CORE_ROWS_H

#include <drover/rows.h>

#include "core/table_image.h"

/* What is not known of a backend is NaN. */
#define UNTOLD	((double)NAN)

void	rows_name_node(struct table_image *image, const char *name,
	    enum drover_node_state state, double in_flight);
void	rows_name_backend(struct table_image *image, const char *node,
	    const char *name, enum drover_backend_state state,
	    double slots_total, double slots_busy, double in_flight);
void	rows_name_model(struct table_image *image, const char *node,
	    const char *backend, const char *name,
	    enum drover_model_state state);

#endif
