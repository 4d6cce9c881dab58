/*
 * The Plans screen: what is to be done about faults, what waits for a
 * person first, then what acts, then what ended.
 */
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
#include "view_list.h"

static const struct drover_plan_row *
plan_row(const struct model *model, const struct item *item)
{
	return model_row(model, DROVER_TABLE_PLAN, item->index);
}

static void
plan_text(const struct drover_plan_row *row, char *text, size_t size)
{
	snprintf(text, size, "%s %s %s %s %s %s %s",
	    sign_plan_state(row->state).word, row->strategy, row->class,
	    row->target, row->device, row->node, row->reason);
}

static int
rank(const struct drover_plan_row *row)
{
	return plan_waits(row) ? 0 : plan_goes_on(row) ? 1 : 2;
}

static int
compare(const void *one, const void *other, void *context)
{
	const struct drover_plan_row *a = plan_row(context, one);
	const struct drover_plan_row *b = plan_row(context, other);

	if (rank(a) != rank(b))
		return rank(a) - rank(b);
	return (a->id < b->id) - (a->id > b->id);
}

void
view_plans_items(const struct model *model, const struct ui *ui,
    struct list *list)
{
	const struct drover_plan_row *row;
	char text[768];
	uint32_t slot;

	list_clear(list);
	for (slot = 0; slot < model->table[DROVER_TABLE_PLAN].slots;
	    slot++) {
		row = model_row(model, DROVER_TABLE_PLAN, slot);
		if (row == NULL)
			continue;
		plan_text(row, text, sizeof(text));
		if (text_contains(text, ui->filter[SCREEN_PLANS]))
			list_add(list, 0, slot, (uint64_t)row->id);
	}
	if (list->count > 0)
		qsort_r(list->items, (size_t)list->count,
		    sizeof(*list->items), compare, (void *)model);
}

void
view_plans_text(const struct model *model, const struct ui *ui,
    const struct item *item, char *text, size_t size)
{
	const struct drover_plan_row *row = plan_row(model, item);

	(void)ui;
	*text = '\0';
	if (row != NULL)
		plan_text(row, text, size);
}

static void
draw_row(const struct model *model, const struct item *item,
    struct grid *grid, int y)
{
	const struct drover_plan_row *row = plan_row(model, item);
	struct sign state = sign_plan_state(row->state);
	enum role role = rank(row) < 2 ? ROLE_TEXT : ROLE_DIM;
	char phrase[192];
	int x = 2;

	x += 1 + grid_print(grid, y, x, ROLE_DIM, "P%lld",
	    (long long)row->id);
	x = x < 9 ? 9 : x;
	grid_glyph(grid, y, x, state.role, state.glyph);
	grid_text(grid, y, x + 2, 12, state.role, state.word);
	x += 15;
	if (grid->width >= VIEW_WIDE) {
		grid_print(grid, y, x, role, "%4lld", (long long)row->risk);
		x += 6;
	}
	x += 1 + grid_text(grid, y, x, 24, ROLE_NAME, row->target);
	x += 1 + grid_text(grid, y, x, grid->width - x, role, row->strategy);
	plan_phrase(row, model->now_ns, phrase, sizeof(phrase));
	if (grid->width >= VIEW_WIDE && x < grid->width)
		grid_text(grid, y, x, grid->width - x, role, phrase);
}

static void
draw_titles(const struct ui *ui, struct grid *grid, int y)
{
	grid_text(grid, y, 2, 6, ROLE_HEAD, "NUMBER");
	grid_text(grid, y, 9, 14, ROLE_HEAD, "STATE");
	if (ui->width >= VIEW_WIDE)
		grid_text(grid, y, 24, 6, ROLE_HEAD, "RISK");
	grid_text(grid, y, ui->width >= VIEW_WIDE ? 30 : 24, 40, ROLE_HEAD,
	    "TARGET, STRATEGY");
}

static void
draw_detail(const struct model *model, const struct drover_plan_row *row,
    struct grid *grid, int y)
{
	char title[160], phrase[192], when[FORMAT_BYTES];

	snprintf(title, sizeof(title), "P%lld  %s of %s",
	    (long long)row->id, row->strategy, row->target);
	grid_rule(grid, y, title);
	grid_text(grid, y + 1, 0, grid->width, ROLE_STRONG, row->reason);
	format_date(when, row->proposed);
	grid_print(grid, y + 2, 0, ROLE_TEXT, "proposed at %s for fault "
	    "%lld, %s, risk %lld, mode %s", when, (long long)row->fault,
	    row->class, (long long)row->risk, row->mode ==
	    DROVER_PLAN_MODE_AUTO ? "auto" : row->mode ==
	    DROVER_PLAN_MODE_VETO ? "veto" : row->mode ==
	    DROVER_PLAN_MODE_TWO ? "two" : "manual");
	plan_phrase(row, model->now_ns, phrase, sizeof(phrase));
	grid_text(grid, y + 3, 0, grid->width, ROLE_TEXT, phrase);
	if (row->decided_by[0] != '\0')
		grid_print(grid, y + 4, 0, ROLE_TEXT, "decided by %s",
		    row->decided_by);
}

void
view_plans_draw(const struct model *model, const struct ui *ui,
    struct grid *grid)
{
	const struct item *here = list_here(&ui->list[ui->screen]);
	int detail = view_list_detail(ui);

	draw_titles(ui, grid, frame_top(ui));
	view_list_draw(model, ui, grid, frame_top(ui) + 1, draw_row,
	    "nothing is planned");
	if (detail >= 0)
		draw_detail(model, plan_row(model, here), grid, detail);
}
