/*
 * A metric against a limit, with hysteresis: the rows of
 * include/drover/tables/thresholds.def, which says what the comparisons
 * mean.  Dwell comes after it, see dwell.h.  Pure; at most
 * THRESHOLD_BYTES_MAX each.
 *
 * NaN is unknown: it neither raises nor clears.
 */
#ifndef DROVER_DETECT_THRESHOLD_H
#define DROVER_DETECT_THRESHOLD_H

#include <stddef.h>

#include "detect/dwell.h"
#include "detect/fault.h"
#include "detect/rate.h"

#define THRESHOLD_BYTES_MAX	160

enum comparison {
	COMPARISON_NONE,
	COMPARISON_ABOVE,
	COMPARISON_BELOW,
	COMPARISON_RISES,
	COMPARISON_BITS
};

struct threshold_limit {
	enum comparison	comparison;
	size_t		metric;		/* place in its table */
	int64_t		raise_milli;
	int64_t		clear_milli;
};

struct threshold_rule {
	enum fault_class		number;
	enum drover_metric_scope	scope;
	enum drover_device_kind		kind;
	struct threshold_limit		limit;
	int32_t				over_ms;
	int64_t				dwell_ms;
	/* COMPARISON_NONE: it stands alone. */
	struct threshold_limit		with;
};

struct threshold {
	struct rate	rate;		/* of RISES */
	double		value;		/* the mean, the growth, the value */
	int64_t		at_ms;		/* of value */
};

/* In the order of the table; NULL past the last. */
const struct threshold_rule *threshold_rule_at(size_t i);

void	threshold_init(struct threshold *threshold,
	    const struct threshold_rule *rule);
/* One row of values, by the table of metrics of rule->scope. */
enum verdict threshold_step(struct threshold *threshold,
	    const struct threshold_rule *rule, const double *values,
	    int64_t at_ms);
/* The dwell of its verdicts. */
struct dwell_times threshold_times(const struct threshold_rule *rule,
	    int64_t gap_ms);

/* What a value is to a limit. */
enum verdict threshold_verdict(const struct threshold_limit *limit,
	    double value);

#endif
