/* The detectors of one object, from rows to findings. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "detect/foresee.h"
#include "tests/unit/detect/virtual.h"
#include "tests/unit/suite.h"

#define GIB	(1024.0 * 1024 * 1024)

static double values[VALUES_MAX];
static struct found found;
static const struct finding_sink sink = { found_take, &found };

static struct detect *
begin(enum drover_metric_scope scope, enum drover_device_kind kind)
{
	values_unknown(values);
	found.count = 0;
	return make_detect(scope, kind);
}

static void
row(struct detect *detect, int64_t at_ms, double unclaimed_bytes)
{
	const struct detect_row one = { at_ms, values, unclaimed_bytes };

	detect_step(detect, &one, &sink);
}

static void
a_full_disk_is_found_with_all_that_is_known_of_it(void)
{
	struct detect *detect = begin(DROVER_METRIC_SCOPE_DEVICE,
	    DROVER_DEVICE_KIND_FILESYSTEM);
	const struct finding *finding;
	int64_t at_ms;

	values[DETECT_DEVICE_used_share] = 96.25;
	for (at_ms = 5000; at_ms <= 15000; at_ms += 1000)
		row(detect, at_ms, NAN);
	CU_ASSERT_EQUAL_FATAL(found_count(&found, FINDING_RAISED,
	    FAULT_DISK_FULL), 1);
	finding = found_last(&found, FINDING_RAISED, FAULT_DISK_FULL);
	CU_ASSERT_STRING_EQUAL(finding->object, "alpha");
	CU_ASSERT_STRING_EQUAL(finding->device, "device/0");
	CU_ASSERT_STRING_EQUAL(finding->metric, "used_share");
	CU_ASSERT_STRING_EQUAL(finding->unit, "%");
	CU_ASSERT_EQUAL(finding->value_milli, 96250);
	CU_ASSERT_EQUAL(finding->threshold_milli, 95000);
	CU_ASSERT_EQUAL(finding->since_ms, 5000);
	CU_ASSERT_EQUAL(finding->at_ms, 15000);
	CU_ASSERT_EQUAL(finding->standing, 1);
	CU_ASSERT_EQUAL(finding->horizon_ms, 0);
	CU_ASSERT_TRUE(finding->confidence_ppm >= 800000 &&
	    finding->confidence_ppm <= 1000000);
	CU_ASSERT_STRING_EQUAL(finding->text,
	    "used_share 96.2 %, limit 95 %");
	values[DETECT_DEVICE_used_share] = 70;
	for (; at_ms <= 30000; at_ms += 1000)
		row(detect, at_ms, NAN);
	CU_ASSERT_EQUAL(found_count(&found, FINDING_CLEAR, FAULT_DISK_FULL),
	    1);
	CU_ASSERT_EQUAL(found_last(&found, FINDING_CLEAR,
	    FAULT_DISK_FULL)->standing, 0);
	detect_free(detect);
}

static void
two_detectors_of_one_class_are_counted(void)
{
	struct detect *detect = begin(DROVER_METRIC_SCOPE_DEVICE,
	    DROVER_DEVICE_KIND_FILESYSTEM);
	int64_t at_ms;

	values[DETECT_DEVICE_used_share] = 96;
	values[DETECT_DEVICE_inodes_free] = 2;
	for (at_ms = 0; at_ms <= 20000; at_ms += 1000)
		row(detect, at_ms, NAN);
	CU_ASSERT_EQUAL(found_count(&found, FINDING_RAISED, FAULT_DISK_FULL),
	    2);
	values[DETECT_DEVICE_used_share] = 50;
	for (; at_ms <= 60000; at_ms += 1000)
		row(detect, at_ms, NAN);
	CU_ASSERT_EQUAL(found_count(&found, FINDING_CLEAR, FAULT_DISK_FULL),
	    1);
	CU_ASSERT_EQUAL(found_last(&found, FINDING_CLEAR,
	    FAULT_DISK_FULL)->standing, 1);
	found.count = 0;
	detect_standing(detect, &sink);
	CU_ASSERT_EQUAL(found_count(&found, FINDING_STANDS, FAULT_DISK_FULL),
	    1);
	CU_ASSERT_STRING_EQUAL(found.list[0].metric, "inodes_free");
	CU_ASSERT_EQUAL(found.list[0].at_ms, 60000);
	detect_free(detect);
}

/* As droverd has it: 512 MiB are enough of a file system with room. */
static void
few_bytes_of_a_large_disk_are_too_few(void)
{
	struct detect *detect = begin(DROVER_METRIC_SCOPE_DEVICE,
	    DROVER_DEVICE_KIND_FILESYSTEM);
	int64_t at_ms;

	values[DETECT_DEVICE_free] = GIB / 4;
	values[DETECT_DEVICE_used_share] = 60;
	for (at_ms = 0; at_ms <= 60000; at_ms += 1000)
		row(detect, at_ms, NAN);
	CU_ASSERT_EQUAL(found.count, 0);
	values[DETECT_DEVICE_used_share] = 90;
	for (; at_ms <= 120000; at_ms += 1000)
		row(detect, at_ms, NAN);
	CU_ASSERT_EQUAL(found_count(&found, FINDING_RAISED, FAULT_DISK_FULL),
	    1);
	CU_ASSERT_STRING_EQUAL(found.list[0].text,
	    "free 256 MiB, limit 512 MiB");
	detect_free(detect);
}

static void
a_disk_that_fills_is_foreseen_and_then_reached(void)
{
	struct detect *detect = begin(DROVER_METRIC_SCOPE_DEVICE,
	    DROVER_DEVICE_KIND_FILESYSTEM);
	const struct finding *raised;
	struct random random = { 8 };
	int64_t second, full = 0;

	for (second = 0; second < 7200; second += 10) {
		values[DETECT_DEVICE_used_share] = fmin(100, 50 +
		    0.01 * (double)second + 0.02 * random_normal(&random));
		row(detect, second * 1000, NAN);
		if (values[DETECT_DEVICE_used_share] >= 95 && full == 0)
			full = second;
	}
	raised = found_last(&found, FINDING_RAISED,
	    FAULT_PREDICTED_DISK_FULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(raised);
	CU_ASSERT_EQUAL(raised->foreseen, FAULT_DISK_FULL);
	CU_ASSERT_EQUAL(raised->horizon_ms, 7200000);
	CU_ASSERT_TRUE(raised->value_milli > 50000 &&
	    raised->value_milli < 95000);
	CU_ASSERT_TRUE(raised->probability_ppm >= 720000);
	CU_ASSERT_TRUE(raised->at_ms + raised->soonest_ms <= full * 1000 +
	    60000);
	CU_ASSERT_TRUE(raised->at_ms + raised->latest_ms >= full * 1000 -
	    60000);
	CU_ASSERT_TRUE(raised->at_ms < full * 1000 / 2);
	CU_ASSERT_EQUAL(found_count(&found, FINDING_REACHED,
	    FAULT_PREDICTED_DISK_FULL), 1);
	CU_ASSERT_EQUAL(found_count(&found, FINDING_RAISED, FAULT_DISK_FULL),
	    1);
	CU_ASSERT_EQUAL(found_last(&found, FINDING_CLEAR,
	    FAULT_PREDICTED_DISK_FULL)->standing, 0);
	detect_free(detect);
}

static void
a_prediction_is_raised_by_the_second_line_in_a_row(void)
{
	const struct trend_rule *rule = trend_rule_at(0);
	struct foresee foresee;
	struct dwell dwell = { 0 };
	const struct dwell_times times = foresee_times(rule, 30000);
	enum verdict verdict;
	int64_t second;
	int bad = 0, edge = 0;

	values_unknown(values);
	foresee_init(&foresee, rule);
	for (second = 0; second < 3600 && edge == 0; second++) {
		values[rule->metric] = 60 + 0.01 * (double)second;
		verdict = foresee_step(&foresee, rule, values, second * 1000);
		bad += verdict == VERDICT_BAD;
		edge = dwell_step(&dwell, verdict, second * 1000, &times);
	}
	CU_ASSERT_EQUAL(edge, 1);
	CU_ASSERT_EQUAL(bad, 2);
	/* It is there: there is nothing to foresee, whatever the line says. */
	values[rule->metric] = 96;
	for (verdict = VERDICT_UNKNOWN; verdict == VERDICT_UNKNOWN; second++)
		verdict = foresee_step(&foresee, rule, values, second * 1000);
	CU_ASSERT_TRUE(foresee.trend.line.level < 95);
	CU_ASSERT_EQUAL(verdict, VERDICT_GOOD);
}

static void
about_the_limit_it_is_reached_once(void)
{
	struct detect *detect = begin(DROVER_METRIC_SCOPE_DEVICE,
	    DROVER_DEVICE_KIND_FILESYSTEM);
	int64_t second;

	for (second = 0; second < 7200; second += 5) {
		values[DETECT_DEVICE_used_share] = second / 120 % 2 == 0 ?
		    95.5 : 94;
		row(detect, second * 1000, NAN);
	}
	CU_ASSERT_EQUAL(found_count(&found, FINDING_REACHED,
	    FAULT_PREDICTED_DISK_FULL), 1);
	detect_free(detect);
}

static void
a_row_from_before_the_last_one_is_passed_over(void)
{
	struct detect *detect = begin(DROVER_METRIC_SCOPE_DEVICE,
	    DROVER_DEVICE_KIND_GPU);

	values[DETECT_DEVICE_xid_errors] = 5;
	row(detect, 10000, NAN);
	values[DETECT_DEVICE_xid_errors] = 9;
	row(detect, 9000, NAN);
	CU_ASSERT_EQUAL(found.count, 0);
	row(detect, 11000, NAN);
	CU_ASSERT_EQUAL(found_count(&found, FINDING_RAISED, FAULT_GPU_XID),
	    1);
	CU_ASSERT_STRING_EQUAL(found.list[0].text,
	    "xid_errors grew by 4, limit 1");
	detect_free(detect);
}

static void
memory_that_leaks_from_a_gpu_is_found_until_it_is_back(void)
{
	struct detect *detect = begin(DROVER_METRIC_SCOPE_DEVICE,
	    DROVER_DEVICE_KIND_GPU);
	double bytes = GIB;
	int64_t second;

	for (second = 0; second < 3600; second += 5) {
		bytes += 5 * 300.0 * 1024;
		row(detect, second * 1000, bytes);
	}
	CU_ASSERT_EQUAL(found_count(&found, FINDING_RAISED,
	    FAULT_GPU_VRAMLEAK), 1);
	/* It stops, and has still leaked. */
	for (; second < 9000; second += 5)
		row(detect, second * 1000, bytes);
	CU_ASSERT_EQUAL(found_count(&found, FINDING_CLEAR,
	    FAULT_GPU_VRAMLEAK), 0);
	for (; second < 12000; second += 5)
		row(detect, second * 1000, GIB);
	CU_ASSERT_EQUAL(found_count(&found, FINDING_CLEAR,
	    FAULT_GPU_VRAMLEAK), 1);
	detect_free(detect);
}

static void
what_others_know_is_given_dwell(void)
{
	struct detect *detect = begin(DROVER_METRIC_SCOPE_MODEL,
	    DROVER_DEVICE_KIND_UNKNOWN);
	int64_t at_ms;

	CU_ASSERT_EQUAL(detect_condition(detect, FAULT_GPU_LOST, VERDICT_BAD,
	    0, "", &sink), -EINVAL);
	for (at_ms = 0; at_ms < 10000; at_ms += 1000)
		detect_condition(detect, FAULT_MODEL_MISSING, VERDICT_BAD,
		    at_ms, "llama3:8b is not on alpha", &sink);
	CU_ASSERT_EQUAL(found.count, 0);
	detect_condition(detect, FAULT_MODEL_MISSING, VERDICT_BAD, at_ms,
	    "llama3:8b is not on alpha", &sink);
	CU_ASSERT_EQUAL(found.count, 1);
	CU_ASSERT_STRING_EQUAL(found.list[0].text,
	    "llama3:8b is not on alpha");
	CU_ASSERT_EQUAL(found.list[0].value_milli, FINDING_NO_VALUE);
	detect_free(detect);
}

static void
a_backend_that_hangs_is_asked_and_then_found_stuck(void)
{
	struct detect *detect = begin(DROVER_METRIC_SCOPE_BACKEND,
	    DROVER_DEVICE_KIND_UNKNOWN);
	struct judge_row judged = { 0, DROVER_BACKEND_STATE_UP, values, 0,
	    NAN, CANARY_NONE, 0, NULL, 0 };
	const struct finding *finding;
	int64_t asked_ms = 0;

	values[DETECT_BACKEND_slots_busy] = 1;
	values[DETECT_BACKEND_tokens] = 40;
	for (; judged.at_ms < 300000; judged.at_ms += 1000) {
		if (judged.at_ms == 100000)
			values[DETECT_BACKEND_tokens] = 0;
		if (asked_ms == 0 && detect_wants_canary(detect, &judged))
			asked_ms = judged.at_ms;
		if (asked_ms > 0 && judged.at_ms == asked_ms + 5000) {
			judged.canary = CANARY_FAILED;
			judged.canary_ms = asked_ms;
		}
		detect_judge(detect, &judged, &sink);
	}
	finding = found_last(&found, FINDING_RAISED, FAULT_BACKEND_STUCK);
	CU_ASSERT_PTR_NOT_NULL_FATAL(finding);
	CU_ASSERT_EQUAL(finding->since_ms, 99000);
	CU_ASSERT_TRUE(finding->at_ms <= 125000);
	CU_ASSERT_STRING_EQUAL(finding->unit, "s");
	CU_ASSERT_EQUAL(found_count(&found, FINDING_RAISED,
	    FAULT_BACKEND_CRASH), 0);
	detect_free(detect);
}

static void
an_object_that_goes_takes_its_findings_with_it(void)
{
	struct detect *detect = begin(DROVER_METRIC_SCOPE_DEVICE,
	    DROVER_DEVICE_KIND_FILESYSTEM);
	int64_t at_ms;

	values[DETECT_DEVICE_used_share] = 99;
	values[DETECT_DEVICE_inodes_free] = 1;
	for (at_ms = 0; at_ms <= 20000; at_ms += 1000)
		row(detect, at_ms, NAN);
	detect_clear(detect, at_ms, &sink);
	CU_ASSERT_EQUAL(found_count(&found, FINDING_CLEAR, FAULT_DISK_FULL),
	    2);
	CU_ASSERT_EQUAL(found_last(&found, FINDING_CLEAR,
	    FAULT_DISK_FULL)->standing, 0);
	found.count = 0;
	detect_standing(detect, &sink);
	CU_ASSERT_EQUAL(found.count, 0);
	detect_free(detect);
}

static void
an_object_with_nothing_to_look_at_is_refused(void)
{
	const struct detect_subject subject = { DROVER_METRIC_SCOPE_DEVICE,
	    DROVER_DEVICE_KIND_SENSOR, "alpha", "sensor/0", 0 };
	struct detect *detect;

	CU_ASSERT_EQUAL(detect_new(&detect, &subject), -EINVAL);
}

static void
a_name_that_is_long_is_cut(void)
{
	struct detect_subject subject = { DROVER_METRIC_SCOPE_MODEL,
	    DROVER_DEVICE_KIND_UNKNOWN, NULL, "", 0 };
	struct detect *detect;
	char name[400];

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	subject.object = name;
	found.count = 0;
	CU_ASSERT_EQUAL_FATAL(detect_new(&detect, &subject), 0);
	detect_condition(detect, FAULT_MODEL_MISSING, VERDICT_BAD, 0, name,
	    &sink);
	detect_condition(detect, FAULT_MODEL_MISSING, VERDICT_BAD, 10000,
	    name, &sink);
	CU_ASSERT_EQUAL_FATAL(found.count, 1);
	CU_ASSERT_EQUAL(strlen(found.list[0].object), FINDING_NAME_MAX - 1);
	detect_free(detect);
}

static void
numbers_leave_as_integers_whatever_they_were(void)
{
	char text[32];

	CU_ASSERT_EQUAL(finding_milli(NAN), FINDING_NO_VALUE);
	CU_ASSERT_EQUAL(finding_milli(INFINITY), INT64_MAX);
	CU_ASSERT_EQUAL(finding_milli(1e300), INT64_MAX);
	CU_ASSERT_EQUAL(finding_milli(-5), 0);
	CU_ASSERT_EQUAL(finding_milli(1.2345), 1234);
	CU_ASSERT_EQUAL(finding_ppm(NAN), 0);
	CU_ASSERT_EQUAL(finding_ppm(2), 1000000);
	CU_ASSERT_EQUAL(finding_ppm(0.25), 250000);
	finding_text(text, sizeof(text), 1.5 * GIB, "B");
	CU_ASSERT_STRING_EQUAL(text, "1.5 GiB");
	finding_text(text, sizeof(text), 3, "");
	CU_ASSERT_STRING_EQUAL(text, "3");
}

static const struct suite_test tests[] = {
#define TEST(name)	{ #name, name }
	TEST(a_full_disk_is_found_with_all_that_is_known_of_it),
	TEST(two_detectors_of_one_class_are_counted),
	TEST(few_bytes_of_a_large_disk_are_too_few),
	TEST(a_disk_that_fills_is_foreseen_and_then_reached),
	TEST(a_prediction_is_raised_by_the_second_line_in_a_row),
	TEST(about_the_limit_it_is_reached_once),
	TEST(a_row_from_before_the_last_one_is_passed_over),
	TEST(memory_that_leaks_from_a_gpu_is_found_until_it_is_back),
	TEST(what_others_know_is_given_dwell),
	TEST(a_backend_that_hangs_is_asked_and_then_found_stuck),
	TEST(an_object_that_goes_takes_its_findings_with_it),
	TEST(an_object_with_nothing_to_look_at_is_refused),
	TEST(a_name_that_is_long_is_cut),
	TEST(numbers_leave_as_integers_whatever_they_were),
};

SUITE_MAIN("detect-detect", tests)
