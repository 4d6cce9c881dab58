#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "detect/predict.h"

_Static_assert(sizeof(struct predictor) <= PREDICTOR_BYTES_MAX, "grew");

#define PPM		1000000
#define KEPT_MILLI	980	/* of the weight, see healing: learning */

static struct accuracy *
accuracy_of(struct predictor *predictor, enum fault_class number)
{
	size_t i;

	for (i = 0; i < FAULT_CLASSES; i++)
		if (fault_kind_at(i)->number == number)
			return &predictor->accuracy[i];
	assert(!"a class of the table");
	return NULL;
}

const struct accuracy *
predict_accuracy(const struct predictor *predictor, enum fault_class number)
{
	size_t i;

	for (i = 0; i < FAULT_CLASSES; i++)
		if (fault_kind_at(i)->number == number)
			return &predictor->accuracy[i];
	return NULL;
}

static void
fade(struct accuracy *accuracy)
{
	accuracy->hits_milli = accuracy->hits_milli * KEPT_MILLI / 1000;
	accuracy->misses_milli = accuracy->misses_milli * KEPT_MILLI / 1000;
	accuracy->unforeseen_milli =
	    accuracy->unforeseen_milli * KEPT_MILLI / 1000;
	accuracy->brier_milli_ppm =
	    accuracy->brier_milli_ppm * KEPT_MILLI / 1000;
}

static void
score(struct accuracy *accuracy, int32_t probability_ppm, bool came)
{
	int64_t error_ppm = came ? PPM - probability_ppm : probability_ppm;
	int tenth = probability_ppm / (PPM / PREDICTION_TENTHS);

	if (tenth >= PREDICTION_TENTHS)
		tenth = PREDICTION_TENTHS - 1;
	accuracy->tenth_made[tenth]++;
	accuracy->tenth_came[tenth] += came;
	accuracy->brier_milli_ppm += 1000 * (error_ppm * error_ppm / PPM);
}

void
accuracy_settle(struct accuracy *accuracy, enum outcome outcome,
    int32_t probability_ppm, int64_t lead_ms)
{
	switch (outcome) {
	case OUTCOME_HIT:
		fade(accuracy);
		accuracy->hits++;
		accuracy->hits_milli += 1000;
		accuracy->lead_ms += lead_ms;
		score(accuracy, probability_ppm, true);
		break;
	case OUTCOME_MISS:
		fade(accuracy);
		accuracy->misses++;
		accuracy->misses_milli += 1000;
		score(accuracy, probability_ppm, false);
		break;
	case OUTCOME_AVERTED:
		accuracy->averted++;
		break;
	default:
		accuracy->voids++;
		break;
	}
}

void
accuracy_unforeseen(struct accuracy *accuracy)
{
	fade(accuracy);
	accuracy->unforeseen++;
	accuracy->unforeseen_milli += 1000;
}

enum outcome
outcome_when_reached(int64_t made_ms, int64_t horizon_ms, bool acted,
    int64_t reached_ms)
{
	if (reached_ms < made_ms)
		return OUTCOME_VOID;
	if (reached_ms - made_ms <= horizon_ms)
		return OUTCOME_HIT;
	return acted ? OUTCOME_AVERTED : OUTCOME_MISS;
}

enum outcome
outcome_when_due(bool acted, bool looked)
{
	if (!looked)
		return OUTCOME_VOID;
	return acted ? OUTCOME_AVERTED : OUTCOME_MISS;
}

const char *
outcome_word(int64_t outcome)
{
	switch (outcome) {
#define OUTCOME(NAME, number, word, help)	case number: return word;
#include <drover/tables/outcomes.def>
#undef OUTCOME
	default:
		return "none";
	}
}

static void
settle(struct predictor *predictor, struct prediction *prediction,
    enum outcome outcome, int64_t at_ms)
{
	prediction->outcome = outcome;
	prediction->settled_ms = at_ms;
	accuracy_settle(accuracy_of(predictor, prediction->class), outcome,
	    prediction->probability_ppm, at_ms - prediction->made_ms);
}

static struct prediction *
find_open(struct predictor *predictor, const struct finding *finding)
{
	struct prediction *one;

	for (one = predictor->list; one < predictor->list + PREDICTIONS_MAX;
	    one++)
		if (one->outcome == OUTCOME_OPEN &&
		    one->class == finding->number &&
		    strncmp(one->object, finding->object,
		    sizeof(one->object) - 1) == 0 &&
		    strncmp(one->device, finding->device,
		    sizeof(one->device) - 1) == 0)
			return one;
	return NULL;
}

/* A place that is free, or that of the one that was settled first. */
static struct prediction *
find_place(struct predictor *predictor)
{
	struct prediction *one, *oldest = NULL;

	for (one = predictor->list; one < predictor->list + PREDICTIONS_MAX;
	    one++) {
		if (one->outcome == OUTCOME_NONE)
			return one;
		if (one->outcome != OUTCOME_OPEN && (oldest == NULL ||
		    one->settled_ms < oldest->settled_ms))
			oldest = one;
	}
	return oldest;
}

static int
put(struct predictor *predictor, const struct finding *finding)
{
	struct prediction *one = find_open(predictor, finding);

	if (one != NULL) {
		one->latest_ppm = finding->probability_ppm;
		return 0;
	}
	if (finding->probability_ppm < PREDICTION_LEAST_PPM)
		return 0;
	one = find_place(predictor);
	if (one == NULL)
		return -ENOSPC;
	memset(one, 0, sizeof(*one));
	one->number = ++predictor->made;
	one->outcome = OUTCOME_OPEN;
	one->class = finding->number;
	one->probability_ppm = finding->probability_ppm;
	one->latest_ppm = finding->probability_ppm;
	one->made_ms = finding->at_ms;
	one->horizon_ms = finding->horizon_ms;
	one->acted_ms = -1;
	snprintf(one->object, sizeof(one->object), "%s", finding->object);
	snprintf(one->device, sizeof(one->device), "%s", finding->device);
	return 0;
}

static void
reached(struct predictor *predictor, const struct finding *finding)
{
	struct prediction *one = find_open(predictor, finding);
	enum outcome outcome;

	if (one == NULL) {
		accuracy_unforeseen(accuracy_of(predictor, finding->number));
		return;
	}
	outcome = outcome_when_reached(one->made_ms, one->horizon_ms,
	    one->acted_ms >= 0, finding->since_ms);
	settle(predictor, one, outcome, outcome == OUTCOME_HIT ?
	    finding->since_ms : finding->at_ms);
}

int
predict_finding(struct predictor *predictor, const struct finding *finding)
{
	if (finding->horizon_ms <= 0)
		return 0;
	switch (finding->edge) {
	case FINDING_RAISED:
	case FINDING_STANDS:
		return put(predictor, finding);
	case FINDING_REACHED:
		reached(predictor, finding);
		return 0;
	default:
		return 0;
	}
}

static bool
is_about(const struct prediction *one, const char *object,
    const char *device)
{
	return one->outcome == OUTCOME_OPEN &&
	    strncmp(one->object, object, sizeof(one->object) - 1) == 0 &&
	    (device[0] == '\0' || strncmp(one->device, device,
	    sizeof(one->device) - 1) == 0);
}

void
predict_acted(struct predictor *predictor, const char *object,
    const char *device, int64_t at_ms)
{
	struct prediction *one;

	for (one = predictor->list; one < predictor->list + PREDICTIONS_MAX;
	    one++)
		if (is_about(one, object, device) && one->acted_ms < 0)
			one->acted_ms = at_ms;
}

void
predict_void(struct predictor *predictor, const char *object,
    const char *device, int64_t at_ms)
{
	struct prediction *one;

	for (one = predictor->list; one < predictor->list + PREDICTIONS_MAX;
	    one++)
		if (is_about(one, object, device))
			settle(predictor, one, OUTCOME_VOID, at_ms);
}

void
predict_step(struct predictor *predictor, int64_t at_ms)
{
	bool looked = predictor->at_ms == 0 ||
	    at_ms - predictor->at_ms <= PREDICTION_GAP_MS;
	struct prediction *one;

	if (at_ms < predictor->at_ms)
		return;
	predictor->at_ms = at_ms;
	for (one = predictor->list; one < predictor->list + PREDICTIONS_MAX;
	    one++) {
		/* What is reached at the end is known a dwell later. */
		if (one->outcome != OUTCOME_OPEN || at_ms - one->made_ms <=
		    one->horizon_ms + PREDICTION_GRACE_MS)
			continue;
		settle(predictor, one, outcome_when_due(one->acted_ms >= 0,
		    looked), at_ms);
	}
}

static int32_t
share_ppm(int64_t part, int64_t rest)
{
	if (part + rest <= 0)
		return ACCURACY_UNKNOWN;
	return (int32_t)(part * PPM / (part + rest));
}

int32_t
accuracy_precision_ppm(const struct accuracy *accuracy)
{
	return share_ppm(accuracy->hits_milli, accuracy->misses_milli);
}

int32_t
accuracy_recall_ppm(const struct accuracy *accuracy)
{
	return share_ppm(accuracy->hits_milli, accuracy->unforeseen_milli);
}

int32_t
accuracy_brier_ppm(const struct accuracy *accuracy)
{
	int64_t weight = accuracy->hits_milli + accuracy->misses_milli;

	if (weight <= 0)
		return ACCURACY_UNKNOWN;
	return (int32_t)(accuracy->brier_milli_ppm / weight);
}

int32_t
accuracy_reference_ppm(const struct accuracy *accuracy)
{
	int64_t hits_ppm = accuracy_precision_ppm(accuracy);

	if (hits_ppm == ACCURACY_UNKNOWN)
		return ACCURACY_UNKNOWN;
	return (int32_t)(hits_ppm * (PPM - hits_ppm) / PPM);
}
