#include "rules/learn.h"

/* 0.98: half of it is gone after 34 faults. */
#define KEEP_NUM	980
#define KEEP_DEN	1000
#define ONE		1000	/* a trial, in thousandths */
/* Means of time and cost: a fifth of the new one. */
#define MEAN_DEN	5

struct row_arm
arm_new(int64_t class, const struct strategy *strategy)
{
	return (struct row_arm){ .class = class,
		.strategy = strategy->number, .a0_milli = strategy->a_milli,
		.b0_milli = strategy->b_milli, .a_milli = strategy->a_milli,
		.b_milli = strategy->b_milli,
		.duration_ms = strategy->duration_ms,
		.cost_slot_s = strategy->cost_slot_s };
}

static int64_t
toward(int64_t prior, int64_t value)
{
	return prior + (value - prior) * KEEP_NUM / KEEP_DEN;
}

void
arm_decay(struct row_arm *arm)
{
	arm->a_milli = toward(arm->a0_milli, arm->a_milli);
	arm->b_milli = toward(arm->b0_milli, arm->b_milli);
}

static int64_t
mean_with(int64_t mean, int64_t value)
{
	return mean + (value - mean) / MEAN_DEN;
}

void
arm_learn(struct row_arm *arm, enum plan_verdict verdict,
    int64_t duration_ms, int64_t cost_slot_s, int64_t now_ms)
{
	arm->tried++;
	arm->last_ms = now_ms;
	if (verdict == PLAN_VERDICT_HELPED) {
		arm->helped++;
		arm->a_milli += ONE;
		arm->duration_ms = mean_with(arm->duration_ms, duration_ms);
		arm->cost_slot_s = mean_with(arm->cost_slot_s, cost_slot_s);
		return;
	}
	arm->b_milli += ONE;
	if (verdict == PLAN_VERDICT_WORSE) {
		arm->worse++;
		arm->b_milli += ONE;
	}
}

int64_t
arm_mean_ppm(const struct row_arm *arm)
{
	return arm->a_milli * 1000000 / (arm->a_milli + arm->b_milli);
}
