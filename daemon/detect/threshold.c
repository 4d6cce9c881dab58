#include <assert.h>
#include <math.h>
#include <string.h>

#include "detect/metric.h"
#include "detect/threshold.h"

_Static_assert(sizeof(struct threshold) <= THRESHOLD_BYTES_MAX, "grew");

#define RULE(FAULT, SCOPE, KIND, metric, COMPARISON, raise_milli,	\
    clear_milli, over_ms, dwell_ms, with...)				\
	{ FAULT_##FAULT, DROVER_METRIC_SCOPE_##SCOPE,			\
	    DROVER_DEVICE_KIND_##KIND,					\
	    { COMPARISON_##COMPARISON, DETECT_##SCOPE##_##metric,	\
	    raise_milli, clear_milli }, over_ms, dwell_ms, with },
#define THRESHOLD(FAULT, SCOPE, KIND, metric, COMPARISON, raise_milli,	\
    clear_milli, over_ms, dwell_ms)					\
	RULE(FAULT, SCOPE, KIND, metric, COMPARISON, raise_milli,	\
	    clear_milli, over_ms, dwell_ms,				\
	    { COMPARISON_NONE, 0, 0, 0 })
#define THRESHOLD_WITH(FAULT, SCOPE, KIND, metric, COMPARISON,		\
    raise_milli, clear_milli, over_ms, dwell_ms, with_metric,		\
    WITH_COMPARISON, with_raise_milli, with_clear_milli)		\
	RULE(FAULT, SCOPE, KIND, metric, COMPARISON, raise_milli,	\
	    clear_milli, over_ms, dwell_ms,				\
	    { COMPARISON_##WITH_COMPARISON,				\
	    DETECT_##SCOPE##_##with_metric, with_raise_milli,		\
	    with_clear_milli })

static const struct threshold_rule rules[] = {
#include <drover/tables/thresholds.def>
};

const struct threshold_rule *
threshold_rule_at(size_t i)
{
	return i < sizeof(rules) / sizeof(rules[0]) ? &rules[i] : NULL;
}

void
threshold_init(struct threshold *threshold, const struct threshold_rule *rule)
{
	memset(threshold, 0, sizeof(*threshold));
	rate_init(&threshold->rate, rule->over_ms);
	threshold->value = NAN;
}

static enum verdict
three_ways(bool bad, bool good)
{
	if (bad)
		return VERDICT_BAD;
	return good ? VERDICT_GOOD : VERDICT_BETWEEN;
}

enum verdict
threshold_verdict(const struct threshold_limit *limit, double value)
{
	double raise = (double)limit->raise_milli / 1000;
	double clear = (double)limit->clear_milli / 1000;

	if (isnan(value))
		return VERDICT_UNKNOWN;
	switch (limit->comparison) {
	case COMPARISON_BELOW:
		return three_ways(value <= raise, value >= clear);
	case COMPARISON_BITS:
		if (!(value >= 0 && value < 0x1p63))
			return VERDICT_UNKNOWN;
		return three_ways(((uint64_t)value &
		    (uint64_t)(limit->raise_milli / 1000)) != 0, true);
	default:
		return three_ways(value >= raise, value <= clear);
	}
}

/*
 * The exponential mean of values that come when they come.  After a gap
 * the old mean weighs little by itself.
 */
static void
take_mean(struct threshold *threshold, double value, int64_t at_ms,
    int32_t over_ms)
{
	double share;
	int64_t passed_ms = at_ms - threshold->at_ms;

	if (isnan(threshold->value)) {
		threshold->value = value;
		return;
	}
	share = 1 - exp(-(double)(passed_ms > 0 ? passed_ms : 0) / over_ms);
	threshold->value += share * (value - threshold->value);
}

/* What the limit is held against; false: nothing is known of it now. */
static bool
take(struct threshold *threshold, const struct threshold_rule *rule,
    double value, int64_t at_ms)
{
	if (rule->limit.comparison == COMPARISON_RISES) {
		if (!rate_step(&threshold->rate, value, at_ms))
			return false;
		threshold->value = rate_growth(&threshold->rate);
		return true;
	}
	if (!isfinite(value))
		return false;
	if (rule->over_ms > 0)
		take_mean(threshold, value, at_ms, rule->over_ms);
	else
		threshold->value = value;
	threshold->at_ms = at_ms;
	return true;
}

static enum verdict
both(enum verdict one, enum verdict other)
{
	if (one == VERDICT_GOOD || other == VERDICT_GOOD)
		return VERDICT_GOOD;
	if (one == VERDICT_UNKNOWN || other == VERDICT_UNKNOWN)
		return VERDICT_UNKNOWN;
	return one == VERDICT_BAD && other == VERDICT_BAD ? VERDICT_BAD :
	    VERDICT_BETWEEN;
}

enum verdict
threshold_step(struct threshold *threshold, const struct threshold_rule *rule,
    const double *values, int64_t at_ms)
{
	enum verdict verdict = VERDICT_UNKNOWN;

	if (take(threshold, rule, values[rule->limit.metric], at_ms))
		verdict = threshold_verdict(&rule->limit, threshold->value);
	if (rule->with.comparison != COMPARISON_NONE)
		verdict = both(verdict, threshold_verdict(&rule->with,
		    values[rule->with.metric]));
	return verdict;
}

struct dwell_times
threshold_times(const struct threshold_rule *rule, int64_t gap_ms)
{
	return (struct dwell_times){ rule->dwell_ms,
	    fault_kind_find(rule->number)->clear_ms, gap_ms };
}
