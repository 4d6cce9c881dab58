/* What holds for whatever comes, tried on many seeds. */
#include <math.h>
#include <string.h>

#include "detect/predict.h"
#include "detect/threshold.h"
#include "tests/unit/detect/virtual.h"
#include "tests/unit/suite.h"

#define SEEDS	400
#define ROWS	400

static struct found found, again;

/*
 * Beside a latch: for how long the verdict has been bad, or good, by rows
 * that lie no further apart than the gap.
 */
struct watch {
	int64_t	since_ms;
	int64_t	last_ms;
	bool	wait;
};

static void
watch(struct watch *watch, bool holds, bool known, int64_t at_ms,
    int64_t gap_ms)
{
	if (!known)
		return;
	if (!holds || !watch->wait || at_ms - watch->last_ms > gap_ms)
		watch->since_ms = at_ms;
	watch->wait = holds;
	watch->last_ms = at_ms;
}

static void
no_edge_without_its_dwell_and_edges_take_turns(void)
{
	struct dwell_times times;
	struct random random;
	struct watch bad, good;
	struct dwell dwell;
	enum verdict verdict;
	int64_t at_ms;
	int i, edge, last;
	uint64_t seed;

	for (seed = 1; seed <= SEEDS; seed++) {
		random.state = seed;
		times.raise_ms = (int64_t)(random_next(&random) % 8000);
		times.clear_ms = (int64_t)(random_next(&random) % 8000);
		times.gap_ms = 2000 + (int64_t)(random_next(&random) % 9000);
		memset(&dwell, 0, sizeof(dwell));
		memset(&bad, 0, sizeof(bad));
		memset(&good, 0, sizeof(good));
		at_ms = 0;
		last = -1;
		verdict = VERDICT_GOOD;
		for (i = 0; i < ROWS; i++) {
			at_ms += (int64_t)(random_next(&random) %
			    (random_next(&random) % 20 == 0 ? 20000 : 3000));
			if (random_next(&random) % 4 == 0)
				verdict = random_next(&random) % 4;
			watch(&bad, verdict == VERDICT_BAD,
			    verdict != VERDICT_UNKNOWN, at_ms, times.gap_ms);
			watch(&good, verdict == VERDICT_GOOD,
			    verdict != VERDICT_UNKNOWN, at_ms, times.gap_ms);
			edge = dwell_step(&dwell, verdict, at_ms, &times);
			if (edge == 0)
				continue;
			CU_ASSERT_EQUAL_FATAL(edge, -last);
			last = edge;
			CU_ASSERT_EQUAL_FATAL(verdict, edge > 0 ?
			    VERDICT_BAD : VERDICT_GOOD);
			if (edge > 0)
				CU_ASSERT_TRUE_FATAL(at_ms - bad.since_ms >=
				    times.raise_ms)
			else
				CU_ASSERT_TRUE_FATAL(at_ms - good.since_ms >=
				    times.clear_ms)
		}
	}
}

static void
values_inside_the_hysteresis_never_flap(void)
{
	const struct threshold_rule *rule;
	struct dwell_times times;
	struct threshold threshold;
	struct random random;
	double values[VALUES_MAX], low, high;
	struct dwell dwell;
	int64_t at_ms;
	size_t k;
	int edges;

	for (k = 0; (rule = threshold_rule_at(k)) != NULL; k++) {
		if (rule->limit.comparison != COMPARISON_ABOVE &&
		    rule->limit.comparison != COMPARISON_BELOW)
			continue;
		random.state = k + 1;
		low = (double)rule->limit.clear_milli / 1000;
		high = (double)rule->limit.raise_milli / 1000;
		threshold_init(&threshold, rule);
		memset(&dwell, 0, sizeof(dwell));
		times = threshold_times(rule, DETECT_GAP_MS);
		values_unknown(values);
		edges = 0;
		for (at_ms = 0; at_ms < 3600000; at_ms += 1000) {
			/* Bad for a while, then anywhere in between. */
			values[rule->limit.metric] = at_ms < 600000 ? high :
			    low + (high - low) * (0.001 + 0.998 *
			    random_share(&random));
			if (rule->with.comparison != COMPARISON_NONE)
				values[rule->with.metric] =
				    (double)rule->with.raise_milli / 1000;
			edges += dwell_step(&dwell, threshold_step(&threshold,
			    rule, values, at_ms), at_ms, &times) != 0;
		}
		CU_ASSERT_EQUAL(edges, 1);
		CU_ASSERT_TRUE(dwell.active);
	}
}

static const struct {
	enum drover_metric_scope	scope;
	enum drover_device_kind		kind;
} objects[] = {
	{ DROVER_METRIC_SCOPE_NODE, DROVER_DEVICE_KIND_UNKNOWN },
	{ DROVER_METRIC_SCOPE_DEVICE, DROVER_DEVICE_KIND_FILESYSTEM },
	{ DROVER_METRIC_SCOPE_DEVICE, DROVER_DEVICE_KIND_GPU },
	{ DROVER_METRIC_SCOPE_DEVICE, DROVER_DEVICE_KIND_NIC },
	{ DROVER_METRIC_SCOPE_BACKEND, DROVER_DEVICE_KIND_UNKNOWN },
};

static double
anything(struct random *random)
{
	switch (random_next(random) % 12) {
	case 0:
		return NAN;
	case 1:
		return random_next(random) % 2 == 0 ? INFINITY : -INFINITY;
	case 2:
		return -random_share(random) * 1e18;
	case 3:
		return random_share(random) * 1e300;
	case 4:
		return 0;
	default:
		return random_share(random) * 100;
	}
}

/* One object through anything, and everything found collected. */
static void
throw_at(size_t object, uint64_t seed, struct found *into)
{
	const struct finding_sink sink = { found_take, into };
	struct detect *detect = make_detect(objects[object].scope,
	    objects[object].kind);
	struct random random = { seed };
	double values[VALUES_MAX], peers[3];
	struct detect_row row = { 0, values, NAN };
	struct judge_row judged = { .value = values, .peer_tpot_ms = peers,
	    .peer_count = 3 };
	int i, k;

	into->count = 0;
	for (i = 0; i < ROWS; i++) {
		row.at_ms += (int64_t)(random_next(&random) % 4000);
		if (random_next(&random) % 50 == 0)
			row.at_ms += 100000000;
		if (random_next(&random) % 50 == 0)
			row.at_ms -= 5000;
		for (k = 0; k < VALUES_MAX; k++)
			if (random_next(&random) % 8 == 0)
				values[k] = anything(&random);
			else if (i == 0)
				values[k] = NAN;
		row.unclaimed_bytes = anything(&random);
		detect_step(detect, &row, &sink);
		if (objects[object].scope != DROVER_METRIC_SCOPE_BACKEND)
			continue;
		judged.at_ms = row.at_ms;
		judged.state = random_next(&random) % 6;
		judged.work_percent = anything(&random);
		judged.prefill_s = anything(&random);
		judged.canary = random_next(&random) % 4;
		judged.canary_ms = row.at_ms - (int64_t)(random_next(&random) %
		    60000);
		for (k = 0; k < 3; k++)
			peers[k] = anything(&random);
		detect_judge(detect, &judged, &sink);
		(void)detect_wants_canary(detect, &judged);
	}
	detect_standing(detect, &sink);
	detect_clear(detect, row.at_ms, &sink);
	/* The names are the detector's: keep none. */
	for (i = 0; i < FOUND_MAX && (size_t)i < into->count; i++) {
		into->list[i].object = "";
		into->list[i].device = "";
	}
	detect_free(detect);
}

static void
check_finding(const struct finding *finding)
{
	size_t i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(fault_kind_find(finding->number));
	CU_ASSERT_TRUE(finding->value_milli >= FINDING_NO_VALUE);
	CU_ASSERT_TRUE(finding->threshold_milli >= FINDING_NO_VALUE);
	CU_ASSERT_TRUE(finding->confidence_ppm >= 0 &&
	    finding->confidence_ppm <= 1000000);
	CU_ASSERT_TRUE(finding->probability_ppm >= 0 &&
	    finding->probability_ppm <= 1000000);
	CU_ASSERT_TRUE(finding->standing >= 0);
	for (i = 0; finding->text[i] != '\0'; i++)
		CU_ASSERT_TRUE_FATAL(finding->text[i] >= ' ' &&
		    finding->text[i] <= '~');
	CU_ASSERT_TRUE(i > 0 && i < sizeof(finding->text));
}

static void
whatever_comes_findings_are_sound_and_end(void)
{
	size_t object, i, total = 0;
	int raised, clear;
	uint64_t seed;

	for (object = 0; object < sizeof(objects) / sizeof(objects[0]);
	    object++)
		for (seed = 1; seed <= SEEDS / 4; seed++) {
			throw_at(object, seed, &found);
			raised = clear = 0;
			CU_ASSERT_TRUE_FATAL(found.count < FOUND_MAX);
			for (i = 0; i < found.count; i++) {
				check_finding(&found.list[i]);
				raised += found.list[i].edge ==
				    FINDING_RAISED;
				clear += found.list[i].edge == FINDING_CLEAR;
			}
			CU_ASSERT_EQUAL(raised, clear);
			total += found.count;
		}
	CU_ASSERT_TRUE(total > 500);
}

static void
the_same_rows_give_the_same_findings(void)
{
	size_t object, i;
	uint64_t seed;

	for (object = 0; object < sizeof(objects) / sizeof(objects[0]);
	    object++)
		for (seed = 1; seed <= SEEDS / 8; seed++) {
			throw_at(object, seed, &found);
			throw_at(object, seed, &again);
			CU_ASSERT_EQUAL_FATAL(found.count, again.count);
			for (i = 0; i < found.count; i++)
				CU_ASSERT_EQUAL_FATAL(memcmp(&found.list[i],
				    &again.list[i], sizeof(found.list[i])),
				    0);
		}
}

/* Each prediction is settled once, and every count agrees. */
static void
every_prediction_is_settled_once(void)
{
	static struct predictor predictor;
	const struct accuracy *accuracy;
	struct finding finding;
	struct random random;
	int64_t at_ms, settled, open;
	uint64_t seed;
	int i;

	for (seed = 1; seed <= SEEDS; seed++) {
		random.state = seed;
		memset(&predictor, 0, sizeof(predictor));
		memset(&finding, 0, sizeof(finding));
		finding.number = FAULT_PREDICTED_NODE_MEM;
		finding.device = "";
		at_ms = 1;
		for (i = 0; i < ROWS; i++) {
			at_ms += (int64_t)(random_next(&random) % 200000);
			finding.object = random_next(&random) % 2 == 0 ?
			    "alpha" : "beta";
			finding.at_ms = finding.since_ms = at_ms;
			finding.horizon_ms = 600000;
			finding.probability_ppm =
			    (int32_t)(random_next(&random) % 1000001);
			finding.edge = random_next(&random) % 4;
			predict_finding(&predictor, &finding);
			if (random_next(&random) % 9 == 0)
				predict_acted(&predictor, finding.object, "",
				    at_ms);
			if (random_next(&random) % 40 == 0)
				predict_void(&predictor, finding.object, "",
				    at_ms);
			predict_step(&predictor, at_ms);
		}
		accuracy = predict_accuracy(&predictor, finding.number);
		settled = accuracy->hits + accuracy->misses +
		    accuracy->averted + accuracy->voids;
		open = 0;
		for (i = 0; i < PREDICTIONS_MAX; i++)
			open += predictor.list[i].outcome == OUTCOME_OPEN;
		CU_ASSERT_EQUAL_FATAL(settled + open,
		    (int64_t)predictor.made);
		CU_ASSERT_TRUE(open <= 2);
		CU_ASSERT_TRUE(accuracy_brier_ppm(accuracy) <= 1000000);
		CU_ASSERT_TRUE(accuracy_precision_ppm(accuracy) <= 1000000);
	}
}

static const struct suite_test tests[] = {
#define TEST(name)	{ #name, name }
	TEST(no_edge_without_its_dwell_and_edges_take_turns),
	TEST(values_inside_the_hysteresis_never_flap),
	TEST(whatever_comes_findings_are_sound_and_end),
	TEST(the_same_rows_give_the_same_findings),
	TEST(every_prediction_is_settled_once),
};

SUITE_MAIN("detect-property", tests)
