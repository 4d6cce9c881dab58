#include "act.h"

#include <stdio.h>
#include <string.h>

#include "chooser.h"
#include "frame.h"
#include "graph_key.h"
#include "here.h"
#include "keys.h"
#include "list.h"
#include "past_key.h"
#include "prompt.h"
#include "sections.h"
#include "verb_line.h"
#include "view.h"

#define REDRAW_CODE	12	/* Ctrl-L */

static struct list *
list_of(struct ui *ui)
{
	return &ui->list[ui->screen];
}

static bool
scrolls(const struct ui *ui)
{
	return views[ui->screen].scrolls;
}

static void
item_text(const struct ui *ui, const struct model *model, int line,
    char *text, size_t size)
{
	const struct list *list = &ui->list[ui->screen];
	struct item item = {0, (uint32_t)line, 0};

	/* The lines of a page are no items. */
	if (ui->screen != SCREEN_MANUAL)
		item = list->items[line];
	views[ui->screen].text(model, ui, &item, text, size);
}

void
act_find(struct ui *ui, const struct model *model, bool from_here)
{
	struct list *list = list_of(ui);
	int at = scrolls(ui) ? list->top : list->cursor, i, line;
	char text[512];

	for (i = from_here ? 0 : 1; i <= list->count; i++) {
		if (list->count == 0)
			break;
		line = (at + i) % list->count;
		item_text(ui, model, line, text, sizeof(text));
		if (strcasestr(text, ui->search) == NULL)
			continue;
		if (at + i >= list->count)
			ui_say(ui, false, "from the beginning again");
		list_go(list, line, scrolls(ui));
		/* What follows the place is worth seeing too. */
		if (line < list->top || line >= list->top + list->page)
			list->top = line - list->page / 3;
		return;
	}
	ui_say(ui, true, "not found: %s", ui->search);
}

static void
turn(struct ui *ui)
{
	const struct item *here = list_here(list_of(ui));
	int line = list_of(ui)->cursor;

	if (here == NULL)
		return;
	/* Within a section or a node: the one it belongs to. */
	if (here_has_sections(ui))
		while (list_of(ui)->items[line].index != UINT32_MAX)
			line--;
	else
		while (line > 0 && list_of(ui)->items[line].kind != 0)
			line--;
	ui_toggle(ui->turned, &ui->turned_count,
	    list_of(ui)->items[line].key);
	list_go(list_of(ui), line, false);
}

/* l unfolds and h folds; where it is so already, nothing happens. */
static void
fold(struct ui *ui, bool open)
{
	const struct item *here = list_here(list_of(ui));
	bool turned;

	if (here == NULL)
		return;
	turned = ui_has(ui->turned, ui->turned_count, here->key);
	if (here_has_sections(ui)) {
		if (here->index == UINT32_MAX ? turned == open : !open)
			turn(ui);
	} else if (here->kind == 0 ? turned != open : !open) {
		turn(ui);
	}
}

static void
go_link(struct ui *ui, int step)
{
	struct list *list = &ui->list[SCREEN_MANUAL];
	const struct manual *manual = &ui->manual;
	int line, link = ui->link + step;

	if (manual->link_count == 0)
		return;
	/* From a link that was scrolled away, go on with what is seen. */
	line = ui->link < 0 ? -1 : manual->links[ui->link].line;
	if (line < list->top || line >= list->top + list->page)
		for (link = 0; link < manual->link_count - 1 &&
		    manual->links[link].line < list->top; link++)
			;
	if (link < 0 || link >= manual->link_count)
		return;
	ui->link = link;
	line = manual->links[link].line;
	if (line < list->top || line >= list->top + list->page)
		list_go(list, line - list->page / 2, true);
}

static void
enter(struct ui *ui, const struct model *model)
{
	const struct item *here = list_here(list_of(ui));

	if (ui->screen == SCREEN_MANUAL) {
		if (ui->link >= 0 && ui->link < ui->manual.link_count)
			ui_show_page(ui, ui->manual.links[ui->link].name);
	} else if (here != NULL && here_has_sections(ui) &&
	    here->index == UINT32_MAX) {
		turn(ui);
	} else {
		here_enter(ui, model);
	}
}

static void
back(struct ui *ui)
{
	bool searching = ui->search[0] != '\0';

	if (ui->screen != SCREEN_MANUAL &&
	    (searching || ui->filter[ui->screen][0] != '\0')) {
		ui->search[0] = '\0';
		ui->filter[ui->screen][0] = '\0';
		return;
	}
	ui->search[0] = '\0';
	if (ui->screen == SCREEN_MANUAL && !searching &&
	    ui->page_back_count > 0) {
		ui_show_page(ui, ui->page_back[--ui->page_back_count]);
		ui->list[SCREEN_MANUAL].frozen = -1;
		return;
	}
	if (!searching)
		ui_back(ui);
}

void
act_page_loaded(struct ui *ui, const char *former, int top)
{
	struct list *list = &ui->list[SCREEN_MANUAL];
	bool returning = list->frozen == -1;

	list->frozen = 0;
	list->top = 0;
	ui->link = ui->manual.link_count > 0 ? 0 : -1;
	if (returning) {
		list->top = ui->page_back_top[ui->page_back_count];
	} else if (*former != '\0' && ui->screen == SCREEN_MANUAL &&
	    strcmp(former, ui->manual.name) != 0) {
		if (ui->page_back_count == UI_BACK)
			ui->page_back_count = 0;
		snprintf(ui->page_back[ui->page_back_count],
		    MANUAL_NAME_BYTES, "%s", former);
		ui->page_back_top[ui->page_back_count++] = top;
	}
	ui_show(ui, SCREEN_MANUAL);
}

/* The procedure of what is under the cursor, or where to begin. */
static void
manual(struct ui *ui, const struct model *model)
{
	const struct item *here = list_here(list_of(ui));
	char name[MANUAL_NAME_BYTES] = "drover(7)";
	const char *page = "";

	ui->page_back_count = 0;
	if (ui->screen == SCREEN_EVENTS && here != NULL) {
		page = event_page(
		    model_event(model, here->index)->event.kind);
	} else if (ui->screen == SCREEN_FAULTS && here != NULL) {
		page = here_fault(ui, model)->page;
	} else if (ui->screen == SCREEN_PREDICTIONS && here != NULL) {
		page = here_prediction(ui, model)->page;
	} else if (here_plan(ui, model) != NULL) {
		page = here_plan_page(ui, model);
	} else if (ui->screen == SCREEN_NODE && here != NULL) {
		if (here_is_error(ui, model, here) &&
		    sections[here->kind].table == DROVER_TABLE_BACKEND)
			page = "drover-backend-down";
		else if (sections[here->kind].fields == NULL)
			page = "drover-metrics";
	} else if (ui->screen == SCREEN_HELP) {
		snprintf(name, sizeof(name), "drover(1)");
	}
	if (*page != '\0')
		snprintf(name, sizeof(name), "%s(7)", page);
	ui_show_page(ui, name);
}

static void
mark(struct ui *ui)
{
	const struct item *here = list_here(list_of(ui));

	if (here == NULL)
		return;
	ui_toggle(ui->marks, &ui->mark_count, here->key);
	list_move(list_of(ui), 1, false);
}

static void
click(struct ui *ui, const struct model *model, int y, int x)
{
	int tab = frame_tab_at(ui, model, y, x), i, line;
	struct list *list = list_of(ui);
	int first = views[ui->screen].first(model, ui);

	if (tab >= 0) {
		ui_show(ui, (enum screen)tab);
		return;
	}
	line = list->top + y - first;
	if (y < first || line >= list->count ||
	    line >= list->top + list->page)
		return;
	if (ui->screen == SCREEN_MANUAL) {
		for (i = 0; i < ui->manual.link_count; i++)
			if (ui->manual.links[i].line == line)
				ui->link = i;
	} else if (!scrolls(ui)) {
		/* A click on the row that is selected already opens it. */
		if (line == list->cursor)
			enter(ui, model);
		else
			list_go(list, line, false);
	}
}

static void
move(struct ui *ui, enum key key)
{
	struct list *list = list_of(ui);
	int page = list->page > 1 ? list->page - 1 : 1;

	if (key == KEY_UP)
		list_move(list, -1, scrolls(ui));
	else if (key == KEY_DOWN)
		list_move(list, 1, scrolls(ui));
	else if (key == KEY_PAGE_UP)
		list_move(list, -page, scrolls(ui));
	else if (key == KEY_PAGE_DOWN)
		list_move(list, page, scrolls(ui));
	else if (key == KEY_HOME)
		list_go(list, 0, scrolls(ui));
	else
		list_go(list, list->count - 1, scrolls(ui));
}

/* The next one that has a tab of its own. */
static enum screen
next_screen(enum screen screen)
{
	do
		screen = (enum screen)((screen + 1) % SCREENS);
	while (screen_keys[screen] == 0);
	return screen;
}

/* The keys that act on the cluster; whether it was one. */
static bool
cluster_key(struct ui *ui, const struct model *model, enum key key)
{
	switch (key) {
	case KEY_DRAIN:
		verb_line_drain(ui, model);
		break;
	case KEY_UNDRAIN:
		verb_line_undrain(ui, model);
		break;
	case KEY_HOLD:
		verb_line_hold(ui, model);
		break;
	case KEY_APPROVE:
		verb_line_plan(ui, model, VERB_APPROVE);
		break;
	case KEY_REJECT:
		verb_line_plan(ui, model, VERB_REJECT);
		break;
	case KEY_ROLLBACK:
		verb_line_plan(ui, model, VERB_ROLLBACK);
		break;
	default:
		return false;
	}
	return true;
}

static void
do_key(struct ui *ui, const struct model *model, enum key key,
    uint32_t code)
{
	switch (key) {
	case KEY_SCREEN:
		ui_show(ui, key_screen(code));
		break;
	case KEY_NEXT_SCREEN:
		ui_show(ui, next_screen(ui->screen));
		break;
	case KEY_UP:
	case KEY_DOWN:
	case KEY_PAGE_UP:
	case KEY_PAGE_DOWN:
	case KEY_HOME:
	case KEY_END:
		move(ui, key);
		break;
	case KEY_LEFT:
	case KEY_RIGHT:
		if (ui->screen == SCREEN_MANUAL)
			go_link(ui, key == KEY_RIGHT ? 1 : -1);
		else
			fold(ui, key == KEY_RIGHT);
		break;
	case KEY_ENTER:
		enter(ui, model);
		break;
	case KEY_BACK:
		back(ui);
		break;
	case KEY_SEARCH:
		prompt_open(ui, PROMPT_SEARCH);
		break;
	case KEY_FILTER:
		prompt_open(ui, PROMPT_FILTER);
		break;
	case KEY_NEXT:
		if (ui->search[0] == '\0')
			ui_say(ui, true, "nothing is searched for; / does");
		else
			act_find(ui, model, false);
		break;
	case KEY_SORT:
		chooser_open(ui, CHOOSER_SORT);
		break;
	case KEY_COLUMNS:
		chooser_open(ui, CHOOSER_COLUMNS);
		break;
	case KEY_TREE:
		turn(ui);
		break;
	case KEY_MARK:
		mark(ui);
		break;
	case KEY_FREEZE:
		ui->frozen = !ui->frozen;
		break;
	case KEY_MANUAL:
		manual(ui, model);
		break;
	case KEY_NEXT_ERROR:
		here_next_error(ui, model);
		break;
	case KEY_COMMAND:
		prompt_open(ui, PROMPT_COMMAND);
		break;
	case KEY_HELP:
		ui_show(ui, SCREEN_HELP);
		break;
	case KEY_REDRAW:
		ui->want |= WANT_REDRAW;
		break;
	case KEY_QUIT:
		ui->want |= WANT_QUIT;
		break;
	default:
		break;
	}
}

void
act_key(struct ui *ui, const struct model *model, uint32_t code, int y,
    int x)
{
	enum key key;

	if (code == '\n')
		code = '\r';
	if (code == 0x7f || code == 8)
		code = KEY_CODE_BACKSPACE;
	if (ui->prompt.mode != PROMPT_NONE) {
		prompt_key(ui, model, code);
		return;
	}
	ui->message[0] = '\0';
	if (ui->flow.state != FLOW_NONE && code != REDRAW_CODE)
		flow_key(ui, code);
	else if (ui->chooser != CHOOSER_NONE)
		chooser_key(ui, model, code);
	else if (code == KEY_CODE_CLICK)
		click(ui, model, y, x);
	else if (code == KEY_CODE_WHEEL_UP || code == KEY_CODE_WHEEL_DOWN)
		list_move(list_of(ui), code == KEY_CODE_WHEEL_UP ? -3 : 3,
		    scrolls(ui));
	else if (!graph_key(ui, model, key = key_find(code, ui->screen)) &&
	    !past_key(ui, model, key) && !cluster_key(ui, model, key))
		do_key(ui, model, key, code);
}
