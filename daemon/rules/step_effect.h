/*
 * Steps that change nothing but shared state: the rules carry them out
 * themselves, in the entry that begins them, so that they take effect
 * exactly once.
 */
#ifndef DROVER_RULES_STEP_EFFECT_H
#define DROVER_RULES_STEP_EFFECT_H

#include "rules/plan_work.h"

/*
 * The code that the step ends with; -1: it goes on, until another entry
 * says that it ended (a drain).  result says what was done, for people.
 */
int	step_effect(struct plan_work *work, const struct row_step *step,
	    char result[257]);

#endif
