/* Plans: proposed, decided on, started, taken back. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "detect/fault.h"
#include "rules/guard.h"
#include "rules/plan_text.h"
#include "rules/plan_work.h"
#include "rules/strategy.h"

/* Those that ended and are taken out when one is made, at most. */
#define ENDED_MAX	16

static int64_t
id_of(const struct applying *applying)
{
	return entry_number(applying->entry, ARGUMENT_ID, 0);
}

static int
refuse_state(struct applying *applying, const struct plan_work *work)
{
	return refuse(applying, REPLY_PLAN_STATE,
	    plan_state_word(work->plan.state), 0, 0);
}

static void
remove_plan(struct applying *applying, const struct row_plan *plan)
{
	const struct model *model = applying->model;
	const struct row_approval *approval;
	const struct row_step *step;
	int64_t n;
	size_t i;

	applying_delete(applying, ROW_TABLE_PLAN, plan);
	for (n = 0; (step = model_step(model, plan->id, n)) != NULL; n++)
		applying_delete(applying, ROW_TABLE_STEP, step);
	for (i = 0; i < model_count(model, ROW_TABLE_APPROVAL); i++) {
		approval = model_at(model, ROW_TABLE_APPROVAL, i);
		if (approval->plan == plan->id)
			applying_delete(applying, ROW_TABLE_APPROVAL,
			    approval);
	}
}

/* The oldest that ended go first. */
static bool
make_room(struct applying *applying)
{
	const struct model *model = applying->model;
	size_t count = model_count(model, ROW_TABLE_PLAN), removed = 0, i;
	const struct row_plan *plan;

	if (count < RULES_PLANS_MAX)
		return true;
	for (i = 0; i < count && removed < ENDED_MAX; i++) {
		plan = model_at(model, ROW_TABLE_PLAN, i);
		if (plan_is_live(plan->state) || plan->kept != 0)
			continue;
		remove_plan(applying, plan);
		removed++;
	}
	return removed > 0;
}

static void
describe(struct plan_work *work)
{
	const struct entry *entry = work->applying->entry;
	struct row_plan *plan = &work->plan;

	plan->id = work->applying->index;
	plan->fault = work->fault.id;
	plan->class = work->fault.class;
	plan->revision = work->fault.revision;
	put_text(plan->target, work->fault.target);
	put_text(plan->device, work->fault.device);
	put_text(plan->node, work->fault.node);
	plan->strategy = entry_number(entry, ARGUMENT_STRATEGY, 0);
	plan->mode = entry_number(entry, ARGUMENT_MODE, PLAN_MODE_TWO);
	plan->risk = entry_number(entry, ARGUMENT_RISK, 100);
	plan->cost_slot_s = entry_number(entry, ARGUMENT_COST_SLOT_S, 0);
	plan->gain_slot_s = entry_number(entry, ARGUMENT_GAIN_SLOT_S, 0);
	plan->priority_milli = entry_number(entry, ARGUMENT_PRIORITY_MILLI,
	    0);
	put_text(plan->policy, entry_text(entry, ARGUMENT_POLICY));
	put_text(plan->proposer, entry->caller.name);
	put_text(plan->reason, entry_text(entry, ARGUMENT_REASON));
	put_text(plan->why, entry_text(entry, ARGUMENT_WHY));
	plan->proposed_ms = work->applying->now_ms;
	plan->proposed_wall_ms = entry->wall_ms;
	plan->decide_by_ms = work->applying->now_ms + PLAN_DECIDE_MS;
}

static int
take_steps(struct plan_work *work)
{
	struct applying *applying = work->applying;
	size_t i;

	if (plan_text_read(entry_text(applying->entry, ARGUMENT_STEPS),
	    work->steps, &work->count) != 0 || work->count == 0)
		return refuse(applying, REPLY_BAD_FIELD, "steps", 0, 0);
	for (i = 0; i < work->count; i++)
		work->steps[i].plan = work->plan.id;
	if (strategy_find((unsigned int)work->plan.strategy) == NULL)
		return refuse(applying, REPLY_BAD_FIELD, "strategy",
		    work->plan.strategy, 0);
	if (plan_hash(&work->plan, work->steps, work->count,
	    work->plan.hash) != 0)
		applying->error = -ENOMEM;
	return REPLY_OK;
}

static void
put_approval(struct plan_work *work, const char *who, const char *note)
{
	struct row_approval approval = { .plan = work->plan.id,
		.at_ms = work->applying->now_ms,
		.wall_ms = work->applying->entry->wall_ms };

	put_text(approval.who, who);
	put_text(approval.hash, work->plan.hash);
	put_text(approval.note, note);
	applying_put(work->applying, ROW_TABLE_APPROVAL, &approval);
}

static void
approve_by_policy(struct plan_work *work)
{
	char who[65];

	snprintf(who, sizeof(who), "policy/%.57s",
	    work->plan.policy[0] == '\0' ? "default" : work->plan.policy);
	put_approval(work, who, plan_mode_word(work->plan.mode));
	put_text(work->plan.decided_by, who);
	(void)plan_work_go(work, PLAN_EVENT_APPROVE);
}

int
apply_plan_propose(struct applying *applying)
{
	const struct entry *entry = applying->entry;
	int64_t id = entry_number(entry, ARGUMENT_FAULT, 0);
	int64_t wait_ms = entry_number(entry, ARGUMENT_WAIT_MS, 0);
	struct plan_work work = { .applying = applying };
	const struct row_plan *other = model_plan_of(applying->model, id);
	int reply;

	work.fault_before = model_fault(applying->model, id);
	if (work.fault_before == NULL)
		return refuse(applying, REPLY_NO_FAULT, "", id, 0);
	if (other != NULL)
		return refuse(applying, REPLY_PLANNED, "", other->id, 0);
	work.fault = *work.fault_before;
	if (entry_number(entry, ARGUMENT_REVISION, 0) !=
	    work.fault.revision)
		return refuse(applying, REPLY_PLAN_CHANGED, "",
		    work.fault.revision, entry_number(entry,
		    ARGUMENT_REVISION, 0));
	describe(&work);
	reply = take_steps(&work);
	if (reply != REPLY_OK)
		return reply;
	if (!make_room(applying))
		return refuse(applying, REPLY_LIMIT, "plan",
		    RULES_PLANS_MAX, RULES_PLANS_MAX);
	(void)plan_work_go(&work, PLAN_EVENT_PROPOSE);
	if (work.fault.state != FAULT_STATE_PLANNED)
		return refuse(applying, REPLY_FAULT_STATE,
		    fault_state_word(work.fault.state), id, 0);
	if (work.plan.mode == PLAN_MODE_AUTO)
		approve_by_policy(&work);
	else if (work.plan.mode == PLAN_MODE_VETO)
		work.plan.veto_until_ms = applying->now_ms + wait_ms;
	plan_work_store(&work);
	return REPLY_OK;
}

/* Those that were given for the plan as it is. */
static int64_t
count_approvals(const struct plan_work *work)
{
	const struct model *model = work->applying->model;
	const struct row_approval *approval;
	int64_t count = 0;
	size_t i;

	for (i = 0; i < model_count(model, ROW_TABLE_APPROVAL); i++) {
		approval = model_at(model, ROW_TABLE_APPROVAL, i);
		if (approval->plan == work->plan.id &&
		    strcmp(approval->hash, work->plan.hash) == 0)
			count++;
	}
	return count;
}

static int
check_approval(struct plan_work *work)
{
	struct applying *applying = work->applying;
	const struct entry *entry = applying->entry;
	const char *who = entry->caller.name;
	int64_t revision = entry_number(entry, ARGUMENT_REVISION,
	    work->plan.revision);

	if (work->plan.state != PLAN_STATE_PROPOSED)
		return refuse_state(applying, work);
	if (strcmp(entry_text(entry, ARGUMENT_PLAN_HASH),
	    work->plan.hash) != 0)
		return refuse(applying, REPLY_PLAN_CHANGED, "hash", 0, 0);
	if (revision != work->plan.revision ||
	    work->fault_before == NULL ||
	    work->fault.revision != work->plan.revision)
		return refuse(applying, REPLY_PLAN_CHANGED, "evidence",
		    work->fault.revision, work->plan.revision);
	if (model_approval(applying->model, work->plan.id, who) != NULL)
		return refuse(applying, REPLY_APPROVED_ALREADY, who, 1, 2);
	if (work->plan.mode == PLAN_MODE_TWO &&
	    strcmp(work->plan.proposer, who) == 0)
		return refuse(applying, REPLY_ROLE,
		    "who proposed it does not approve it", 0, 0);
	return REPLY_OK;
}

int
apply_plan_approve(struct applying *applying)
{
	const char *who = applying->entry->caller.name;
	struct plan_work work;
	char object[129], text[129];
	int64_t have, need;
	int reply = plan_work_load(&work, applying, id_of(applying));

	if (reply == REPLY_OK)
		reply = check_approval(&work);
	if (reply != REPLY_OK)
		return reply;
	need = work.plan.mode == PLAN_MODE_TWO ? 2 : 1;
	have = count_approvals(&work) + 1;
	put_approval(&work, who, entry_text(applying->entry,
	    ARGUMENT_REASON));
	if (have >= need) {
		put_text(work.plan.decided_by, who);
		(void)plan_work_go(&work, PLAN_EVENT_APPROVE);
	} else {
		snprintf(object, sizeof(object), "plan/%" PRId64,
		    work.plan.id);
		snprintf(text, sizeof(text), "proposed: %" PRId64 " of %"
		    PRId64 " approvals", have, need);
		applying_audit(applying, object, "proposed", text);
	}
	plan_work_store(&work);
	return have >= need ? REPLY_OK :
	    refuse(applying, REPLY_OK, "approvals", have, need);
}

int
apply_plan_reject(struct applying *applying)
{
	struct plan_work work;
	int reply = plan_work_load(&work, applying, id_of(applying));

	if (reply != REPLY_OK)
		return reply;
	if (plan_next((enum plan_state)work.plan.state,
	    PLAN_EVENT_REJECT) == PLAN_STATE_NONE)
		return refuse_state(applying, &work);
	put_text(work.plan.decided_by, applying->entry->caller.name);
	plan_work_reason(&work, entry_text(applying->entry,
	    ARGUMENT_REASON));
	(void)plan_work_go(&work, PLAN_EVENT_REJECT);
	plan_work_store(&work);
	return REPLY_OK;
}

/* What succeeded is undone only where nothing else acts meanwhile. */
static int
check_take_back(struct plan_work *work)
{
	struct applying *applying = work->applying;
	const struct row_plan *other;
	int64_t holder;

	if (work->plan.state != PLAN_STATE_SUCCEEDED)
		return REPLY_OK;
	other = model_plan_of(applying->model, work->plan.fault);
	if (other != NULL)
		return refuse(applying, REPLY_PLANNED, "", other->id, 0);
	if (!plan_work_can_undo(work))
		return refuse(applying, REPLY_PLAN_STATE,
		    "it did nothing that can be undone", 0, 0);
	holder = plan_lock_held(applying->model, &work->plan);
	if (holder != 0)
		return refuse(applying, REPLY_GUARDED, "G2 budget", holder,
		    0);
	work->locks = true;
	work->plan.end_ms = work->plan.end_wall_ms = 0;
	return REPLY_OK;
}

int
apply_plan_rollback(struct applying *applying)
{
	struct plan_work work;
	int reply = plan_work_load(&work, applying, id_of(applying));

	if (reply != REPLY_OK)
		return reply;
	if (work.plan.state == PLAN_STATE_ROLLING_BACK)
		return REPLY_UNCHANGED;
	if (plan_next((enum plan_state)work.plan.state, PLAN_EVENT_BACK) ==
	    PLAN_STATE_NONE)
		return refuse_state(applying, &work);
	reply = check_take_back(&work);
	if (reply != REPLY_OK)
		return reply;
	work.plan.end_reason[0] = '\0';
	plan_work_reason(&work, entry_text(applying->entry,
	    ARGUMENT_REASON));
	if (work.plan.state == PLAN_STATE_RUNNING &&
	    !plan_work_has_begun(&work))
		(void)plan_work_go(&work, PLAN_EVENT_SUPERSEDE);
	else
		(void)plan_work_go(&work, PLAN_EVENT_BACK);
	plan_work_settle(&work);
	plan_work_store(&work);
	return REPLY_OK;
}

int
apply_plan_release(struct applying *applying)
{
	struct plan_work work;
	char object[129];
	int reply = plan_work_load(&work, applying, id_of(applying));

	if (reply != REPLY_OK)
		return reply;
	if (work.plan.kept == 0)
		return refuse_state(applying, &work);
	work.plan.kept = 0;
	work.unlocks = true;
	snprintf(object, sizeof(object), "plan/%" PRId64, work.plan.id);
	applying_audit(applying, object, "held", "released");
	plan_work_store(&work);
	return REPLY_OK;
}

int
apply_plan_start(struct applying *applying)
{
	struct plan_work work;
	struct guard_answer answer;
	int reply = plan_work_load(&work, applying, id_of(applying));

	if (reply != REPLY_OK)
		return reply;
	if (work.plan.state != PLAN_STATE_APPROVED)
		return refuse_state(applying, &work);
	answer = guard_ask(&(struct guard_case){ .model = applying->model,
		.entry = applying->entry, .plan = &work.plan,
		.steps = work.steps, .count = work.count,
		.now_ms = applying->now_ms });
	if (answer.guard != GUARD_NONE) {
		if (work.plan.blocked_by == (int64_t)answer.guard)
			return REPLY_UNCHANGED;
		work.plan.blocked_by = answer.guard;
		work.plan.blocked_have = answer.have;
		work.plan.blocked_need = answer.need;
	} else {
		(void)plan_work_go(&work, PLAN_EVENT_START);
		plan_work_settle(&work);
	}
	plan_work_store(&work);
	return refuse(applying, REPLY_OK, "", answer.have, answer.need);
}

int
apply_plan_due(struct applying *applying)
{
	int64_t now_ms = applying->now_ms, start_by_ms;
	struct plan_work work;
	int reply = plan_work_load(&work, applying, id_of(applying));

	if (reply != REPLY_OK)
		return reply;
	start_by_ms = work.plan.decided_ms + PLAN_DECIDE_MS;
	if (work.plan.state == PLAN_STATE_PROPOSED &&
	    work.plan.veto_until_ms != 0 &&
	    now_ms >= work.plan.veto_until_ms) {
		approve_by_policy(&work);
	} else if (work.plan.state == PLAN_STATE_PROPOSED &&
	    now_ms >= work.plan.decide_by_ms) {
		plan_work_reason(&work, "nobody decided in time");
		(void)plan_work_go(&work, PLAN_EVENT_EXPIRE);
	} else if (work.plan.state == PLAN_STATE_APPROVED &&
	    now_ms >= start_by_ms) {
		plan_work_reason(&work, "a guard stood against it");
		(void)plan_work_go(&work, PLAN_EVENT_EXPIRE);
	} else {
		return refuse(applying, REPLY_NOT_DUE, "", now_ms,
		    work.plan.state == PLAN_STATE_APPROVED ? start_by_ms :
		    work.plan.decide_by_ms);
	}
	plan_work_store(&work);
	return REPLY_OK;
}

int
apply_plan_supersede(struct applying *applying)
{
	struct plan_work work;
	int reply = plan_work_load(&work, applying, id_of(applying));

	if (reply != REPLY_OK)
		return reply;
	if (work.plan.state != PLAN_STATE_PROPOSED &&
	    work.plan.state != PLAN_STATE_APPROVED)
		return refuse_state(applying, &work);
	plan_work_reason(&work, entry_text(applying->entry,
	    ARGUMENT_REASON));
	(void)plan_work_go(&work, PLAN_EVENT_SUPERSEDE);
	plan_work_store(&work);
	return REPLY_OK;
}

int
apply_plan_verdict(struct applying *applying)
{
	int64_t verdict = entry_number(applying->entry, ARGUMENT_VERDICT, 0);
	struct plan_work work;
	int reply = plan_work_load(&work, applying, id_of(applying));

	if (reply != REPLY_OK)
		return reply;
	if (work.plan.state != PLAN_STATE_VERIFYING ||
	    work.plan.verdict != PLAN_VERDICT_NONE)
		return refuse_state(applying, &work);
	if (verdict == PLAN_VERDICT_NONE)
		return refuse(applying, REPLY_BAD_FIELD, "verdict", 0, 1);
	work.plan.verdict = verdict;
	plan_work_reason(&work, entry_text(applying->entry, ARGUMENT_TEXT));
	plan_learn(&work, (enum plan_verdict)verdict);
	if (verdict == PLAN_VERDICT_WORSE || (verdict !=
	    PLAN_VERDICT_HELPED && plan_work_can_undo(&work)))
		(void)plan_work_go(&work, PLAN_EVENT_BACK);
	else if (verdict != PLAN_VERDICT_HELPED)
		(void)plan_work_go(&work, PLAN_EVENT_FAIL);
	plan_work_settle(&work);
	plan_work_store(&work);
	return REPLY_OK;
}
