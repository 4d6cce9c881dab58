/* From a key to what it does. */
#ifndef DROVER_UI_ACT_H
#define DROVER_UI_ACT_H

#include "model.h"
#include "ui.h"

/*
 * A key was pressed; y and x are the place of a click or a turn of the
 * wheel.  The lists must have been settled.
 */
void	act_key(struct ui *ui, const struct model *model, uint32_t code,
	    int y, int x);

/* Go to the next place that contains what is searched for. */
void	act_find(struct ui *ui, const struct model *model, bool from_here);

/* The page in want_page was loaded into ui->manual: show it. */
void	act_page_loaded(struct ui *ui, const char *former, int top);

#endif
