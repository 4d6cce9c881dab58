/* The Audit screen: who did what, and what came of it, newest first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"
#include "list.h"
#include "sign.h"
#include "text.h"
#include "view.h"
#include "view_list.h"

/* A row, or the line after the last one. */
enum kind { KIND_ROW, KIND_OLDER };

/* Only so many are in the segment. */
static const char older[] = "older ones: Enter, or droverctl audit";

/* The text of each numbered reply. */
static const struct {
	int64_t		 number;
	const char	*text;
} replies[] = {
#define REPLY(number, NAME, http, text)	{number, text},
#include <drover/tables/replies.def>
#undef REPLY
};
#define REPLIES	(sizeof(replies) / sizeof(replies[0]))

static const char *
reply_text(int64_t number)
{
	size_t i;

	for (i = 0; i < REPLIES; i++)
		if (replies[i].number == number)
			return replies[i].text;
	return "";
}

static const struct drover_audit_row *
audit_row(const struct model *model, const struct item *item)
{
	return model_row(model, DROVER_TABLE_AUDIT, item->index);
}

static void
audit_text(const struct drover_audit_row *row, char *text, size_t size)
{
	snprintf(text, size, "%s %s %s %s %lld %s %s %s",
	    sign_reply(row->reply).word, row->actor, row->verb, row->object,
	    (long long)row->reply, row->before, row->after, row->note);
}

/* By entry of the log, the newest first, and within it as they stand. */
static int
compare(const void *one, const void *other, void *context)
{
	const struct drover_audit_row *a = audit_row(context, one);
	const struct drover_audit_row *b = audit_row(context, other);

	if (a->id != b->id)
		return a->id < b->id ? 1 : -1;
	return (a->n > b->n) - (a->n < b->n);
}

void
view_audit_items(const struct model *model, const struct ui *ui,
    struct list *list)
{
	const struct model_table *table = &model->table[DROVER_TABLE_AUDIT];
	const struct drover_audit_row *row;
	char text[1024];
	uint32_t slot;

	list_clear(list);
	for (slot = 0; slot < table->slots; slot++) {
		row = model_row(model, DROVER_TABLE_AUDIT, slot);
		if (row == NULL)
			continue;
		audit_text(row, text, sizeof(text));
		/* A key is never 0: that is the top, whatever stands there. */
		if (text_contains(text, ui->filter[SCREEN_AUDIT]))
			list_add(list, KIND_ROW, slot, ((uint64_t)row->id <<
			    8 | (uint8_t)row->n) + 1);
	}
	if (list->count == 0)
		return;
	qsort_r(list->items, (size_t)list->count, sizeof(*list->items),
	    compare, (void *)model);
	if (ui->filter[SCREEN_AUDIT][0] == '\0')
		list_add(list, KIND_OLDER, UINT32_MAX, UINT64_MAX);
}

void
view_audit_text(const struct model *model, const struct ui *ui,
    const struct item *item, char *text, size_t size)
{
	const struct drover_audit_row *row = audit_row(model, item);

	(void)ui;
	snprintf(text, size, "%s", older);
	if (row != NULL)
		audit_text(row, text, size);
}

/* "before -> after"; of a refusal its number and what it is about. */
static void
draw_change(const struct drover_audit_row *row, struct grid *grid, int y,
    int x)
{
	if (row->reply >= 3000) {
		x += 1 + grid_print(grid, y, x, ROLE_MINOR, "%lld",
		    (long long)row->reply);
		x += grid_text(grid, y, x, grid->width - x, ROLE_MINOR,
		    reply_text(row->reply));
		if (row->note[0] != '\0')
			grid_print(grid, y, x, ROLE_TEXT, ": %s", row->note);
		return;
	}
	if (row->before[0] == '\0' && row->after[0] == '\0') {
		grid_text(grid, y, x, grid->width - x, ROLE_DIM,
		    reply_text(row->reply));
		return;
	}
	x += grid_text(grid, y, x, grid->width - x, ROLE_DIM,
	    row->before[0] != '\0' ? row->before : "-");
	grid_put(grid, y, x, ROLE_TEXT, ' ');
	grid_glyph(grid, y, x + 1, ROLE_DIM, GLYPH_ARROW);
	x += 3;
	grid_text(grid, y, x, grid->width - x, ROLE_TEXT,
	    row->after[0] != '\0' ? row->after : "-");
}

static void
draw_row(const struct drover_audit_row *row, struct grid *grid, int y)
{
	struct sign sign = sign_reply(row->reply);
	char when[FORMAT_BYTES];
	int x = 2;

	if (grid->width < VIEW_WIDE) {
		format_clock(when, row->time);
		x += 1 + grid_text(grid, y, x, 8, ROLE_DIM, when);
		x += 1 + grid_glyph(grid, y, x, sign.role, sign.glyph);
		x += 1 + grid_text(grid, y, x, 13, ROLE_TEXT, row->verb);
		grid_text(grid, y, x, grid->width - x, ROLE_NAME,
		    row->object);
		return;
	}
	format_date(when, row->time);
	grid_text(grid, y, x, 15, ROLE_DIM, when);
	grid_glyph(grid, y, x + 16, sign.role, sign.glyph);
	grid_text(grid, y, x + 18, 9, ROLE_NAME, row->actor);
	grid_text(grid, y, x + 28, 13, ROLE_TEXT, row->verb);
	x += 42;
	x += 1 + grid_text(grid, y, x, 24, ROLE_NAME, row->object);
	draw_change(row, grid, y, x);
}

static void
draw_titles(const struct ui *ui, struct grid *grid, int y)
{
	if (ui->width < VIEW_WIDE) {
		grid_text(grid, y, 2, 8, ROLE_HEAD, "WHEN");
		grid_text(grid, y, 13, 24, ROLE_HEAD, "WHAT, OBJECT");
		return;
	}
	grid_text(grid, y, 2, 15, ROLE_HEAD, "WHEN");
	grid_text(grid, y, 20, 9, ROLE_HEAD, "WHO");
	grid_text(grid, y, 30, 13, ROLE_HEAD, "WHAT");
	grid_text(grid, y, 44, 36, ROLE_HEAD, "OBJECT, BEFORE, AFTER");
}

static void
draw_outcome(const struct drover_audit_row *row, struct grid *grid, int y)
{
	struct sign sign = sign_reply(row->reply);
	int x = sign_draw(sign, grid, y, 0, grid->width) + 1;

	if (row->reply < 3000) {
		grid_print(grid, y, x, ROLE_DIM, "%s",
		    row->reply == 1000 ? "" : reply_text(row->reply));
		return;
	}
	x += grid_print(grid, y, x, sign.role, "%lld %s",
	    (long long)row->reply, reply_text(row->reply));
	if (row->have != 0 || row->need != 0)
		grid_print(grid, y, x, ROLE_TEXT, ": have %lld, need %lld",
		    (long long)row->have, (long long)row->need);
}

static void
draw_detail(const struct drover_audit_row *row, struct grid *grid, int y)
{
	char title[128], when[FORMAT_BYTES];

	snprintf(title, sizeof(title), "%s %s", row->verb, row->object);
	grid_rule(grid, y, title);
	format_date(when, row->time);
	grid_print(grid, y + 1, 0, ROLE_TEXT, "%s by %s%s%s, entry %lld",
	    when, row->actor, row->origin[0] != '\0' ? ", " : "",
	    row->origin, (long long)row->id);
	draw_outcome(row, grid, y + 2);
	if (row->reply >= 3000) {
		grid_text(grid, y + 3, 0, grid->width, ROLE_STRONG,
		    row->note);
		return;
	}
	grid_print(grid, y + 3, 0, ROLE_DIM, "before: %s",
	    row->before[0] != '\0' ? row->before : "-");
	grid_print(grid, y + 4, 0, ROLE_TEXT, "after:  %s",
	    row->after[0] != '\0' ? row->after : "-");
	if (row->note[0] != '\0')
		grid_print(grid, y + 5, 0, ROLE_STRONG, "reason: %s",
		    row->note);
}

static void
draw_item(const struct model *model, const struct item *item,
    struct grid *grid, int y)
{
	if (item->kind == KIND_OLDER)
		grid_text(grid, y, 2, grid->width - 2, ROLE_DIM, older);
	else
		draw_row(audit_row(model, item), grid, y);
}

void
view_audit_draw(const struct model *model, const struct ui *ui,
    struct grid *grid)
{
	const struct item *here = list_here(&ui->list[ui->screen]);
	int detail = view_list_detail(ui);

	draw_titles(ui, grid, frame_top(ui));
	view_list_draw(model, ui, grid, frame_top(ui) + 1, draw_item,
	    "nobody has done anything yet");
	if (detail >= 0 && here->kind == KIND_ROW)
		draw_detail(audit_row(model, here), grid, detail);
}
