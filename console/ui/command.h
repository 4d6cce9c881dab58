/* The ':' line: the verbs of tables/commands.def and their completion. */
#ifndef DROVER_UI_COMMAND_H
#define DROVER_UI_COMMAND_H

#include "model.h"
#include "ui.h"

enum command {
#define COMMAND(NAME, name, arguments, words, help)	COMMAND_##NAME,
#include <drover/tables/commands.def>
#undef COMMAND
	COMMANDS
};

enum command_words { WORDS_NONE, WORDS_THEMES, WORDS_GLYPHS, WORDS_COLUMNS,
	WORDS_NODES, WORDS_PAGES, WORDS_SWITCH };

struct command_entry {
	const char		*name;
	const char		*arguments;
	const char		*help;
	enum command_words	 words;
};

extern const struct command_entry commands[COMMANDS];

/*
 * The command that words[0] gives, whole or shortened; COMMANDS: a verb of
 * verb_line.h does.  -ENOENT: nothing begins so, -EINVAL: several do.
 */
int	command_find(int count, char **words);

/*
 * Carry out a line, without its colon; verbs may be shortened as long as
 * one alone begins so.  Returns 0, or -EINVAL with a message for the
 * operator in ui.
 */
int	command_run(struct ui *ui, const char *line);

/*
 * Complete the word that ends the line as far as it is certain; several
 * ways to go on are listed as a message.
 */
void	command_complete(struct ui *ui, const struct model *model,
	    char *line, int size);

#endif
