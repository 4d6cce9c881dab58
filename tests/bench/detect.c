/*
 * What detectors cost: time for a value, or for a row of all values of an
 * object, and bytes for a metric, or an object, against a bare exponential
 * mean over the same values in the same run.  One JSON object a line.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "detect/band.h"
#include "detect/foresee.h"
#include "detect/threshold.h"
#include "tests/unit/detect/virtual.h"

#define VALUES		4096
#define ROUNDS		9

static double input[VALUES];
static volatile double kept;
static int64_t at_ms;

struct mean {
	double	value;
	int64_t	at_ms;
};

static double
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int
compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

/* What step(state) takes for each of VALUES values, median of rounds. */
static double
measure(void (*step)(void *state, double value, int64_t at_ms), void *state,
    int repeat)
{
	double took[ROUNDS], start;
	int round, again, i;

	for (round = 0; round < ROUNDS; round++) {
		start = now_ns();
		for (again = 0; again < repeat; again++)
			for (i = 0; i < VALUES; i++)
				step(state, input[i], at_ms += 1000);
		took[round] = (now_ns() - start) / VALUES / repeat;
	}
	qsort(took, ROUNDS, sizeof(took[0]), compare);
	return took[ROUNDS / 2];
}

/* Of a time that is not constant, as every mean of samples has it. */
static void
mean_step(void *state, double value, int64_t now_ms)
{
	struct mean *mean = state;
	double share = 1 - exp(-(double)(now_ms - mean->at_ms) / 10000);

	mean->value += share * (value - mean->value);
	mean->at_ms = now_ms;
	kept = mean->value;
}

struct one_threshold {
	struct threshold	threshold;
	struct dwell		dwell;
	struct threshold_rule	rule;
};

static void
threshold_value(void *state, double value, int64_t now_ms)
{
	struct one_threshold *one = state;
	const struct dwell_times times = threshold_times(&one->rule, 30000);

	kept = dwell_step(&one->dwell, threshold_step(&one->threshold,
	    &one->rule, &value, now_ms), now_ms, &times);
}

static void
rate_value(void *state, double value, int64_t now_ms)
{
	rate_step(state, value, now_ms);
	kept = rate_growth(state);
}

static void
band_value(void *state, double value, int64_t now_ms)
{
	(void)now_ms;
	kept = band_score(state, value, 0.05);
	band_learn(state, value);
}

static void
trend_value(void *state, double value, int64_t now_ms)
{
	kept = trend_step(state, value, now_ms);
}

static const struct {
	const char			*name;
	enum drover_metric_scope	 scope;
	enum drover_device_kind		 kind;
} objects[] = {
	{ "node", DROVER_METRIC_SCOPE_NODE, DROVER_DEVICE_KIND_UNKNOWN },
	{ "filesystem", DROVER_METRIC_SCOPE_DEVICE,
	    DROVER_DEVICE_KIND_FILESYSTEM },
	{ "gpu", DROVER_METRIC_SCOPE_DEVICE, DROVER_DEVICE_KIND_GPU },
	{ "backend", DROVER_METRIC_SCOPE_BACKEND,
	    DROVER_DEVICE_KIND_UNKNOWN },
};

static void
ignore(void *user, const struct finding *finding)
{
	(void)user;
	kept = (double)finding->value_milli;
}

/* A row of an object, all its detectors at work. */
static void
object_value(void *state, double value, int64_t now_ms)
{
	static const struct finding_sink sink = { ignore, NULL };
	static double values[VALUES_MAX];
	struct detect_row row = { now_ms, values, value };
	int i;

	for (i = 0; i < VALUES_MAX; i++)
		values[i] = value;
	detect_step(state, &row, &sink);
}

static void
backend_value(void *state, double value, int64_t now_ms)
{
	static const struct finding_sink sink = { ignore, NULL };
	static double values[VALUES_MAX];
	struct judge_row row = { now_ms, DROVER_BACKEND_STATE_UP, values,
	    NAN, NAN, CANARY_NONE, 0, NULL, 0 };
	int i;

	for (i = 0; i < VALUES_MAX; i++)
		values[i] = value;
	detect_judge(state, &row, &sink);
}

static void
print(const char *name, double value, const char *unit, const char *peer,
    double ratio)
{
	printf("{\"name\":\"detect %s\",\"value\":%.4g,\"unit\":\"%s\","
	    "\"peer\":\"%s\",\"ratio\":%.3g}\n", name, value, unit, peer,
	    ratio);
}

static void
print_cost(const char *name, const char *step, double ns, double mean_ns,
    size_t bytes)
{
	char text[64];

	snprintf(text, sizeof(text), "%s %s", name, step);
	print(text, ns, "ns", "bare exponential mean", ns / mean_ns);
	snprintf(text, sizeof(text), "%s state", name);
	print(text, (double)bytes, "bytes", "bare exponential mean",
	    (double)bytes / sizeof(struct mean));
}

static void
parts(double mean_ns, int repeat)
{
	static struct one_threshold threshold;
	static struct rate rate;
	static struct band band;
	static struct trend trend;

	threshold.rule = *threshold_rule_at(0);
	threshold.rule.limit.metric = 0;
	threshold_init(&threshold.threshold, &threshold.rule);
	print_cost("threshold", "value", measure(threshold_value, &threshold,
	    repeat), mean_ns, sizeof(threshold.threshold) +
	    sizeof(threshold.dwell));
	rate_init(&rate, 60000);
	print_cost("rate", "value", measure(rate_value, &rate, repeat),
	    mean_ns, sizeof(rate));
	print_cost("band", "value", measure(band_value, &band, repeat),
	    mean_ns, sizeof(band));
	trend_init(&trend, 600000);
	print_cost("trend", "value", measure(trend_value, &trend, repeat),
	    mean_ns, sizeof(trend));
}

int
main(int argc, char **argv)
{
	int repeat = argc > 1 && strcmp(argv[1], "--smoke") == 0 ? 1 : 50;
	struct random random = { 1 };
	struct detect *detect;
	struct mean mean = { 0, 0 };
	double mean_ns, ns;
	size_t i;

	for (i = 0; i < VALUES; i++)
		input[i] = 50 + 5 * random_normal(&random);
	mean_ns = measure(mean_step, &mean, repeat);
	print("exponential mean value", mean_ns, "ns", "itself", 1);
	parts(mean_ns, repeat);
	for (i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
		detect = make_detect(objects[i].scope, objects[i].kind);
		ns = measure(object_value, detect, repeat);
		if (objects[i].scope == DROVER_METRIC_SCOPE_BACKEND)
			ns += measure(backend_value, detect, repeat);
		print_cost(objects[i].name, "row", ns, mean_ns,
		    detect_bytes(detect));
		detect_free(detect);
	}
	return 0;
}
