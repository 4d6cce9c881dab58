/* Plans as the rules have them: who may what when, and what follows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/fault.h"
#include "rules/fault.h"
#include "rules/guard.h"
#include "rules/plan_text.h"
#include "rules/strategy.h"
#include "tests/unit/rules/generate.h"
#include "tests/unit/suite.h"

#define STEPS							\
	"0 4 quarantine n1 n1/a - 1000 2 0 0;"			\
	"1 5 backend.restart n1 n1/a - 1000 2 1 0;"		\
	"2 7 release n1 n1/a - 1000 2 3 0;"			\
	"3 7 release n1 n1/a - 1000 2 0 1"

static struct model *model;
static struct changes changes;
static int64_t now_ms, requests, id;

static void
new_entry(struct entry *entry, enum entry_kind kind)
{
	static char request[32];

	snprintf(request, sizeof(request), "q%lld", (long long)++requests);
	begin_entry(entry, kind, request);
	entry->cluster_ms = now_ms;
}

/* What of the tables was gone through. */
static bool plan_seen[16][16], step_seen[16][16];

static void
note_edges(void)
{
	const struct row_plan *plan_before, *plan_after;
	const struct row_step *step_before, *step_after;
	size_t i;

	for (i = 0; i < changes.count; i++) {
		plan_after = changes.list[i].row;
		step_after = changes.list[i].row;
		if (!changes.list[i].put)
			continue;
		if (changes.list[i].table == ROW_TABLE_PLAN) {
			plan_before = model_plan(model, plan_after->id);
			plan_seen[plan_before == NULL ? 0 : plan_before->state]
			    [plan_after->state] = true;
		}
		if (changes.list[i].table != ROW_TABLE_STEP)
			continue;
		step_before = model_step(model, step_after->plan,
		    step_after->n);
		if (step_before != NULL)
			step_seen[step_before->state][step_after->state] = true;
	}
}

static int
apply(const struct entry *entry)
{
	static struct made made;
	int reply;

	make_entry(entry, &made);
	CU_ASSERT_EQUAL_FATAL(rules_apply(model,
	    model_meta(model)->applied_index + 1, 1, &made.entry, &changes),
	    0);
	reply = changes.result.reply;
	note_edges();
	CU_ASSERT_EQUAL_FATAL(rules_commit(model, &changes), 0);
	return reply;
}

static void
see(const char *target)
{
	struct entry entry;

	new_entry(&entry, ENTRY_FAULT_SEEN);
	as_system(&entry);
	entry_add_target(&entry, target);
	entry_add_number(&entry, ARGUMENT_CLASS, FAULT_BACKEND_CRASH);
	entry_add_text(&entry, ARGUMENT_NODE, "n1");
	entry_add_number(&entry, ARGUMENT_SEVERITY, 3);
	entry_add_number(&entry, ARGUMENT_CONFIDENCE_PPM, 990000);
	CU_ASSERT_EQUAL(apply(&entry), REPLY_OK);
}

static const struct row_fault *
fault(void)
{
	return model_at(model, ROW_TABLE_FAULT, 0);
}

static const struct row_plan *
plan(void)
{
	return model_plan(model, id);
}

/* A fault that is open. */
static void
begin(void)
{
	model_free(model);
	model = model_new();
	CU_ASSERT_PTR_NOT_NULL_FATAL(model);
	now_ms = 1000;
	see("n1/a");
	now_ms += 5000;
	see("n1/a");
	CU_ASSERT_EQUAL_FATAL(fault()->state, FAULT_STATE_OPEN);
}

static int
propose(enum plan_mode mode)
{
	struct entry entry;
	int reply;

	new_entry(&entry, ENTRY_PLAN_PROPOSE);
	as_system(&entry);
	entry_add_number(&entry, ARGUMENT_FAULT, fault()->id);
	entry_add_number(&entry, ARGUMENT_REVISION, fault()->revision);
	entry_add_number(&entry, ARGUMENT_STRATEGY,
	    STRATEGY_BACKEND_RESTART);
	entry_add_text(&entry, ARGUMENT_STEPS, STEPS);
	entry_add_number(&entry, ARGUMENT_MODE, mode);
	entry_add_number(&entry, ARGUMENT_RISK, 16);
	entry_add_number(&entry, ARGUMENT_WAIT_MS, 2000);
	entry_add_text(&entry, ARGUMENT_REASON, "start it again");
	reply = apply(&entry);
	if (reply == REPLY_OK)
		id = model_meta(model)->applied_index;
	return reply;
}

static int
approve(const char *who, const char *hash)
{
	struct entry entry;

	new_entry(&entry, ENTRY_PLAN_APPROVE);
	entry.caller.name = who;
	entry_add_number(&entry, ARGUMENT_ID, id);
	entry_add_text(&entry, ARGUMENT_PLAN_HASH, hash);
	return apply(&entry);
}

static int
act(enum entry_kind kind, const char *reason)
{
	struct entry entry;

	new_entry(&entry, kind);
	entry_add_number(&entry, ARGUMENT_ID, id);
	if (reason != NULL)
		entry_add_text(&entry, ARGUMENT_REASON, reason);
	return apply(&entry);
}

static int
as_leader(enum entry_kind kind, int64_t age_ms)
{
	struct entry entry;

	new_entry(&entry, kind);
	as_system(&entry);
	entry_add_number(&entry, ARGUMENT_ID, id);
	entry_add_fact(&entry, FACT_EVIDENCE_AGE, "", age_ms);
	return apply(&entry);
}

static int
verdict(enum plan_verdict said)
{
	struct entry entry;

	new_entry(&entry, ENTRY_PLAN_VERDICT);
	as_system(&entry);
	entry_add_number(&entry, ARGUMENT_ID, id);
	entry_add_number(&entry, ARGUMENT_VERDICT, said);
	return apply(&entry);
}

static int
step(enum entry_kind kind, int64_t n, int64_t code)
{
	const struct row_step *row = model_step(model, id, n);
	struct entry entry;

	new_entry(&entry, kind);
	as_system(&entry);
	entry_add_number(&entry, ARGUMENT_ID, id);
	entry_add_number(&entry, ARGUMENT_STEP, n);
	if (kind == ENTRY_STEP_BEGIN || kind == ENTRY_STEP_RESULT) {
		entry_add_number(&entry, ARGUMENT_ATTEMPT, row->attempt);
		entry_add_number(&entry, ARGUMENT_TOKEN, row->token);
	}
	if (kind == ENTRY_STEP_RESULT)
		entry_add_number(&entry, ARGUMENT_CODE, code);
	return apply(&entry);
}

/* Up to where the restart has ended with that code. */
static void
run_to_result(int64_t code)
{
	CU_ASSERT_EQUAL(as_leader(ENTRY_PLAN_START, 0), REPLY_OK);
	CU_ASSERT_EQUAL_FATAL(plan()->state, PLAN_STATE_RUNNING);
	CU_ASSERT_EQUAL(step(ENTRY_STEP_DISPATCH, 0, 0), REPLY_OK);
	CU_ASSERT_EQUAL(step(ENTRY_STEP_DISPATCH, 1, 0), REPLY_OK);
	CU_ASSERT_EQUAL(step(ENTRY_STEP_BEGIN, 1, 0), REPLY_OK);
	CU_ASSERT_EQUAL(step(ENTRY_STEP_RESULT, 1, code), REPLY_OK);
}

static void
an_approval_is_of_the_plan_that_was_seen(void)
{
	begin();
	CU_ASSERT_EQUAL(propose(PLAN_MODE_MANUAL), REPLY_OK);
	CU_ASSERT_EQUAL(fault()->state, FAULT_STATE_PLANNED);
	CU_ASSERT_EQUAL(propose(PLAN_MODE_MANUAL), REPLY_PLANNED);
	CU_ASSERT_EQUAL(approve("alice", "00"), REPLY_PLAN_CHANGED);
	CU_ASSERT_EQUAL(plan()->state, PLAN_STATE_PROPOSED);
	CU_ASSERT_EQUAL(approve("alice", plan()->hash), REPLY_OK);
	CU_ASSERT_EQUAL(plan()->state, PLAN_STATE_APPROVED);
	CU_ASSERT_STRING_EQUAL(plan()->decided_by, "alice");
	CU_ASSERT_EQUAL(approve("bob", plan()->hash), REPLY_PLAN_STATE);
}

static void
two_means_two_people(void)
{
	begin();
	CU_ASSERT_EQUAL(propose(PLAN_MODE_TWO), REPLY_OK);
	CU_ASSERT_EQUAL(approve("alice", plan()->hash), REPLY_OK);
	CU_ASSERT_EQUAL(plan()->state, PLAN_STATE_PROPOSED);
	CU_ASSERT_EQUAL(approve("alice", plan()->hash),
	    REPLY_APPROVED_ALREADY);
	CU_ASSERT_EQUAL(approve("bob", plan()->hash), REPLY_OK);
	CU_ASSERT_EQUAL(plan()->state, PLAN_STATE_APPROVED);
}

static void
a_veto_has_its_time(void)
{
	begin();
	CU_ASSERT_EQUAL(propose(PLAN_MODE_VETO), REPLY_OK);
	CU_ASSERT_EQUAL(as_leader(ENTRY_PLAN_DUE, 0), REPLY_NOT_DUE);
	now_ms += 2000;
	CU_ASSERT_EQUAL(as_leader(ENTRY_PLAN_DUE, 0), REPLY_OK);
	CU_ASSERT_EQUAL(plan()->state, PLAN_STATE_APPROVED);
	CU_ASSERT_STRING_EQUAL(plan()->decided_by, "policy/default");
	/* Even then somebody may say no. */
	CU_ASSERT_EQUAL(act(ENTRY_PLAN_REJECT, "not on a Friday"), REPLY_OK);
	CU_ASSERT_EQUAL(plan()->state, PLAN_STATE_REJECTED);
	CU_ASSERT_EQUAL(fault()->state, FAULT_STATE_OPEN);
	CU_ASSERT_STRING_EQUAL(plan()->end_reason, "not on a Friday");
}

static void
what_nobody_decides_on_expires(void)
{
	begin();
	CU_ASSERT_EQUAL(propose(PLAN_MODE_MANUAL), REPLY_OK);
	now_ms += PLAN_DECIDE_MS;
	CU_ASSERT_EQUAL(as_leader(ENTRY_PLAN_DUE, 0), REPLY_OK);
	CU_ASSERT_EQUAL(plan()->state, PLAN_STATE_EXPIRED);
	CU_ASSERT_EQUAL(fault()->state, FAULT_STATE_OPEN);
}

static void
what_helps_gives_back_what_it_held(void)
{
	begin();
	CU_ASSERT_EQUAL(propose(PLAN_MODE_AUTO), REPLY_OK);
	CU_ASSERT_EQUAL(plan()->state, PLAN_STATE_APPROVED);
	run_to_result(STEP_CODE_DONE);
	CU_ASSERT_EQUAL(plan()->state, PLAN_STATE_VERIFYING);
	CU_ASSERT_EQUAL(fault()->state, FAULT_STATE_VERIFYING);
	CU_ASSERT_PTR_NOT_NULL(model_curb(model, "n1/a"));
	CU_ASSERT_PTR_NOT_NULL(model_lock(model, "node/n1"));
	CU_ASSERT_EQUAL(verdict(PLAN_VERDICT_HELPED), REPLY_OK);
	CU_ASSERT_EQUAL(plan()->state, PLAN_STATE_VERIFYING);
	CU_ASSERT_EQUAL(step(ENTRY_STEP_DISPATCH, 2, 0), REPLY_OK);
	CU_ASSERT_EQUAL(plan()->state, PLAN_STATE_SUCCEEDED);
	CU_ASSERT_EQUAL(fault()->state, FAULT_STATE_RESOLVED);
	CU_ASSERT_PTR_NULL(model_curb(model, "n1/a"));
	CU_ASSERT_EQUAL(model_count(model, ROW_TABLE_LOCK), 0);
	CU_ASSERT_EQUAL(model_arm(model, FAULT_BACKEND_CRASH,
	    STRATEGY_BACKEND_RESTART)->helped, 1);
	CU_ASSERT_EQUAL(model_pace(model, "class", "backend.crash")->width,
	    2);
}

/* Faults that heal while their plan acts are let alone from then on. */
static void
what_is_left_to_take_away_is_left_out_once_the_fault_is_gone(void)
{
	struct entry entry;

	begin();
	CU_ASSERT_EQUAL(propose(PLAN_MODE_AUTO), REPLY_OK);
	CU_ASSERT_EQUAL(as_leader(ENTRY_PLAN_START, 0), REPLY_OK);
	CU_ASSERT_EQUAL(step(ENTRY_STEP_DISPATCH, 0, 0), REPLY_OK);
	CU_ASSERT_PTR_NOT_NULL(model_curb(model, "n1/a"));
	new_entry(&entry, ENTRY_STEP_DISPATCH);
	as_system(&entry);
	entry_add_number(&entry, ARGUMENT_ID, id);
	entry_add_number(&entry, ARGUMENT_STEP, 1);
	entry_add_fact(&entry, FACT_FAULT_GONE, "", 1);
	CU_ASSERT_EQUAL(apply(&entry), REPLY_OK);
	CU_ASSERT_EQUAL(model_step(model, id, 1)->state,
	    STEP_STATE_CANCELLED);
	CU_ASSERT_EQUAL(model_step(model, id, 1)->begin_ms, 0);
	CU_ASSERT_EQUAL_FATAL(plan()->state, PLAN_STATE_VERIFYING);
	/* What was taken is given back, and the arm gets no credit. */
	CU_ASSERT_EQUAL(verdict(PLAN_VERDICT_HELPED), REPLY_OK);
	CU_ASSERT_EQUAL(step(ENTRY_STEP_DISPATCH, 2, 0), REPLY_OK);
	CU_ASSERT_EQUAL(plan()->state, PLAN_STATE_SUCCEEDED);
	CU_ASSERT_EQUAL(fault()->state, FAULT_STATE_RESOLVED);
	CU_ASSERT_PTR_NULL(model_curb(model, "n1/a"));
	CU_ASSERT_EQUAL(model_arm(model, FAULT_BACKEND_CRASH,
	    STRATEGY_BACKEND_RESTART)->helped, 0);
	CU_ASSERT_EQUAL(model_arm(model, FAULT_BACKEND_CRASH,
	    STRATEGY_WATCH)->helped, 1);
}

static void
nothing_is_changed_for_all_while_a_plan_acts(void)
{
	struct entry entry;

	begin();
	CU_ASSERT_EQUAL(propose(PLAN_MODE_AUTO), REPLY_OK);
	CU_ASSERT_EQUAL(as_leader(ENTRY_PLAN_START, 0), REPLY_OK);
	new_entry(&entry, ENTRY_CONFIG_SET);
	entry.caller.role = ROLE_ADMIN;
	entry_add_target(&entry, "collect.interval");
	entry_add_text(&entry, ARGUMENT_VALUE, "5s");
	entry_add_text(&entry, ARGUMENT_REASON, "see more of it");
	CU_ASSERT_EQUAL(apply(&entry), REPLY_GUARDED);
	CU_ASSERT_EQUAL(changes.result.have, id);
	CU_ASSERT_EQUAL(act(ENTRY_PLAN_ROLLBACK, "let me change that"),
	    REPLY_OK);
	while (plan_is_acting(plan()->state))
		CU_ASSERT_EQUAL_FATAL(step(ENTRY_STEP_DISPATCH, 3, 0),
		    REPLY_OK);
	new_entry(&entry, ENTRY_CONFIG_SET);
	entry.caller.role = ROLE_ADMIN;
	entry_add_target(&entry, "collect.interval");
	entry_add_text(&entry, ARGUMENT_VALUE, "5s");
	entry_add_text(&entry, ARGUMENT_REASON, "see more of it");
	CU_ASSERT_EQUAL(apply(&entry), REPLY_OK);
}

static void
what_helped_can_be_taken_back(void)
{
	begin();
	CU_ASSERT_EQUAL(propose(PLAN_MODE_AUTO), REPLY_OK);
	run_to_result(STEP_CODE_DONE);
	CU_ASSERT_EQUAL(verdict(PLAN_VERDICT_HELPED), REPLY_OK);
	CU_ASSERT_EQUAL(step(ENTRY_STEP_DISPATCH, 2, 0), REPLY_OK);
	CU_ASSERT_EQUAL_FATAL(plan()->state, PLAN_STATE_SUCCEEDED);
	CU_ASSERT_EQUAL(act(ENTRY_PLAN_ROLLBACK, "x"), REPLY_NO_REASON);
	CU_ASSERT_EQUAL(act(ENTRY_PLAN_ROLLBACK, "second thoughts"),
	    REPLY_OK);
	CU_ASSERT_EQUAL(plan()->state, PLAN_STATE_ROLLING_BACK);
	CU_ASSERT_PTR_NOT_NULL(model_lock(model, "node/n1"));
	CU_ASSERT_EQUAL(step(ENTRY_STEP_DISPATCH, 3, 0), REPLY_OK);
	CU_ASSERT_EQUAL(plan()->state, PLAN_STATE_ROLLED_BACK);
	CU_ASSERT_EQUAL(model_count(model, ROW_TABLE_LOCK), 0);
	CU_ASSERT_EQUAL(act(ENTRY_PLAN_RELEASE, "nothing is left"),
	    REPLY_PLAN_STATE);
}

static void
what_does_not_help_is_undone(void)
{
	begin();
	CU_ASSERT_EQUAL(propose(PLAN_MODE_AUTO), REPLY_OK);
	run_to_result(STEP_CODE_DONE);
	CU_ASSERT_EQUAL(verdict(PLAN_VERDICT_NO_EFFECT), REPLY_OK);
	CU_ASSERT_EQUAL(plan()->state, PLAN_STATE_ROLLING_BACK);
	CU_ASSERT_EQUAL(step(ENTRY_STEP_DISPATCH, 3, 0), REPLY_OK);
	CU_ASSERT_EQUAL(plan()->state, PLAN_STATE_ROLLED_BACK);
	CU_ASSERT_EQUAL(fault()->state, FAULT_STATE_OPEN);
	CU_ASSERT_PTR_NULL(model_curb(model, "n1/a"));
	CU_ASSERT_TRUE(model_pace(model, "class",
	    "backend.crash")->ready_ms > now_ms);
}

static void
a_step_that_is_refused_ends_the_plan(void)
{
	begin();
	CU_ASSERT_EQUAL(propose(PLAN_MODE_AUTO), REPLY_OK);
	run_to_result(STEP_CODE_REFUSED);
	CU_ASSERT_EQUAL(plan()->state, PLAN_STATE_ROLLING_BACK);
	CU_ASSERT_EQUAL(model_step(model, id, 2)->state,
	    STEP_STATE_CANCELLED);
}

static void
another_attempt_is_stale(void)
{
	begin();
	CU_ASSERT_EQUAL(propose(PLAN_MODE_AUTO), REPLY_OK);
	CU_ASSERT_EQUAL(as_leader(ENTRY_PLAN_START, 0), REPLY_OK);
	CU_ASSERT_EQUAL(step(ENTRY_STEP_DISPATCH, 0, 0), REPLY_OK);
	/* Not sent yet: nothing of it can begin. */
	CU_ASSERT_EQUAL(step(ENTRY_STEP_BEGIN, 1, 0), REPLY_STEP_STATE);
	CU_ASSERT_EQUAL(step(ENTRY_STEP_DISPATCH, 1, 0), REPLY_OK);
	/* Not claimed in time: provably nothing happened. */
	now_ms += STEP_CLAIM_MS + 1;
	CU_ASSERT_EQUAL(step(ENTRY_STEP_BEGIN, 1, 0), REPLY_STEP_STATE);
	CU_ASSERT_EQUAL(step(ENTRY_STEP_DUE, 1, 0), REPLY_OK);
	CU_ASSERT_EQUAL(model_step(model, id, 1)->state, STEP_STATE_READY);
	CU_ASSERT_EQUAL(step(ENTRY_STEP_DISPATCH, 1, 0), REPLY_OK);
	CU_ASSERT_EQUAL(model_step(model, id, 1)->attempt, 2);
}

static void
cancelled_before_it_began_it_did_nothing(void)
{
	begin();
	CU_ASSERT_EQUAL(propose(PLAN_MODE_AUTO), REPLY_OK);
	CU_ASSERT_EQUAL(as_leader(ENTRY_PLAN_START, 0), REPLY_OK);
	CU_ASSERT_EQUAL(act(ENTRY_PLAN_ROLLBACK, "the wrong one"), REPLY_OK);
	CU_ASSERT_EQUAL(plan()->state, PLAN_STATE_SUPERSEDED);
	CU_ASSERT_EQUAL(step(ENTRY_STEP_DISPATCH, 0, 0), REPLY_STEP_STATE);
}

static void
a_fault_that_goes_by_itself_needs_no_plan(void)
{
	struct entry entry;

	begin();
	CU_ASSERT_EQUAL(propose(PLAN_MODE_MANUAL), REPLY_OK);
	new_entry(&entry, ENTRY_FAULT_CLEAR);
	as_system(&entry);
	entry_add_number(&entry, ARGUMENT_ID, fault()->id);
	CU_ASSERT_EQUAL(apply(&entry), REPLY_OK);
	CU_ASSERT_EQUAL(plan()->state, PLAN_STATE_SUPERSEDED);
	CU_ASSERT_EQUAL(fault()->state, FAULT_STATE_CLEARED);
	CU_ASSERT_EQUAL(model_arm(model, FAULT_BACKEND_CRASH,
	    STRATEGY_WATCH)->helped, 1);
}

static void
guards_hold_up_and_let_go(void)
{
	struct entry entry;

	begin();
	CU_ASSERT_EQUAL(propose(PLAN_MODE_AUTO), REPLY_OK);
	CU_ASSERT_EQUAL(as_leader(ENTRY_PLAN_START, 40000), REPLY_OK);
	CU_ASSERT_EQUAL(plan()->state, PLAN_STATE_APPROVED);
	CU_ASSERT_EQUAL(plan()->blocked_by, GUARD_FRESH);
	new_entry(&entry, ENTRY_HOLD_PUT);
	entry_add_target(&entry, "n1");
	entry_add_text(&entry, ARGUMENT_REASON, "I work on it");
	entry_add_number(&entry, ARGUMENT_HOLD_KIND, HOLD_PAUSE);
	entry_add_number(&entry, ARGUMENT_UNTIL_MS, now_ms + 1000);
	CU_ASSERT_EQUAL(apply(&entry), REPLY_OK);
	CU_ASSERT_EQUAL(as_leader(ENTRY_PLAN_START, 0), REPLY_OK);
	CU_ASSERT_EQUAL(plan()->blocked_by, GUARD_HOLD);
	now_ms += 1001;
	CU_ASSERT_EQUAL(as_leader(ENTRY_PLAN_START, 0), REPLY_OK);
	CU_ASSERT_EQUAL(plan()->state, PLAN_STATE_RUNNING);
	CU_ASSERT_EQUAL(plan()->blocked_by, GUARD_NONE);
}

static struct guard_answer
ask_slots(int64_t after, int64_t needed, int64_t target)
{
	struct entry entry;
	struct row_step steps[PLAN_STEPS_MAX];
	size_t count;

	new_entry(&entry, ENTRY_PLAN_START);
	entry_add_fact(&entry, FACT_SLOTS_NEEDED, "llama3", needed);
	entry_add_fact(&entry, FACT_READY_AFTER, "llama3", after);
	entry_add_fact(&entry, FACT_TARGET_SLOTS, "llama3", target);
	CU_ASSERT_EQUAL(plan_text_read(STEPS, steps, &count), 0);
	return guard_ask_one(&(struct guard_case){ .model = model,
		.entry = &entry, .plan = plan(), .steps = steps,
		.count = count, .now_ms = now_ms }, GUARD_MIN_READY);
}

static void
what_serves_nothing_may_be_repaired(void)
{
	begin();
	CU_ASSERT_EQUAL(propose(PLAN_MODE_MANUAL), REPLY_OK);
	CU_ASSERT_EQUAL(ask_slots(3, 2, 1).guard, GUARD_NONE);
	CU_ASSERT_EQUAL(ask_slots(1, 2, 1).guard, GUARD_MIN_READY);
	CU_ASSERT_EQUAL(ask_slots(1, 2, 1).have, 1);
	CU_ASSERT_EQUAL(ask_slots(1, 2, 1).need, 2);
	CU_ASSERT_EQUAL(ask_slots(1, 2, 0).guard, GUARD_NONE);
}

static void
steps_are_written_in_one_way(void)
{
	static const char *const wrong[] = {
		"", "0", "0 5 watch n1 n1 - 1000 1 0",
		"1 5 watch n1 n1 - 1 1 0 0",
		"0 5 dance n1 n1 - 1000 1 0 0", "0 9 watch n1 n1 - 1 1 0 0",
		"0 5 watch n1 n1 - 1000 1 1 0", "0 5 watch n1 n1 - 1000 0 0 0",
		"0 5 watch n1  n1 - 1000 1 0 0", "00 5 watch n1 n1 - 1 1 0 0",
		"0 5 watch n1 n1 %zz 1000 1 0 0", "0 5 watch n1 n1 - 1 1 0 0;",
		"0 5 watch n1 n1 %41 1000 1 0 0", "0 5 watch - n1 - 1 1 0 0",
	};
	struct row_step steps[PLAN_STEPS_MAX];
	char text[PLAN_TEXT_MAX + 1];
	size_t count, i;

	CU_ASSERT_EQUAL_FATAL(plan_text_read(
	    "0 5 disk.clean n1 n1 /a%20b%3B%25 1000 1 0 0", steps, &count),
	    0);
	CU_ASSERT_STRING_EQUAL(steps[0].argument, "/a b;%");
	CU_ASSERT_EQUAL(plan_text_write(steps, count, text, sizeof(text)),
	    0);
	CU_ASSERT_STRING_EQUAL(text,
	    "0 5 disk.clean n1 n1 /a%20b%3B%25 1000 1 0 0");
	CU_ASSERT_NOT_EQUAL(plan_text_write(steps, count, text, 20), 0);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		CU_ASSERT_NOT_EQUAL(plan_text_read(wrong[i], steps, &count),
		    0);
}

static void
run_log(uint64_t seed)
{
	static struct made made;
	struct log_maker log = { .random = { seed }, .plans = true };
	int n;

	model_free(model);
	model = model_new();
	log.model = model;
	for (n = 0; n < 1000; n++) {
		log_next(&log, &made);
		CU_ASSERT_EQUAL_FATAL(rules_apply(model, log.index, 1,
		    &made.entry, &changes), 0);
		note_edges();
		CU_ASSERT_EQUAL_FATAL(rules_commit(model, &changes), 0);
	}
}

static void
every_edge_is_reached(void)
{
	uint64_t seed;

	for (seed = 1; seed <= 500; seed++)
		run_log(seed);
#define PLAN_EDGE(FROM, EVENT, TO)					\
	if (!plan_seen[PLAN_STATE_##FROM][PLAN_STATE_##TO])	\
		printf("plan %s -> %s ", #FROM, #TO);			\
	CU_ASSERT_TRUE(							\
	    plan_seen[PLAN_STATE_##FROM][PLAN_STATE_##TO]);
#include <drover/tables/plan_edges.def>
#undef PLAN_EDGE
#define STEP_EDGE(FROM, EVENT, TO)					\
	if (!step_seen[STEP_STATE_##FROM][STEP_STATE_##TO])	\
		printf("step %s -> %s ", #FROM, #TO);			\
	CU_ASSERT_TRUE(							\
	    step_seen[STEP_STATE_##FROM][STEP_STATE_##TO]);
#include <drover/tables/step_edges.def>
#undef STEP_EDGE
}

static const struct suite_test tests[] = {
	{ "an approval is of the plan that was seen",
	    an_approval_is_of_the_plan_that_was_seen },
	{ "two means two people", two_means_two_people },
	{ "a veto has its time", a_veto_has_its_time },
	{ "what nobody decides on expires", what_nobody_decides_on_expires },
	{ "what helps gives back what it held",
	    what_helps_gives_back_what_it_held },
	{ "what is left to take away is left out once the fault is gone",
	    what_is_left_to_take_away_is_left_out_once_the_fault_is_gone },
	{ "nothing is changed for all while a plan acts",
	    nothing_is_changed_for_all_while_a_plan_acts },
	{ "what helped can be taken back", what_helped_can_be_taken_back },
	{ "what does not help is undone", what_does_not_help_is_undone },
	{ "a step that is refused ends the plan",
	    a_step_that_is_refused_ends_the_plan },
	{ "another attempt is stale", another_attempt_is_stale },
	{ "cancelled before it began it did nothing",
	    cancelled_before_it_began_it_did_nothing },
	{ "a fault that goes by itself needs no plan",
	    a_fault_that_goes_by_itself_needs_no_plan },
	{ "guards hold up and let go", guards_hold_up_and_let_go },
	{ "what serves nothing may be repaired",
	    what_serves_nothing_may_be_repaired },
	{ "steps are written in one way", steps_are_written_in_one_way },
	{ "every edge is reached", every_edge_is_reached },
};

SUITE_MAIN("rules-plan", tests)
