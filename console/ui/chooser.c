/* A box over the Nodes screen to choose columns from. */
#include <stdio.h>

#include "frame.h"
#include "node_columns.h"
#include "view.h"

#define BOX_WIDTH	60

static bool
is_chosen(const struct ui *ui, const struct model *model, int column)
{
	int chosen[UI_COLUMNS], i;
	int count = node_columns_chosen(ui, model, chosen);

	if (ui->chooser == CHOOSER_SORT)
		return ui->sort == column;
	for (i = 0; i < count; i++)
		if (chosen[i] == column)
			return true;
	return false;
}

static void
draw_row(const struct ui *ui, const struct model *model, struct grid *grid,
    int y, int x, int width, int column)
{
	int i;

	for (i = -1; i <= width; i++)
		grid_put(grid, y, x + i, ROLE_TEXT, ' ');
	if (column >= NODE_COLUMN_COUNT)
		return;
	if (is_chosen(ui, model, column))
		grid_glyph(grid, y, x + 2, ROLE_GOOD, GLYPH_CHOSEN);
	grid_text(grid, y, x + 4, 19, ROLE_NAME, node_column_name(column));
	grid_text(grid, y, x + 24, width - 25, ROLE_DIM,
	    node_column_help(column));
	if (column != ui->chooser_cursor)
		return;
	grid_glyph(grid, y, x, ROLE_KEY, GLYPH_CURSOR);
	for (i = 0; i < width && x + i < grid->width; i++)
		grid->cells[y * grid->width + x + i].selected = true;
}

void
chooser_draw(const struct ui *ui, const struct model *model,
    struct grid *grid)
{
	int width = grid->width < BOX_WIDTH + 4 ? grid->width : BOX_WIDTH;
	int x = (grid->width - width) / 2, y = frame_top(ui);
	int i, rows = frame_body(ui) - 1, top = 0;

	if (ui->chooser_cursor >= rows)
		top = ui->chooser_cursor - rows + 1;
	for (i = 0; i < width; i++)
		grid_glyph(grid, y, x + i, ROLE_RULE, GLYPH_RULE);
	grid_put(grid, y, x - 1, ROLE_TEXT, ' ');
	grid_put(grid, y, x + width, ROLE_TEXT, ' ');
	grid_text(grid, y, x + 2, width - 2, ROLE_STRONG,
	    ui->chooser == CHOOSER_SORT ?
	    " sort by: Enter chooses, Esc leaves " :
	    " columns: Space shows or hides, Esc leaves ");
	for (i = 0; i < rows; i++)
		draw_row(ui, model, grid, y + 1 + i, x, width, top + i);
}
