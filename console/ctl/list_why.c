#include "list_why.h"

#include <string.h>

#include "list_plan.h"
#include "list_rows.h"
#include "text.h"

static void
print_case(FILE *stream, const json_t *input)
{
	const json_t *slots = json_object_get(input, "slots");
	const json_t *policy = json_object_get(input, "policy");
	const json_t *rows = json_object_get(input, "rows");
	const json_t *fault = json_array_get(json_object_get(rows, "fault"),
	    0);
	char text[LIST_WORD_BYTES];

	fprintf(stream, "fault %" JSON_INTEGER_FORMAT " of ",
	    list_number(fault, "id"));
	fprintf(stream, "%s", list_word(fault, "target", text));
	if (list_word(fault, "device", text)[0] != '\0')
		fprintf(stream, " %s", text);
	fprintf(stream, ": %s\n", list_word(fault, "text", text));
	fprintf(stream, "severity %" JSON_INTEGER_FORMAT ", %.0f %% sure, "
	    "came back %" JSON_INTEGER_FORMAT " times\n",
	    list_number(fault, "severity"),
	    (double)list_number(fault, "confidence_ppm") / 10000,
	    list_number(fault, "flaps"));
	fprintf(stream, "slots: %" JSON_INTEGER_FORMAT " of the target, %"
	    JSON_INTEGER_FORMAT " ready, %" JSON_INTEGER_FORMAT " needed\n",
	    list_number(slots, "target"), list_number(slots, "ready"),
	    list_number(slots, "needed"));
	fprintf(stream, "policy %s; plans before: %zu\n",
	    list_word(policy, "name", text),
	    json_array_size(json_object_get(rows, "plan")));
}

void
list_why(FILE *stream, const json_t *answer)
{
	const json_t *now = json_object_get(answer, "now");
	const json_t *list = json_object_get(json_object_get(now, "why"),
	    "arms");
	char text[LIST_WORD_BYTES];

	fprintf(stream, "%s\n\n", list_word(answer, "reason", text));
	print_case(stream, json_object_get(answer, "input"));
	if (json_array_size(list) > 0) {
		fputc('\n', stream);
		list_plan_arms(stream, list);
	}
	if (json_is_true(json_object_get(now, "same")))
		fputs("\nasked the same again, drover decides the same\n",
		    stream);
	else
		fprintf(stream, "\nasked the same again, drover decides "
		    "otherwise: %s\n", list_word(now, "reason", text));
}

static void
print_decides(FILE *stream, const json_t *policy)
{
	const json_t *class;
	char text[LIST_WORD_BYTES];
	size_t i;

	fprintf(stream, "%s decides:", list_word(policy, "name", text));
	json_array_foreach(json_object_get(policy, "decides"), i, class) {
		text_clean(text, sizeof(text), json_string_value(class));
		fprintf(stream, " %s", text);
	}
	fputs(i == 0 ? " nothing\n" : "\n", stream);
}

void
list_policies(FILE *stream, const json_t *answer)
{
	static const struct list_column policies[] = {
		{ "POLICY", "name", "" }, { "class", "class", "" },
		{ "stage", "stage", "" }, { "auto to", "auto_below", "" },
		{ "veto to", "veto_below", "" },
		{ "two from", "two_from", "" },
		{ "allows", "allow", "" },
	};
	static const struct list_column suggestions[] = {
		{ "WELL KNOWN", "class", "" },
		{ "strategy", "strategy", "" }, { "stage", "stage", "" },
		{ "could be", "next", "" },
	};
	const json_t *list = json_object_get(answer, "policies");
	const json_t *policy;
	size_t i;

	LIST(stream, policies, list, "");
	fputc('\n', stream);
	json_array_foreach(list, i, policy)
		print_decides(stream, policy);
	list = json_object_get(answer, "suggestions");
	if (json_array_size(list) > 0) {
		fputc('\n', stream);
		LIST(stream, suggestions, list, "");
	}
}
