/* What stands around every screen: header, tabs, key bar or prompt. */
#ifndef DROVER_UI_FRAME_H
#define DROVER_UI_FRAME_H

#include "grid.h"
#include "model.h"
#include "ui.h"

/* First row of the body, and its rows. */
int	frame_top(const struct ui *ui);
int	frame_body(const struct ui *ui);

void	frame_draw(const struct ui *ui, const struct model *model,
	    struct grid *grid);
/* Column of the cursor in the prompt, -1 when nothing is being typed. */
int	frame_prompt_column(const struct ui *ui);
/* The screen whose tab stands at a place, or -1. */
int	frame_tab_at(const struct ui *ui, const struct model *model, int y,
	    int x);

#endif
