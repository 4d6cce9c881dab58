/* The Node screen: everything known of one node, in sections. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "drain.h"
#include "frame.h"
#include "list.h"
#include "sections.h"
#include "sign.h"
#include "text.h"
#include "view.h"

#define NAME_WIDTH	SECTION_NAME_WIDTH
#define VALUE_WIDTH	10
#define RATE_WIDTH	9

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

/* A drain has a line of its own under the name. */
static int
head_rows(const struct model *model, const struct ui *ui)
{
	const struct drover_node_row *node = ui_node(ui, model);

	return node != NULL && node->drain != DROVER_NODE_DRAIN_NONE ? 2 : 1;
}

static uint64_t
key_of(int section)
{
	return section_key(false, sections[section].title);
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
	uint64_t key = key_of(section);
	uint32_t i, count = section_rows(part, model);
	int before = list->count;

	list_add(list, (uint32_t)section, TITLE, key);
	if (ui_has(ui->turned, ui->turned_count, key))
		return;
	for (i = part->first; i < count; i++)
		if (section_has(part, model, node, i) &&
		    passes(model, ui, section, i))
			list_add(list, (uint32_t)section, i,
			    section_row_key(part, model, i, key));
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
	return frame_body(ui) - head_rows(model, ui) - has_hint(ui);
}

int
view_node_first(const struct model *model, const struct ui *ui)
{
	return frame_top(ui) + head_rows(model, ui);
}

void
view_node_text(const struct model *model, const struct ui *ui,
    const struct item *item, char *text, size_t size)
{
	const struct section *part = &sections[item->kind];
	char note[SECTION_NOTE_BYTES];

	(void)ui;
	if (item->index == TITLE) {
		snprintf(text, size, "%s", part->title);
		return;
	}
	section_row_note(part, model, item->index, note);
	snprintf(text, size, "%s %s",
	    section_row_name(part, model, item->index), note);
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
		section_draw_title(part, ui_has(ui->turned, ui->turned_count,
		    key_of((int)item->kind)), grid, y);
	else if (part->fields == NULL)
		draw_metric(model, ui, node, item->index, grid, y);
	else
		section_draw_row(part, model, item->index, grid, y);
}

static void
draw_head(const struct drover_node_row *node, int64_t now_ns,
    struct grid *grid, int y)
{
	char line[DRAIN_LINE_BYTES];
	int x = 1;

	x += 2 + grid_text(grid, y, x, 24, ROLE_NAME, node->name);
	x += 2 + sign_draw(sign_node_state(drain_state(node)), grid, y, x,
	    grid->width - x);
	if (node->severity > DROVER_SEVERITY_INFO)
		x += 2 + sign_draw(sign_severity(node->severity), grid, y, x,
		    grid->width - x);
	grid_print(grid, y, x, ROLE_DIM, "%s  %s  droverd %s",
	    node->address, node->system, node->version);
	drain_line(node, now_ns, line);
	grid_text(grid, y + 1, 1, grid->width - 1, ROLE_NOTICE, line);
}

static void
draw_hint(const struct model *model, const struct ui *ui, struct grid *grid)
{
	const struct item *here = list_here(&ui->list[SCREEN_NODE]);
	int y = frame_top(ui) + frame_body(ui) - 1;
	char note[SECTION_NOTE_BYTES];

	if (here == NULL || here->index == TITLE)
		return;
	section_row_note(&sections[here->kind], model, here->index, note);
	grid_text(grid, y, 1, grid->width - 1, ROLE_DIM, note);
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
	draw_head(node, model->now_ns, grid, y);
	y += head_rows(model, ui);
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
