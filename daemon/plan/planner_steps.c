/*
 * The steps of each strategy.  What makes room comes before what takes it
 * away, and what gives back comes last, after it was seen that it helped.
 */
#include <stdio.h>
#include <string.h>

#include "plan/planner_parts.h"

#define SETTING_MS	INT64_C(86400000)
#define TRIES		2

const struct row_setting *
planner_setting(const struct planner_case *asked)
{
	const struct row_setting *newest = NULL, *setting;
	size_t i;

	for (i = 0; i < model_count(asked->model, ROW_TABLE_SETTING); i++) {
		setting = model_at(asked->model, ROW_TABLE_SETTING, i);
		if (asked->now_ms - setting->at_ms < SETTING_MS &&
		    (newest == NULL || setting->revision > newest->revision))
			newest = setting;
	}
	return newest;
}

const char *
planner_lacks(const struct planner_case *asked, enum strategy_number strategy)
{
	switch (strategy) {
	case STRATEGY_MODEL_UNLOAD:
	case STRATEGY_UNLOAD_RESTART:
		return asked->model_count == 0 ? "no model is in its memory" :
		    NULL;
	case STRATEGY_MODEL_LOAD:
		return asked->fault->device[0] == '\0' ?
		    "no model is named" : NULL;
	case STRATEGY_DISK_CLEAN:
		return asked->store[0] == '\0' ?
		    "no directory of models is known" : NULL;
	case STRATEGY_CONF_ROLLBACK:
		return planner_setting(asked) == NULL ?
		    "nothing was set within a day" : NULL;
	default:
		return NULL;
	}
}

/* Returns its number. */
static size_t
add(struct planner_plan *plan, enum step_phase phase,
    enum operation_number operation, const char *node, const char *target)
{
	struct row_step *step = &plan->steps[plan->step_count];

	memset(step, 0, sizeof(*step));
	step->n = (int64_t)plan->step_count;
	step->phase = phase;
	step->operation = operation;
	step->timeout_ms = operation_find(operation)->timeout_ms;
	step->tries = operation_find(operation)->idempotence < 3 ? TRIES : 1;
	step->state = STEP_STATE_WAITING;
	snprintf(step->node, sizeof(step->node), "%s", node);
	snprintf(step->target, sizeof(step->target), "%s", target);
	/* Those before it that are no undoing. */
	step->after = (INT64_C(1) << plan->step_count) - 1;
	return plan->step_count++;
}

static void
add_undo(struct planner_plan *plan, enum operation_number operation,
    size_t of)
{
	const struct row_step done = plan->steps[of];
	size_t n = add(plan, STEP_PHASE_RESTORE, operation, done.node,
	    done.target);

	memcpy(plan->steps[n].argument, done.argument,
	    sizeof(done.argument));
	plan->steps[n].undo_of = (int64_t)of + 1;
	plan->steps[n].after = 0;
}

static size_t
add_with(struct planner_plan *plan, enum operation_number operation,
    const struct row_fault *fault, const char *argument)
{
	size_t n = add(plan, STEP_PHASE_ACT, operation, fault->node,
	    fault->target);

	snprintf(plan->steps[n].argument, sizeof(plan->steps[n].argument),
	    "%s", argument);
	return n;
}

/* Held back while it is repaired, and until it is seen that it works. */
static void
steps_restart(const struct planner_case *asked, struct planner_plan *plan,
    bool unload)
{
	const struct row_fault *fault = asked->fault;
	size_t held = add(plan, STEP_PHASE_ISOLATE, OPERATION_QUARANTINE,
	    fault->node, fault->target), i;

	for (i = 0; unload && i < asked->model_count; i++)
		(void)add_with(plan, OPERATION_MODEL_UNLOAD, fault,
		    asked->models[i]);
	(void)add(plan, STEP_PHASE_ACT, OPERATION_BACKEND_RESTART,
	    fault->node, fault->target);
	(void)add(plan, STEP_PHASE_RESTORE, OPERATION_RELEASE, fault->node,
	    fault->target);
	add_undo(plan, OPERATION_RELEASE, held);
}

/* The node is emptied first, and put back when it works. */
static void
steps_drained(const struct planner_case *asked, struct planner_plan *plan,
    enum operation_number operation)
{
	const struct row_fault *fault = asked->fault;
	size_t drained = add(plan, STEP_PHASE_ISOLATE, OPERATION_DRAIN,
	    fault->node, fault->node);

	if (operation != OPERATION_NONE) {
		(void)add_with(plan, operation, fault, fault->device);
		(void)add(plan, STEP_PHASE_RESTORE, OPERATION_UNDRAIN,
		    fault->node, fault->node);
	}
	add_undo(plan, OPERATION_UNDRAIN, drained);
}

static void
steps_undoable(const struct planner_case *asked, struct planner_plan *plan,
    enum operation_number operation, enum operation_number undo,
    const char *argument)
{
	add_undo(plan, undo, add_with(plan, operation, asked->fault,
	    argument));
}

void
planner_steps(const struct planner_case *asked, enum strategy_number strategy,
    struct planner_plan *plan)
{
	const struct row_fault *fault = asked->fault;

	plan->step_count = 0;
	switch (strategy) {
	case STRATEGY_NONE:
	case STRATEGY_WATCH:
		(void)add_with(plan, OPERATION_WATCH, fault, "");
		break;
	case STRATEGY_LIMIT_LOWER:
		steps_undoable(asked, plan, OPERATION_LIMIT_LOWER,
		    OPERATION_LIMIT_RESTORE, "");
		break;
	case STRATEGY_BACKEND_RESTART:
	case STRATEGY_UNLOAD_RESTART:
		steps_restart(asked, plan,
		    strategy == STRATEGY_UNLOAD_RESTART);
		break;
	case STRATEGY_MODEL_UNLOAD:
		steps_undoable(asked, plan, OPERATION_MODEL_UNLOAD,
		    OPERATION_MODEL_LOAD, asked->models[0]);
		break;
	case STRATEGY_MODEL_LOAD:
		steps_undoable(asked, plan, OPERATION_MODEL_LOAD,
		    OPERATION_MODEL_UNLOAD, fault->device);
		break;
	case STRATEGY_QUARANTINE:
		steps_undoable(asked, plan, OPERATION_QUARANTINE,
		    OPERATION_RELEASE, "");
		break;
	case STRATEGY_DRAIN:
		steps_drained(asked, plan, OPERATION_NONE);
		break;
	case STRATEGY_CONF_ROLLBACK:
		(void)add_with(plan, OPERATION_CONF_ROLLBACK, fault,
		    planner_setting(asked)->name);
		break;
	case STRATEGY_DISK_CLEAN:
		(void)add_with(plan, OPERATION_DISK_CLEAN, fault,
		    asked->store);
		break;
	case STRATEGY_GPU_RESET:
		steps_drained(asked, plan, OPERATION_GPU_RESET);
		break;
	case STRATEGY_NODE_REBOOT:
		steps_drained(asked, plan, OPERATION_NODE_REBOOT);
		break;
	case STRATEGY_NODE_FENCE:
		(void)add_with(plan, OPERATION_NODE_FENCE, fault, "");
		break;
	}
}
