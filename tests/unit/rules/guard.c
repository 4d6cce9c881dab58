/* Each guard by itself: what it stands against, and what it lets. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/fault.h"
#include "rules/apply.h"
#include "rules/fault.h"
#include "rules/guard.h"
#include "rules/kind.h"
#include "rules/strategy.h"
#include "tests/unit/suite.h"

#define NOW_MS	INT64_C(100000000)

static struct model *model;
static struct entry entry;
static struct row_plan plan;
static struct row_step steps[2];
static struct guard_case asked;

static void
put(enum row_table table, const void *row)
{
	void *copy = malloc(row_kind(table)->bytes);

	CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
	memcpy(copy, row, row_kind(table)->bytes);
	CU_ASSERT_EQUAL_FATAL(model_put(model, table, copy), 0);
}

/* A plan of one step on n1/a. */
static void
begin(enum operation_number operation, enum strategy_number strategy)
{
	model_free(model);
	model = model_new();
	entry = (struct entry){ .kind = ENTRY_PLAN_START };
	plan = (struct row_plan){ .id = 50, .strategy = strategy,
		.class = FAULT_BACKEND_CRASH, .state = PLAN_STATE_APPROVED,
		.mode = PLAN_MODE_MANUAL, .target = "n1/a", .node = "n1" };
	steps[0] = (struct row_step){ .plan = 50, .operation = operation,
		.node = "n1", .target = "n1/a", .state = STEP_STATE_WAITING };
	steps[1] = steps[0];
	asked = (struct guard_case){ .model = model, .entry = &entry,
		.plan = &plan, .steps = steps, .count = 1,
		.now_ms = NOW_MS };
}

static void
begin_restart(void)
{
	begin(OPERATION_BACKEND_RESTART, STRATEGY_BACKEND_RESTART);
}

static void
fact(unsigned int number, const char *subject, int64_t value)
{
	CU_ASSERT_EQUAL_FATAL(entry_add_fact(&entry, number, subject, value),
	    0);
}

static bool
lets(enum guard_number guard)
{
	return guard_ask_one(&asked, guard).guard == GUARD_NONE;
}

static void
denies(enum guard_number guard, int64_t have, int64_t need)
{
	struct guard_answer answer = guard_ask_one(&asked, guard);

	CU_ASSERT_EQUAL(answer.guard, guard);
	CU_ASSERT_EQUAL(answer.have, have);
	CU_ASSERT_EQUAL(answer.need, need);
}

static struct row_plan
another_plan(int64_t number, const char *target)
{
	struct row_plan other = { .id = number, .node = "n2",
		.state = PLAN_STATE_RUNNING, .start_ms = NOW_MS - 1000,
		.strategy = STRATEGY_BACKEND_RESTART };

	snprintf(other.target, sizeof(other.target), "%s", target);
	return other;
}

static void
slots(int64_t needed, int64_t after, int64_t target)
{
	begin_restart();
	fact(FACT_SLOTS_NEEDED, "m", needed);
	fact(FACT_READY_AFTER, "m", after);
	fact(FACT_TARGET_SLOTS, "m", target);
}

static void
g1_keeps_enough_ready_and_lets_repair_what_gives_nothing(void)
{
	slots(2, 1, 2);
	denies(GUARD_MIN_READY, 1, 2);
	slots(2, 2, 2);
	CU_ASSERT_TRUE(lets(GUARD_MIN_READY));
	slots(2, 0, 0);
	CU_ASSERT_TRUE(lets(GUARD_MIN_READY));
	begin_restart();
	fact(FACT_SLOTS_NEEDED, "m", 2);
	denies(GUARD_MIN_READY, 0, 2);
}

static void
g2_lets_one_at_a_time(void)
{
	struct row_plan other = another_plan(40, "n2/a");
	struct row_step step = { .plan = 40, .operation =
	    OPERATION_BACKEND_RESTART, .node = "n2", .target = "n2/a" };
	struct row_lock lock = { .resource = "node/n1", .plan = 40 };

	begin_restart();
	CU_ASSERT_TRUE(lets(GUARD_BUDGET));
	put(ROW_TABLE_PLAN, &other);
	CU_ASSERT_TRUE(lets(GUARD_BUDGET));
	put(ROW_TABLE_STEP, &step);
	denies(GUARD_BUDGET, 1, 1);
	begin_restart();
	put(ROW_TABLE_PLAN, &plan);
	put(ROW_TABLE_STEP, &steps[0]);
	put(ROW_TABLE_LOCK, &lock);
	denies(GUARD_BUDGET, 40, 0);
}

static void
g3_waits_where_something_failed(void)
{
	struct row_pace pace = { .axis = "class", .value = "backend.crash",
		.width = 1, .ready_ms = NOW_MS + 5000 };

	begin_restart();
	CU_ASSERT_TRUE(lets(GUARD_PACE));
	put(ROW_TABLE_PACE, &pace);
	CU_ASSERT_FALSE(lets(GUARD_PACE));
	asked.running = true;
	CU_ASSERT_TRUE(lets(GUARD_PACE));
}

static void
g4_calls_a_person_after_a_few(void)
{
	struct row_plan other;
	int64_t i;

	begin_restart();
	for (i = 0; i < GUARD_ATTEMPTS_MAX; i++) {
		CU_ASSERT_TRUE(lets(GUARD_ATTEMPTS));
		other = another_plan(10 + i, "n1/a");
		put(ROW_TABLE_PLAN, &other);
	}
	denies(GUARD_ATTEMPTS, GUARD_ATTEMPTS_MAX, GUARD_ATTEMPTS_MAX);
	asked.now_ms += GUARD_ATTEMPTS_MS;
	CU_ASSERT_TRUE(lets(GUARD_ATTEMPTS));
}

static void
g5_and_g6_keep_the_voters_and_the_leader(void)
{
	begin(OPERATION_NODE_REBOOT, STRATEGY_NODE_REBOOT);
	denies(GUARD_QUORUM, 0, 1);
	denies(GUARD_LEADER, 1, 0);
	fact(FACT_VOTERS_AFTER, "n1", 1);
	fact(FACT_MAJORITY, "", 2);
	fact(FACT_LEADS, "n1", 1);
	denies(GUARD_QUORUM, 1, 2);
	denies(GUARD_LEADER, 1, 0);
	begin(OPERATION_NODE_REBOOT, STRATEGY_NODE_REBOOT);
	fact(FACT_VOTERS_AFTER, "n1", 2);
	fact(FACT_MAJORITY, "", 2);
	fact(FACT_LEADS, "n1", 0);
	CU_ASSERT_TRUE(lets(GUARD_QUORUM));
	CU_ASSERT_TRUE(lets(GUARD_LEADER));
	begin_restart();
	CU_ASSERT_TRUE(lets(GUARD_QUORUM));
	CU_ASSERT_TRUE(lets(GUARD_LEADER));
}

static void
g7_lets_six_drains_in_an_hour(void)
{
	struct row_step drain = { .plan = 40, .operation = OPERATION_DRAIN,
		.begin_ms = NOW_MS - 1000, .node = "n2", .target = "n2" };

	begin(OPERATION_DRAIN, STRATEGY_DRAIN);
	for (drain.n = 0; drain.n < GUARD_DRAINS_MAX; drain.n++) {
		CU_ASSERT_TRUE(lets(GUARD_DRAINS));
		put(ROW_TABLE_STEP, &drain);
	}
	denies(GUARD_DRAINS, GUARD_DRAINS_MAX, GUARD_DRAINS_MAX);
	asked.now_ms += GUARD_DRAINS_MS;
	CU_ASSERT_TRUE(lets(GUARD_DRAINS));
}

static void
storm_of(int nodes, int64_t open_ms)
{
	struct row_fault fault = { .class = FAULT_BACKEND_CRASH,
		.state = FAULT_STATE_OPEN, .open_ms = open_ms };

	for (fault.id = 1; fault.id <= nodes; fault.id++) {
		snprintf(fault.node, sizeof(fault.node), "n%d",
		    (int)fault.id);
		snprintf(fault.target, sizeof(fault.target), "n%d/a",
		    (int)fault.id);
		put(ROW_TABLE_FAULT, &fault);
	}
}

static void
g9_wants_two_for_what_cannot_be_undone_in_a_storm(void)
{
	begin_restart();
	storm_of(GUARD_STORM_NODES - 1, NOW_MS);
	CU_ASSERT_TRUE(lets(GUARD_STORM));
	storm_of(GUARD_STORM_NODES, NOW_MS);
	denies(GUARD_STORM, GUARD_STORM_NODES, GUARD_STORM_NODES);
	plan.mode = PLAN_MODE_TWO;
	CU_ASSERT_TRUE(lets(GUARD_STORM));
	begin(OPERATION_QUARANTINE, STRATEGY_QUARANTINE);
	storm_of(GUARD_STORM_NODES, NOW_MS);
	CU_ASSERT_TRUE(lets(GUARD_STORM));
	begin_restart();
	storm_of(GUARD_STORM_NODES, NOW_MS - GUARD_STORM_MS);
	CU_ASSERT_TRUE(lets(GUARD_STORM));
}

static void
g10_is_a_hold_of_a_person(void)
{
	static const char *const scopes[] = { "cluster", "n1", "n1/a" };
	struct row_hold hold = { .id = 7, .kind = HOLD_PAUSE,
		.until_ms = NOW_MS + 1 };
	size_t i;

	for (i = 0; i < 3; i++) {
		begin_restart();
		snprintf(hold.scope, sizeof(hold.scope), "%s", scopes[i]);
		put(ROW_TABLE_HOLD, &hold);
		denies(GUARD_HOLD, 7, 0);
		asked.now_ms = NOW_MS + 1;
		CU_ASSERT_TRUE(lets(GUARD_HOLD));
	}
	begin_restart();
	snprintf(hold.scope, sizeof(hold.scope), "n2");
	put(ROW_TABLE_HOLD, &hold);
	CU_ASSERT_TRUE(lets(GUARD_HOLD));
}

static void
g11_wants_what_was_seen_just_now(void)
{
	begin_restart();
	denies(GUARD_FRESH, INT64_MAX, RULES_FACT_AGE_MS);
	fact(FACT_EVIDENCE_AGE, "", RULES_FACT_AGE_MS + 1);
	denies(GUARD_FRESH, RULES_FACT_AGE_MS + 1, RULES_FACT_AGE_MS);
	begin_restart();
	fact(FACT_EVIDENCE_AGE, "", RULES_FACT_AGE_MS);
	CU_ASSERT_TRUE(lets(GUARD_FRESH));
}

static void
g12_wants_two_for_two_nodes(void)
{
	begin_restart();
	asked.count = 2;
	CU_ASSERT_TRUE(lets(GUARD_EXTENT));
	snprintf(steps[1].node, sizeof(steps[1].node), "n2");
	denies(GUARD_EXTENT, 2, 1);
	plan.mode = PLAN_MODE_TWO;
	CU_ASSERT_TRUE(lets(GUARD_EXTENT));
}

static void
g13_lets_one_change_at_a_time(void)
{
	struct row_plan other = another_plan(40, "n2/a");

	begin(OPERATION_CONF_ROLLBACK, STRATEGY_CONF_ROLLBACK);
	CU_ASSERT_TRUE(lets(GUARD_ONE_CHANGE));
	put(ROW_TABLE_PLAN, &other);
	denies(GUARD_ONE_CHANGE, 40, 0);
}

static void
g14_keeps_the_rest_from_drowning(void)
{
	begin_restart();
	CU_ASSERT_TRUE(lets(GUARD_LOAD));
	fact(FACT_LOAD_AFTER, "m", GUARD_LOAD_MAX);
	denies(GUARD_LOAD, GUARD_LOAD_MAX, GUARD_LOAD_MAX);
	asked.count = 2;
	steps[1].operation = OPERATION_LIMIT_LOWER;
	CU_ASSERT_TRUE(lets(GUARD_LOAD));
}

static void
g15_acts_only_where_it_can_write_that_down(void)
{
	begin_restart();
	CU_ASSERT_TRUE(lets(GUARD_DISK));
	fact(FACT_STATE_ROOM, "", GUARD_DISK_MIB - 1);
	denies(GUARD_DISK, GUARD_DISK_MIB - 1, GUARD_DISK_MIB);
	/* To make room is what helps. */
	steps[0].operation = OPERATION_DISK_CLEAN;
	CU_ASSERT_TRUE(lets(GUARD_DISK));
	begin_restart();
	fact(FACT_STATE_ROOM, "", GUARD_DISK_MIB);
	CU_ASSERT_TRUE(lets(GUARD_DISK));
}

static const struct suite_test tests[] = {
	{ "G1 keeps enough ready and lets repair what gives nothing",
	    g1_keeps_enough_ready_and_lets_repair_what_gives_nothing },
	{ "G2 lets one at a time", g2_lets_one_at_a_time },
	{ "G3 waits where something failed",
	    g3_waits_where_something_failed },
	{ "G4 calls a person after a few", g4_calls_a_person_after_a_few },
	{ "G5 and G6 keep the voters and the leader",
	    g5_and_g6_keep_the_voters_and_the_leader },
	{ "G7 lets six drains in an hour", g7_lets_six_drains_in_an_hour },
	{ "G9 wants two for what cannot be undone in a storm",
	    g9_wants_two_for_what_cannot_be_undone_in_a_storm },
	{ "G10 is a hold of a person", g10_is_a_hold_of_a_person },
	{ "G11 wants what was seen just now",
	    g11_wants_what_was_seen_just_now },
	{ "G12 wants two for two nodes", g12_wants_two_for_two_nodes },
	{ "G13 lets one change at a time", g13_lets_one_change_at_a_time },
	{ "G14 keeps the rest from drowning",
	    g14_keeps_the_rest_from_drowning },
	{ "G15 acts only where it can write that down",
	    g15_acts_only_where_it_can_write_that_down },
};

SUITE_MAIN("rules-guard", tests)
