/* What a metric's own record does to what is foreseen of it. */
#include <math.h>

#include "detect/foresee.h"
#include "tests/unit/detect/virtual.h"
#include "tests/unit/suite.h"

#define DAY_S	86400

static double values[VALUES_MAX];
static const struct trend_rule *rule;

static void
begin(struct foresee *foresee)
{
	rule = trend_rule_at(0);
	values_unknown(values);
	foresee_init(foresee, rule);
}

/* Returns 1 when the line says that it comes, with a record or without. */
static int
feed(struct foresee *foresee, int64_t second, double value)
{
	values[rule->metric] = value;
	return foresee_step(foresee, rule, values, second * 1000) ==
	    VERDICT_BAD;
}

static void
without_a_record_the_share_is_the_one_measured(void)
{
	struct foresee foresee;

	begin(&foresee);
	CU_ASSERT_DOUBLE_EQUAL(foresee_goes_on(&foresee), FORESEE_GOES_ON,
	    1e-9);
}

/* A log that is cut every two hours fills no disk. */
static void
a_saw_tooth_is_believed_less_each_time(void)
{
	struct foresee foresee;
	struct random random = { 2 };
	int64_t second;
	int first = 0, later = 0;

	begin(&foresee);
	for (second = 0; second < 3 * DAY_S; second += 10)
		*(second < DAY_S ? &first : &later) += feed(&foresee, second,
		    60 + 30 * (double)(second % 7200) / 7200 +
		    0.3 * random_normal(&random));
	CU_ASSERT_TRUE(first > 0);
	CU_ASSERT_EQUAL(later, 0);
	CU_ASSERT_TRUE(foresee.turned > 4);
	CU_ASSERT_DOUBLE_EQUAL(foresee.went_on, 0, 0.1);
}

static void
a_bad_record_fades(void)
{
	struct foresee foresee;
	double before;

	begin(&foresee);
	foresee.turned = 10;
	before = foresee_goes_on(&foresee);
	feed(&foresee, 0, 50);
	feed(&foresee, 7 * DAY_S, 50);
	feed(&foresee, 14 * DAY_S, 50);
	CU_ASSERT_TRUE(before < 0.4);
	CU_ASSERT_TRUE(foresee_goes_on(&foresee) > 0.79);
}

static void
what_arrives_as_claimed_is_believed_more(void)
{
	struct foresee foresee;
	int64_t second;
	int round;

	begin(&foresee);
	for (round = 0; round < 6; round++)
		for (second = 0; second < 14400; second += 10)
			feed(&foresee, round * 14400 + second, fmin(100,
			    50 + 50 * (double)second / 10000));
	CU_ASSERT_TRUE(foresee.went_on >= 3);
	CU_ASSERT_TRUE(foresee_goes_on(&foresee) > FORESEE_GOES_ON);
}

static void
only_what_comes_within_the_horizon_is_claimed(void)
{
	struct foresee foresee;
	int64_t second, due_ms = 0;

	begin(&foresee);
	for (second = 0; second < 7200; second += 10)
		feed(&foresee, second, 50 + 0.0005 * (double)second);
	CU_ASSERT_TRUE(foresee.trend.line.trend);
	CU_ASSERT_EQUAL(foresee.claim_due_ms, 0);
	/* One at a time. */
	begin(&foresee);
	for (second = 0; second < 4000; second += 10) {
		feed(&foresee, second, 50 + 0.008 * (double)second -
		    2e-7 * (double)(second * second));
		if (due_ms == 0)
			due_ms = foresee.claim_due_ms;
		CU_ASSERT_EQUAL(foresee.claim_due_ms, due_ms);
	}
	CU_ASSERT_TRUE(due_ms > 0);
}

/* It comes sooner than claimed, and is cleared up before it was due. */
static void
what_arrives_early_went_on(void)
{
	struct foresee foresee;
	int64_t second;

	begin(&foresee);
	for (second = 0; second < 8000; second += 10)
		feed(&foresee, second, second < 3000 ?
		    60 + 0.005 * (double)second : second < 4000 ? 98 : 40);
	CU_ASSERT_DOUBLE_EQUAL(foresee.went_on, 1, 0.1);
	CU_ASSERT_DOUBLE_EQUAL(foresee.turned, 0, 0);
}

/* Nobody looked when it was due: it says nothing. */
static void
a_claim_that_falls_into_a_gap_counts_for_nothing(void)
{
	struct foresee foresee;
	int64_t second;

	begin(&foresee);
	for (second = 0; second < 4000; second += 10)
		feed(&foresee, second, 60 + 0.005 * (double)second);
	CU_ASSERT_TRUE_FATAL(foresee.claim_due_ms > 0);
	for (second = 10 * DAY_S; second < 10 * DAY_S + 600; second += 10)
		feed(&foresee, second, 60);
	CU_ASSERT_EQUAL(foresee.claim_due_ms, 0);
	CU_ASSERT_DOUBLE_EQUAL(foresee.went_on + foresee.turned, 0, 0);
}

/* Wandering memory: some are foreseen at first, few once it is known. */
static void
what_wanders_is_known_for_it(void)
{
	struct foresee foresee;
	struct random random;
	double value;
	int64_t second;
	uint64_t seed;
	int first = 0, later = 0;

	for (seed = 1; seed <= 8; seed++) {
		random.state = seed;
		value = 0;
		begin(&foresee);
		for (second = 0; second < 4 * DAY_S; second += 10) {
			value = 0.9983 * value + 0.35 *
			    random_normal(&random);
			*(second < 2 * DAY_S ? &first : &later) +=
			    feed(&foresee, second, fmin(94, 75 + value));
		}
	}
	CU_ASSERT_TRUE(first > 0);
	CU_ASSERT_TRUE(later * 4 < first);
}

static const struct suite_test tests[] = {
#define TEST(name)	{ #name, name }
	TEST(without_a_record_the_share_is_the_one_measured),
	TEST(a_saw_tooth_is_believed_less_each_time),
	TEST(a_bad_record_fades),
	TEST(what_arrives_as_claimed_is_believed_more),
	TEST(only_what_comes_within_the_horizon_is_claimed),
	TEST(what_arrives_early_went_on),
	TEST(a_claim_that_falls_into_a_gap_counts_for_nothing),
	TEST(what_wanders_is_known_for_it),
};

SUITE_MAIN("detect-foresee", tests)
