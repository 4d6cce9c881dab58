/* Keys while the columns of the Nodes screen are being chosen. */
#include <string.h>

#include "chooser.h"
#include "frame.h"
#include "keys.h"
#include "node_columns.h"

static void
choose_column(struct ui *ui, const struct model *model, int column)
{
	int chosen[UI_COLUMNS], i;
	int count = node_columns_chosen(ui, model, chosen);

	for (i = 0; i < count && chosen[i] != column; i++)
		;
	if (i < count) {
		memmove(chosen + i, chosen + i + 1,
		    (size_t)(--count - i) * sizeof(*chosen));
	} else if (count < UI_COLUMNS) {
		/* The curve stays at the right, where it has room. */
		i = count > 0 && chosen[count - 1] == NODE_COLUMN_TREND ?
		    count - 1 : count;
		memmove(chosen + i + 1, chosen + i,
		    (size_t)(count++ - i) * sizeof(*chosen));
		chosen[i] = column;
	} else {
		ui_say(ui, true, "no more than %d columns", UI_COLUMNS);
	}
	memcpy(ui->columns, chosen, sizeof(chosen));
	ui->column_count = count;
	ui->want |= WANT_SAVE;
}

static void
choose_sort(struct ui *ui, int column)
{
	if (column == NODE_COLUMN_TREND)
		return;
	if (column == ui->sort)
		ui->descending = !ui->descending;
	else
		ui->descending = !node_column_is_text(column);
	ui->sort = column;
	ui->list[SCREEN_NODES].frozen = 0;
	ui->chooser = CHOOSER_NONE;
	ui->want |= WANT_SAVE;
}

void
chooser_key(struct ui *ui, const struct model *model, uint32_t code)
{
	enum key key = key_find(code, SCREEN_NODES);
	int page = frame_body(ui) - 2;

	if (key == KEY_UP || code == KEY_CODE_WHEEL_UP)
		ui->chooser_cursor--;
	else if (key == KEY_DOWN || code == KEY_CODE_WHEEL_DOWN)
		ui->chooser_cursor++;
	else if (key == KEY_PAGE_UP)
		ui->chooser_cursor -= page;
	else if (key == KEY_PAGE_DOWN)
		ui->chooser_cursor += page;
	else if (key == KEY_HOME)
		ui->chooser_cursor = 0;
	else if (key == KEY_END)
		ui->chooser_cursor = NODE_COLUMN_COUNT - 1;
	else if (key == KEY_BACK || key == KEY_QUIT || key == KEY_COLUMNS)
		ui->chooser = CHOOSER_NONE;
	else if (ui->chooser == CHOOSER_COLUMNS &&
	    (key == KEY_MARK || key == KEY_ENTER))
		choose_column(ui, model, ui->chooser_cursor);
	else if (key == KEY_ENTER || key == KEY_SORT || key == KEY_MARK)
		choose_sort(ui, ui->chooser_cursor);
	if (ui->chooser_cursor < 0)
		ui->chooser_cursor = 0;
	if (ui->chooser_cursor >= NODE_COLUMN_COUNT)
		ui->chooser_cursor = NODE_COLUMN_COUNT - 1;
}

void
chooser_open(struct ui *ui, enum chooser_mode mode)
{
	ui->chooser = mode;
	ui->chooser_cursor = mode == CHOOSER_SORT ? ui->sort : 0;
}
