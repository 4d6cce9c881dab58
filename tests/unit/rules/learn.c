/* What decides without a plan: arms, pace, flaps, risk, and stages. */
#include <stdlib.h>

#include "detect/fault.h"
#include "rules/learn.h"
#include "rules/pace.h"
#include "rules/plan.h"
#include "rules/risk.h"
#include "rules/strategy.h"
#include "tests/unit/rules/generate.h"
#include "tests/unit/suite.h"

static void
arms_learn_and_forget(void)
{
	const struct strategy *strategy = strategy_find(
	    STRATEGY_BACKEND_RESTART);
	struct row_arm arm = arm_new(FAULT_BACKEND_CRASH, strategy);
	int64_t before = arm_mean_ppm(&arm), after;
	int i;

	for (i = 0; i < 40; i++) {
		arm_decay(&arm);
		arm_learn(&arm, PLAN_VERDICT_NO_EFFECT, 0, 0, 1);
	}
	CU_ASSERT_TRUE(arm_mean_ppm(&arm) < before / 3);
	CU_ASSERT_EQUAL(arm.tried, 40);
	after = arm_mean_ppm(&arm);
	/* Untried it comes back to what was thought of it at first. */
	for (i = 0; i < 400; i++)
		arm_decay(&arm);
	CU_ASSERT_TRUE(arm_mean_ppm(&arm) > after);
	CU_ASSERT_TRUE(llabs(arm_mean_ppm(&arm) - before) < 20000);
}

static void
pace_widens_and_waits(void)
{
	struct pace pace = pace_new();
	int i;

	CU_ASSERT_EQUAL(pace.width, 1);
	pace_helped(&pace);
	pace_helped(&pace);
	CU_ASSERT_EQUAL(pace.width, 4);
	pace_failed(&pace, 1000, 0);
	CU_ASSERT_EQUAL(pace.width, 1);
	CU_ASSERT_EQUAL(pace.ready_ms, 1000 + 24000);
	for (i = 0; i < 20; i++)
		pace_failed(&pace, 1000, 400);
	CU_ASSERT_EQUAL(pace.ready_ms, 1000 + 720000);
	pace_helped(&pace);
	CU_ASSERT_EQUAL(pace.ready_ms, 0);
	CU_ASSERT_EQUAL(pace.width, 2);
}

static void
what_flaps_is_left_alone_until_it_is_quiet(void)
{
	struct flap flap = { 0 };
	int64_t at_ms = 1;

	flap_add(&flap, at_ms);
	flap_add(&flap, at_ms += 20000);
	CU_ASSERT_FALSE(flap_is_suppressed(&flap, at_ms));
	flap_add(&flap, at_ms += 20000);
	flap_add(&flap, at_ms += 20000);
	CU_ASSERT_TRUE(flap_is_suppressed(&flap, at_ms));
	CU_ASSERT_TRUE(flap_is_suppressed(&flap, at_ms + FLAP_HALF_MS));
	CU_ASSERT_FALSE(flap_is_suppressed(&flap,
	    at_ms + 2 * FLAP_HALF_MS));
	CU_ASSERT_EQUAL(flap_penalty(&flap, at_ms + 100 * FLAP_HALF_MS), 0);
}

/* Whatever happens: it never stops, never runs away, always comes back. */
static void
pace_and_arms_keep_their_bounds(void)
{
	const struct strategy *strategy = strategy_find(
	    STRATEGY_BACKEND_RESTART);
	struct row_arm arm, before;
	struct random random;
	struct pace pace;
	uint64_t seed;
	int64_t at_ms;
	int i;

	for (seed = 1; seed <= 100000; seed++) {
		random = (struct random){ seed };
		pace = pace_new();
		arm = arm_new(FAULT_BACKEND_CRASH, strategy);
		at_ms = 1;
		for (i = 0; i < 24; i++) {
			at_ms += (int64_t)random_below(&random, 100000);
			before = arm;
			arm_decay(&arm);
			if (random_below(&random, 2) == 0) {
				pace_helped(&pace);
				arm_learn(&arm, PLAN_VERDICT_HELPED, 1, 1,
				    at_ms);
				CU_ASSERT_TRUE_FATAL(arm.a_milli >
				    before.a_milli * 98 / 100);
				CU_ASSERT_EQUAL_FATAL(pace.ready_ms, 0);
			} else {
				pace_failed(&pace, at_ms,
				    random_below(&random, 1000));
				arm_learn(&arm, random_below(&random, 3) ==
				    0 ? PLAN_VERDICT_WORSE :
				    PLAN_VERDICT_NO_EFFECT, 1, 1, at_ms);
				CU_ASSERT_EQUAL_FATAL(pace.width, 1);
				CU_ASSERT_TRUE_FATAL(pace.ready_ms - at_ms >=
				    PACE_BACKOFF_MIN_MS * 4 / 5);
				CU_ASSERT_TRUE_FATAL(pace.ready_ms - at_ms <=
				    PACE_BACKOFF_MAX_MS * 6 / 5);
			}
			CU_ASSERT_TRUE_FATAL(pace.width >= 1 &&
			    pace.width <= PACE_WIDTH_MAX);
			CU_ASSERT_TRUE_FATAL(arm.a_milli > 0 &&
			    arm.b_milli > 0);
			/* Not more than the last hundred or so count. */
			CU_ASSERT_TRUE_FATAL(arm.a_milli + arm.b_milli <
			    110000);
			CU_ASSERT_TRUE_FATAL(arm_mean_ppm(&arm) > 0 &&
			    arm_mean_ppm(&arm) < 1000000);
		}
		CU_ASSERT_EQUAL_FATAL(arm.tried, 24);
	}
}

static void
risk_grows_with_what_is_taken(void)
{
	struct risk_case asked = { .base = 10, .undo = true, .tried = 9 };

	CU_ASSERT_EQUAL(risk_of(&asked).points, 10);
	asked.slots_lost = asked.slots_needed = 2;
	CU_ASSERT_EQUAL(risk_of(&asked).points, 30);
	asked.node = true;
	CU_ASSERT_EQUAL(risk_of(&asked).points, 45);
	asked.tried = 0;
	asked.undo = false;
	CU_ASSERT_EQUAL(risk_of(&asked).points, 73);
	asked.leads = true;
	CU_ASSERT_EQUAL(risk_of(&asked).points, 100);
	asked = (struct risk_case){ .base = 10, .undo = true, .tried = 99,
		.lower_ppm = 1000000 };
	CU_ASSERT_EQUAL(risk_of(&asked).points, 7);
}

static void
a_stage_decides_who_must_approve(void)
{
	struct policy policy = { .name = "p", .stage = POLICY_PROPOSE,
		.auto_below = 20, .veto_below = 40, .two_from = 60,
		.allow = "watch, backend.restart" };

	CU_ASSERT_EQUAL(mode_of(&policy, 0, 0), PLAN_MODE_AUTO);
	CU_ASSERT_EQUAL(mode_of(&policy, 10, 990000), PLAN_MODE_MANUAL);
	CU_ASSERT_EQUAL(mode_of(&policy, 60, 990000), PLAN_MODE_TWO);
	policy.stage = POLICY_VETO;
	CU_ASSERT_EQUAL(mode_of(&policy, 10, 990000), PLAN_MODE_VETO);
	CU_ASSERT_EQUAL(mode_of(&policy, 10, 500000), PLAN_MODE_MANUAL);
	CU_ASSERT_EQUAL(mode_of(&policy, 41, 990000), PLAN_MODE_MANUAL);
	policy.stage = POLICY_AUTO;
	CU_ASSERT_EQUAL(mode_of(&policy, 20, 990000), PLAN_MODE_AUTO);
	CU_ASSERT_EQUAL(mode_of(&policy, 21, 990000), PLAN_MODE_VETO);
	CU_ASSERT_TRUE(policy_allows(&policy, "backend.restart"));
	CU_ASSERT_FALSE(policy_allows(&policy, "backend"));
	CU_ASSERT_FALSE(policy_allows(&policy, "drain"));
}

static const struct suite_test tests[] = {
	{ "arms learn and forget", arms_learn_and_forget },
	{ "pace widens and waits", pace_widens_and_waits },
	{ "what flaps is left alone until it is quiet",
	    what_flaps_is_left_alone_until_it_is_quiet },
	{ "pace and arms keep their bounds",
	    pace_and_arms_keep_their_bounds },
	{ "risk grows with what is taken", risk_grows_with_what_is_taken },
	{ "a stage decides who must approve",
	    a_stage_decides_who_must_approve },
};

SUITE_MAIN("rules-learn", tests)
