/*
 * From a fault to a plan: which strategy, in which steps, at what risk, by
 * whose leave, and why.  Pure: the same case gives the same plan, live, in
 * droverctl simulate and in the tests; what is drawn is drawn from the seed.
 *
 * Of the strategies that may treat the fault the one is taken that is
 * expected to cost the least until it is healed: cost / success.  The
 * success is drawn from what was learned where the risk is small, so that
 * what is unlikely is tried now and then, and is the mean elsewhere (the
 * rule "ts-low" of healing.md 3.9).  After one that failed no gentler one
 * is taken.
 */
#ifndef DROVER_PLAN_PLANNER_H
#define DROVER_PLAN_PLANNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/entry.h"
#include "rules/model.h"
#include "rules/plan_text.h"
#include "rules/risk.h"
#include "rules/strategy.h"

#define PLANNER_MODELS_MAX	8
#define PLANNER_WHY_MAX		4096
/* A strategy that somebody said no to is not proposed again for so long. */
#define PLANNER_REJECTED_MS	600000
/* In so many of 100 cases that it may treat by itself it learns: it takes
   any that may, drawn evenly, so that what is learned is not biased. */
#define PLANNER_HOLDOUT_PERCENT	5
/* Tries of one fault within an hour; then a person is needed. */
#define PLANNER_TRIES_MAX	3

/* What is known of the place of the fault. */
struct planner_case {
	const struct model	*model;
	const struct row_fault	*fault;
	int64_t			 now_ms;	/* cluster time */
	const char		*seed;		/* of the cluster */
	struct policy		 policy;
	/* Models that the target has in memory. */
	const char		*models[PLANNER_MODELS_MAX];
	size_t			 model_count;
	const char		*store;		/* of models; "": none */
	int64_t			 target_slots;	/* ready ones */
	int64_t			 ready_slots;	/* of all that serve it too */
	int64_t			 needed_slots;
	bool			 voter;
	bool			 leads;		/* a cluster of several */
	/* What an operator asks for; STRATEGY_NONE: the best one. */
	enum strategy_number	 wanted;
};

/* A strategy that was looked at. */
struct planner_arm {
	const struct strategy	*strategy;
	struct row_arm		 arm;
	const char		*barred;	/* why not; NULL: it may */
	double			 success;	/* drawn, or the mean */
	double			 score;		/* slot-seconds to heal */
	struct risk		 risk;
};

#define PLANNER_ARMS_MAX	8

struct planner_plan {
	struct planner_arm	 arms[PLANNER_ARMS_MAX];
	size_t			 arm_count;
	size_t			 chosen;
	struct row_step		 steps[PLAN_STEPS_MAX];
	size_t			 step_count;
	enum plan_mode		 mode;
	int64_t			 risk;
	int64_t			 cost_slot_s;
	int64_t			 gain_slot_s;
	int64_t			 priority_milli;
	bool			 explores;	/* of the holdout */
	char			 text[PLAN_TEXT_MAX + 1];
	char			 reason[513];
	char			 why[PLANNER_WHY_MAX + 1];
};

/*
 * 0 with a plan; -ENOENT: nothing is left to try, reason says so: a person
 * is needed; -ENOMEM.
 */
int	planner_make(const struct planner_case *asked,
	    struct planner_plan *plan);
/* The entry that proposes it; its texts stay those of the plan. */
int	planner_entry(const struct planner_case *asked,
	    const struct planner_plan *plan, struct entry *entry);
/* What the fault is worth just now, thousandths of a point. */
int64_t	planner_priority(const struct planner_case *asked);
/*
 * Of the model: open, not acted on, not held, and not of a cause that is
 * being treated.  False: leave it alone.
 */
bool	planner_wants(const struct model *model,
	    const struct row_fault *fault, int64_t now_ms);

#endif
