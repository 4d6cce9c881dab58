/*
 * A plan with its steps and its fault while one entry changes them: loaded
 * from the model, moved along the edges, and put back whole.  What follows
 * from a change (steps that become ready, the end of the plan, its locks,
 * what its fault comes to) is worked out here, in one place.
 *
 * The order of undoing is that of healing.md 3.4: the undo steps of what
 * was done, the last first.
 */
#ifndef DROVER_RULES_PLAN_WORK_H
#define DROVER_RULES_PLAN_WORK_H

#include <stdbool.h>
#include <stddef.h>

#include "rules/applying.h"
#include "rules/fault.h"
#include "rules/plan.h"

struct plan_work {
	struct applying		*applying;
	const struct row_plan	*before;	/* NULL: it is new */
	struct row_plan		 plan;
	struct row_step		 steps[PLAN_STEPS_MAX];
	struct row_step		 steps_before[PLAN_STEPS_MAX];
	size_t			 count;
	const struct row_fault	*fault_before;	/* NULL: it is forgotten */
	struct row_fault	 fault;
	bool			 locks;		/* are to be taken */
	bool			 unlocks;	/* are to be given back */
};

/* A reply; NO_PLAN is refused. */
int	plan_work_load(struct plan_work *work, struct applying *applying,
	    int64_t id);
/* The step with that number, or NULL. */
struct row_step *plan_work_step(struct plan_work *work, int64_t n);

/* False, and nothing is changed: no edge leads there. */
bool	plan_work_go(struct plan_work *work, enum plan_event event);
bool	plan_step_go(struct plan_work *work, struct row_step *step,
	    enum step_event event);
/* why is shown with the plan; the first one stays. */
void	plan_work_reason(struct plan_work *work, const char *why);

/* Has a step of it begun that has an undo? */
bool	plan_work_can_undo(const struct plan_work *work);
/* Has any of its steps begun? */
bool	plan_work_has_begun(const struct plan_work *work);
/* It was left out, since the fault went by itself: as good as done. */
bool	plan_step_is_skipped(const struct row_step *step);
bool	plan_work_has_skipped(const struct plan_work *work);
/* What follows from the states of its steps. */
void	plan_work_settle(struct plan_work *work);
/* Rows, locks and the audit. */
void	plan_work_store(struct plan_work *work);

/*
 * The fault of a plan that has not started is gone by itself: that plan is
 * superseded, and the fault put as it is.  False: it has none.
 */
bool	plan_work_fault_gone(struct applying *applying,
	    const struct row_fault *before, const struct row_fault *fault);

/* Another plan that holds a lock this one needs; 0: none. */
int64_t	plan_lock_held(const struct model *model,
	    const struct row_plan *plan);

/* "backend.restart of n1/llama" */
void	plan_step_describe(const struct row_step *step, char text[513]);

/* apply_learn.c: what an ended plan teaches. */
void	plan_learn(struct plan_work *work, enum plan_verdict verdict);
/* A fault that was gone before its plan began healed by itself. */
void	plan_learn_watched(struct applying *applying,
	    const struct row_plan *plan);

#endif
