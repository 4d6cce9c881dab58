/* What is usual: median and MAD, and the peers. */
#include <math.h>
#include <stdlib.h>

#include "detect/order.h"
#include "tests/unit/detect/virtual.h"
#include "tests/unit/suite.h"

static int
compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

/* The long way. */
static double
median_of(const double *values, size_t count)
{
	double sorted[BAND_VALUES];
	size_t i;

	for (i = 0; i < count; i++)
		sorted[i] = values[i];
	qsort(sorted, count, sizeof(sorted[0]), compare);
	return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

static void
median_and_mad_are_those_of_the_last_values(void)
{
	double last[BAND_VALUES], off[BAND_VALUES], median, mad;
	struct random random;
	struct band band;
	uint64_t seed;
	size_t i, k, n;

	for (seed = 1; seed <= 50; seed++) {
		random.state = seed;
		band = (struct band){ 0 };
		for (i = 0; i < 200; i++) {
			/* Few values, so that many are equal. */
			last[i % BAND_VALUES] = seed % 2 == 0 ?
			    (double)(random_next(&random) % 7) :
			    (double)(float)random_normal(&random);
			band_learn(&band, last[i % BAND_VALUES]);
			if (i + 1 < BAND_VALUES_MIN)
				continue;
			n = i + 1 < BAND_VALUES ? i + 1 : BAND_VALUES;
			median = median_of(last, n);
			for (k = 0; k < n; k++)
				off[k] = fabs(last[k] - median);
			/* The upper median where their number is even. */
			qsort(off, n, sizeof(off[0]), compare);
			mad = off[n / 2];
			CU_ASSERT_DOUBLE_EQUAL_FATAL(band_median(&band),
			    median, 1e-6);
			CU_ASSERT_DOUBLE_EQUAL_FATAL(band_spread(&band, 0),
			    1.4826 * mad, 1e-5);
		}
	}
}

static void
no_band_before_there_are_values_enough(void)
{
	struct band band = { 0 };
	int i;

	for (i = 0; i < BAND_VALUES_MIN - 1; i++)
		band_learn(&band, i);
	CU_ASSERT_TRUE(isnan(band_score(&band, 5, 0.05)));
	band_learn(&band, NAN);
	CU_ASSERT_TRUE(isnan(band_median(&band)));
	band_learn(&band, i);
	CU_ASSERT_FALSE(isnan(band_score(&band, 5, 0.05)));
	CU_ASSERT_TRUE(isnan(band_score(&band, NAN, 0.05)));
}

static void
nearly_half_of_the_values_may_be_wild(void)
{
	struct random random = { 11 };
	struct band band = { 0 };
	int i;

	for (i = 0; i < BAND_VALUES; i++)
		band_learn(&band, i % 5 < 2 ? 1e6 :
		    30 + random_normal(&random));
	CU_ASSERT_DOUBLE_EQUAL(band_median(&band), 31, 2);
	CU_ASSERT_TRUE(band_score(&band, 60, 0.05) > 5);
}

static void
a_constant_has_a_floor_under_its_spread(void)
{
	struct band band = { 0 };
	int i;

	for (i = 0; i < BAND_VALUES; i++)
		band_learn(&band, 20);
	CU_ASSERT_DOUBLE_EQUAL(band_score(&band, 20.5, 0.05), 0.5, 1e-6);
	CU_ASSERT_EQUAL(band_score(&band, 20.5, 0), INFINITY);
	CU_ASSERT_EQUAL(band_score(&band, 20, 0), 0);
}

static void
peers_need_two_that_are_known(void)
{
	const double peers[] = { 30, NAN, 31, 29, 30 };
	double median;

	CU_ASSERT_TRUE(isnan(band_peer_score(90, peers, 2, 0.05, &median)));
	CU_ASSERT_TRUE(isnan(median));
	CU_ASSERT_TRUE(band_peer_score(90, peers, 5, 0.05, &median) > 3);
	CU_ASSERT_DOUBLE_EQUAL(median, 30, 0);
	CU_ASSERT_TRUE(fabs(band_peer_score(31, peers, 5, 0.05, &median)) < 1);
	CU_ASSERT_TRUE(isnan(band_peer_score(90, NULL, 0, 0.05, &median)));
}

static void
selection_finds_every_rank(void)
{
	double values[40], sorted[40];
	struct random random = { 5 };
	size_t i, n, rank;
	int round;

	for (round = 0; round < 2000; round++) {
		n = 1 + random_next(&random) % 40;
		rank = random_next(&random) % n;
		for (i = 0; i < n; i++)
			values[i] = sorted[i] = round % 2 == 0 ?
			    (double)(random_next(&random) % 4) :
			    random_normal(&random);
		qsort(sorted, n, sizeof(sorted[0]), compare);
		CU_ASSERT_DOUBLE_EQUAL_FATAL(order_select(values, n, rank),
		    sorted[rank], 0);
	}
}

static const struct suite_test tests[] = {
#define TEST(name)	{ #name, name }
	TEST(median_and_mad_are_those_of_the_last_values),
	TEST(no_band_before_there_are_values_enough),
	TEST(nearly_half_of_the_values_may_be_wild),
	TEST(a_constant_has_a_floor_under_its_spread),
	TEST(peers_need_two_that_are_known),
	TEST(selection_finds_every_rank),
};

SUITE_MAIN("detect-band", tests)
