#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/detect.h"
#include "detect/foresee.h"
#include "detect/metric.h"
#include "detect/threshold.h"

/*
 * What every detector has: the dwell of its verdicts, and its evidence as
 * it was last seen.
 */
struct latch {
	struct dwell		 dwell;
	const struct fault_kind	*kind;
	const char		*metric;
	const char		*unit;
	const char		*did;		/* "", "grew by " */
	double			 value;		/* NaN: it has none */
	double			 threshold;
	int64_t			 at_ms;
	int32_t			 confidence_ppm;
	/* Of a prediction. */
	enum fault_class	 foreseen;
	double			 probability;
	int64_t			 horizon_ms;
	struct trend_span	 span;
};

struct watched_threshold {
	struct latch			 latch;
	struct threshold		 threshold;
	const struct threshold_rule	*rule;
};

struct watched_trend {
	struct latch			 latch;
	struct foresee			 foresee;
	const struct trend_rule		*rule;
	bool				 first;	/* of its class: it alone
						   tells of the limit */
};

struct watched_leak {
	struct latch	latch;
	struct leak	leak;
};

struct watched_backend {
	struct latch	latch[JUDGE_FINDINGS];
	struct judge	judge;
};

struct detect {
	enum drover_metric_scope	 scope;
	enum drover_device_kind		 kind;
	int64_t				 gap_ms;
	int64_t				 at_ms;
	bool				 seen;
	struct watched_threshold	*thresholds;
	size_t				 threshold_count;
	struct watched_trend		*trends;
	size_t				 trend_count;
	struct watched_leak		*leak;		/* of a GPU */
	struct watched_backend		*backend;	/* of a backend */
	struct latch			*condition;	/* by others */
	char				 object[FINDING_NAME_MAX];
	char				 device[FINDING_NAME_MAX];
};

static bool
applies(const struct detect *detect, enum drover_metric_scope scope,
    enum drover_device_kind kind)
{
	return scope == detect->scope && kind == detect->kind;
}

static void
latch_init(struct latch *latch, enum fault_class number, const char *metric,
    const char *unit)
{
	memset(latch, 0, sizeof(*latch));
	latch->kind = fault_kind_find(number);
	latch->metric = metric;
	latch->unit = unit;
	latch->did = "";
	latch->value = NAN;
	latch->threshold = NAN;
}

static int
make_thresholds(struct detect *detect)
{
	const struct threshold_rule *rule;
	const struct detect_metric *metric;
	struct watched_threshold *one;
	size_t i, count = 0;

	for (i = 0; (rule = threshold_rule_at(i)) != NULL; i++)
		count += applies(detect, rule->scope, rule->kind);
	if (count == 0)
		return 0;
	detect->thresholds = calloc(count, sizeof(*detect->thresholds));
	if (detect->thresholds == NULL)
		return -ENOMEM;
	for (i = 0; (rule = threshold_rule_at(i)) != NULL; i++) {
		if (!applies(detect, rule->scope, rule->kind))
			continue;
		one = &detect->thresholds[detect->threshold_count++];
		one->rule = rule;
		metric = detect_metric(rule->scope, rule->limit.metric);
		latch_init(&one->latch, rule->number, metric->name,
		    metric->unit);
		one->latch.threshold = (double)rule->limit.raise_milli / 1000;
		if (rule->limit.comparison == COMPARISON_RISES)
			one->latch.did = "grew by ";
		threshold_init(&one->threshold, rule);
	}
	return 0;
}

static int
make_trends(struct detect *detect)
{
	const struct trend_rule *rule;
	const struct detect_metric *metric;
	struct watched_trend *one;
	size_t i, count = 0;

	for (i = 0; (rule = trend_rule_at(i)) != NULL; i++)
		count += applies(detect, rule->scope, rule->kind);
	if (count == 0)
		return 0;
	detect->trends = calloc(count, sizeof(*detect->trends));
	if (detect->trends == NULL)
		return -ENOMEM;
	for (i = 0; (rule = trend_rule_at(i)) != NULL; i++) {
		if (!applies(detect, rule->scope, rule->kind))
			continue;
		one = &detect->trends[detect->trend_count++];
		one->rule = rule;
		metric = detect_metric(rule->scope, rule->metric);
		latch_init(&one->latch, rule->number, metric->name,
		    metric->unit);
		one->latch.threshold = (double)rule->limit_milli / 1000;
		one->latch.foreseen = rule->foreseen;
		one->latch.horizon_ms = rule->horizon_ms;
		one->first = one == detect->trends ||
		    one[-1].rule->number != rule->number;
		foresee_init(&one->foresee, rule);
	}
	return 0;
}

static int
make_backend(struct detect *detect)
{
	int i;

	detect->backend = calloc(1, sizeof(*detect->backend));
	if (detect->backend == NULL)
		return -ENOMEM;
	for (i = 0; i < JUDGE_FINDINGS; i++)
		latch_init(&detect->backend->latch[i], judge_class(i),
		    judge_metric(i), "");
	judge_init(&detect->backend->judge);
	return 0;
}

static int
make_condition(struct detect *detect, enum fault_class number,
    const char *metric)
{
	detect->condition = calloc(1, sizeof(*detect->condition));
	if (detect->condition == NULL)
		return -ENOMEM;
	latch_init(detect->condition, number, metric, "");
	return 0;
}

static int
make_special(struct detect *detect)
{
	if (detect->scope == DROVER_METRIC_SCOPE_BACKEND)
		return make_backend(detect);
	if (detect->scope == DROVER_METRIC_SCOPE_MODEL)
		return make_condition(detect, FAULT_MODEL_MISSING, "model");
	if (!applies(detect, DROVER_METRIC_SCOPE_DEVICE,
	    DROVER_DEVICE_KIND_GPU))
		return 0;
	detect->leak = calloc(1, sizeof(*detect->leak));
	if (detect->leak == NULL)
		return -ENOMEM;
	latch_init(&detect->leak->latch, FAULT_GPU_VRAMLEAK, "unclaimed",
	    "B");
	detect->leak->latch.did = "grew by ";
	detect->leak->latch.threshold = LEAK_BYTES;
	leak_init(&detect->leak->leak);
	return 0;
}

int
detect_new(struct detect **detect, const struct detect_subject *subject)
{
	struct detect *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return -ENOMEM;
	made->scope = subject->scope;
	made->kind = subject->kind;
	made->gap_ms = subject->gap_ms > 0 ? subject->gap_ms : DETECT_GAP_MS;
	snprintf(made->object, sizeof(made->object), "%s", subject->object);
	snprintf(made->device, sizeof(made->device), "%s", subject->device);
	if (make_thresholds(made) != 0 || make_trends(made) != 0 ||
	    make_special(made) != 0) {
		detect_free(made);
		return -ENOMEM;
	}
	if (made->threshold_count + made->trend_count == 0 &&
	    made->backend == NULL && made->condition == NULL) {
		detect_free(made);
		return -EINVAL;
	}
	*detect = made;
	return 0;
}

void
detect_free(struct detect *detect)
{
	if (detect == NULL)
		return;
	free(detect->thresholds);
	free(detect->trends);
	free(detect->leak);
	free(detect->backend);
	free(detect->condition);
	free(detect);
}

size_t
detect_bytes(const struct detect *detect)
{
	return sizeof(*detect) +
	    detect->threshold_count * sizeof(*detect->thresholds) +
	    detect->trend_count * sizeof(*detect->trends) +
	    (detect->leak != NULL ? sizeof(*detect->leak) : 0) +
	    (detect->backend != NULL ? sizeof(*detect->backend) : 0) +
	    (detect->condition != NULL ? sizeof(*detect->condition) : 0);
}

/* Every latch there is, by number; NULL past the last. */
static struct latch *
latch_at(const struct detect *detect, size_t i)
{
	if (i < detect->threshold_count)
		return &detect->thresholds[i].latch;
	i -= detect->threshold_count;
	if (i < detect->trend_count)
		return &detect->trends[i].latch;
	i -= detect->trend_count;
	if (detect->backend != NULL) {
		if (i < JUDGE_FINDINGS)
			return &detect->backend->latch[i];
		i -= JUDGE_FINDINGS;
	}
	if (detect->leak != NULL && i-- == 0)
		return &detect->leak->latch;
	return i == 0 ? detect->condition : NULL;
}

static int32_t
standing(const struct detect *detect, enum fault_class number)
{
	const struct latch *latch;
	int32_t count = 0;
	size_t i;

	for (i = 0; (latch = latch_at(detect, i)) != NULL; i++)
		count += latch->kind->number == number && latch->dwell.active;
	return count;
}

/* "40 s", "12 min", "3.5 h" */
static void
duration_text(char *text, size_t size, double seconds)
{
	if (!isfinite(seconds))
		snprintf(text, size, "never");
	else if (seconds < 120)
		snprintf(text, size, "%.0f s", seconds);
	else if (seconds < 7200)
		snprintf(text, size, "%.0f min", seconds / 60);
	else
		snprintf(text, size, "%.1f h", seconds / 3600);
}

static void
prediction_text(const struct latch *latch, struct finding *finding)
{
	char limit[32], expected[32], soonest[32], latest[32];
	char between[72] = "";

	finding_text(limit, sizeof(limit), latch->threshold, latch->unit);
	duration_text(expected, sizeof(expected), latch->span.expected_s);
	duration_text(soonest, sizeof(soonest), latch->span.soonest_s);
	duration_text(latest, sizeof(latest), latch->span.latest_s);
	if (strcmp(soonest, latest) != 0)
		snprintf(between, sizeof(between), " (%s to %s)", soonest,
		    latest);
	snprintf(finding->text, sizeof(finding->text),
	    "%s reaches %s in %s%s: %.0f %% likely", latch->metric, limit,
	    expected, between, latch->probability * 100);
}

static void
evidence_text(const struct latch *latch, struct finding *finding)
{
	char value[32], limit[32];

	if (isnan(latch->value)) {
		snprintf(finding->text, sizeof(finding->text), "%s",
		    latch->kind->help);
		return;
	}
	finding_text(value, sizeof(value), latch->value, latch->unit);
	finding_text(limit, sizeof(limit), latch->threshold, latch->unit);
	snprintf(finding->text, sizeof(finding->text), "%s %s%s, limit %s",
	    latch->metric, latch->did, value, limit);
}

static int64_t
span_ms(double seconds)
{
	return isfinite(seconds) ? finding_milli(seconds) : FINDING_NO_VALUE;
}

static void
fill(const struct detect *detect, const struct latch *latch,
    enum finding_edge edge, struct finding *finding)
{
	memset(finding, 0, sizeof(*finding));
	finding->edge = edge;
	finding->number = latch->kind->number;
	finding->object = detect->object;
	finding->device = detect->device;
	finding->metric = latch->metric;
	finding->unit = latch->unit;
	finding->value_milli = finding_milli(latch->value);
	finding->threshold_milli = finding_milli(latch->threshold);
	finding->since_ms = latch->dwell.since_ms;
	finding->at_ms = latch->at_ms;
	finding->confidence_ppm = latch->confidence_ppm;
	finding->standing = standing(detect, latch->kind->number);
	finding->foreseen = latch->foreseen;
	if (latch->horizon_ms == 0) {
		evidence_text(latch, finding);
		return;
	}
	finding->probability_ppm = finding_ppm(latch->probability);
	finding->horizon_ms = latch->horizon_ms;
	finding->soonest_ms = span_ms(latch->span.soonest_s);
	finding->latest_ms = span_ms(latch->span.latest_s);
	if (edge == FINDING_CLEAR)
		snprintf(finding->text, sizeof(finding->text),
		    "%s no longer moves to its limit", latch->metric);
	else
		prediction_text(latch, finding);
}

static void
emit(const struct detect *detect, const struct latch *latch,
    enum finding_edge edge, const char *text, const struct finding_sink *sink)
{
	struct finding finding;

	fill(detect, latch, edge, &finding);
	if (text != NULL && text[0] != '\0')
		snprintf(finding.text, sizeof(finding.text), "%s", text);
	sink->found(sink->user, &finding);
}

struct step {
	enum verdict		 verdict;
	int64_t			 at_ms;
	int64_t			 since_ms;	/* -1: of the verdict */
	struct dwell_times	 times;
	const char		*text;		/* NULL: made */
};

static void
latch_step(const struct detect *detect, struct latch *latch,
    const struct step *step, const struct finding_sink *sink)
{
	int edge = dwell_step(&latch->dwell, step->verdict, step->at_ms,
	    &step->times);

	if (step->verdict >= VERDICT_BETWEEN || edge != 0)
		latch->at_ms = step->at_ms;
	if (edge > 0 && step->since_ms >= 0)
		latch->dwell.since_ms = step->since_ms;
	if (edge != 0)
		emit(detect, latch, edge > 0 ? FINDING_RAISED :
		    FINDING_CLEAR, step->text, sink);
}

/*
 * At the limit a value may be noise; a whole hysteresis past it, it is
 * not.
 */
static int32_t
threshold_confidence(const struct threshold_rule *rule, double value)
{
	double raise = (double)rule->limit.raise_milli / 1000;
	double width = fabs(raise - (double)rule->limit.clear_milli / 1000);
	double past = fabs(value - raise);

	if (rule->limit.comparison == COMPARISON_RISES ||
	    rule->limit.comparison == COMPARISON_BITS)
		return 990000;
	return finding_ppm(0.8 + 0.19 * (past < width ? past / width : 1));
}

static void
threshold_row(const struct detect *detect, struct watched_threshold *one,
    const struct detect_row *row, const struct finding_sink *sink)
{
	struct step step = { VERDICT_UNKNOWN, row->at_ms, -1,
	    threshold_times(one->rule, detect->gap_ms), NULL };

	step.verdict = threshold_step(&one->threshold, one->rule, row->value,
	    row->at_ms);
	if (step.verdict != VERDICT_UNKNOWN) {
		one->latch.value = one->threshold.value;
		one->latch.confidence_ppm = threshold_confidence(one->rule,
		    one->threshold.value);
	}
	latch_step(detect, &one->latch, &step, sink);
}

static void
emit_reached(const struct detect *detect, const struct watched_trend *one,
    const struct detect_row *row, const struct finding_sink *sink)
{
	struct latch reached = one->latch;
	char text[96], limit[32];

	reached.value = row->value[one->rule->metric];
	reached.at_ms = row->at_ms;
	reached.dwell.since_ms = one->foresee.reached.since_ms;
	finding_text(limit, sizeof(limit), reached.threshold, reached.unit);
	snprintf(text, sizeof(text), "%s reached %s", reached.metric, limit);
	emit(detect, &reached, FINDING_REACHED, text, sink);
}

static void
trend_row(const struct detect *detect, struct watched_trend *one,
    const struct detect_row *row, const struct finding_sink *sink)
{
	struct step step = { VERDICT_UNKNOWN, row->at_ms, -1,
	    foresee_times(one->rule, detect->gap_ms), NULL };

	if (one->first && foresee_reached(&one->foresee, one->rule,
	    row->value, row->at_ms, detect->gap_ms))
		emit_reached(detect, one, row, sink);
	step.verdict = foresee_step(&one->foresee, one->rule, row->value,
	    row->at_ms);
	if (step.verdict == VERDICT_UNKNOWN)
		return;
	one->latch.value = one->foresee.value;
	one->latch.probability = one->foresee.probability;
	one->latch.confidence_ppm = finding_ppm(one->foresee.probability);
	one->latch.span = trend_time_to(&one->foresee.trend.line,
	    one->latch.threshold);
	latch_step(detect, &one->latch, &step, sink);
}

static void
leak_row(const struct detect *detect, struct watched_leak *one,
    const struct detect_row *row, const struct finding_sink *sink)
{
	struct step step = { VERDICT_UNKNOWN, row->at_ms, -1,
	    leak_times(detect->gap_ms), NULL };

	step.verdict = leak_step(&one->leak, row->unclaimed_bytes,
	    row->at_ms);
	if (step.verdict == VERDICT_UNKNOWN)
		return;
	one->latch.value = one->leak.grown_bytes;
	one->latch.confidence_ppm = 900000;
	latch_step(detect, &one->latch, &step, sink);
}

void
detect_step(struct detect *detect, const struct detect_row *row,
    const struct finding_sink *sink)
{
	size_t i;

	if (detect->seen && row->at_ms < detect->at_ms)
		return;
	detect->seen = true;
	detect->at_ms = row->at_ms;
	for (i = 0; i < detect->threshold_count; i++)
		threshold_row(detect, &detect->thresholds[i], row, sink);
	for (i = 0; i < detect->trend_count; i++)
		trend_row(detect, &detect->trends[i], row, sink);
	if (detect->leak != NULL)
		leak_row(detect, detect->leak, row, sink);
}

void
detect_judge(struct detect *detect, const struct judge_row *row,
    const struct finding_sink *sink)
{
	struct judgement judged[JUDGE_FINDINGS], *one;
	struct latch *latch;
	struct step step;
	int i;

	judge_step(&detect->backend->judge, row, detect->gap_ms, judged);
	for (i = 0; i < JUDGE_FINDINGS; i++) {
		one = &judged[i];
		latch = &detect->backend->latch[i];
		if (one->verdict == VERDICT_UNKNOWN)
			continue;
		latch->value = one->value;
		latch->threshold = one->threshold;
		latch->unit = one->unit;
		latch->confidence_ppm = one->confidence_ppm;
		step = (struct step){ one->verdict, row->at_ms, one->since_ms,
		    { latch->kind->confirm_ms, latch->kind->clear_ms,
		    detect->gap_ms }, NULL };
		latch_step(detect, latch, &step, sink);
	}
}

bool
detect_wants_canary(const struct detect *detect, const struct judge_row *row)
{
	const struct latch *latch = detect->backend->latch;

	/* Once it is found, only a canary tells of one without work. */
	return judge_wants_canary(&detect->backend->judge, row) ||
	    ((latch[JUDGE_STUCK].dwell.active ||
	    latch[JUDGE_BADOUTPUT].dwell.active) &&
	    row->state == DROVER_BACKEND_STATE_UP);
}

int
detect_condition(struct detect *detect, enum fault_class number,
    enum verdict verdict, int64_t at_ms, const char *text,
    const struct finding_sink *sink)
{
	struct latch *latch = detect->condition;
	struct step step = { verdict, at_ms, -1, { 0, 0, detect->gap_ms },
	    text };

	if (latch == NULL || latch->kind->number != number)
		return -EINVAL;
	step.times.raise_ms = latch->kind->confirm_ms;
	step.times.clear_ms = latch->kind->clear_ms;
	latch->confidence_ppm = 990000;
	latch_step(detect, latch, &step, sink);
	return 0;
}

void
detect_standing(const struct detect *detect, const struct finding_sink *sink)
{
	const struct latch *latch;
	size_t i;

	for (i = 0; (latch = latch_at(detect, i)) != NULL; i++)
		if (latch->dwell.active)
			emit(detect, latch, FINDING_STANDS, NULL, sink);
}

void
detect_clear(struct detect *detect, int64_t at_ms,
    const struct finding_sink *sink)
{
	struct latch *latch;
	size_t i;

	for (i = 0; (latch = latch_at(detect, i)) != NULL; i++) {
		if (!latch->dwell.active)
			continue;
		latch->dwell.active = false;
		latch->dwell.leaving = false;
		latch->at_ms = at_ms;
		emit(detect, latch, FINDING_CLEAR, NULL, sink);
	}
}
