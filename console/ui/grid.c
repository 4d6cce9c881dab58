#include "grid.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static const struct {
	uint32_t	code;
	char		ascii;
} glyphs[GLYPHS] = {
#define GLYPH(NAME, code, ascii)	{code, ascii},
#include "glyphs.def"
#undef GLYPH
};

int
grid_resize(struct grid *grid, int width, int height)
{
	struct cell *cells;

	if (grid->cells != NULL && width == grid->width &&
	    height == grid->height)
		return 0;
	cells = calloc((size_t)width * (size_t)height + 1, sizeof(*cells));
	if (cells == NULL)
		return -ENOMEM;
	free(grid->cells);
	grid->cells = cells;
	grid->width = width;
	grid->height = height;
	grid_clear(grid);
	return 0;
}

void
grid_release(struct grid *grid)
{
	free(grid->cells);
	memset(grid, 0, sizeof(*grid));
}

void
grid_clear(struct grid *grid)
{
	int i, cells = grid->width * grid->height;

	for (i = 0; i < cells; i++)
		grid->cells[i] = (struct cell){' ', ROLE_TEXT, false};
}

static struct cell *
cell_at(const struct grid *grid, int y, int x)
{
	if (y < 0 || y >= grid->height || x < 0 || x >= grid->width)
		return NULL;
	return &grid->cells[y * grid->width + x];
}

/* A half of a wide character must not be left behind alone. */
static void
break_wide(struct grid *grid, int y, int x)
{
	struct cell *cell = cell_at(grid, y, x);
	struct cell *next = cell_at(grid, y, x + 1);
	struct cell *before = cell_at(grid, y, x - 1);

	if (cell->code == 0 && before != NULL)
		before->code = ' ';
	else if (next != NULL && next->code == 0)
		next->code = ' ';
}

void
grid_put(struct grid *grid, int y, int x, enum role role, uint32_t code)
{
	struct cell *cell = cell_at(grid, y, x);

	if (cell == NULL)
		return;
	if (code >= 0x7f && grid->mode == GLYPH_MODE_ASCII)
		code = '?';
	break_wide(grid, y, x);
	cell->code = code;
	cell->role = (uint8_t)role;
}

static void
put_wide(struct grid *grid, int y, int x, enum role role, uint32_t code)
{
	struct cell *right = cell_at(grid, y, x + 1);

	if (right == NULL || cell_at(grid, y, x) == NULL) {
		grid_put(grid, y, x, role, ' ');
		return;
	}
	grid_put(grid, y, x + 1, role, ' ');
	grid_put(grid, y, x, role, code);
	right->code = 0;
}

int
grid_glyph(struct grid *grid, int y, int x, enum role role,
    enum glyph glyph)
{
	bool ascii = grid->mode == GLYPH_MODE_ASCII;

	grid_put(grid, y, x, role, ascii ?
	    (uint32_t)glyphs[glyph].ascii : glyphs[glyph].code);
	return 1;
}

int
grid_text(struct grid *grid, int y, int x, int columns, enum role role,
    const char *text)
{
	bool ascii = grid->mode == GLYPH_MODE_ASCII;
	bool cut = text_columns(text, ascii) > columns;
	int used = 0, room = cut ? columns - 1 : columns;
	uint32_t code;

	if (columns <= 0)
		return 0;
	while ((code = text_next(&text)) != 0) {
		int wide = text_columns_of(code, ascii);

		if (used + wide > room)
			break;
		if (wide == 2)
			put_wide(grid, y, x + used, role, code);
		else if (wide == 1)
			grid_put(grid, y, x + used, role, code);
		used += wide;
	}
	if (cut)
		used += grid_glyph(grid, y, x + used, role, GLYPH_ELLIPSIS);
	return used;
}

int
grid_right(struct grid *grid, int y, int x, int columns, enum role role,
    const char *text)
{
	int used = text_columns(text, grid->mode == GLYPH_MODE_ASCII);

	if (used > columns)
		used = columns;
	return grid_text(grid, y, x + columns - used, used, role, text);
}

int
grid_print(struct grid *grid, int y, int x, enum role role,
    const char *format, ...)
{
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return grid_text(grid, y, x, grid->width - x, role, text);
}

void
grid_rule(struct grid *grid, int y, const char *title)
{
	int x;

	for (x = 0; x < grid->width; x++)
		grid_glyph(grid, y, x, ROLE_RULE, GLYPH_RULE);
	if (*title == '\0')
		return;
	grid_put(grid, y, 2, ROLE_RULE, ' ');
	x = 3 + grid_text(grid, y, 3, grid->width - 6, ROLE_STRONG, title);
	grid_put(grid, y, x, ROLE_RULE, ' ');
}

void
grid_select(struct grid *grid, int y)
{
	int x;

	for (x = 0; x < grid->width && cell_at(grid, y, x) != NULL; x++)
		cell_at(grid, y, x)->selected = true;
}

/* Does text stand at column x?  Returns its length in cells, or 0. */
static int
stands_at(const struct grid *grid, int y, int x, const char *text)
{
	uint32_t code;
	int length = 0;

	while ((code = text_next(&text)) != 0) {
		const struct cell *cell = cell_at(grid, y, x + length++);

		if (cell == NULL)
			return 0;
		if (cell->code == code)
			continue;
		if (code > 0x7f || cell->code > 0x7f ||
		    tolower((int)cell->code) != tolower((int)code))
			return 0;
	}
	return length;
}

void
grid_find(struct grid *grid, int y, const char *text, enum role role)
{
	int i, length, x;

	for (x = 0; *text != '\0' && x < grid->width; x++) {
		length = stands_at(grid, y, x, text);
		for (i = 0; i < length; i++)
			cell_at(grid, y, x + i)->role = (uint8_t)role;
	}
}

size_t
grid_line(const struct grid *grid, int y, char *text, size_t size)
{
	size_t end = 0, length = 0;
	int x;

	for (x = 0; x < grid->width && length + 5 < size + 1; x++) {
		const struct cell *cell = cell_at(grid, y, x);

		if (cell->code == 0)
			continue;
		length += text_encode(cell->code, text + length);
		if (cell->code != ' ')
			end = length;
	}
	text[end] = '\0';
	return end;
}
