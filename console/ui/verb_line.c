#include "verb_line.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "call.h"
#include "command.h"
#include "here.h"
#include "prompt.h"
#include "request.h"
#include "sections.h"
#include "verb_show.h"

#define WORDS_MAX	64
#define AUDIT_LIMIT	"200"	/* acts asked for at a time */

/* Where to find what a verb asks for. */
static const struct {
	enum verb_id	 verb;
	enum screen	 screen;
	const char	*section;	/* on it, NULL: the top */
} reads[] = {
	{VERB_STATUS, SCREEN_NODES, NULL},
	{VERB_NODES, SCREEN_NODES, NULL},
	{VERB_NODE, SCREEN_NODE, NULL},
	{VERB_DEVICES, SCREEN_NODE, "GPUs"},
	{VERB_BACKENDS, SCREEN_NODE, "backends"},
	{VERB_MODELS, SCREEN_NODE, "models"},
	{VERB_PROCESSES, SCREEN_NODE, "drover processes"},
	{VERB_FAULTS, SCREEN_FAULTS, NULL},
	{VERB_PREDICTIONS, SCREEN_PREDICTIONS, NULL},
	{VERB_ACCURACY, SCREEN_PREDICTIONS, NULL},
	{VERB_PLANS, SCREEN_PLANS, NULL},
	{VERB_EVENTS, SCREEN_EVENTS, NULL},
	{VERB_AUDIT, SCREEN_AUDIT, NULL},
	{VERB_CLUSTER, SCREEN_CONSENSUS, "members"},
	{VERB_HOLDS, SCREEN_CONSENSUS, "holds"},
	{VERB_NOTES, SCREEN_CONSENSUS, "notes"},
	{VERB_HELP, SCREEN_HELP, NULL},
};
#define READS	(sizeof(reads) / sizeof(reads[0]))

bool
verb_line_has(const struct verb *verb)
{
	/*
	 * Files, requests as they are and what is meant for a script
	 * belong to the shell.
	 */
	return verb->id != VERB_CONFIG_GET &&
	    strncmp(verb->arguments, "file", 4) != 0 &&
	    strcmp(verb->method, "ANY") != 0;
}

bool
verb_line_is_command(const char *name)
{
	size_t length = strcspn(name, " ");
	int i;

	for (i = 0; i < COMMANDS; i++)
		if (strlen(commands[i].name) == length &&
		    strncmp(commands[i].name, name, length) == 0)
			return true;
	return false;
}

bool
verb_line_begins(const char *word, bool *whole)
{
	size_t length = strlen(word);
	bool begins = false;
	int i;

	*whole = false;
	for (i = 0; i < VERBS; i++) {
		const char *name = verbs[i].name;
		size_t first = strcspn(name, " ");

		if (length > first || strncmp(name, word, length) != 0)
			continue;
		begins = begins || !verb_line_is_command(name);
		*whole = *whole || length == first;
	}
	return begins;
}

static void
go_to_section(struct ui *ui, enum screen screen, const char *title)
{
	struct list *list = &ui->list[screen];

	list->frozen = 0;
	list->cursor_key = title == NULL ? 0 :
	    section_key(screen == SCREEN_CONSENSUS, title);
	if (title == NULL)
		list->cursor = list->top = 0;
}

/* What was asked for in particular is a node, or a filter. */
static void
narrow(struct ui *ui, const struct verb_call *call, enum screen screen)
{
	const char *text = call->options[VERB_OPTION_OBJECT];

	if (screen == SCREEN_NODE && call->options[VERB_OPTION_NODE] != NULL)
		ui_show_node(ui, call->options[VERB_OPTION_NODE]);
	else if (call->verb->id == VERB_NODE)
		ui_show_node(ui, call->arguments[0]);
	if (text == NULL)
		text = call->options[VERB_OPTION_ACTOR];
	if (text != NULL)
		snprintf(ui->filter[screen], sizeof(ui->filter[screen]),
		    "%s", text);
}

/* The screen has the last acts alone. */
static bool
is_beyond(const struct verb_call *call)
{
	return call->options[VERB_OPTION_BEFORE] != NULL ||
	    call->options[VERB_OPTION_AFTER] != NULL ||
	    call->options[VERB_OPTION_LIMIT] != NULL;
}

static bool
show_screen(struct ui *ui, const struct verb_call *call)
{
	size_t i;

	for (i = 0; i < READS && reads[i].verb != call->verb->id; i++)
		;
	if (i == READS || is_beyond(call))
		return false;
	ui_show(ui, reads[i].screen);
	narrow(ui, call, reads[i].screen);
	go_to_section(ui, reads[i].screen, reads[i].section);
	return true;
}

static int
refuse(struct ui *ui, const char *complaint)
{
	ui_say(ui, true, "%s", complaint);
	return -EINVAL;
}

/* Several names, not several words of a text. */
static bool
names_several(const struct verb *verb)
{
	return verb->id == VERB_DRAIN || verb->id == VERB_UNDRAIN;
}

/* "drain n1, n2", "config set collect.interval 5s". */
static void
title_of(const struct verb_call *call, char title[FLOW_TITLE_BYTES])
{
	size_t length = (size_t)snprintf(title, FLOW_TITLE_BYTES, "%s",
	    call->verb->name);
	bool names = names_several(call->verb);
	int i;

	for (i = 0; i < call->count && length < FLOW_TITLE_BYTES; i++)
		length += (size_t)snprintf(title + length,
		    FLOW_TITLE_BYTES - length, "%s %s", i > 0 && names ?
		    "," : "", call->arguments[i]);
}

/* The same as a sentence, where there is one. */
static void
done_of(const struct verb_call *call, const char *title,
    char done[FLOW_TITLE_BYTES])
{
	size_t name = strlen(call->verb->name) + 1;
	bool one = call->count == 1;

	if (call->verb->id == VERB_DRAIN)
		snprintf(done, FLOW_TITLE_BYTES, "%.160s %s", title + name,
		    one ? "drains" : "drain");
	else if (call->verb->id == VERB_UNDRAIN)
		snprintf(done, FLOW_TITLE_BYTES, "%.160s %s in service again",
		    title + name, one ? "is" : "are");
	else
		snprintf(done, FLOW_TITLE_BYTES, "%s", title);
}

/* Its body: without the preview that was asked for to make it. */
static void
take_body(struct flow_act *act, const struct verb_call *call, json_t *body)
{
	bool given = call->options[VERB_OPTION_REASON] != NULL;

	act->body = body;
	json_object_del(body, "preview");
	act->reason = FLOW_NO;
	if (!verb_takes(call->verb, VERB_OPTION_REASON))
		return;
	/* One that it must have was made up for the preview. */
	act->reason = !given && json_object_get(body, "reason") != NULL ?
	    FLOW_MUST : FLOW_MAY;
	if (!given)
		json_object_del(body, "reason");
}

static int
begin(struct ui *ui, struct verb_call *call)
{
	struct verb_request request;
	struct flow_act act = {.count = 1};
	char complaint[VERB_COMPLAINT_BYTES], id[VERB_ID_BYTES];

	if (ui->no_acts != NULL)
		return refuse(ui, ui->no_acts);
	act.reads = strcmp(call->verb->method, "GET") == 0;
	act.previews = verb_takes(call->verb, VERB_OPTION_PREVIEW);
	if (act.previews)
		call->options[VERB_OPTION_PREVIEW] = "";
	if (verb_request(&request, call, complaint) != 0)
		return refuse(ui, complaint);
	title_of(call, act.title);
	done_of(call, act.title, act.done);
	snprintf(act.method, sizeof(act.method), "%s", request.method);
	snprintf(act.target, sizeof(act.target), "%s", request.target);
	if (verb_is_act(call->verb) && verb_new_id(id) == 0)
		snprintf(act.id, sizeof(act.id), "%s", id);
	act.deadline = verb_takes(call->verb, VERB_OPTION_DEADLINE);
	act.guarded = verb_takes(call->verb, VERB_OPTION_FORCE);
	if (call->count > 0)
		snprintf(act.name, sizeof(act.name), "%s",
		    call->arguments[0]);
	act.releases = call->verb->id == VERB_RELEASE;
	if (names_several(call->verb))
		act.count = call->count;
	if (call->verb->id == VERB_CONFIG)
		act.show = verb_show_config;
	else if (call->verb->id == VERB_AUDIT)
		act.show = verb_show_audit;
	take_body(&act, call, request.body);
	flow_begin(ui, &act);
	return 0;
}

int
verb_line_run(struct ui *ui, int count, char **words)
{
	char *argv[WORDS_MAX + 2], complaint[VERB_COMPLAINT_BYTES];
	struct verb_call call;
	int first;

	if (count > WORDS_MAX)
		return refuse(ui, "too many words");
	argv[0] = words[0];
	memcpy(argv + 1, words, (size_t)count * sizeof(*argv));
	argv[count + 1] = NULL;
	first = verb_read_options(&call, count + 1, argv, NULL, complaint);
	if (first < 0 || verb_read_words(&call, count + 1 - first,
	    argv + first, complaint) != 0)
		return refuse(ui, complaint);
	if (!verb_line_has(call.verb)) {
		snprintf(complaint, sizeof(complaint),
		    "droverctl %s does that", call.verb->name);
		return refuse(ui, complaint);
	}
	return show_screen(ui, &call) ? 0 : begin(ui, &call);
}

/* Room for every mark, and for one more. */
struct names {
	char	 text[UI_MARKS + 1][64];
	char	*pointers[UI_MARKS + 1];
	int	 count;
};

static void
add_name(struct names *names, const char *name)
{
	if (names->count > UI_MARKS)
		return;
	snprintf(names->text[names->count], sizeof(names->text[0]), "%s",
	    name);
	names->pointers[names->count] = names->text[names->count];
	names->count++;
}

static void
add_marked(struct names *names, const struct ui *ui,
    const struct model *model)
{
	const struct drover_node_row *node;
	uint32_t slot;

	for (slot = 0; slot < model->table[DROVER_TABLE_NODE].slots; slot++) {
		node = model_row(model, DROVER_TABLE_NODE, slot);
		if (node != NULL && ui_has(ui->marks, ui->mark_count,
		    model_node_hash(node->name)))
			add_name(names, node->name);
	}
}

static void
act_on_nodes(struct ui *ui, const struct model *model, enum verb_id verb)
{
	struct verb_call call = {.verb = &verbs[verb]};
	const struct drover_node_row *node;
	struct names names = {.count = 0};

	if (ui->screen == SCREEN_NODES)
		add_marked(&names, ui, model);
	node = here_node(ui, model);
	if (names.count == 0 && node != NULL)
		add_name(&names, node->name);
	if (names.count == 0) {
		ui_say(ui, true, "no node is selected");
		return;
	}
	/* It goes on past this only with what was copied of it. */
	call.arguments = names.pointers;
	call.count = names.count;
	if (begin(ui, &call) == 0)
		ui->flow.act.marked = ui->screen == SCREEN_NODES &&
		    ui->mark_count > 0;
}

void
verb_line_drain(struct ui *ui, const struct model *model)
{
	act_on_nodes(ui, model, VERB_DRAIN);
}

void
verb_line_undrain(struct ui *ui, const struct model *model)
{
	const struct drover_hold_row *hold = here_hold(ui, model);
	char id[32], *arguments[] = {id};
	struct verb_call call = {.verb = &verbs[VERB_RELEASE],
		.arguments = arguments, .count = 1};

	if (hold == NULL) {
		act_on_nodes(ui, model, VERB_UNDRAIN);
		return;
	}
	snprintf(id, sizeof(id), "%lld", (long long)hold->id);
	begin(ui, &call);
}

void
verb_line_plan(struct ui *ui, const struct model *model, enum verb_id verb)
{
	const struct drover_plan_row *plan = here_plan(ui, model);
	char id[32], *arguments[] = {id};
	struct verb_call call = {.verb = &verbs[verb],
		.arguments = arguments, .count = 1};

	if (plan == NULL) {
		ui_say(ui, true, "no plan is selected");
		return;
	}
	snprintf(id, sizeof(id), "%lld", (long long)plan->id);
	/* What is approved is what is seen. */
	if (verb == VERB_APPROVE)
		call.options[VERB_OPTION_HASH] = plan->hash;
	begin(ui, &call);
}

void
verb_line_hold(struct ui *ui, const struct model *model)
{
	const struct drover_node_row *node = here_node(ui, model);

	if (ui->no_acts != NULL) {
		ui_say(ui, true, "%s", ui->no_acts);
		return;
	}
	prompt_open(ui, PROMPT_COMMAND);
	snprintf(ui->prompt.text, sizeof(ui->prompt.text),
	    "hold %.64s --for 1h", node == NULL ? "cluster" : node->name);
	ui->prompt.cursor = (int)strlen(ui->prompt.text);
}

void
verb_line_audit(struct ui *ui, int64_t before)
{
	char id[32];
	struct verb_call call = {.verb = &verbs[VERB_AUDIT]};

	snprintf(id, sizeof(id), "%lld", (long long)before);
	call.options[VERB_OPTION_BEFORE] = id;
	call.options[VERB_OPTION_LIMIT] = AUDIT_LIMIT;
	begin(ui, &call);
}
