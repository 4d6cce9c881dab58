/* The preview of a drain: what moves, what is left, what breaks. */
#include <string.h>

#include "list.h"
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

/* "0", "at most 3", "not known" */
static json_t *
flight_of(const json_t *target)
{
	const json_t *flight = json_object_get(target, "in_flight");
	char text[48] = "not known";

	if (json_is_number(flight))
		snprintf(text, sizeof(text), "%s%g", json_is_true(
		    json_object_get(target, "in_flight_bound")) ?
		    "at most " : "", json_number_value(flight));
	return json_string(text);
}

static json_t *
ready_of(const json_t *model)
{
	char text[32] = "none: the last copy goes";

	if (!json_is_true(json_object_get(model, "last")))
		snprintf(text, sizeof(text), "%g", number_of(model,
		    "elsewhere"));
	return json_string(text);
}

/* Each row with what a person reads of it, as member. */
static json_t *
with_words(const json_t *rows, const char *member,
    json_t *(*words)(const json_t *row))
{
	json_t *all = json_array(), *row, *copy;
	size_t i;

	json_array_foreach((json_t *)rows, i, row) {
		copy = json_copy(row);
		(void)json_object_set_new(copy, member, words(row));
		(void)json_array_append_new(all, copy);
	}
	return all;
}

static void
print_targets(FILE *stream, const json_t *preview)
{
	json_t *rows = with_words(json_object_get(preview, "targets"),
	    "flight", flight_of);

	list_targets(stream, rows);
	json_decref(rows);
	rows = with_words(json_object_get(preview, "models"), "ready",
	    ready_of);
	fputc('\n', stream);
	list_moved(stream, rows);
	fputc('\n', stream);
	json_decref(rows);
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
report_moves(FILE *stream, const json_t *answer)
{
	const json_t *preview = json_object_get(answer, "preview");

	if (json_is_object(preview)) {
		print_targets(stream, preview);
		print_room(stream, preview);
		print_limits(stream, json_object_get(preview, "limits"));
	}
}

void
report_would(FILE *stream, const struct options *options,
    const json_t *answer)
{
	const json_t *would = json_object_get(answer, "would");
	json_int_t number = json_integer_value(json_object_get(would,
	    "number"));
	char line[REFUSAL_BYTES];

	if (refusal_status(number) == CTL_EXIT_DONE)
		fprintf(stream, "%s would be %s; nothing was done\n",
		    options->call.verb->name, number == 1001 ?
		    "nothing new" : "done");
	else
		fprintf(stream, "%s would be refused: %s\n",
		    options->call.verb->name, refusal_line(options, would,
		    NULL, line));
}
