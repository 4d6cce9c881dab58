#include "view_list.h"

#include "frame.h"

static int
detail_rows(const struct ui *ui)
{
	return frame_body(ui) >= 14 ? VIEW_DETAIL_ROWS : 0;
}

int
view_list_page(const struct model *model, const struct ui *ui)
{
	(void)model;
	return frame_body(ui) - 1 - detail_rows(ui);
}

int
view_list_first(const struct model *model, const struct ui *ui)
{
	(void)model;
	return frame_top(ui) + 1;
}

int
view_list_detail(const struct ui *ui)
{
	if (detail_rows(ui) == 0 || list_here(&ui->list[ui->screen]) == NULL)
		return -1;
	return frame_top(ui) + frame_body(ui) - VIEW_DETAIL_ROWS;
}

void
view_list_draw(const struct model *model, const struct ui *ui,
    struct grid *grid, int y, view_row *draw, const char *nothing)
{
	const struct list *list = &ui->list[ui->screen];
	int i, line;

	for (i = 0; i < list->page && list->top + i < list->count; i++) {
		line = list->top + i;
		draw(model, &list->items[line], grid, y + i);
		if (ui->search[0] != '\0')
			grid_find(grid, y + i, ui->search, ROLE_FOUND);
		if (line != list->cursor || ui->plain)
			continue;
		grid_glyph(grid, y + i, 0, ROLE_KEY, GLYPH_CURSOR);
		grid_select(grid, y + i);
	}
	if (list->count == 0)
		grid_text(grid, y + 1, 2, grid->width - 2, ROLE_DIM,
		    ui->filter[ui->screen][0] != '\0' ?
		    "nothing passes the filter; Esc gives it up" : nothing);
}
