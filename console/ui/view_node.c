/* The Node screen: everything known of one node, in sections. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "frame.h"
#include "list.h"
#include "sections.h"
#include "sign.h"
#include "text.h"
#include "view.h"

#define NAME_WIDTH	18
#define VALUE_WIDTH	10
#define RATE_WIDTH	9
#define NOTE_LEAST	8	/* fewer columns would say nothing */

/* An item's kind is its section; index -1 is the title of the section. */
#define TITLE		UINT32_MAX

/* Is there room for a column that says what each metric means? */
static bool
has_help(int width)
{
	return width >= 110;
}

/* Otherwise it stands at the foot, for what is under the cursor. */
static bool
has_hint(const struct ui *ui)
{
	return !has_help(ui->width) && frame_body(ui) >= 12 && !ui->plain;
}

static uint64_t
section_key(int section)
{
	return text_hash(TEXT_HASH_START, sections[section].title);
}

static bool
passes(const struct model *model, const struct ui *ui, int section,
    uint32_t index)
{
	struct item item = {(uint32_t)section, index, 0};
	char text[512];

	view_node_text(model, ui, &item, text, sizeof(text));
	return text_contains(text, ui->filter[SCREEN_NODE]);
}

static void
add_section(const struct model *model, const struct ui *ui,
    struct list *list, const char *node, int section)
{
	const struct section *part = &sections[section];
	uint64_t key = section_key(section);
	uint32_t i, count = section_rows(part, model);
	int before = list->count;

	list_add(list, (uint32_t)section, TITLE, key);
	if (ui_has(ui->turned, ui->turned_count, key))
		return;
	for (i = part->first; i < count; i++)
		if (section_has(part, model, node, i) &&
		    passes(model, ui, section, i))
			list_add(list, (uint32_t)section, i,
			    text_hash(key, section_row_name(part, model, i)));
	/* A section with nothing in it is not shown. */
	if (list->count == before + 1)
		list->count = before;
}

void
view_node_items(const struct model *model, const struct ui *ui,
    struct list *list)
{
	const struct drover_node_row *node = ui_node(ui, model);
	int i;

	list_clear(list);
	for (i = 0; node != NULL && i < SECTIONS; i++)
		add_section(model, ui, list, node->name, i);
}

int
view_node_page(const struct model *model, const struct ui *ui)
{
	(void)model;
	return frame_body(ui) - 1 - has_hint(ui);
}

int
view_node_first(const struct ui *ui)
{
	return frame_top(ui) + 1;
}

void
view_node_text(const struct model *model, const struct ui *ui,
    const struct item *item, char *text, size_t size)
{
	const struct section *part = &sections[item->kind];

	(void)ui;
	if (item->index == TITLE)
		snprintf(text, size, "%s", part->title);
	else
		snprintf(text, size, "%s %s",
		    section_row_name(part, model, item->index),
		    section_row_note(part, model, item->index));
}

static void
draw_title(const struct ui *ui, const struct section *part, int section,
    struct grid *grid, int y)
{
	bool folded = ui_has(ui->turned, ui->turned_count,
	    section_key(section));
	int i, x;

	grid_glyph(grid, y, 1, ROLE_RULE, folded ? GLYPH_CLOSED :
	    GLYPH_OPEN);
	grid_text(grid, y, 3, grid->width - 3, ROLE_HEAD, part->title);
	if (part->fields == NULL || folded)
		return;
	x = 3 + NAME_WIDTH + (part->sign != NULL ? 11 : 0);
	for (i = 0; i < part->field_count; i++) {
		if (x + part->fields[i].width > grid->width)
			return;
		grid_right(grid, y, x, part->fields[i].width, ROLE_DIM,
		    part->fields[i].title);
		x += part->fields[i].width + 1;
	}
	grid_text(grid, y, x + 1, grid->width - x - 1, ROLE_DIM,
	    part->note_title);
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

static void
draw_object(const struct model *model, const struct section *part,
    uint32_t index, struct grid *grid, int y)
{
	const void *row = model_row(model, part->table, index);
	int i, x = 3;

	grid_text(grid, y, x, NAME_WIDTH - 1, ROLE_NAME,
	    section_row_name(part, model, index));
	x += NAME_WIDTH;
	if (part->sign != NULL) {
		sign_draw(part->sign(row), grid, y, x, 10);
		x += 11;
	}
	for (i = 0; i < part->field_count &&
	    x + part->fields[i].width <= grid->width; i++)
		x += draw_field(&part->fields[i], row, model->now_ns, grid,
		    y, x);
	if (grid->width - x >= NOTE_LEAST)
		grid_text(grid, y, x + 1, grid->width - x - 1, ROLE_DIM,
		    section_row_note(part, model, index));
}

static void
draw_metric(const struct model *model, const struct ui *ui,
    const struct drover_node_row *node, uint32_t index, struct grid *grid,
    int y)
{
	const struct metric *metric = &node_metrics[index];
	const struct trend *trend = trend_of(&model->trends,
	    model_node_hash(node->name));
	double value = metric_value(metric, node);
	int columns = has_help(grid->width) ? 24 : 32, x = 3;
	char text[FORMAT_BYTES];

	grid_text(grid, y, x, NAME_WIDTH - 1, ROLE_TEXT, metric->title);
	x += NAME_WIDTH;
	format_long(text, value, metric->unit);
	grid_right(grid, y, x, VALUE_WIDTH, isnan(value) ? ROLE_DIM :
	    ROLE_NAME, text);
	x += VALUE_WIDTH + 1;
	if (metric->semantics == DROVER_SEMANTICS_COUNTER && trend != NULL &&
	    isfinite(trend->rate[index])) {
		format_long(text, trend->rate[index], UNIT_per_s);
		grid_right(grid, y, x, RATE_WIDTH, ROLE_TEXT, text);
	}
	x += RATE_WIDTH + 2;
	if (!ui->plain && !isnan(value)) {
		trend_draw(trend, (enum node_metric)index, grid, y, x,
		    grid->width - x < columns ? grid->width - x : columns);
	}
	if (!has_help(grid->width) && !ui->plain)
		return;
	x += ui->plain ? 0 : columns + 2;
	grid_text(grid, y, x, grid->width - x, ROLE_DIM, metric->help);
}

static void
draw_item(const struct model *model, const struct ui *ui,
    const struct drover_node_row *node, const struct item *item,
    struct grid *grid, int y)
{
	const struct section *part = &sections[item->kind];

	if (item->index == TITLE)
		draw_title(ui, part, (int)item->kind, grid, y);
	else if (part->fields == NULL)
		draw_metric(model, ui, node, item->index, grid, y);
	else
		draw_object(model, part, item->index, grid, y);
}

static void
draw_head(const struct drover_node_row *node, struct grid *grid, int y)
{
	int x = 1;

	x += 2 + grid_text(grid, y, x, 24, ROLE_NAME, node->name);
	x += 2 + sign_draw(sign_node_state(node->state), grid, y, x,
	    grid->width - x);
	if (node->severity > DROVER_SEVERITY_INFO)
		x += 2 + sign_draw(sign_severity(node->severity), grid, y, x,
		    grid->width - x);
	grid_print(grid, y, x, ROLE_DIM, "%s  %s  droverd %s",
	    node->address, node->system, node->version);
}

static void
draw_hint(const struct model *model, const struct ui *ui, struct grid *grid)
{
	const struct item *here = list_here(&ui->list[SCREEN_NODE]);
	int y = frame_top(ui) + frame_body(ui) - 1;

	if (here == NULL || here->index == TITLE)
		return;
	grid_text(grid, y, 1, grid->width - 1, ROLE_DIM, section_row_note(
	    &sections[here->kind], model, here->index));
}

void
view_node_draw(const struct model *model, const struct ui *ui,
    struct grid *grid)
{
	const struct list *list = &ui->list[SCREEN_NODE];
	const struct drover_node_row *node = ui_node(ui, model);
	int i, y = frame_top(ui);

	if (node == NULL) {
		grid_print(grid, y + 1, 2, ROLE_DIM, "%s %s",
		    ui->node[0] == '\0' ? "no node" : ui->node,
		    "is not published");
		return;
	}
	draw_head(node, grid, y++);
	for (i = 0; i < list->page && list->top + i < list->count; i++) {
		int line = list->top + i;

		draw_item(model, ui, node, &list->items[line], grid, y + i);
		if (ui->search[0] != '\0')
			grid_find(grid, y + i, ui->search, ROLE_FOUND);
		if (line != list->cursor || ui->plain)
			continue;
		grid_glyph(grid, y + i, 0, ROLE_KEY, GLYPH_CURSOR);
		grid_select(grid, y + i);
	}
	if (has_hint(ui))
		draw_hint(model, ui, grid);
	if (list->count == 0)
		grid_text(grid, y + 1, 2, grid->width - 2, ROLE_DIM,
		    "nothing passes the filter; Esc gives it up");
}
