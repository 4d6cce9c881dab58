#include "core/provider_plans.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/core.h"
#include "core/inputs.h"
#include "core/policies.h"
#include "detect/fault.h"
#include "plan/draw.h"
#include "plan/snapshot.h"

/* Tries of an arm, and how sure its success is, for the next stage. */
#define PROMOTE_TRIED	20
#define PROMOTE_SUCCESS	0.9

static json_t *
made_object(const struct planner_plan *made, int error, const char *steps)
{
	json_t *why = json_loads(made->why, 0, NULL);

	/* The same steps, or again none. */
	return json_pack("{s:s, s:s, s:b, s:o}", "reason", made->reason,
	    "steps", error == 0 ? made->text : "", "same",
	    strcmp(error == 0 ? made->text : "", steps) == 0, "why",
	    why == NULL ? json_object() : why);
}

static enum reply
replay(const json_t *kept, json_t **body)
{
	struct planner_plan *made = malloc(sizeof(*made));
	const char *steps = json_string_value(json_object_get(kept,
	    "steps"));
	enum reply reply = REPLY_INTERNAL;
	struct snapshot *snapshot;
	int error = -EINVAL;

	if (made != NULL && steps != NULL && snapshot_read(&snapshot,
	    json_object_get(kept, "input")) == 0) {
		error = planner_make(snapshot_case(snapshot), made);
		snapshot_free(snapshot);
	}
	if (error == 0 || error == -ENOENT) {
		*body = json_deep_copy(kept);
		json_object_set_new(*body, "now", made_object(made, error,
		    steps));
		reply = REPLY_OK;
	}
	free(made);
	return reply;
}

enum reply
provide_why(void *context, const char *name, json_t **body)
{
	const struct core *core = context;
	json_t *kept = inputs_load(core->options.state_directory, name);
	enum reply reply;

	if (kept == NULL)
		return REPLY_NO_PLAN;
	reply = replay(kept, body);
	json_decref(kept);
	return reply;
}

static json_t *
classes_of(const struct core *core, const char *policy)
{
	const struct fault_kind *kind;
	json_t *list = json_array();
	size_t i;

	for (i = 0; (kind = fault_kind_at(i)) != NULL; i++)
		if (strcmp(policies_find(core->config, kind->name).name,
		    policy) == 0)
			json_array_append_new(list, json_string(kind->name));
	return list;
}

static const char *const stages[] = { "observe", "propose", "veto", "auto" };

static json_t *
policy_object(const struct core *core, const struct policy *policy,
    const char *pattern)
{
	return json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:s, s:o}",
	    "name", policy->name, "class", pattern, "stage",
	    stages[policy->stage], "auto_below",
	    (json_int_t)policy->auto_below, "veto_below",
	    (json_int_t)policy->veto_below, "two_from",
	    (json_int_t)policy->two_from, "veto_wait_ms",
	    (json_int_t)policy->veto_wait_ms, "allow", policy->allow,
	    "decides", classes_of(core, policy->name));
}

/* Well known, and never for the worse. */
static bool
is_proven(const struct row_arm *arm)
{
	return arm->tried >= PROMOTE_TRIED && arm->worse == 0 &&
	    arm_lower_bound(arm) > PROMOTE_SUCCESS;
}

static json_t *
suggestions(const struct core *core)
{
	const struct model *model = shared_model(&core->shared, NULL, NULL);
	const struct strategy *strategy;
	const struct fault_kind *kind;
	json_t *list = json_array();
	const struct row_arm *arm;
	struct policy policy;
	size_t i;

	for (i = 0; model != NULL &&
	    i < model_count(model, ROW_TABLE_ARM); i++) {
		arm = model_at(model, ROW_TABLE_ARM, i);
		kind = fault_kind_find((unsigned int)arm->class);
		strategy = strategy_find((unsigned int)arm->strategy);
		if (kind == NULL || strategy == NULL || !is_proven(arm))
			continue;
		policy = policies_find(core->config, kind->name);
		if (policy.stage < POLICY_AUTO)
			json_array_append_new(list, json_pack("{s:s, s:s, "
			    "s:s, s:s}", "class", kind->name, "strategy",
			    strategy->name, "stage", stages[policy.stage],
			    "next", stages[policy.stage + 1]));
	}
	return list;
}

enum reply
provide_policies(void *context, json_t **body)
{
	const struct core *core = context;
	json_t *list = json_array();
	struct policy policy;
	const char *pattern;
	size_t i;

	for (i = 0; policies_at(core->config, i, &policy, &pattern); i++)
		json_array_append_new(list, policy_object(core, &policy,
		    pattern));
	*body = json_pack("{s:o, s:o}", "policies", list, "suggestions",
	    suggestions(core));
	return *body == NULL ? REPLY_INTERNAL : REPLY_OK;
}
