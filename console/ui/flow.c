#include "flow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "key_code.h"
#include "option.h"
#include "prompt.h"
#include "text.h"
#include "ui.h"

#define DEADLINE	"deadline_seconds"

/* Refusals that the typed name of one node overrules. */
static bool
can_be_forced(const struct flow *flow)
{
	return flow->act.guarded && flow->act.count == 1 &&
	    (flow->would == 3001 || flow->would == 3004 ||
	    flow->would == 3005);
}

bool
flow_is_barred(const struct flow *flow)
{
	return flow->would >= FLOW_REFUSED && !can_be_forced(flow);
}

bool
flow_is_waiting(const struct flow *flow)
{
	return flow->state == FLOW_PREVIEW_WAIT || flow->state == FLOW_SUBMIT;
}

bool
flow_has_reason(const struct flow *flow)
{
	return json_object_get(flow->act.body, "reason") != NULL;
}

int64_t
flow_deadline_s(const struct flow *flow)
{
	return json_integer_value(json_object_get(flow->act.body, DEADLINE));
}

/* A name that stands on the ':' line already has been typed. */
static bool
must_type(const struct flow *flow)
{
	return flow->act.guarded && (flow->limited || flow->act.count > 1 ||
	    flow->would >= FLOW_REFUSED) &&
	    json_object_get(flow->act.body, "typed") == NULL;
}

static void
drop_act(struct flow *flow)
{
	json_decref(flow->act.body);
	json_decref(flow->asks);
	flow->act.body = flow->asks = NULL;
	flow->state = FLOW_NONE;
}

void
flow_release(struct ui *ui)
{
	drop_act(&ui->flow);
	flow_clear(ui);
	free(ui->flow.lines);
	memset(&ui->flow, 0, sizeof(ui->flow));
}

void
flow_end(struct ui *ui)
{
	drop_act(&ui->flow);
	flow_clear(ui);
	if (ui->prompt.mode >= PROMPT_REASON)
		ui->prompt.mode = PROMPT_NONE;
}

void
flow_leave(struct ui *ui)
{
	struct flow *flow = &ui->flow;

	if (flow->state == FLOW_SUBMIT) {
		flow->left_number = flow->number;
		memcpy(flow->left_title, flow->act.title,
		    sizeof(flow->left_title));
		memcpy(flow->left_done, flow->act.done,
		    sizeof(flow->left_done));
		ui_say(ui, false, "%.100s: sent, and not taken back; the "
		    "answer will stand here", flow->act.title);
	} else if (flow->state == FLOW_PREVIEW_WAIT) {
		flow->dropped = flow->number;
		ui->want |= WANT_DROP;
	}
	flow_end(ui);
}

void
flow_escape(struct ui *ui)
{
	ui->flow.note[0] = '\0';
	if (ui->flow.state == FLOW_DEADLINE)
		ui->flow.state = FLOW_PREVIEW;
	else
		flow_leave(ui);
}

static void
ask(struct ui *ui, enum flow_state state, json_t *body)
{
	struct flow *flow = &ui->flow;

	json_decref(flow->asks);
	flow->asks = body;
	flow->number++;
	flow->state = state;
	flow->waited_s = 0;
	ui->want |= WANT_ASK;
}

static json_t *
copy_body(const struct flow *flow)
{
	return flow->act.body == NULL ? NULL :
	    json_deep_copy(flow->act.body);
}

static void
ask_preview(struct ui *ui)
{
	struct flow *flow = &ui->flow;
	json_t *body = copy_body(flow);

	flow->looks++;
	json_object_set_new(body, "preview", json_true());
	/* It stays in no record. */
	if (flow->act.reason == FLOW_MUST && !flow_has_reason(flow))
		json_object_set_new(body, "reason", json_string("preview"));
	ask(ui, FLOW_PREVIEW_WAIT, body);
}

static void
submit(struct ui *ui)
{
	struct flow *flow = &ui->flow;
	json_t *body = copy_body(flow);
	char id[FLOW_ID_BYTES + 16];

	/* What was refused is over: another look is another request. */
	snprintf(id, sizeof(id), flow->looks > 1 ? "%s-%d" : "%s",
	    flow->act.id, flow->looks);
	if (flow->act.id[0] != '\0' &&
	    json_object_get(body, "request") == NULL)
		json_object_set_new(body, "request", json_string(id));
	if (flow->act.id[0] != '\0' && flow->version >= 0)
		json_object_set_new(body, "version",
		    json_integer(flow->version));
	ask(ui, FLOW_SUBMIT, body);
}

/* What the last preview said is forgotten. */
static void
begin(struct ui *ui)
{
	struct flow *flow = &ui->flow;

	flow_clear(ui);
	flow->version = -1;
	flow->would = 0;
	flow->why[0] = flow->note[0] = '\0';
	flow->limited = false;
	flow->again = FLOW_ONCE;
	if (flow->act.reads)
		ask(ui, FLOW_PREVIEW_WAIT, copy_body(flow));
	else if (flow->act.previews)
		ask_preview(ui);
	else
		submit(ui);
}

void
flow_begin(struct ui *ui, const struct flow_act *act)
{
	flow_leave(ui);
	ui->flow.act = *act;
	ui->flow.looks = 0;
	begin(ui);
}

static void
prompt(struct ui *ui, enum flow_state state, enum prompt_mode mode)
{
	ui->flow.state = state;
	prompt_open(ui, mode);
}

/* What was typed is wrong: it can be set right. */
static void
prompt_again(struct ui *ui, enum prompt_mode mode, const char *typed)
{
	prompt_open(ui, mode);
	snprintf(ui->prompt.text, sizeof(ui->prompt.text), "%s", typed);
	ui->prompt.cursor = (int)strlen(ui->prompt.text);
}

/* The preview was read, or something typed: what is still to be asked. */
static void
go_on(struct ui *ui)
{
	struct flow *flow = &ui->flow;

	if (flow->state == FLOW_PREVIEW && flow->act.reason != FLOW_NO &&
	    !flow_has_reason(flow))
		prompt(ui, FLOW_REASON, PROMPT_REASON);
	else if (flow->state != FLOW_TYPED && must_type(flow))
		prompt(ui, FLOW_TYPED, PROMPT_TYPED);
	else
		submit(ui);
}

/* It was refused: what must be typed is typed once more. */
static void
look_again(struct ui *ui)
{
	json_object_del(ui->flow.act.body, "typed");
	json_object_del(ui->flow.act.body, "request");
	begin(ui);
}

static void
enter(struct ui *ui)
{
	struct flow *flow = &ui->flow;

	if (flow->state == FLOW_RESULT && flow->again == FLOW_SEND_AGAIN) {
		flow_clear(ui);
		submit(ui);
	} else if (flow->state == FLOW_RESULT &&
	    flow->again == FLOW_LOOK_AGAIN) {
		look_again(ui);
	} else if (flow->state == FLOW_RESULT) {
		flow_end(ui);
	} else if (flow->state == FLOW_PREVIEW && flow_is_barred(flow)) {
		ui_say(ui, true, "it would be refused: %s", flow->why);
	} else if (flow->state == FLOW_PREVIEW) {
		go_on(ui);
	}
}

static void
scroll(struct flow *flow, int rows)
{
	flow->top += rows;
	if (flow->top > flow->rows - flow->page)
		flow->top = flow->rows - flow->page;
	if (flow->top < 0)
		flow->top = 0;
}

static void
ask_deadline(struct ui *ui)
{
	if (ui->flow.state == FLOW_PREVIEW && ui->flow.act.deadline &&
	    !flow_is_barred(&ui->flow))
		prompt(ui, FLOW_DEADLINE, PROMPT_DEADLINE);
}

void
flow_key(struct ui *ui, uint32_t code)
{
	struct flow *flow = &ui->flow;

	switch (code) {
	case '\r':
		enter(ui);
		break;
	case 27:
	case 'q':
	case 3:
		flow_leave(ui);
		break;
	case 't':
		ask_deadline(ui);
		break;
	case 'k':
	case KEY_CODE_UP:
	case KEY_CODE_WHEEL_UP:
		scroll(flow, -1);
		break;
	case 'j':
	case KEY_CODE_DOWN:
	case KEY_CODE_WHEEL_DOWN:
		scroll(flow, 1);
		break;
	case KEY_CODE_PAGE_UP:
		scroll(flow, -flow->page);
		break;
	case KEY_CODE_PAGE_DOWN:
		scroll(flow, flow->page);
		break;
	}
}

/* Without the blanks around it; returns its characters. */
static int
trim(const char *line, char text[UI_LINE_BYTES])
{
	const char *at;
	size_t length;
	int count = 0;

	line += strspn(line, " ");
	length = strlen(line);
	while (length > 0 && line[length - 1] == ' ')
		length--;
	snprintf(text, UI_LINE_BYTES, "%.*s", (int)length, line);
	for (at = text; text_next(&at) != 0; )
		count++;
	return count;
}

static void
take_reason(struct ui *ui, const char *line)
{
	struct flow *flow = &ui->flow;
	char text[UI_LINE_BYTES];
	int count = trim(line, text);

	if (count < FLOW_REASON_LEAST &&
	    (count > 0 || flow->act.reason == FLOW_MUST)) {
		prompt_again(ui, PROMPT_REASON, text);
		snprintf(flow->note, sizeof(flow->note), "a reason has at "
		    "least %d characters", FLOW_REASON_LEAST);
		return;
	}
	if (count > 0)
		json_object_set_new(flow->act.body, "reason",
		    json_string(text));
	go_on(ui);
}

/* "30m"; an empty line takes it away. */
static void
take_deadline(struct ui *ui, const char *line)
{
	struct flow *flow = &ui->flow;
	char text[UI_LINE_BYTES];
	const char *why;
	int64_t span_ms = 0;

	if (trim(line, text) == 0) {
		flow->state = FLOW_PREVIEW;
		json_object_del(flow->act.body, DEADLINE);
		return;
	}
	why = verb_span(text, &span_ms);
	if (why == NULL) {
		flow->state = FLOW_PREVIEW;
		json_object_set_new(flow->act.body, DEADLINE,
		    json_integer((span_ms + 999) / 1000));
		return;
	}
	prompt_again(ui, PROMPT_DEADLINE, text);
	snprintf(flow->note, sizeof(flow->note), "\"%.32s\" %s; a time is "
	    "90s, 10m, 2h or 7d", text, why);
}

static void
take_name(struct ui *ui, const char *line)
{
	struct flow *flow = &ui->flow;
	char text[UI_LINE_BYTES];

	trim(line, text);
	if (strcmp(text, flow->act.name) != 0) {
		prompt_again(ui, PROMPT_TYPED, text);
		snprintf(flow->note, sizeof(flow->note),
		    "that was not %.64s", flow->act.name);
		return;
	}
	/* For several the rules take none: then it is a question here. */
	if (flow->act.count == 1)
		json_object_set_new(flow->act.body, "typed",
		    json_string(text));
	go_on(ui);
}

void
flow_typed(struct ui *ui, const char *line)
{
	ui->flow.note[0] = '\0';
	if (ui->flow.state == FLOW_REASON)
		take_reason(ui, line);
	else if (ui->flow.state == FLOW_DEADLINE)
		take_deadline(ui, line);
	else if (ui->flow.state == FLOW_TYPED)
		take_name(ui, line);
}

void
flow_tick(struct ui *ui)
{
	if (flow_is_waiting(&ui->flow))
		ui->flow.waited_s++;
}

bool
flow_take(struct ui *ui, struct flow_request *request)
{
	struct flow *flow = &ui->flow;

	if (!flow_is_waiting(flow))
		return false;
	*request = (struct flow_request){ .number = flow->number,
		.method = flow->act.method, .target = flow->act.target,
		.body = flow->asks == NULL ? NULL :
		    json_dumps(flow->asks, JSON_COMPACT) };
	json_decref(flow->asks);
	flow->asks = NULL;
	return true;
}
