#include <inttypes.h>
#include <stdio.h>

#include "detect/fault.h"
#include "rules/plan_work.h"
#include "rules/strategy.h"

int
plan_work_load(struct plan_work *work, struct applying *applying, int64_t id)
{
	const struct model *model = applying->model;

	memset(work, 0, sizeof(*work));
	work->applying = applying;
	work->before = model_plan(model, id);
	if (work->before == NULL)
		return refuse(applying, REPLY_NO_PLAN, "", id, 0);
	work->plan = *work->before;
	work->count = model_steps(model, id, work->steps, PLAN_STEPS_MAX);
	memcpy(work->steps_before, work->steps, sizeof(work->steps));
	work->fault_before = model_fault(model, work->plan.fault);
	if (work->fault_before != NULL)
		work->fault = *work->fault_before;
	return REPLY_OK;
}

struct row_step *
plan_work_step(struct plan_work *work, int64_t n)
{
	return n >= 0 && n < (int64_t)work->count ? &work->steps[n] : NULL;
}

void
plan_work_reason(struct plan_work *work, const char *why)
{
	if (work->plan.end_reason[0] == '\0')
		snprintf(work->plan.end_reason,
		    sizeof(work->plan.end_reason), "%s", why);
}

/* What the fault of a plan comes to with it. */
static void
fault_go(struct plan_work *work, enum fault_event event)
{
	struct row_fault *fault = &work->fault;
	enum fault_state next;

	if (work->fault_before == NULL)
		return;
	next = fault_next((enum fault_state)fault->state, event);
	if (next == FAULT_STATE_NONE)
		return;
	fault->state = next;
	if (event != FAULT_EVENT_HELPED)
		return;
	fault->end_ms = work->applying->now_ms;
	fault->end_wall_ms = work->applying->entry->wall_ms;
}

static void
fault_follow(struct plan_work *work, enum plan_event event)
{
	switch (event) {
	case PLAN_EVENT_PROPOSE:
		fault_go(work, FAULT_EVENT_PLAN);
		break;
	case PLAN_EVENT_START:
		fault_go(work, FAULT_EVENT_START);
		break;
	case PLAN_EVENT_ACTED:
		fault_go(work, FAULT_EVENT_ACTED);
		break;
	case PLAN_EVENT_HELPED:
		/* What is set apart is not mended yet. */
		fault_go(work, strategy_isolates(work->plan.strategy) ?
		    FAULT_EVENT_ESCALATE : FAULT_EVENT_HELPED);
		break;
	case PLAN_EVENT_APPROVE:
	case PLAN_EVENT_BACK:
		break;
	default:
		fault_go(work, FAULT_EVENT_UNPLAN);
	}
}

static void
cancel_rest(struct plan_work *work)
{
	size_t i;

	for (i = 0; i < work->count; i++)
		(void)plan_step_go(work, &work->steps[i],
		    STEP_EVENT_CANCEL);
}

/* It ended: what a later undo would need stays as it is. */
static void
finish(struct plan_work *work, enum plan_event event)
{
	work->plan.end_ms = work->applying->now_ms;
	work->plan.end_wall_ms = work->applying->entry->wall_ms;
	work->plan.blocked_by = 0;
	if (event != PLAN_EVENT_HELPED)
		cancel_rest(work);
	if (work->plan.kept == 0)
		work->unlocks = true;
}

bool
plan_work_go(struct plan_work *work, enum plan_event event)
{
	enum plan_state next = plan_next((enum plan_state)work->plan.state,
	    event);

	if (next == PLAN_STATE_NONE)
		return false;
	work->plan.state = next;
	fault_follow(work, event);
	if (event == PLAN_EVENT_APPROVE || event == PLAN_EVENT_REJECT)
		work->plan.decided_ms = work->applying->now_ms;
	if (event == PLAN_EVENT_START) {
		work->plan.start_ms = work->applying->now_ms;
		work->plan.blocked_by = 0;
		work->locks = true;
	}
	if (event == PLAN_EVENT_ACTED)
		work->plan.acted_ms = work->applying->now_ms;
	if (event == PLAN_EVENT_STUCK)
		work->plan.kept = 1;
	if (!plan_is_live(next))
		finish(work, event);
	return true;
}

bool
plan_step_go(struct plan_work *work, struct row_step *step,
    enum step_event event)
{
	enum step_state next = step_next((enum step_state)step->state,
	    event);

	if (next == STEP_STATE_NONE)
		return false;
	step->state = next;
	if (event == STEP_EVENT_BEGIN) {
		step->begin_ms = work->applying->now_ms;
		step->tries--;
	}
	if (next == STEP_STATE_DONE || next == STEP_STATE_FAILED)
		step->end_ms = work->applying->now_ms;
	return true;
}

static bool
is_undo(const struct row_step *step)
{
	return step->undo_of > 0;
}

/* The undo of a step that was done. */
static bool
is_due_undo(const struct plan_work *work, const struct row_step *step)
{
	return is_undo(step) &&
	    work->steps[step->undo_of - 1].state == STEP_STATE_DONE;
}

bool
plan_work_can_undo(const struct plan_work *work)
{
	size_t i;

	for (i = 0; i < work->count; i++)
		if (is_due_undo(work, &work->steps[i]))
			return true;
	return false;
}

bool
plan_work_has_begun(const struct plan_work *work)
{
	size_t i;

	for (i = 0; i < work->count; i++)
		if (work->steps[i].begin_ms != 0)
			return true;
	return false;
}

bool
plan_step_is_skipped(const struct row_step *step)
{
	return step->state == STEP_STATE_CANCELLED &&
	    step->code == STEP_CODE_SKIPPED;
}

static bool
is_over(const struct row_step *step)
{
	return step->state == STEP_STATE_DONE || plan_step_is_skipped(step);
}

bool
plan_work_has_skipped(const struct plan_work *work)
{
	size_t i;

	for (i = 0; i < work->count; i++)
		if (plan_step_is_skipped(&work->steps[i]))
			return true;
	return false;
}

/* Bits of the steps that are behind it. */
static int64_t
steps_over(const struct plan_work *work)
{
	int64_t over = 0;
	size_t i;

	for (i = 0; i < work->count; i++)
		if (is_over(&work->steps[i]))
			over |= INT64_C(1) << i;
	return over;
}

static bool
is_open_among(const struct plan_work *work, bool undos)
{
	size_t i;

	for (i = 0; i < work->count; i++)
		if (is_undo(&work->steps[i]) == undos &&
		    step_is_open(work->steps[i].state))
			return true;
	return false;
}

static bool
is_failed_among(const struct plan_work *work, bool undos)
{
	size_t i;

	for (i = 0; i < work->count; i++)
		if (is_undo(&work->steps[i]) == undos &&
		    work->steps[i].state == STEP_STATE_FAILED)
			return true;
	return false;
}

/* Those from a phase to another, of which the ones before are behind it. */
static bool
enable(struct plan_work *work, int64_t first, int64_t last)
{
	int64_t over = steps_over(work);
	struct row_step *step;
	bool all = true;
	size_t i;

	for (i = 0; i < work->count; i++) {
		step = &work->steps[i];
		if (is_undo(step) || step->phase < first ||
		    step->phase > last)
			continue;
		if ((step->after & ~over) == 0)
			(void)plan_step_go(work, step, STEP_EVENT_ENABLE);
		all = all && is_over(step);
	}
	return all;
}

static void
give_up(struct plan_work *work)
{
	size_t i;

	for (i = 0; i < work->count; i++)
		if (!is_undo(&work->steps[i]))
			(void)plan_step_go(work, &work->steps[i],
			    STEP_EVENT_CANCEL);
	if (work->plan.verdict == PLAN_VERDICT_NONE)
		plan_learn(work, PLAN_VERDICT_NO_EFFECT);
	if (is_open_among(work, false) || plan_work_can_undo(work))
		(void)plan_work_go(work, PLAN_EVENT_BACK);
	else
		(void)plan_work_go(work, PLAN_EVENT_FAIL);
}

static void
settle_running(struct plan_work *work)
{
	if (is_failed_among(work, false))
		give_up(work);
	else if (enable(work, STEP_PHASE_CHECK, STEP_PHASE_VERIFY))
		(void)plan_work_go(work, PLAN_EVENT_ACTED);
}

/* What was taken away for the time of the repair is given back. */
static void
settle_restoring(struct plan_work *work)
{
	if (work->plan.verdict != PLAN_VERDICT_HELPED)
		return;
	if (is_failed_among(work, false)) {
		plan_work_reason(work,
		    "it helped, but what it held back is not restored");
		work->plan.kept = 1;
		(void)plan_work_go(work, PLAN_EVENT_FAIL);
	} else if (enable(work, STEP_PHASE_RESTORE, STEP_PHASE_RESTORE)) {
		(void)plan_work_go(work, PLAN_EVENT_HELPED);
	}
}

static struct row_step *
next_undo(struct plan_work *work)
{
	struct row_step *next = NULL, *step;
	size_t i;

	for (i = 0; i < work->count; i++) {
		step = &work->steps[i];
		if (is_due_undo(work, step) && !is_over(step) &&
		    (next == NULL || step->undo_of > next->undo_of))
			next = step;
	}
	return next;
}

static void
settle_back(struct plan_work *work)
{
	struct row_step *next;
	size_t i;

	for (i = 0; i < work->count; i++)
		if (!is_undo(&work->steps[i]))
			(void)plan_step_go(work, &work->steps[i],
			    STEP_EVENT_CANCEL);
	/* What has begun cannot be interrupted. */
	if (is_open_among(work, false))
		return;
	if (is_failed_among(work, true)) {
		plan_work_reason(work, "what it did could not be undone");
		(void)plan_work_go(work, PLAN_EVENT_STUCK);
		return;
	}
	next = next_undo(work);
	if (next == NULL)
		(void)plan_work_go(work, PLAN_EVENT_UNDONE);
	else
		(void)plan_step_go(work, next, STEP_EVENT_ENABLE);
}

void
plan_work_settle(struct plan_work *work)
{
	if (work->plan.state == PLAN_STATE_RUNNING)
		settle_running(work);
	if (work->plan.state == PLAN_STATE_VERIFYING)
		settle_restoring(work);
	if (work->plan.state == PLAN_STATE_ROLLING_BACK)
		settle_back(work);
}

void
plan_step_describe(const struct row_step *step, char text[513])
{
	const struct operation *operation = operation_find(step->operation);

	snprintf(text, 513, "%s of %s%s%s",
	    operation == NULL ? "?" : operation->name, step->target,
	    step->argument[0] != '\0' ? " " : "", step->argument);
}

static void
audit_step(struct plan_work *work, const struct row_step *step,
    const struct row_step *before)
{
	char object[129], new[1025], what[513];

	if (work->before != NULL && before->state == step->state)
		return;
	/* That it waits is said by the plan. */
	if (step->state == STEP_STATE_WAITING ||
	    step->state == STEP_STATE_READY)
		return;
	plan_step_describe(step, what);
	snprintf(object, sizeof(object), "plan/%" PRId64 ".%" PRId64,
	    work->plan.id, step->n);
	snprintf(new, sizeof(new), "%s: %s%s%s",
	    step_state_word(step->state), what,
	    step->result[0] != '\0' ? ": " : "", step->result);
	applying_audit(work->applying, object,
	    step_state_word(before->state), new);
}

static void
audit_plan(struct plan_work *work)
{
	const struct row_plan *plan = &work->plan;
	const struct strategy *strategy = strategy_find(
	    (unsigned int)plan->strategy);
	const struct guard_kind *guard = guard_find(plan->blocked_by);
	char object[129], new[1025];

	snprintf(object, sizeof(object), "plan/%" PRId64, plan->id);
	if (guard != NULL)
		snprintf(new, sizeof(new), "%s: %s %s stands against it: "
		    "have %" PRId64 ", need %" PRId64,
		    plan_state_word(plan->state), guard->id, guard->name,
		    plan->blocked_have, plan->blocked_need);
	else
		snprintf(new, sizeof(new), "%s: %s of %s%s%s",
		    plan_state_word(plan->state),
		    strategy == NULL ? "?" : strategy->name, plan->target,
		    plan->end_reason[0] != '\0' ? ": " : "",
		    plan->end_reason);
	applying_audit(work->applying, object, work->before == NULL ? "" :
	    plan_state_word(work->before->state), new);
}

static void
audit_fault(struct plan_work *work)
{
	char object[129];

	snprintf(object, sizeof(object), "fault/%" PRId64, work->fault.id);
	applying_audit(work->applying, object,
	    fault_state_word(work->fault_before->state),
	    fault_state_word(work->fault.state));
}

/* "node/n1" where it takes from the node, else what it acts on. */
static void
lock_of(const struct row_step *step, char resource[129])
{
	const struct operation *operation = operation_find(step->operation);

	if (operation != NULL && operation->disruptive)
		snprintf(resource, 129, "node/%s", step->node);
	else
		snprintf(resource, 129, "%s", step->target);
}

static bool
is_lock_of_earlier(const struct plan_work *work, size_t n,
    const char *resource)
{
	char other[129];
	size_t i;

	for (i = 0; i < n; i++) {
		lock_of(&work->steps[i], other);
		if (strcmp(other, resource) == 0)
			return true;
	}
	return false;
}

static void
take_locks(struct plan_work *work)
{
	struct row_lock lock = { .plan = work->plan.id,
		.since_ms = work->applying->now_ms };
	size_t i;

	for (i = 0; i < work->count; i++) {
		lock_of(&work->steps[i], lock.resource);
		if (!is_lock_of_earlier(work, i, lock.resource))
			applying_put(work->applying, ROW_TABLE_LOCK, &lock);
	}
}

static void
give_locks(struct plan_work *work)
{
	const struct model *model = work->applying->model;
	const struct row_lock *lock;
	size_t i;

	for (i = 0; i < model_count(model, ROW_TABLE_LOCK); i++) {
		lock = model_at(model, ROW_TABLE_LOCK, i);
		if (lock->plan == work->plan.id)
			applying_delete(work->applying, ROW_TABLE_LOCK,
			    lock);
	}
}

int64_t
plan_lock_held(const struct model *model, const struct row_plan *plan)
{
	const struct row_step *step;
	const struct row_lock *lock;
	char resource[129];
	int64_t n;

	for (n = 0; (step = model_step(model, plan->id, n)) != NULL; n++) {
		lock_of(step, resource);
		lock = model_lock(model, resource);
		if (lock != NULL && lock->plan != plan->id)
			return lock->plan;
	}
	return 0;
}

void
plan_work_store(struct plan_work *work)
{
	struct applying *applying = work->applying;
	const struct row_step *step, *before;
	size_t i;

	if (work->before == NULL || !row_equal(ROW_TABLE_PLAN, work->before,
	    &work->plan))
		applying_put(applying, ROW_TABLE_PLAN, &work->plan);
	if (work->before == NULL ||
	    work->before->state != work->plan.state ||
	    work->before->blocked_by != work->plan.blocked_by)
		audit_plan(work);
	for (i = 0; i < work->count; i++) {
		step = &work->steps[i];
		before = &work->steps_before[i];
		if (work->before != NULL &&
		    row_equal(ROW_TABLE_STEP, before, step))
			continue;
		applying_put(applying, ROW_TABLE_STEP, step);
		audit_step(work, step, before);
	}
	if (work->fault_before != NULL && !row_equal(ROW_TABLE_FAULT,
	    work->fault_before, &work->fault)) {
		applying_put(applying, ROW_TABLE_FAULT, &work->fault);
		audit_fault(work);
	}
	/* What starts and ends in one entry never held any. */
	if (work->locks && !work->unlocks)
		take_locks(work);
	else if (work->unlocks && !work->locks)
		give_locks(work);
}

bool
plan_work_fault_gone(struct applying *applying,
    const struct row_fault *before, const struct row_fault *fault)
{
	const struct row_plan *plan = model_plan_of(applying->model,
	    before->id);
	struct plan_work work;

	if (plan == NULL || plan_work_load(&work, applying, plan->id) !=
	    REPLY_OK)
		return false;
	plan_work_reason(&work, "the fault is gone by itself");
	if (!plan_work_go(&work, PLAN_EVENT_SUPERSEDE))
		return false;
	plan_learn_watched(applying, plan);
	work.fault = *fault;
	plan_work_store(&work);
	return true;
}
