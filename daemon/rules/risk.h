/*
 * The risk of a plan, 0 to 100 points, and who must approve it, healing.md
 * 3.6.  In thousandths and whole numbers.
 *
 * Where the design weighs what is ready afterwards against what is needed,
 * this weighs what the plan itself takes away: to restart what is down
 * takes nothing.
 */
#ifndef DROVER_RULES_RISK_H
#define DROVER_RULES_RISK_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/plan.h"

/* Below so many trials a strategy is new in a class. */
#define RISK_NOVEL_TRIALS	5

struct risk_case {
	int64_t	base;		/* of the strategy, points */
	bool	node;		/* it takes the whole node */
	int64_t	slots_lost;	/* ready ones that it takes away */
	int64_t	slots_needed;
	int64_t	tried;		/* trials of it in the class */
	bool	predicted;	/* the fault is foreseen, not there */
	bool	undo;		/* it can be undone */
	bool	voter;
	bool	leads;
	int64_t	lower_ppm;	/* its success is above, nine in ten */
};

/* The factors, in thousandths. */
struct risk {
	int64_t	base;
	int64_t	scope;
	int64_t	state;
	int64_t	novelty;
	int64_t	trust;
	int64_t	points;		/* 0 to 100 */
};

struct risk risk_of(const struct risk_case *asked);

/* How far drover goes by itself with a class of faults. */
enum policy_stage {
	POLICY_OBSERVE,		/* it says what it would do */
	POLICY_PROPOSE,		/* people decide on everything */
	POLICY_VETO,		/* small risks after a time for a veto */
	POLICY_AUTO		/* and the smallest at once */
};

struct policy {
	const char		*name;
	enum policy_stage	 stage;
	int64_t			 auto_below;	/* points, that included */
	int64_t			 veto_below;
	int64_t			 two_from;
	int64_t			 veto_wait_ms;
	const char		*allow;		/* strategies; "": all */
};

/* strategy is auto only where the confidence is at least 0.9. */
enum plan_mode mode_of(const struct policy *policy, int64_t risk,
	    int64_t confidence_ppm);
/* Is the name in the list of words? */
bool	policy_allows(const struct policy *policy, const char *strategy);

#endif
