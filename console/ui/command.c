#include "command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "list.h"
#include "node_columns.h"
#include "theme.h"
#include "verb_line.h"
#include "view.h"
#include "words.h"

#define WORDS_MOST	64

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
draw_graph(struct ui *ui, int count, char **words)
{
	struct graph graph = ui->graph;
	char complaint[UI_LINE_BYTES];
	int i, error = 0;

	graph.count = 0;
	for (i = 1; error == 0 && i < count; i++)
		error = graph_add(&graph, words[i], ui->node, complaint,
		    sizeof(complaint));
	if (error != 0) {
		ui_say(ui, true, "graph: %s", complaint);
		return -EINVAL;
	}
	if (count > 1) {
		graph_clear(&ui->graph);
		graph.stale = true;
		graph.compare = false;
		ui->graph = graph;
	}
	ui_show(ui, SCREEN_GRAPH);
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
	case COMMAND_FAULTS:
		ui_show(ui, SCREEN_FAULTS);
		return 0;
	case COMMAND_PREDICTIONS:
		ui_show(ui, SCREEN_PREDICTIONS);
		return 0;
	case COMMAND_PLANS:
		ui_show(ui, SCREEN_PLANS);
		return 0;
	case COMMAND_GRAPH:
		return draw_graph(ui, count, words);
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
	case COMMAND_AT:
		snprintf(ui->want_path, sizeof(ui->want_path), "%s", rest);
		ui->want |= WANT_TIME;
		return 0;
	case COMMAND_QUIT:
		ui->want |= WANT_QUIT;
		return 0;
	default:
		return -EINVAL;
	}
}

/* COMMANDS when none begins so, -1 when several do. */
static int
find_command(const char *word)
{
	size_t length = strlen(word);
	int found = COMMANDS, i;

	/* q alone has always meant this. */
	if (strcmp(word, "q") == 0)
		return COMMAND_QUIT;
	for (i = 0; i < COMMANDS; i++) {
		if (strcmp(commands[i].name, word) == 0)
			return i;
		if (strncmp(commands[i].name, word, length) != 0)
			continue;
		found = found == COMMANDS ? i : -1;
	}
	return found;
}

static bool
is_whole(int command, const char *word)
{
	return command >= 0 && command < COMMANDS &&
	    (command == COMMAND_QUIT ||
	    strcmp(commands[command].name, word) == 0);
}

/* What is both a command and a verb is the verb where it has options. */
static bool
has_options(int count, char **words)
{
	int i;

	for (i = 1; i < count; i++)
		if (words[i][0] == '-')
			return true;
	return false;
}

int
command_find(int count, char **words)
{
	bool whole_verb, verb = verb_line_begins(words[0], &whole_verb);
	int command = find_command(words[0]);

	if (whole_verb && (!is_whole(command, words[0]) ||
	    has_options(count, words)))
		return COMMANDS;
	if (is_whole(command, words[0]))
		return command;
	if (command == COMMANDS)
		return verb ? COMMANDS : -ENOENT;
	return verb || command < 0 ? -EINVAL : command;
}

/* What takes the rest of the line as it was typed, quotes and all. */
static bool
takes_rest(int command)
{
	return command == COMMAND_FILTER || command == COMMAND_DUMP ||
	    command == COMMAND_AT;
}

static int
run_words(struct ui *ui, const char *line)
{
	char copy[UI_LINE_BYTES], *words[WORDS_MOST];
	int command, count;

	snprintf(copy, sizeof(copy), "%s", line);
	count = words_split(copy, words, WORDS_MOST);
	if (count < 0)
		return refuse(ui, count == -E2BIG ? "too many words" :
		    "a quote is not closed", line);
	command = command_find(count, words);
	if (command == -ENOENT)
		return refuse(ui, "no such command, see ?", words[0]);
	if (command < 0)
		return refuse(ui, "several commands begin so", words[0]);
	if (command == COMMANDS)
		return verb_line_run(ui, count, words);
	return carry_out(ui, (enum command)command, count, words, "");
}

int
command_run(struct ui *ui, const char *line)
{
	char first[UI_LINE_BYTES], *words[1] = {first};
	const char *rest;
	int command;

	line += strspn(line, " \t:");
	if (*line == '\0')
		return 0;
	rest = line + strcspn(line, " \t");
	snprintf(first, sizeof(first), "%.*s", (int)(rest - line), line);
	command = command_find(1, words);
	if (!takes_rest(command))
		return run_words(ui, line);
	return carry_out(ui, (enum command)command, 1, words,
	    rest + strspn(rest, " \t"));
}
