/* Severity and order of faults, and which of them come from others. */
#include <stdlib.h>
#include <string.h>

#include "detect/fault.h"
#include "rules/correlate.h"
#include "rules/fault.h"
#include "rules/priority.h"
#include "tests/unit/suite.h"

static void
the_last_copy_is_worse_and_one_of_many_less_bad(void)
{
	CU_ASSERT_EQUAL(severity_of(3, -1, false), 3);
	CU_ASSERT_EQUAL(severity_of(3, 0, false), 4);
	CU_ASSERT_EQUAL(severity_of(3, 1, false), 3);
	CU_ASSERT_EQUAL(severity_of(3, 1499, false), 3);
	CU_ASSERT_EQUAL(severity_of(3, 1500, false), 2);
	CU_ASSERT_EQUAL(severity_of(4, 0, false), 4);
	CU_ASSERT_EQUAL(severity_of(0, 9000, false), 0);
	CU_ASSERT_EQUAL(severity_of(3, 0, true), 3);
	CU_ASSERT_EQUAL(severity_of(2, 0, true), 3);
}

static void
fifty_points_are_made_up_for_in_ten_minutes(void)
{
	struct priority_case bad = { .severity = 4, .confidence_ppm = 1000000,
		.room_milli = 1300 };
	struct priority_case small = { .severity = 0,
		.confidence_ppm = 1000000, .room_milli = 1300 };

	CU_ASSERT_EQUAL(priority_of(&bad), 45000);
	small.age_ms = 539000;
	CU_ASSERT_TRUE(priority_of(&small) < priority_of(&bad));
	small.age_ms = 541000;
	CU_ASSERT_TRUE(priority_of(&small) > priority_of(&bad));
	bad.failures = 1;
	CU_ASSERT_EQUAL(priority_of(&bad), 35000);
}

static void
whoever_waits_comes_up(void)
{
	struct priority_case bad = { .severity = 4, .impact_ppm = 500000,
		.room_milli = 900, .confidence_ppm = 990000 };
	struct priority_case small = { .severity = 1, .room_milli = 2000,
		.confidence_ppm = 990000 };

	CU_ASSERT_TRUE(priority_of(&bad) > priority_of(&small));
	small.age_ms = 12000 * (priority_of(&bad) / 1000 + 1);
	CU_ASSERT_TRUE(priority_of(&bad) < priority_of(&small));
	small.failures = 9;
	CU_ASSERT_TRUE(priority_of(&bad) > priority_of(&small));
}

static void
nothing_is_its_own_cause(void)
{
	int64_t root, fault, next_root, next_fault, at;
	size_t i, j, steps;

	for (i = 0; correlate_pair(i, &root, &fault); i++) {
		at = root;
		for (steps = 0, j = 0; steps < 64 && correlate_pair(j,
		    &next_root, &next_fault); j++) {
			if (next_fault != at)
				continue;
			CU_ASSERT_NOT_EQUAL(next_root, fault);
			at = next_root;
			steps++;
			j = (size_t)-1;
		}
		CU_ASSERT_TRUE(steps < 64);
	}
	CU_ASSERT_TRUE(i > 0);
}

static struct model *model;

static const struct row_fault *
put(int64_t id, int64_t class, const char *target, enum fault_state state,
    int64_t first_ms)
{
	struct row_fault *fault = calloc(1, sizeof(*fault));

	CU_ASSERT_PTR_NOT_NULL_FATAL(fault);
	fault->id = id;
	fault->class = class;
	fault->state = state;
	fault->first_ms = first_ms;
	fault->open_ms = state == FAULT_STATE_SUSPECTED ? 0 : first_ms + 1;
	fault->end_ms = state == FAULT_STATE_CLEARED ? first_ms + 2 : 0;
	strcpy(fault->node, "n1");
	strcpy(fault->target, target);
	CU_ASSERT_EQUAL_FATAL(model_put(model, ROW_TABLE_FAULT, fault), 0);
	return model_fault(model, id);
}

static void
a_cause_is_of_the_node_and_not_much_later(void)
{
	const struct row_fault *crash;

	model = model_new();
	crash = put(1, FAULT_BACKEND_CRASH, "n1/a", FAULT_STATE_OPEN, 50000);
	CU_ASSERT_PTR_NULL(correlate_cause(model, crash));
	put(2, FAULT_GPU_XID, "n1", FAULT_STATE_SUSPECTED, 50000);
	CU_ASSERT_PTR_NULL(correlate_cause(model, crash));
	put(2, FAULT_GPU_XID, "n1", FAULT_STATE_OPEN, 80001);
	CU_ASSERT_PTR_NULL(correlate_cause(model, crash));
	put(2, FAULT_GPU_XID, "n1", FAULT_STATE_OPEN, 80000);
	CU_ASSERT_EQUAL(correlate_cause(model, crash)->id, 2);
	/* The first of the table counts. */
	put(3, FAULT_GPU_LOST, "n1", FAULT_STATE_ESCALATED, 10);
	CU_ASSERT_EQUAL(correlate_cause(model, crash)->id, 3);
	put(3, FAULT_GPU_LOST, "n1", FAULT_STATE_CLEARED, 10);
	CU_ASSERT_EQUAL(correlate_cause(model, crash)->id, 2);
	model_free(model);
}

static void
what_is_of_a_target_comes_from_faults_of_that_target(void)
{
	const struct row_fault *missing;

	model = model_new();
	missing = put(1, FAULT_MODEL_MISSING, "n1/a", FAULT_STATE_OPEN, 500);
	put(2, FAULT_BACKEND_CRASH, "n1/b", FAULT_STATE_OPEN, 400);
	CU_ASSERT_PTR_NULL(correlate_cause(model, missing));
	put(3, FAULT_BACKEND_CRASH, "n1/a", FAULT_STATE_OPEN, 400);
	CU_ASSERT_EQUAL(correlate_cause(model, missing)->id, 3);
	model_free(model);
}

static void
what_comes_from_another_waits_for_its_treatment_and_not_for_ever(void)
{
	const struct row_fault *crash;

	model = model_new();
	crash = put(1, FAULT_BACKEND_CRASH, "n1/a", FAULT_STATE_OPEN, 500);
	CU_ASSERT_FALSE(correlate_waits(model, crash, 600));
	put(2, FAULT_NODE_MEM, "n1", FAULT_STATE_PLANNED, 400);
	CU_ASSERT_TRUE(correlate_waits(model, crash, 600));
	CU_ASSERT_FALSE(correlate_waits(model, crash,
	    501 + CORRELATE_WAIT_MS));
	put(2, FAULT_NODE_MEM, "n1", FAULT_STATE_HEALING, 400);
	CU_ASSERT_TRUE(correlate_waits(model, crash,
	    501 + CORRELATE_WAIT_MS));
	/* Nobody treats it: then the crash is mended alone. */
	put(2, FAULT_NODE_MEM, "n1", FAULT_STATE_ESCALATED, 400);
	CU_ASSERT_FALSE(correlate_waits(model, crash, 600));
	model_free(model);
}

static const struct suite_test tests[] = {
	{ "the last copy is worse and one of many less bad",
	    the_last_copy_is_worse_and_one_of_many_less_bad },
	{ "fifty points are made up for in ten minutes",
	    fifty_points_are_made_up_for_in_ten_minutes },
	{ "whoever waits comes up", whoever_waits_comes_up },
	{ "nothing is its own cause", nothing_is_its_own_cause },
	{ "a cause is of the node and not much later",
	    a_cause_is_of_the_node_and_not_much_later },
	{ "what is of a target comes from faults of that target",
	    what_is_of_a_target_comes_from_faults_of_that_target },
	{ "what comes from another waits for its treatment and not for ever",
	    what_comes_from_another_waits_for_its_treatment_and_not_for_ever },
};

SUITE_MAIN("rules-priority", tests)
