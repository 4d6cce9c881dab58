#include "core/predictions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/predict.h"
#include "rules/kind.h"

void
predictions_reached(struct predictions *predictions,
    const struct finding *finding)
{
	struct reached *reached;

	if (predictions->count == PREDICTIONS_REACHED_MAX)
		return;
	reached = &predictions->reached[predictions->count++];
	reached->class = finding->number;
	reached->at_ms = finding->since_ms;
	snprintf(reached->object, sizeof(reached->object), "%.64s",
	    finding->object);
	snprintf(reached->device, sizeof(reached->device), "%.64s",
	    finding->device);
}

static void
begin_entry(struct entry *entry, enum entry_kind kind, const char *object,
    enum fault_class class, const char *device)
{
	*entry = (struct entry){ .kind = (uint16_t)kind };
	(void)entry_add_target(entry, object);
	(void)entry_add_number(entry, ARGUMENT_CLASS, class);
	if (device[0] != '\0')
		(void)entry_add_text(entry, ARGUMENT_DEVICE, device);
}

bool
predictions_make(const struct model *model, const char *node,
    const struct finding *finding, const char *object, const char *device,
    struct entry *entry)
{
	const struct row_prediction *one;

	if (finding->horizon_ms <= 0)
		return false;
	one = model_prediction_of(model, finding->number, object, device);
	if (one == NULL && finding->probability_ppm < PREDICTION_LEAST_PPM)
		return false;
	if (one != NULL && llabs(one->latest_ppm -
	    finding->probability_ppm) < PREDICTIONS_MOVED_PPM)
		return false;
	begin_entry(entry, ENTRY_PREDICTION_MADE, object, finding->number,
	    device);
	(void)entry_add_text(entry, ARGUMENT_NODE, node);
	(void)entry_add_number(entry, ARGUMENT_PROBABILITY_PPM,
	    finding->probability_ppm);
	(void)entry_add_number(entry, ARGUMENT_HORIZON_MS,
	    finding->horizon_ms);
	(void)entry_add_text(entry, ARGUMENT_TEXT, finding->text);
	return true;
}

static void
drop_first(struct predictions *predictions)
{
	predictions->count--;
	memmove(predictions->reached, predictions->reached + 1,
	    predictions->count * sizeof(predictions->reached[0]));
}

bool
predictions_tell(struct predictions *predictions, const struct model *model,
    int64_t now_ms, bool fresh, struct entry *entry)
{
	const struct reached *first = &predictions->reached[0];

	while (fresh && predictions->count > 0 && model_prediction_of(model,
	    first->class, first->object, first->device) == NULL)
		drop_first(predictions);
	if (predictions->count == 0)
		return false;
	begin_entry(entry, ENTRY_PREDICTION_REACHED, first->object,
	    first->class, first->device);
	(void)entry_add_number(entry, ARGUMENT_AGE_MS,
	    now_ms > first->at_ms ? now_ms - first->at_ms : 0);
	predictions->told = true;
	return true;
}

void
predictions_told(struct predictions *predictions, bool done)
{
	if (predictions->told && done && predictions->count > 0)
		drop_first(predictions);
	predictions->told = false;
}

const struct row_prediction *
predictions_due(const struct model *model, const char *node,
    int64_t cluster_ms)
{
	const struct row_prediction *one;
	size_t i;

	for (i = 0; i < model_count(model, ROW_TABLE_PREDICTION); i++) {
		one = model_at(model, ROW_TABLE_PREDICTION, i);
		if (one->outcome == OUTCOME_OPEN &&
		    strcmp(one->node, node) == 0 && cluster_ms -
		    one->made_ms > one->horizon_ms + PREDICTION_GRACE_MS)
			return one;
	}
	return NULL;
}
