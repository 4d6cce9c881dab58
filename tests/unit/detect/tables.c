/* The tables of faults, thresholds and trends hang together. */
#include <string.h>

#include "detect/foresee.h"
#include "detect/threshold.h"
#include "tests/unit/detect/virtual.h"
#include "tests/unit/suite.h"

static void
every_class_is_found_by_number_and_by_name(void)
{
	const struct fault_kind *kind, *other;
	size_t i, k;

	for (i = 0; (kind = fault_kind_at(i)) != NULL; i++) {
		CU_ASSERT_PTR_EQUAL(fault_kind_find(kind->number), kind);
		CU_ASSERT_PTR_EQUAL(fault_kind_by_name(kind->name), kind);
		CU_ASSERT_TRUE(kind->confirm_ms >= 0 && kind->clear_ms >= 0);
		CU_ASSERT_TRUE(strchr(kind->name, '.') != NULL);
		CU_ASSERT_TRUE(strlen(kind->help) > 0);
		for (k = 0; k < i; k++) {
			other = fault_kind_at(k);
			CU_ASSERT_NOT_EQUAL(other->number, kind->number);
			CU_ASSERT_STRING_NOT_EQUAL(other->name, kind->name);
		}
	}
	CU_ASSERT_EQUAL(i, FAULT_CLASSES);
	CU_ASSERT_PTR_NULL(fault_kind_find(0));
	CU_ASSERT_PTR_NULL(fault_kind_find(60000));
	CU_ASSERT_PTR_NULL(fault_kind_by_name("disk"));
}

static void
a_threshold_has_room_between_raise_and_clear(void)
{
	const struct threshold_rule *rule;
	const struct threshold_limit *limit;
	size_t i;

	for (i = 0; (rule = threshold_rule_at(i)) != NULL; i++) {
		limit = &rule->limit;
		CU_ASSERT_PTR_NOT_NULL_FATAL(fault_kind_find(rule->number));
		CU_ASSERT_EQUAL(fault_kind_find(rule->number)->scope,
		    rule->scope);
		CU_ASSERT_TRUE(limit->metric < detect_metrics(rule->scope));
		if (limit->comparison == COMPARISON_BELOW)
			CU_ASSERT_TRUE(limit->clear_milli >
			    limit->raise_milli)
		else
			CU_ASSERT_TRUE(limit->clear_milli <
			    limit->raise_milli)
		if (limit->comparison == COMPARISON_RISES)
			CU_ASSERT_TRUE(rule->over_ms > 0)
		/* A finding is there before the fault is confirmed by it. */
		CU_ASSERT_TRUE(rule->dwell_ms >= 0);
		CU_ASSERT_TRUE(rule->dwell_ms <=
		    fault_kind_find(rule->number)->confirm_ms ||
		    rule->dwell_ms == 0);
	}
	CU_ASSERT_TRUE(i > 10);
}

static void
a_trend_foresees_within_its_reach(void)
{
	const struct trend_rule *rule;
	size_t i;

	for (i = 0; (rule = trend_rule_at(i)) != NULL; i++) {
		CU_ASSERT_PTR_NOT_NULL_FATAL(fault_kind_find(rule->number));
		CU_ASSERT_EQUAL(strncmp(fault_kind_find(rule->number)->name,
		    "predicted.", 10), 0);
		CU_ASSERT_EQUAL(fault_kind_find(rule->number)->scope,
		    rule->scope);
		CU_ASSERT_TRUE(fault_kind_find(rule->number)->severity <=
		    DROVER_SEVERITY_MAJOR);
		CU_ASSERT_TRUE(rule->raise_ppm > rule->clear_ppm);
		CU_ASSERT_TRUE(rule->raise_ppm <= 1e6 * FORESEE_GOES_ON);
		CU_ASSERT_TRUE(rule->raise_ppm >= 500000);
	}
	CU_ASSERT_TRUE(i >= 3);
}

static void
every_class_can_be_found_by_something(void)
{
	const struct threshold_rule *threshold;
	const struct trend_rule *trend;
	const struct fault_kind *kind;
	size_t i, k;
	bool found;

	for (i = 0; (kind = fault_kind_at(i)) != NULL; i++) {
		found = kind->number == FAULT_MODEL_MISSING ||
		    kind->number == FAULT_GPU_VRAMLEAK;
		for (k = 0; (threshold = threshold_rule_at(k)) != NULL; k++)
			found |= threshold->number == kind->number;
		for (k = 0; (trend = trend_rule_at(k)) != NULL; k++)
			found |= trend->number == kind->number;
		for (k = 0; k < JUDGE_FINDINGS; k++)
			found |= judge_class(k) == kind->number;
		CU_ASSERT_TRUE(found);
	}
}

static void
every_object_takes_no_more_than_its_bound(void)
{
	static const struct {
		enum drover_metric_scope	scope;
		enum drover_device_kind		kind;
	} all[] = {
		{ DROVER_METRIC_SCOPE_NODE, DROVER_DEVICE_KIND_UNKNOWN },
		{ DROVER_METRIC_SCOPE_DEVICE, DROVER_DEVICE_KIND_FILESYSTEM },
		{ DROVER_METRIC_SCOPE_DEVICE, DROVER_DEVICE_KIND_GPU },
		{ DROVER_METRIC_SCOPE_DEVICE, DROVER_DEVICE_KIND_NIC },
		{ DROVER_METRIC_SCOPE_BACKEND, DROVER_DEVICE_KIND_UNKNOWN },
		{ DROVER_METRIC_SCOPE_MODEL, DROVER_DEVICE_KIND_UNKNOWN },
	};
	struct detect *detect;
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		detect = make_detect(all[i].scope, all[i].kind);
		CU_ASSERT_TRUE(detect_bytes(detect) <= DETECT_BYTES_MAX);
		detect_free(detect);
	}
	CU_ASSERT_TRUE(sizeof(struct dwell) <= DWELL_BYTES_MAX);
	CU_ASSERT_TRUE(sizeof(struct rate) <= RATE_BYTES_MAX);
	CU_ASSERT_TRUE(sizeof(struct band) <= BAND_BYTES_MAX);
	CU_ASSERT_TRUE(sizeof(struct trend) <= TREND_BYTES_MAX);
	CU_ASSERT_TRUE(sizeof(struct foresee) <= FORESEE_BYTES_MAX);
	CU_ASSERT_TRUE(sizeof(struct threshold) <= THRESHOLD_BYTES_MAX);
	CU_ASSERT_TRUE(sizeof(struct judge) <= JUDGE_BYTES_MAX);
}

static const struct suite_test tests[] = {
#define TEST(name)	{ #name, name }
	TEST(every_class_is_found_by_number_and_by_name),
	TEST(a_threshold_has_room_between_raise_and_clear),
	TEST(a_trend_foresees_within_its_reach),
	TEST(every_class_can_be_found_by_something),
	TEST(every_object_takes_no_more_than_its_bound),
};

SUITE_MAIN("detect-tables", tests)
