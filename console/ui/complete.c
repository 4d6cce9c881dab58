/* What the word at the end of the ':' line may go on with. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "node_columns.h"
#include "option.h"
#include "theme.h"
#include "verb_line.h"
#include "words.h"

#define COMPLETE_WORDS	64

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

/* How the argument of an option is completed. */
static const char *const option_words[VERB_OPTIONS] = {
#define VERB_OPTION(NAME, letter, name, argument, complete, PLACE, TYPE, \
    member, help)							\
	complete,
#include <drover/tables/verb_options.def>
#undef VERB_OPTION
};

/* "=a b c": these words. */
static void
offer_list(struct completion *completion, const char *list)
{
	char word[64];
	size_t length;

	for (list += *list == '='; *list != '\0'; list += length) {
		list += strspn(list, " ");
		length = strcspn(list, " ");
		snprintf(word, sizeof(word), "%.*s", (int)length, list);
		offer(completion, word);
	}
}

/* Word i of the names of verbs that begin with the words before it. */
static void
offer_verbs(struct completion *completion, int i, const char *first)
{
	char word[64], last[64] = "";
	const char *name;
	size_t length;
	int verb;

	for (verb = 0; verb < VERBS; verb++) {
		name = verbs[verb].name;
		length = strcspn(name, " ");
		if (!verb_line_has(&verbs[verb]) || (i == 1 &&
		    (name[length] == '\0' || strlen(first) != length ||
		    strncmp(name, first, length) != 0)))
			continue;
		if (i == 1) {
			name += length + 1;
			length = strlen(name);
		}
		snprintf(word, sizeof(word), "%.*s", (int)length, name);
		/* "config" is the first word of several. */
		if (strcmp(word, last) != 0 && (i == 1 ||
		    !verb_line_is_command(word)))
			offer(completion, word);
		memcpy(last, word, sizeof(last));
	}
}

static void
offer_options(struct completion *completion, const struct verb *verb)
{
	enum verb_option option;
	char text[64];

	for (option = 0; option < VERB_OPTIONS; option++) {
		if (!verb_takes(verb, option))
			continue;
		snprintf(text, sizeof(text), "--%s",
		    verb_options[option].name);
		offer(completion, text);
	}
}

/* The option whose argument follows this word; VERB_OPTIONS: none. */
static enum verb_option
option_before(const struct verb *verb, const char *word)
{
	enum verb_option option;
	char text[64];

	for (option = 0; option < VERB_OPTIONS; option++) {
		snprintf(text, sizeof(text), "--%s",
		    verb_options[option].name);
		if (verb_takes(verb, option) && strcmp(word, text) == 0 &&
		    verb_options[option].argument[0] != '\0')
			break;
	}
	return option;
}

/* Does the verb act on nodes, or on what may be one? */
static bool
names_nodes(const struct verb *verb)
{
	return strstr(verb->pattern, "/nodes/:name") != NULL ||
	    strncmp(verb->arguments, "scope", 5) == 0 ||
	    strncmp(verb->arguments, "object", 6) == 0;
}

static void
offer_arguments(struct completion *completion, const struct model *model,
    int count, char **words)
{
	const char *last = words[count - 1];
	const struct verb *verb;
	enum verb_option option;
	char complaint[VERB_COMPLAINT_BYTES];
	int used;

	if (count == 1)
		offer_verbs(completion, 1, words[0]);
	verb = verb_find(count, words, &used, complaint);
	if (verb == NULL)
		return;
	option = option_before(verb, last);
	if (completion->prefix[0] == '-')
		offer_options(completion, verb);
	else if (option != VERB_OPTIONS && option_words[option][0] == '=')
		offer_list(completion, option_words[option]);
	else if (option != VERB_OPTIONS && option_words[option][0] != '\0')
		offer_nodes(completion, model);
	else if (option == VERB_OPTIONS && names_nodes(verb))
		offer_nodes(completion, model);
}

static void
gather(struct completion *completion, const struct model *model,
    int count, char **words)
{
	int command, i;

	if (count == 0) {
		for (i = 0; i < COMMANDS; i++)
			offer(completion, commands[i].name);
		offer_verbs(completion, 0, "");
		return;
	}
	command = command_find(count, words);
	if (command == COMMANDS)
		offer_arguments(completion, model, count, words);
	else if (command >= 0)
		offer_words(completion, model, commands[command].words);
}

void
command_complete(struct ui *ui, const struct model *model, char *line,
    int size)
{
	char *word = strrchr(line, ' '), before[UI_LINE_BYTES];
	char *words[COMPLETE_WORDS];
	struct completion completion = {0};
	int count;

	word = word != NULL ? word + 1 : line;
	completion.prefix = word;
	snprintf(before, sizeof(before), "%.*s", (int)(word - line), line);
	count = words_split(before, words, COMPLETE_WORDS);
	/* Within a quote nothing is known. */
	if (count < 0)
		return;
	gather(&completion, model, count, words);
	if (completion.count == 0)
		return;
	snprintf(word, (size_t)(size - (word - line)), "%s%s",
	    completion.common, completion.count == 1 ? " " : "");
	if (completion.count > 1)
		ui_say(ui, false, "%s", completion.list);
}
