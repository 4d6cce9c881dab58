#include "plans.h"

#include <stdio.h>

#include "format.h"

#define NS_PER_S	1e9

const struct drover_plan_row *
plan_find(const struct model *model, int64_t id)
{
	const struct drover_plan_row *row;
	uint32_t slot;

	for (slot = 0; slot < model->table[DROVER_TABLE_PLAN].slots;
	    slot++) {
		row = model_row(model, DROVER_TABLE_PLAN, slot);
		if (row != NULL && row->id == id)
			return row;
	}
	return NULL;
}

const struct drover_plan_row *
plan_of_fault(const struct model *model, int64_t fault)
{
	const struct drover_plan_row *newest = NULL, *row;
	uint32_t slot;

	for (slot = 0; slot < model->table[DROVER_TABLE_PLAN].slots;
	    slot++) {
		row = model_row(model, DROVER_TABLE_PLAN, slot);
		if (row != NULL && row->fault == fault &&
		    (newest == NULL || row->id > newest->id))
			newest = row;
	}
	return newest;
}

const struct drover_fault_row *
plan_fault(const struct model *model, const struct drover_plan_row *plan)
{
	const struct drover_fault_row *row;
	uint32_t slot;

	for (slot = 0; slot < model->table[DROVER_TABLE_FAULT].slots;
	    slot++) {
		row = model_row(model, DROVER_TABLE_FAULT, slot);
		if (row != NULL && row->id == plan->fault)
			return row;
	}
	return NULL;
}

bool
plan_waits(const struct drover_plan_row *plan)
{
	return plan != NULL && (plan->kept ||
	    plan->state == DROVER_PLAN_STATE_PROPOSED);
}

bool
plan_goes_on(const struct drover_plan_row *plan)
{
	return plan->state >= DROVER_PLAN_STATE_PROPOSED &&
	    plan->state <= DROVER_PLAN_STATE_ROLLING_BACK;
}

static void
phrase_proposed(const struct drover_plan_row *plan, int64_t now_ns,
    char *text, size_t size)
{
	char left[FORMAT_BYTES];

	if (plan->veto_until != 0) {
		format_age(left, (double)(plan->veto_until - now_ns) /
		    NS_PER_S);
		snprintf(text, size, "starts in %s unless rejected", left);
		return;
	}
	format_age(left, (double)(plan->decide_by - now_ns) / NS_PER_S);
	snprintf(text, size, "waits for approval, %lld of %lld given, "
	    "%s left", (long long)plan->approvals,
	    (long long)plan->approvals_needed, left);
}

void
plan_phrase(const struct drover_plan_row *plan, int64_t now_ns, char *text,
    size_t size)
{
	if (plan->state == DROVER_PLAN_STATE_PROPOSED)
		phrase_proposed(plan, now_ns, text, size);
	else if (plan->blocked_by[0] != '\0')
		snprintf(text, size, "%s stands against it: have %lld, need "
		    "%lld", plan->blocked_by, (long long)plan->blocked_have,
		    (long long)plan->blocked_need);
	else if (plan->kept)
		snprintf(text, size, "%s; look at it, then release it",
		    plan->end_reason);
	else
		snprintf(text, size, "%s", plan->end_reason);
}
