/* Sections as they look on the Node and Consensus screens. */
#include <math.h>

#include "sections.h"

#define NOTE_LEAST	8	/* fewer columns would say nothing */

/* A symbol, a blank, the longest word and another blank. */
static int
sign_width(const struct section *section)
{
	if (section->sign == NULL)
		return 0;
	if (section->table == DROVER_TABLE_HOLD)
		return 14;
	return section->table == DROVER_TABLE_MEMBER ? 12 : 11;
}

void
section_draw_title(const struct section *section, bool folded,
    struct grid *grid, int y)
{
	int i, x;

	grid_glyph(grid, y, 1, ROLE_RULE, folded ? GLYPH_CLOSED :
	    GLYPH_OPEN);
	grid_text(grid, y, 3, grid->width - 3, ROLE_HEAD, section->title);
	if (section->fields == NULL || folded)
		return;
	x = 3 + SECTION_NAME_WIDTH + sign_width(section);
	for (i = 0; i < section->field_count; i++) {
		if (x + section->fields[i].width > grid->width)
			return;
		grid_right(grid, y, x, section->fields[i].width, ROLE_DIM,
		    section->fields[i].title);
		x += section->fields[i].width + 1;
	}
	grid_text(grid, y, x + 1, grid->width - x - 1, ROLE_DIM,
	    section->note_title);
}

static int
draw_field(const struct field *field, const void *row, int64_t now_ns,
    struct grid *grid, int y, int x)
{
	char text[FORMAT_BYTES];
	double value = field_value(field, row, now_ns);

	format_short(text, value, field->unit);
	grid_right(grid, y, x, field->width, isnan(value) ? ROLE_DIM :
	    ROLE_TEXT, text);
	return field->width + 1;
}

void
section_draw_row(const struct section *section, const struct model *model,
    uint32_t i, struct grid *grid, int y)
{
	const void *row = model_row(model, section->table, i);
	char note[SECTION_NOTE_BYTES];
	int field, x = 3;

	grid_text(grid, y, x, SECTION_NAME_WIDTH - 1, ROLE_NAME,
	    section_row_name(section, model, i));
	x += SECTION_NAME_WIDTH;
	if (section->sign != NULL)
		sign_draw(section->sign(row), grid, y, x,
		    sign_width(section) - 1);
	x += sign_width(section);
	for (field = 0; field < section->field_count &&
	    x + section->fields[field].width <= grid->width; field++)
		x += draw_field(&section->fields[field], row, model->now_ns,
		    grid, y, x);
	section_row_note(section, model, i, note);
	if (grid->width - x >= NOTE_LEAST)
		grid_text(grid, y, x + 1, grid->width - x - 1, ROLE_DIM,
		    note);
}
