/* The Events screen: what happened, newest first, and what to do about it. */
#include <stdio.h>
#include <string.h>

#include "frame.h"
#include "list.h"
#include "sign.h"
#include "text.h"
#include "view.h"

#define DETAIL_ROWS	5

static const struct {
	const char	*kind;
	const char	*page;
	const char	*help;
} kinds[] = {
#define EVENT(NAME, kind, severity, page, help)	{kind, page, help},
#include <drover/tables/events.def>
#undef EVENT
};
#define KINDS	(sizeof(kinds) / sizeof(kinds[0]))

const char *
event_page(const char *kind)
{
	size_t i;

	for (i = 0; i < KINDS; i++)
		if (strcmp(kinds[i].kind, kind) == 0)
			return kinds[i].page;
	return "";
}

const char *
event_help(const char *kind)
{
	size_t i;

	for (i = 0; i < KINDS; i++)
		if (strcmp(kinds[i].kind, kind) == 0)
			return kinds[i].help;
	return "";
}

/* What happened to a node as a whole is told by its kind. */
static const char *
event_what(const struct drover_event *event)
{
	static const char node[] = "node/";

	return strncmp(event->object, node, strlen(node)) == 0 &&
	    strcmp(event->object + strlen(node), event->node) == 0 ?
	    event->kind : event->object;
}

void
event_line(const struct model_event *shown, struct grid *grid, int y, int x,
    bool dated)
{
	const struct drover_event *event = &shown->event;
	struct sign sign = sign_severity(event->severity);
	char when[FORMAT_BYTES];

	if (dated && grid->width >= 60)
		format_date(when, event->time_ns);
	else
		format_clock(when, event->time_ns);
	x += 1 + grid_text(grid, y, x, grid->width - x, ROLE_DIM, when);
	grid_glyph(grid, y, x, sign.role, sign.glyph);
	grid_text(grid, y, x + 1, 8, sign.role, sign.word);
	x += 10;
	if (grid->width >= 60)
		x += 1 + grid_text(grid, y, x, 12, ROLE_NAME, event->node);
	x += 1 + grid_text(grid, y, x, 24, ROLE_TEXT,
	    event_what(event));
	grid_text(grid, y, x, grid->width - x, ROLE_TEXT, event->text);
}

static void
event_text(const struct drover_event *event, char *text, size_t size)
{
	snprintf(text, size, "%s %s %s %s %s",
	    sign_severity(event->severity).word, event->node, event->kind,
	    event->object, event->text);
}

void
view_events_items(const struct model *model, const struct ui *ui,
    struct list *list)
{
	const struct model_event *event;
	char text[512];
	uint64_t i;

	list_clear(list);
	for (i = 0; (event = model_event(model, i)) != NULL; i++) {
		event_text(&event->event, text, sizeof(text));
		if (text_contains(text, ui->filter[SCREEN_EVENTS]))
			list_add(list, 0, (uint32_t)i, event->key);
	}
}

static int
detail_rows(const struct ui *ui)
{
	return frame_body(ui) >= 14 ? DETAIL_ROWS : 0;
}

int
view_events_page(const struct model *model, const struct ui *ui)
{
	(void)model;
	return frame_body(ui) - 1 - detail_rows(ui);
}

int
view_events_first(const struct model *model, const struct ui *ui)
{
	(void)model;
	return frame_top(ui) + 1;
}

void
view_events_text(const struct model *model, const struct ui *ui,
    const struct item *item, char *text, size_t size)
{
	const struct model_event *event = model_event(model, item->index);

	(void)ui;
	*text = '\0';
	if (event != NULL)
		event_text(&event->event, text, size);
}

static void
draw_detail(const struct drover_event *event, struct grid *grid, int y)
{
	const char *page = event_page(event->kind);
	char title[128];
	int x;

	snprintf(title, sizeof(title), "%s", event->kind);
	grid_rule(grid, y, title);
	grid_print(grid, y + 1, 0, ROLE_STRONG, "%s", event->text);
	grid_print(grid, y + 2, 0, ROLE_TEXT, "%s on %s: %s", event->object,
	    event->node, event_help(event->kind));
	if (*page == '\0') {
		grid_text(grid, y + 3, 0, grid->width, ROLE_DIM,
		    "nothing need be done");
		return;
	}
	x = grid_text(grid, y + 3, 0, grid->width, ROLE_TEXT,
	    "what to do: ");
	grid_print(grid, y + 3, x, ROLE_LINK, "%s(7)", page);
}

static void
draw_titles(const struct ui *ui, struct grid *grid, int y)
{
	int x = 2;

	if (ui->width >= 60) {
		grid_text(grid, y, x, 15, ROLE_HEAD, "WHEN");
		grid_text(grid, y, x + 16, 9, ROLE_HEAD, "SEVERITY");
		grid_text(grid, y, x + 26, 20, ROLE_HEAD,
		    "NODE, OBJECT, WHAT");
		return;
	}
	grid_text(grid, y, x, 9, ROLE_HEAD, "WHEN");
	grid_text(grid, y, x + 9, 9, ROLE_HEAD, "SEVERITY");
	grid_text(grid, y, x + 19, 20, ROLE_HEAD, "OBJECT, WHAT");
}

void
view_events_draw(const struct model *model, const struct ui *ui,
    struct grid *grid)
{
	const struct list *list = &ui->list[SCREEN_EVENTS];
	const struct item *here = list_here(list);
	int i, y = frame_top(ui);

	draw_titles(ui, grid, y++);
	for (i = 0; i < list->page && list->top + i < list->count; i++) {
		int line = list->top + i;
		const struct item *item = &list->items[line];

		event_line(model_event(model, item->index), grid, y + i, 2,
		    true);
		if (ui_has(ui->marks, ui->mark_count, item->key))
			grid_glyph(grid, y + i, 1, ROLE_KEY, GLYPH_MARK);
		if (ui->search[0] != '\0')
			grid_find(grid, y + i, ui->search, ROLE_FOUND);
		if (line != list->cursor || ui->plain)
			continue;
		grid_glyph(grid, y + i, 0, ROLE_KEY, GLYPH_CURSOR);
		grid_select(grid, y + i);
	}
	if (list->count == 0)
		grid_text(grid, y + 1, 2, grid->width - 2, ROLE_DIM,
		    ui->filter[SCREEN_EVENTS][0] != '\0' ?
		    "nothing passes the filter; Esc gives it up" :
		    "nothing has happened yet");
	if (here != NULL && detail_rows(ui) > 0)
		draw_detail(&model_event(model, here->index)->event, grid,
		    frame_top(ui) + frame_body(ui) - DETAIL_ROWS);
}
