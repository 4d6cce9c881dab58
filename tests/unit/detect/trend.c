/* Where a metric is going. */
#include <math.h>

#include "detect/trend.h"
#include "tests/unit/detect/virtual.h"
#include "tests/unit/suite.h"

#define WINDOW_MS	600000

static void
feed(struct trend *trend, double start, double per_s, double noise,
    uint64_t seed, int64_t from_s, int64_t to_s)
{
	struct random random = { seed };
	int64_t second;

	for (second = from_s; second < to_s; second++)
		trend_step(trend, start + per_s * (double)second + noise *
		    random_normal(&random), second * 1000);
}

static void
a_straight_line_is_found_exactly(void)
{
	struct trend_span span;
	struct trend trend;

	trend_init(&trend, WINDOW_MS);
	feed(&trend, 50, 0.01, 0, 1, 0, 600);
	CU_ASSERT_TRUE_FATAL(trend.line.known && trend.line.trend);
	CU_ASSERT_DOUBLE_EQUAL(trend.line.slope, 0.01, 1e-6);
	CU_ASSERT_DOUBLE_EQUAL(trend.line.level, 50 + 0.01 *
	    (double)trend.line.at_ms / 1000, 0.01);
	span = trend_time_to(&trend.line, 95);
	CU_ASSERT_DOUBLE_EQUAL(span.expected_s, (95 - trend.line.level) /
	    0.01, 1);
	CU_ASSERT_TRUE(span.soonest_s <= span.expected_s);
	CU_ASSERT_TRUE(span.latest_s >= span.expected_s);
	CU_ASSERT_DOUBLE_EQUAL(trend_probability(&trend.line, 95, 7200), 1,
	    1e-6);
	CU_ASSERT_DOUBLE_EQUAL(trend_probability(&trend.line, 95, 600), 0,
	    1e-6);
}

/* At the nominal level: one in ten, and some for what is made of many. */
static void
noise_alone_makes_no_trend_more_often_than_it_says(void)
{
	struct trend trend;
	uint64_t seed;
	int trends = 0;

	for (seed = 1; seed <= 400; seed++) {
		trend_init(&trend, WINDOW_MS);
		feed(&trend, 50, 0, 1, seed * 7919, 0, 700);
		trends += trend.line.trend;
	}
	CU_ASSERT_TRUE(trends <= 56);
	CU_ASSERT_TRUE(trends >= 8);
}

/* It holds the true slope nine times in ten. */
static void
the_interval_holds_the_slope(void)
{
	struct trend trend;
	uint64_t seed;
	int held = 0;

	for (seed = 1; seed <= 400; seed++) {
		trend_init(&trend, WINDOW_MS);
		feed(&trend, 10, 0.02, 2, seed * 104729, 0, 700);
		held += trend.line.slope_low <= 0.02 &&
		    trend.line.slope_high >= 0.02;
	}
	CU_ASSERT_TRUE(held >= 340);
}

static void
a_fifth_of_wild_values_does_not_bend_it(void)
{
	struct random random = { 9 };
	struct trend trend;
	int64_t second;

	trend_init(&trend, WINDOW_MS);
	for (second = 0; second < 700; second++)
		/* Whole parts of it, so that means do not hide them. */
		trend_step(&trend, second / 25 % 5 == 4 ? 99 :
		    20 + 0.01 * (double)second + 0.05 *
		    random_normal(&random), second * 1000);
	CU_ASSERT_DOUBLE_EQUAL(trend.line.slope, 0.01, 0.004);
}

static void
without_values_enough_nothing_is_known(void)
{
	struct trend_span span;
	struct trend trend;

	trend_init(&trend, WINDOW_MS);
	feed(&trend, 50, 0.1, 0, 1, 0, 150);
	CU_ASSERT_FALSE(trend.line.known);
	CU_ASSERT_TRUE(isnan(trend_probability(&trend.line, 95, 600)));
	span = trend_time_to(&trend.line, 95);
	CU_ASSERT_TRUE(isnan(span.expected_s));
}

static void
no_trend_gives_no_time(void)
{
	struct trend_span span;
	struct trend trend;

	trend_init(&trend, WINDOW_MS);
	feed(&trend, 50, 0, 0, 1, 0, 700);
	span = trend_time_to(&trend.line, 95);
	CU_ASSERT_TRUE(isnan(span.expected_s));
	CU_ASSERT_DOUBLE_EQUAL(trend_probability(&trend.line, 95, 1e9), 0, 0);
	/* Away from the limit. */
	trend_init(&trend, WINDOW_MS);
	feed(&trend, 90, -0.01, 0, 1, 0, 700);
	span = trend_time_to(&trend.line, 95);
	CU_ASSERT_TRUE(isnan(span.expected_s));
	CU_ASSERT_DOUBLE_EQUAL(trend_probability(&trend.line, 95, 1e9), 0, 0);
}

static void
what_is_not_finite_and_what_is_old_is_passed_over(void)
{
	struct trend trend;
	int64_t second;

	trend_init(&trend, WINDOW_MS);
	for (second = 0; second < 700; second++) {
		trend_step(&trend, 50 + 0.01 * (double)second, second * 1000);
		CU_ASSERT_FALSE(trend_step(&trend, NAN, second * 1000));
		CU_ASSERT_FALSE(trend_step(&trend, INFINITY, second * 1000));
	}
	CU_ASSERT_DOUBLE_EQUAL(trend.line.slope, 0.01, 1e-6);
	/* After a night nothing of before it counts. */
	for (second = 40000; second < 40150; second++)
		trend_step(&trend, 50, second * 1000);
	CU_ASSERT_FALSE(trend.line.known);
}

static void
time_that_stands_still_makes_no_points(void)
{
	struct trend trend;
	int i;

	trend_init(&trend, WINDOW_MS);
	for (i = 0; i < 200000; i++)
		CU_ASSERT_FALSE_FATAL(trend_step(&trend, i, 1000));
	CU_ASSERT_EQUAL(trend.count, 0);
}

/* A walk that turns back again and again looks like a trend for a while. */
static void
residuals_that_follow_on_each_other_make_it_doubt(void)
{
	struct random random;
	struct trend trend;
	int64_t second;
	uint64_t seed;
	double value;
	int trends = 0;

	for (seed = 1; seed <= 300; seed++) {
		random.state = seed * 31;
		trend_init(&trend, WINDOW_MS);
		value = 0;
		for (second = 0; second < 700; second += 5) {
			value = 0.96 * value + random_normal(&random);
			trend_step(&trend, 50 + value, second * 1000);
		}
		trends += trend.line.trend;
	}
	CU_ASSERT_TRUE(trends < 90);
}

static void
what_turns_back_is_not_expected_to_arrive(void)
{
	struct trend_span span;
	struct trend trend;
	int64_t second;

	trend_init(&trend, WINDOW_MS);
	for (second = 0; second < 600; second++)
		trend_step(&trend, second < 400 ? 50 + 0.1 * (double)second :
		    90 - 0.02 * (double)(second - 400), second * 1000);
	CU_ASSERT_TRUE(trend.line.trend && trend.line.slope > 0);
	CU_ASSERT_TRUE(trend.line.slope_late < trend.line.slope);
	for (; second < 660; second++)
		trend_step(&trend, 86 - 0.02 * (double)(second - 600),
		    second * 1000);
	CU_ASSERT_TRUE(trend.line.slope > 0 && trend.line.slope_late < 0);
	span = trend_time_to(&trend.line, 95);
	CU_ASSERT_TRUE(isnan(span.expected_s));
	CU_ASSERT_DOUBLE_EQUAL(trend_probability(&trend.line, 95, 1e6), 0, 0);
}

static const struct suite_test tests[] = {
#define TEST(name)	{ #name, name }
	TEST(a_straight_line_is_found_exactly),
	TEST(noise_alone_makes_no_trend_more_often_than_it_says),
	TEST(the_interval_holds_the_slope),
	TEST(a_fifth_of_wild_values_does_not_bend_it),
	TEST(without_values_enough_nothing_is_known),
	TEST(no_trend_gives_no_time),
	TEST(what_is_not_finite_and_what_is_old_is_passed_over),
	TEST(time_that_stands_still_makes_no_points),
	TEST(residuals_that_follow_on_each_other_make_it_doubt),
	TEST(what_turns_back_is_not_expected_to_arrive),
};

SUITE_MAIN("detect-trend", tests)
