/* What becomes of an act when an answer comes, or fails to. */
#include <stdio.h>
#include <string.h>

#include "flow.h"
#include "ui.h"

#define TEXT_BYTES	256

static int64_t
number_of(const json_t *answer)
{
	return json_integer_value(json_object_get(json_object_get(answer,
	    "reply"), "number"));
}

/* "3001 the last ready copy of a model would go: llama3:8b" */
static void
describe(const json_t *answer, char text[TEXT_BYTES])
{
	const json_t *reply = json_object_get(answer, "reply");
	const char *words = json_string_value(json_object_get(reply, "text"));
	const char *detail = json_string_value(json_object_get(reply,
	    "detail"));

	if (number_of(answer) == 0)
		snprintf(text, TEXT_BYTES, "not the answer of a droverd");
	else
		snprintf(text, TEXT_BYTES, "%lld %s%s%s",
		    (long long)number_of(answer), words != NULL ? words : "",
		    detail != NULL && *detail != '\0' ? ": " : "",
		    detail != NULL ? detail : "");
}

/* " (entry 41)" */
static void
entry_of(const json_t *answer, char entry[64])
{
	long long index = json_integer_value(json_object_get(answer,
	    "index"));

	entry[0] = '\0';
	if (index > 0)
		snprintf(entry, 64, " (entry %lld%s)", index,
		    json_is_true(json_object_get(answer, "repeated")) ?
		    ", of the first request" : "");
}

/* Told in one line: "n1 drains: 1000 done (entry 41)". */
static void
tell(struct ui *ui, const char *title, const char *done,
    const json_t *answer)
{
	bool bad = number_of(answer) >= FLOW_REFUSED ||
	    number_of(answer) == 0;
	char text[TEXT_BYTES], entry[64];

	describe(answer, text);
	entry_of(answer, entry);
	ui_say(ui, bad, "%.160s: %s%s", number_of(answer) == 1000 ? done :
	    title, text, entry);
}

/* What is told only once is shown until it has been read. */
static bool
must_be_read(const json_t *answer)
{
	return json_object_get(answer, "token") != NULL ||
	    json_array_size(json_object_get(answer, "changes")) > 0 ||
	    json_array_size(json_object_get(answer, "errors")) > 0;
}

static void
show(struct ui *ui, enum flow_again again)
{
	ui->flow.state = FLOW_RESULT;
	ui->flow.again = again;
	flow_clear(ui);
}

static void
show_refusal(struct ui *ui, const json_t *answer)
{
	struct flow *flow = &ui->flow;
	const json_t *have = json_object_get(answer, "have");
	const json_t *need = json_object_get(answer, "need");
	char text[TEXT_BYTES];

	describe(answer, text);
	show(ui, number_of(answer) >= FLOW_UNABLE ||
	    (flow->state == FLOW_SUBMIT && flow->act.previews) ?
	    FLOW_LOOK_AGAIN : FLOW_ONCE);
	flow_add(ui, ROLE_MAJOR, "refused", "! %s", text);
	if (json_is_integer(have) && json_is_integer(need))
		flow_add(ui, ROLE_TEXT, "", "it has %lld, and needs %lld",
		    (long long)json_integer_value(have),
		    (long long)json_integer_value(need));
	flow_add(ui, ROLE_TEXT, "", "Nothing was done.");
	flow_add_changes(ui, answer);
}

/* There is no answer, or none that says what became of it. */
static void
show_doubt(struct ui *ui, const char *why, bool sent)
{
	bool same = ui->flow.act.id[0] != '\0';

	show(ui, same ? FLOW_SEND_AGAIN : FLOW_ONCE);
	flow_add(ui, ROLE_MAJOR, "no answer", "! %s", why);
	flow_add(ui, ROLE_TEXT, "", sent ? "Whether it was done is not "
	    "known." : "It was not sent: nothing was done.");
	if (same)
		flow_add(ui, ROLE_TEXT, "", "Enter asks again with the same "
		    "request id: nothing is done twice.");
}

static void
take_preview(struct ui *ui, json_t *answer)
{
	struct flow *flow = &ui->flow;

	flow->top = 0;
	if (number_of(answer) >= FLOW_REFUSED || number_of(answer) == 0) {
		show_refusal(ui, answer);
	} else if (!flow->act.reads) {
		flow->state = FLOW_PREVIEW;
		flow_add_preview(ui, answer);
	} else {
		show(ui, FLOW_ONCE);
		if (flow->act.show != NULL)
			flow->act.show(ui, answer);
		else
			flow_add_object(ui, answer);
		if (flow->line_count == 0)
			flow_add(ui, ROLE_DIM, "", "There is none.");
	}
}

static void
take_result(struct ui *ui, json_t *answer)
{
	struct flow *flow = &ui->flow;
	char text[TEXT_BYTES];

	describe(answer, text);
	if (number_of(answer) >= FLOW_UNABLE || number_of(answer) == 0) {
		show_doubt(ui, text, true);
	} else if (number_of(answer) >= FLOW_REFUSED) {
		show_refusal(ui, answer);
	} else {
		if (flow->act.marked)
			ui->mark_count = 0;
		tell(ui, flow->act.title, flow->act.done, answer);
		if (!must_be_read(answer)) {
			flow_end(ui);
			return;
		}
		show(ui, FLOW_ONCE);
		flow_add_object(ui, answer);
	}
}

/* Nobody looks at the box any more. */
static void
take_left(struct ui *ui, const struct flow_answer *answer,
    const json_t *object)
{
	struct flow *flow = &ui->flow;

	flow->left_number = 0;
	if (answer->problem != NULL)
		ui_say(ui, true, "%.80s: %s: %.120s", flow->left_title,
		    answer->sent ? "whether it was done is not known" :
		    "not done", answer->problem);
	else
		tell(ui, flow->left_title, flow->left_done, object);
}

static void
take_problem(struct ui *ui, const struct flow_answer *answer)
{
	if (ui->flow.state == FLOW_SUBMIT) {
		show_doubt(ui, answer->problem, answer->sent);
		return;
	}
	show(ui, FLOW_LOOK_AGAIN);
	flow_add(ui, ROLE_MAJOR, "no answer", "! %s", answer->problem);
	flow_add(ui, ROLE_TEXT, "", "Nothing was done.");
}

void
flow_answered(struct ui *ui, const struct flow_answer *answer)
{
	struct flow *flow = &ui->flow;
	bool waited = answer->number == flow->number && flow_is_waiting(flow);
	json_t *object = answer->problem != NULL ? NULL :
	    json_loadb(answer->body, answer->length, 0, NULL);

	if (!waited && flow->left_number != 0 &&
	    answer->number == flow->left_number)
		take_left(ui, answer, object);
	else if (waited && answer->problem != NULL)
		take_problem(ui, answer);
	else if (waited && flow->state == FLOW_SUBMIT)
		take_result(ui, object);
	else if (waited)
		take_preview(ui, object);
	json_decref(object);
}
