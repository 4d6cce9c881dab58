/*
 * What screens share that list rows of one table over the details of the
 * one under the cursor.  Pure, like every view.
 */
#ifndef DROVER_UI_VIEW_LIST_H
#define DROVER_UI_VIEW_LIST_H

#include "grid.h"
#include "list.h"
#include "model.h"
#include "ui.h"

#define VIEW_DETAIL_ROWS	6
#define VIEW_WIDE		60	/* columns from which all is shown */

typedef void	view_row(const struct model *model, const struct item *item,
	    struct grid *grid, int y);

/* As page and first of struct view: one line of titles is above. */
int	view_list_page(const struct model *model, const struct ui *ui);
int	view_list_first(const struct model *model, const struct ui *ui);
/* The rows from line y on; nothing: what to say when there are none. */
void	view_list_draw(const struct model *model, const struct ui *ui,
	    struct grid *grid, int y, view_row *draw, const char *nothing);
/* The first line of the details; -1: there is no room, or no row. */
int	view_list_detail(const struct ui *ui);

#endif
