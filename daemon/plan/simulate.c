#include "plan/simulate.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/fault.h"
#include "rules/apply.h"
#include "rules/fault.h"
#include "rules/kind.h"

#define ENTRIES_MAX	400
#define STEP_MS		1000	/* that a step takes */
#define GUARD_MS	30000	/* until a guard is asked again */

struct simulation {
	const struct simulate_options	*options;
	const struct simulate_sink	*sink;
	struct model			*model;
	struct changes			 changes;
	struct planner_plan		*made;
	int64_t				 begun_ms;
	int64_t				 now_ms;
	int64_t				 fault;
	int64_t				 plan;		/* 0: none yet */
	int				 plans;
	int				 entries;
	int				 error;
	bool				 asked_guards;
};

static void
show_acts(struct simulation *simulation)
{
	const struct changes *changes = &simulation->changes;
	size_t i;

	for (i = 0; i < changes->count; i++)
		if (changes->list[i].table == ROW_TABLE_AUDIT)
			simulation->sink->act(simulation->sink->context,
			    simulation->now_ms - simulation->begun_ms,
			    changes->list[i].row);
}

/* Through the encoding, as every entry comes.  A reply; 0 on an error. */
static int
apply(struct simulation *simulation, struct entry *entry, const char *who,
    enum role role)
{
	static _Alignas(8) unsigned char bytes[ENTRY_BYTES_MAX];
	const struct model_meta *meta = model_meta(simulation->model);
	struct entry decoded;
	char request[32];
	size_t length;
	int reply;

	snprintf(request, sizeof(request), "simulated.%d",
	    simulation->entries++);
	entry->version = ENTRY_VERSION;
	entry->request = request;
	entry->cluster_ms = simulation->now_ms;
	entry->wall_ms = meta->wall_ms;
	entry->caller = (struct entry_caller){ .name = who, .origin = "",
		.role = (uint8_t)role, .via = role == ROLE_SYSTEM ?
		    VIA_SYSTEM : VIA_LOCAL };
	simulation->error = entry_encode(entry, bytes, sizeof(bytes),
	    &length);
	if (simulation->error == 0)
		simulation->error = entry_decode(&decoded, bytes, length);
	if (simulation->error == 0)
		simulation->error = rules_apply(simulation->model,
		    meta->applied_index + 1, meta->applied_term, &decoded,
		    &simulation->changes);
	if (simulation->error != 0)
		return 0;
	reply = simulation->changes.result.reply;
	if (reply_is_done(reply) && reply != REPLY_UNCHANGED)
		show_acts(simulation);
	simulation->error = rules_commit(simulation->model,
	    &simulation->changes);
	return reply;
}

static int
act(struct simulation *simulation, struct entry *entry)
{
	return apply(simulation, entry, "drover/simulated", ROLE_SYSTEM);
}

static const struct row_plan *
plan_of(const struct simulation *simulation)
{
	return simulation->plan == 0 ? NULL : model_plan(simulation->model,
	    simulation->plan);
}

static struct entry
entry_of_plan(struct simulation *simulation, enum entry_kind kind,
    bool facts)
{
	struct entry entry = { .kind = (uint16_t)kind };

	(void)entry_add_number(&entry, ARGUMENT_ID, simulation->plan);
	if (facts)
		simulation->options->facts(simulation->options->context,
		    simulation->model, plan_of(simulation), &entry);
	return entry;
}

static void
ask_guards(struct simulation *simulation)
{
	const struct row_plan *plan = plan_of(simulation);
	struct entry entry = entry_of_plan(simulation, ENTRY_PLAN_START,
	    true);
	struct row_step steps[PLAN_STEPS_MAX];
	struct guard_case asked = { .model = simulation->model,
		.entry = &entry, .plan = plan, .steps = steps,
		.now_ms = simulation->now_ms };
	const struct guard_kind *guard;
	struct guard_answer answer;
	size_t i;

	asked.count = model_steps(simulation->model, plan->id, steps,
	    PLAN_STEPS_MAX);
	for (i = 0; (guard = guard_at(i)) != NULL; i++) {
		answer = guard_ask_one(&asked, guard->number);
		simulation->sink->guard(simulation->sink->context, plan,
		    guard, &answer);
	}
	simulation->asked_guards = true;
}

/* -ENOENT: there is nothing (more) to try, and a person is called. */
static int
make_plan(struct simulation *simulation)
{
	const struct row_fault *fault = model_fault(simulation->model,
	    simulation->fault);
	struct planner_case asked;
	struct entry entry = { .kind = ENTRY_FAULT_ESCALATE };
	char text[257];
	int error;

	simulation->options->measure(simulation->options->context,
	    simulation->model, fault, &asked);
	asked.model = simulation->model;
	asked.now_ms = simulation->now_ms;
	error = planner_make(&asked, simulation->made);
	if (error == -ENOENT) {
		snprintf(text, sizeof(text), "%.250s",
		    simulation->made->reason);
		(void)entry_add_number(&entry, ARGUMENT_ID, fault->id);
		(void)entry_add_text(&entry, ARGUMENT_TEXT, text);
		(void)act(simulation, &entry);
		return -ENOENT;
	}
	if (error != 0 || planner_entry(&asked, simulation->made, &entry) !=
	    0 || act(simulation, &entry) != REPLY_OK)
		return simulation->error != 0 ? simulation->error : -ENOENT;
	simulation->plan = model_meta(simulation->model)->applied_index;
	simulation->plans++;
	simulation->asked_guards = false;
	simulation->sink->plan(simulation->sink->context,
	    plan_of(simulation), simulation->made);
	return 0;
}

static void
approve(struct simulation *simulation)
{
	static const char *const who[] = { "somebody", "somebody-else" };
	const struct row_plan *plan = plan_of(simulation);
	struct entry entry;
	size_t i;

	for (i = 0; i < 2 && plan->state == PLAN_STATE_PROPOSED; i++) {
		entry = entry_of_plan(simulation, ENTRY_PLAN_APPROVE, false);
		(void)entry_add_text(&entry, ARGUMENT_PLAN_HASH,
		    plan->hash);
		(void)apply(simulation, &entry, who[i], ROLE_OPERATOR);
		plan = plan_of(simulation);
	}
}

static int64_t
code_of(const struct simulation *simulation, const struct row_step *step)
{
	const struct operation *operation = operation_find(step->operation);

	return strcmp(operation->name, simulation->options->fail_op) == 0 ?
	    simulation->options->fail_code : STEP_CODE_DONE;
}

static void
end_step(struct simulation *simulation, const struct row_step *step,
    struct entry *entry)
{
	bool probed = step->state == STEP_STATE_UNKNOWN;

	simulation->now_ms += STEP_MS;
	(void)entry_add_number(entry, ARGUMENT_CODE, code_of(simulation,
	    step));
	(void)entry_add_text(entry, ARGUMENT_TEXT, "simulated");
	if (probed)
		(void)entry_add_number(entry, ARGUMENT_PROBED, 1);
}

/* False: none of them is to be gone on with. */
static bool
go_on_with_steps(struct simulation *simulation)
{
	const struct row_step *step;
	struct entry entry;
	enum entry_kind kind;
	int64_t n;

	for (n = 0; (step = model_step(simulation->model, simulation->plan,
	    n)) != NULL; n++) {
		if (step->state == STEP_STATE_READY)
			kind = ENTRY_STEP_DISPATCH;
		else if (step->state == STEP_STATE_DISPATCHED)
			kind = ENTRY_STEP_BEGIN;
		else if (step->state == STEP_STATE_RUNNING ||
		    step->state == STEP_STATE_UNKNOWN)
			kind = ENTRY_STEP_RESULT;
		else
			continue;
		entry = entry_of_plan(simulation, kind, true);
		(void)entry_add_number(&entry, ARGUMENT_STEP, n);
		if (kind != ENTRY_STEP_DISPATCH) {
			(void)entry_add_number(&entry, ARGUMENT_ATTEMPT,
			    step->attempt);
			(void)entry_add_number(&entry, ARGUMENT_TOKEN,
			    step->token);
		}
		if (kind == ENTRY_STEP_RESULT)
			end_step(simulation, step, &entry);
		return reply_is_done(act(simulation, &entry));
	}
	return false;
}

static bool
tell_verdict(struct simulation *simulation)
{
	struct entry entry = entry_of_plan(simulation, ENTRY_PLAN_VERDICT,
	    false);

	simulation->now_ms += 10 * STEP_MS;
	(void)entry_add_number(&entry, ARGUMENT_VERDICT,
	    simulation->options->verdict);
	(void)entry_add_text(&entry, ARGUMENT_TEXT, "simulated");
	return reply_is_done(act(simulation, &entry));
}

/* An end; -EAGAIN: it goes on. */
static int
go_on_with_proposed(struct simulation *simulation,
    const struct row_plan *plan)
{
	struct entry entry;

	if (plan->veto_until_ms != 0) {
		simulation->now_ms = plan->veto_until_ms;
		entry = entry_of_plan(simulation, ENTRY_PLAN_DUE, false);
		(void)act(simulation, &entry);
	} else if (simulation->options->approve) {
		approve(simulation);
	}
	return plan_of(simulation)->state == PLAN_STATE_PROPOSED ?
	    SIMULATE_WAITS : -EAGAIN;
}

static int
go_on_with_approved(struct simulation *simulation,
    const struct row_plan *plan)
{
	struct entry entry;

	if (!simulation->asked_guards)
		ask_guards(simulation);
	if (simulation->now_ms >= plan->decided_ms + PLAN_DECIDE_MS)
		return SIMULATE_DENIED;
	entry = entry_of_plan(simulation, ENTRY_PLAN_START, true);
	(void)act(simulation, &entry);
	if (plan_of(simulation)->state == PLAN_STATE_APPROVED)
		simulation->now_ms += GUARD_MS;
	return -EAGAIN;
}

/* What comes of the fault once its plan has ended. */
static int
go_on_with_fault(struct simulation *simulation)
{
	const struct row_fault *fault = model_fault(simulation->model,
	    simulation->fault);
	int error;

	if (fault == NULL || fault->state == FAULT_STATE_RESOLVED ||
	    fault->state == FAULT_STATE_CLEARED)
		return simulation->plans == 0 ? SIMULATE_NOTHING :
		    SIMULATE_DONE;
	if (fault->state == FAULT_STATE_ESCALATED)
		return SIMULATE_ESCALATED;
	if (fault->state != FAULT_STATE_OPEN ||
	    simulation->plans == SIMULATE_PLANS_MAX)
		return SIMULATE_DONE;
	error = make_plan(simulation);
	return error == 0 ? -EAGAIN : error == -ENOENT ?
	    SIMULATE_ESCALATED : error;
}

static int
go_on(struct simulation *simulation)
{
	const struct row_plan *plan = plan_of(simulation);

	if (plan == NULL || !plan_is_live(plan->state))
		return go_on_with_fault(simulation);
	if (plan->state == PLAN_STATE_PROPOSED)
		return go_on_with_proposed(simulation, plan);
	if (plan->state == PLAN_STATE_APPROVED)
		return go_on_with_approved(simulation, plan);
	if (go_on_with_steps(simulation))
		return -EAGAIN;
	if (plan->state == PLAN_STATE_VERIFYING && tell_verdict(simulation))
		return -EAGAIN;
	return SIMULATE_DENIED;
}

/* Seen, and once more when it has lasted. */
static int
inject(struct simulation *simulation)
{
	const struct simulate_options *options = simulation->options;
	const struct fault_kind *kind = fault_kind_by_name(options->class);
	const struct row_fault *fault;
	struct entry entry;
	int i;

	if (kind == NULL)
		return -ENOENT;
	for (i = 0; i < 2; i++) {
		entry = (struct entry){ .kind = ENTRY_FAULT_SEEN };
		(void)entry_add_target(&entry, options->target);
		(void)entry_add_number(&entry, ARGUMENT_CLASS, kind->number);
		(void)entry_add_text(&entry, ARGUMENT_NODE, options->node);
		(void)entry_add_number(&entry, ARGUMENT_SEVERITY,
		    kind->severity);
		(void)entry_add_number(&entry, ARGUMENT_CONFIDENCE_PPM,
		    990000);
		(void)entry_add_text(&entry, ARGUMENT_TEXT, "simulated");
		if (!reply_is_done(act(simulation, &entry)))
			return simulation->error != 0 ? simulation->error :
			    -ENOENT;
		simulation->now_ms += kind->confirm_ms;
	}
	fault = model_fault_of(simulation->model, kind->number,
	    options->target, "");
	simulation->fault = fault == NULL ? 0 : fault->id;
	return 0;
}

/* The open one that was first, where nothing in particular is asked for. */
static int64_t
first_open(const struct model *model)
{
	const struct row_fault *fault;
	size_t i;

	for (i = 0; i < model_count(model, ROW_TABLE_FAULT); i++) {
		fault = model_at(model, ROW_TABLE_FAULT, i);
		if (fault->state == FAULT_STATE_OPEN ||
		    fault->state == FAULT_STATE_PLANNED)
			return fault->id;
	}
	return 0;
}

static int
begin(struct simulation *simulation)
{
	const struct simulate_options *options = simulation->options;
	const struct row_plan *plan;

	if (options->class[0] != '\0')
		return inject(simulation);
	if (options->plan != 0) {
		plan = model_plan(simulation->model, options->plan);
		if (plan == NULL)
			return -ENOENT;
		simulation->plan = plan->id;
		simulation->fault = plan->fault;
	} else {
		simulation->fault = first_open(simulation->model);
		plan = model_plan_of(simulation->model, simulation->fault);
		simulation->plan = plan == NULL ? 0 : plan->id;
	}
	if (plan == NULL)
		return 0;
	simulation->plans = 1;
	simulation->sink->plan(simulation->sink->context, plan, NULL);
	return 0;
}

int
simulate(const struct model *model, int64_t now_ms,
    const struct simulate_options *options, const struct simulate_sink *sink)
{
	struct simulation simulation = { .options = options, .sink = sink,
		.begun_ms = now_ms, .now_ms = now_ms,
		.model = model_copy(model),
		.made = malloc(sizeof(*simulation.made)) };
	int end = -ENOMEM;

	if (simulation.model != NULL && simulation.made != NULL)
		end = begin(&simulation);
	if (end == 0)
		end = simulation.fault == 0 ? SIMULATE_NOTHING : -EAGAIN;
	while (end == -EAGAIN) {
		end = simulation.entries >= ENTRIES_MAX ? SIMULATE_DONE :
		    go_on(&simulation);
		if (simulation.error != 0)
			end = simulation.error;
	}
	changes_free(&simulation.changes);
	model_free(simulation.model);
	free(simulation.made);
	return end;
}
