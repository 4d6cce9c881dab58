#include "core/fault_rows.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <drover/rows.h>

#include "core/row_text.h"
#include "core/table_image.h"
#include "detect/fault.h"
#include "rules/correlate.h"
#include "rules/fault.h"

/* What it comes from, and what is being done about it. */
static void
relate(struct drover_fault_row *row, const struct model *model,
    const struct row_fault *fault)
{
	const struct row_fault *cause = correlate_cause(model, fault);
	const struct row_plan *plan = model_plan_of(model, fault->id);

	row->cause = cause == NULL ? 0 : cause->id;
	row->plan = plan == NULL ? 0 : plan->id;
}

/* What is over takes nothing, and waits for nothing. */
static void
weigh(struct drover_fault_row *row, const struct healer *healer,
    const struct model *model, const struct row_fault *fault)
{
	struct healer_weight weight;
	struct planner_case asked;

	row->impact = NAN;
	row->priority = NAN;
	if (healer == NULL || fault->open_ms == 0 || fault->end_ms != 0)
		return;
	healer_weigh(healer, model, fault->class, fault->target, &weight);
	if (weight.room_milli >= 0)
		row->impact = (double)weight.impact_ppm / 10000;
	healer_case(healer, model, fault, &asked);
	row->priority = (double)planner_priority(&asked) / 1000;
}

static int
name_fault(struct table_image *image, const struct healer *healer,
    const struct model *model, const struct row_fault *fault)
{
	const struct fault_kind *kind =
	    fault_kind_find((unsigned int)fault->class);
	struct drover_fault_row row;
	char key[24];

	memset(&row, 0, sizeof(row));
	row.id = fault->id;
	if (kind != NULL) {
		COPY(row.class, kind->name);
		COPY(row.page, kind->page);
	}
	COPY(row.target, fault->target);
	COPY(row.device, fault->device);
	COPY(row.node, fault->node);
	COPY(row.acknowledged_by, fault->acknowledged_by);
	COPY(row.text, fault->text);
	row.state = (uint8_t)fault->state;
	row.severity = (uint8_t)fault->severity;
	row.confidence = (double)fault->confidence_ppm / 10000;
	row.since = MS_TO_NS(fault->first_wall_ms);
	row.ended = MS_TO_NS(fault->end_wall_ms);
	row.flaps = fault->flaps;
	relate(&row, model, fault);
	weigh(&row, healer, model, fault);
	snprintf(key, sizeof(key), "%" PRId64, fault->id);
	return table_image_name(image, key, &row, NULL);
}

int
fault_rows_name(struct publisher *publisher, const struct healer *healer,
    const struct model *model)
{
	struct table_image *image = publisher_table(publisher,
	    DROVER_TABLE_FAULT);
	size_t i;
	int error = 0;

	table_image_begin(image);
	for (i = 0; error == 0 && i < model_count(model, ROW_TABLE_FAULT);
	    i++)
		error = name_fault(image, healer, model, model_at(model,
		    ROW_TABLE_FAULT, i));
	table_image_end(image, NULL, NULL);
	return error == -ENOSPC ? 0 : error;
}
