/* What an answer says, line by line, for the box of an act. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow.h"
#include "format.h"
#include "ui.h"

#define WRONG		4000	/* replies to what cannot be at all */
#define LINES_MOST	4096
#define DEPTH_MOST	6
#define PATH_BYTES	160

void
flow_clear(struct ui *ui)
{
	/* A token may have stood there. */
	if (ui->flow.lines != NULL)
		explicit_bzero(ui->flow.lines,
		    (size_t)ui->flow.line_count * sizeof(*ui->flow.lines));
	ui->flow.line_count = 0;
	ui->flow.top = 0;
}

/* A line that finds no memory is left out. */
static struct flow_line *
line_new(struct flow *flow)
{
	int capacity = flow->line_capacity == 0 ? 32 :
	    flow->line_capacity * 2;
	struct flow_line *lines;

	if (flow->line_count < flow->line_capacity)
		return &flow->lines[flow->line_count++];
	if (flow->line_count >= LINES_MOST)
		return NULL;
	lines = realloc(flow->lines, (size_t)capacity * sizeof(*lines));
	if (lines == NULL)
		return NULL;
	flow->lines = lines;
	flow->line_capacity = capacity;
	return &flow->lines[flow->line_count++];
}

void
flow_add(struct ui *ui, enum role role, const char *label,
    const char *format, ...)
{
	struct flow_line *line = line_new(&ui->flow);
	va_list arguments;

	if (line == NULL)
		return;
	line->role = role;
	snprintf(line->label, sizeof(line->label), "%s", label);
	va_start(arguments, format);
	vsnprintf(line->text, sizeof(line->text), format, arguments);
	va_end(arguments);
}

static const char *
word(const json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));

	return text != NULL ? text : "";
}

static long long
number(const json_t *object, const char *member)
{
	const json_t *value = json_object_get(object, member);

	return json_is_real(value) ? (long long)json_real_value(value) :
	    (long long)json_integer_value(value);
}

static bool
flag(const json_t *object, const char *member)
{
	return json_is_true(json_object_get(object, member));
}

/* The label stands before the first line of its kind alone. */
static const char *
label_at(const char *label, size_t i)
{
	return i == 0 ? label : "";
}

static void
add_targets(struct ui *ui, const json_t *targets)
{
	const json_t *target, *in_flight;
	char flight[64];
	size_t i;

	json_array_foreach(targets, i, target) {
		in_flight = json_object_get(target, "in_flight");
		if (json_is_number(in_flight))
			snprintf(flight, sizeof(flight), "%s%lld in flight",
			    flag(target, "in_flight_bound") ? "at most " : "",
			    number(target, "in_flight"));
		else
			snprintf(flight, sizeof(flight),
			    "in flight: not known");
		flow_add(ui, ROLE_TEXT, label_at("nodes", i), "%s  %s, %s, "
		    "%s", word(target, "name"), word(target, "state"),
		    word(target, "drain"), flight);
	}
}

static void
add_models(struct ui *ui, const json_t *models)
{
	const json_t *model;
	size_t i;

	json_array_foreach(models, i, model) {
		bool last = flag(model, "last");

		flow_add(ui, last ? ROLE_MAJOR : ROLE_TEXT,
		    label_at("models", i), "%s%s  %lld here (%lld loaded), "
		    "%lld ready elsewhere", last ? "! " : "",
		    word(model, "name"), number(model, "here"),
		    number(model, "loaded"), number(model, "elsewhere"));
	}
	if (json_array_size(models) == 0)
		flow_add(ui, ROLE_DIM, "models", "none is served there");
}

static void
add_capacity(struct ui *ui, const json_t *preview)
{
	const json_t *slots = json_object_get(preview, "slots");
	const json_t *nodes = json_object_get(preview, "nodes");
	const json_t *before = json_object_get(slots, "before");
	const json_t *after = json_object_get(slots, "after");

	if (json_is_object(before) && json_is_object(after))
		flow_add(ui, ROLE_TEXT, "slots", "%lld with %lld free -> "
		    "%lld with %lld free", number(before, "total"),
		    number(before, "free"), number(after, "total"),
		    number(after, "free"));
	else if (json_is_object(before))
		flow_add(ui, ROLE_TEXT, "slots", "%lld with %lld free -> %s",
		    number(before, "total"), number(before, "free"),
		    number(nodes, "after") == 0 ? "none" : "not known");
	else
		flow_add(ui, ROLE_DIM, "slots", "no model server tells");
	flow_add(ui, ROLE_TEXT, "in service", "nodes: %lld -> %lld",
	    number(nodes, "before"), number(nodes, "after"));
}

static void
add_limits(struct ui *ui, const json_t *limits)
{
	const json_t *limit;
	size_t i;

	json_array_foreach(limits, i, limit) {
		ui->flow.limited = true;
		flow_add(ui, ROLE_MAJOR, label_at("breaks", i),
		    "! %s%s%s: has %lld, needs %lld", word(limit, "limit"),
		    word(limit, "subject")[0] != '\0' ? " of " : "",
		    word(limit, "subject"), number(limit, "have"),
		    number(limit, "need"));
	}
	if (json_array_size(limits) == 0)
		flow_add(ui, ROLE_GOOD, "breaks", "no limit");
}

void
flow_add_changes(struct ui *ui, const json_t *answer)
{
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(answer, "changes"), i, item)
		flow_add(ui, ROLE_TEXT, label_at("changes", i),
		    "%s: %s -> %s%s", word(item, "path"), word(item, "old"),
		    word(item, "new"), flag(item, "live") ? "" :
		    " (from the next start on)");
	json_array_foreach(json_object_get(answer, "errors"), i, item)
		flow_add(ui, ROLE_MAJOR, label_at("errors", i),
		    "! line %lld, column %lld: %s", number(item, "line"),
		    number(item, "column"), word(item, "text"));
	if (json_is_array(json_object_get(answer, "changes")) &&
	    json_array_size(json_object_get(answer, "changes")) == 0)
		flow_add(ui, ROLE_DIM, "changes", "nothing");
}

/* What stands in the way, and what then can be done. */
static void
add_advice(struct ui *ui)
{
	struct flow *flow = &ui->flow;

	if (flow->would == 3003)
		flow_add(ui, ROLE_TEXT, "", "To take it over: :drain %s "
		    "--replace", flow->act.name);
	else if (flow->would == 3001 && flow->act.count > 1)
		flow_add(ui, ROLE_TEXT, "", "Several at once cannot be "
		    "forced: drain them one by one.");
	else if (flow->would == 3001 && flow->act.guarded)
		flow_add(ui, ROLE_TEXT, "", "It can be forced: then its name "
		    "is to be typed.");
}

static void
add_would(struct ui *ui, const json_t *would)
{
	struct flow *flow = &ui->flow;
	const char *detail = word(would, "detail");

	flow->would = number(would, "number");
	if (flow->would < FLOW_REFUSED) {
		flow_add(ui, ROLE_GOOD, "would be", "%s",
		    word(would, "text"));
		return;
	}
	snprintf(flow->why, sizeof(flow->why), "%lld %s%s%s",
	    (long long)flow->would, word(would, "text"),
	    detail[0] != '\0' ? ": " : "", detail);
	flow_add(ui, ROLE_MAJOR, "would be", "! refused: %s", flow->why);
	add_advice(ui);
}

void
flow_add_preview(struct ui *ui, const json_t *answer)
{
	const json_t *preview = json_object_get(answer, "preview");
	const json_t *version = json_object_get(answer, "version");
	const json_t *would = json_object_get(answer, "would");

	flow_clear(ui);
	ui->flow.version = json_is_integer(version) ?
	    json_integer_value(version) : -1;
	/* What decides comes first: a small screen ends early. */
	if (json_is_object(would))
		add_would(ui, would);
	/* Of a node that is not there, there is nothing to say. */
	if (json_is_object(preview) && ui->flow.would < WRONG) {
		add_limits(ui, json_object_get(preview, "limits"));
		add_targets(ui, json_object_get(preview, "targets"));
		add_models(ui, json_object_get(preview, "models"));
		add_capacity(ui, preview);
	}
	flow_add_changes(ui, answer);
}

static void
value_text(const json_t *value, char *text, size_t size)
{
	if (json_is_string(value))
		snprintf(text, size, "%s", json_string_value(value));
	else if (json_is_integer(value))
		snprintf(text, size, "%" JSON_INTEGER_FORMAT,
		    json_integer_value(value));
	else if (json_is_real(value))
		snprintf(text, size, "%g", json_real_value(value));
	else
		snprintf(text, size, "%s", json_is_true(value) ? "yes" :
		    json_is_false(value) ? "no" : "-");
}

/* "id 17  kind pause  scope n1" */
static void
add_row(struct ui *ui, const char *label, const json_t *row)
{
	char line[256] = "", text[256];
	size_t length = 0;
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)row, name, value) {
		value_text(value, text, sizeof(text));
		if (length < sizeof(line))
			length += (size_t)snprintf(line + length,
			    sizeof(line) - length, "%s%s %s",
			    length > 0 ? "  " : "", name, text);
	}
	flow_add(ui, ROLE_TEXT, label, "%s", line);
}

static bool
is_flat(const json_t *object)
{
	const char *name;
	json_t *value;

	if (!json_is_object(object))
		return false;
	json_object_foreach((json_t *)object, name, value)
		if (json_is_object(value) || json_is_array(value))
			return false;
	return true;
}

static void
add_member(struct ui *ui, const char *path, const json_t *value, int depth)
{
	char text[256], below[PATH_BYTES + 32];
	const char *name;
	json_t *each;
	size_t i;

	if (json_is_object(value) && depth < DEPTH_MOST) {
		json_object_foreach((json_t *)value, name, each) {
			snprintf(below, sizeof(below), "%.*s%s%.64s",
			    PATH_BYTES - 70, path, *path != '\0' ? "." : "",
			    name);
			add_member(ui, below, each, depth + 1);
		}
	} else if (json_is_array(value) && depth < DEPTH_MOST) {
		json_array_foreach(value, i, each) {
			snprintf(below, sizeof(below), "%.*s %zu",
			    PATH_BYTES - 32, path, i + 1);
			if (is_flat(each))
				add_row(ui, i == 0 ? path : "", each);
			else
				add_member(ui, below, each, depth + 1);
		}
	} else {
		value_text(value, text, sizeof(text));
		flow_add(ui, ROLE_TEXT, "", "%s: %s", path, text);
	}
}

/* What is told elsewhere, and what every answer to an act has. */
static bool
is_usual(const char *name)
{
	static const char *const usual[] = {"reply", "token", "changes",
		"errors", "request", "index", "repeated", "subject", "have",
		"need"};
	size_t i;

	for (i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (strcmp(usual[i], name) == 0)
			return true;
	return false;
}

void
flow_add_object(struct ui *ui, const json_t *object)
{
	const char *token = json_string_value(json_object_get(object,
	    "token"));
	const char *name;
	json_t *value;

	flow_add_changes(ui, object);
	if (token != NULL)
		flow_add(ui, ROLE_STRONG, "token", "%s", token);
	if (token != NULL)
		flow_add(ui, ROLE_WARNING, "", "It is shown this once, and "
		    "never again.");
	json_object_foreach((json_t *)object, name, value)
		if (!is_usual(name))
			add_member(ui, name, value, 0);
}
