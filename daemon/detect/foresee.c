#include <math.h>
#include <string.h>

#include "detect/foresee.h"
#include "detect/metric.h"

_Static_assert(sizeof(struct foresee) <= FORESEE_BYTES_MAX, "grew");

static const struct trend_rule rules[] = {
#define TREND(FAULT, OF, SCOPE, KIND, metric, limit_milli, window_ms,	\
    horizon_ms, raise_ppm, clear_ppm)					\
	{ FAULT_##FAULT, FAULT_##OF, DROVER_METRIC_SCOPE_##SCOPE,	\
	    DROVER_DEVICE_KIND_##KIND, DETECT_##SCOPE##_##metric,	\
	    limit_milli, window_ms, horizon_ms, raise_ppm, clear_ppm },
#include <drover/tables/trends.def>
#undef TREND
};

const struct trend_rule *
trend_rule_at(size_t i)
{
	return i < sizeof(rules) / sizeof(rules[0]) ? &rules[i] : NULL;
}

void
foresee_init(struct foresee *foresee, const struct trend_rule *rule)
{
	memset(foresee, 0, sizeof(*foresee));
	trend_init(&foresee->trend, rule->window_ms);
	foresee->probability = NAN;
	foresee->value = NAN;
}

double
foresee_goes_on(const struct foresee *foresee)
{
	return (FORESEE_GOES_ON * FORESEE_GOES_ON_OF + foresee->went_on) /
	    (FORESEE_GOES_ON_OF + foresee->went_on + foresee->turned);
}

static void
age_record(struct foresee *foresee, int64_t at_ms)
{
	double kept = exp(-(double)(at_ms - foresee->record_ms) /
	    FORESEE_RECORD_MS);

	foresee->record_ms = at_ms;
	foresee->went_on *= kept;
	foresee->turned *= kept;
}

/* Looks again at what was claimed; one that nobody could look at in time
   counts for nothing. */
static void
settle_claim(struct foresee *foresee, const struct trend_rule *rule,
    double value, double limit, int64_t at_ms)
{
	double rise = limit - foresee->claim_value;
	double risen = value - foresee->claim_value;
	bool early = at_ms < foresee->claim_due_ms;

	if (foresee->claim_due_ms == 0)
		return;
	if (early && risen < rise && risen > -FORESEE_FELL * rise)
		return;
	if (early || at_ms - foresee->claim_due_ms <= rule->window_ms) {
		foresee->went_on += risen >= rise / 2;
		foresee->turned += risen < rise / 2;
	}
	foresee->claim_due_ms = 0;
}

static void
make_claim(struct foresee *foresee, double value, double limit,
    int64_t at_ms)
{
	double expected_s = trend_time_to(&foresee->trend.line,
	    limit).expected_s;

	if (foresee->claim_due_ms != 0 || !(expected_s > 0))
		return;
	foresee->claim_value = value;
	foresee->claim_due_ms = at_ms + (int64_t)(expected_s * 1000);
}

enum verdict
foresee_step(struct foresee *foresee, const struct trend_rule *rule,
    const double *values, int64_t at_ms)
{
	double value = values[rule->metric], p;
	double limit = (double)rule->limit_milli / 1000;

	if (isfinite(value))
		foresee->value = value;
	if (!trend_step(&foresee->trend, value, at_ms))
		return VERDICT_UNKNOWN;
	p = trend_probability(&foresee->trend.line, limit,
	    (double)rule->horizon_ms / 1000);
	age_record(foresee, at_ms);
	settle_claim(foresee, rule, value, limit, at_ms);
	if (p >= FORESEE_CLAIM && value < limit)
		make_claim(foresee, value, limit, at_ms);
	p *= foresee_goes_on(foresee);
	/* Past the limit there is nothing to foresee. */
	foresee->probability = value >= limit ? 0 : p;
	if (isnan(foresee->probability))
		return VERDICT_UNKNOWN;
	if (foresee->probability * 1e6 >= rule->raise_ppm)
		return VERDICT_BAD;
	return foresee->probability * 1e6 <= rule->clear_ppm ? VERDICT_GOOD :
	    VERDICT_BETWEEN;
}

bool
foresee_reached(struct foresee *foresee, const struct trend_rule *rule,
    const double *values, int64_t at_ms, int64_t gap_ms)
{
	const struct dwell_times times = { FORESEE_REACHED_MS,
	    FORESEE_LEFT_MS, gap_ms };
	double value = values[rule->metric];
	double limit = (double)rule->limit_milli / 1000;
	enum verdict verdict;

	if (!isfinite(value))
		return false;
	if (value >= limit)
		verdict = VERDICT_BAD;
	else
		verdict = value <= limit * (1 - FORESEE_LEFT_SHARE) ?
		    VERDICT_GOOD : VERDICT_BETWEEN;
	return dwell_step(&foresee->reached, verdict, at_ms, &times) > 0;
}

static int64_t
longest_gap_ms(int64_t window_ms, int64_t gap_ms)
{
	int64_t parts_ms = 3 * window_ms / TREND_POINTS;

	return gap_ms > parts_ms ? gap_ms : parts_ms;
}

struct dwell_times
foresee_times(const struct trend_rule *rule, int64_t gap_ms)
{
	return (struct dwell_times){ 1,
	    fault_kind_find(rule->number)->clear_ms,
	    longest_gap_ms(rule->window_ms, gap_ms) };
}

void
leak_init(struct leak *leak)
{
	trend_init(&leak->trend, LEAK_WINDOW_MS);
	leak->start_bytes = NAN;
	leak->grown_bytes = NAN;
}

static double
least(const struct trend *trend)
{
	double value = INFINITY;
	size_t i;

	for (i = 0; i < trend->count; i++)
		value = fmin(value, trend->value[i]);
	return value;
}

enum verdict
leak_step(struct leak *leak, double unclaimed_bytes, int64_t at_ms)
{
	const struct trend_line *line = &leak->trend.line;
	const double window_s = LEAK_WINDOW_MS / 1000.0;

	if (!trend_step(&leak->trend, unclaimed_bytes, at_ms) || !line->known)
		return VERDICT_UNKNOWN;
	if (line->slope_low * window_s >= LEAK_BYTES &&
	    isnan(leak->start_bytes))
		leak->start_bytes = least(&leak->trend);
	if (isnan(leak->start_bytes))
		return VERDICT_GOOD;
	leak->grown_bytes = unclaimed_bytes - leak->start_bytes;
	if (leak->grown_bytes < LEAK_BYTES / 2) {
		leak->start_bytes = NAN;
		return VERDICT_GOOD;
	}
	return VERDICT_BAD;
}

struct dwell_times
leak_times(int64_t gap_ms)
{
	return (struct dwell_times){ 1,
	    fault_kind_find(FAULT_GPU_VRAMLEAK)->clear_ms,
	    longest_gap_ms(LEAK_WINDOW_MS, gap_ms) };
}
