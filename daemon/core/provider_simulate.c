#include "core/provider_simulate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/core.h"
#include "plan/simulate.h"

struct collecting {
	struct core	*core;
	json_t		*acts;
	json_t		*plans;
	json_t		*guards;
};

static void
take_act(void *context, int64_t after_ms, const struct row_audit *row)
{
	struct collecting *collecting = context;

	json_array_append_new(collecting->acts, json_pack("{s:I, s:s, s:s, "
	    "s:s, s:s, s:s, s:s}", "after_ms", (json_int_t)after_ms,
	    "actor", row->actor, "verb", row->verb, "object", row->object,
	    "old", row->old, "new", row->new, "note", row->note));
}

static void
take_guard(void *context, const struct row_plan *plan,
    const struct guard_kind *guard, const struct guard_answer *answer)
{
	struct collecting *collecting = context;

	json_array_append_new(collecting->guards, json_pack("{s:I, s:s, "
	    "s:s, s:b, s:I, s:I}", "plan", (json_int_t)plan->id, "guard",
	    guard->id, "name", guard->name, "lets",
	    answer->guard == GUARD_NONE, "have", (json_int_t)answer->have,
	    "need", (json_int_t)answer->need));
}

static void
take_plan(void *context, const struct row_plan *plan,
    const struct planner_plan *made)
{
	struct collecting *collecting = context;
	const struct strategy *strategy = strategy_find(
	    (unsigned int)plan->strategy);

	(void)made;
	json_array_append_new(collecting->plans, json_pack("{s:I, s:s, s:s, "
	    "s:s, s:I, s:s}", "id", (json_int_t)plan->id, "strategy",
	    strategy == NULL ? "?" : strategy->name, "target", plan->target,
	    "mode", plan_mode_word(plan->mode), "risk",
	    (json_int_t)plan->risk, "reason", plan->reason));
}

static void
measure(void *context, const struct model *model,
    const struct row_fault *fault, struct planner_case *asked)
{
	struct collecting *collecting = context;

	healer_case(&collecting->core->healer, model, fault, asked);
}

static void
facts(void *context, const struct model *model, const struct row_plan *plan,
    struct entry *entry)
{
	struct collecting *collecting = context;

	healer_facts(&collecting->core->healer, model, plan, entry);
}

static enum plan_verdict
verdict_of(const char *word)
{
	int verdict;

	if (word[0] == '\0')
		return PLAN_VERDICT_HELPED;
	for (verdict = PLAN_VERDICT_HELPED; verdict <= PLAN_VERDICT_UNKNOWN;
	    verdict++)
		if (strcmp(plan_verdict_word(verdict), word) == 0)
			return (enum plan_verdict)verdict;
	return PLAN_VERDICT_NONE;
}

/* "backend.restart=30", "backend.crash@n1/llama": cut where by says. */
static char *
cut(char *text, char by)
{
	char *at = strchr(text, by);

	if (at == NULL)
		return NULL;
	*at = '\0';
	return at + 1;
}

static enum reply
reply_of(int end, struct collecting *collecting, json_t **body)
{
	static const char *const ends[] = { "nothing", "waits", "denied",
		"done", "escalated" };

	if (end == -ENOENT)
		return REPLY_BAD_FIELD;
	if (end < 0)
		return REPLY_INTERNAL;
	*body = json_pack("{s:s, s:O, s:O, s:O}", "end", ends[end],
	    "plans", collecting->plans, "guards", collecting->guards,
	    "acts", collecting->acts);
	return *body == NULL ? REPLY_INTERNAL : REPLY_OK;
}

enum reply
provide_simulation(void *context, const struct api_simulate *asked,
    json_t **body)
{
	struct core *core = context;
	struct api_simulate copy = *asked;
	struct collecting collecting = { core, json_array(), json_array(),
		json_array() };
	char *code = cut(copy.fail, '='), *target = cut(copy.inject, '@');
	struct simulate_options options = { .plan = asked->plan,
		.approve = asked->approve, .class = copy.inject,
		.target = target == NULL ? "" : target, .node = core->name,
		.verdict = verdict_of(asked->outcome), .fail_op = copy.fail,
		.fail_code = code == NULL ? STEP_CODE_UNKNOWN :
		    strtoll(code, NULL, 10), .measure = measure,
		.facts = facts, .context = &collecting };
	struct simulate_sink sink = { take_act, take_guard, take_plan,
		&collecting };
	enum reply reply = REPLY_BAD_FIELD;

	if (options.verdict != PLAN_VERDICT_NONE &&
	    (copy.inject[0] == '\0') == (target == NULL) &&
	    (copy.fail[0] == '\0' || (operation_by_name(copy.fail) != NULL &&
	    options.fail_code >= 0 && options.fail_code <= 255)))
		reply = reply_of(simulate(core->shared.model,
		    shared_time_ms(&core->shared), &options, &sink),
		    &collecting, body);
	json_decref(collecting.acts);
	json_decref(collecting.plans);
	json_decref(collecting.guards);
	return reply;
}
