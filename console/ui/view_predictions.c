/*
 * The Predictions screen: what is foreseen, the next first, what became of
 * it, and how far such predictions are to be believed.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"
#include "list.h"
#include "sign.h"
#include "text.h"
#include "view.h"
#include "view_list.h"

static const struct drover_prediction_row *
prediction_row(const struct model *model, const struct item *item)
{
	return model_row(model, DROVER_TABLE_PREDICTION, item->index);
}

static const struct drover_accuracy_row *
accuracy_row(const struct model *model, const char *class)
{
	const struct model_table *table =
	    &model->table[DROVER_TABLE_ACCURACY];
	const struct drover_accuracy_row *row;
	uint32_t slot;

	for (slot = 0; slot < table->slots; slot++) {
		row = model_row(model, DROVER_TABLE_ACCURACY, slot);
		if (row != NULL && strcmp(row->class, class) == 0)
			return row;
	}
	return NULL;
}

static void
prediction_text(const struct drover_prediction_row *row, char *text,
    size_t size)
{
	snprintf(text, size, "%s %s %s %s %s %s",
	    sign_outcome(row->outcome).word, row->class, row->target,
	    row->device, row->node, row->text);
}

static int
later(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* What is pending comes first, by its end; what came out last follows. */
static int
compare(const void *one, const void *other, void *context)
{
	const struct drover_prediction_row *a = prediction_row(context, one);
	const struct drover_prediction_row *b = prediction_row(context,
	    other);
	bool a_open = a->outcome == DROVER_OUTCOME_OPEN;
	bool b_open = b->outcome == DROVER_OUTCOME_OPEN;

	if (a_open != b_open)
		return a_open ? -1 : 1;
	if (a_open && a->due != b->due)
		return later(a->due, b->due);
	if (!a_open && a->settled != b->settled)
		return later(b->settled, a->settled);
	return later(b->id, a->id);
}

void
view_predictions_items(const struct model *model, const struct ui *ui,
    struct list *list)
{
	const struct model_table *table =
	    &model->table[DROVER_TABLE_PREDICTION];
	const struct drover_prediction_row *row;
	char text[640];
	uint32_t slot;

	list_clear(list);
	for (slot = 0; slot < table->slots; slot++) {
		row = model_row(model, DROVER_TABLE_PREDICTION, slot);
		if (row == NULL)
			continue;
		prediction_text(row, text, sizeof(text));
		if (text_contains(text, ui->filter[SCREEN_PREDICTIONS]))
			list_add(list, 0, slot, (uint64_t)row->id);
	}
	if (list->count > 0)
		qsort_r(list->items, (size_t)list->count,
		    sizeof(*list->items), compare, (void *)model);
}

void
view_predictions_text(const struct model *model, const struct ui *ui,
    const struct item *item, char *text, size_t size)
{
	const struct drover_prediction_row *row = prediction_row(model, item);

	(void)ui;
	*text = '\0';
	if (row != NULL)
		prediction_text(row, text, size);
}

static void
draw_row(const struct model *model, const struct item *item,
    struct grid *grid, int y)
{
	const struct drover_prediction_row *row = prediction_row(model, item);
	struct sign outcome = sign_outcome(row->outcome);
	bool open = row->outcome == DROVER_OUTCOME_OPEN;
	enum role role = open ? ROLE_TEXT : ROLE_DIM;
	char due[FORMAT_BYTES];
	int x = 2;

	x += 1 + grid_print(grid, y, x, ROLE_DIM, "P%lld",
	    (long long)row->id);
	x = x < 9 ? 9 : x;
	grid_glyph(grid, y, x, outcome.role, outcome.glyph);
	grid_text(grid, y, x + 2, 7, outcome.role, outcome.word);
	x += 10;
	if (grid->width >= VIEW_WIDE) {
		grid_print(grid, y, x, role, "%4.0f%%",
		    open ? row->latest : row->probability);
		format_clock(due, open ? row->due : row->settled);
		grid_text(grid, y, x + 7, 8, ROLE_DIM, due);
		x += 16;
	}
	x += 1 + grid_text(grid, y, x, 24, ROLE_NAME, row->target);
	if (row->device[0] != '\0')
		x += 1 + grid_text(grid, y, x, 24, ROLE_NAME, row->device);
	x += 1 + grid_text(grid, y, x, grid->width - x, role, row->class);
	if (grid->width >= VIEW_WIDE && x < grid->width)
		grid_text(grid, y, x, grid->width - x, role, row->text);
}

static void
draw_titles(const struct ui *ui, struct grid *grid, int y)
{
	grid_text(grid, y, 2, 6, ROLE_HEAD, "NUMBER");
	grid_text(grid, y, 9, 9, ROLE_HEAD, "OUTCOME");
	if (ui->width < VIEW_WIDE) {
		grid_text(grid, y, 19, 20, ROLE_HEAD, "TARGET, CLASS");
		return;
	}
	grid_text(grid, y, 19, 6, ROLE_HEAD, "LIKELY");
	grid_text(grid, y, 26, 8, ROLE_HEAD, "BY, AT");
	grid_text(grid, y, 35, 40, ROLE_HEAD, "TARGET, CLASS, WHAT");
}

static void
draw_history(const struct drover_prediction_row *row, struct grid *grid,
    int y)
{
	char made[FORMAT_BYTES], ended[FORMAT_BYTES];
	int x;

	format_date(made, row->made);
	x = grid_print(grid, y, 0, ROLE_TEXT, "made at %s with %.0f%%", made,
	    row->probability);
	if (row->outcome == DROVER_OUTCOME_OPEN) {
		format_date(ended, row->due);
		grid_print(grid, y, x, ROLE_TEXT,
		    ", now %.0f%%, until %s", row->latest, ended);
	} else {
		format_date(ended, row->settled);
		grid_print(grid, y, x, ROLE_TEXT, ", %s at %s",
		    sign_outcome(row->outcome).word, ended);
	}
}

static int
draw_share(struct grid *grid, int y, int x, const char *what, double percent)
{
	return isnan(percent) ?
	    grid_print(grid, y, x, ROLE_DIM, "%s not known yet", what) :
	    grid_print(grid, y, x, ROLE_STRONG, "%s %.0f%%", what, percent);
}

/* How far predictions of the class are to be believed. */
static void
draw_accuracy(const struct drover_accuracy_row *row, struct grid *grid,
    int y)
{
	int x;

	if (row == NULL) {
		grid_text(grid, y, 0, grid->width, ROLE_DIM,
		    "none of this class has been settled yet");
		return;
	}
	x = draw_share(grid, y, 0, "precision", row->precision);
	x += 2;
	x += draw_share(grid, y, x, "recall", row->recall);
	grid_print(grid, y, x + 2, ROLE_TEXT,
	    "%lld hits  %lld misses  %lld averted  %lld void  "
	    "%lld unforeseen", (long long)row->hits, (long long)row->misses,
	    (long long)row->averted, (long long)row->voids,
	    (long long)row->unforeseen);
	if (row->hits > 0)
		grid_print(grid, y + 1, 0, ROLE_TEXT,
		    "hits came %.0f min ahead in the mean",
		    row->lead / 60);
}

static void
draw_detail(const struct model *model,
    const struct drover_prediction_row *row, struct grid *grid, int y)
{
	char title[176];
	int x;

	snprintf(title, sizeof(title), "%s of %s %s", row->class,
	    row->target, row->device);
	grid_rule(grid, y, title);
	grid_print(grid, y + 1, 0, ROLE_STRONG, "%s", row->text);
	draw_history(row, grid, y + 2);
	draw_accuracy(accuracy_row(model, row->class), grid, y + 3);
	if (row->page[0] == '\0')
		return;
	x = grid_text(grid, y + 5, 0, grid->width, ROLE_TEXT,
	    "what to do: ");
	grid_print(grid, y + 5, x, ROLE_LINK, "%s(7)", row->page);
}

void
view_predictions_draw(const struct model *model, const struct ui *ui,
    struct grid *grid)
{
	const struct item *here = list_here(&ui->list[ui->screen]);
	int detail = view_list_detail(ui);

	draw_titles(ui, grid, frame_top(ui));
	view_list_draw(model, ui, grid, frame_top(ui) + 1, draw_row,
	    "nothing is foreseen");
	if (detail >= 0)
		draw_detail(model, prediction_row(model, here), grid,
		    detail);
}
