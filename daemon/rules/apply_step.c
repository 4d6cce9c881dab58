/*
 * Steps: claim before act, healing.md 3.5.  A step has an effect only after
 * its begin was applied; whoever comes with another attempt or token is
 * late, and told so.
 */
#include <inttypes.h>
#include <stdio.h>

#include "rules/guard.h"
#include "rules/plan_work.h"
#include "rules/step_effect.h"

/* For the probe of a step of which nobody knows. */
#define PROBE_MS	60000

/* What is given back passes every guard (R5). */
static bool
gives_back(const struct row_step *step)
{
	const struct operation *operation = operation_find(step->operation);

	return step->undo_of > 0 || step->phase == STEP_PHASE_RESTORE ||
	    operation == NULL || !operation->disruptive;
}

static int
load(struct plan_work *work, struct applying *applying,
    struct row_step **step)
{
	const struct entry *entry = applying->entry;
	int64_t id = entry_number(entry, ARGUMENT_ID, 0);
	int64_t n = entry_number(entry, ARGUMENT_STEP, -1);
	int reply = plan_work_load(work, applying, id);

	if (reply != REPLY_OK)
		return reply;
	*step = plan_work_step(work, n);
	if (*step == NULL)
		return refuse(applying, REPLY_BAD_FIELD, "step", n,
		    (int64_t)work->count);
	return REPLY_OK;
}

static int
refuse_step(struct applying *applying, const struct row_step *step)
{
	return refuse(applying, REPLY_STEP_STATE,
	    step_state_word(step->state), step->n, 0);
}

/* Only the attempt that was sent last counts. */
static int
check_attempt(struct applying *applying, const struct row_step *step)
{
	const struct entry *entry = applying->entry;
	int64_t attempt = entry_number(entry, ARGUMENT_ATTEMPT, 0);
	int64_t token = entry_number(entry, ARGUMENT_TOKEN, 0);

	if (attempt != step->attempt || token != step->token)
		return refuse(applying, REPLY_STALE_ATTEMPT, "", token,
		    step->token);
	return REPLY_OK;
}

static int
check_guards(struct plan_work *work, const struct row_step *step)
{
	struct applying *applying = work->applying;
	struct guard_answer answer;

	if (gives_back(step))
		return REPLY_OK;
	answer = guard_ask(&(struct guard_case){ .model = applying->model,
		.entry = applying->entry, .plan = &work->plan,
		.steps = work->steps, .count = work->count,
		.now_ms = applying->now_ms, .running = true });
	if (answer.guard == GUARD_NONE)
		return REPLY_OK;
	return refuse(applying, REPLY_GUARDED,
	    guard_find(answer.guard)->name, answer.have, answer.need);
}

static void
end_step(struct plan_work *work, struct row_step *step, int64_t code,
    const char *result)
{
	enum step_event event = STEP_EVENT_LOSE;

	step->code = code;
	snprintf(step->result, sizeof(step->result), "%s", result);
	if (code == STEP_CODE_DONE)
		event = STEP_EVENT_SUCCEED;
	else if (code == STEP_CODE_REFUSED)
		event = STEP_EVENT_FAIL;
	else if (code == STEP_CODE_NOT_NOW)
		event = step->tries > 0 ? STEP_EVENT_RETRY : STEP_EVENT_FAIL;
	if (event == STEP_EVENT_FAIL || event == STEP_EVENT_LOSE)
		plan_work_reason(work, step->result);
	(void)plan_step_go(work, step, event);
	step->deadline_ms = event == STEP_EVENT_LOSE ?
	    work->applying->now_ms + PROBE_MS : 0;
}

/* Shared state alone: it is done when this entry is. */
static void
carry_out(struct plan_work *work, struct row_step *step)
{
	char result[257] = "";
	int code;

	(void)plan_step_go(work, step, STEP_EVENT_BEGIN);
	code = step_effect(work, step, result);
	if (code < 0)
		step->deadline_ms = work->applying->now_ms +
		    step->timeout_ms + STEP_CLAIM_MS;
	else
		end_step(work, step, code, result);
}

/*
 * What has not begun and would take something out of service is not worth
 * that once the fault is gone.
 */
static bool
is_to_skip(const struct applying *applying, const struct row_step *step)
{
	const struct entry_fact *gone = entry_fact(applying->entry,
	    FACT_FAULT_GONE, NULL);

	return gone != NULL && gone->value != 0 && step->attempt == 0 &&
	    !gives_back(step);
}

static void
skip(struct plan_work *work, struct row_step *step)
{
	step->code = STEP_CODE_SKIPPED;
	snprintf(step->result, sizeof(step->result),
	    "left out: the fault is gone");
	(void)plan_step_go(work, step, STEP_EVENT_CANCEL);
}

/* Sent, or done at once where shared state is all that it is about. */
static void
dispatch(struct plan_work *work, struct row_step *step,
    const struct operation *operation)
{
	(void)plan_step_go(work, step, STEP_EVENT_DISPATCH);
	step->attempt++;
	step->token = work->applying->index;
	step->deadline_ms = work->applying->now_ms + STEP_CLAIM_MS;
	if (operation->by == BY_STATE)
		carry_out(work, step);
}

int
apply_step_dispatch(struct applying *applying)
{
	const struct operation *operation;
	struct plan_work work;
	struct row_step *step;
	int reply = load(&work, applying, &step);

	if (reply != REPLY_OK)
		return reply;
	if (!plan_is_acting(work.plan.state) ||
	    step->state != STEP_STATE_READY)
		return refuse_step(applying, step);
	operation = operation_find(step->operation);
	if (is_to_skip(applying, step)) {
		skip(&work, step);
	} else {
		if (operation->by == BY_STATE)
			reply = check_guards(&work, step);
		if (reply != REPLY_OK)
			return reply;
		dispatch(&work, step, operation);
	}
	plan_work_settle(&work);
	plan_work_store(&work);
	return REPLY_OK;
}

int
apply_step_begin(struct applying *applying)
{
	struct plan_work work;
	struct row_step *step;
	int reply = load(&work, applying, &step);

	if (reply == REPLY_OK)
		reply = check_attempt(applying, step);
	if (reply != REPLY_OK)
		return reply;
	/* It asks again, because the answer got lost. */
	if (step->state == STEP_STATE_RUNNING)
		return REPLY_UNCHANGED;
	if (!plan_is_acting(work.plan.state) ||
	    step->state != STEP_STATE_DISPATCHED ||
	    applying->now_ms > step->deadline_ms)
		return refuse_step(applying, step);
	reply = check_guards(&work, step);
	if (reply != REPLY_OK)
		return reply;
	(void)plan_step_go(&work, step, STEP_EVENT_BEGIN);
	step->deadline_ms = applying->now_ms + step->timeout_ms +
	    STEP_CLAIM_MS;
	plan_work_store(&work);
	return REPLY_OK;
}

/* It never began, and the effector says why. */
static void
end_unbegun(struct plan_work *work, struct row_step *step, int64_t code,
    const char *result)
{
	step->code = code;
	snprintf(step->result, sizeof(step->result), "%s", result);
	if (code == STEP_CODE_REFUSED)
		plan_work_reason(work, step->result);
	(void)plan_step_go(work, step, code == STEP_CODE_REFUSED ?
	    STEP_EVENT_GIVE_UP : STEP_EVENT_LAPSE);
	step->deadline_ms = 0;
}

/*
 * A probe that cannot tell: what may be repeated is, what must not be ends
 * the plan, and a person is needed.
 */
static void
end_unknown(struct plan_work *work, struct row_step *step)
{
	const struct operation *operation = operation_find(step->operation);

	if (operation != NULL && operation->idempotence <= 1 &&
	    step->tries > 0)
		(void)plan_step_go(work, step, STEP_EVENT_RETRY);
	else
		(void)plan_step_go(work, step, STEP_EVENT_FAIL);
	step->deadline_ms = 0;
}

static void
end_probed(struct plan_work *work, struct row_step *step, int64_t code,
    const char *result)
{
	if (code != STEP_CODE_DONE && code != STEP_CODE_REFUSED) {
		end_unknown(work, step);
		return;
	}
	step->code = code;
	snprintf(step->result, sizeof(step->result), "%s", result);
	if (code == STEP_CODE_DONE)
		(void)plan_step_go(work, step, STEP_EVENT_SUCCEED);
	else if (step->tries > 0)
		(void)plan_step_go(work, step, STEP_EVENT_RETRY);
	else
		(void)plan_step_go(work, step, STEP_EVENT_FAIL);
	step->deadline_ms = 0;
}

int
apply_step_result(struct applying *applying)
{
	const struct entry *entry = applying->entry;
	int64_t code = entry_number(entry, ARGUMENT_CODE, STEP_CODE_UNKNOWN);
	bool probed = entry_number(entry, ARGUMENT_PROBED, 0) != 0;
	const char *text = entry_text(entry, ARGUMENT_TEXT);
	char result[257];
	struct plan_work work;
	struct row_step *step;
	int reply = load(&work, applying, &step);

	if (reply == REPLY_OK)
		reply = check_attempt(applying, step);
	if (reply != REPLY_OK)
		return reply;
	/* Not in the middle of a character. */
	snprintf(result, sizeof(result), "%s", strlen(text) <
	    sizeof(result) ? text : "(its text is too long)");
	if (!step_is_open(step->state) ||
	    probed != (step->state == STEP_STATE_UNKNOWN))
		return refuse_step(applying, step);
	if (probed)
		end_probed(&work, step, code, result);
	else if (step->state == STEP_STATE_RUNNING)
		end_step(&work, step, code, result);
	else
		end_unbegun(&work, step, code, result);
	plan_work_settle(&work);
	plan_work_store(&work);
	return REPLY_OK;
}

/*
 * What was not claimed has not happened: it may be sent again, as long as
 * the plan has time.
 */
static void
lapse(struct plan_work *work, struct row_step *step)
{
	bool late = work->applying->now_ms - work->plan.start_ms >=
	    PLAN_DECIDE_MS;

	if (late)
		plan_work_reason(work, "the effector did not answer");
	(void)plan_step_go(work, step, late ? STEP_EVENT_GIVE_UP :
	    STEP_EVENT_LAPSE);
	step->deadline_ms = 0;
}

int
apply_step_due(struct applying *applying)
{
	struct plan_work work;
	struct row_step *step;
	int reply = load(&work, applying, &step);

	if (reply != REPLY_OK)
		return reply;
	if (!step_is_open(step->state))
		return refuse_step(applying, step);
	if (applying->now_ms <= step->deadline_ms)
		return refuse(applying, REPLY_NOT_DUE, "", applying->now_ms,
		    step->deadline_ms);
	if (step->state == STEP_STATE_DISPATCHED)
		lapse(&work, step);
	else if (step->state == STEP_STATE_RUNNING)
		end_step(&work, step, STEP_CODE_UNKNOWN,
		    "it did not come back in time");
	else
		end_unknown(&work, step);
	plan_work_settle(&work);
	plan_work_store(&work);
	return REPLY_OK;
}
