#include "canvas.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Dots of a cell across and down. */
static const struct {
	int	across;
	int	down;
} shape[GLYPH_MODE_COUNT] = {
	[GLYPH_MODE_BRAILLE] = { 2, 4 },
	[GLYPH_MODE_SEXTANT] = { 2, 3 },
	[GLYPH_MODE_BLOCK] = { 2, 2 },
	[GLYPH_MODE_ASCII] = { 1, 1 },
};

int
canvas_across(enum glyph_mode mode)
{
	return shape[mode].across;
}

int
canvas_init(struct canvas *canvas, enum glyph_mode mode, int width,
    int height)
{
	canvas->mode = mode;
	canvas->width = width;
	canvas->height = height;
	canvas->across = shape[mode].across;
	canvas->down = shape[mode].down;
	canvas->cells = calloc((size_t)width * (size_t)height + 1,
	    sizeof(*canvas->cells));
	return canvas->cells == NULL ? -ENOMEM : 0;
}

void
canvas_release(struct canvas *canvas)
{
	free(canvas->cells);
	memset(canvas, 0, sizeof(*canvas));
}

/* The cell of a dot and its bit; NULL: outside. */
static struct canvas_cell *
cell_of(struct canvas *canvas, int x, int y, uint8_t *bit)
{
	if (x < 0 || y < 0 || x >= canvas->width * canvas->across ||
	    y >= canvas->height * canvas->down)
		return NULL;
	*bit = (uint8_t)(1 << (y % canvas->down * canvas->across +
	    x % canvas->across));
	return &canvas->cells[y / canvas->down * canvas->width +
	    x / canvas->across];
}

void
canvas_dot(struct canvas *canvas, int x, int y, enum role role, char letter)
{
	uint8_t bit;
	struct canvas_cell *cell = cell_of(canvas, x, y, &bit);

	if (cell == NULL)
		return;
	cell->line |= bit;
	cell->role = (uint8_t)role;
	cell->letter = letter;
}

/* Every other one: a band is seen through. */
void
canvas_band(struct canvas *canvas, int x, int y)
{
	uint8_t bit;
	struct canvas_cell *cell = cell_of(canvas, x, y, &bit);

	if (cell != NULL && (canvas->mode == GLYPH_MODE_ASCII ||
	    (x + y) % 2 == 0))
		cell->band |= bit;
}

void
canvas_column(struct canvas *canvas, int x, int from, int to,
    enum role role, char letter)
{
	int step = from <= to ? 1 : -1, y;

	for (y = from; y != to; y += step)
		canvas_dot(canvas, x, y, role, letter);
	canvas_dot(canvas, x, to, role, letter);
}

static uint32_t
braille(uint8_t dots)
{
	/* Dot numbers 1 to 6 go down the columns, 7 and 8 came later. */
	static const uint8_t order[8] = { 0x01, 0x08, 0x02, 0x10, 0x04, 0x20,
		0x40, 0x80 };
	uint32_t code = 0x2800;
	int i;

	for (i = 0; i < 8; i++)
		if ((dots >> i & 1) != 0)
			code |= order[i];
	return code;
}

/* U+1FB00 on, in the order of the dots, without those that are older. */
static uint32_t
sextant(uint8_t dots)
{
	if (dots == 0x3f)
		return 0x2588;
	if (dots == 0x15)
		return 0x258c;
	if (dots == 0x2a)
		return 0x2590;
	return 0x1fb00U + dots - 1U - (dots > 0x15) - (dots > 0x2a);
}

static uint32_t
quadrant(uint8_t dots)
{
	static const uint16_t codes[16] = { ' ', 0x2598, 0x259d, 0x2580,
		0x2596, 0x258c, 0x259e, 0x259b, 0x2597, 0x259a, 0x2590,
		0x259c, 0x2584, 0x2599, 0x259f, 0x2588 };

	return codes[dots];
}

static uint32_t
code_of(enum glyph_mode mode, uint8_t dots, char letter)
{
	switch (mode) {
	case GLYPH_MODE_BRAILLE:
		return braille(dots);
	case GLYPH_MODE_SEXTANT:
		return sextant(dots);
	case GLYPH_MODE_BLOCK:
		return quadrant(dots);
	default:
		return (uint32_t)letter;
	}
}

void
canvas_draw(const struct canvas *canvas, struct grid *grid, int y, int x)
{
	const struct canvas_cell *cell;
	int row, column;

	for (row = 0; row < canvas->height; row++)
		for (column = 0; column < canvas->width; column++) {
			cell = &canvas->cells[row * canvas->width + column];
			if (cell->line != 0)
				grid_put(grid, y + row, x + column,
				    (enum role)cell->role, code_of(
				    canvas->mode, cell->line, cell->letter));
			else if (cell->band != 0)
				grid_put(grid, y + row, x + column,
				    ROLE_BAND, code_of(canvas->mode,
				    cell->band, ':'));
		}
}
