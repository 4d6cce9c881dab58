/*
 * Whether a backend does its work: down, stuck, slow, busy with a long
 * prompt, or answering nonsense.  Pure; at most JUDGE_BYTES_MAX each.
 *
 * Stuck needs all of it: work to do; no token, no slot that moved, no
 * prompt token, no request that ended for as long as the bound; a canary
 * that was begun after the last of them and failed.  The bound is 20 s or
 * four times the estimate for the prompts it works on, where there is one.
 * That its process or its GPU is busy is no progress (a GPU that hangs
 * shows 100 %), but without an estimate it is taken for a long prompt, for
 * as long as it lasts, and the bound counts from its end: a legitimate one
 * may answer nothing for an hour, and is never restarted.  With nothing
 * known of either the confidence is low.
 *
 * A backend that is stuck is so until it has moved; one that has nothing to
 * do moves for a canary.
 *
 * Slow is the time for a token against what was usual with about as many
 * slots busy, and against peers that serve the same model.
 */
#ifndef DROVER_DETECT_JUDGE_H
#define DROVER_DETECT_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "detect/band.h"
#include "detect/dwell.h"
#include "detect/fault.h"

#define JUDGE_BOUND_MS		20000
#define JUDGE_ESTIMATES		4	/* times the estimate */
#define JUDGE_WORK_PERCENT	20.0	/* from here on it works */
/* Slow: this many spreads above, and this much more. */
#define JUDGE_SLOW_SPREADS	3.0
#define JUDGE_SLOW_SHARE	1.5
#define JUDGE_BANDS		4	/* 1, 2-3, 4-7, 8 and more slots */
/* What stayed so long is usual, though it began as a finding. */
#define JUDGE_RELEARN_MS	INT64_C(86400000)
#define JUDGE_BYTES_MAX		2304

enum judge_canary {
	CANARY_NONE,		/* none has ended yet */
	CANARY_GOOD,
	CANARY_FAILED,		/* an error, or no token in its time */
	CANARY_WRONG		/* another answer than it should be */
};

/* What is known of a backend now; NaN where it is not. */
struct judge_row {
	int64_t				 at_ms;
	enum drover_backend_state	 state;
	/* By metrics_backend.def. */
	const double			*value;
	/* Of a CPU by its process, or of its GPU, the higher. */
	double				 work_percent;
	/* Estimated for the prompts it works on, 99th percentile. */
	double				 prefill_s;
	/* The last that ended; when one that failed began, when another
	   ended. */
	enum judge_canary			 canary;
	int64_t				 canary_ms;
	/* Time for a token at others that serve the same model. */
	const double			*peer_tpot_ms;
	size_t				 peer_count;
};

/* What a judge finds, in this order. */
enum judge_finding {
	JUDGE_CRASH,
	JUDGE_STUCK,
	JUDGE_SLOW,
	JUDGE_PREFILL,
	JUDGE_BADOUTPUT,
	JUDGE_FINDINGS
};

struct judgement {
	enum verdict	verdict;
	double		value;		/* in unit; NaN: none */
	double		threshold;
	const char	*unit;
	int64_t		since_ms;	/* -1: since the verdict */
	int32_t		confidence_ppm;
};

struct judge {
	struct band	band[JUDGE_BANDS];	/* ms for a token */
	double		tokens_total;
	double		slots_busy;
	int64_t		token_ms;	/* it last generated one */
	int64_t		moved_ms;	/* it last moved at all */
	int64_t		steps_ms;	/* a prompt or a slot last moved */
	int64_t		idle_ms;	/* it last had nothing to do */
	int64_t		worked_ms;	/* its process last did, of a prompt
					   that nothing is known of */
	int64_t		at_ms;
	int64_t		learned_ms;
	int64_t		slow_ms;	/* since it is outside its band */
	bool		seen;
	bool		slow;
	bool		works;		/* it had work, as far as known */
	bool		proven;		/* it moved in the last row */
};

void	judge_init(struct judge *judge);
/* Time that passed between rows further apart than gap_ms is no silence. */
void	judge_step(struct judge *judge, const struct judge_row *row,
	    int64_t gap_ms, struct judgement result[JUDGE_FINDINGS]);
/* It has work and has not moved for half the bound, or does not answer at
   all: a canary begun now would tell. */
bool	judge_wants_canary(const struct judge *judge,
	    const struct judge_row *row);

/* Milliseconds for a token of one slot; NaN while nothing is generated. */
double	judge_tpot_ms(const double *value);

/* The class of each, and what it judges. */
enum fault_class judge_class(enum judge_finding finding);
const char *judge_metric(enum judge_finding finding);

#endif
