#include "ui.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node_columns.h"
#include "list.h"
#include "view.h"

const char *const screen_names[SCREENS] = {
#define SCREEN(NAME, name, title, key, help)	name,
#include <drover/tables/screens.def>
#undef SCREEN
};

const char *const screen_titles[SCREENS] = {
#define SCREEN(NAME, name, title, key, help)	title,
#include <drover/tables/screens.def>
#undef SCREEN
};

const char screen_keys[SCREENS] = {
#define SCREEN(NAME, name, title, key, help)	key,
#include <drover/tables/screens.def>
#undef SCREEN
};

void
ui_init(struct ui *ui)
{
	memset(ui, 0, sizeof(*ui));
	ui->width = 80;
	ui->height = 24;
	ui->glyphs = GLYPH_MODE_BLOCK;
	ui->mouse = true;
	ui->pace = 1;
	ui->graph.window = 2;
	ui->kept_theme = ui->kept_glyphs = ui->kept_mouse = -1;
	ui->sort = NODE_COLUMN_NAME;
	ui->trend = NODE_METRIC_cpu_busy;
	ui->no_acts = "nothing can be acted on before the screen is there";
}

void
ui_release(struct ui *ui)
{
	int i;

	for (i = 0; i < SCREENS; i++)
		list_release(&ui->list[i]);
	manual_release(&ui->manual);
	flow_release(ui);
	graph_release(&ui->graph);
}

void
ui_say(struct ui *ui, bool bad, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(ui->message, sizeof(ui->message), format, arguments);
	va_end(arguments);
	ui->message_bad = bad;
}

void
ui_show(struct ui *ui, enum screen screen)
{
	if (screen == ui->screen)
		return;
	if (ui->back_count == UI_BACK)
		memmove(ui->back, ui->back + 1,
		    (size_t)--ui->back_count * sizeof(*ui->back));
	ui->back[ui->back_count++] = ui->screen;
	ui->screen = screen;
	ui->chooser = CHOOSER_NONE;
	if (screen == SCREEN_MANUAL && ui->manual.name[0] == '\0')
		ui_show_page(ui, "drover(7)");
}

void
ui_show_node(struct ui *ui, const char *name)
{
	struct list *list = &ui->list[SCREEN_NODE];

	if (strcmp(ui->node, name) != 0) {
		snprintf(ui->node, sizeof(ui->node), "%s", name);
		list->cursor = list->top = 0;
		list->cursor_key = 0;
	}
	ui_show(ui, SCREEN_NODE);
}

void
ui_show_plan(struct ui *ui, int64_t id)
{
	struct list *list = &ui->list[SCREEN_PLAN];

	if (ui->plan != id) {
		ui->plan = id;
		list->cursor = list->top = 0;
		list->cursor_key = 0;
	}
	ui_show(ui, SCREEN_PLAN);
}

void
ui_show_page(struct ui *ui, const char *name)
{
	snprintf(ui->want_page, sizeof(ui->want_page), "%s", name);
	ui->want |= WANT_PAGE;
}

void
ui_back(struct ui *ui)
{
	if (ui->back_count > 0)
		ui->screen = ui->back[--ui->back_count];
	else
		ui->screen = SCREEN_NODES;
}

bool
ui_has(const uint64_t *set, int count, uint64_t key)
{
	int i;

	for (i = 0; i < count; i++)
		if (set[i] == key)
			return true;
	return false;
}

void
ui_toggle(uint64_t *set, int *count, uint64_t key)
{
	int i;

	for (i = 0; i < *count; i++) {
		if (set[i] != key)
			continue;
		set[i] = set[--*count];
		return;
	}
	if (*count < UI_MARKS)
		set[(*count)++] = key;
}

const struct drover_node_row *
ui_node(const struct ui *ui, const struct model *model)
{
	const struct drover_node_row *node = NULL;
	uint32_t slot;

	if (ui->node[0] != '\0')
		return model_node(model, ui->node);
	for (slot = 0; node == NULL &&
	    slot < model->table[DROVER_TABLE_NODE].slots; slot++)
		node = model_row(model, DROVER_TABLE_NODE, slot);
	return node;
}

void
ui_settle(struct ui *ui, const struct model *model)
{
	const struct view *view = &views[ui->screen];
	struct list *list = &ui->list[ui->screen];

	if (view->items != NULL)
		view->items(model, ui, list);
	list->page = view->page(model, ui);
	list_settle(list, view->scrolls);
	flow_settle(ui, model);
	if (ui->screen == SCREEN_EVENTS)
		ui->seen = model->event_count;
}

void
ui_tick(struct ui *ui)
{
	int i;

	for (i = 0; i < SCREENS; i++)
		if (ui->list[i].frozen > 0)
			ui->list[i].frozen--;
	flow_tick(ui);
}
