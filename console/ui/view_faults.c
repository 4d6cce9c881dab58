/* The Faults screen: what is wrong, in the order in which it is seen to. */
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

static const struct {
	const char	*name;
	const char	*help;
} classes[] = {
#define FAULT(NAME, number, name, TYPE, SCOPE, SEVERITY, confirm_ms,	\
    clear_ms, watch, page, help)					\
	{name, help},
#include <drover/tables/faults.def>
#undef FAULT
};
#define CLASSES	(sizeof(classes) / sizeof(classes[0]))

static const char *
class_help(const char *name)
{
	size_t i;

	for (i = 0; i < CLASSES; i++)
		if (strcmp(classes[i].name, name) == 0)
			return classes[i].help;
	return "";
}

static const struct drover_fault_row *
fault_row(const struct model *model, const struct item *item)
{
	return model_row(model, DROVER_TABLE_FAULT, item->index);
}

bool
fault_is_over(const struct drover_fault_row *row)
{
	return row->state == DROVER_FAULT_STATE_CLEARED ||
	    row->state == DROVER_FAULT_STATE_CLOSED ||
	    row->state == DROVER_FAULT_STATE_RESOLVED;
}

static void
fault_text(const struct drover_fault_row *row, char *text, size_t size)
{
	snprintf(text, size, "%s %s %s %s %s %s %s",
	    sign_fault_state(row->state).word,
	    sign_severity(row->severity).word, row->class, row->target,
	    row->device, row->text, row->acknowledged_by);
}

/* What nobody has weighed yet comes after what somebody has. */
static double
priority_of(const struct drover_fault_row *row)
{
	return isnan(row->priority) ? -1 : row->priority;
}

/* What is over comes last; else what is seen to first, then the newest. */
static int
compare(const void *one, const void *other, void *context)
{
	const struct drover_fault_row *a = fault_row(context, one);
	const struct drover_fault_row *b = fault_row(context, other);

	if (fault_is_over(a) != fault_is_over(b))
		return fault_is_over(a) ? 1 : -1;
	if (priority_of(a) < priority_of(b) ||
	    priority_of(a) > priority_of(b))
		return priority_of(a) < priority_of(b) ? 1 : -1;
	if (a->severity != b->severity)
		return a->severity < b->severity ? 1 : -1;
	return (a->id < b->id) - (a->id > b->id);
}

void
view_faults_items(const struct model *model, const struct ui *ui,
    struct list *list)
{
	const struct model_table *table = &model->table[DROVER_TABLE_FAULT];
	const struct drover_fault_row *row;
	char text[640];
	uint32_t slot;

	list_clear(list);
	for (slot = 0; slot < table->slots; slot++) {
		row = model_row(model, DROVER_TABLE_FAULT, slot);
		if (row == NULL)
			continue;
		fault_text(row, text, sizeof(text));
		if (text_contains(text, ui->filter[SCREEN_FAULTS]))
			list_add(list, 0, slot, (uint64_t)row->id);
	}
	if (list->count > 0)
		qsort_r(list->items, (size_t)list->count,
		    sizeof(*list->items), compare, (void *)model);
}

void
view_faults_text(const struct model *model, const struct ui *ui,
    const struct item *item, char *text, size_t size)
{
	const struct drover_fault_row *row = fault_row(model, item);

	(void)ui;
	*text = '\0';
	if (row != NULL)
		fault_text(row, text, size);
}

static void
draw_row(const struct model *model, const struct item *item,
    struct grid *grid, int y)
{
	const struct drover_fault_row *row = fault_row(model, item);
	struct sign state = sign_fault_state(row->state);
	struct sign severity = sign_severity(row->severity);
	enum role role = fault_is_over(row) ? ROLE_DIM : ROLE_TEXT;
	char since[FORMAT_BYTES];
	int x = 2;

	x += 1 + grid_print(grid, y, x, ROLE_DIM, "F%lld",
	    (long long)row->id);
	x = x < 9 ? 9 : x;
	grid_glyph(grid, y, x, state.role, state.glyph);
	grid_text(grid, y, x + 2, 9, state.role, state.word);
	x += 12;
	if (grid->width >= VIEW_WIDE) {
		grid_text(grid, y, x, 8, severity.role, severity.word);
		format_clock(since, row->since);
		grid_text(grid, y, x + 9, 8, ROLE_DIM, since);
		x += 18;
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
	grid_text(grid, y, 2, 6, ROLE_HEAD, "FAULT");
	grid_text(grid, y, 11, 9, ROLE_HEAD, "STATE");
	if (ui->width < VIEW_WIDE) {
		grid_text(grid, y, 21, 20, ROLE_HEAD, "TARGET, CLASS");
		return;
	}
	grid_text(grid, y, 21, 8, ROLE_HEAD, "SEVERITY");
	grid_text(grid, y, 30, 8, ROLE_HEAD, "SINCE");
	grid_text(grid, y, 39, 40, ROLE_HEAD, "TARGET, CLASS, WHAT");
}

static void
draw_history(const struct drover_fault_row *row, struct grid *grid, int y)
{
	char since[FORMAT_BYTES], ended[FORMAT_BYTES];
	int x;

	format_date(since, row->since);
	x = grid_print(grid, y, 0, ROLE_TEXT, "since %s", since);
	if (row->ended != 0) {
		format_date(ended, row->ended);
		x += grid_print(grid, y, x, ROLE_TEXT, ", gone at %s",
		    ended);
	}
	if (row->flaps > 0)
		x += grid_print(grid, y, x, ROLE_NOTICE,
		    ", came back %lld times", (long long)row->flaps);
	if (row->acknowledged_by[0] != '\0')
		grid_print(grid, y, x, ROLE_TEXT, ", acknowledged by %s",
		    row->acknowledged_by);
}

/* How sure, how much of the service, what comes of it and from what. */
static void
draw_weight(const struct drover_fault_row *row, struct grid *grid, int y,
    int x)
{
	x += grid_print(grid, y, x, ROLE_TEXT, "%.0f%% sure",
	    row->confidence);
	if (!isnan(row->impact))
		x += grid_print(grid, y, x, ROLE_TEXT,
		    ", takes %.0f%% of its models", row->impact);
	if (!isnan(row->priority))
		x += grid_print(grid, y, x, ROLE_TEXT, ", priority %.0f",
		    row->priority);
	if (row->cause != 0)
		x += grid_print(grid, y, x, ROLE_NOTICE, ", comes from F%lld",
		    (long long)row->cause);
	if (row->plan != 0)
		grid_print(grid, y, x, ROLE_TEXT, ", plan P%lld",
		    (long long)row->plan);
}

static void
draw_detail(const struct drover_fault_row *row, struct grid *grid, int y)
{
	char title[176];
	int x;

	snprintf(title, sizeof(title), "%s of %s %s", row->class,
	    row->target, row->device);
	grid_rule(grid, y, title);
	grid_print(grid, y + 1, 0, ROLE_STRONG, "%s", row->text);
	x = sign_draw(sign_fault_state(row->state), grid, y + 2, 0,
	    grid->width) + 1;
	x += 1 + sign_draw(sign_severity(row->severity), grid, y + 2, x,
	    grid->width - x);
	draw_weight(row, grid, y + 2, x);
	draw_history(row, grid, y + 3);
	grid_text(grid, y + 4, 0, grid->width, ROLE_DIM,
	    class_help(row->class));
	if (row->page[0] == '\0')
		return;
	x = grid_text(grid, y + 5, 0, grid->width, ROLE_TEXT,
	    "what to do: ");
	grid_print(grid, y + 5, x, ROLE_LINK, "%s(7)", row->page);
}

void
view_faults_draw(const struct model *model, const struct ui *ui,
    struct grid *grid)
{
	const struct item *here = list_here(&ui->list[ui->screen]);
	int detail = view_list_detail(ui);

	draw_titles(ui, grid, frame_top(ui));
	view_list_draw(model, ui, grid, frame_top(ui) + 1, draw_row,
	    "nothing is wrong");
	if (detail >= 0)
		draw_detail(fault_row(model, here), grid, detail);
}
