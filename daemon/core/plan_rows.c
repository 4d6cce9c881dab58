#include "core/plan_rows.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/plan_outlook.h"
#include "core/row_text.h"
#include "detect/fault.h"
#include "plan/draw.h"
#include "rules/learn.h"
#include "rules/plan.h"
#include "rules/strategy.h"

/* With their steps they fit the segment. */
#define PLANS_SHOWN	128

static int64_t
wall(const struct shared *shared, int64_t cluster_ms)
{
	return cluster_ms == 0 ? 0 : shared_wall_ns(shared, cluster_ms);
}

static void
name_class(char *text, size_t room, int64_t class)
{
	const struct fault_kind *kind = fault_kind_find((unsigned int)class);

	if (kind != NULL)
		copy_line(text, room, kind->name);
}

static void
name_strategy(char *text, size_t room, int64_t number)
{
	const struct strategy *strategy = strategy_find(
	    (unsigned int)number);

	if (strategy != NULL)
		copy_line(text, room, strategy->name);
}

static int64_t
count_approvals(const struct model *model, const struct row_plan *plan)
{
	const struct row_approval *approval;
	int64_t count = 0;
	size_t i;

	for (i = 0; i < model_count(model, ROW_TABLE_APPROVAL); i++) {
		approval = model_at(model, ROW_TABLE_APPROVAL, i);
		if (approval->plan == plan->id)
			count++;
	}
	return count;
}

static void
fill_times(struct drover_plan_row *row, const struct shared *shared,
    const struct row_plan *plan)
{
	row->proposed = MS_TO_NS(plan->proposed_wall_ms);
	row->decide_by = wall(shared, plan->decide_by_ms);
	row->veto_until = wall(shared, plan->veto_until_ms);
	row->decided = wall(shared, plan->decided_ms);
	row->started = wall(shared, plan->start_ms);
	row->acted = wall(shared, plan->acted_ms);
	row->ended = MS_TO_NS(plan->end_wall_ms);
}

static void
fill_plan(struct drover_plan_row *row, const struct shared *shared,
    const struct healer *healer, const struct model *model,
    const struct row_plan *plan)
{
	const struct guard_kind *guard = guard_find(plan->blocked_by);

	memset(row, 0, sizeof(*row));
	row->id = plan->id;
	row->fault = plan->fault;
	row->state = (uint8_t)plan->state;
	row->mode = (uint8_t)plan->mode;
	row->verdict = (uint8_t)plan->verdict;
	row->kept = plan->kept != 0;
	row->risk = plan->risk;
	row->priority = (double)plan->priority_milli / 1000;
	row->cost = plan->cost_slot_s;
	row->gain = plan->gain_slot_s;
	row->approvals = count_approvals(model, plan);
	row->approvals_needed = plan->mode == PLAN_MODE_TWO ? 2 :
	    plan->mode == PLAN_MODE_MANUAL ? 1 : 0;
	if (guard != NULL)
		snprintf(row->blocked_by, sizeof(row->blocked_by), "%s %s",
		    guard->id, guard->name);
	row->blocked_have = plan->blocked_have;
	row->blocked_need = plan->blocked_need;
	name_class(row->class, sizeof(row->class), plan->class);
	name_strategy(row->strategy, sizeof(row->strategy), plan->strategy);
	copy_line(row->target, sizeof(row->target), plan->target);
	copy_line(row->device, sizeof(row->device), plan->device);
	copy_line(row->node, sizeof(row->node), plan->node);
	copy_line(row->policy, sizeof(row->policy), plan->policy);
	copy_line(row->hash, sizeof(row->hash), plan->hash);
	copy_line(row->decided_by, sizeof(row->decided_by),
	    plan->decided_by);
	copy_line(row->reason, sizeof(row->reason), plan->reason);
	copy_line(row->end_reason, sizeof(row->end_reason),
	    plan->end_reason);
	fill_times(row, shared, plan);
	plan_outlook(row, healer, model, plan);
}

static int
name_step(struct table_image *image, const struct shared *shared,
    const struct row_step *step)
{
	const struct operation *operation = operation_find(step->operation);
	struct drover_step_row row;
	char key[48];

	memset(&row, 0, sizeof(row));
	row.plan = step->plan;
	row.n = step->n;
	row.state = (uint8_t)step->state;
	row.phase = step->phase;
	row.after = step->after;
	row.undo_of = step->undo_of;
	row.attempt = step->attempt;
	row.token = step->token;
	row.began = wall(shared, step->begin_ms);
	row.ended = wall(shared, step->end_ms);
	if (operation != NULL)
		copy_line(row.operation, sizeof(row.operation),
		    operation->name);
	copy_line(row.node, sizeof(row.node), step->node);
	copy_line(row.target, sizeof(row.target), step->target);
	copy_line(row.argument, sizeof(row.argument), step->argument);
	copy_line(row.result, sizeof(row.result), step->result);
	snprintf(key, sizeof(key), "%" PRId64 ".%" PRId64, step->plan,
	    step->n);
	return table_image_name(image, key, &row, NULL);
}

static int
name_plan(struct table_image *plans, struct table_image *steps,
    const struct shared *shared, const struct healer *healer,
    const struct model *model, const struct row_plan *plan)
{
	struct drover_plan_row row;
	const struct row_step *step;
	char key[24];
	int64_t n;
	int error;

	fill_plan(&row, shared, healer, model, plan);
	snprintf(key, sizeof(key), "%" PRId64, plan->id);
	error = table_image_name(plans, key, &row, NULL);
	for (n = 0; error == 0 &&
	    (step = model_step(model, plan->id, n)) != NULL; n++)
		error = name_step(steps, shared, step);
	return error;
}

static int
name_arm(struct table_image *image, const struct shared *shared,
    const struct row_arm *arm)
{
	struct drover_arm_row row;
	char key[80];

	memset(&row, 0, sizeof(row));
	name_class(row.class, sizeof(row.class), arm->class);
	name_strategy(row.strategy, sizeof(row.strategy), arm->strategy);
	row.tried = arm->tried;
	row.helped = arm->helped;
	row.worse = arm->worse;
	row.success = (double)arm_mean_ppm(arm) / 10000;
	row.low = 100 * arm_lower_bound(arm);
	row.high = 100 * arm_upper_bound(arm);
	row.cost = arm->cost_slot_s;
	row.duration = (double)arm->duration_ms / 1000;
	row.last = wall(shared, arm->last_ms);
	snprintf(key, sizeof(key), "%s %s", row.class, row.strategy);
	return table_image_name(image, key, &row, NULL);
}

/* As it was learned, or as it is thought of before anything was tried. */
static int
name_remedies(struct table_image *image, const struct shared *shared,
    const struct model *model, const struct fault_kind *kind)
{
	const struct strategy *strategy;
	const struct row_arm *kept;
	struct row_arm arm;
	size_t i;
	int error = 0;

	for (i = 0; error == 0 && (strategy = strategy_of_class(
	    kind->number, i)) != NULL; i++) {
		kept = model_arm(model, kind->number, strategy->number);
		arm = kept != NULL ? *kept : arm_new(kind->number, strategy);
		error = name_arm(image, shared, &arm);
	}
	return error;
}

static int
name_arms(struct table_image *image, const struct shared *shared,
    const struct model *model)
{
	const struct fault_kind *kind;
	size_t i;
	int error = 0;

	for (i = 0; error == 0 && (kind = fault_kind_at(i)) != NULL; i++)
		error = name_remedies(image, shared, model, kind);
	return error;
}

/* -ENOSPC: what fits is shown. */
static int
end(struct table_image *image, int error)
{
	table_image_end(image, NULL, NULL);
	return error == -ENOSPC ? 0 : error;
}

int
plan_rows_name(struct publisher *publisher, const struct shared *shared,
    const struct healer *healer, const struct model *model)
{
	struct table_image *plans = publisher_table(publisher,
	    DROVER_TABLE_PLAN);
	struct table_image *steps = publisher_table(publisher,
	    DROVER_TABLE_STEP);
	struct table_image *arms = publisher_table(publisher,
	    DROVER_TABLE_ARM);
	size_t count = model_count(model, ROW_TABLE_PLAN), i;
	int error = 0;

	table_image_begin(plans);
	table_image_begin(steps);
	table_image_begin(arms);
	for (i = count > PLANS_SHOWN ? count - PLANS_SHOWN : 0; error == 0 &&
	    i < count; i++)
		error = name_plan(plans, steps, shared, healer, model,
		    model_at(model, ROW_TABLE_PLAN, i));
	error = end(plans, error);
	error = end(steps, error);
	return error == 0 ? end(arms, name_arms(arms, shared, model)) :
	    error;
}
