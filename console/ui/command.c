#include "command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "list.h"
#include "node_columns.h"
#include "theme.h"
#include "view.h"

#define ARGUMENTS	(UI_COLUMNS + 2)

const struct command_entry commands[COMMANDS] = {
#define COMMAND(NAME, name, arguments, words, help)			\
	{name, arguments, help, WORDS_##words},
#include <drover/tables/commands.def>
#undef COMMAND
};

static int
refuse(struct ui *ui, const char *what, const char *word)
{
	ui_say(ui, true, "%s: %s", what, word);
	return -EINVAL;
}

static int
word_in(const char *word, const char *const *words, int count)
{
	int i;

	for (i = 0; i < count; i++)
		if (strcasecmp(words[i], word) == 0)
			return i;
	return -1;
}

static int
set_sort(struct ui *ui, int count, char **words)
{
	int column = count > 1 ? node_column_find(words[1]) : -1;

	if (column < 0 || column == NODE_COLUMN_TREND)
		return refuse(ui, "sort: no such column",
		    count > 1 ? words[1] : "none was given");
	if (count > 2 && strcmp(words[2], "up") != 0 &&
	    strcmp(words[2], "down") != 0)
		return refuse(ui, "sort: up or down, not", words[2]);
	ui->descending = count > 2 ? strcmp(words[2], "down") == 0 :
	    !node_column_is_text(column);
	ui->sort = column;
	ui->list[SCREEN_NODES].frozen = 0;
	ui->want |= WANT_SAVE;
	return 0;
}

static int
set_columns(struct ui *ui, int count, char **words)
{
	int columns[UI_COLUMNS], i;

	if (count - 1 > UI_COLUMNS)
		return refuse(ui, "columns", "too many");
	for (i = 1; i < count; i++) {
		columns[i - 1] = node_column_find(words[i]);
		if (columns[i - 1] < 0)
			return refuse(ui, "columns: no such column",
			    words[i]);
	}
	memcpy(ui->columns, columns, (size_t)(count - 1) * sizeof(int));
	ui->column_count = count - 1;
	ui->want |= WANT_SAVE;
	return 0;
}

static int
set_trend(struct ui *ui, int count, char **words)
{
	int column = count > 1 ? node_column_find(words[1]) : -1;

	if (column < NODE_COLUMN_METRIC)
		return refuse(ui, "trend: no such metric",
		    count > 1 ? words[1] : "none was given");
	ui->trend = column - NODE_COLUMN_METRIC;
	ui->want |= WANT_SAVE;
	return 0;
}

static int
set_theme(struct ui *ui, int count, char **words)
{
	int theme = count > 1 ? word_in(words[1], theme_names, THEMES) : -1;

	if (theme < 0)
		return refuse(ui, "theme: default, safe or mono, not",
		    count > 1 ? words[1] : "nothing");
	ui->theme = ui->kept_theme = theme;
	ui->want |= WANT_SAVE | WANT_REDRAW;
	return 0;
}

static int
set_glyphs(struct ui *ui, int count, char **words)
{
	int mode = count > 1 ? word_in(words[1], glyph_mode_names,
	    GLYPH_MODE_COUNT) : -1;

	if (mode < 0)
		return refuse(ui, "glyphs: braille, block or ascii, not",
		    count > 1 ? words[1] : "nothing");
	ui->kept_glyphs = mode;
	ui->glyphs = (enum glyph_mode)mode;
	ui->want |= WANT_SAVE;
	return 0;
}

static int
set_mouse(struct ui *ui, int count, char **words)
{
	static const char *const states[] = {"off", "on"};
	int state = count > 1 ? word_in(words[1], states, 2) : -1;

	if (state < 0)
		return refuse(ui, "mouse: on or off, not",
		    count > 1 ? words[1] : "nothing");
	ui->kept_mouse = state;
	ui->mouse = state == 1;
	ui->want |= WANT_SAVE | WANT_REDRAW;
	return 0;
}

static int
show_man(struct ui *ui, int count, char **words)
{
	char name[MANUAL_NAME_BYTES];

	if (count < 2)
		return refuse(ui, "man", "which page?");
	if (count > 2)
		snprintf(name, sizeof(name), "%.70s(%.4s)", words[1],
		    words[2]);
	else
		snprintf(name, sizeof(name), "%s", words[1]);
	ui_show_page(ui, name);
	return 0;
}

static int
dump(struct ui *ui, const char *path)
{
	if (*path == '\0')
		return refuse(ui, "dump", "into which file?");
	snprintf(ui->want_path, sizeof(ui->want_path), "%s", path);
	ui->want |= WANT_DUMP;
	return 0;
}

static int
carry_out(struct ui *ui, enum command command, int count, char **words,
    const char *rest)
{
	switch (command) {
	case COMMAND_NODES:
		ui_show(ui, SCREEN_NODES);
		return 0;
	case COMMAND_NODE:
		if (count > 1)
			ui_show_node(ui, words[1]);
		else
			ui_show(ui, SCREEN_NODE);
		return 0;
	case COMMAND_EVENTS:
		ui_show(ui, SCREEN_EVENTS);
		return 0;
	case COMMAND_AUDIT:
		ui_show(ui, SCREEN_AUDIT);
		return 0;
	case COMMAND_CONSENSUS:
		ui_show(ui, SCREEN_CONSENSUS);
		return 0;
	case COMMAND_MANUAL:
		ui_show(ui, SCREEN_MANUAL);
		return 0;
	case COMMAND_HELP:
		ui_show(ui, SCREEN_HELP);
		return 0;
	case COMMAND_MAN:
		return show_man(ui, count, words);
	case COMMAND_SORT:
		return set_sort(ui, count, words);
	case COMMAND_COLUMNS:
		return set_columns(ui, count, words);
	case COMMAND_TREND:
		return set_trend(ui, count, words);
	case COMMAND_FILTER:
		snprintf(ui->filter[ui->screen],
		    sizeof(ui->filter[ui->screen]), "%s", rest);
		return 0;
	case COMMAND_FREEZE:
		ui->frozen = !ui->frozen;
		return 0;
	case COMMAND_THEME:
		return set_theme(ui, count, words);
	case COMMAND_GLYPHS:
		return set_glyphs(ui, count, words);
	case COMMAND_MOUSE:
		return set_mouse(ui, count, words);
	case COMMAND_DUMP:
		return dump(ui, rest);
	case COMMAND_QUIT:
		ui->want |= WANT_QUIT;
		return 0;
	default:
		return -EINVAL;
	}
}

static int
split(char *line, char **words)
{
	char *save = NULL, *word;
	int count = 0;

	for (word = strtok_r(line, " \t", &save);
	    word != NULL && count < ARGUMENTS;
	    word = strtok_r(NULL, " \t", &save))
		words[count++] = word;
	return count;
}

/* COMMANDS when none begins so, -1 when several do. */
static int
command_find(const char *name)
{
	size_t length = strlen(name);
	int found = COMMANDS, i;

	for (i = 0; i < COMMANDS; i++) {
		if (strcmp(commands[i].name, name) == 0)
			return i;
		if (strncmp(commands[i].name, name, length) != 0)
			continue;
		found = found == COMMANDS ? i : -1;
	}
	return found;
}

int
command_run(struct ui *ui, const char *line)
{
	char copy[UI_LINE_BYTES], *words[ARGUMENTS];
	const char *rest;
	int command, count;

	line += strspn(line, " \t:");
	snprintf(copy, sizeof(copy), "%s", line);
	count = split(copy, words);
	if (count == 0)
		return 0;
	command = command_find(words[0]);
	/* q alone has always meant this. */
	if (strcmp(words[0], "q") == 0)
		command = COMMAND_QUIT;
	if (command == COMMANDS)
		return refuse(ui, "no such command, see ?", words[0]);
	if (command < 0)
		return refuse(ui, "several commands begin so", words[0]);
	rest = line + strcspn(line, " \t");
	return carry_out(ui, (enum command)command, count, words,
	    rest + strspn(rest, " \t"));
}

/* What a word may go on with, gathered. */
struct completion {
	const char	*prefix;
	char		 common[UI_LINE_BYTES];
	char		 list[UI_LINE_BYTES];
	int		 count;
};

static void
offer(struct completion *completion, const char *word)
{
	size_t length = strlen(completion->prefix), used, i;

	if (strncmp(word, completion->prefix, length) != 0)
		return;
	used = strlen(completion->list);
	snprintf(completion->list + used, sizeof(completion->list) - used,
	    "%s%s", used > 0 ? " " : "", word);
	if (completion->count++ == 0) {
		snprintf(completion->common, sizeof(completion->common),
		    "%s", word);
		return;
	}
	for (i = 0; completion->common[i] == word[i] && word[i] != '\0'; i++)
		;
	completion->common[i] = '\0';
}

static void
offer_nodes(struct completion *completion, const struct model *model)
{
	uint32_t slot;

	for (slot = 0; slot < model->table[DROVER_TABLE_NODE].slots; slot++) {
		const struct drover_node_row *node =
		    model_row(model, DROVER_TABLE_NODE, slot);

		if (node != NULL)
			offer(completion, node->name);
	}
}

static void
offer_pages(struct completion *completion)
{
	static const char *const pages[] = {"drover(1)", "drover(7)",
		"droverd(8)", "droverstat(1)", "drover.conf(5)",
		"drover-metrics(7)", "drover_segment(3)",
#define EVENT(NAME, kind, severity, page, help)	page,
#include <drover/tables/events.def>
#undef EVENT
	};
	size_t i, j, count = sizeof(pages) / sizeof(pages[0]);

	for (i = 0; i < count; i++) {
		for (j = 0; j < i && strcmp(pages[i], pages[j]) != 0; j++)
			;
		if (j == i && *pages[i] != '\0')
			offer(completion, pages[i]);
	}
}

static void
offer_words(struct completion *completion, const struct model *model,
    enum command_words words)
{
	int i;

	switch (words) {
	case WORDS_THEMES:
		for (i = 0; i < THEMES; i++)
			offer(completion, theme_names[i]);
		break;
	case WORDS_GLYPHS:
		for (i = 0; i < GLYPH_MODE_COUNT; i++)
			offer(completion, glyph_mode_names[i]);
		break;
	case WORDS_COLUMNS:
		for (i = 0; i < NODE_COLUMN_COUNT; i++)
			offer(completion, node_column_name(i));
		break;
	case WORDS_NODES:
		offer_nodes(completion, model);
		break;
	case WORDS_PAGES:
		offer_pages(completion);
		break;
	case WORDS_SWITCH:
		offer(completion, "on");
		offer(completion, "off");
		break;
	default:
		break;
	}
}

void
command_complete(struct ui *ui, const struct model *model, char *line,
    int size)
{
	char *word = strrchr(line, ' '), verb[UI_LINE_BYTES];
	struct completion completion = {0};
	int command, i;

	word = word != NULL ? word + 1 : line;
	completion.prefix = word;
	if (word == line) {
		for (i = 0; i < COMMANDS; i++)
			offer(&completion, commands[i].name);
	} else {
		snprintf(verb, sizeof(verb), "%.*s",
		    (int)strcspn(line, " "), line);
		command = command_find(verb);
		if (command >= 0 && command < COMMANDS)
			offer_words(&completion, model,
			    commands[command].words);
	}
	if (completion.count == 0)
		return;
	snprintf(word, (size_t)(size - (word - line)), "%s%s",
	    completion.common, completion.count == 1 ? " " : "");
	if (completion.count > 1)
		ui_say(ui, false, "%s", completion.list);
}
