/* The latch that every detector ends in. */
#include "detect/dwell.h"
#include "tests/unit/suite.h"

static const struct dwell_times times = { 10000, 5000, 30000 };

static int
step(struct dwell *dwell, enum verdict verdict, int64_t at_ms)
{
	return dwell_step(dwell, verdict, at_ms, &times);
}

static void
raised_after_the_dwell_and_not_before(void)
{
	struct dwell dwell = { 0 };

	CU_ASSERT_EQUAL(step(&dwell, VERDICT_BAD, 1000), 0);
	CU_ASSERT_EQUAL(step(&dwell, VERDICT_BAD, 10999), 0);
	CU_ASSERT_FALSE(dwell.active);
	CU_ASSERT_EQUAL(step(&dwell, VERDICT_BAD, 11000), 1);
	CU_ASSERT_TRUE(dwell.active);
	CU_ASSERT_EQUAL(dwell.since_ms, 1000);
	CU_ASSERT_EQUAL(step(&dwell, VERDICT_BAD, 12000), 0);
}

static void
one_value_that_is_not_bad_begins_the_wait_anew(void)
{
	struct dwell dwell = { 0 };

	step(&dwell, VERDICT_BAD, 0);
	step(&dwell, VERDICT_BETWEEN, 9000);
	CU_ASSERT_EQUAL(step(&dwell, VERDICT_BAD, 10000), 0);
	CU_ASSERT_EQUAL(step(&dwell, VERDICT_BAD, 19000), 0);
	CU_ASSERT_EQUAL(step(&dwell, VERDICT_BAD, 20000), 1);
}

static void
without_a_dwell_it_is_raised_at_once(void)
{
	static const struct dwell_times none = { 0, 0, 30000 };
	struct dwell dwell = { 0 };

	CU_ASSERT_EQUAL(dwell_step(&dwell, VERDICT_BAD, 5, &none), 1);
	CU_ASSERT_EQUAL(dwell_step(&dwell, VERDICT_GOOD, 5, &none), -1);
}

static void
inside_the_hysteresis_it_stays_as_it_is(void)
{
	struct dwell dwell = { 0 };
	int64_t at_ms;

	for (at_ms = 0; at_ms < 100000; at_ms += 1000)
		CU_ASSERT_EQUAL(step(&dwell, VERDICT_BETWEEN, at_ms), 0);
	step(&dwell, VERDICT_BAD, 100000);
	CU_ASSERT_EQUAL(step(&dwell, VERDICT_BAD, 110000), 1);
	for (at_ms = 111000; at_ms < 200000; at_ms += 1000)
		CU_ASSERT_EQUAL(step(&dwell, VERDICT_BETWEEN, at_ms), 0);
	CU_ASSERT_TRUE(dwell.active);
	CU_ASSERT_EQUAL(step(&dwell, VERDICT_GOOD, 200000), 0);
	CU_ASSERT_EQUAL(step(&dwell, VERDICT_GOOD, 205000), -1);
}

static void
what_is_unknown_neither_raises_nor_clears(void)
{
	struct dwell dwell = { 0 };

	step(&dwell, VERDICT_BAD, 0);
	CU_ASSERT_EQUAL(step(&dwell, VERDICT_UNKNOWN, 11000), 0);
	CU_ASSERT_EQUAL(step(&dwell, VERDICT_BAD, 12000), 1);
	step(&dwell, VERDICT_GOOD, 13000);
	CU_ASSERT_EQUAL(step(&dwell, VERDICT_UNKNOWN, 19000), 0);
	CU_ASSERT_TRUE(dwell.active);
	CU_ASSERT_EQUAL(step(&dwell, VERDICT_GOOD, 20000), -1);
}

static void
time_that_nobody_looked_at_does_not_count(void)
{
	struct dwell dwell = { 0 };

	step(&dwell, VERDICT_BAD, 0);
	CU_ASSERT_EQUAL(step(&dwell, VERDICT_BAD, 3600000), 0);
	CU_ASSERT_EQUAL(step(&dwell, VERDICT_BAD, 3609999), 0);
	CU_ASSERT_EQUAL(step(&dwell, VERDICT_BAD, 3610000), 1);
	CU_ASSERT_EQUAL(dwell.since_ms, 3600000);
	step(&dwell, VERDICT_GOOD, 3611000);
	CU_ASSERT_EQUAL(step(&dwell, VERDICT_GOOD, 7200000), 0);
	CU_ASSERT_EQUAL(step(&dwell, VERDICT_GOOD, 7205000), -1);
}

static void
a_clock_that_stands_still_or_goes_back_raises_nothing(void)
{
	struct dwell dwell = { 0 };
	int i;

	for (i = 0; i < 1000; i++)
		CU_ASSERT_EQUAL(step(&dwell, VERDICT_BAD, 50000), 0);
	CU_ASSERT_EQUAL(step(&dwell, VERDICT_BAD, 10), 0);
	CU_ASSERT_EQUAL(step(&dwell, VERDICT_BAD, 59999), 0);
	CU_ASSERT_EQUAL(step(&dwell, VERDICT_BAD, 60000), 1);
}

static const struct suite_test tests[] = {
#define TEST(name)	{ #name, name }
	TEST(raised_after_the_dwell_and_not_before),
	TEST(one_value_that_is_not_bad_begins_the_wait_anew),
	TEST(without_a_dwell_it_is_raised_at_once),
	TEST(inside_the_hysteresis_it_stays_as_it_is),
	TEST(what_is_unknown_neither_raises_nor_clears),
	TEST(time_that_nobody_looked_at_does_not_count),
	TEST(a_clock_that_stands_still_or_goes_back_raises_nothing),
};

SUITE_MAIN("detect-dwell", tests)
