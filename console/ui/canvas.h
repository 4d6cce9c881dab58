/*
 * Dots, several of them in a cell: braille has two by four of them, a
 * sextant two by three, a block two by two, ASCII one.  A canvas is a part
 * of a grid; dots of curves win over dots of bands, and a later curve gives
 * a cell its role.
 */
#ifndef DROVER_UI_CANVAS_H
#define DROVER_UI_CANVAS_H

#include <stdbool.h>
#include <stdint.h>

#include "grid.h"

struct canvas_cell {
	uint8_t	line;		/* dots, by row and then column */
	uint8_t	band;
	uint8_t	role;
	char	letter;		/* of a curve, in ASCII */
};

struct canvas {
	struct canvas_cell	*cells;
	int			 width;		/* cells */
	int			 height;
	int			 across;	/* dots in a cell */
	int			 down;
	enum glyph_mode		 mode;
};

/* -ENOMEM. */
int	canvas_init(struct canvas *canvas, enum glyph_mode mode, int width,
	    int height);
void	canvas_release(struct canvas *canvas);
/* Dots of that many cells. */
int	canvas_across(enum glyph_mode mode);

/* Dots count from the top left; outside they are left out. */
void	canvas_dot(struct canvas *canvas, int x, int y, enum role role,
	    char letter);
void	canvas_band(struct canvas *canvas, int x, int y);
/* Every dot from one height to the other. */
void	canvas_column(struct canvas *canvas, int x, int from, int to,
	    enum role role, char letter);
void	canvas_draw(const struct canvas *canvas, struct grid *grid, int y,
	    int x);

#endif
