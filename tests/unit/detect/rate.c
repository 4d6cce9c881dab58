/* Growth of counters. */
#include <math.h>

#include "detect/rate.h"
#include "tests/unit/detect/virtual.h"
#include "tests/unit/suite.h"

static void
growth_of_the_last_while_is_counted_and_then_forgotten(void)
{
	struct rate rate;
	int64_t at_ms;

	rate_init(&rate, 60000);
	CU_ASSERT_FALSE(rate_step(&rate, 100, 1000));
	CU_ASSERT_TRUE(rate_step(&rate, 107, 2000));
	CU_ASSERT_DOUBLE_EQUAL(rate_growth(&rate), 7, 0);
	for (at_ms = 3000; at_ms <= 50000; at_ms += 1000)
		rate_step(&rate, 107, at_ms);
	CU_ASSERT_DOUBLE_EQUAL(rate_growth(&rate), 7, 0);
	for (; at_ms <= 62000; at_ms += 1000)
		rate_step(&rate, 107, at_ms);
	CU_ASSERT_DOUBLE_EQUAL(rate_growth(&rate), 0, 0);
}

static void
a_steady_counter_has_its_rate(void)
{
	struct rate rate;
	int64_t second;

	rate_init(&rate, 60000);
	rate_step(&rate, 0, 0);
	CU_ASSERT_TRUE(isnan(rate_per_s(&rate)));
	for (second = 1; second <= 600; second++) {
		rate_step(&rate, 25.0 * (double)second, second * 1000);
		CU_ASSERT_DOUBLE_EQUAL(rate_per_s(&rate), 25, 1);
	}
}

static void
a_counter_set_back_has_not_grown(void)
{
	struct rate rate;

	rate_init(&rate, 60000);
	rate_step(&rate, 1e9, 0);
	rate_step(&rate, 3, 1000);
	CU_ASSERT_DOUBLE_EQUAL(rate_growth(&rate), 0, 0);
	rate_step(&rate, 5, 2000);
	CU_ASSERT_DOUBLE_EQUAL(rate_growth(&rate), 2, 0);
}

static void
growth_of_a_gap_counts_when_it_ends(void)
{
	struct rate rate;

	rate_init(&rate, 60000);
	rate_step(&rate, 10, 0);
	CU_ASSERT_FALSE(rate_step(&rate, NAN, 1000));
	CU_ASSERT_FALSE(rate_step(&rate, INFINITY, 2000));
	CU_ASSERT_TRUE(rate_step(&rate, 14, 3000000));
	CU_ASSERT_DOUBLE_EQUAL(rate_growth(&rate), 4, 0);
	/* However long it was, at once. */
	CU_ASSERT_TRUE(rate_step(&rate, 17, INT64_MAX / 2));
	CU_ASSERT_DOUBLE_EQUAL(rate_growth(&rate), 3, 0);
}

static void
growth_is_never_below_zero_whatever_comes(void)
{
	struct random random = { 3 };
	struct rate rate;
	uint64_t seed;
	int64_t at_ms;
	int i;

	for (seed = 1; seed <= 500; seed++) {
		random.state = seed;
		rate_init(&rate, (int32_t)(random_next(&random) % 100000));
		at_ms = 0;
		for (i = 0; i < 300; i++) {
			at_ms += (int64_t)(random_next(&random) % 20000) -
			    2000;
			rate_step(&rate, random_next(&random) % 9 == 0 ? NAN :
			    random_share(&random) * 1e6, at_ms);
			CU_ASSERT_TRUE_FATAL(rate_growth(&rate) >= 0);
			CU_ASSERT_TRUE_FATAL(rate_growth(&rate) <= 300e6);
		}
	}
}

static const struct suite_test tests[] = {
#define TEST(name)	{ #name, name }
	TEST(growth_of_the_last_while_is_counted_and_then_forgotten),
	TEST(a_steady_counter_has_its_rate),
	TEST(a_counter_set_back_has_not_grown),
	TEST(growth_of_a_gap_counts_when_it_ends),
	TEST(growth_is_never_below_zero_whatever_comes),
};

SUITE_MAIN("detect-rate", tests)
