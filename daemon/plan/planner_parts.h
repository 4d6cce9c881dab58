/* Between the parts of the planner. */
#ifndef DROVER_PLAN_PLANNER_PARTS_H
#define DROVER_PLAN_PLANNER_PARTS_H

#include "plan/planner.h"

/* Why the strategy cannot treat this fault here; NULL: it can. */
const char *planner_lacks(const struct planner_case *asked,
	    enum strategy_number strategy);
/* The steps of the strategy, in their order, with their undoing. */
void	planner_steps(const struct planner_case *asked,
	    enum strategy_number strategy, struct planner_plan *plan);
/* The sentence shown first, and the reasons as JSON. */
void	planner_explain(const struct planner_case *asked,
	    struct planner_plan *plan);
/* The setting changed last for all nodes, within a day; NULL: none. */
const struct row_setting *planner_setting(const struct planner_case *asked);

#endif
