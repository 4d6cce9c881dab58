#include "plan/planner.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <drover/rows.h>

#include "detect/fault.h"
#include "plan/draw.h"
#include "plan/planner_parts.h"
#include "rules/correlate.h"
#include "rules/fault.h"
#include "rules/guard.h"
#include "rules/kind.h"
#include "rules/learn.h"
#include "rules/priority.h"

/* Up to this risk what is unlikely is tried now and then. */
#define DRAW_RISK_MAX	20

static bool
is_of_fault(const struct planner_case *asked, const struct row_plan *plan)
{
	return plan->fault == asked->fault->id &&
	    plan->proposed_ms >= asked->fault->since_ms;
}

static bool
is_failure(const struct row_plan *plan)
{
	return plan->state == PLAN_STATE_FAILED ||
	    plan->state == PLAN_STATE_ROLLED_BACK;
}

/* The highest base of risk that was tried on it in vain. */
static int64_t
failed_risk(const struct planner_case *asked)
{
	const struct strategy *strategy;
	const struct row_plan *plan;
	int64_t risk = 0;
	size_t i;

	for (i = 0; i < model_count(asked->model, ROW_TABLE_PLAN); i++) {
		plan = model_at(asked->model, ROW_TABLE_PLAN, i);
		strategy = strategy_find((unsigned int)plan->strategy);
		if (is_of_fault(asked, plan) && is_failure(plan) &&
		    strategy != NULL && strategy->risk > risk)
			risk = strategy->risk;
	}
	return risk;
}

static const char *
history(const struct planner_case *asked, enum strategy_number strategy)
{
	const struct row_plan *plan;
	size_t i;

	for (i = model_count(asked->model, ROW_TABLE_PLAN); i-- > 0;) {
		plan = model_at(asked->model, ROW_TABLE_PLAN, i);
		if (!is_of_fault(asked, plan) ||
		    plan->strategy != (int64_t)strategy)
			continue;
		if (is_failure(plan))
			return "it did not help";
		if (plan->state == PLAN_STATE_REJECTED && asked->now_ms -
		    plan->end_ms < PLANNER_REJECTED_MS)
			return "it was rejected";
	}
	return NULL;
}

static const char *
barred(const struct planner_case *asked, const struct strategy *strategy,
    int64_t floor)
{
	const char *why = history(asked, strategy->number);

	if (why == NULL && strategy->risk < floor)
		why = "something less gentle has failed";
	if (why == NULL && !policy_allows(&asked->policy, strategy->name))
		why = "the policy does not allow it";
	return why == NULL ? planner_lacks(asked, strategy->number) : why;
}

/* Does it act on all of the node? */
static bool
takes_node(enum strategy_number strategy)
{
	return strategy == STRATEGY_DRAIN || strategy == STRATEGY_GPU_RESET ||
	    strategy == STRATEGY_NODE_REBOOT ||
	    strategy == STRATEGY_NODE_FENCE;
}

static bool
takes_slots(enum strategy_number strategy)
{
	return strategy != STRATEGY_WATCH && strategy != STRATEGY_MODEL_LOAD &&
	    strategy != STRATEGY_DISK_CLEAN &&
	    strategy != STRATEGY_CONF_ROLLBACK &&
	    strategy != STRATEGY_LIMIT_LOWER;
}

static void
weigh(const struct planner_case *asked, struct planner_arm *arm)
{
	const struct strategy *strategy = arm->strategy;
	bool node = takes_node(strategy->number);
	struct risk_case risk = { .base = strategy->risk, .node = node,
		.slots_lost = takes_slots(strategy->number) ?
		    asked->target_slots : 0,
		.slots_needed = asked->needed_slots,
		.tried = arm->arm.tried, .undo = strategy->undo,
		.predicted = fault_kind_is_predicted(
		    (unsigned int)asked->fault->class),
		.voter = node && asked->voter, .leads = node && asked->leads,
		.lower_ppm = (int64_t)(1e6 * arm_lower_bound(&arm->arm)) };

	arm->risk = risk_of(&risk);
}

static struct planner_arm
arm_of(const struct planner_case *asked, const struct strategy *strategy)
{
	const struct row_arm *row = model_arm(asked->model,
	    asked->fault->class, strategy->number);

	return (struct planner_arm){ .strategy = strategy,
		.arm = row != NULL ? *row :
		    arm_new(asked->fault->class, strategy) };
}

static void
score(struct planner_arm *arm, struct draw *draw)
{
	double a = (double)arm->arm.a_milli / 1000;
	double b = (double)arm->arm.b_milli / 1000;
	double cost = fmax(1, (double)arm->arm.cost_slot_s);

	/* Drawn for each, so that one that is barred changes no other. */
	arm->success = draw_beta(draw, a, b);
	if (arm->risk.points > DRAW_RISK_MAX)
		arm->success = a / (a + b);
	arm->score = cost / fmax(arm->success, 1e-3);
}

static size_t
plans_of_fault(const struct planner_case *asked)
{
	const struct row_plan *plan;
	size_t i, count = 0;

	for (i = 0; i < model_count(asked->model, ROW_TABLE_PLAN); i++) {
		plan = model_at(asked->model, ROW_TABLE_PLAN, i);
		count += plan->fault == asked->fault->id;
	}
	return count;
}

static int
seed(const struct planner_case *asked, struct draw *draw)
{
	char text[256];

	snprintf(text, sizeof(text), "%s %lld %lld %zu", asked->seed,
	    (long long)asked->fault->id, (long long)asked->fault->flaps,
	    plans_of_fault(asked));
	return draw_seed(draw, text, strlen(text));
}

/* Only what may be done by itself, gently, for what is no more than minor. */
static bool
may_explore(const struct planner_case *asked, const struct planner_arm *arm)
{
	return arm->barred == NULL && mode_of(&asked->policy,
	    arm->risk.points, asked->fault->confidence_ppm) ==
	    PLAN_MODE_AUTO && arm->risk.points <= DRAW_RISK_MAX;
}

static void
explore(const struct planner_case *asked, struct planner_plan *plan,
    struct draw *draw)
{
	size_t may[PLANNER_ARMS_MAX], count = 0, i;
	double share = draw_share(draw), which = draw_share(draw);

	if (asked->wanted != STRATEGY_NONE ||
	    asked->fault->severity > DROVER_SEVERITY_MINOR)
		return;
	for (i = 0; i < plan->arm_count; i++)
		if (may_explore(asked, &plan->arms[i]))
			may[count++] = i;
	if (count < 2 || share * 100 >= PLANNER_HOLDOUT_PERCENT)
		return;
	plan->explores = true;
	plan->chosen = may[(size_t)(which * (double)count)];
}

static int
look_at_arms(const struct planner_case *asked, struct planner_plan *plan)
{
	int64_t floor = failed_risk(asked);
	const struct strategy *strategy;
	struct planner_arm *arm;
	struct draw draw;
	size_t i;
	int error = seed(asked, &draw);

	for (i = 0; error == 0 && i < PLANNER_ARMS_MAX; i++) {
		strategy = strategy_of_class(
		    (unsigned int)asked->fault->class, i);
		if (strategy == NULL)
			break;
		arm = &plan->arms[plan->arm_count++];
		*arm = arm_of(asked, strategy);
		weigh(asked, arm);
		score(arm, &draw);
		arm->barred = barred(asked, strategy, floor);
	}
	if (error == 0)
		explore(asked, plan, &draw);
	return error;
}

static int
choose(const struct planner_case *asked, struct planner_plan *plan)
{
	const struct planner_arm *arm;
	bool found = false;
	size_t i;

	if (plan->explores)
		return 0;
	for (i = 0; i < plan->arm_count; i++) {
		arm = &plan->arms[i];
		if (asked->wanted != STRATEGY_NONE) {
			if (arm->strategy->number != asked->wanted)
				continue;
		} else if (arm->barred != NULL || (found && arm->score >=
		    plan->arms[plan->chosen].score)) {
			continue;
		}
		plan->chosen = i;
		found = true;
	}
	return found ? 0 : -ENOENT;
}

/* Tries that acted on the target within the hour. */
static int64_t
tries(const struct planner_case *asked)
{
	const struct row_plan *plan;
	int64_t count = 0;
	size_t i;

	for (i = 0; i < model_count(asked->model, ROW_TABLE_PLAN); i++) {
		plan = model_at(asked->model, ROW_TABLE_PLAN, i);
		if (plan->start_ms > 0 && plan->strategy != STRATEGY_WATCH &&
		    asked->now_ms - plan->start_ms < GUARD_ATTEMPTS_MS &&
		    strcmp(plan->target, asked->fault->target) == 0)
			count++;
	}
	return count;
}

int64_t
planner_priority(const struct planner_case *asked)
{
	const struct row_fault *fault = asked->fault;
	int64_t ready = asked->ready_slots - asked->target_slots;
	struct priority_case priority = { .severity = fault->severity,
		.confidence_ppm = fault->confidence_ppm,
		.age_ms = asked->now_ms - fault->open_ms };

	priority.room_milli = asked->needed_slots > 0 ?
	    1000 * ready / asked->needed_slots : 1000;
	if (priority.room_milli < 1000)
		priority.impact_ppm = 1000 * (1000 - priority.room_milli);
	return priority_of(&priority);
}

static int
write_plan(const struct planner_case *asked, struct planner_plan *plan)
{
	const struct planner_arm *arm = &plan->arms[plan->chosen];

	planner_steps(asked, arm->strategy->number, plan);
	plan->risk = arm->risk.points;
	plan->mode = mode_of(&asked->policy, plan->risk,
	    asked->fault->confidence_ppm);
	plan->cost_slot_s = arm->arm.cost_slot_s;
	/* What the fault would take until a person came: ten minutes. */
	plan->gain_slot_s = 600 * (asked->needed_slots > 0 ?
	    asked->needed_slots : 1);
	plan->priority_milli = planner_priority(asked);
	planner_explain(asked, plan);
	return plan_text_write(plan->steps, plan->step_count, plan->text,
	    sizeof(plan->text));
}

static void
say_why_not(const struct planner_plan *plan, char reason[513])
{
	size_t length = 0, i;

	if (plan->arm_count == 0) {
		snprintf(reason, 513, "drover knows no way to treat it");
		return;
	}
	reason[0] = '\0';
	for (i = 0; i < plan->arm_count && length < 400; i++)
		length += (size_t)snprintf(reason + length, 513 - length,
		    "%s%s: %s", i == 0 ? "" : "; ",
		    plan->arms[i].strategy->name, plan->arms[i].barred);
}

int
planner_make(const struct planner_case *asked, struct planner_plan *plan)
{
	int64_t tried = tries(asked);
	int error;

	memset(plan, 0, sizeof(*plan));
	error = look_at_arms(asked, plan);
	if (error != 0)
		return error;
	if (asked->wanted == STRATEGY_NONE && tried >= PLANNER_TRIES_MAX) {
		snprintf(plan->reason, sizeof(plan->reason),
		    "after %lld plans within an hour it is here again",
		    (long long)tried);
		return -ENOENT;
	}
	error = choose(asked, plan);
	if (error != 0) {
		say_why_not(plan, plan->reason);
		return error;
	}
	return write_plan(asked, plan);
}

int
planner_entry(const struct planner_case *asked,
    const struct planner_plan *plan, struct entry *entry)
{
	const struct planner_arm *arm = &plan->arms[plan->chosen];
	int error;

	*entry = (struct entry){ .kind = ENTRY_PLAN_PROPOSE };
	error = entry_add_number(entry, ARGUMENT_FAULT, asked->fault->id);
	error |= entry_add_number(entry, ARGUMENT_REVISION,
	    asked->fault->revision);
	error |= entry_add_number(entry, ARGUMENT_STRATEGY,
	    arm->strategy->number);
	error |= entry_add_text(entry, ARGUMENT_STEPS, plan->text);
	error |= entry_add_number(entry, ARGUMENT_MODE, plan->mode);
	error |= entry_add_number(entry, ARGUMENT_RISK, plan->risk);
	error |= entry_add_number(entry, ARGUMENT_COST_SLOT_S,
	    plan->cost_slot_s);
	error |= entry_add_number(entry, ARGUMENT_GAIN_SLOT_S,
	    plan->gain_slot_s);
	error |= entry_add_number(entry, ARGUMENT_PRIORITY_MILLI,
	    plan->priority_milli > 0 ? plan->priority_milli : 0);
	error |= entry_add_text(entry, ARGUMENT_POLICY, asked->policy.name);
	error |= entry_add_number(entry, ARGUMENT_WAIT_MS,
	    asked->policy.veto_wait_ms);
	error |= entry_add_text(entry, ARGUMENT_REASON, plan->reason);
	error |= entry_add_text(entry, ARGUMENT_WHY, plan->why);
	return error == 0 ? 0 : -E2BIG;
}

bool
planner_wants(const struct model *model, const struct row_fault *fault,
    int64_t now_ms)
{
	return fault->state == FAULT_STATE_OPEN &&
	    model_hold_on(model, HOLD_VETO, fault->node) == NULL &&
	    model_hold_on(model, HOLD_VETO, fault->target) == NULL &&
	    model_plan_of(model, fault->id) == NULL &&
	    model_plan_on(model, fault->target) == NULL &&
	    !correlate_waits(model, fault, now_ms);
}
