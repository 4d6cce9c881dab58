/*
 * A metric followed to its limit: the rows of
 * include/drover/tables/trends.def, each with a trend (trend.h).  Pure; at
 * most FORESEE_BYTES_MAX each.
 */
#ifndef DROVER_DETECT_FORESEE_H
#define DROVER_DETECT_FORESEE_H

#include <stddef.h>

#include "detect/dwell.h"
#include "detect/fault.h"
#include "detect/trend.h"

#define FORESEE_BYTES_MAX	(TREND_BYTES_MAX + 112)

/*
 * Trends turn, because somebody clears up or the work ends, and some
 * metrics wander all the time.  So each keeps a record of its own: a line
 * that says that the limit is met within the horizon is looked at again
 * when it should be met, or as soon as the value is at the limit or has
 * fallen below where it was; it has gone on when at least half of the way
 * is done.  The probability is multiplied by the share of those that went
 * on, which begins with FORESEE_GOES_ON as if that came of so many.  What
 * is FORESEE_RECORD_MS old weighs a third.
 */
#define FORESEE_GOES_ON		0.8	/* measured on simulated nodes */
#define FORESEE_GOES_ON_OF	8.0
#define FORESEE_RECORD_MS	INT64_C(86400000)
#define FORESEE_CLAIM		0.9	/* this likely, but for turning */
#define FORESEE_FELL		0.1	/* of the way */

struct trend_rule {
	enum fault_class		number;
	enum fault_class		foreseen;
	enum drover_metric_scope	scope;
	enum drover_device_kind		kind;
	size_t				metric;
	int64_t				limit_milli;	/* from below */
	int32_t				window_ms;
	int64_t				horizon_ms;
	int32_t				raise_ppm;
	int32_t				clear_ppm;
};

struct foresee {
	struct trend	trend;
	double		probability;	/* NaN: not known yet */
	double		value;		/* the last one */
	struct dwell	reached;
	/* The line that is to be looked at again; 0: there is none. */
	int64_t		claim_due_ms;
	double		claim_value;
	int64_t		record_ms;	/* the record was brought up to date */
	double		went_on;
	double		turned;
};

/* At the limit for so long: it is reached; and left when it was so much
   of the limit below it for so long. */
#define FORESEE_REACHED_MS	10000
#define FORESEE_LEFT_MS		60000
#define FORESEE_LEFT_SHARE	0.02

/* In the order of the table; NULL past the last. */
const struct trend_rule *trend_rule_at(size_t i);

void	foresee_init(struct foresee *foresee, const struct trend_rule *rule);
/* By its record: the share of trends that go on. */
double	foresee_goes_on(const struct foresee *foresee);
/* UNKNOWN until there is a new line. */
enum verdict foresee_step(struct foresee *foresee,
	    const struct trend_rule *rule, const double *values,
	    int64_t at_ms);
/* Each value: true once when the limit is reached. */
bool	foresee_reached(struct foresee *foresee,
	    const struct trend_rule *rule, const double *values,
	    int64_t at_ms, int64_t gap_ms);
/* Raised by two verdicts in a row. */
struct dwell_times foresee_times(const struct trend_rule *rule,
	    int64_t gap_ms);

/*
 * Memory of a GPU that no backend accounts for: it leaks when even the low
 * end of its slope makes LEAK_BYTES in LEAK_WINDOW_MS, and it has leaked
 * until most of what came has been given back.
 */
#define LEAK_WINDOW_MS	1200000
#define LEAK_BYTES	(128.0 * 1024 * 1024)

struct leak {
	struct trend	trend;
	double		start_bytes;	/* before it grew; NaN: it has not */
	double		grown_bytes;
};

void	leak_init(struct leak *leak);
enum verdict leak_step(struct leak *leak, double unclaimed_bytes,
	    int64_t at_ms);
struct dwell_times leak_times(int64_t gap_ms);

#endif
