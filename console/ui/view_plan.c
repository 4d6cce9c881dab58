/*
 * The Plan screen: one plan from its reason to its end, a line each: what
 * it waits for, its steps and how far they are, how the ways to treat such
 * a fault did so far, and who did what about it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "frame.h"
#include "list.h"
#include "plans.h"
#include "sign.h"
#include "text.h"
#include "view.h"

enum line {
	LINE_REASON,
	LINE_REASON_MORE,
	LINE_STATE,
	LINE_RISK,
	LINE_SERVICE,
	LINE_IMPACT,
	LINE_GUARDS,
	LINE_FAULT,
	LINE_STEPS,		/* titles, from here on with rows under them */
	LINE_STEP,
	LINE_ARMS,
	LINE_ARM,
	LINE_AUDIT,
	LINE_ACT
};

static uint64_t
key_of(enum line line, uint32_t index)
{
	return (uint64_t)line << 32 | index;
}

static void
add(struct list *list, enum line line, uint32_t index)
{
	list_add(list, line, index, key_of(line, index));
}

/* Undoing that is not needed yet says nothing. */
static bool
is_shown(const struct drover_plan_row *plan,
    const struct drover_step_row *step)
{
	return step->plan == plan->id && (step->undo_of == 0 ||
	    step->state != DROVER_STEP_STATE_CANCELLED);
}

static int
by_number(const void *one, const void *other, void *context)
{
	const struct item *a = one, *b = other;
	const struct drover_step_row *left = model_row(context,
	    DROVER_TABLE_STEP, a->index);
	const struct drover_step_row *right = model_row(context,
	    DROVER_TABLE_STEP, b->index);

	return (left->n > right->n) - (left->n < right->n);
}

static void
add_steps(const struct model *model, const struct drover_plan_row *plan,
    struct list *list)
{
	const struct drover_step_row *step;
	int first = list->count;
	uint32_t slot;

	for (slot = 0; slot < model->table[DROVER_TABLE_STEP].slots;
	    slot++) {
		step = model_row(model, DROVER_TABLE_STEP, slot);
		if (step != NULL && is_shown(plan, step))
			add(list, LINE_STEP, slot);
	}
	qsort_r(list->items + first, (size_t)(list->count - first),
	    sizeof(*list->items), by_number, (void *)model);
}

static void
add_arms(const struct model *model, const struct drover_plan_row *plan,
    struct list *list)
{
	const struct drover_arm_row *arm;
	uint32_t slot;

	for (slot = 0; slot < model->table[DROVER_TABLE_ARM].slots; slot++) {
		arm = model_row(model, DROVER_TABLE_ARM, slot);
		if (arm != NULL && strcmp(arm->class, plan->class) == 0)
			add(list, LINE_ARM, slot);
	}
}

/* "plan/6" and its steps, "plan/6.1". */
static bool
is_about(const struct drover_audit_row *act, int64_t plan)
{
	char object[32];
	size_t length;

	length = (size_t)snprintf(object, sizeof(object), "plan/%" PRId64,
	    plan);
	return strncmp(act->object, object, length) == 0 &&
	    (act->object[length] == '\0' || act->object[length] == '.');
}

static int
by_time(const void *one, const void *other, void *context)
{
	const struct item *a = one, *b = other;
	const struct drover_audit_row *left = model_row(context,
	    DROVER_TABLE_AUDIT, a->index);
	const struct drover_audit_row *right = model_row(context,
	    DROVER_TABLE_AUDIT, b->index);

	if (left->id != right->id)
		return left->id < right->id ? 1 : -1;
	return (left->n < right->n) - (left->n > right->n);
}

static void
add_acts(const struct model *model, const struct drover_plan_row *plan,
    struct list *list)
{
	const struct drover_audit_row *act;
	int first = list->count;
	uint32_t slot;

	for (slot = 0; slot < model->table[DROVER_TABLE_AUDIT].slots;
	    slot++) {
		act = model_row(model, DROVER_TABLE_AUDIT, slot);
		if (act != NULL && is_about(act, plan->id))
			add(list, LINE_ACT, slot);
	}
	qsort_r(list->items + first, (size_t)(list->count - first),
	    sizeof(*list->items), by_time, (void *)model);
}

/* Where its first line ends, at a space. */
static size_t
reason_cut(const struct drover_plan_row *plan, int columns)
{
	size_t length = strlen(plan->reason), cut;

	if (columns < 20 || length <= (size_t)columns)
		return length;
	for (cut = (size_t)columns; cut > 0; cut--)
		if (plan->reason[cut] == ' ')
			return cut;
	return (size_t)columns;
}

void
view_plan_items(const struct model *model, const struct ui *ui,
    struct list *list)
{
	const struct drover_plan_row *plan = plan_find(model, ui->plan);

	list_clear(list);
	if (plan == NULL)
		return;
	add(list, LINE_REASON, 0);
	if (reason_cut(plan, ui->width - 2) < strlen(plan->reason))
		add(list, LINE_REASON_MORE, 0);
	add(list, LINE_STATE, 0);
	add(list, LINE_RISK, 0);
	add(list, LINE_SERVICE, 0);
	if (plan->slots_before >= 0)
		add(list, LINE_IMPACT, 0);
	if (plan->guards[0] != '\0')
		add(list, LINE_GUARDS, 0);
	add(list, LINE_FAULT, 0);
	add(list, LINE_STEPS, 0);
	add_steps(model, plan, list);
	add(list, LINE_ARMS, 0);
	add_arms(model, plan, list);
	add(list, LINE_AUDIT, 0);
	add_acts(model, plan, list);
}

int
view_plan_page(const struct model *model, const struct ui *ui)
{
	(void)model;
	return frame_body(ui) - 1;
}

int
view_plan_first(const struct model *model, const struct ui *ui)
{
	(void)model;
	return frame_top(ui) + 1;
}

static void
step_text(const struct drover_step_row *step, char *text, size_t size)
{
	snprintf(text, size, "%s %s%s%s%s%s", step->operation, step->target,
	    step->argument[0] != '\0' ? " " : "", step->argument,
	    step->result[0] != '\0' ? ": " : "", step->result);
}

void
view_plan_text(const struct model *model, const struct ui *ui,
    const struct item *item, char *text, size_t size)
{
	const struct drover_plan_row *plan = plan_find(model, ui->plan);
	const struct drover_audit_row *act;

	*text = '\0';
	if (item->kind == LINE_REASON && plan != NULL) {
		snprintf(text, size, "%s", plan->reason);
	} else if (item->kind == LINE_STEP) {
		step_text(model_row(model, DROVER_TABLE_STEP, item->index),
		    text, size);
	} else if (item->kind == LINE_ACT) {
		act = model_row(model, DROVER_TABLE_AUDIT, item->index);
		snprintf(text, size, "%s %s %s", act->actor, act->verb,
		    act->after);
	}
}

static const char *
mode_help(unsigned int mode)
{
	switch (mode) {
	case DROVER_PLAN_MODE_AUTO:
		return "auto: the policy needs nobody";
	case DROVER_PLAN_MODE_VETO:
		return "veto: it starts unless somebody says no";
	case DROVER_PLAN_MODE_TWO:
		return "two: two people approve it";
	default:
		return "manual: a person approves it";
	}
}

static void
draw_state(const struct model *model, const struct drover_plan_row *plan,
    struct grid *grid, int y)
{
	struct sign state = sign_plan_state(plan->state);
	char phrase[192];

	grid_glyph(grid, y, 2, state.role, state.glyph);
	grid_text(grid, y, 4, 12, state.role, state.word);
	plan_phrase(plan, model->now_ns, phrase, sizeof(phrase));
	grid_text(grid, y, 17, grid->width - 17, ROLE_STRONG, phrase);
}

static void
draw_service(const struct drover_plan_row *plan, struct grid *grid, int y)
{
	char started[FORMAT_BYTES], ended[FORMAT_BYTES];
	int x = 2 + grid_print(grid, y, 2, ROLE_TEXT, "takes %lld "
	    "slot-seconds, may give %lld back", (long long)plan->cost,
	    (long long)plan->gain);

	if (plan->started == 0)
		return;
	format_clock(started, plan->started);
	x += grid_print(grid, y, x, ROLE_DIM, "  started %s", started);
	if (plan->ended == 0)
		return;
	format_clock(ended, plan->ended);
	grid_print(grid, y, x, ROLE_DIM, "  ended %s", ended);
}

static void
draw_fault(const struct model *model, const struct drover_plan_row *plan,
    struct grid *grid, int y)
{
	const struct drover_fault_row *fault = plan_fault(model, plan);
	int x = 2 + grid_print(grid, y, 2, ROLE_TEXT, "fault %lld %s of ",
	    (long long)plan->fault, plan->class);

	x += grid_text(grid, y, x, grid->width - x, ROLE_NAME, plan->target);
	if (fault == NULL)
		return;
	x += grid_print(grid, y, x, ROLE_TEXT, ", %s: %s",
	    sign_fault_state(fault->state).word, fault->text);
	if (fault->page[0] != '\0')
		grid_print(grid, y, x, ROLE_LINK, "  %s(7)", fault->page);
}

static void
draw_step(const struct drover_step_row *step, struct grid *grid, int y)
{
	struct sign state = sign_step_state(step->state);
	char text[400];
	int x;

	x = 4 + grid_print(grid, y, 4, ROLE_DIM, "%lld",
	    (long long)step->n);
	grid_glyph(grid, y, x + 1, state.role, state.glyph);
	grid_text(grid, y, x + 3, 11, state.role, state.word);
	x += 15;
	if (step->undo_of > 0)
		x += grid_print(grid, y, x, ROLE_DIM, "undo %lld: ",
		    (long long)step->undo_of - 1);
	step_text(step, text, sizeof(text));
	grid_text(grid, y, x, grid->width - x, ROLE_TEXT, text);
}

static void
draw_arm(const struct drover_plan_row *plan,
    const struct drover_arm_row *arm, struct grid *grid, int y)
{
	bool chosen = strcmp(arm->strategy, plan->strategy) == 0;

	grid_text(grid, y, 2, 1, ROLE_KEY, chosen ? "*" : " ");
	grid_text(grid, y, 4, 22, chosen ? ROLE_STRONG : ROLE_TEXT,
	    arm->strategy);
	grid_print(grid, y, 27, ROLE_TEXT, "tried %3lld  helped %3lld  "
	    "worse %2lld  %3.0f..%3.0f%%  %4lld slot-s",
	    (long long)arm->tried, (long long)arm->helped,
	    (long long)arm->worse, arm->low, arm->high,
	    (long long)arm->cost);
}

static void
draw_risk(const struct drover_plan_row *plan, struct grid *grid, int y)
{
	int x = 2 + grid_print(grid, y, 2, ROLE_TEXT, "risk %lld of 100",
	    (long long)plan->risk);

	if (plan->risk_parts[0] != '\0')
		x += grid_print(grid, y, x, ROLE_DIM, " = %s",
		    plan->risk_parts);
	grid_print(grid, y, x, ROLE_TEXT, "  %s  policy %s",
	    mode_help(plan->mode), plan->policy);
}

/* Ready slots before, while it acts, and how many there should be. */
static void
draw_impact(const struct drover_plan_row *plan, struct grid *grid, int y)
{
	bool short_of = plan->slots_while < plan->slots_needed;

	grid_print(grid, y, 2, short_of ? ROLE_NOTICE : ROLE_TEXT,
	    "slots ready: %lld before, %lld while it acts; %lld needed",
	    (long long)plan->slots_before, (long long)plan->slots_while,
	    (long long)plan->slots_needed);
}

static void
draw_guards(const struct drover_plan_row *plan, struct grid *grid, int y)
{
	bool stand = strcmp(plan->guards, "all let it") != 0;

	grid_print(grid, y, 2, stand ? ROLE_NOTICE : ROLE_TEXT,
	    "guards: %s", plan->guards);
}

static void
draw_act(const struct drover_audit_row *act, struct grid *grid, int y)
{
	char when[FORMAT_BYTES];
	int x = 2;

	format_clock(when, act->time);
	x += 1 + grid_text(grid, y, x, 8, ROLE_DIM, when);
	x += 1 + grid_text(grid, y, x, 16, ROLE_NAME, act->actor);
	x += 1 + grid_text(grid, y, x, 16, ROLE_TEXT, act->verb);
	x += grid_text(grid, y, x, grid->width - x, ROLE_TEXT, act->after);
	if (act->note[0] != '\0' && x < grid->width)
		grid_print(grid, y, x, ROLE_DIM, "  '%s'", act->note);
}

static void
draw_line(const struct model *model, const struct drover_plan_row *plan,
    const struct item *item, struct grid *grid, int y)
{
	switch ((enum line)item->kind) {
	case LINE_REASON:
		grid_print(grid, y, 2, ROLE_STRONG, "%.*s",
		    (int)reason_cut(plan, grid->width - 2), plan->reason);
		break;
	case LINE_REASON_MORE:
		grid_text(grid, y, 2, grid->width - 2, ROLE_STRONG,
		    plan->reason + reason_cut(plan, grid->width - 2) + 1);
		break;
	case LINE_STATE:
		draw_state(model, plan, grid, y);
		break;
	case LINE_RISK:
		draw_risk(plan, grid, y);
		break;
	case LINE_SERVICE:
		draw_service(plan, grid, y);
		break;
	case LINE_IMPACT:
		draw_impact(plan, grid, y);
		break;
	case LINE_GUARDS:
		draw_guards(plan, grid, y);
		break;
	case LINE_FAULT:
		draw_fault(model, plan, grid, y);
		break;
	case LINE_STEPS:
		grid_rule(grid, y, "steps");
		break;
	case LINE_STEP:
		draw_step(model_row(model, DROVER_TABLE_STEP, item->index),
		    grid, y);
		break;
	case LINE_ARMS:
		grid_rule(grid, y, "how such plans did");
		break;
	case LINE_ARM:
		draw_arm(plan, model_row(model, DROVER_TABLE_ARM,
		    item->index), grid, y);
		break;
	case LINE_AUDIT:
		grid_rule(grid, y, "who did what, the newest first");
		break;
	case LINE_ACT:
		draw_act(model_row(model, DROVER_TABLE_AUDIT, item->index),
		    grid, y);
		break;
	}
}

void
view_plan_draw(const struct model *model, const struct ui *ui,
    struct grid *grid)
{
	const struct drover_plan_row *plan = plan_find(model, ui->plan);
	const struct list *list = &ui->list[SCREEN_PLAN];
	int i, line, y = frame_top(ui);
	char title[160];

	if (plan == NULL) {
		grid_text(grid, y + 1, 2, grid->width - 2, ROLE_DIM,
		    "that plan is not shown any more; droverctl plan has it");
		return;
	}
	snprintf(title, sizeof(title), "P%lld  %s of %s",
	    (long long)plan->id, plan->strategy, plan->target);
	grid_rule(grid, y++, title);
	for (i = 0; i < list->page && list->top + i < list->count; i++) {
		line = list->top + i;
		draw_line(model, plan, &list->items[line], grid, y + i);
		if (ui->search[0] != '\0')
			grid_find(grid, y + i, ui->search, ROLE_FOUND);
		if (line != list->cursor || ui->plain)
			continue;
		grid_glyph(grid, y + i, 0, ROLE_KEY, GLYPH_CURSOR);
		grid_select(grid, y + i);
	}
}
