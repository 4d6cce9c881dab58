#include "core/verify.h"

#include <stdio.h>
#include <string.h>

#include "detect/fault.h"
#include "rules/fault.h"
#include "rules/strategy.h"

#define MAJOR	3

/* Opened since the plan began, on the same node, and not by it. */
static const struct row_fault *
new_fault(const struct model *model, const struct row_plan *plan)
{
	const struct row_fault *fault;
	size_t i;

	for (i = 0; i < model_count(model, ROW_TABLE_FAULT); i++) {
		fault = model_at(model, ROW_TABLE_FAULT, i);
		if (fault->id != plan->fault && fault->severity >= MAJOR &&
		    fault->state == FAULT_STATE_OPEN &&
		    fault->open_ms > plan->start_ms &&
		    fault->first_ms > plan->start_ms &&
		    strcmp(fault->node, plan->node) == 0)
			return fault;
	}
	return NULL;
}

static int64_t
limit_of(const struct row_plan *plan)
{
	const struct strategy *strategy = strategy_find(
	    (unsigned int)plan->strategy);

	if (plan->strategy == STRATEGY_WATCH)
		return VERIFY_WATCH_MS;
	return VERIFY_LIMIT_MS + (strategy == NULL ? 0 :
	    strategy->duration_ms);
}

static enum plan_verdict
no_effect(const struct verify_facts *facts, char why[257])
{
	snprintf(why, 257, "%s", facts->stands ? "it is as it was" :
	    !facts->answers ? "it does not answer" :
	    "it answers, and generates nothing");
	return PLAN_VERDICT_NO_EFFECT;
}

enum plan_verdict
verify_look(struct verify *verify, const struct model *model,
    const struct row_plan *plan, const struct verify_facts *facts,
    char why[257])
{
	const struct row_fault *worse = new_fault(model, plan);
	const struct fault_kind *kind;

	if (verify->plan != plan->id ||
	    facts->now_ms - verify->looked_ms > facts->gap_ms)
		*verify = (struct verify){ .plan = plan->id, .good_ms = -1 };
	verify->looked_ms = facts->now_ms;
	if (worse != NULL) {
		kind = fault_kind_find((unsigned int)worse->class);
		snprintf(why, 257, "since then %s has %s", worse->target,
		    kind == NULL ? "another fault" : kind->name);
		return PLAN_VERDICT_WORSE;
	}
	if (!strategy_isolates(plan->strategy) &&
	    (facts->stands || !facts->answers || !facts->canaries))
		verify->good_ms = -1;
	else if (verify->good_ms < 0)
		verify->good_ms = facts->now_ms;
	if (verify->good_ms >= 0 &&
	    facts->now_ms - verify->good_ms >= VERIFY_DWELL_MS) {
		snprintf(why, 257, strategy_isolates(plan->strategy) ?
		    "it does no harm now; a person has to mend it" :
		    "it is gone, and the target answers, for 5 s");
		return PLAN_VERDICT_HELPED;
	}
	if (facts->cluster_ms - plan->acted_ms > limit_of(plan) &&
	    verify->good_ms < 0)
		return no_effect(facts, why);
	return PLAN_VERDICT_NONE;
}
