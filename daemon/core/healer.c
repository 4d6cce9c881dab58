#include "core/healer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "process/log.h"
#include "rules/fault.h"
#include "rules/guard.h"
#include "rules/kind.h"

/* An approved plan that a guard keeps back is tried again. */
#define START_EVERY_MS	1000
/* A step that the effector has not answered for is sent again. */
#define SEND_EVERY_MS	1000
#define PLANS_LEVEL	4

static void
heard(void *context, const struct effector_message *message)
{
	struct healer *healer = context;
	struct healer_heard *one;
	size_t i;

	for (i = 0; i < healer->heard_count; i++) {
		one = &healer->heard[i];
		if (effector_message_same(&one->message, message) &&
		    one->message.type == message->type)
			return;
	}
	/* What finds no room is said again. */
	if (healer->heard_count == HEALER_HEARD_MAX)
		return;
	healer->heard[healer->heard_count++] = (struct healer_heard){
		.message = *message };
	healer_look(healer, healer->now_ms);
}

static void
forget_heard(struct healer *healer, const struct effector_message *message)
{
	struct healer_heard *one;
	size_t i;

	for (i = 0; i < healer->heard_count; i++) {
		one = &healer->heard[i];
		if (!effector_message_same(&one->message, message) ||
		    one->message.type != message->type)
			continue;
		*one = healer->heard[--healer->heard_count];
		return;
	}
}

void
healer_start(struct healer *healer, uv_loop_t *loop,
    const char *runtime_directory)
{
	healer->pager.loop = loop;
	effector_link_start(&healer->link, loop, runtime_directory, heard,
	    healer);
}

void
healer_stop(struct healer *healer)
{
	effector_link_stop(&healer->link);
	healer_input_drop(healer);
}

/* The effector is told what its question came to. */
static void
answer_effector(struct healer *healer, const struct rules_result *result)
{
	struct effector_message message = healer->asking;
	enum effector_message_type type = message.type;

	healer->asks = false;
	forget_heard(healer, &message);
	/* Not decided: it asks again. */
	if (result->reply >= 5000)
		return;
	if (type == EFFECTOR_BEGIN)
		message.type = reply_is_done(result->reply) ?
		    EFFECTOR_BEGUN : EFFECTOR_REFUSED;
	else
		message.type = EFFECTOR_ACK;
	effector_link_send(&healer->link, &message);
}

static void
done(void *context, const struct rules_result *result)
{
	struct healer *healer = context;

	healer->busy = false;
	if (!reply_is_done(result->reply))
		log_debug("%s: healing: %d %s %s", healer->node,
		    result->reply, reply_find(result->reply)->text,
		    result->subject);
	if (reply_is_done(result->reply))
		healer_input_keep(healer, healer->proposes ?
		    result->index : 0);
	healer_input_drop(healer);
	if (healer->asks)
		answer_effector(healer, result);
	/* It was applied before, when this was still awaited. */
	if (reply_is_done(result->reply))
		healer->look_soon(healer->context);
}

static void
propose(struct healer *healer, struct entry *entry)
{
	char name[ENTRY_NAME_MAX + 1], request[ENTRY_NAME_MAX + 1];

	snprintf(name, sizeof(name), "drover/%.57s", healer->node);
	snprintf(request, sizeof(request), "heal.%" PRId64 ".%d.%" PRIu64,
	    shared_applied(healer->shared), (int)getpid(),
	    ++healer->proposals);
	entry->request = request;
	entry->caller = (struct entry_caller){ .name = name, .origin = "",
		.role = ROLE_SYSTEM, .via = VIA_SYSTEM };
	entry->measured_index = shared_applied(healer->shared);
	entry->measured_ms = shared_time_ms(healer->shared);
	healer->busy = true;
	shared_propose(healer->shared, entry, done, healer);
}

static void
propose_of_plan(struct healer *healer, enum entry_kind kind,
    const struct row_plan *plan)
{
	struct entry entry = { .kind = (uint16_t)kind };

	(void)entry_add_number(&entry, ARGUMENT_ID, plan->id);
	healer_facts(healer, shared_model(healer->shared, NULL, NULL), plan,
	    &entry);
	propose(healer, &entry);
}

static void
propose_of_step(struct healer *healer, enum entry_kind kind,
    const struct row_plan *plan, const struct row_step *step)
{
	struct entry entry = { .kind = (uint16_t)kind };

	(void)entry_add_number(&entry, ARGUMENT_ID, plan->id);
	(void)entry_add_number(&entry, ARGUMENT_STEP, step->n);
	healer_facts(healer, shared_model(healer->shared, NULL, NULL), plan,
	    &entry);
	propose(healer, &entry);
}

/* What the effector said, as an entry.  False: there is nothing to say. */
static bool
pass_on(struct healer *healer, const struct model *model)
{
	const struct effector_message *message;
	const struct row_plan *plan;
	struct entry entry = { .kind = ENTRY_STEP_RESULT };

	if (healer->heard_count == 0)
		return false;
	healer->asking = healer->heard[0].message;
	message = &healer->asking;
	plan = model_plan(model, message->plan);
	if (message->type == EFFECTOR_BEGIN)
		entry.kind = ENTRY_STEP_BEGIN;
	(void)entry_add_number(&entry, ARGUMENT_ID, message->plan);
	(void)entry_add_number(&entry, ARGUMENT_STEP, message->step);
	(void)entry_add_number(&entry, ARGUMENT_ATTEMPT, message->attempt);
	(void)entry_add_number(&entry, ARGUMENT_TOKEN, message->token);
	if (message->type == EFFECTOR_BEGIN && plan != NULL)
		healer_facts(healer, model, plan, &entry);
	if (message->type != EFFECTOR_BEGIN) {
		(void)entry_add_number(&entry, ARGUMENT_CODE, message->code);
		(void)entry_add_text(&entry, ARGUMENT_TEXT, message->text);
	}
	if (message->type == EFFECTOR_PROBED)
		(void)entry_add_number(&entry, ARGUMENT_PROBED, 1);
	healer->asks = true;
	propose(healer, &entry);
	return true;
}

/* Is it time for the next try?  Then that is noted. */
static bool
is_time(struct healer_try tries[HEALER_STARTS_MAX], int64_t plan,
    int64_t now_ms, int64_t every_ms)
{
	struct healer_try *oldest = &tries[0];
	size_t i;

	for (i = 0; i < HEALER_STARTS_MAX; i++) {
		if (tries[i].plan == plan) {
			if (now_ms - tries[i].at_ms < every_ms)
				return false;
			tries[i].at_ms = now_ms;
			return true;
		}
		if (tries[i].at_ms < oldest->at_ms)
			oldest = &tries[i];
	}
	*oldest = (struct healer_try){ plan, now_ms };
	return true;
}

static void
send_step(struct healer *healer, const struct row_plan *plan,
    const struct row_step *step, enum effector_message_type type)
{
	struct effector_message message = { .type = type, .plan = plan->id,
		.step = step->n, .attempt = step->attempt,
		.token = step->token, .timeout_ms = step->timeout_ms };
	const struct operation *operation = operation_find(step->operation);

	/* Only this node has an effector that is reached from here. */
	if (strcmp(step->node, healer->node) != 0 ||
	    operation->by != BY_EFFECTOR ||
	    !is_time(healer->sent, 64 * plan->id + step->n, healer->now_ms,
	    type == EFFECTOR_PROBE ? 5 * SEND_EVERY_MS : SEND_EVERY_MS))
		return;
	snprintf(message.op, sizeof(message.op), "%s", operation->name);
	memcpy(message.node, step->node, sizeof(message.node));
	memcpy(message.target, step->target, sizeof(message.target));
	memcpy(message.argument, step->argument, sizeof(message.argument));
	effector_link_send(&healer->link, &message);
}

/* A drain that a step began has ended. */
static bool
tell_drained(struct healer *healer, const struct model *model,
    const struct row_plan *plan, const struct row_step *step)
{
	const struct row_node *node = model_node(model, step->target);
	struct entry entry = { .kind = ENTRY_STEP_RESULT };
	bool ours = node != NULL && node->drain_index == step->token;

	if (step->operation != OPERATION_DRAIN ||
	    step->state != STEP_STATE_RUNNING ||
	    (ours && node->drain == DRAIN_RUNNING))
		return false;
	(void)entry_add_number(&entry, ARGUMENT_ID, plan->id);
	(void)entry_add_number(&entry, ARGUMENT_STEP, step->n);
	(void)entry_add_number(&entry, ARGUMENT_ATTEMPT, step->attempt);
	(void)entry_add_number(&entry, ARGUMENT_TOKEN, step->token);
	(void)entry_add_number(&entry, ARGUMENT_CODE, ours &&
	    node->drain == DRAIN_DONE ? STEP_CODE_DONE : STEP_CODE_REFUSED);
	(void)entry_add_text(&entry, ARGUMENT_TEXT, !ours ?
	    "an operator took over" : node->drain == DRAIN_DONE ?
	    "nothing is in flight" : "requests are still in flight");
	propose(healer, &entry);
	return true;
}

/* True: an entry is on its way. */
static bool
see_to_step(struct healer *healer, const struct model *model,
    const struct row_plan *plan, const struct row_step *step)
{
	int64_t now_ms = shared_time_ms(healer->shared);

	if (step->state == STEP_STATE_READY) {
		/* A guard may stand against it. */
		if (!is_time(healer->tries, 64 * plan->id + step->n,
		    healer->now_ms, START_EVERY_MS))
			return false;
		propose_of_step(healer, ENTRY_STEP_DISPATCH, plan, step);
		return true;
	}
	if (tell_drained(healer, model, plan, step))
		return true;
	if (step_is_open(step->state) && now_ms > step->deadline_ms) {
		propose_of_step(healer, ENTRY_STEP_DUE, plan, step);
		return true;
	}
	if (step->state == STEP_STATE_DISPATCHED)
		send_step(healer, plan, step, EFFECTOR_DISPATCH);
	else if (step->state == STEP_STATE_UNKNOWN)
		send_step(healer, plan, step, EFFECTOR_PROBE);
	return false;
}

static bool
see_to_steps(struct healer *healer, const struct model *model,
    const struct row_plan *plan)
{
	const struct row_step *step;
	int64_t n;

	for (n = 0; (step = model_step(model, plan->id, n)) != NULL; n++)
		if (see_to_step(healer, model, plan, step))
			return true;
	return false;
}

static struct verify *
verify_of(struct healer *healer, int64_t plan)
{
	size_t i, count = sizeof(healer->verify) / sizeof(healer->verify[0]);
	struct verify *oldest = &healer->verify[0];

	for (i = 0; i < count; i++) {
		if (healer->verify[i].plan == plan)
			return &healer->verify[i];
		if (healer->verify[i].looked_ms < oldest->looked_ms)
			oldest = &healer->verify[i];
	}
	return oldest;
}

static bool
see_to_verdict(struct healer *healer, const struct model *model,
    const struct row_plan *plan)
{
	struct entry entry = { .kind = ENTRY_PLAN_VERDICT };
	struct verify_facts facts;
	enum plan_verdict verdict;

	if (plan->verdict != PLAN_VERDICT_NONE)
		return false;
	healer_verify_facts(healer, plan, &facts);
	verdict = verify_look(verify_of(healer, plan->id), model, plan,
	    &facts, healer->text);
	if (verdict == PLAN_VERDICT_NONE)
		return false;
	(void)entry_add_number(&entry, ARGUMENT_ID, plan->id);
	(void)entry_add_number(&entry, ARGUMENT_VERDICT, verdict);
	(void)entry_add_text(&entry, ARGUMENT_TEXT, healer->text);
	propose(healer, &entry);
	return true;
}

static bool
is_due(const struct row_plan *plan, int64_t now_ms)
{
	if (plan->state == PLAN_STATE_PROPOSED)
		return now_ms >= plan->decide_by_ms ||
		    (plan->veto_until_ms != 0 &&
		    now_ms >= plan->veto_until_ms);
	return plan->state == PLAN_STATE_APPROVED &&
	    now_ms >= plan->decided_ms + PLAN_DECIDE_MS;
}

static bool
see_to_plan(struct healer *healer, const struct model *model,
    const struct row_plan *plan)
{
	if (is_due(plan, shared_time_ms(healer->shared))) {
		propose_of_plan(healer, ENTRY_PLAN_DUE, plan);
		return true;
	}
	if (plan->state == PLAN_STATE_APPROVED) {
		if (!is_time(healer->tries, -plan->id, healer->now_ms,
		    START_EVERY_MS))
			return false;
		propose_of_plan(healer, ENTRY_PLAN_START, plan);
		return true;
	}
	if (!plan_is_acting(plan->state))
		return false;
	if (see_to_steps(healer, model, plan))
		return true;
	return plan->state == PLAN_STATE_VERIFYING &&
	    see_to_verdict(healer, model, plan);
}

static bool
see_to_plans(struct healer *healer, const struct model *model)
{
	size_t i;

	for (i = 0; i < model_count(model, ROW_TABLE_PLAN); i++)
		if (see_to_plan(healer, model, model_at(model,
		    ROW_TABLE_PLAN, i)))
			return true;
	return false;
}

static bool
is_observed(const struct healer *healer, const struct row_fault *fault)
{
	size_t i;

	for (i = 0; i < HEALER_OBSERVED_MAX; i++)
		if (healer->observed[i].plan == fault->id &&
		    healer->observed[i].at_ms == fault->open_ms)
			return true;
	return false;
}

/* The one that matters most of those that nobody sees to; NULL: none. */
static const struct row_fault *
next_fault(struct healer *healer, const struct model *model)
{
	const struct row_fault *best = NULL, *fault;
	struct planner_case asked;
	int64_t priority, most = 0;
	size_t i;

	for (i = 0; i < model_count(model, ROW_TABLE_FAULT); i++) {
		fault = model_at(model, ROW_TABLE_FAULT, i);
		if (!planner_wants(model, fault,
		    shared_time_ms(healer->shared)) ||
		    strcmp(fault->node, healer->node) != 0)
			continue;
		healer_case(healer, model, fault, &asked);
		if (asked.policy.stage == POLICY_OBSERVE &&
		    is_observed(healer, fault))
			continue;
		priority = planner_priority(&asked);
		if (best == NULL || priority > most) {
			best = fault;
			most = priority;
		}
	}
	return best;
}

static void
escalate(struct healer *healer, const struct row_fault *fault)
{
	struct entry entry = { .kind = ENTRY_FAULT_ESCALATE };

	snprintf(healer->text, sizeof(healer->text), "%.250s",
	    healer->planned.reason);
	(void)entry_add_number(&entry, ARGUMENT_ID, fault->id);
	(void)entry_add_text(&entry, ARGUMENT_TEXT, healer->text);
	propose(healer, &entry);
}

/* What would be done, once for each time that the fault is open. */
static void
observe(struct healer *healer, const struct row_fault *fault)
{
	healer->observed[healer->observed_next++ % HEALER_OBSERVED_MAX] =
	    (struct healer_try){ fault->id, fault->open_ms };
	log_info("fault %" PRId64 " is only observed; drover would: %s",
	    fault->id, healer->planned.reason);
	healer_input_keep(healer, 0);
}

static void
see_to_faults(struct healer *healer, const struct model *model)
{
	const struct row_fault *fault;
	struct planner_case asked;
	struct entry entry;
	int error;

	if (!healer->config->fault_tolerance.self_healing.enabled)
		return;
	fault = next_fault(healer, model);
	if (fault == NULL)
		return;
	healer_case(healer, model, fault, &asked);
	error = planner_make(&asked, &healer->planned);
	if (error != 0 && error != -ENOENT)
		return;
	healer_input_take(healer, &asked);
	healer->proposes = error == 0;
	if (error == -ENOENT)
		escalate(healer, fault);
	else if (asked.policy.stage == POLICY_OBSERVE)
		observe(healer, fault);
	else if (planner_entry(&asked, &healer->planned, &entry) == 0)
		propose(healer, &entry);
}

void
healer_look(struct healer *healer, int64_t now_ms)
{
	const struct model *model = shared_model(healer->shared, NULL, NULL);

	healer->now_ms = now_ms;
	if (model == NULL || healer->busy || !shared_leads(healer->shared) ||
	    model_meta(model)->feature_level < PLANS_LEVEL)
		return;
	pager_look(&healer->pager, healer->config->healing.notify, model);
	if (!pass_on(healer, model) && !see_to_plans(healer, model))
		see_to_faults(healer, model);
}
