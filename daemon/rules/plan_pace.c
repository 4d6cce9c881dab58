#include "detect/fault.h"
#include "rules/pace.h"
#include "rules/plan.h"
#include "rules/plan_pace.h"

static const char *
class_name(int64_t class)
{
	const struct fault_kind *kind = fault_kind_find((unsigned int)class);

	return kind == NULL ? "" : kind->name;
}

static struct pace
pace_of(const struct model *model, const struct row_plan *plan)
{
	const struct row_pace *row = model_pace(model, "class",
	    class_name(plan->class));

	return row == NULL ? pace_new() : (struct pace){
		.width = row->width, .backoff_ms = row->backoff_ms,
		.ready_ms = row->ready_ms, .failures = row->failures };
}

static int64_t
acting_of_class(const struct model *model, const struct row_plan *plan)
{
	const struct row_plan *other;
	int64_t count = 0;
	size_t i;

	for (i = 0; i < model_count(model, ROW_TABLE_PLAN); i++) {
		other = model_at(model, ROW_TABLE_PLAN, i);
		if (other->id != plan->id && other->class == plan->class &&
		    plan_is_acting(other->state))
			count++;
	}
	return count;
}

bool
plan_pace_lets(const struct model *model, const struct row_plan *plan,
    int64_t now_ms, int64_t *have, int64_t *need)
{
	struct pace pace = pace_of(model, plan);

	*have = *need = 0;
	if (now_ms < pace.ready_ms) {
		*need = pace.ready_ms - now_ms;
		return false;
	}
	*have = acting_of_class(model, plan);
	*need = pace.width;
	return *have < *need;
}

void
plan_pace_ended(struct applying *applying, const struct row_plan *plan,
    bool helped)
{
	struct pace pace = pace_of(applying->model, plan);
	const struct entry_fact *seed = entry_fact(applying->entry,
	    FACT_ARMS_SEED, NULL);
	struct row_pace row = { .width = 1 };

	if (helped)
		pace_helped(&pace);
	else
		pace_failed(&pace, applying->now_ms, seed == NULL ?
		    (uint64_t)applying->index * 7919 :
		    (uint64_t)seed->value);
	row.width = pace.width;
	row.backoff_ms = pace.backoff_ms;
	row.ready_ms = pace.ready_ms;
	row.failures = pace.failures;
	put_text(row.axis, "class");
	put_text(row.value, class_name(plan->class));
	applying_put(applying, ROW_TABLE_PACE, &row);
}

static struct flap
flap_of(const struct model *model, int64_t class, const char *target,
    const char *device)
{
	const struct row_flap *row = model_flap(model, class, target, device);

	return row == NULL ? (struct flap){ 0 } : (struct flap){
		.penalty = row->penalty, .at_ms = row->at_ms,
		.suppressed = row->suppressed != 0 };
}

bool
plan_flap_lets(const struct model *model, const struct row_plan *plan,
    int64_t now_ms, int64_t *have, int64_t *need)
{
	struct flap flap = flap_of(model, plan->class, plan->target,
	    plan->device);

	*have = flap_penalty(&flap, now_ms);
	*need = FLAP_REUSE;
	return !flap_is_suppressed(&flap, now_ms);
}

void
plan_flap_add(struct applying *applying, const struct row_fault *fault)
{
	struct flap flap = flap_of(applying->model, fault->class,
	    fault->target, fault->device);
	struct row_flap row = { .class = fault->class };

	if (!flap_is_suppressed(&flap, applying->now_ms))
		flap.suppressed = false;
	flap_add(&flap, applying->now_ms);
	row.penalty = flap.penalty;
	row.at_ms = flap.at_ms;
	row.suppressed = flap.suppressed;
	put_text(row.target, fault->target);
	put_text(row.device, fault->device);
	applying_put(applying, ROW_TABLE_FLAP, &row);
}
