/*
 * What would become of a fault, or of a plan: the same planner and the same
 * rules on a copy of the model, with effects that only pretend, in time
 * that goes by at once (healing.md 3.10).  Nothing is changed.
 *
 * What is shown is what the audit would have, act by act.
 */
#ifndef DROVER_PLAN_SIMULATE_H
#define DROVER_PLAN_SIMULATE_H

#include <stdbool.h>
#include <stdint.h>

#include "plan/planner.h"
#include "rules/guard.h"

/* Plans that are made one after the other, at most. */
#define SIMULATE_PLANS_MAX	4

struct simulate_options {
	int64_t			 plan;		/* 0: none in particular */
	const char		*class;		/* of a fault to be put in, */
	const char		*target;	/* both "" for none */
	const char		*node;
	bool			 approve;	/* whatever waits */
	enum plan_verdict	 verdict;	/* on each plan that acts */
	const char		*fail_op;	/* "": every step is done */
	int64_t			 fail_code;	/* what that one ends with */
	/* What is measured, with the model as it has become: of a fault
	   for the planner, of a plan for the guards. */
	void			(*measure)(void *context,
				    const struct model *model,
				    const struct row_fault *fault,
				    struct planner_case *asked);
	void			(*facts)(void *context,
				    const struct model *model,
				    const struct row_plan *plan,
				    struct entry *entry);
	void			*context;
};

/* What comes out, as it comes. */
struct simulate_sink {
	/* after_ms: since the beginning. */
	void	(*act)(void *context, int64_t after_ms,
		    const struct row_audit *row);
	/* A plan is to start: each guard. */
	void	(*guard)(void *context, const struct row_plan *plan,
		    const struct guard_kind *guard,
		    const struct guard_answer *answer);
	void	(*plan)(void *context, const struct row_plan *plan,
		    const struct planner_plan *made);
	void	*context;
};

enum simulate_end {
	SIMULATE_NOTHING,	/* nothing is to be done */
	SIMULATE_WAITS,		/* for approval */
	SIMULATE_DENIED,	/* a guard stands against it */
	SIMULATE_DONE,
	SIMULATE_ESCALATED
};

/*
 * An end, -ENOENT (there is no such plan, class or node) or -ENOMEM.
 * model: as it is, at cluster time now_ms.
 */
int	simulate(const struct model *model, int64_t now_ms,
	    const struct simulate_options *options,
	    const struct simulate_sink *sink);

#endif
