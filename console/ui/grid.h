/*
 * A screen as cells: what the views make and what the terminal, the plain
 * output and the tests take.  A cell is a code point and a role; nothing
 * here knows a terminal.  Drawing outside the grid is clipped.
 */
#ifndef DROVER_UI_GRID_H
#define DROVER_UI_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum role {
#define ROLE(NAME, ...)	ROLE_##NAME,
#include "roles.def"
#undef ROLE
	ROLES
};

enum glyph {
#define GLYPH(NAME, code, ascii)	GLYPH_##NAME,
#include "glyphs.def"
#undef GLYPH
	GLYPHS
};

/* How curves and signs are drawn: NAME, name. */
#define GLYPH_MODES(MODE)						\
	MODE(BRAILLE, "braille")					\
	MODE(SEXTANT, "sextant")					\
	MODE(BLOCK, "block")						\
	MODE(ASCII, "ascii")

enum glyph_mode {
#define GLYPH_MODE(NAME, name)	GLYPH_MODE_##NAME,
	GLYPH_MODES(GLYPH_MODE)
#undef GLYPH_MODE
	GLYPH_MODE_COUNT
};

struct cell {
	uint32_t	code;		/* 0: right half of a wide one */
	uint8_t		role;
	bool		selected;	/* the row under the cursor */
};

struct grid {
	int		 width;
	int		 height;
	enum glyph_mode	 mode;
	struct cell	*cells;
};

/* Returns 0 or -ENOMEM; an all-zero grid may be resized or released. */
int	grid_resize(struct grid *grid, int width, int height);
void	grid_release(struct grid *grid);
void	grid_clear(struct grid *grid);

/*
 * Text from column x on, at most columns wide; text that is longer ends in
 * an ellipsis.  Returns the columns used.
 */
int	grid_text(struct grid *grid, int y, int x, int columns,
	    enum role role, const char *text);
int	grid_right(struct grid *grid, int y, int x, int columns,
	    enum role role, const char *text);
int	grid_print(struct grid *grid, int y, int x, enum role role,
	    const char *format, ...) __attribute__((format(printf, 5, 6)));
void	grid_put(struct grid *grid, int y, int x, enum role role,
	    uint32_t code);
int	grid_glyph(struct grid *grid, int y, int x, enum role role,
	    enum glyph glyph);
/* A rule across the row with a title in it. */
void	grid_rule(struct grid *grid, int y, const char *title);
void	grid_select(struct grid *grid, int y);
/* Give every place where text stands in the row another role. */
void	grid_find(struct grid *grid, int y, const char *text,
	    enum role role);

/* Row y as UTF-8 without trailing blanks; returns its length in bytes. */
size_t	grid_line(const struct grid *grid, int y, char *text, size_t size);
/* Bytes that hold any line of a grid of this width. */
#define GRID_LINE_BYTES(width)	((size_t)(width) * 4 + 1)

#endif
