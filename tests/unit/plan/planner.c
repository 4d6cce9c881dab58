/* Which way is taken, and why; and whether it helped. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "core/verify.h"
#include "detect/fault.h"
#include "plan/draw.h"
#include "plan/planner.h"
#include "plan/snapshot.h"
#include "rules/fault.h"
#include "rules/learn.h"
#include "tests/unit/suite.h"

static struct model *model;
static struct row_fault fault;
static struct planner_plan made;

static void
put(enum row_table table, const void *row)
{
	void *copy = malloc(row_kind(table)->bytes);

	memcpy(copy, row, row_kind(table)->bytes);
	CU_ASSERT_EQUAL_FATAL(model_put(model, table, copy), 0);
}

static struct planner_case
begin(enum fault_class class)
{
	model_free(model);
	model = model_new();
	memset(&fault, 0, sizeof(fault));
	fault.id = 4;
	fault.class = class;
	fault.state = FAULT_STATE_OPEN;
	fault.severity = 3;
	fault.confidence_ppm = 990000;
	fault.revision = 1;
	fault.since_ms = fault.open_ms = 1000;
	snprintf(fault.target, sizeof(fault.target), "n1/a");
	snprintf(fault.node, sizeof(fault.node), "n1");
	return (struct planner_case){ .model = model, .fault = &fault,
		.now_ms = 5000, .seed = "s", .store = "",
		.needed_slots = 1, .policy = { .name = "p",
		.stage = POLICY_AUTO, .auto_below = 20, .veto_below = 40,
		.two_from = 60, .allow = "" } };
}

static void
ended(enum strategy_number strategy, enum plan_state state, int64_t start_ms)
{
	static int64_t id = 10;
	struct row_plan plan = { .id = id++, .fault = fault.id,
		.class = fault.class, .strategy = strategy, .state = state,
		.proposed_ms = 2000, .start_ms = start_ms, .end_ms = 4000 };

	memcpy(plan.target, fault.target, sizeof(plan.target));
	put(ROW_TABLE_PLAN, &plan);
}

static void
the_same_case_gives_the_same_plan(void)
{
	static struct planner_plan again;
	struct planner_case asked = begin(FAULT_BACKEND_CRASH);

	CU_ASSERT_EQUAL(planner_make(&asked, &made), 0);
	CU_ASSERT_EQUAL(planner_make(&asked, &again), 0);
	CU_ASSERT_STRING_EQUAL(made.why, again.why);
	CU_ASSERT_STRING_EQUAL(made.text, again.text);
	asked.seed = "another";
	CU_ASSERT_EQUAL(planner_make(&asked, &again), 0);
	CU_ASSERT_STRING_NOT_EQUAL(made.why, again.why);
}

/* Of each class, with each strategy that treats it. */
static void
every_remedy_makes_sound_steps(void)
{
	const struct strategy *strategy;
	const struct fault_kind *kind;
	struct row_step steps[PLAN_STEPS_MAX];
	struct row_setting setting = { .name = "collect.interval",
		.at_ms = 4000, .revision = 3 };
	json_t *why;
	size_t i, j, count;

	for (i = 0; (kind = fault_kind_at(i)) != NULL; i++)
		for (j = 0; (strategy = strategy_of_class(kind->number,
		    j)) != NULL; j++) {
			struct planner_case asked = begin(kind->number);

			put(ROW_TABLE_SETTING, &setting);
			asked.store = "/var/lib/my models";
			asked.models[asked.model_count++] = "llama3:70b";
			snprintf(fault.device, sizeof(fault.device), "gpu/0");
			asked.wanted = strategy->number;
			CU_ASSERT_EQUAL_FATAL(planner_make(&asked, &made), 0);
			CU_ASSERT_EQUAL_FATAL(plan_text_read(made.text, steps,
			    &count), 0);
			CU_ASSERT_EQUAL(count, made.step_count);
			CU_ASSERT_TRUE(made.reason[0] != '\0');
			why = json_loads(made.why, 0, NULL);
			CU_ASSERT_PTR_NOT_NULL(why);
			json_decref(why);
		}
}

static void
a_long_prompt_is_never_restarted(void)
{
	struct planner_case asked = begin(FAULT_BACKEND_PREFILL);
	size_t i;

	CU_ASSERT_EQUAL(planner_make(&asked, &made), 0);
	for (i = 0; i < made.arm_count; i++)
		CU_ASSERT_EQUAL(made.arms[i].strategy->number,
		    STRATEGY_WATCH);
}

static const struct planner_arm *
arm_of(enum strategy_number number)
{
	size_t i;

	for (i = 0; i < made.arm_count; i++)
		if (made.arms[i].strategy->number == number)
			return &made.arms[i];
	return NULL;
}

static void
what_failed_is_not_tried_again_nor_what_is_gentler(void)
{
	struct planner_case asked = begin(FAULT_BACKEND_STUCK);

	asked.models[asked.model_count++] = "m";
	ended(STRATEGY_BACKEND_RESTART, PLAN_STATE_ROLLED_BACK, 2500);
	CU_ASSERT_EQUAL(planner_make(&asked, &made), 0);
	CU_ASSERT_PTR_NOT_NULL(arm_of(STRATEGY_BACKEND_RESTART)->barred);
	CU_ASSERT_PTR_NOT_NULL(arm_of(STRATEGY_WATCH)->barred);
	CU_ASSERT_PTR_NULL(arm_of(STRATEGY_UNLOAD_RESTART)->barred);
	ended(STRATEGY_UNLOAD_RESTART, PLAN_STATE_FAILED, 2600);
	ended(STRATEGY_QUARANTINE, PLAN_STATE_REJECTED, 0);
	CU_ASSERT_EQUAL(planner_make(&asked, &made), -ENOENT);
	CU_ASSERT_PTR_NOT_NULL(strstr(made.reason, "it was rejected"));
	/* Ten minutes later that may be proposed again. */
	asked.now_ms += PLANNER_REJECTED_MS;
	CU_ASSERT_EQUAL(planner_make(&asked, &made), 0);
	CU_ASSERT_EQUAL(made.arms[made.chosen].strategy->number,
	    STRATEGY_QUARANTINE);
}

static void
a_few_of_what_is_small_are_drawn_evenly_to_learn(void)
{
	size_t taken[PLANNER_ARMS_MAX] = { 0 }, explored = 0, i;
	struct planner_case asked = begin(FAULT_BACKEND_SLOW);
	struct row_fault *small = &fault;
	char name[24];

	asked.policy.stage = POLICY_AUTO;
	asked.policy.auto_below = 100;
	small->severity = 2;
	small->confidence_ppm = 1000000;
	for (i = 0; i < 20000; i++) {
		snprintf(name, sizeof(name), "seed %zu", i);
		asked.seed = name;
		CU_ASSERT_EQUAL_FATAL(planner_make(&asked, &made), 0);
		explored += made.explores;
		if (made.explores)
			taken[made.chosen]++;
	}
	CU_ASSERT_TRUE(explored > 850 && explored < 1150);
	CU_ASSERT_TRUE(made.arm_count >= 2);
	for (i = 0; i < made.arm_count; i++)
		if (made.arms[i].barred == NULL)
			CU_ASSERT_TRUE(taken[i] > explored / 8);
	/* What is worse than minor is treated as well as is known. */
	small->severity = 3;
	for (i = 0; i < 2000; i++) {
		snprintf(name, sizeof(name), "seed %zu", i);
		CU_ASSERT_EQUAL_FATAL(planner_make(&asked, &made), 0);
		CU_ASSERT_FALSE(made.explores);
	}
}

/* What was decided on can be decided on again, from what was kept. */
static void
a_snapshot_gives_the_same_plan(void)
{
	static struct planner_plan again;
	struct planner_case asked = begin(FAULT_BACKEND_STUCK);
	struct snapshot *snapshot;
	json_t *value, *read;
	char *text;

	asked.models[asked.model_count++] = "llama3:70b";
	ended(STRATEGY_BACKEND_RESTART, PLAN_STATE_ROLLED_BACK, 2500);
	CU_ASSERT_EQUAL(planner_make(&asked, &made), 0);
	value = snapshot_write(&asked);
	CU_ASSERT_PTR_NOT_NULL_FATAL(value);
	text = json_dumps(value, 0);
	read = json_loads(text, 0, NULL);
	CU_ASSERT_EQUAL_FATAL(snapshot_read(&snapshot, read), 0);
	json_decref(read);
	CU_ASSERT_EQUAL(planner_make(snapshot_case(snapshot), &again), 0);
	CU_ASSERT_STRING_EQUAL(made.text, again.text);
	CU_ASSERT_STRING_EQUAL(made.why, again.why);
	CU_ASSERT_STRING_EQUAL(made.reason, again.reason);
	CU_ASSERT_EQUAL(made.priority_milli, again.priority_milli);
	snapshot_free(snapshot);
	/* Of another version, or without its fault, it is none. */
	json_object_set_new(value, "version", json_integer(2));
	CU_ASSERT_EQUAL(snapshot_read(&snapshot, value), -EINVAL);
	json_object_set_new(value, "version", json_integer(1));
	json_object_set_new(value, "fault", json_integer(77));
	CU_ASSERT_EQUAL(snapshot_read(&snapshot, value), -EINVAL);
	json_object_set_new(value, "rows", json_pack("{s:[{s:s}]}", "fault",
	    "id", "one"));
	CU_ASSERT_EQUAL(snapshot_read(&snapshot, value), -EINVAL);
	CU_ASSERT_PTR_NULL(snapshot);
	json_decref(value);
	free(text);
}

static void
three_tries_within_an_hour_are_enough(void)
{
	struct planner_case asked = begin(FAULT_BACKEND_CRASH);
	int i;

	fault.since_ms = 4500;
	for (i = 0; i < 3; i++)
		ended(STRATEGY_BACKEND_RESTART, PLAN_STATE_SUCCEEDED, 2500);
	CU_ASSERT_EQUAL(planner_make(&asked, &made), -ENOENT);
	asked.now_ms += 3600000;
	CU_ASSERT_EQUAL(planner_make(&asked, &made), 0);
}

static void
a_policy_bars_and_decides(void)
{
	struct planner_case asked = begin(FAULT_BACKEND_CRASH);

	asked.policy.allow = "backend.restart";
	CU_ASSERT_EQUAL(planner_make(&asked, &made), 0);
	CU_ASSERT_EQUAL(made.arms[made.chosen].strategy->number,
	    STRATEGY_BACKEND_RESTART);
	CU_ASSERT_EQUAL(made.mode, PLAN_MODE_AUTO);
	asked.policy.stage = POLICY_PROPOSE;
	CU_ASSERT_EQUAL(planner_make(&asked, &made), 0);
	CU_ASSERT_EQUAL(made.mode, PLAN_MODE_MANUAL);
	/* Of one that serves, the last that does, more is at stake. */
	asked.target_slots = asked.ready_slots = 1;
	CU_ASSERT_EQUAL(planner_make(&asked, &made), 0);
	CU_ASSERT_EQUAL(made.risk, 48);
}

static void
the_draw_has_the_mean_of_what_is_known(void)
{
	struct draw draw;
	double sum = 0, value;
	int i;

	CU_ASSERT_EQUAL(draw_seed(&draw, "x", 1), 0);
	for (i = 0; i < 20000; i++) {
		value = draw_beta(&draw, 2.8, 1.2);
		CU_ASSERT_TRUE_FATAL(value >= 0 && value <= 1);
		sum += value;
	}
	CU_ASSERT_TRUE(fabs(sum / 20000 - 0.7) < 0.01);
	for (i = 0, sum = 0; i < 20000; i++)
		sum += draw_beta(&draw, 0.3, 0.9);
	CU_ASSERT_TRUE(fabs(sum / 20000 - 0.25) < 0.01);
}

/* The reference: state 1, 2, 3, 4, of its authors. */
static void
the_generator_is_xoshiro(void)
{
	static const uint64_t first[] = { 11520, 0, 1509978240,
		UINT64_C(1215971899390074240) };
	struct draw draw = { { 1, 2, 3, 4 } };
	size_t i;

	for (i = 0; i < 4; i++)
		CU_ASSERT_EQUAL(draw_number(&draw), first[i]);
}

/* Of a hundred faults that wait alone heals most of, it is found out. */
static void
what_works_is_found_out(void)
{
	struct planner_case asked = begin(FAULT_BACKEND_CRASH);
	const struct strategy *strategy;
	struct row_arm arm;
	int i, watched = 0;
	size_t j;

	for (i = 0; i < 100; i++) {
		fault.id = 100 + i;
		CU_ASSERT_EQUAL_FATAL(planner_make(&asked, &made), 0);
		watched += i >= 50 && made.arms[made.chosen].
		    strategy->number == STRATEGY_WATCH;
		for (j = 0; (strategy = strategy_of_class(
		    FAULT_BACKEND_CRASH, j)) != NULL; j++) {
			arm = model_arm(model, FAULT_BACKEND_CRASH,
			    strategy->number) == NULL ?
			    arm_new(FAULT_BACKEND_CRASH, strategy) :
			    *model_arm(model, FAULT_BACKEND_CRASH,
			    strategy->number);
			arm_decay(&arm);
			if (made.arms[made.chosen].strategy == strategy)
				arm_learn(&arm, strategy->number ==
				    STRATEGY_WATCH ? PLAN_VERDICT_HELPED :
				    PLAN_VERDICT_NO_EFFECT, 1000,
				    strategy->cost_slot_s, 1);
			put(ROW_TABLE_ARM, &arm);
		}
	}
	CU_ASSERT_TRUE(watched >= 45);
}

static struct row_plan acted = { .id = 6, .fault = 4,
	.class = FAULT_BACKEND_CRASH, .strategy = STRATEGY_BACKEND_RESTART,
	.start_ms = 10000, .acted_ms = 12000, .node = "n1",
	.target = "n1/a" };

static void
it_must_hold_for_a_while(void)
{
	struct verify verify = { 0 };
	struct verify_facts facts = { .gap_ms = 5000, .answers = true,
		.canaries = true };
	char why[257];
	int64_t ms;

	(void)begin(FAULT_BACKEND_CRASH);
	for (ms = 0; ms < 5000; ms += 500) {
		facts.now_ms = 500000 + ms;
		facts.cluster_ms = 12000 + ms;
		CU_ASSERT_EQUAL(verify_look(&verify, model, &acted, &facts,
		    why), PLAN_VERDICT_NONE);
	}
	/* Once more, and its time begins anew. */
	facts.stands = true;
	CU_ASSERT_EQUAL(verify_look(&verify, model, &acted, &facts, why),
	    PLAN_VERDICT_NONE);
	facts.stands = false;
	for (ms = 5500; ms < 10500; ms += 500) {
		facts.now_ms = 500000 + ms;
		CU_ASSERT_EQUAL(verify_look(&verify, model, &acted, &facts,
		    why), PLAN_VERDICT_NONE);
	}
	facts.now_ms = 510500;
	CU_ASSERT_EQUAL(verify_look(&verify, model, &acted, &facts, why),
	    PLAN_VERDICT_HELPED);
	/* What only sets apart leaves the fault as it is. */
	acted.strategy = STRATEGY_QUARANTINE;
	facts.stands = true;
	CU_ASSERT_EQUAL(verify_look(&verify, model, &acted, &facts, why),
	    PLAN_VERDICT_HELPED);
	acted.strategy = STRATEGY_BACKEND_RESTART;
	facts.stands = false;
	/* What nobody looked at for long has not held. */
	facts.now_ms += 60000;
	CU_ASSERT_EQUAL(verify_look(&verify, model, &acted, &facts, why),
	    PLAN_VERDICT_NONE);
}

static void
no_help_and_harm_are_told_apart(void)
{
	struct verify verify = { 0 };
	struct verify_facts facts = { .gap_ms = 5000, .stands = true,
		.canaries = true, .now_ms = 1, .cluster_ms = 12000 };
	struct row_fault other = { .id = 9, .state = FAULT_STATE_OPEN,
		.class = FAULT_NODE_MEM, .severity = 3, .open_ms = 13000,
		.first_ms = 12500, .node = "n1", .target = "n1" };
	char why[257];

	(void)begin(FAULT_BACKEND_CRASH);
	CU_ASSERT_EQUAL(verify_look(&verify, model, &acted, &facts, why),
	    PLAN_VERDICT_NONE);
	facts.cluster_ms += VERIFY_LIMIT_MS + 20001;
	CU_ASSERT_EQUAL(verify_look(&verify, model, &acted, &facts, why),
	    PLAN_VERDICT_NO_EFFECT);
	CU_ASSERT_STRING_EQUAL(why, "it is as it was");
	facts.stands = false;
	CU_ASSERT_EQUAL(verify_look(&verify, model, &acted, &facts, why),
	    PLAN_VERDICT_NO_EFFECT);
	CU_ASSERT_STRING_EQUAL(why, "it does not answer");
	facts.answers = true;
	facts.canaries = false;
	CU_ASSERT_EQUAL(verify_look(&verify, model, &acted, &facts, why),
	    PLAN_VERDICT_NO_EFFECT);
	CU_ASSERT_STRING_EQUAL(why, "it answers, and generates nothing");
	put(ROW_TABLE_FAULT, &other);
	CU_ASSERT_EQUAL(verify_look(&verify, model, &acted, &facts, why),
	    PLAN_VERDICT_WORSE);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "node.mem"));
	/* It was there before, or it is elsewhere. */
	other.first_ms = 9000;
	put(ROW_TABLE_FAULT, &other);
	CU_ASSERT_EQUAL(verify_look(&verify, model, &acted, &facts, why),
	    PLAN_VERDICT_NO_EFFECT);
}

static const struct suite_test tests[] = {
	{ "the same case gives the same plan",
	    the_same_case_gives_the_same_plan },
	{ "every remedy makes sound steps", every_remedy_makes_sound_steps },
	{ "a long prompt is never restarted",
	    a_long_prompt_is_never_restarted },
	{ "what failed is not tried again, nor what is gentler",
	    what_failed_is_not_tried_again_nor_what_is_gentler },
	{ "a few of what is small are drawn evenly to learn",
	    a_few_of_what_is_small_are_drawn_evenly_to_learn },
	{ "a snapshot gives the same plan", a_snapshot_gives_the_same_plan },
	{ "three tries within an hour are enough",
	    three_tries_within_an_hour_are_enough },
	{ "a policy bars and decides", a_policy_bars_and_decides },
	{ "the draw has the mean of what is known",
	    the_draw_has_the_mean_of_what_is_known },
	{ "the generator is xoshiro", the_generator_is_xoshiro },
	{ "what works is found out", what_works_is_found_out },
	{ "it must hold for a while", it_must_hold_for_a_while },
	{ "no help and harm are told apart",
	    no_help_and_harm_are_told_apart },
};

SUITE_MAIN("planner", tests)
