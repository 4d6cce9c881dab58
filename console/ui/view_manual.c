/* The Manual screen: a man page with links to follow. */
#include <stdio.h>
#include <string.h>

#include "frame.h"
#include "list.h"
#include "text.h"
#include "view.h"

void
view_manual_items(const struct model *model, const struct ui *ui,
    struct list *list)
{
	(void)model;
	list->count = ui->manual.line_count;
}

int
view_manual_page(const struct model *model, const struct ui *ui)
{
	(void)model;
	return frame_body(ui);
}

int
view_manual_first(const struct model *model, const struct ui *ui)
{
	(void)model;
	return frame_top(ui);
}

void
view_manual_text(const struct model *model, const struct ui *ui,
    const struct item *item, char *text, size_t size)
{
	(void)model;
	snprintf(text, size, "%s", ui->manual.lines[item->index].text);
}

static enum role
role_of(unsigned char style)
{
	if (style & MANUAL_BOLD)
		return ROLE_STRONG;
	return style & MANUAL_UNDERLINE ? ROLE_EMPHASIS : ROLE_TEXT;
}

static void
draw_line(const struct manual_line *line, struct grid *grid, int y, int left)
{
	const char *text = line->text;
	int x = left;
	uint32_t code;

	while (*text != '\0') {
		enum role role = role_of(line->style[text - line->text]);
		char one[5] = {0};

		code = text_next(&text);
		text_encode(code, one);
		x += grid_text(grid, y, x, grid->width - x, role, one);
	}
}

static void
draw_links(const struct ui *ui, struct grid *grid, int left)
{
	const struct manual *manual = &ui->manual;
	const struct list *list = &ui->list[SCREEN_MANUAL];
	int column, i, y;

	for (i = 0; i < manual->link_count; i++) {
		const struct manual_link *link = &manual->links[i];

		if (link->line < list->top ||
		    link->line >= list->top + list->page)
			continue;
		y = frame_top(ui) + link->line - list->top;
		for (column = 0; column < link->columns; column++) {
			int x = left + link->column + column;

			if (x < grid->width)
				grid->cells[y * grid->width + x].role =
				    i == ui->link ? ROLE_LINK_HERE :
				    ROLE_LINK;
		}
	}
}

void
view_manual_draw(const struct model *model, const struct ui *ui,
    struct grid *grid)
{
	const struct manual *manual = &ui->manual;
	const struct list *list = &ui->list[SCREEN_MANUAL];
	int i, left, y = frame_top(ui);

	(void)model;
	if (manual->line_count == 0) {
		grid_text(grid, y + 1, 2, grid->width - 2, ROLE_DIM,
		    "no page; :man PAGE reads one");
		return;
	}
	left = grid->width > manual->width ?
	    (grid->width - manual->width) / 2 : 0;
	for (i = 0; i < list->page && list->top + i < list->count; i++)
		draw_line(&manual->lines[list->top + i], grid, y + i, left);
	draw_links(ui, grid, left);
	for (i = 0; i < list->page && ui->search[0] != '\0'; i++)
		grid_find(grid, y + i, ui->search, ROLE_FOUND);
}
