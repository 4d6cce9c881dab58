/* Rows of the model by what people call them. */
#include <string.h>

#include "detect/predict.h"
#include "rules/fault.h"
#include "rules/model.h"
#include "rules/plan.h"

/* A key, of which the rest of the row is never looked at. */
static bool
put_name(char *field, size_t room, const char *name)
{
	size_t length = strlen(name);

	if (length >= room)
		return false;
	memcpy(field, name, length + 1);
	return true;
}

const struct row_node *
model_node(const struct model *model, const char *name)
{
	struct row_node key;

	return put_name(key.name, sizeof(key.name), name) ?
	    model_find(model, ROW_TABLE_NODE, &key) : NULL;
}

const struct row_setting *
model_setting(const struct model *model, const char *name)
{
	struct row_setting key;

	return put_name(key.name, sizeof(key.name), name) ?
	    model_find(model, ROW_TABLE_SETTING, &key) : NULL;
}

const struct row_account *
model_account(const struct model *model, const char *name)
{
	struct row_account key;

	return put_name(key.name, sizeof(key.name), name) ?
	    model_find(model, ROW_TABLE_ACCOUNT, &key) : NULL;
}

const struct row_token *
model_token(const struct model *model, const char *id)
{
	struct row_token key;

	return put_name(key.id, sizeof(key.id), id) ?
	    model_find(model, ROW_TABLE_TOKEN, &key) : NULL;
}

const struct row_hold *
model_hold(const struct model *model, int64_t id)
{
	struct row_hold key;

	key.id = id;
	return model_find(model, ROW_TABLE_HOLD, &key);
}

const struct row_note *
model_note(const struct model *model, int64_t id)
{
	struct row_note key;

	key.id = id;
	return model_find(model, ROW_TABLE_NOTE, &key);
}

const struct row_fault *
model_fault(const struct model *model, int64_t id)
{
	struct row_fault key;

	key.id = id;
	return model_find(model, ROW_TABLE_FAULT, &key);
}

const struct row_fault *
model_fault_of(const struct model *model, int64_t class,
    const char *target, const char *device)
{
	const struct row_fault *fault;
	size_t i;

	for (i = 0; i < model_count(model, ROW_TABLE_FAULT); i++) {
		fault = model_at(model, ROW_TABLE_FAULT, i);
		if (fault->class == class && fault_is_live(fault->state) &&
		    strcmp(fault->target, target) == 0 &&
		    strcmp(fault->device, device) == 0)
			return fault;
	}
	return NULL;
}

const struct row_prediction *
model_prediction(const struct model *model, int64_t id)
{
	struct row_prediction key;

	key.id = id;
	return model_find(model, ROW_TABLE_PREDICTION, &key);
}

const struct row_prediction *
model_prediction_of(const struct model *model, int64_t class,
    const char *target, const char *device)
{
	const struct row_prediction *one;
	size_t i;

	for (i = 0; i < model_count(model, ROW_TABLE_PREDICTION); i++) {
		one = model_at(model, ROW_TABLE_PREDICTION, i);
		if (one->class == class && one->outcome == OUTCOME_OPEN &&
		    strcmp(one->target, target) == 0 &&
		    strcmp(one->device, device) == 0)
			return one;
	}
	return NULL;
}

const struct row_accuracy *
model_accuracy(const struct model *model, int64_t class)
{
	struct row_accuracy key;

	key.class = class;
	return model_find(model, ROW_TABLE_ACCURACY, &key);
}

const struct row_plan *
model_plan(const struct model *model, int64_t id)
{
	struct row_plan key;

	key.id = id;
	return model_find(model, ROW_TABLE_PLAN, &key);
}

const struct row_plan *
model_plan_of(const struct model *model, int64_t fault)
{
	const struct row_plan *plan;
	size_t i;

	/* The newest are the last. */
	for (i = model_count(model, ROW_TABLE_PLAN); i-- > 0;) {
		plan = model_at(model, ROW_TABLE_PLAN, i);
		if (plan->fault == fault && plan_is_live(plan->state))
			return plan;
	}
	return NULL;
}

const struct row_plan *
model_plan_on(const struct model *model, const char *target)
{
	const struct row_plan *plan;
	size_t i;

	for (i = model_count(model, ROW_TABLE_PLAN); i-- > 0;) {
		plan = model_at(model, ROW_TABLE_PLAN, i);
		if (plan_is_acting(plan->state) &&
		    strcmp(plan->target, target) == 0)
			return plan;
	}
	return NULL;
}

const struct row_step *
model_step(const struct model *model, int64_t plan, int64_t n)
{
	struct row_step key;

	key.plan = plan;
	key.n = n;
	return model_find(model, ROW_TABLE_STEP, &key);
}

size_t
model_steps(const struct model *model, int64_t plan, struct row_step *steps,
    size_t room)
{
	const struct row_step *step;
	size_t count = 0;

	while (count < room && (step = model_step(model, plan,
	    (int64_t)count)) != NULL)
		steps[count++] = *step;
	return count;
}

const struct row_approval *
model_approval(const struct model *model, int64_t plan, const char *who)
{
	struct row_approval key;

	key.plan = plan;
	return put_name(key.who, sizeof(key.who), who) ?
	    model_find(model, ROW_TABLE_APPROVAL, &key) : NULL;
}

const struct row_lock *
model_lock(const struct model *model, const char *resource)
{
	struct row_lock key;

	return put_name(key.resource, sizeof(key.resource), resource) ?
	    model_find(model, ROW_TABLE_LOCK, &key) : NULL;
}

const struct row_pace *
model_pace(const struct model *model, const char *axis, const char *value)
{
	struct row_pace key;

	return put_name(key.axis, sizeof(key.axis), axis) &&
	    put_name(key.value, sizeof(key.value), value) ?
	    model_find(model, ROW_TABLE_PACE, &key) : NULL;
}

const struct row_flap *
model_flap(const struct model *model, int64_t class, const char *target,
    const char *device)
{
	struct row_flap key;

	key.class = class;
	return put_name(key.target, sizeof(key.target), target) &&
	    put_name(key.device, sizeof(key.device), device) ?
	    model_find(model, ROW_TABLE_FLAP, &key) : NULL;
}

const struct row_arm *
model_arm(const struct model *model, int64_t class, int64_t strategy)
{
	struct row_arm key;

	key.class = class;
	key.strategy = strategy;
	return model_find(model, ROW_TABLE_ARM, &key);
}

const struct row_curb *
model_curb(const struct model *model, const char *target)
{
	struct row_curb key;

	return put_name(key.target, sizeof(key.target), target) ?
	    model_find(model, ROW_TABLE_CURB, &key) : NULL;
}

const struct row_request *
model_request(const struct model *model, const char *caller, const char *id)
{
	struct row_request key;

	if (!put_name(key.caller, sizeof(key.caller), caller) ||
	    !put_name(key.id, sizeof(key.id), id))
		return NULL;
	return model_find(model, ROW_TABLE_REQUEST, &key);
}

const struct row_hold *
model_hold_on(const struct model *model, enum hold_kind kind,
    const char *scope)
{
	int64_t now = model_meta(model)->cluster_ms;
	const struct row_hold *hold;
	size_t i;

	for (i = 0; i < model_count(model, ROW_TABLE_HOLD); i++) {
		hold = model_at(model, ROW_TABLE_HOLD, i);
		if (hold->kind == (int64_t)kind && hold->until_ms > now &&
		    (strcmp(hold->scope, "cluster") == 0 ||
		    strcmp(hold->scope, scope) == 0))
			return hold;
	}
	return NULL;
}
