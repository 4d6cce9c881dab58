/* A model and a screen as the tests of the console begin with. */
#ifndef DROVER_TESTS_UI_STAGE_H
#define DROVER_TESTS_UI_STAGE_H

#include "console/ui/grid.h"
#include "console/ui/model.h"
#include "console/ui/ui.h"

struct stage {
	struct model	model;
	struct ui	ui;
	struct grid	grid;
};

/* The cluster of fixture.h on a screen of that size. */
void	stage_open(struct stage *stage, int width, int height,
	    enum glyph_mode mode);
void	stage_close(struct stage *stage);
void	stage_draw(struct stage *stage);
/* Type keys, each character one; draws afterwards. */
void	stage_type(struct stage *stage, const char *keys);
void	stage_key(struct stage *stage, uint32_t code);
/* Is the text somewhere on the screen? */
bool	stage_shows(struct stage *stage, const char *text);
/* The row of the screen that shows it, or -1. */
int	stage_row_of(struct stage *stage, const char *text);

#endif
