#include <string.h>

#include "rules/apply.h"
#include "rules/fault.h"
#include "rules/guard.h"
#include "rules/plan_pace.h"
#include "rules/plan_work.h"
#include "rules/strategy.h"

static const struct guard_answer passed = { GUARD_NONE, 0, 0 };

static struct guard_answer
denied(enum guard_number guard, int64_t have, int64_t need)
{
	return (struct guard_answer){ guard, have, need };
}

static bool
has_operation(const struct guard_case *asked, enum operation_number number)
{
	size_t i;

	for (i = 0; i < asked->count; i++)
		if (asked->steps[i].operation == (int64_t)number &&
		    asked->steps[i].undo_of == 0)
			return true;
	return false;
}

static bool
is_disruptive(const struct row_step *step)
{
	const struct operation *operation = operation_find(step->operation);

	return step->undo_of == 0 && operation != NULL &&
	    operation->disruptive;
}

static bool
disrupts(const struct guard_case *asked)
{
	size_t i;

	for (i = 0; i < asked->count; i++)
		if (is_disruptive(&asked->steps[i]))
			return true;
	return false;
}

/* Does a step stop the machine that it is on? */
static bool
stops_a_node(const struct guard_case *asked)
{
	return has_operation(asked, OPERATION_NODE_REBOOT) ||
	    has_operation(asked, OPERATION_NODE_FENCE);
}

static bool
plan_disrupts(const struct model *model, const struct row_plan *plan)
{
	const struct row_step *step;
	int64_t n;

	for (n = 0; (step = model_step(model, plan->id, n)) != NULL; n++)
		if (is_disruptive(step))
			return true;
	return false;
}

/*
 * What contributes nothing anyway may be acted on though too little is
 * ready (kubernetes#72320): target slots of 0.
 */
static struct guard_answer
min_ready(const struct guard_case *asked)
{
	const struct entry *entry = asked->entry;
	const struct entry_fact *fact, *after, *target;
	size_t i;

	for (i = 0; disrupts(asked) && i < entry->fact_count; i++) {
		fact = &entry->facts[i];
		if (fact->number != FACT_SLOTS_NEEDED)
			continue;
		after = entry_fact(entry, FACT_READY_AFTER, fact->subject);
		target = entry_fact(entry, FACT_TARGET_SLOTS, fact->subject);
		if (after == NULL || target == NULL)
			return denied(GUARD_MIN_READY, 0, fact->value);
		if (after->value < fact->value && target->value > 0)
			return denied(GUARD_MIN_READY, after->value,
			    fact->value);
	}
	return passed;
}

static struct guard_answer
budget(const struct guard_case *asked)
{
	const struct model *model = asked->model;
	int64_t limit = (int64_t)model_count(model, ROW_TABLE_NODE) / 10;
	const struct row_plan *plan;
	int64_t count = 0, holder;
	size_t i;

	if (asked->running)
		return passed;
	holder = plan_lock_held(model, asked->plan);
	if (holder != 0)
		return denied(GUARD_BUDGET, holder, 0);
	for (i = 0; i < model_count(model, ROW_TABLE_PLAN); i++) {
		plan = model_at(model, ROW_TABLE_PLAN, i);
		if (plan->id != asked->plan->id &&
		    plan_is_acting(plan->state) && plan_disrupts(model, plan))
			count++;
	}
	if (limit < 1)
		limit = 1;
	return disrupts(asked) && count >= limit ?
	    denied(GUARD_BUDGET, count, limit) : passed;
}

static struct guard_answer
pace(const struct guard_case *asked)
{
	int64_t have, need;

	if (asked->running || !disrupts(asked) || plan_pace_lets(
	    asked->model, asked->plan, asked->now_ms, &have, &need))
		return passed;
	return denied(GUARD_PACE, have, need);
}

static struct guard_answer
attempts(const struct guard_case *asked)
{
	const struct row_plan *plan;
	int64_t count = 0;
	size_t i;

	if (asked->running || asked->plan->strategy == STRATEGY_WATCH)
		return passed;
	for (i = 0; i < model_count(asked->model, ROW_TABLE_PLAN); i++) {
		plan = model_at(asked->model, ROW_TABLE_PLAN, i);
		if (plan->id != asked->plan->id && plan->start_ms > 0 &&
		    plan->strategy != STRATEGY_WATCH &&
		    asked->now_ms - plan->start_ms < GUARD_ATTEMPTS_MS &&
		    strcmp(plan->target, asked->plan->target) == 0)
			count++;
	}
	return count >= GUARD_ATTEMPTS_MAX ?
	    denied(GUARD_ATTEMPTS, count, GUARD_ATTEMPTS_MAX) : passed;
}

static struct guard_answer
quorum(const struct guard_case *asked)
{
	const struct entry_fact *after = entry_fact(asked->entry,
	    FACT_VOTERS_AFTER, NULL);
	const struct entry_fact *majority = entry_fact(asked->entry,
	    FACT_MAJORITY, NULL);

	if (!stops_a_node(asked))
		return passed;
	if (after == NULL || majority == NULL)
		return denied(GUARD_QUORUM, 0, 1);
	return after->value < majority->value ?
	    denied(GUARD_QUORUM, after->value, majority->value) : passed;
}

static struct guard_answer
leader(const struct guard_case *asked)
{
	const struct entry_fact *leads = entry_fact(asked->entry, FACT_LEADS,
	    NULL);

	return stops_a_node(asked) && (leads == NULL || leads->value != 0) ?
	    denied(GUARD_LEADER, 1, 0) : passed;
}

static struct guard_answer
drains(const struct guard_case *asked)
{
	const struct row_step *step;
	int64_t count = 0;
	size_t i;

	if (!has_operation(asked, OPERATION_DRAIN))
		return passed;
	for (i = 0; i < model_count(asked->model, ROW_TABLE_STEP); i++) {
		step = model_at(asked->model, ROW_TABLE_STEP, i);
		if (step->operation == OPERATION_DRAIN &&
		    step->begin_ms > 0 &&
		    asked->now_ms - step->begin_ms < GUARD_DRAINS_MS)
			count++;
	}
	return count >= GUARD_DRAINS_MAX ?
	    denied(GUARD_DRAINS, count, GUARD_DRAINS_MAX) : passed;
}

static struct guard_answer
flap(const struct guard_case *asked)
{
	const struct row_plan *plan = asked->plan;
	int64_t have, need;

	if (plan->strategy == STRATEGY_WATCH ||
	    plan->strategy == STRATEGY_QUARANTINE ||
	    plan_flap_lets(asked->model, plan, asked->now_ms, &have, &need))
		return passed;
	return denied(GUARD_FLAP, have, need);
}

static bool
is_of_storm(const struct guard_case *asked, const struct row_fault *fault)
{
	return fault->class == asked->plan->class &&
	    fault->state != FAULT_STATE_SUSPECTED &&
	    fault_is_live(fault->state) && fault->end_ms == 0 &&
	    asked->now_ms - fault->open_ms < GUARD_STORM_MS;
}

/* Nodes that have it, each of them once: the first of a node counts. */
static int64_t
storm_nodes(const struct guard_case *asked)
{
	const struct model *model = asked->model;
	const struct row_fault *fault, *other;
	int64_t nodes = 0;
	size_t i, j;

	for (i = 0; i < model_count(model, ROW_TABLE_FAULT); i++) {
		fault = model_at(model, ROW_TABLE_FAULT, i);
		if (!is_of_storm(asked, fault))
			continue;
		for (j = 0; j < i; j++) {
			other = model_at(model, ROW_TABLE_FAULT, j);
			if (is_of_storm(asked, other) &&
			    strcmp(other->node, fault->node) == 0)
				break;
		}
		if (j == i)
			nodes++;
	}
	return nodes;
}

static struct guard_answer
storm(const struct guard_case *asked)
{
	int64_t nodes = storm_nodes(asked);
	const struct operation *operation;
	size_t i;

	if (nodes < GUARD_STORM_NODES || asked->plan->mode == PLAN_MODE_TWO)
		return passed;
	for (i = 0; i < asked->count; i++) {
		operation = operation_find(asked->steps[i].operation);
		if (operation != NULL && operation->idempotence >= 2)
			return denied(GUARD_STORM, nodes, GUARD_STORM_NODES);
	}
	return passed;
}

/* A silence keeps faults from counting, and so from being planned for. */
static struct guard_answer
hold(const struct guard_case *asked)
{
	const struct row_plan *plan = asked->plan;
	const struct row_hold *found;
	size_t i;

	for (i = 0; i < model_count(asked->model, ROW_TABLE_HOLD); i++) {
		found = model_at(asked->model, ROW_TABLE_HOLD, i);
		if (found->kind != HOLD_SILENCE &&
		    found->until_ms > asked->now_ms &&
		    (strcmp(found->scope, "cluster") == 0 ||
		    strcmp(found->scope, plan->node) == 0 ||
		    strcmp(found->scope, plan->target) == 0))
			return denied(GUARD_HOLD, found->id, 0);
	}
	return passed;
}

static struct guard_answer
fresh(const struct guard_case *asked)
{
	const struct entry_fact *age = entry_fact(asked->entry,
	    FACT_EVIDENCE_AGE, NULL);

	/* What a plan does changes what is seen. */
	if (asked->running)
		return passed;
	if (age == NULL)
		return denied(GUARD_FRESH, INT64_MAX, RULES_FACT_AGE_MS);
	return age->value > RULES_FACT_AGE_MS ?
	    denied(GUARD_FRESH, age->value, RULES_FACT_AGE_MS) : passed;
}

static struct guard_answer
extent(const struct guard_case *asked)
{
	int64_t others = 0;
	size_t i;

	for (i = 1; i < asked->count; i++)
		if (is_disruptive(&asked->steps[i]) &&
		    strcmp(asked->steps[i].node, asked->steps[0].node) != 0)
			others++;
	return others > 0 && asked->plan->mode != PLAN_MODE_TWO ?
	    denied(GUARD_EXTENT, others + 1, 1) : passed;
}

static struct guard_answer
one_change(const struct guard_case *asked)
{
	const struct row_plan *plan;
	size_t i;

	if (asked->running || !has_operation(asked, OPERATION_CONF_ROLLBACK))
		return passed;
	for (i = 0; i < model_count(asked->model, ROW_TABLE_PLAN); i++) {
		plan = model_at(asked->model, ROW_TABLE_PLAN, i);
		if (plan->id != asked->plan->id &&
		    plan_is_acting(plan->state))
			return denied(GUARD_ONE_CHANGE, plan->id, 0);
	}
	return passed;
}

/* A plan that lowers the limit first sheds what would be too much. */
static struct guard_answer
load(const struct guard_case *asked)
{
	const struct entry_fact *after = entry_fact(asked->entry,
	    FACT_LOAD_AFTER, NULL);

	if (!disrupts(asked) || after == NULL ||
	    has_operation(asked, OPERATION_LIMIT_LOWER))
		return passed;
	return after->value >= GUARD_LOAD_MAX ?
	    denied(GUARD_LOAD, after->value, GUARD_LOAD_MAX) : passed;
}

/*
 * Before the disk is full: what acts must be able to say so.  To make room
 * is what helps.
 */
static struct guard_answer
disk(const struct guard_case *asked)
{
	const struct entry_fact *room = entry_fact(asked->entry,
	    FACT_STATE_ROOM, NULL);

	if (room == NULL || room->value >= GUARD_DISK_MIB ||
	    asked->plan->strategy == STRATEGY_WATCH ||
	    has_operation(asked, OPERATION_DISK_CLEAN))
		return passed;
	return denied(GUARD_DISK, room->value, GUARD_DISK_MIB);
}

static struct guard_answer (*const functions[])(const struct guard_case *) =
    {
	[GUARD_MIN_READY] = min_ready,
	[GUARD_BUDGET] = budget,
	[GUARD_PACE] = pace,
	[GUARD_ATTEMPTS] = attempts,
	[GUARD_QUORUM] = quorum,
	[GUARD_LEADER] = leader,
	[GUARD_DRAINS] = drains,
	[GUARD_FLAP] = flap,
	[GUARD_STORM] = storm,
	[GUARD_HOLD] = hold,
	[GUARD_FRESH] = fresh,
	[GUARD_EXTENT] = extent,
	[GUARD_ONE_CHANGE] = one_change,
	[GUARD_LOAD] = load,
	[GUARD_DISK] = disk,
};

/* What a person can change comes first, what passes by itself last. */
static const enum guard_number order[] = {
	GUARD_HOLD, GUARD_EXTENT, GUARD_STORM, GUARD_ATTEMPTS, GUARD_QUORUM,
	GUARD_LEADER, GUARD_MIN_READY, GUARD_LOAD, GUARD_ONE_CHANGE,
	GUARD_DRAINS, GUARD_FLAP, GUARD_BUDGET, GUARD_PACE, GUARD_FRESH,
	GUARD_DISK
};

struct guard_answer
guard_ask_one(const struct guard_case *asked, enum guard_number guard)
{
	return functions[guard](asked);
}

struct guard_answer
guard_ask(const struct guard_case *asked)
{
	struct guard_answer answer = passed;
	size_t i;

	for (i = 0; answer.guard == GUARD_NONE &&
	    i < sizeof(order) / sizeof(order[0]); i++)
		answer = guard_ask_one(asked, order[i]);
	return answer;
}
