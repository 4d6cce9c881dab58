/* Rows for the tests. */
#include "tests/unit/core/rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
name_row(struct table_image *image, const char *key, const void *row)
{
	if (table_image_name(image, key, row, NULL) != 0)
		abort();
}

void
rows_name_node(struct table_image *image, const char *name,
    enum drover_node_state state, double in_flight)
{
	struct drover_node_row row;

	memset(&row, 0, sizeof(row));
	snprintf(row.name, sizeof(row.name), "%s", name);
	row.state = (uint8_t)state;
	row.in_flight = in_flight;
	name_row(image, name, &row);
}

void
rows_name_backend(struct table_image *image, const char *node,
    const char *name, enum drover_backend_state state, double slots_total,
    double slots_busy, double in_flight)
{
	struct drover_backend_row row;
	char key[160];

	memset(&row, 0, sizeof(row));
	snprintf(row.name, sizeof(row.name), "%s", name);
	snprintf(row.node, sizeof(row.node), "%s", node);
	row.state = (uint8_t)state;
	row.slots_total = slots_total;
	row.slots_busy = slots_busy;
	row.in_flight = in_flight;
	snprintf(key, sizeof(key), "%s/%s", node, name);
	name_row(image, key, &row);
}

void
rows_name_model(struct table_image *image, const char *node,
    const char *backend, const char *name, enum drover_model_state state)
{
	struct drover_model_row row;
	char key[240];

	memset(&row, 0, sizeof(row));
	snprintf(row.name, sizeof(row.name), "%s", name);
	snprintf(row.backend, sizeof(row.backend), "%s", backend);
	snprintf(row.node, sizeof(row.node), "%s", node);
	row.state = (uint8_t)state;
	snprintf(key, sizeof(key), "%s/%s/%s", node, backend, name);
	name_row(image, key, &row);
}
