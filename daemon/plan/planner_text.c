/* Why this plan: a sentence for people, and all of it as JSON. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "detect/fault.h"
#include "plan/draw.h"
#include "plan/planner_parts.h"

struct json {
	char	*at;
	char	*end;
};

static void __attribute__((format(printf, 2, 3)))
add(struct json *json, const char *format, ...)
{
	va_list list;
	int length;

	va_start(list, format);
	length = vsnprintf(json->at, (size_t)(json->end - json->at), format,
	    list);
	va_end(list);
	json->at = length >= json->end - json->at ? json->end - 1 :
	    json->at + length;
}

/* None of the texts in it needs an escape. */
static void
explain_arm(struct json *json, const struct planner_arm *arm, bool first)
{
	const struct row_arm *row = &arm->arm;

	add(json, "%s{\"strategy\":\"%s\",\"tried\":%lld,\"helped\":%lld,"
	    "\"worse\":%lld,\"low\":%.3f,\"high\":%.3f,\"cost\":%lld,"
	    "\"risk\":%lld", first ? "" : ",", arm->strategy->name,
	    (long long)row->tried, (long long)row->helped,
	    (long long)row->worse, arm_lower_bound(row),
	    arm_upper_bound(row), (long long)row->cost_slot_s,
	    (long long)arm->risk.points);
	if (arm->barred != NULL)
		add(json, ",\"barred\":\"%s\"}", arm->barred);
	else
		add(json, ",\"success\":%.3f,\"score\":%.1f}", arm->success,
		    arm->score);
}

static void
explain_risk(struct json *json, const struct risk *risk)
{
	add(json, "\"risk\":{\"base\":%lld,\"scope\":%lld,\"state\":%lld,"
	    "\"novelty\":%lld,\"trust\":%lld,\"points\":%lld}",
	    (long long)risk->base, (long long)risk->scope,
	    (long long)risk->state, (long long)risk->novelty,
	    (long long)risk->trust, (long long)risk->points);
}

static void
explain_service(struct json *json, const struct planner_case *asked)
{
	add(json, "\"slots\":{\"target\":%lld,\"ready\":%lld,"
	    "\"needed\":%lld}", (long long)asked->target_slots,
	    (long long)asked->ready_slots, (long long)asked->needed_slots);
}

void
planner_explain(const struct planner_case *asked, struct planner_plan *plan)
{
	const struct planner_arm *arm = &plan->arms[plan->chosen];
	const struct row_fault *fault = asked->fault;
	const struct fault_kind *kind = fault_kind_find(
	    (unsigned int)fault->class);
	struct json json = { plan->why, plan->why + sizeof(plan->why) };
	size_t i;

	snprintf(plan->reason, sizeof(plan->reason),
	    "%s of %s%s%s: %s; it heals about %.0f of 100 and costs %lld "
	    "slot-seconds%s", kind == NULL ? "?" : kind->name, fault->target,
	    fault->device[0] != '\0' ? " " : "", fault->device,
	    arm->strategy->help, 100 * (double)arm->arm.a_milli /
	    (double)(arm->arm.a_milli + arm->arm.b_milli),
	    (long long)arm->arm.cost_slot_s, plan->explores ?
	    "; drawn to learn how well it does" : "");
	add(&json, "{\"arms\":[");
	for (i = 0; i < plan->arm_count; i++)
		explain_arm(&json, &plan->arms[i], i == 0);
	add(&json, "],");
	explain_risk(&json, &arm->risk);
	add(&json, ",");
	explain_service(&json, asked);
	add(&json, ",\"policy\":\"%.60s\",\"drawn\":%s,\"explores\":%s}",
	    asked->policy.name, asked->wanted == STRATEGY_NONE ? "true" :
	    "false", plan->explores ? "true" : "false");
}
