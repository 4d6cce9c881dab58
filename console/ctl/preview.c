/* The preview of a drain: what moves, what is left, what breaks. */
#include <string.h>

#include "refusal.h"
#include "report.h"
#include "text.h"

#define NAME_BYTES	128

static const char *
name_of(const json_t *object, const char *member, char text[NAME_BYTES])
{
	const char *value = json_string_value(json_object_get(object,
	    member));

	text_clean(text, NAME_BYTES, value == NULL ? "" : value);
	return text;
}

static double
number_of(const json_t *object, const char *member)
{
	return json_number_value(json_object_get(object, member));
}

static void
print_targets(FILE *stream, const json_t *targets)
{
	char name[NAME_BYTES], state[NAME_BYTES], drain[NAME_BYTES];
	const json_t *target, *flight;
	size_t i;

	json_array_foreach(targets, i, target) {
		flight = json_object_get(target, "in_flight");
		fprintf(stream, "node %s: %s, %s, ",
		    name_of(target, "name", name),
		    name_of(target, "state", state),
		    name_of(target, "drain", drain));
		if (!json_is_number(flight))
			fputs("in flight not known\n", stream);
		else
			fprintf(stream, "in flight %s%g\n", json_is_true(
			    json_object_get(target, "in_flight_bound")) ?
			    "at most " : "", json_number_value(flight));
	}
}

static void
print_models(FILE *stream, const json_t *models)
{
	char name[NAME_BYTES];
	const json_t *model;
	double loaded;
	size_t i;

	json_array_foreach(models, i, model) {
		loaded = number_of(model, "loaded");
		fprintf(stream, "model %s: %g here", name_of(model, "name",
		    name), number_of(model, "here"));
		if (loaded > 0)
			fprintf(stream, ", %g loaded", loaded);
		if (json_is_true(json_object_get(model, "last")))
			fputs("; no ready copy elsewhere\n", stream);
		else
			fprintf(stream, "; %g ready elsewhere\n",
			    number_of(model, "elsewhere"));
	}
}

static void
print_room(FILE *stream, const json_t *preview)
{
	const json_t *nodes = json_object_get(preview, "nodes");
	const json_t *slots = json_object_get(preview, "slots");
	const json_t *before = json_object_get(slots, "before");
	const json_t *after = json_object_get(slots, "after");

	fprintf(stream, "nodes in service: %g now, %g then\n",
	    number_of(nodes, "before"), number_of(nodes, "after"));
	if (!json_is_object(before)) {
		fputs("slots: no backend tells\n", stream);
		return;
	}
	fprintf(stream, "slots: %g of %g free now", number_of(before,
	    "free"), number_of(before, "total"));
	if (json_is_object(after))
		fprintf(stream, ", %g of %g then, less what moves\n",
		    number_of(after, "free"), number_of(after, "total"));
	else
		fputs(", none then\n", stream);
}

static void
print_limits(FILE *stream, const json_t *limits)
{
	char name[NAME_BYTES], subject[NAME_BYTES];
	const json_t *limit;
	size_t i;

	if (json_array_size(limits) == 0)
		fputs("limits: none is broken\n", stream);
	json_array_foreach(limits, i, limit)
		fprintf(stream, "limit broken: %s%s%s: have %g, need %g\n",
		    name_of(limit, "limit", name), json_string_length(
		    json_object_get(limit, "subject")) > 0 ? " of " : "",
		    name_of(limit, "subject", subject),
		    number_of(limit, "have"), number_of(limit, "need"));
}

void
report_preview(FILE *stream, const struct options *options,
    const json_t *answer)
{
	const json_t *preview = json_object_get(answer, "preview");
	const json_t *would = json_object_get(answer, "would");
	json_int_t number = json_integer_value(json_object_get(would,
	    "number"));
	char line[REFUSAL_BYTES];

	if (json_is_object(preview)) {
		print_targets(stream, json_object_get(preview, "targets"));
		print_models(stream, json_object_get(preview, "models"));
		print_room(stream, preview);
		print_limits(stream, json_object_get(preview, "limits"));
	}
	if (refusal_status(number) == CTL_EXIT_DONE)
		fprintf(stream, "%s would be %s; nothing was done\n",
		    options->call.verb->name, number == 1001 ?
		    "nothing new" : "done");
	else
		fprintf(stream, "%s would be refused: %s\n",
		    options->call.verb->name, refusal_line(options, would,
		    NULL, line));
}
