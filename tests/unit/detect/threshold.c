/* Values against limits. */
#include <math.h>

#include "detect/threshold.h"
#include "tests/unit/detect/virtual.h"
#include "tests/unit/suite.h"

static double values[VALUES_MAX];

static const struct threshold_rule above = { FAULT_NODE_MEM,
	DROVER_METRIC_SCOPE_NODE, DROVER_DEVICE_KIND_UNKNOWN,
	{ COMPARISON_ABOVE, 0, 90000, 80000 }, 0, 0,
	{ COMPARISON_NONE, 0, 0, 0 } };

static enum verdict
step(struct threshold *threshold, const struct threshold_rule *rule,
    double value, int64_t at_ms)
{
	values[0] = value;
	return threshold_step(threshold, rule, values, at_ms);
}

static void
above_and_below_have_three_ways(void)
{
	const struct threshold_limit below = { COMPARISON_BELOW, 0, 5000,
	    7500 };

	CU_ASSERT_EQUAL(threshold_verdict(&above.limit, 90), VERDICT_BAD);
	CU_ASSERT_EQUAL(threshold_verdict(&above.limit, 89.9),
	    VERDICT_BETWEEN);
	CU_ASSERT_EQUAL(threshold_verdict(&above.limit, 80), VERDICT_GOOD);
	CU_ASSERT_EQUAL(threshold_verdict(&above.limit, NAN),
	    VERDICT_UNKNOWN);
	CU_ASSERT_EQUAL(threshold_verdict(&below, 5), VERDICT_BAD);
	CU_ASSERT_EQUAL(threshold_verdict(&below, 5.1), VERDICT_BETWEEN);
	CU_ASSERT_EQUAL(threshold_verdict(&below, 7.5), VERDICT_GOOD);
}

static void
bits_look_at_theirs_alone(void)
{
	const struct threshold_limit bits = { COMPARISON_BITS, 0, 96000, 0 };

	CU_ASSERT_EQUAL(threshold_verdict(&bits, 0x20), VERDICT_BAD);
	CU_ASSERT_EQUAL(threshold_verdict(&bits, 0x41), VERDICT_BAD);
	CU_ASSERT_EQUAL(threshold_verdict(&bits, 0x85), VERDICT_GOOD);
	CU_ASSERT_EQUAL(threshold_verdict(&bits, -1), VERDICT_UNKNOWN);
	CU_ASSERT_EQUAL(threshold_verdict(&bits, 1e30), VERDICT_UNKNOWN);
}

static void
a_mean_passes_over_a_burst_and_sees_what_lasts(void)
{
	struct threshold_rule rule = above;
	struct threshold threshold;
	int64_t at_ms;

	rule.over_ms = 10000;
	threshold_init(&threshold, &rule);
	for (at_ms = 0; at_ms < 60000; at_ms += 1000)
		CU_ASSERT_EQUAL(step(&threshold, &rule, 10, at_ms),
		    VERDICT_GOOD);
	CU_ASSERT_EQUAL(step(&threshold, &rule, 100, at_ms), VERDICT_GOOD);
	CU_ASSERT_EQUAL(step(&threshold, &rule, NAN, at_ms += 1000),
	    VERDICT_UNKNOWN);
	CU_ASSERT_EQUAL(step(&threshold, &rule, 10, at_ms += 1000),
	    VERDICT_GOOD);
	for (; at_ms < 100000; at_ms += 1000)
		step(&threshold, &rule, 100, at_ms);
	CU_ASSERT_EQUAL(step(&threshold, &rule, 100, at_ms), VERDICT_BAD);
}

static void
two_limits_are_bad_together_and_good_apart(void)
{
	struct threshold_rule rule = above;
	struct threshold threshold;

	rule.with = (struct threshold_limit){ COMPARISON_BELOW, 1, 5000,
	    7000 };
	threshold_init(&threshold, &rule);
	values[1] = 4;
	CU_ASSERT_EQUAL(step(&threshold, &rule, 95, 0), VERDICT_BAD);
	values[1] = 9;
	CU_ASSERT_EQUAL(step(&threshold, &rule, 95, 0), VERDICT_GOOD);
	values[1] = 6;
	CU_ASSERT_EQUAL(step(&threshold, &rule, 95, 0), VERDICT_BETWEEN);
	values[1] = NAN;
	CU_ASSERT_EQUAL(step(&threshold, &rule, 95, 0), VERDICT_UNKNOWN);
	CU_ASSERT_EQUAL(step(&threshold, &rule, 10, 0), VERDICT_GOOD);
}

static void
a_counter_is_judged_by_its_growth(void)
{
	struct threshold_rule rule = above;
	struct threshold threshold;
	int64_t at_ms;

	rule.limit = (struct threshold_limit){ COMPARISON_RISES, 0, 2000, 0 };
	rule.over_ms = 60000;
	threshold_init(&threshold, &rule);
	CU_ASSERT_EQUAL(step(&threshold, &rule, 1000, 0), VERDICT_UNKNOWN);
	CU_ASSERT_EQUAL(step(&threshold, &rule, 1000, 1000), VERDICT_GOOD);
	CU_ASSERT_EQUAL(step(&threshold, &rule, 1001, 2000),
	    VERDICT_BETWEEN);
	CU_ASSERT_EQUAL(step(&threshold, &rule, 1002, 3000), VERDICT_BAD);
	CU_ASSERT_EQUAL(step(&threshold, &rule, 0, 4000), VERDICT_BAD);
	for (at_ms = 5000; at_ms <= 70000; at_ms += 1000)
		step(&threshold, &rule, 0, at_ms);
	CU_ASSERT_EQUAL(step(&threshold, &rule, 0, at_ms), VERDICT_GOOD);
}

static const struct suite_test tests[] = {
#define TEST(name)	{ #name, name }
	TEST(above_and_below_have_three_ways),
	TEST(bits_look_at_theirs_alone),
	TEST(a_mean_passes_over_a_burst_and_sees_what_lasts),
	TEST(two_limits_are_bad_together_and_good_apart),
	TEST(a_counter_is_judged_by_its_growth),
};

SUITE_MAIN("detect-threshold", tests)
