#include "list_plan.h"

#include <string.h>

#include "list_rows.h"
#include "text.h"

static void
print_guard(FILE *stream, const json_t *plan)
{
	char guard[LIST_WORD_BYTES];

	if (list_word(plan, "blocked_by", guard)[0] != '\0')
		fprintf(stream, "guard %s stands against it: have %"
		    JSON_INTEGER_FORMAT ", need %" JSON_INTEGER_FORMAT "\n",
		    guard, list_number(plan, "blocked_have"),
		    list_number(plan, "blocked_need"));
}

/* "risk 16 = 10 x 1.00 scope x 1.00 state ..." */
static void
print_risk(FILE *stream, const json_t *plan, const json_t *why)
{
	const json_t *risk = json_object_get(why, "risk");
	static const char *const factors[] = { "scope", "state", "novelty",
		"trust" };
	size_t i;

	fprintf(stream, "risk %" JSON_INTEGER_FORMAT " of 100",
	    list_number(plan, "risk"));
	if (json_is_object(risk))
		fprintf(stream, " = %" JSON_INTEGER_FORMAT,
		    list_number(risk, "base"));
	for (i = 0; json_is_object(risk) && i < 4; i++)
		fprintf(stream, " x %.2f %s", (double)list_number(risk,
		    factors[i]) / 1000, factors[i]);
	fputc('\n', stream);
}

static void
print_head(FILE *stream, const json_t *plan, const json_t *why)
{
	char a[LIST_WORD_BYTES], b[LIST_WORD_BYTES], c[LIST_WORD_BYTES];

	fprintf(stream, "%s\n\n", list_word(plan, "reason", a));
	fprintf(stream, "plan %" JSON_INTEGER_FORMAT ": %s of %s, %s",
	    list_number(plan, "id"), list_word(plan, "strategy", a),
	    list_word(plan, "target", b), list_word(plan, "state", c));
	if (list_word(plan, "end_reason", a)[0] != '\0')
		fprintf(stream, ": %s", a);
	fprintf(stream, "\nfor fault %" JSON_INTEGER_FORMAT ", %s; mode %s, "
	    "policy %s; proposed by ", list_number(plan, "fault"),
	    list_word(plan, "class", a), list_word(plan, "mode", b),
	    list_word(plan, "policy", c));
	fprintf(stream, "%s\n", list_word(plan, "proposer", a));
	print_risk(stream, plan, why);
	fprintf(stream, "takes %" JSON_INTEGER_FORMAT " slot-seconds, may "
	    "give %" JSON_INTEGER_FORMAT " back\n",
	    list_number(plan, "cost_slot_s"), list_number(plan, "gain_slot_s"));
	print_guard(stream, plan);
	fprintf(stream, "hash %s\n\n", list_word(plan, "hash", a));
}

void
list_plan_arms(FILE *stream, const json_t *list)
{
	static const struct list_column arms[] = {
		{ "STRATEGY", "strategy", "" }, { "tried", "tried", "" },
		{ "helped", "helped", "" }, { "low", "low", "" },
		{ "high", "high", "" }, { "cost", "cost", "" },
		{ "risk", "risk", "" }, { "score", "score", "" },
		{ "not now", "barred", "" },
	};

	LIST(stream, arms, list, "");
}

void
list_plan(FILE *stream, const json_t *answer)
{
	static const struct list_column steps[] = {
		{ "STEP", "n", "" }, { "state", "state", "" },
		{ "operation", "operation", "" }, { "target", "target", "" },
		{ "argument", "argument", "" }, { "undoes", "undo", "" },
		{ "result", "result", "" },
	};
	static const struct list_column approvals[] = {
		{ "APPROVED BY", "who", "" }, { "when", "wall_ms", "ms" },
		{ "note", "note", "" },
	};
	json_t *plan = json_array_get(json_object_get(answer, "plans"), 0);
	const char *text = json_string_value(json_object_get(plan, "why"));
	json_t *why = text == NULL ? NULL : json_loads(text, 0, NULL);
	json_t *step;
	size_t i;

	json_array_foreach(json_object_get(answer, "steps"), i, step)
		if (list_number(step, "undo_of") > 0)
			json_object_set_new(step, "undo",
			    json_integer(list_number(step, "undo_of") - 1));
	print_head(stream, plan, why);
	LIST(stream, steps, json_object_get(answer, "steps"), "no steps");
	fputc('\n', stream);
	if (why != NULL) {
		list_plan_arms(stream, json_object_get(why, "arms"));
		fputc('\n', stream);
	}
	LIST(stream, approvals, json_object_get(answer, "approvals"),
	    "nobody has approved it yet");
	json_decref(why);
}

static void
print_act(FILE *stream, const json_t *act)
{
	char verb[LIST_WORD_BYTES], object[LIST_WORD_BYTES];
	char old[LIST_WORD_BYTES];
	char new[LIST_WORD_BYTES];

	list_word(act, "old", old);
	fprintf(stream, "%7.1f s  %-15s %-10s %s%s%s\n",
	    (double)list_number(act, "after_ms") / 1000,
	    list_word(act, "verb", verb),
	    list_word(act, "object", object), old, old[0] != '\0' ? " -> " : "",
	    list_word(act, "new", new));
}

void
list_simulation(FILE *stream, const json_t *answer)
{
	static const struct list_column plans[] = {
		{ "PLAN", "id", "" }, { "strategy", "strategy", "" },
		{ "target", "target", "" }, { "mode", "mode", "" },
		{ "risk", "risk", "" }, { "why", "reason", "" },
	};
	static const struct list_column guards[] = {
		{ "GUARD", "guard", "" }, { "name", "name", "" },
		{ "lets it", "lets", "" }, { "have", "have", "" },
		{ "need", "need", "" },
	};
	char end[LIST_WORD_BYTES];
	const json_t *act;
	size_t i;

	LIST(stream, plans, json_object_get(answer, "plans"),
	    "no plan would be made");
	fputc('\n', stream);
	if (json_array_size(json_object_get(answer, "guards")) > 0) {
		LIST(stream, guards, json_object_get(answer, "guards"), "");
		fputc('\n', stream);
	}
	json_array_foreach(json_object_get(answer, "acts"), i, act)
		print_act(stream, act);
	fprintf(stream, "%send: %s; nothing was changed\n", i > 0 ? "\n" :
	    "", list_word(answer, "end", end));
}
