/*
 * Predictions and how they came out.  A prediction is a claim with a date:
 * this limit is reached within the horizon, with that probability.  It
 * cannot be taken back; it is settled once:
 *
 *	hit	the limit was reached within the horizon
 *	miss	it was not
 *	averted	it was not, and somebody had acted on the object meanwhile;
 *		whether it would have come is not known
 *	void	nobody looked when the horizon ended, the object is gone, or
 *		the limit had been reached already when it was made
 *
 * A limit that is reached with no prediction open was unforeseen.  What
 * averted and void predictions were worth is not known: accuracy leaves
 * them out.  While one is open, the same claim made again only brings its
 * probability up to date; it is the first one that is settled.
 *
 * The shared state keeps predictions by the same rules: those of one
 * outcome and of accuracy stand here alone.
 *
 * Pure; integers only; a struct predictor takes PREDICTOR_BYTES_MAX.
 */
#ifndef DROVER_DETECT_PREDICT_H
#define DROVER_DETECT_PREDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "detect/finding.h"

#define PREDICTIONS_MAX		64
#define PREDICTOR_BYTES_MAX	32768
/* A step so long after the last one means that nobody looked. */
#define PREDICTION_GAP_MS	300000
/* So long after its horizon a prediction is settled. */
#define PREDICTION_GRACE_MS	60000
/* A finding that still stands, and is less likely, is no new claim. */
#define PREDICTION_LEAST_PPM	500000
#define PREDICTION_TENTHS	10
#define ACCURACY_UNKNOWN	(-1)

enum outcome {
	OUTCOME_NONE = 0,	/* the place is free */
#define OUTCOME(NAME, number, word, help)	OUTCOME_##NAME = (number),
#include <drover/tables/outcomes.def>
#undef OUTCOME
};

struct prediction {
	uint64_t		number;		/* 1, 2, ... as made */
	enum outcome		outcome;
	enum fault_class	class;		/* PREDICTED_... */
	int32_t			probability_ppm;	/* when made */
	int32_t			latest_ppm;
	int64_t			made_ms;
	int64_t			horizon_ms;
	int64_t			acted_ms;	/* -1: nobody acted */
	int64_t			settled_ms;	/* of a hit: it came */
	char			object[FINDING_NAME_MAX];
	char			device[FINDING_NAME_MAX];
};

/* Of one class.  What is weighed fades: each that is settled leaves 98 %
   of those before it. */
struct accuracy {
	int64_t	hits;
	int64_t	misses;
	int64_t	averted;
	int64_t	voids;
	int64_t	unforeseen;
	int64_t	lead_ms;		/* of all hits together */
	int64_t	hits_milli;		/* weighed */
	int64_t	misses_milli;
	int64_t	unforeseen_milli;
	int64_t	brier_milli_ppm;
	/* By tenths of the probability: made, and of those came. */
	int32_t	tenth_made[PREDICTION_TENTHS];
	int32_t	tenth_came[PREDICTION_TENTHS];
};

/* Zero it before its first use. */
struct predictor {
	struct prediction	list[PREDICTIONS_MAX];
	struct accuracy		accuracy[FAULT_CLASSES];
	uint64_t		made;		/* so far */
	int64_t			at_ms;
};

/*
 * What detectors find, of any class: predictions that are raised or stand
 * are made or brought up to date, limits that are reached settle them.
 * -ENOSPC: PREDICTIONS_MAX are open, it was not made; else 0.
 */
int	predict_finding(struct predictor *predictor,
	    const struct finding *finding);
/* Somebody acted on the object; device "" stands for all of them. */
void	predict_acted(struct predictor *predictor, const char *object,
	    const char *device, int64_t at_ms);
/* The object is gone. */
void	predict_void(struct predictor *predictor, const char *object,
	    const char *device, int64_t at_ms);
/* Settles those whose horizon has ended. */
void	predict_step(struct predictor *predictor, int64_t at_ms);

/* The limit was reached at reached_ms; acted: see predict_acted(). */
enum outcome outcome_when_reached(int64_t made_ms, int64_t horizon_ms,
	    bool acted, int64_t reached_ms);
/* The horizon has ended; looked: somebody would have seen it. */
enum outcome outcome_when_due(bool acted, bool looked);
/* "hit"; "none" for what is none. */
const char *outcome_word(int64_t outcome);

const struct accuracy *predict_accuracy(const struct predictor *predictor,
	    enum fault_class number);
/* One more is settled; lead_ms counts for a hit. */
void	accuracy_settle(struct accuracy *accuracy, enum outcome outcome,
	    int32_t probability_ppm, int64_t lead_ms);
/* What was not foreseen came. */
void	accuracy_unforeseen(struct accuracy *accuracy);
/* ACCURACY_UNKNOWN while nothing of the kind is settled. */
int32_t	accuracy_precision_ppm(const struct accuracy *accuracy);
int32_t	accuracy_recall_ppm(const struct accuracy *accuracy);
/* The mean of (probability - outcome)^2: 0 is perfect. */
int32_t	accuracy_brier_ppm(const struct accuracy *accuracy);
/* The same for one who always names the share of hits: worse is worthless. */
int32_t	accuracy_reference_ppm(const struct accuracy *accuracy);

#endif
