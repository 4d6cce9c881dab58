/* The Help screen: every key and every command, from their tables. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "frame.h"
#include "keys.h"
#include "list.h"
#include "verb_line.h"
#include "view.h"

#define INDENT		22

enum kind { KIND_KEYS, KIND_COMMANDS, KIND_VERBS, KIND_SIGNS, KIND_KEY,
	KIND_COMMAND, KIND_VERB, KIND_SIGN, KIND_SPACE };

static const char *const signs[] = {
	"!word    an alarm and how bad it is: minor, major, critical",
	"LIVE     droverd publishes; the time is the one of this machine",
	"HUNG     droverd is there but gives no sign of life",
	"DEAD     droverd ended without a farewell; these are its last values",
	"CLOSED   droverd was stopped; these are its last values",
	"LOST     that droverd does not answer, and was seen so long ago",
	"-        not known, or not there on this machine; never zero",
};
#define SIGNS	(sizeof(signs) / sizeof(signs[0]))

void
view_help_items(const struct model *model, const struct ui *ui,
    struct list *list)
{
	uint32_t i;

	(void)model;
	(void)ui;
	list_clear(list);
	list_add(list, KIND_KEYS, 0, 0);
	for (i = 0; i < KEYS; i++)
		list_add(list, KIND_KEY, i, 0);
	list_add(list, KIND_SPACE, 0, 0);
	list_add(list, KIND_COMMANDS, 0, 0);
	for (i = 0; i < COMMANDS; i++)
		list_add(list, KIND_COMMAND, i, 0);
	list_add(list, KIND_SPACE, 0, 0);
	list_add(list, KIND_VERBS, 0, 0);
	for (i = 0; i < VERBS; i++)
		if (verb_line_has(&verbs[i]) &&
		    !verb_line_is_command(verbs[i].name))
			list_add(list, KIND_VERB, i, 0);
	list_add(list, KIND_SPACE, 0, 0);
	list_add(list, KIND_SIGNS, 0, 0);
	for (i = 0; i < SIGNS; i++)
		list_add(list, KIND_SIGN, i, 0);
}

int
view_help_page(const struct model *model, const struct ui *ui)
{
	(void)model;
	return frame_body(ui);
}

int
view_help_first(const struct model *model, const struct ui *ui)
{
	(void)model;
	return frame_top(ui);
}

static void
left_of(const struct item *item, char *text, size_t size)
{
	const char *name = "", *arguments = "";

	if (item->kind == KIND_KEY) {
		snprintf(text, size, "%s", keys[item->index].keys);
		return;
	}
	if (item->kind == KIND_COMMAND) {
		name = commands[item->index].name;
		arguments = commands[item->index].arguments;
	} else {
		name = verbs[item->index].name;
		arguments = verbs[item->index].arguments;
	}
	snprintf(text, size, ":%s %s", name, arguments);
}

static const char *
right_of(const struct item *item)
{
	if (item->kind == KIND_KEY)
		return keys[item->index].help;
	return item->kind == KIND_COMMAND ? commands[item->index].help :
	    verbs[item->index].help;
}

static bool
has_sides(const struct item *item)
{
	return item->kind == KIND_KEY || item->kind == KIND_COMMAND ||
	    item->kind == KIND_VERB;
}

void
view_help_text(const struct model *model, const struct ui *ui,
    const struct item *item, char *text, size_t size)
{
	char left[64];

	(void)model;
	(void)ui;
	*text = '\0';
	if (item->kind == KIND_SIGN)
		snprintf(text, size, "%s", signs[item->index]);
	if (!has_sides(item))
		return;
	left_of(item, left, sizeof(left));
	snprintf(text, size, "%s %s", left, right_of(item));
}

static void
draw_item(const struct item *item, struct grid *grid, int y)
{
	static const char *const titles[] = {"KEYS", "COMMANDS",
		"VERBS, as in droverctl(8)", "SIGNS"};
	char left[64];
	int x, indent = grid->width < 60 ? 12 : INDENT;

	if (item->kind == KIND_SPACE)
		return;
	if (item->kind <= KIND_SIGNS) {
		grid_text(grid, y, 0, grid->width, ROLE_HEAD,
		    titles[item->kind]);
		return;
	}
	if (item->kind == KIND_SIGN) {
		grid_text(grid, y, 2, grid->width - 2, ROLE_TEXT,
		    signs[item->index]);
		return;
	}
	if (item->kind != KIND_KEY && grid->width >= 60)
		indent += 4;
	left_of(item, left, sizeof(left));
	x = 4 + grid_text(grid, y, 2, grid->width - 2, ROLE_KEY, left);
	if (x < indent)
		x = indent;
	grid_text(grid, y, x, grid->width - x, ROLE_TEXT, right_of(item));
}

void
view_help_draw(const struct model *model, const struct ui *ui,
    struct grid *grid)
{
	const struct list *list = &ui->list[SCREEN_HELP];
	int i, y = frame_top(ui);

	(void)model;
	for (i = 0; i < list->page && list->top + i < list->count; i++) {
		draw_item(&list->items[list->top + i], grid, y + i);
		if (ui->search[0] != '\0')
			grid_find(grid, y + i, ui->search, ROLE_FOUND);
	}
}
