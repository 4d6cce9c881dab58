#include "list.h"

#include <stdbool.h>
#include <string.h>

#include "aligned.h"
#include "field.h"
#include "list_rows.h"
#include "show.h"
#include "text.h"

#define TEXT_BYTES	FIGURE_BYTES

static void
cell_text(char text[TEXT_BYTES], const struct list_column *column,
    const json_t *row)
{
	const struct field time = { .unit = "ns" };
	json_t *value = json_object_get(row, column->member), *ns;

	if (strcmp(column->unit, "ms") == 0 && json_is_integer(value)) {
		ns = json_integer_value(value) == 0 ? json_null() :
		    json_integer(json_integer_value(value) * 1000000);
		field_short(text, &time, ns);
		json_decref(ns);
	} else if (strcmp(column->unit, "ns") == 0) {
		field_short(text, &time, value);
	} else if (strcmp(column->unit, "ppm") == 0 &&
	    json_is_integer(value)) {
		snprintf(text, TEXT_BYTES, "%" JSON_INTEGER_FORMAT " %%",
		    json_integer_value(value) / 10000);
	} else if (json_is_integer(value)) {
		snprintf(text, TEXT_BYTES, "%" JSON_INTEGER_FORMAT,
		    json_integer_value(value));
	} else {
		field_short(text, NULL, value);
	}
}

const char *
list_word(const json_t *object, const char *member,
    char text[LIST_WORD_BYTES])
{
	const char *value = json_string_value(json_object_get(object,
	    member));

	text_clean(text, LIST_WORD_BYTES, value == NULL ? "" : value);
	return text;
}

json_int_t
list_number(const json_t *object, const char *member)
{
	return json_integer_value(json_object_get(object, member));
}

static void
print_line(FILE *stream, const struct aligned_cell *cells,
    char texts[][TEXT_BYTES], size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		aligned_print(stream, &cells[i], i == 0, texts[i]);
	fputc('\n', stream);
}

void
list_rows(FILE *stream, const struct list_column *columns, size_t count,
    const json_t *rows, const char *none)
{
	struct aligned_cell cells[LIST_COLUMNS_MAX] = { 0 };
	char texts[LIST_COLUMNS_MAX][TEXT_BYTES];
	size_t i, j;

	if (json_array_size(rows) == 0) {
		fprintf(stream, "%s\n", none);
		return;
	}
	for (i = 0; i < count; i++) {
		cells[i].width = aligned_width(0, columns[i].heading);
		cells[i].last = i + 1 == count;
		for (j = 0; j < json_array_size(rows); j++) {
			cell_text(texts[i], &columns[i],
			    json_array_get(rows, j));
			cells[i].width = aligned_width(cells[i].width,
			    texts[i]);
		}
	}
	for (i = 0; i < count; i++)
		snprintf(texts[i], TEXT_BYTES, "%s", columns[i].heading);
	print_line(stream, cells, texts, count);
	for (j = 0; j < json_array_size(rows); j++) {
		for (i = 0; i < count; i++)
			cell_text(texts[i], &columns[i],
			    json_array_get(rows, j));
		print_line(stream, cells, texts, count);
	}
}

void
list_holds(FILE *stream, const json_t *answer)
{
	static const struct list_column columns[] = {
		{ "HOLD", "id", "" }, { "kind", "kind", "" },
		{ "scope", "scope", "" }, { "who", "who", "" },
		{ "until", "until", "ns" }, { "reason", "reason", "" },
	};

	LIST(stream, columns, json_object_get(answer, "holds"),
	    "nothing is held");
}

void
list_faults(FILE *stream, const json_t *answer)
{
	static const struct list_column columns[] = {
		{ "FAULT", "id", "" }, { "state", "state", "" },
		{ "severity", "severity", "" }, { "class", "class", "" },
		{ "target", "target", "" }, { "device", "device", "" },
		{ "since", "first_wall_ms", "ms" }, { "what", "text", "" },
	};

	LIST(stream, columns, json_object_get(answer, "faults"),
	    "nothing is wrong");
}

void
list_predictions(FILE *stream, const json_t *answer)
{
	static const struct list_column columns[] = {
		{ "PREDICTION", "id", "" }, { "outcome", "outcome", "" },
		{ "likely", "probability_ppm", "ppm" },
		{ "class", "class", "" }, { "target", "target", "" },
		{ "device", "device", "" }, { "made", "made_wall_ms", "ms" },
		{ "what", "text", "" },
	};

	LIST(stream, columns, json_object_get(answer, "predictions"),
	    "nothing is foreseen");
}

void
list_accuracy(FILE *stream, const json_t *answer)
{
	static const struct list_column columns[] = {
		{ "CLASS", "class", "" }, { "hits", "hits", "" },
		{ "misses", "misses", "" }, { "averted", "averted", "" },
		{ "void", "voids", "" },
		{ "unforeseen", "unforeseen", "" },
		{ "precision", "precision_ppm", "ppm" },
		{ "recall", "recall_ppm", "ppm" },
	};

	LIST(stream, columns, json_object_get(answer, "accuracy"),
	    "no prediction has been settled yet");
}

void
list_plans(FILE *stream, const json_t *answer)
{
	static const struct list_column columns[] = {
		{ "PLAN", "id", "" }, { "state", "state", "" },
		{ "mode", "mode", "" }, { "risk", "risk", "" },
		{ "strategy", "strategy", "" }, { "target", "target", "" },
		{ "proposed", "proposed_wall_ms", "ms" },
		{ "why", "reason", "" },
	};

	LIST(stream, columns, json_object_get(answer, "plans"),
	    "nothing is planned");
}

void
list_arms(FILE *stream, const json_t *answer)
{
	static const struct list_column columns[] = {
		{ "CLASS", "class", "" }, { "strategy", "strategy", "" },
		{ "tried", "tried", "" }, { "helped", "helped", "" },
		{ "worse", "worse", "" }, { "cost", "cost_slot_s", "" },
	};

	LIST(stream, columns, json_object_get(answer, "arms"),
	    "nothing was learned yet");
}

void
list_notes(FILE *stream, const json_t *answer)
{
	static const struct list_column columns[] = {
		{ "NOTE", "id", "" }, { "object", "object", "" },
		{ "who", "who", "" }, { "when", "wall_ms", "ms" },
		{ "text", "text", "" },
	};

	LIST(stream, columns, json_object_get(answer, "notes"),
	    "there are no notes");
}

void
list_settings(FILE *stream, const json_t *answer)
{
	static const struct list_column columns[] = {
		{ "SETTING", "name", "" }, { "value", "value", "" },
		{ "who", "who", "" }, { "when", "wall_ms", "ms" },
		{ "reason", "reason", "" },
	};

	LIST(stream, columns, json_object_get(answer, "settings"),
	    "nothing is set for all nodes");
}

void
list_accounts(FILE *stream, const json_t *answer)
{
	static const struct list_column accounts[] = {
		{ "ACCOUNT", "name", "" }, { "role", "role", "" },
		{ "who", "who", "" }, { "when", "wall_ms", "ms" },
		{ "full name", "full_name", "" },
	};
	static const struct list_column tokens[] = {
		{ "TOKEN", "id", "" }, { "account", "account", "" },
		{ "who", "who", "" }, { "made", "made_wall_ms", "ms" },
		{ "expires", "expires_wall_ms", "ms" },
	};

	LIST(stream, accounts, json_object_get(answer, "accounts"),
	    "there are no accounts");
	fputc('\n', stream);
	LIST(stream, tokens, json_object_get(answer, "tokens"),
	    "there are no tokens");
}

void
list_cluster(FILE *stream, const json_t *answer)
{
	static const struct list_column members[] = {
		{ "MEMBER", "name", "" }, { "role", "role", "" },
		{ "leader", "leader", "" }, { "term", "term", "" },
		{ "applied", "applied_index", "" },
		{ "commit", "commit_index", "" },
		{ "chain", "chain", "" }, { "problem", "problem", "" },
	};
	json_t *state = json_object_get(answer, "state");

	LIST(stream, members, json_object_get(answer, "members"),
	    "the log has no members yet");
	if (json_is_object(state)) {
		fputc('\n', stream);
		show_object(stream, state);
	}
}

void
list_targets(FILE *stream, const json_t *rows)
{
	static const struct list_column columns[] = {
		{ "TARGET", "name", "" }, { "state", "state", "" },
		{ "drain", "drain", "" }, { "in flight", "flight", "" },
	};

	LIST(stream, columns, rows, "it acts on nothing");
}

void
list_moved(FILE *stream, const json_t *rows)
{
	static const struct list_column columns[] = {
		{ "MODEL", "name", "" }, { "here", "here", "" },
		{ "loaded", "loaded", "" },
		{ "ready elsewhere", "ready", "" },
	};

	LIST(stream, columns, rows, "no model moves");
}

static const char *
word(const json_t *row, const char *member, char text[TEXT_BYTES])
{
	text_clean(text, TEXT_BYTES, json_string_value(json_object_get(row,
	    member)) == NULL ? "" : json_string_value(json_object_get(row,
	    member)));
	return text;
}

/* "12 -> 15", where it became something. */
static void
print_change(FILE *stream, const json_t *row)
{
	char old[TEXT_BYTES], new[TEXT_BYTES];

	word(row, "old", old);
	word(row, "new", new);
	if (new[0] != '\0' || old[0] != '\0')
		fprintf(stream, "  %s%s%s", old, old[0] != '\0' ? " -> " :
		    "-> ", new[0] != '\0' ? new : "none");
}

/* "draining by ann: new fans" says why already. */
static bool
ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);

	return length >= end_length &&
	    strcmp(text + length - end_length, end) == 0;
}

void
list_act(FILE *stream, const json_t *row)
{
	static const struct list_column when = { "", "wall_ms", "ms" };
	json_int_t reply = json_integer_value(json_object_get(row, "reply"));
	char time[TEXT_BYTES], actor[TEXT_BYTES], verb[TEXT_BYTES];
	char object[TEXT_BYTES], note[TEXT_BYTES], origin[TEXT_BYTES];
	char new[TEXT_BYTES];

	cell_text(time, &when, row);
	word(row, "note", note);
	word(row, "origin", origin);
	fprintf(stream, "%" JSON_INTEGER_FORMAT " %s  %s%s%s%s %s %s",
	    json_integer_value(json_object_get(row, "id")), time,
	    word(row, "actor", actor), origin[0] != '\0' ? " (" : "",
	    origin, origin[0] != '\0' ? ")" : "", word(row, "verb", verb),
	    word(row, "object", object));
	print_change(stream, row);
	if (reply >= 2000)
		fprintf(stream, "  refused: %" JSON_INTEGER_FORMAT, reply);
	if (note[0] != '\0' && !ends_with(word(row, "new", new), note))
		fprintf(stream, "  '%s'", note);
	fputc('\n', stream);
}
