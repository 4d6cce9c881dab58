/* Predictions and how they are settled. */
#include <errno.h>
#include <stdio.h>

#include "detect/predict.h"
#include "tests/unit/suite.h"

#define HOUR_MS		INT64_C(3600000)

static struct predictor predictor;

static struct finding
claim(enum finding_edge edge, int64_t at_ms, int32_t probability_ppm)
{
	struct finding finding = { .edge = edge,
	    .number = FAULT_PREDICTED_DISK_FULL, .object = "alpha",
	    .device = "filesystem/models", .at_ms = at_ms,
	    .since_ms = at_ms, .probability_ppm = probability_ppm,
	    .horizon_ms = 2 * HOUR_MS };

	return finding;
}

static void
say(enum finding_edge edge, int64_t at_ms, int32_t probability_ppm)
{
	struct finding finding = claim(edge, at_ms, probability_ppm);

	CU_ASSERT_EQUAL(predict_finding(&predictor, &finding), 0);
}

/* Time passes as it does while drover runs. */
static void
pass(int64_t from_ms, int64_t to_ms)
{
	int64_t at_ms;

	for (at_ms = from_ms; at_ms <= to_ms; at_ms += 60000)
		predict_step(&predictor, at_ms);
}

static const struct accuracy *
begin(void)
{
	predictor = (struct predictor){ 0 };
	return predict_accuracy(&predictor, FAULT_PREDICTED_DISK_FULL);
}

static void
reached_within_the_horizon_is_a_hit(void)
{
	const struct accuracy *accuracy = begin();

	say(FINDING_RAISED, HOUR_MS, 800000);
	pass(HOUR_MS, 2 * HOUR_MS);
	say(FINDING_REACHED, 2 * HOUR_MS, 0);
	CU_ASSERT_EQUAL(predictor.list[0].outcome, OUTCOME_HIT);
	CU_ASSERT_EQUAL(accuracy->hits, 1);
	CU_ASSERT_EQUAL(accuracy->lead_ms, HOUR_MS);
	CU_ASSERT_EQUAL(accuracy_precision_ppm(accuracy), 1000000);
	CU_ASSERT_EQUAL(accuracy_recall_ppm(accuracy), 1000000);
	CU_ASSERT_EQUAL(accuracy_brier_ppm(accuracy), 40000);
	CU_ASSERT_EQUAL(accuracy->tenth_came[8], 1);
}

static void
what_does_not_come_is_a_miss(void)
{
	const struct accuracy *accuracy = begin();

	say(FINDING_RAISED, HOUR_MS, 800000);
	pass(HOUR_MS, 3 * HOUR_MS);
	CU_ASSERT_EQUAL(predictor.list[0].outcome, OUTCOME_OPEN);
	pass(3 * HOUR_MS, 3 * HOUR_MS + 120000);
	CU_ASSERT_EQUAL(predictor.list[0].outcome, OUTCOME_MISS);
	CU_ASSERT_EQUAL(accuracy_precision_ppm(accuracy), 0);
	CU_ASSERT_EQUAL(accuracy_brier_ppm(accuracy), 640000);
	CU_ASSERT_EQUAL(accuracy_recall_ppm(accuracy), ACCURACY_UNKNOWN);
}

static void
what_comes_too_late_is_a_miss(void)
{
	const struct accuracy *accuracy = begin();

	say(FINDING_RAISED, HOUR_MS, 800000);
	pass(HOUR_MS, 3 * HOUR_MS);
	say(FINDING_REACHED, 3 * HOUR_MS + 30000, 0);
	CU_ASSERT_EQUAL(predictor.list[0].outcome, OUTCOME_MISS);
	CU_ASSERT_EQUAL(accuracy->misses, 1);
}

static void
what_is_known_a_little_later_counts_when_it_came(void)
{
	const struct accuracy *accuracy = begin();
	struct finding finding;

	say(FINDING_RAISED, HOUR_MS, 800000);
	pass(HOUR_MS, 3 * HOUR_MS);
	predict_step(&predictor, 3 * HOUR_MS + 10000);
	finding = claim(FINDING_REACHED, 3 * HOUR_MS + 12000, 0);
	finding.since_ms = 3 * HOUR_MS - 1000;
	predict_finding(&predictor, &finding);
	CU_ASSERT_EQUAL(accuracy->hits, 1);
	CU_ASSERT_EQUAL(accuracy->lead_ms, 2 * HOUR_MS - 1000);
}

static void
what_had_come_already_is_void(void)
{
	const struct accuracy *accuracy = begin();
	struct finding finding;

	say(FINDING_RAISED, HOUR_MS, 800000);
	finding = claim(FINDING_REACHED, HOUR_MS + 2000, 0);
	finding.since_ms = HOUR_MS - 8000;
	predict_finding(&predictor, &finding);
	CU_ASSERT_EQUAL(accuracy->hits, 0);
	CU_ASSERT_EQUAL(accuracy->voids, 1);
}

static void
an_act_meanwhile_averts_and_is_not_scored(void)
{
	const struct accuracy *accuracy = begin();

	say(FINDING_RAISED, HOUR_MS, 900000);
	predict_acted(&predictor, "beta", "", HOUR_MS + 1);
	CU_ASSERT_EQUAL(predictor.list[0].acted_ms, -1);
	predict_acted(&predictor, "alpha", "", HOUR_MS + 2);
	pass(HOUR_MS, 4 * HOUR_MS);
	CU_ASSERT_EQUAL(predictor.list[0].outcome, OUTCOME_AVERTED);
	CU_ASSERT_EQUAL(accuracy->averted, 1);
	CU_ASSERT_EQUAL(accuracy_brier_ppm(accuracy), ACCURACY_UNKNOWN);
	/* That somebody acted makes no hit of a fault that came. */
	begin();
	say(FINDING_RAISED, HOUR_MS, 900000);
	predict_acted(&predictor, "alpha", "filesystem/models", HOUR_MS);
	say(FINDING_REACHED, HOUR_MS + 1000, 0);
	CU_ASSERT_EQUAL(predictor.list[0].outcome, OUTCOME_HIT);
}

static void
nobody_looked_or_it_is_gone_is_void(void)
{
	const struct accuracy *accuracy = begin();

	say(FINDING_RAISED, HOUR_MS, 900000);
	predict_step(&predictor, HOUR_MS);
	predict_step(&predictor, 9 * HOUR_MS);
	CU_ASSERT_EQUAL(predictor.list[0].outcome, OUTCOME_VOID);
	say(FINDING_RAISED, 9 * HOUR_MS, 900000);
	predict_void(&predictor, "alpha", "", 9 * HOUR_MS + 1);
	CU_ASSERT_EQUAL(predictor.list[1].outcome, OUTCOME_VOID);
	CU_ASSERT_EQUAL(accuracy->voids, 2);
	CU_ASSERT_EQUAL(accuracy_precision_ppm(accuracy), ACCURACY_UNKNOWN);
}

static void
unforeseen_counts_against_recall(void)
{
	const struct accuracy *accuracy = begin();

	say(FINDING_REACHED, HOUR_MS, 0);
	CU_ASSERT_EQUAL(accuracy->unforeseen, 1);
	CU_ASSERT_EQUAL(accuracy_recall_ppm(accuracy), 0);
	say(FINDING_RAISED, 2 * HOUR_MS, 900000);
	say(FINDING_REACHED, 3 * HOUR_MS, 0);
	CU_ASSERT_TRUE(accuracy_recall_ppm(accuracy) > 500000);
	CU_ASSERT_EQUAL(accuracy_precision_ppm(accuracy), 1000000);
}

static void
the_first_claim_is_settled_and_no_second_is_made(void)
{
	const struct accuracy *accuracy = begin();

	say(FINDING_RAISED, HOUR_MS, 700000);
	say(FINDING_STANDS, HOUR_MS + 1, 950000);
	say(FINDING_RAISED, HOUR_MS + 2, 950000);
	CU_ASSERT_EQUAL(predictor.made, 1);
	CU_ASSERT_EQUAL(predictor.list[0].latest_ppm, 950000);
	say(FINDING_REACHED, HOUR_MS + 3, 0);
	CU_ASSERT_EQUAL(accuracy_brier_ppm(accuracy), 90000);
	/* What stands, and is hardly likely now, is no new claim. */
	say(FINDING_STANDS, HOUR_MS + 4, 100000);
	CU_ASSERT_EQUAL(predictor.made, 1);
}

static void
a_full_list_drops_what_is_settled_and_nothing_open(void)
{
	char device[PREDICTIONS_MAX + 1][16];
	struct finding finding;
	int i;

	begin();
	for (i = 0; i <= PREDICTIONS_MAX; i++) {
		snprintf(device[i], sizeof(device[i]), "filesystem/%d", i);
		finding = claim(FINDING_RAISED, HOUR_MS + i, 900000);
		finding.device = device[i];
		CU_ASSERT_EQUAL(predict_finding(&predictor, &finding),
		    i < PREDICTIONS_MAX ? 0 : -ENOSPC);
	}
	predict_void(&predictor, "alpha", device[7], HOUR_MS);
	CU_ASSERT_EQUAL(predict_finding(&predictor, &finding), 0);
	CU_ASSERT_STRING_EQUAL(predictor.list[7].device,
	    device[PREDICTIONS_MAX]);
}

static void
findings_of_no_prediction_are_passed_over(void)
{
	struct finding finding;

	begin();
	finding = claim(FINDING_RAISED, HOUR_MS, 0);
	finding.number = FAULT_DISK_FULL;
	finding.horizon_ms = 0;
	CU_ASSERT_EQUAL(predict_finding(&predictor, &finding), 0);
	CU_ASSERT_EQUAL(predictor.made, 0);
	CU_ASSERT_PTR_NULL(predict_accuracy(&predictor, FAULT_NONE));
}

static void
accuracy_follows_what_came_lately(void)
{
	const struct accuracy *accuracy = begin();
	int64_t at_ms = HOUR_MS;
	int i;

	for (i = 0; i < 300; i++) {
		say(FINDING_RAISED, at_ms, 800000);
		if (i < 150)
			say(FINDING_REACHED, at_ms + 1000, 0);
		else
			pass(at_ms, at_ms + 2 * HOUR_MS + 120000);
		at_ms += 3 * HOUR_MS;
		predictor.at_ms = at_ms;
	}
	CU_ASSERT_EQUAL(accuracy->hits, 150);
	CU_ASSERT_EQUAL(accuracy->misses, 150);
	CU_ASSERT_TRUE(accuracy_precision_ppm(accuracy) < 60000);
	CU_ASSERT_TRUE(accuracy_brier_ppm(accuracy) >
	    accuracy_reference_ppm(accuracy));
	CU_ASSERT_EQUAL(accuracy->tenth_made[8], 300);
	CU_ASSERT_EQUAL(accuracy->tenth_came[8], 150);
}

static const struct suite_test tests[] = {
#define TEST(name)	{ #name, name }
	TEST(reached_within_the_horizon_is_a_hit),
	TEST(what_does_not_come_is_a_miss),
	TEST(what_comes_too_late_is_a_miss),
	TEST(what_is_known_a_little_later_counts_when_it_came),
	TEST(what_had_come_already_is_void),
	TEST(an_act_meanwhile_averts_and_is_not_scored),
	TEST(nobody_looked_or_it_is_gone_is_void),
	TEST(unforeseen_counts_against_recall),
	TEST(the_first_claim_is_settled_and_no_second_is_made),
	TEST(a_full_list_drops_what_is_settled_and_nothing_open),
	TEST(findings_of_no_prediction_are_passed_over),
	TEST(accuracy_follows_what_came_lately),
};

SUITE_MAIN("detect-predict", tests)
