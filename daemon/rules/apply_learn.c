/* What ended plans teach: the arms of their class, and the pace. */
#include "rules/learn.h"
#include "rules/plan_pace.h"
#include "rules/plan_work.h"

struct lesson {
	const struct row_plan	*plan;
	int64_t			 strategy;	/* that was tried */
	enum plan_verdict	 verdict;
};

static void
learn_arm(struct applying *applying, const struct lesson *lesson,
    const struct strategy *strategy)
{
	const struct row_plan *plan = lesson->plan;
	const struct row_arm *before = model_arm(applying->model,
	    plan->class, strategy->number);
	struct row_arm arm = before != NULL ? *before :
	    arm_new(plan->class, strategy);

	arm_decay(&arm);
	if (strategy->number == (unsigned int)lesson->strategy)
		arm_learn(&arm, lesson->verdict, plan->start_ms == 0 ? 0 :
		    applying->now_ms - plan->start_ms, plan->cost_slot_s,
		    applying->now_ms);
	if (before == NULL || !row_equal(ROW_TABLE_ARM, before, &arm))
		applying_put(applying, ROW_TABLE_ARM, &arm);
}

static void
learn(struct applying *applying, const struct lesson *lesson)
{
	const struct strategy *strategy;
	bool listed = false;
	size_t i;

	for (i = 0; (strategy = strategy_of_class(
	    (unsigned int)lesson->plan->class, i)) != NULL; i++) {
		listed = listed || strategy->number ==
		    (unsigned int)lesson->strategy;
		learn_arm(applying, lesson, strategy);
	}
	/* An operator's own choice is learned from too. */
	strategy = strategy_find((unsigned int)lesson->strategy);
	if (!listed && strategy != NULL)
		learn_arm(applying, lesson, strategy);
}

void
plan_learn(struct plan_work *work, enum plan_verdict verdict)
{
	work->plan.verdict = verdict;
	/* What it did not do to the end did not heal it. */
	if (verdict == PLAN_VERDICT_HELPED && plan_work_has_skipped(work)) {
		plan_learn_watched(work->applying, &work->plan);
		return;
	}
	learn(work->applying, &(struct lesson){ .plan = &work->plan,
		.strategy = work->plan.strategy, .verdict = verdict });
	if (work->plan.strategy != STRATEGY_WATCH)
		plan_pace_ended(work->applying, &work->plan,
		    verdict == PLAN_VERDICT_HELPED);
}

void
plan_learn_watched(struct applying *applying, const struct row_plan *plan)
{
	learn(applying, &(struct lesson){ .plan = plan,
		.strategy = STRATEGY_WATCH,
		.verdict = PLAN_VERDICT_HELPED });
}
