/* Predictions: made, settled once, and counted.  See detect/predict.h. */
#include <stdio.h>

#include "rules/applying.h"
#include "rules/prediction.h"

/* Those that are settled and are taken out when one is made, at most. */
#define SETTLED_MAX	16

static void
audit(struct applying *applying, const struct row_prediction *prediction,
    const char *old)
{
	const struct fault_kind *kind =
	    fault_kind_find((unsigned int)prediction->class);
	char object[129], new[1025];

	snprintf(object, sizeof(object), "prediction/%lld",
	    (long long)prediction->id);
	snprintf(new, sizeof(new), "%s: %s of %s%s%s, %lld %%%s%s",
	    outcome_word(prediction->outcome),
	    kind == NULL ? "?" : kind->name, prediction->target,
	    prediction->device[0] != '\0' ? " " : "", prediction->device,
	    (long long)prediction->probability_ppm / 10000,
	    prediction->text[0] != '\0' ? ": " : "", prediction->text);
	applying_audit(applying, object, old, new);
}

struct accuracy
prediction_accuracy(const struct row_accuracy *row)
{
	return (struct accuracy){ .hits = row->hits,
		.misses = row->misses, .averted = row->averted,
		.voids = row->voids, .unforeseen = row->unforeseen,
		.lead_ms = row->lead_ms, .hits_milli = row->hits_milli,
		.misses_milli = row->misses_milli,
		.unforeseen_milli = row->unforeseen_milli,
		.brier_milli_ppm = row->brier_milli_ppm };
}

static void
put_accuracy(struct applying *applying, int64_t class,
    const struct accuracy *accuracy)
{
	const struct row_accuracy row = { .class = class,
		.hits = accuracy->hits, .misses = accuracy->misses,
		.averted = accuracy->averted, .voids = accuracy->voids,
		.unforeseen = accuracy->unforeseen,
		.lead_ms = accuracy->lead_ms,
		.hits_milli = accuracy->hits_milli,
		.misses_milli = accuracy->misses_milli,
		.unforeseen_milli = accuracy->unforeseen_milli,
		.brier_milli_ppm = accuracy->brier_milli_ppm };

	applying_put(applying, ROW_TABLE_ACCURACY, &row);
}

/* Zeros for a class of which nothing has been settled yet. */
static struct accuracy
accuracy_before(const struct applying *applying, int64_t class)
{
	const struct row_accuracy *row = model_accuracy(applying->model,
	    class);

	return row == NULL ? (struct accuracy){ 0 } :
	    prediction_accuracy(row);
}

static void
settle(struct applying *applying, const struct row_prediction *before,
    enum outcome outcome, int64_t at_ms)
{
	struct accuracy accuracy = accuracy_before(applying, before->class);
	struct row_prediction prediction = *before;

	prediction.outcome = outcome;
	prediction.settled_ms = applying->now_ms;
	prediction.settled_wall_ms = applying->entry->wall_ms;
	accuracy_settle(&accuracy, outcome,
	    (int32_t)prediction.probability_ppm, at_ms - before->made_ms);
	put_accuracy(applying, before->class, &accuracy);
	applying_put(applying, ROW_TABLE_PREDICTION, &prediction);
	audit(applying, &prediction, outcome_word(before->outcome));
}

/* The fault that it foresees is taken care of, or the node was drained. */
static bool
is_acted_on(const struct applying *applying,
    const struct row_prediction *prediction)
{
	const struct row_node *node = model_node(applying->model,
	    prediction->node);
	const struct row_fault *fault;
	size_t i;

	if (node != NULL && node->drain_index > prediction->id)
		return true;
	for (i = 0; i < model_count(applying->model, ROW_TABLE_FAULT); i++) {
		fault = model_at(applying->model, ROW_TABLE_FAULT, i);
		if (fault->class == prediction->class &&
		    fault->last_ms >= prediction->made_ms &&
		    fault->acknowledged_by[0] != '\0' &&
		    strcmp(fault->target, prediction->target) == 0 &&
		    strcmp(fault->device, prediction->device) == 0)
			return true;
	}
	return false;
}

/* The oldest that are settled go first. */
static bool
make_room(struct applying *applying)
{
	const struct row_prediction *one;
	size_t i, removed = 0;

	if (model_count(applying->model, ROW_TABLE_PREDICTION) <
	    RULES_PREDICTIONS_MAX)
		return true;
	for (i = 0; i < RULES_PREDICTIONS_MAX && removed < SETTLED_MAX; i++) {
		one = model_at(applying->model, ROW_TABLE_PREDICTION, i);
		if (one->outcome == OUTCOME_OPEN)
			continue;
		applying_delete(applying, ROW_TABLE_PREDICTION, one);
		removed++;
	}
	return removed > 0;
}

static int
make(struct applying *applying, int64_t class, int64_t probability_ppm)
{
	const struct entry *entry = applying->entry;
	struct row_prediction one = { .id = applying->index, .class = class,
		.outcome = OUTCOME_OPEN, .probability_ppm = probability_ppm,
		.latest_ppm = probability_ppm, .made_ms = applying->now_ms,
		.made_wall_ms = entry->wall_ms };

	one.horizon_ms = entry_number(entry, ARGUMENT_HORIZON_MS, 0);
	if (one.horizon_ms == 0 || one.horizon_ms > RULES_SPAN_MS)
		return refuse(applying, REPLY_BAD_TIME, "horizon",
		    one.horizon_ms, RULES_SPAN_MS);
	if (probability_ppm < PREDICTION_LEAST_PPM)
		return refuse(applying, REPLY_BAD_FIELD, "probability",
		    probability_ppm, PREDICTION_LEAST_PPM);
	if (!make_room(applying))
		return refuse(applying, REPLY_LIMIT, "prediction",
		    RULES_PREDICTIONS_MAX, RULES_PREDICTIONS_MAX);
	put_text(one.target, entry->targets[0]);
	put_text(one.device, entry_text(entry, ARGUMENT_DEVICE));
	put_text(one.node, entry_text(entry, ARGUMENT_NODE));
	put_text(one.text, entry_text(entry, ARGUMENT_TEXT));
	applying_put(applying, ROW_TABLE_PREDICTION, &one);
	audit(applying, &one, "");
	return REPLY_OK;
}

int
apply_prediction_made(struct applying *applying)
{
	const struct entry *entry = applying->entry;
	int64_t class = entry_number(entry, ARGUMENT_CLASS, 0);
	int64_t ppm = entry_number(entry, ARGUMENT_PROBABILITY_PPM, 0);
	const char *text = entry_text(entry, ARGUMENT_TEXT);
	const struct row_prediction *before = model_prediction_of(
	    applying->model, class, entry->targets[0],
	    entry_text(entry, ARGUMENT_DEVICE));
	struct row_prediction one;

	if (!fault_kind_is_predicted((unsigned int)class))
		return refuse(applying, REPLY_BAD_FIELD, "class", class, 0);
	if (strlen(text) >= sizeof(one.text))
		return refuse(applying, REPLY_BAD_FIELD, "text",
		    (int64_t)strlen(text), (int64_t)sizeof(one.text) - 1);
	if (before == NULL)
		return make(applying, class, ppm);
	if (before->latest_ppm == ppm)
		return REPLY_UNCHANGED;
	/* The first claim is the one that counts. */
	one = *before;
	one.latest_ppm = ppm;
	applying_put(applying, ROW_TABLE_PREDICTION, &one);
	return REPLY_OK;
}

static int
count_unforeseen(struct applying *applying, int64_t class)
{
	struct accuracy accuracy = accuracy_before(applying, class);
	const struct fault_kind *kind = fault_kind_find((unsigned int)class);
	char object[129];

	accuracy_unforeseen(&accuracy);
	put_accuracy(applying, class, &accuracy);
	snprintf(object, sizeof(object), "accuracy/%s", kind->name);
	applying_audit(applying, object, "", applying->entry->targets[0]);
	return REPLY_OK;
}

int
apply_prediction_reached(struct applying *applying)
{
	const struct entry *entry = applying->entry;
	int64_t class = entry_number(entry, ARGUMENT_CLASS, 0);
	int64_t at_ms = applying->now_ms -
	    entry_number(entry, ARGUMENT_AGE_MS, 0);
	const struct row_prediction *one = model_prediction_of(
	    applying->model, class, entry->targets[0],
	    entry_text(entry, ARGUMENT_DEVICE));

	if (!fault_kind_is_predicted((unsigned int)class))
		return refuse(applying, REPLY_BAD_FIELD, "class", class, 0);
	if (one == NULL)
		return count_unforeseen(applying, class);
	settle(applying, one, outcome_when_reached(one->made_ms,
	    one->horizon_ms, is_acted_on(applying, one), at_ms), at_ms);
	return REPLY_OK;
}

/*
 * Cluster time stands still while nobody leads, and so nobody looks: then
 * the clock on the wall is ahead of it.
 */
static bool
was_looked_at(const struct applying *applying,
    const struct row_prediction *one)
{
	int64_t wall_ms = applying->entry->wall_ms - one->made_wall_ms;
	int64_t stood_ms = wall_ms - (applying->now_ms - one->made_ms);

	return entry_number(applying->entry, ARGUMENT_LOOKED, 0) != 0 &&
	    stood_ms <= PREDICTION_GAP_MS && stood_ms >= -PREDICTION_GAP_MS;
}

int
apply_prediction_due(struct applying *applying)
{
	int64_t id = entry_number(applying->entry, ARGUMENT_ID, 0);
	const struct row_prediction *one = model_prediction(applying->model,
	    id);

	if (one == NULL)
		return refuse(applying, REPLY_NO_PREDICTION, "", id, 0);
	if (one->outcome != OUTCOME_OPEN)
		return refuse(applying, REPLY_SETTLED,
		    outcome_word(one->outcome), id, 0);
	if (applying->now_ms - one->made_ms <= one->horizon_ms)
		return refuse(applying, REPLY_NOT_DUE, "",
		    applying->now_ms - one->made_ms, one->horizon_ms);
	settle(applying, one, outcome_when_due(is_acted_on(applying, one),
	    was_looked_at(applying, one)), applying->now_ms);
	return REPLY_OK;
}
