#include "core/plan_outlook.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "rules/guard.h"
#include "rules/kind.h"

static int64_t
number(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

/* "10 x 1.62 novelty": what makes no difference is left out. */
static void
tell_risk(struct drover_plan_row *row, const json_t *risk)
{
	static const char *const factors[] = { "scope", "state", "novelty",
		"trust" };
	size_t length, i;
	int64_t milli;

	if (!json_is_object(risk))
		return;
	length = (size_t)snprintf(row->risk_parts, sizeof(row->risk_parts),
	    "%" PRId64, number(risk, "base"));
	for (i = 0; i < 4; i++) {
		milli = number(risk, factors[i]);
		if (milli != 1000 && length < sizeof(row->risk_parts))
			length += (size_t)snprintf(row->risk_parts + length,
			    sizeof(row->risk_parts) - length, " x %.2f %s",
			    (double)milli / 1000, factors[i]);
	}
}

static void
tell_slots(struct drover_plan_row *row, const json_t *slots)
{
	if (!json_is_object(slots))
		return;
	row->slots_before = number(slots, "ready");
	row->slots_while = row->slots_before - number(slots, "target");
	row->slots_needed = number(slots, "needed");
}

static void
tell_guards(struct drover_plan_row *row, const struct healer *healer,
    const struct model *model, const struct row_plan *plan)
{
	struct entry entry = { .kind = ENTRY_PLAN_START };
	struct row_step steps[PLAN_STEPS_MAX];
	struct guard_case asked = { .model = model, .entry = &entry,
		.plan = plan, .steps = steps,
		.now_ms = shared_time_ms(healer->shared) };
	const struct guard_kind *guard;
	struct guard_answer answer;
	size_t length = 0, i;

	healer_facts(healer, model, plan, &entry);
	asked.count = model_steps(model, plan->id, steps, PLAN_STEPS_MAX);
	for (i = 0; (guard = guard_at(i)) != NULL; i++) {
		answer = guard_ask_one(&asked, guard->number);
		if (answer.guard == GUARD_NONE ||
		    length >= sizeof(row->guards))
			continue;
		length += (size_t)snprintf(row->guards + length,
		    sizeof(row->guards) - length, "%s%s %s: have %" PRId64
		    ", need %" PRId64, length > 0 ? "; " : "", guard->id,
		    guard->name, answer.have, answer.need);
	}
	if (length == 0)
		snprintf(row->guards, sizeof(row->guards), "all let it");
}

void
plan_outlook(struct drover_plan_row *row, const struct healer *healer,
    const struct model *model, const struct row_plan *plan)
{
	json_t *why;

	row->slots_before = row->slots_while = -1;
	if (!plan_is_live(plan->state))
		return;
	why = json_loads(plan->why, 0, NULL);
	tell_risk(row, json_object_get(why, "risk"));
	tell_slots(row, json_object_get(why, "slots"));
	json_decref(why);
	if (healer != NULL && (plan->state == PLAN_STATE_PROPOSED ||
	    plan->state == PLAN_STATE_APPROVED))
		tell_guards(row, healer, model, plan);
}
