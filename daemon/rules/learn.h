/*
 * What was learned of a strategy in a class of faults, healing.md 3.9: a
 * Beta distribution of its success whose past fades, so that about the last
 * fifty faults count, and means of its time and its cost.  Thousandths and
 * whole numbers only: every replica learns the same.
 */
#ifndef DROVER_RULES_LEARN_H
#define DROVER_RULES_LEARN_H

#include <stdint.h>

#include "rules/plan.h"
#include "rules/row.h"
#include "rules/strategy.h"

/* As nothing was tried yet. */
struct row_arm arm_new(int64_t class, const struct strategy *strategy);
/* One more fault of the class was treated: what was known fades. */
void	arm_decay(struct row_arm *arm);
/* This one was tried.  Decay it first. */
void	arm_learn(struct row_arm *arm, enum plan_verdict verdict,
	    int64_t duration_ms, int64_t cost_slot_s, int64_t now_ms);
/* Its mean, in parts of a million. */
int64_t	arm_mean_ppm(const struct row_arm *arm);

#endif
