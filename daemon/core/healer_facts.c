/* What the healer measures for the planner, the guards and the verdict. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/healer.h"
#include "core/policies.h"
#include "detect/fault.h"

/* At most six of ten copies stay needed, one at least. */
#define DESIRED_NUM	6
#define DESIRED_DEN	10

/* A backend of this node by the target "n1/NAME"; NULL: it is none. */
static const struct backend_status *
backend_of(const struct healer *healer, const char *target)
{
	const char *name = strchr(target, '/');
	size_t i;

	for (i = 0; name != NULL && i < healer->backends->shown; i++)
		if (strcmp(healer->backends->statuses[i].name, name + 1) ==
		    0)
			return &healer->backends->statuses[i];
	return NULL;
}

/* A backend that does not tell has one. */
static int64_t
slots_of(const struct backend_status *status)
{
	double slots = status->value[BACKEND_METRIC_slots_total];

	return isnan(slots) || slots < 1 ? 1 : (int64_t)slots;
}

/* What it answers, if it does, is of no use. */
static bool
is_out_of_order(const struct model *model, const char *target)
{
	const struct row_fault *fault;
	size_t i;

	for (i = 0; i < model_count(model, ROW_TABLE_FAULT); i++) {
		fault = model_at(model, ROW_TABLE_FAULT, i);
		if ((fault->class == FAULT_BACKEND_CRASH ||
		    fault->class == FAULT_BACKEND_STUCK ||
		    fault->class == FAULT_BACKEND_BADOUTPUT) &&
		    fault->open_ms != 0 && fault->end_ms == 0 &&
		    strcmp(fault->target, target) == 0)
			return true;
	}
	return false;
}

static bool
is_ready(const struct healer *healer, const struct model *model,
    const struct backend_status *status)
{
	char target[128];
	const struct row_curb *curb;

	snprintf(target, sizeof(target), "%.63s/%.63s", healer->node,
	    status->name);
	curb = model_curb(model, target);
	return status->state == DROVER_BACKEND_STATE_UP &&
	    (curb == NULL || curb->quarantined == 0) &&
	    !is_out_of_order(model, target);
}

struct slots {
	int64_t	target;
	int64_t	ready;
	int64_t	desired;
};

/* Of a model, over the backends of this node. */
static struct slots
count_slots(const struct healer *healer, const struct model *shared,
    const struct backend_status *target, const char *model)
{
	const struct backend_status *status;
	struct slots slots = { 0, 0, 0 };
	size_t i;

	for (i = 0; i < healer->backends->shown; i++) {
		status = &healer->backends->statuses[i];
		if (status != target && !backend_status_serves(status, model))
			continue;
		slots.desired += slots_of(status);
		if (!is_ready(healer, shared, status))
			continue;
		slots.ready += slots_of(status);
		if (status == target)
			slots.target += slots_of(status);
	}
	return slots;
}

static int64_t
needed(const struct slots *slots)
{
	int64_t need = slots->desired * DESIRED_NUM / DESIRED_DEN;

	return need < 1 ? 1 : need;
}

/* Of such a class: what it is of serves nobody. */
static bool
takes_out(int64_t class)
{
	return class == FAULT_BACKEND_CRASH || class == FAULT_BACKEND_STUCK ||
	    class == FAULT_BACKEND_BADOUTPUT;
}

/* It has the model, or had it as far as is known of one that is down. */
static bool
serves(const struct backend_status *status,
    const struct backend_model *model)
{
	return model->state == DROVER_MODEL_STATE_LOADED ||
	    (model->state == DROVER_MODEL_STATE_UNKNOWN &&
	    status->state != DROVER_BACKEND_STATE_UP);
}

static void
weigh_model(const struct healer *healer, const struct model *shared,
    const struct backend_status *status, const char *model, bool out,
    struct healer_weight *weight)
{
	struct slots slots = count_slots(healer, shared, status, model);
	int64_t left = slots.ready - (out ? slots.target : 0);
	int64_t room_milli = 1000 * left / needed(&slots);

	if (weight->room_milli < 0 || room_milli < weight->room_milli)
		weight->room_milli = room_milli;
	if (slots.desired > left && (out || slots.target == 0))
		weight->impact_ppm += 1000000 * slots_of(status) /
		    slots.desired;
}

void
healer_weigh(const struct healer *healer, const struct model *model,
    int64_t class, const char *target, struct healer_weight *weight)
{
	const struct backend_status *status = backend_of(healer, target);
	int64_t count = 0;
	size_t i;

	*weight = (struct healer_weight){ .room_milli = -1 };
	for (i = 0; status != NULL && i < status->model_count; i++) {
		if (!serves(status, &status->models[i]))
			continue;
		weigh_model(healer, model, status, status->models[i].name,
		    takes_out(class), weight);
		count++;
	}
	if (status != NULL && count == 0)
		weigh_model(healer, model, status, "", takes_out(class),
		    weight);
	if (count > 1)
		weight->impact_ppm /= count;
}

int64_t
healer_room_milli(void *context, int64_t class, const char *target)
{
	const struct healer *healer = context;
	struct healer_weight weight;

	healer_weigh(healer, shared_model(healer->shared, NULL, NULL), class,
	    target, &weight);
	return weight.room_milli;
}

void
healer_case(const struct healer *healer, const struct model *model,
    const struct row_fault *fault, struct planner_case *asked)
{
	const struct backend_status *status = backend_of(healer,
	    fault->target);
	const struct fault_kind *kind = fault_kind_find(
	    (unsigned int)fault->class);
	struct slots slots;
	size_t i;

	*asked = (struct planner_case){
		.model = model, .fault = fault,
		.now_ms = shared_time_ms(healer->shared),
		.seed = healer->node, .store = healer->store,
		.policy = policies_find(healer->config, kind == NULL ? "" :
		    kind->name), .voter = true };
	if (status == NULL)
		return;
	for (i = 0; i < status->model_count &&
	    asked->model_count < PLANNER_MODELS_MAX; i++)
		if (status->models[i].state == DROVER_MODEL_STATE_LOADED)
			asked->models[asked->model_count++] =
			    status->models[i].name;
	slots = count_slots(healer, model, status,
	    asked->model_count == 0 ? "" : asked->models[0]);
	asked->target_slots = slots.target;
	asked->ready_slots = slots.ready;
	asked->needed_slots = needed(&slots);
}

static void
add_model_facts(const struct healer *healer, const struct model *shared,
    const struct backend_status *status, struct entry *entry)
{
	struct slots slots;
	const char *model;
	size_t i;

	for (i = 0; i < status->model_count; i++) {
		model = status->models[i].name;
		if (status->models[i].state != DROVER_MODEL_STATE_LOADED ||
		    strlen(model) > ENTRY_NAME_MAX)
			continue;
		slots = count_slots(healer, shared, status, model);
		if (entry_add_fact(entry, FACT_SLOTS_NEEDED, model,
		    needed(&slots)) != 0 || entry_add_fact(entry,
		    FACT_READY_AFTER, model, slots.ready - slots.target) != 0
		    || entry_add_fact(entry, FACT_TARGET_SLOTS, model,
		    slots.target) != 0)
			return;
	}
}

/* Of a plan that acts: what is to be healed is not found any more. */
static bool
is_gone(const struct healer *healer, const struct model *model,
    const struct row_plan *plan)
{
	const struct row_fault *fault = model_fault(model, plan->fault);

	return healer->faults != NULL && plan->state == PLAN_STATE_RUNNING &&
	    fault != NULL && strcmp(fault->node, healer->node) == 0 &&
	    faults_gone(healer->faults, fault);
}

void
healer_facts(const struct healer *healer, const struct model *model,
    const struct row_plan *plan, struct entry *entry)
{
	const struct backend_status *status = backend_of(healer,
	    plan->target);
	int64_t seen_ms = healer->faults == NULL ? -1 :
	    faults_looked_ms(healer->faults);

	/* This node votes alone yet, and leads itself. */
	(void)entry_add_fact(entry, FACT_VOTERS_AFTER, plan->node, 0);
	(void)entry_add_fact(entry, FACT_MAJORITY, "", 1);
	(void)entry_add_fact(entry, FACT_LEADS, plan->node, 0);
	if (healer->state_room_mib >= 0)
		(void)entry_add_fact(entry, FACT_STATE_ROOM, "",
		    healer->state_room_mib);
	if (is_gone(healer, model, plan))
		(void)entry_add_fact(entry, FACT_FAULT_GONE, "", 1);
	if (seen_ms >= 0)
		(void)entry_add_fact(entry, FACT_EVIDENCE_AGE, "",
		    healer->now_ms - seen_ms);
	if (status != NULL)
		add_model_facts(healer, model, status, entry);
}

/*
 * A token since the plan acted, of a canary or of anybody's request; where
 * no canary is sent that it answers must do.
 */
static bool
generates(const struct healer *healer, const struct row_plan *plan,
    const struct backend_status *status)
{
	int64_t acted_ms = healer->now_ms -
	    (shared_time_ms(healer->shared) - plan->acted_ms);

	return !status->canaries ||
	    status->value[BACKEND_METRIC_tokens] > 0 ||
	    (status->canary == CANARY_OUTCOME_GOOD &&
	    status->canary_ms >= acted_ms);
}

bool
healer_wants_canary(const struct healer *healer, const char *backend)
{
	const struct model *model = shared_model(healer->shared, NULL, NULL);
	const struct row_plan *plan;
	size_t i;

	for (i = 0; model != NULL &&
	    i < model_count(model, ROW_TABLE_PLAN); i++) {
		plan = model_at(model, ROW_TABLE_PLAN, i);
		if (plan->state == PLAN_STATE_VERIFYING &&
		    strcmp(plan->node, healer->node) == 0 &&
		    strchr(plan->target, '/') != NULL &&
		    strcmp(strchr(plan->target, '/') + 1, backend) == 0)
			return true;
	}
	return false;
}

void
healer_verify_facts(const struct healer *healer, const struct row_plan *plan,
    struct verify_facts *facts)
{
	const struct backend_status *status = backend_of(healer,
	    plan->target);

	*facts = (struct verify_facts){ .now_ms = healer->now_ms,
		.cluster_ms = shared_time_ms(healer->shared),
		.gap_ms = 5 * (int64_t)healer->config->collect.interval_ms +
		    5000, .canaries = true };
	facts->stands = healer->faults == NULL || faults_stand(
	    healer->faults, plan->class, plan->target, plan->device);
	facts->answers = strchr(plan->target, '/') == NULL ||
	    (status != NULL && status->state == DROVER_BACKEND_STATE_UP) ||
	    plan->class == FAULT_DISK_FULL;
	if (status != NULL)
		facts->canaries = generates(healer, plan, status);
}
